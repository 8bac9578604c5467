// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ALL "message-tags server-time echo-message batch labeled-response"

// Proves S1.
static void nothing_is_heard_before_it_is_stored(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	fixture_disk_holds(f);
	peer_send(alice, "@label=7 PRIVMSG #den :hello");
	expect_none(alice);
	expect_none(bob);
	assert_int_equal(peer_held(bob), 1);
	fixture_commit(f);
	expect(alice, "@label=7 alice PRIVMSG #den :hello");
	expect(bob, "alice PRIVMSG #den :hello");
}

static void a_pong_does_not_overtake_the_message_before_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	fixture_disk_holds(f);
	peer_send(alice, "PRIVMSG #den :hello");
	peer_send(alice, "PING 1");
	expect_none(alice);
	fixture_commit(f);
	expect(alice, "alice PRIVMSG #den :hello");
	expect(alice, "server PONG chat.test 1");
}

static void who_waits_for_nothing_is_answered_while_the_disk_is_busy(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct peer *carol = fixture_login(f, "carol", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(carol, "PING a");
	expect(carol, "server PONG chat.test a");
	fixture_disk_holds(f);
	peer_send(carol, "PING b");
	expect(carol, "server PONG chat.test b");
}

static void messages_that_waited_come_in_the_order_they_were_said(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	fixture_disk_holds(f);
	peer_send(alice, "PRIVMSG #den :one");
	peer_send(bob, "PRIVMSG #den :two");
	peer_send(alice, "PRIVMSG #den :three");
	fixture_commit(f);
	expect(bob, "alice PRIVMSG #den :one");
	expect(bob, "bob PRIVMSG #den :two");
	expect(bob, "alice PRIVMSG #den :three");
	expect(alice, "alice PRIVMSG #den :one");
	expect(alice, "bob PRIVMSG #den :two");
	expect(alice, "alice PRIVMSG #den :three");
}

static void a_full_disk_refuses_writes_with_fail_and_shows_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	fixture_disk_is(f, DISK_LOW);
	peer_send(alice, "PRIVMSG #den :hello");
	expect(alice, "server FAIL PRIVMSG * :*");
	peer_send(alice, "NOTICE #den :hello");
	expect(alice, "server FAIL NOTICE * :*");
	peer_send(alice, "PRIVMSG bob :hello");
	expect(alice, "server FAIL PRIVMSG * :*");
	peer_send(alice, "NOTICE bob :hello");
	expect(alice, "server FAIL NOTICE * :*");
	peer_send(alice, "@+typing=active TAGMSG #den");
	expect(bob, "alice TAGMSG #den");
	expect_none(bob);
	fixture_disk_is(f, DISK_FINE);
	peer_skip(alice);
	peer_send(alice, "PRIVMSG #den :again");
	expect(bob, "alice PRIVMSG #den :again");
}

static void what_nobody_saw_may_be_lost_in_a_crash_and_what_somebody_saw_is_there(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den :seen");
	expect(bob, "alice PRIVMSG #den :seen");
	fixture_disk_holds(f);
	peer_send(alice, "PRIVMSG #den :unseen");
	expect_none(bob);
	fixture_restart(f, true);
	fixture_disk_works(f);
	bob = fixture_login(f, "bob", ALL " draft/chathistory");
	peer_send(bob, "CHATHISTORY LATEST #den * 10");
	expect(bob, "server BATCH +* chathistory #den");
	expect(bob, "alice PRIVMSG #den :seen");
	expect(bob, "server BATCH -*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(nothing_is_heard_before_it_is_stored),
		HUB_TEST(a_pong_does_not_overtake_the_message_before_it),
		HUB_TEST(who_waits_for_nothing_is_answered_while_the_disk_is_busy),
		HUB_TEST(messages_that_waited_come_in_the_order_they_were_said),
		HUB_TEST(a_full_disk_refuses_writes_with_fail_and_shows_nothing),
		HUB_TEST(what_nobody_saw_may_be_lost_in_a_crash_and_what_somebody_saw_is_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
