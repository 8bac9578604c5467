// SPDX-License-Identifier: MIT
// Edits: +draft/edit on a message that replaces the text of an earlier one.
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ALL                                                                                    \
	"message-tags server-time echo-message batch labeled-response draft/chathistory "      \
	"draft/message-redaction draft/multiline snug.chat/exactly-once soju.im/search"

struct scene {
	struct fixture *f;
	struct peer *alice, *bob;
};

// Bob has said something in #den, whose moderator alice is: $id.
static struct scene scene_of(struct fixture *f)
{
	struct scene s = {.f = f};

	s.alice = fixture_login(s.f, "alice", ALL);
	s.bob = fixture_login(s.f, "bob", ALL);
	peer_join(s.alice, "#den");
	peer_join(s.bob, "#den");
	peer_send(s.bob, "PRIVMSG #den :xylophone");
	expect(s.bob, "@msgid=$id bob PRIVMSG #den xylophone");
	peer_skip(s.alice);
	return s;
}

static void an_edit_is_stored_and_heard_like_any_message(void **state)
{
	struct scene s = scene_of(*state);

	peer_send(s.bob, "@label=1;+draft/edit=$id PRIVMSG #den :marimba");
	expect(s.bob, "@label=1;msgid=$edit;+draft/edit=$id bob PRIVMSG #den marimba");
	expect(s.alice, "@msgid=$edit;+draft/edit=$id bob PRIVMSG #den marimba");
	peer_send(s.alice, "CHATHISTORY LATEST #den * 9");
	expect(s.alice, "server BATCH +* chathistory #den");
	expect(s.alice, "@msgid=$id bob PRIVMSG #den xylophone");
	expect(s.alice, "@msgid=$edit;+draft/edit=$id bob PRIVMSG #den marimba");
	expect(s.alice, "server BATCH -*");
}

static void what_follows_an_edit_comes_behind_it(void **state)
{
	struct scene s = scene_of(*state);

	peer_send(s.bob, "@+draft/edit=$id PRIVMSG #den :marimba");
	peer_send(s.bob, "PRIVMSG #den :next");
	expect(s.alice, "bob PRIVMSG #den marimba");
	expect(s.alice, "bob PRIVMSG #den next");
}

static void only_the_author_edits(void **state)
{
	struct scene s = scene_of(*state);

	peer_send(s.alice, "@label=1;+draft/edit=$id PRIVMSG #den :mine now");
	expect(s.alice, "@label=1 server FAIL PRIVMSG EDIT_FORBIDDEN $id :*");
	expect_none(s.bob);
}

static void an_edit_names_a_message_of_its_own_conversation(void **state)
{
	struct scene s = scene_of(*state);

	peer_join(s.bob, "#attic");
	peer_send(s.bob, "@+draft/edit=$id PRIVMSG #attic :x");
	expect(s.bob, "server FAIL PRIVMSG UNKNOWN_MSGID $id :*");
	peer_send(s.bob, "@+draft/edit=$id PRIVMSG alice :x");
	expect(s.bob, "server FAIL PRIVMSG UNKNOWN_MSGID $id :*");
	peer_send(s.bob, "@+draft/edit=$id PRIVMSG #den,#attic :x");
	expect(s.bob, "server FAIL PRIVMSG UNKNOWN_MSGID $id :*");
	peer_send(s.bob, "@+draft/edit=$id PRIVMSG @#den :x");
	expect(s.bob, "server FAIL PRIVMSG UNKNOWN_MSGID $id :*");
	peer_send(s.bob, "@+draft/edit=what NOTICE #den :x");
	expect(s.bob, "server FAIL NOTICE UNKNOWN_MSGID what :*");
	peer_send(s.bob, "@+draft/edit PRIVMSG #den :x");
	expect(s.bob, "server FAIL PRIVMSG UNKNOWN_MSGID * :*");
	expect_none(s.alice);
}

static void an_edit_and_a_reaction_are_not_edited(void **state)
{
	struct scene s = scene_of(*state);

	peer_send(s.bob, "@+draft/edit=$id PRIVMSG #den :marimba");
	expect(s.bob, "@msgid=$edit bob PRIVMSG #den marimba");
	peer_send(s.bob, "@+draft/react=x TAGMSG #den");
	expect(s.bob, "@msgid=$react bob TAGMSG #den");
	peer_skip(s.alice);
	peer_send(s.bob, "@+draft/edit=$edit PRIVMSG #den :x");
	expect(s.bob, "server FAIL PRIVMSG EDIT_FORBIDDEN $edit :*");
	peer_send(s.bob, "@+draft/edit=$react PRIVMSG #den :x");
	expect(s.bob, "server FAIL PRIVMSG UNKNOWN_MSGID $react :*");
	expect_none(s.alice);
}

static void what_was_removed_is_not_edited(void **state)
{
	struct scene s = scene_of(*state);

	peer_send(s.alice, "REDACT #den $id");
	peer_skip(s.alice);
	expect(s.bob, "alice REDACT #den $id");
	peer_send(s.bob, "@+draft/edit=$id PRIVMSG #den :x");
	expect(s.bob, "server FAIL PRIVMSG UNKNOWN_MSGID $id :*");
	expect_none(s.alice);
}

static void removing_a_message_removes_its_edits(void **state)
{
	struct scene s = scene_of(*state);

	peer_send(s.bob, "@+draft/edit=$id PRIVMSG #den :marimba");
	expect(s.bob, "@msgid=$one bob PRIVMSG #den marimba");
	peer_send(s.bob, "@+draft/edit=$id PRIVMSG #den :balafon");
	expect(s.bob, "@msgid=$two bob PRIVMSG #den balafon");
	peer_skip(s.alice);
	peer_send(s.alice, "REDACT #den $id :rude");
	expect(s.bob, "alice REDACT #den $id rude");
	expect(s.bob, "alice REDACT #den $one rude");
	expect(s.bob, "alice REDACT #den $two rude");
	peer_skip(s.alice);
	peer_send(s.alice, "CHATHISTORY LATEST #den * 9");
	expect(s.alice, "server BATCH +* chathistory #den");
	expect(s.alice, "server BATCH -*");
}

static void removing_an_edit_removes_the_message(void **state)
{
	struct scene s = scene_of(*state);

	peer_send(s.bob, "@+draft/edit=$id PRIVMSG #den :marimba");
	expect(s.bob, "@msgid=$edit bob PRIVMSG #den marimba");
	peer_send(s.bob, "REDACT #den $edit");
	expect(s.bob, "bob REDACT #den $id");
	expect(s.bob, "bob REDACT #den $edit");
}

// Both ask the store before either has its answer.
static void cross(struct fixture *f, const char *first, const char *second)
{
	struct scene s = scene_of(f);
	struct peer *phone = fixture_login(s.f, "bob", ALL);

	peer_skip(phone);
	fixture_hold_answers(s.f, true);
	peer_send(s.bob, "%s", first);
	peer_send(phone, "%s", second);
	fixture_hold_answers(s.f, false);
	fixture_settle(s.f);
	peer_skip(s.alice);
	peer_send(s.alice, "CHATHISTORY LATEST #den * 9");
	expect(s.alice, "server BATCH +* chathistory #den");
	expect(s.alice, "server BATCH -*");
	fixture_renew(f, NULL);
}

static void an_edit_that_crosses_a_removal_leaves_no_text(void **state)
{
	cross(*state, "@+draft/edit=$id PRIVMSG #den :marimba", "REDACT #den $id");
	cross(*state, "REDACT #den $id", "@+draft/edit=$id PRIVMSG #den :marimba");
}

static void many_lines_may_replace_one(void **state)
{
	struct scene s = scene_of(*state);

	peer_send(s.bob, "@+draft/edit=$id BATCH +m draft/multiline #den");
	peer_send(s.bob, "@batch=m PRIVMSG #den :one");
	peer_send(s.bob, "@batch=m PRIVMSG #den :two");
	peer_send(s.bob, "BATCH -m");
	expect(s.alice, "@+draft/edit=$id bob BATCH +* draft/multiline #den");
	peer_send(s.bob, "@+draft/edit=nothing BATCH +m draft/multiline #den");
	peer_send(s.bob, "@batch=m PRIVMSG #den :one");
	peer_skip(s.bob);
	peer_send(s.bob, "BATCH -m");
	expect(s.bob, "server FAIL PRIVMSG UNKNOWN_MSGID nothing :*");
}

static void an_edit_sent_twice_is_one(void **state)
{
	struct scene s = scene_of(*state);

	peer_send(s.bob, "@snug.chat/id=e1;+draft/edit=$id PRIVMSG #den :marimba");
	expect(s.bob, "@msgid=$edit bob PRIVMSG #den marimba");
	peer_send(s.bob, "@snug.chat/id=e1;+draft/edit=$id PRIVMSG #den :marimba");
	expect(s.bob, "@msgid=$edit bob PRIVMSG #den marimba");
	expect(s.alice, "@msgid=$edit bob PRIVMSG #den marimba");
	expect_none(s.alice);
}

static void there_is_an_end_to_edits(void **state)
{
	struct scene s = scene_of(*state);

	for (int i = 0; i < 100; i++) {
		peer_send(s.bob, "@+draft/edit=$id PRIVMSG #den :again");
		expect(s.bob, "bob PRIVMSG #den again");
		peer_skip(s.alice);
		fixture_pass(s.f, 2000);
	}
	peer_send(s.bob, "@+draft/edit=$id PRIVMSG #den :again");
	expect(s.bob, "server FAIL PRIVMSG EDIT_FORBIDDEN $id :*");
}

static void search_finds_what_a_message_says_now(void **state)
{
	struct scene s = scene_of(*state);

	peer_send(s.bob, "@+draft/edit=$id PRIVMSG #den :marimba");
	peer_send(s.bob, "@+draft/edit=$id PRIVMSG #den :balafon");
	peer_skip(s.alice);
	peer_send(s.alice, "SEARCH text=xylophone");
	expect(s.alice, "server BATCH +* soju.im/search");
	expect(s.alice, "server BATCH -*");
	peer_send(s.alice, "SEARCH text=marimba");
	expect(s.alice, "server BATCH +* soju.im/search");
	expect(s.alice, "server BATCH -*");
	peer_send(s.alice, "SEARCH text=balafon");
	expect(s.alice, "server BATCH +* soju.im/search");
	expect(s.alice, "@+draft/edit=$id bob PRIVMSG #den balafon");
	expect(s.alice, "server BATCH -*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(an_edit_is_stored_and_heard_like_any_message),
		HUB_TEST(what_follows_an_edit_comes_behind_it),
		HUB_TEST(only_the_author_edits),
		HUB_TEST(an_edit_names_a_message_of_its_own_conversation),
		HUB_TEST(an_edit_and_a_reaction_are_not_edited),
		HUB_TEST(what_was_removed_is_not_edited),
		HUB_TEST(removing_a_message_removes_its_edits),
		HUB_TEST(removing_an_edit_removes_the_message),
		HUB_TEST(an_edit_that_crosses_a_removal_leaves_no_text),
		HUB_TEST(many_lines_may_replace_one),
		HUB_TEST(an_edit_sent_twice_is_one),
		HUB_TEST(there_is_an_end_to_edits),
		HUB_TEST(search_finds_what_a_message_says_now),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
