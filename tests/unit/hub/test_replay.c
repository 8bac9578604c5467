// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define MODERN "message-tags server-time echo-message batch draft/chathistory"

static void a_client_without_history_is_shown_what_it_missed(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN),
		    *bob = fixture_login(f, "bob@tv", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den :seen");
	expect(bob, "alice PRIVMSG #den seen");
	fixture_pass(f, 10000);
	expect(bob, "server PING $ping");
	peer_send(bob, "PONG $ping");
	peer_close(bob);
	peer_send(alice, "PRIVMSG #den :missed in the room");
	peer_send(alice, "PRIVMSG bob :missed directly");
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server 366 bob #den ...");
	expect(bob, "alice PRIVMSG #den :[2026-01-01 00:00] missed in the room");
	expect(bob, "alice PRIVMSG bob :[2026-01-01 00:00] missed directly");
	expect(bob, "server PING $after");
	expect_none(bob);
	peer_send(alice, "PRIVMSG #den :live again");
	expect(bob, "alice PRIVMSG #den :live again");
}

static void the_cursor_moves_only_when_the_client_answers(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN),
		    *bob = fixture_login(f, "bob@tv", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den :one");
	fixture_pass(f, 10000);
	expect_later(bob, "server PING *");
	peer_close(bob);
	for (int i = 0; i < 2; i++) {
		bob = fixture_login_loud(f, "bob@tv", "");
		expect_later(bob, "alice PRIVMSG #den :*one");
		peer_close(bob);
	}
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server PING $ping");
	peer_send(bob, "PONG chat.test :$ping");
	fixture_restart(f, true);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server 366 bob #den ...");
	expect_none(bob);
}

static void devices_have_cursors_of_their_own(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN),
		    *bob = fixture_login(f, "bob@tv", "");
	struct peer *phone = fixture_login(f, "bob@phone", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_close(phone);
	peer_send(alice, "PRIVMSG #den :one");
	fixture_pass(f, 10000);
	expect_later(bob, "server PING $ping");
	peer_send(bob, "PONG :$ping");
	peer_close(bob);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server 366 bob #den ...");
	expect_none(bob);
	phone = fixture_login_loud(f, "bob@phone", "");
	expect_later(phone, "alice PRIVMSG #den :*one");
}

static void a_replay_stands_in_batches_with_times_where_the_client_has_them(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN);
	struct peer *bob = fixture_login(f, "bob@tv", "batch server-time message-tags");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_close(bob);
	peer_send(alice, "PRIVMSG #den :one");
	peer_send(alice, "PRIVMSG bob :two");
	bob = fixture_login_loud(f, "bob@tv", "batch server-time message-tags");
	expect_later(bob, "server BATCH +* chathistory #den");
	expect(bob, "@batch=*;time=*;msgid=* alice PRIVMSG #den one");
	expect(bob, "server BATCH -*");
	expect(bob, "server BATCH +* chathistory alice");
	expect(bob, "@batch=* alice PRIVMSG bob two");
	expect(bob, "server BATCH -*");
	expect(bob, "server PING *");
}

static void a_client_with_chathistory_is_not_shown_anything_unasked(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN);
	struct peer *bob = fixture_login(f, "bob@tv", MODERN);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_close(bob);
	peer_send(alice, "PRIVMSG #den :one");
	bob = fixture_login_loud(f, "bob@tv", MODERN);
	expect_later(bob, "server 366 bob #den ...");
	fixture_pass(f, 20000);
	expect_none(bob);
}

static void much_that_was_missed_comes_page_by_page_and_in_order(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN),
		    *bob = fixture_login(f, "bob@tv", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_close(bob);
	for (int i = 0; i < 450; i++)
		peer_send(alice, "PRIVMSG #den :n%d", i);
	fixture_restart(f, true); // so that memory knows none of them
	alice = fixture_login(f, "alice", MODERN);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "alice PRIVMSG #den :*n0");
	peer_send(alice, "PRIVMSG #den :n450");
	expect_later(bob, "alice PRIVMSG #den :*n199");
	expect(bob, "server PING $p1");
	expect_none(bob);
	peer_send(bob, "PONG :$p1");
	expect_later(bob, "alice PRIVMSG #den :*n399");
	expect(bob, "server PING $p2");
	expect_none(bob);
	peer_send(bob, "PONG :$p2");
	expect(bob, "alice PRIVMSG #den :*n400");
	expect_later(bob, "alice PRIVMSG #den :*n449");
	expect(bob, "alice PRIVMSG #den :*n450");
	expect(bob, "server PING $p3");
	peer_send(alice, "PRIVMSG #den :live");
	expect(bob, "alice PRIVMSG #den live");
}

static void a_stalled_client_gets_what_it_missed_once_it_drained(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN),
		    *bob = fixture_login(f, "bob", MODERN);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den :before");
	expect(bob, "@msgid=$b alice PRIVMSG #den before");
	peer_stall(bob);
	peer_send(alice, "PRIVMSG #den :one");
	peer_send(alice, "TOPIC #den :news");
	peer_send(alice, "PRIVMSG bob :two");
	expect_none(bob);
	peer_drain(bob);
	expect(bob, "@msgid=*;!batch alice PRIVMSG #den one");
	expect(bob, "alice TOPIC #den news");
	expect(bob, "alice PRIVMSG bob two");
	expect(bob, "server 353 bob ...");
	expect(bob, "server 366 bob #den ...");
	expect_none(bob);
	peer_send(alice, "PRIVMSG #den :live");
	expect(bob, "alice PRIVMSG #den live");
}

static void what_was_queued_before_the_first_dropped_line_is_not_said_again(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN),
		    *bob = fixture_login(f, "bob", MODERN);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den :before");
	expect(bob, "alice PRIVMSG #den before");
	// Somebody typed: the line hangs on the message before it.
	peer_stall_within(bob);
	peer_send(alice, "PRIVMSG #den :one");
	peer_drain(bob);
	expect(bob, "alice PRIVMSG #den one");
}

static void what_is_not_durable_when_it_drains_waits_for_the_disk_all_the_same(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN),
		    *bob = fixture_login(f, "bob", MODERN);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_stall(bob);
	fixture_disk_holds(f);
	peer_send(alice, "PRIVMSG #den :one");
	peer_drain(bob);
	expect_none(bob);
	fixture_commit(f);
	expect(bob, "alice PRIVMSG #den one");
}

static void what_it_says_itself_while_it_catches_up_is_not_shown_to_it_again(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN),
		    *bob = fixture_login(f, "bob@tv", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_close(bob);
	peer_send(alice, "PRIVMSG #den :one");
	fixture_restart(f, true);
	alice = fixture_login(f, "alice", MODERN);
	fixture_hold_answers(f, true);
	bob = fixture_login_loud(f, "bob@tv", "");
	peer_put(bob, "PRIVMSG #den :mine");
	fixture_hold_answers(f, false);
	expect_later(bob, "alice PRIVMSG #den :*one");
	expect(bob, "server PING *");
	expect_none(bob);
	expect_later(alice, "bob PRIVMSG #den mine");
}

static void playback_answers_with_times_in_seconds(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN);
	struct peer *bob =
		fixture_login(f, "bob", "batch server-time message-tags znc.in/playback");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den :one"); // at 1767225600, and some ms
	fixture_pass(f, 10000);
	peer_send(alice, "PRIVMSG #den :two");
	peer_send(alice, "PRIVMSG bob :three");
	fixture_skip(f);
	peer_send(bob, "PRIVMSG *playback :PLAY * 1767225605.5");
	expect(bob, "server BATCH +* chathistory #den");
	expect(bob, "alice PRIVMSG #den two");
	expect(bob, "server BATCH -*");
	expect(bob, "server BATCH +* chathistory alice");
	expect(bob, "alice PRIVMSG bob three");
	expect(bob, "server BATCH -*");
	peer_send(bob, "PRIVMSG *playback :PLAY #den 0 1767225605");
	expect(bob, "server BATCH +* chathistory #den");
	expect(bob, "alice PRIVMSG #den one");
	expect(bob, "server BATCH -*");
	peer_send(bob, "PRIVMSG *playback :PLAY #den soon");
	expect(bob, "server NOTICE bob :Times are *");
}

static void playback_takes_one_verb_more_and_says_which_it_knows(void **state)
{
	struct fixture *f = *state;
	struct peer *bob =
		fixture_login(f, "bob", "batch server-time message-tags znc.in/playback");

	peer_send(bob, "PRIVMSG *playback :CLEAR *"); // nothing is cleared, nothing is said
	peer_send(bob, "NOTICE *playback :PLAY");
	expect_none(bob);
	peer_send(bob, "PRIVMSG *playback :REWIND");
	expect(bob, "server NOTICE bob :PLAY *");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_client_without_history_is_shown_what_it_missed),
		HUB_TEST(the_cursor_moves_only_when_the_client_answers),
		HUB_TEST(devices_have_cursors_of_their_own),
		HUB_TEST(a_replay_stands_in_batches_with_times_where_the_client_has_them),
		HUB_TEST(a_client_with_chathistory_is_not_shown_anything_unasked),
		HUB_TEST(much_that_was_missed_comes_page_by_page_and_in_order),
		HUB_TEST(a_stalled_client_gets_what_it_missed_once_it_drained),
		HUB_TEST(what_was_queued_before_the_first_dropped_line_is_not_said_again),
		HUB_TEST(what_is_not_durable_when_it_drains_waits_for_the_disk_all_the_same),
		HUB_TEST(what_it_says_itself_while_it_catches_up_is_not_shown_to_it_again),
		HUB_TEST(playback_answers_with_times_in_seconds),
		HUB_TEST(playback_takes_one_verb_more_and_says_which_it_knows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
