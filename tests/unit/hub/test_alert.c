// SPDX-License-Identifier: MIT
// @room and @here (alert.h): what the talk script does not show.
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define CAPS "message-tags standard-replies"

static void an_administrator_says_it_in_words(void **state)
{
	static const struct {
		const char *words;
		const char *heard; // NULL: it is refused
	} rows[] = {{"room set #den --mention-all everyone", "server MODE #den +A"},
		    {"room set #den --mention-all nobody", "server MODE #den -A+N"},
		    {"room set #den --mention-all some", NULL},
		    {"room set #den --mention-all moderators", "server MODE #den -N"}};
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct admin_answer *a = fixture_verb(f, rows[i].words, NULL);

		assert_int_equal(a->code, rows[i].heard ? ADMIN_DONE : ADMIN_USAGE);
		admin_answer_free(a);
		if (rows[i].heard)
			expect(alice, rows[i].heard);
		expect_none(alice);
	}
}

static void in_a_conversation_of_a_few_all_may(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS);
	struct peer *bob = fixture_login(f, "bob", CAPS),
		    *carol = fixture_login(f, "carol", CAPS);

	peer_send(alice, "TALK bob,carol");
	expect(alice, "alice JOIN $talk");
	fixture_skip(f);
	peer_send(bob, "PRIVMSG $talk :@here we go");
	expect(alice, "@snug.chat/alert=here bob PRIVMSG $talk :@here we go");
	expect(carol, "@snug.chat/alert=here bob PRIVMSG $talk :@here we go");
	expect_none(bob);
}

static void who_is_outside_calls_nobody(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS),
		    *bob = fixture_login(f, "bob", CAPS);
	struct peer *root;

	(void)fixture_admin_account(f, "root");
	root = fixture_login(f, "root", CAPS);
	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +A-n");
	fixture_skip(f);
	peer_send(bob, "PRIVMSG #den :@room hear me");
	expect(alice, "@!snug.chat/alert bob PRIVMSG #den :@room hear me");
	expect(bob, "server NOTE PRIVMSG NOT_ALERTED #den :*only members may*");
	// An administrator may where moderators may.
	peer_send(root, "PRIVMSG #den :@room the server stops at noon");
	expect(alice, "@snug.chat/alert=room root PRIVMSG #den :*noon");
	peer_send(alice, "MODE #den +N");
	fixture_skip(f);
	peer_send(root, "PRIVMSG #den :@room the server stops at noon");
	expect(alice, "@!snug.chat/alert root PRIVMSG #den :*noon");
	expect(root, "server NOTE PRIVMSG NOT_ALERTED #den :*nobody may*");
}

static void a_text_of_many_lines_calls_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS " batch draft/multiline");
	struct peer *bob = fixture_login(f, "bob", CAPS " batch draft/multiline");
	struct peer *carol = fixture_login(f, "carol", CAPS);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_join(carol, "#den");
	fixture_skip(f);
	peer_send(alice, "@+x=1 BATCH +p draft/multiline #den");
	peer_send(alice, "@batch=p PRIVMSG #den :cake");
	peer_send(alice, "@batch=p PRIVMSG #den :@room come");
	peer_send(alice, "BATCH -p");
	expect(bob, "@+x=1;snug.chat/alert=room alice BATCH +* draft/multiline #den");
	expect(bob, "@!snug.chat/alert alice PRIVMSG #den :cake");
	expect(bob, "@!snug.chat/alert alice PRIVMSG #den :@room come");
	expect(carol, "@snug.chat/alert=room alice PRIVMSG #den :cake");
	expect(carol, "@+x=1;!snug.chat/alert alice PRIVMSG #den :@room come");
}

static void what_is_not_said_to_a_room_calls_nobody(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS),
		    *bob = fixture_login(f, "bob", CAPS);

	peer_send(alice, "PRIVMSG bob :@room @here");
	expect(bob, "@!snug.chat/alert alice PRIVMSG bob :@room @here");
	expect_none(alice);
	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "MODE #den +m");
	fixture_skip(f);
	peer_send(bob, "PRIVMSG #den :@room");
	expect(bob, "server 404 bob #den :*");
	expect_none(bob);
	expect_none(alice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(an_administrator_says_it_in_words),
		HUB_TEST(in_a_conversation_of_a_few_all_may),
		HUB_TEST(who_is_outside_calls_nobody),
		HUB_TEST(a_text_of_many_lines_calls_once),
		HUB_TEST(what_is_not_said_to_a_room_calls_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
