// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ALL "message-tags server-time echo-message batch labeled-response"

static void nothing_is_heard_before_it_is_stored(void **state)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	(void)state;
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
	fixture_free(f);
}

static void a_pong_does_not_overtake_the_message_before_it(void **state)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	(void)state;
	peer_join(alice, "#den");
	peer_join(bob, "#den");
	fixture_disk_holds(f);
	peer_send(alice, "PRIVMSG #den :hello");
	peer_send(alice, "PING 1");
	expect_none(alice);
	fixture_commit(f);
	expect(alice, "alice PRIVMSG #den :hello");
	expect(alice, "server PONG chat.test 1");
	fixture_free(f);
}

static void who_waits_for_nothing_is_answered_while_the_disk_is_busy(void **state)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct peer *carol = fixture_login(f, "carol", "");

	(void)state;
	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(carol, "PING a");
	expect(carol, "server PONG chat.test a");
	fixture_disk_holds(f);
	peer_send(carol, "PING b");
	expect(carol, "server PONG chat.test b");
	fixture_free(f);
}

static void messages_that_waited_come_in_the_order_they_were_said(void **state)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	(void)state;
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
	fixture_free(f);
}

static void a_full_disk_refuses_writes_with_fail_and_shows_nothing(void **state)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	(void)state;
	peer_join(alice, "#den");
	peer_join(bob, "#den");
	fixture_disk_is(f, DISK_LOW);
	peer_send(alice, "PRIVMSG #den :hello");
	expect(alice, "server FAIL PRIVMSG * :*");
	peer_send(alice, "NOTICE #den :hello");
	expect(alice, "server FAIL NOTICE * :*");
	peer_send(alice, "@+typing=active TAGMSG #den");
	expect(bob, "alice TAGMSG #den");
	expect_none(bob);
	fixture_disk_is(f, DISK_FINE);
	peer_skip(alice);
	peer_send(alice, "PRIVMSG #den :again");
	expect(bob, "alice PRIVMSG #den :again");
	fixture_free(f);
}

static void what_nobody_saw_may_be_lost_in_a_crash_and_what_somebody_saw_is_there(void **state)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	(void)state;
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
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_heard_before_it_is_stored),
		cmocka_unit_test(a_pong_does_not_overtake_the_message_before_it),
		cmocka_unit_test(who_waits_for_nothing_is_answered_while_the_disk_is_busy),
		cmocka_unit_test(messages_that_waited_come_in_the_order_they_were_said),
		cmocka_unit_test(a_full_disk_refuses_writes_with_fail_and_shows_nothing),
		cmocka_unit_test(
			what_nobody_saw_may_be_lost_in_a_crash_and_what_somebody_saw_is_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
