// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ALL                                                                                    \
	"message-tags server-time echo-message batch labeled-response "                        \
	"snug.chat/exactly-once snug.chat/sequence"

static void a_resend_gets_the_first_ones_numbers_and_nobody_else_hears_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	expect(alice, "@msgid=$id;time=$time;snug.chat/seq=1;snug.chat/id=a1 alice PRIVMSG "
		      "#den :hello");
	expect(bob, "@msgid=$id;snug.chat/seq=1;!snug.chat/id alice PRIVMSG #den :hello");
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	expect(alice, "@msgid=$id;time=$time;snug.chat/seq=1;snug.chat/id=a1 alice PRIVMSG "
		      "#den :hello");
	expect_none(alice);
	expect_none(bob);
	peer_send(alice, "PRIVMSG #den :next");
	expect(bob, "@snug.chat/seq=2 alice PRIVMSG #den :next");
}

// Proves S2.
static void a_resend_after_a_restart_is_known_from_the_store(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	expect(alice, "@msgid=$id;time=$time alice PRIVMSG #den :hello");
	fixture_restart(f, true);
	alice = fixture_login(f, "alice", ALL);
	bob = fixture_login(f, "bob", ALL);
	fixture_skip(f);
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	expect(alice, "@msgid=$id;time=$time;snug.chat/seq=1 alice PRIVMSG #den :hello");
	expect_none(bob);
}

static void a_message_that_a_crash_took_is_said_once_when_it_is_sent_again(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	fixture_disk_holds(f);
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	expect_none(alice);
	fixture_restart(f, true);
	fixture_disk_works(f);
	alice = fixture_login(f, "alice", ALL);
	bob = fixture_login(f, "bob", ALL);
	fixture_skip(f);
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	expect(alice, "@snug.chat/seq=1;snug.chat/id=a1 alice PRIVMSG #den :hello");
	expect(bob, "@snug.chat/seq=1 alice PRIVMSG #den :hello");
}

static void a_resend_while_the_first_still_waits_for_the_disk_waits_with_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	fixture_disk_holds(f);
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	expect_none(alice);
	fixture_commit(f);
	expect(alice, "@msgid=$id alice PRIVMSG #den :hello");
	expect(alice, "@msgid=$id alice PRIVMSG #den :hello");
	expect_none(alice);
	expect(bob, "@msgid=$id alice PRIVMSG #den :hello");
	expect_none(bob);
}

static void two_connections_that_send_the_same_id_at_once_say_it_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct peer *again = fixture_login(f, "alice", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	fixture_hold_answers(f, true);
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	peer_send(again, "@snug.chat/id=a1 PRIVMSG #den :hello");
	expect_none(bob);
	fixture_hold_answers(f, false);
	expect(bob, "@msgid=$id alice PRIVMSG #den :hello");
	expect_none(bob);
	expect(alice, "@msgid=$id alice PRIVMSG #den :hello");
	expect_none(alice);
	expect(again, "@msgid=$id alice PRIVMSG #den :hello"); // what the other said
	expect(again, "@msgid=$id alice PRIVMSG #den :hello"); // the answer to its own
	expect_none(again);
}

static void ids_belong_to_their_account(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :mine");
	peer_send(bob, "@snug.chat/id=a1 PRIVMSG #den :mine, too");
	expect(alice, "alice PRIVMSG #den :mine");
	expect(alice, "bob PRIVMSG #den :mine, too");
}

static void an_id_without_the_capability_is_a_tag_like_any_other(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "message-tags echo-message");

	peer_send(alice, "@snug.chat/id=a1 PRIVMSG alice :one");
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG alice :one");
	expect(alice, "@msgid=$first alice PRIVMSG alice :one");
	expect(alice, "@msgid=$first alice PRIVMSG alice :one");
	expect(alice, "@msgid=$second alice PRIVMSG alice :one");
}

static void an_id_of_more_than_64_bytes_or_with_many_targets_is_refused(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_send(alice, "@snug.chat/id=%065d PRIVMSG bob :hi", 1);
	expect(alice, "server FAIL PRIVMSG INVALID_ID * :*");
	peer_send(alice, "@snug.chat/id=x PRIVMSG bob,alice :hi");
	expect(alice, "server FAIL PRIVMSG INVALID_ID * :*");
	expect_none(bob);
	peer_send(alice, "@snug.chat/id=%064d PRIVMSG bob :hi", 1);
	expect(bob, "alice PRIVMSG bob :hi");
}

static void what_was_said_directly_is_said_once_as_well(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_send(alice, "@snug.chat/id=a1 PRIVMSG bob :hi");
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG bob :hi");
	expect(alice, "@msgid=$id;snug.chat/seq=1 alice PRIVMSG bob :hi");
	expect(alice, "@msgid=$id;snug.chat/seq=1 alice PRIVMSG bob :hi");
	expect(bob, "@msgid=$id alice PRIVMSG bob :hi");
	expect_none(bob);
}

static void a_message_that_was_refused_may_be_sent_again_by_the_same_id(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hi");
	expect(alice, "server 403 alice #den ...");
	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hi");
	expect(bob, "alice PRIVMSG #den :hi");
}

static void a_reaction_is_given_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den :hello");
	expect(alice, "@msgid=$hello alice PRIVMSG #den :hello");
	peer_skip(bob);
	peer_send(bob, "@snug.chat/id=r1;+draft/react=:);+draft/reply=$hello TAGMSG #den");
	expect(bob, "@msgid=$id;snug.chat/id=r1;+draft/react=:) bob TAGMSG #den");
	expect(alice, "@msgid=$id;!snug.chat/id bob TAGMSG #den");
	fixture_restart(f, false);
	alice = fixture_login(f, "alice", ALL);
	bob = fixture_login(f, "bob", ALL);
	fixture_skip(f);
	peer_send(bob, "@snug.chat/id=r1;+draft/react=:);+draft/reply=$hello TAGMSG #den");
	expect(bob, "@msgid=$id;snug.chat/id=r1;+draft/react=:) bob TAGMSG #den");
	expect_none(alice);
	peer_send(bob, "@snug.chat/id=t1;+typing=active TAGMSG #den");
	expect(bob, "@snug.chat/id=t1 bob TAGMSG #den");
	expect(alice, "bob TAGMSG #den");
}

static void a_topic_is_set_once_and_only_over_the_one_that_was_seen(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "@snug.chat/id=t1;snug.chat/was= TOPIC #den :tea; and cake");
	expect(alice, "@msgid=$id;time=$at;snug.chat/id=t1 alice TOPIC #den :tea; and cake");
	expect(bob, "@msgid=$id;!snug.chat/id alice TOPIC #den :tea; and cake");
	fixture_restart(f, false);
	alice = fixture_login(f, "alice", ALL);
	bob = fixture_login(f, "bob", ALL);
	fixture_skip(f);
	peer_send(alice, "@snug.chat/id=t1;snug.chat/was= TOPIC #den :tea; and cake");
	expect(alice, "@msgid=$id;time=$at;snug.chat/id=t1 alice TOPIC #den :tea; and cake");
	peer_send(alice, "@snug.chat/id=t2;snug.chat/was= TOPIC #den :mine");
	expect(alice, "server FAIL TOPIC TOPIC_CHANGED #den :*");
	expect_none(bob);
	peer_send(alice, "@snug.chat/id=t2;snug.chat/was=tea\\:\\sand\\scake TOPIC #den :mine");
	expect(alice, "@snug.chat/id=t2 alice TOPIC #den :mine");
	expect(bob, "alice TOPIC #den :mine");
}

#define REDACTS ALL " draft/message-redaction"

static void a_removal_is_answered_again_and_told_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", REDACTS),
		    *bob = fixture_login(f, "bob", REDACTS);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den :hello");
	expect(alice, "@msgid=$hello alice PRIVMSG #den :hello");
	peer_skip(bob);
	peer_send(alice, "@snug.chat/id=d1 REDACT #den $hello :typo");
	expect(alice, "@snug.chat/id=d1 alice REDACT #den $hello :typo");
	expect(bob, "@!snug.chat/id alice REDACT #den $hello :typo");
	peer_send(alice, "@snug.chat/id=d1 REDACT #den $hello :typo");
	expect(alice, "@snug.chat/id=d1 alice REDACT #den $hello :typo");
	expect_none(bob);
	peer_send(alice, "REDACT #den $hello :typo");
	expect(alice, "server FAIL REDACT UNKNOWN_MSGID #den $hello :*");
	peer_send(bob, "@snug.chat/id=b1 REDACT #den $hello");
	expect(bob, "server FAIL REDACT UNKNOWN_MSGID #den $hello :*");
}

static void what_an_author_removed_is_no_news_without_the_capability_either(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);

	peer_join(alice, "#den");
	peer_send(alice, "PRIVMSG #den :hello");
	expect(alice, "@msgid=$hello alice PRIVMSG #den :hello");
	peer_send(alice, "@snug.chat/id=d1 REDACT #den $hello");
	expect(alice, "@snug.chat/id=d1 alice REDACT #den $hello");
}

static void a_bad_id_does_nothing_whatever_it_names(void **state)
{
	static const char *const lines[] = {"TAGMSG #den,#lab", "TOPIC #den :x",
					    "REDACT #den 1k83mrnjbm7j8"};
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);

	peer_join(alice, "#den");
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		peer_send(alice, "@snug.chat/id=%065d %s", 1, lines[i]);
		expect(alice, "server FAIL * INVALID_ID * :*");
	}
	expect_none(alice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_resend_gets_the_first_ones_numbers_and_nobody_else_hears_it),
		HUB_TEST(a_resend_after_a_restart_is_known_from_the_store),
		HUB_TEST(a_message_that_a_crash_took_is_said_once_when_it_is_sent_again),
		HUB_TEST(a_resend_while_the_first_still_waits_for_the_disk_waits_with_it),
		HUB_TEST(two_connections_that_send_the_same_id_at_once_say_it_once),
		HUB_TEST(ids_belong_to_their_account),
		HUB_TEST(an_id_without_the_capability_is_a_tag_like_any_other),
		HUB_TEST(an_id_of_more_than_64_bytes_or_with_many_targets_is_refused),
		HUB_TEST(what_was_said_directly_is_said_once_as_well),
		HUB_TEST(a_message_that_was_refused_may_be_sent_again_by_the_same_id),
		HUB_TEST(a_reaction_is_given_once),
		HUB_TEST(a_topic_is_set_once_and_only_over_the_one_that_was_seen),
		HUB_TEST(a_removal_is_answered_again_and_told_once),
		HUB_TEST(what_an_author_removed_is_no_news_without_the_capability_either),
		HUB_TEST(a_bad_id_does_nothing_whatever_it_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
