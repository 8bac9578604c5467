// SPDX-License-Identifier: MIT
#include "server/letters/admin.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ALL                                                                                    \
	"message-tags server-time echo-message batch labeled-response draft/chathistory "      \
	"draft/message-redaction"

static void an_author_takes_back_what_they_said(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(bob, "PRIVMSG #den :oops");
	expect(bob, "@msgid=$id bob PRIVMSG #den oops");
	peer_skip(alice);
	peer_send(bob, "REDACT #den $id :typo");
	expect(bob, "bob REDACT #den $id typo");
	expect(alice, "bob REDACT #den $id typo");
	peer_send(alice, "CHATHISTORY LATEST #den * 9");
	expect(alice, "server BATCH +* chathistory #den");
	expect(alice, "server BATCH -*");
	peer_send(bob, "REDACT #den $id");
	expect(bob, "server FAIL REDACT UNKNOWN_MSGID #den $id :*");
}

static void a_moderator_removes_and_a_member_may_not(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(bob, "PRIVMSG #den :oops");
	expect(bob, "@msgid=$id bob PRIVMSG #den oops");
	peer_skip(alice);
	peer_send(alice, "@label=1 REDACT #den $id");
	expect(alice, "@label=1 alice REDACT #den $id");
	expect(bob, "alice REDACT #den $id");
	peer_send(alice, "PRIVMSG #den :mine");
	expect(alice, "@msgid=$mine alice PRIVMSG #den mine");
	peer_skip(bob);
	peer_send(bob, "REDACT #den $mine");
	expect(bob, "server FAIL REDACT REDACT_FORBIDDEN #den $mine :*");
	expect_none(alice);
}

static void clients_without_the_capability_hear_nothing_of_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct peer *carol = fixture_login(f, "carol", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_join(carol, "#den");
	peer_send(bob, "PRIVMSG #den :oops");
	expect(bob, "@msgid=$id bob PRIVMSG #den oops");
	peer_skip(alice);
	peer_skip(carol);
	peer_send(bob, "REDACT #den $id");
	expect_none(carol);
}

static void a_direct_message_is_taken_back_by_its_author_only(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_send(alice, "PRIVMSG bob :oops");
	expect(alice, "@msgid=$id alice PRIVMSG bob oops");
	peer_skip(bob);
	peer_send(bob, "REDACT alice $id");
	expect(bob, "server FAIL REDACT REDACT_FORBIDDEN alice $id :*");
	peer_send(alice, "REDACT bob $id");
	expect(alice, "alice REDACT bob $id");
	expect(bob, "alice REDACT bob $id");
}

static void a_message_of_another_conversation_is_unknown_in_this_one(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct peer *carol = fixture_login(f, "carol", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(bob, "PRIVMSG #den :oops");
	expect(bob, "@msgid=$id bob PRIVMSG #den oops");
	peer_skip(alice);
	peer_join(carol, "#attic");
	peer_send(carol, "REDACT #attic $id");
	expect(carol, "server FAIL REDACT UNKNOWN_MSGID #attic $id :*");
	peer_send(carol, "REDACT #den $id");
	expect(carol, "server FAIL REDACT INVALID_TARGET #den :*");
	peer_send(carol, "REDACT #attic what");
	expect(carol, "server FAIL REDACT UNKNOWN_MSGID #attic what :*");
	expect_none(alice);
}

static void reactions_are_taken_back_too(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(bob, "@+draft/react=x TAGMSG #den");
	expect(bob, "@msgid=$id bob TAGMSG #den");
	peer_skip(alice);
	peer_send(bob, "REDACT #den $id");
	expect(alice, "bob REDACT #den $id");
}

static void the_place_stays_for_clients_that_count(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL " snug.chat/sequence");

	peer_join(alice, "#den");
	peer_send(alice, "PRIVMSG #den :one");
	expect(alice, "@msgid=$one;snug.chat/seq=1 alice PRIVMSG #den one");
	peer_send(alice, "PRIVMSG #den :two");
	peer_send(alice, "REDACT #den $one");
	peer_skip(alice);
	peer_send(alice, "CHATHISTORY LATEST #den * 9");
	expect(alice, "server BATCH +* chathistory #den");
	expect(alice, "@msgid=$one;snug.chat/seq=1;batch=* alice REDACT #den $one");
	expect(alice, "@snug.chat/seq=2 alice PRIVMSG #den two");
	expect(alice, "server BATCH -*");
}

static void expect_removed(struct peer *p, const char *line)
{
	peer_skip(p);
	peer_send(p, "CHATHISTORY LATEST #den * 9");
	expect(p, "server BATCH +* chathistory #den");
	expect(p, line);
	expect(p, "server BATCH -*");
}

// bob's message that somebody else removes: as who counts sees it, and who asks for events.
static void the_history_tells_who_removed_what_and_why(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL " snug.chat/sequence");
	struct peer *bob = fixture_login(f, "bob", ALL " draft/event-playback");
	const char *shown =
		"@msgid=$id;snug.chat/author=bob;batch=* alice REDACT #den $id spam";

	peer_join(alice, "#den");
	peer_send(alice, "INVITE bob #den");
	peer_join(bob, "#den");
	peer_send(bob, "PRIVMSG #den :oops");
	expect(bob, "@msgid=$id bob PRIVMSG #den oops");
	peer_send(bob, "@+draft/edit=$id PRIVMSG #den :oops!");
	expect(bob, "@msgid=$edit bob PRIVMSG #den oops!");
	peer_send(alice, "REDACT #den $id :spam");
	peer_skip(alice);
	peer_send(alice, "CHATHISTORY LATEST #den * 9");
	expect(alice, "server BATCH +* chathistory #den");
	expect(alice, shown);
	expect(alice, "@+draft/edit=$id;snug.chat/author=bob alice REDACT #den $edit spam");
	expect(alice, "server BATCH -*");
	peer_skip(bob);
	peer_send(bob, "CHATHISTORY LATEST #den * 9");
	expect_later(bob, shown);
	fixture_restart(f, false);
	alice = fixture_login(f, "alice", ALL " snug.chat/sequence");
	peer_send(alice, "CHATHISTORY LATEST #den * 9");
	expect_later(alice, shown);
}

static void an_administrator_removes_as_the_server(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL " snug.chat/sequence");
	struct peer *bob = fixture_login(f, "bob", "message-tags echo-message");
	struct buf verb = {0};

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(bob, "PRIVMSG #den :oops");
	expect(bob, "@msgid=$id bob PRIVMSG #den oops");
	peer_skip(alice);
	buf_printf(&verb, "message redact %s --confirm --reason rude", fixture_var(f, "id"));
	admin_answer_free(fixture_verb(f, buf_str(&verb), NULL));
	expect(alice, "server REDACT #den $id rude");
	expect(bob, "server NOTICE bob :An administrator removed your message of * UTC from "
		    "#den: rude");
	expect_removed(alice, "@snug.chat/author=bob server REDACT #den $id rude");
	buf_clear(&verb);
}

// He hears it when he comes, also from a server that was started anew, until his client has
// answered the question behind it.
static void the_author_is_told_until_he_has_heard_it(void **state)
{
	const char *told = "server NOTICE bob :alice removed your message of * UTC from #den";
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL), *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(bob, "PRIVMSG #den :oops");
	expect(alice, "@msgid=$id bob PRIVMSG #den oops");
	peer_close(bob);
	peer_send(alice, "REDACT #den $id");
	for (int i = 0; i < 2; i++) {
		fixture_restart(f, i == 0);
		bob = fixture_login_loud(f, "bob", "");
		expect_later(bob, told);
		expect(bob, "server PING $slip");
	}
	peer_send(bob, "PONG $slip");
	fixture_restart(f, false);
	bob = fixture_login_loud(f, "bob", "");
	for (const char *line; (line = peer_next(bob)) != NULL;)
		assert_null(strstr(line, "removed your message"));
}

// Whose device heard the REDACT needs no words; nor does who did it himself.
static void who_hears_the_removal_is_not_told_twice(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(bob, "PRIVMSG #den :one");
	expect(bob, "@msgid=$one bob PRIVMSG #den one");
	peer_send(alice, "REDACT #den $one");
	expect(bob, "alice REDACT #den $one");
	expect_none(bob);
	peer_send(alice, "PRIVMSG #den :two");
	expect_later(alice, "@msgid=$two alice PRIVMSG #den two");
	peer_send(alice, "REDACT #den $two");
	expect(alice, "alice REDACT #den $two");
	expect_none(alice);
}

static void a_hidden_room_is_not_named_to_who_left_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL), *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(bob, "PRIVMSG #den :oops");
	expect(alice, "@msgid=$id bob PRIVMSG #den oops");
	peer_send(bob, "PART #den");
	peer_send(alice, "MODE #den +s");
	peer_skip(bob);
	peer_send(alice, "REDACT #den $id");
	expect(bob, "server NOTICE bob :* from a room that you are no longer in");
}

static void it_is_not_seen_before_it_is_stored(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(bob, "PRIVMSG #den :oops");
	expect(bob, "@msgid=$id bob PRIVMSG #den oops");
	peer_skip(alice);
	fixture_disk_holds(f);
	peer_send(bob, "REDACT #den $id");
	expect_none(bob);
	expect_none(alice);
	fixture_commit(f);
	expect(bob, "bob REDACT #den $id");
	expect(alice, "bob REDACT #den $id");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(an_author_takes_back_what_they_said),
		HUB_TEST(a_moderator_removes_and_a_member_may_not),
		HUB_TEST(clients_without_the_capability_hear_nothing_of_it),
		HUB_TEST(a_direct_message_is_taken_back_by_its_author_only),
		HUB_TEST(a_message_of_another_conversation_is_unknown_in_this_one),
		HUB_TEST(reactions_are_taken_back_too),
		HUB_TEST(the_place_stays_for_clients_that_count),
		HUB_TEST(the_history_tells_who_removed_what_and_why),
		HUB_TEST(an_administrator_removes_as_the_server),
		HUB_TEST(the_author_is_told_until_he_has_heard_it),
		HUB_TEST(who_hears_the_removal_is_not_told_twice),
		HUB_TEST(a_hidden_room_is_not_named_to_who_left_it),
		HUB_TEST(it_is_not_seen_before_it_is_stored),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
