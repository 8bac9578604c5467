// SPDX-License-Identifier: MIT
// Lists of targets: each is told and done once, in whatever case it is named again.
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_message_goes_to_each_target_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "echo-message"),
		    *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	fixture_skip(f);
	peer_send(alice, "PRIVMSG #den,#DEN,#den,,bob,BOB,#Den :hello");
	expect(alice, "alice PRIVMSG #den :hello");
	expect(alice, "alice PRIVMSG bob :hello");
	expect_none(alice);
	expect(bob, "alice PRIVMSG #den :hello");
	expect(bob, "alice PRIVMSG bob :hello");
	expect_none(bob);
	peer_send(alice, "NOTICE bob,Bob :psst");
	expect(bob, "alice NOTICE bob :psst");
	expect_none(bob);
}

static void doubles_do_not_count_against_the_most_targets(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	peer_send(alice, "PRIVMSG bob,bob,bob,bob,bob,bob,bob,bob,bob,bob,bob,bob,bob,bob,bob,"
			 "bob,bob,bob,bob,bob,BOB :hi");
	expect_none(alice);
	expect(bob, "alice PRIVMSG bob :hi");
	expect_none(bob);
}

static void a_tag_message_goes_to_each_target_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "message-tags"),
		    *bob = fixture_login(f, "bob", "message-tags");

	peer_send(alice, "@+typing=active TAGMSG bob,BOB,bob");
	expect(bob, "@+typing=active alice TAGMSG bob");
	expect_none(bob);
}

static void rooms_are_joined_and_left_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_send(alice, "JOIN #den,#DEN,#yard,#den");
	expect(alice, "alice JOIN #den");
	expect_later(alice, "server 366 alice #den ...");
	expect(alice, "alice JOIN #yard");
	expect_later(alice, "server 366 alice #yard ...");
	expect_none(alice);
	peer_send(alice, "PART #den,#DEN,#den");
	expect(alice, "alice PART #den");
	expect_none(alice);
}

// The key belongs to the room that stands at its place.
static void doubles_do_not_move_the_keys_of_a_join(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(alice, "#yard");
	peer_send(alice, "MODE #yard +k sesame");
	fixture_skip(f);
	peer_send(bob, "JOIN #den,#den,#yard one,two,sesame");
	expect_later(bob, "bob JOIN #den");
	expect_later(bob, "bob JOIN #yard");
}

static void a_name_is_put_out_of_each_room_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(alice, "#yard");
	peer_join(bob, "#den");
	peer_join(bob, "#yard");
	fixture_skip(f);
	peer_send(alice, "KICK #den,#DEN,#yard bob,BOB,bob :out");
	expect(bob, "alice KICK #den bob :out");
	expect(bob, "alice KICK #yard bob :out");
	expect_none(bob);
	expect(alice, "alice KICK #den bob :out");
	expect(alice, "alice KICK #yard bob :out");
	expect_none(alice);
	peer_send(alice, "KICK #den bob,bob,BOB");
	expect(alice, "server 441 alice bob #den ...");
	expect_none(alice);
}

static void questions_are_answered_once_a_name(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	peer_send(alice, "NAMES #den,#DEN,#den");
	expect(alice, "server 353 alice = #den :@alice");
	expect(alice, "server 366 alice #den,#DEN,#den ...");
	expect_none(alice);
	peer_send(alice, "WHOIS alice,ALICE");
	expect_later(alice, "server 318 alice alice ...");
	expect_none(alice);
	peer_send(alice, "WHOWAS nobody,NOBODY");
	expect(alice, "server 406 alice nobody ...");
	expect(alice, "server 369 alice nobody ...");
	expect_none(alice);
	peer_send(alice, "ISON alice ALICE :alice Alice");
	expect(alice, "server 303 alice :alice");
	peer_send(alice, "USERHOST alice ALICE alice");
	expect(alice, "server 302 alice :alice=+alice@chat.test");
	expect_none(alice);
}

static void a_watched_name_is_told_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_send(alice, "MONITOR + alice,ALICE,bob,Bob,alice,b!d,B!d");
	expect(alice, "server 730 alice :alice!alice@chat.test");
	expect(alice, "server 731 alice :bob,b!d");
	expect_none(alice);
}

static void a_key_is_told_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "draft/metadata-3");

	peer_send(alice, "METADATA * SUB avatar avatar avatar");
	expect(alice, "server 770 alice avatar");
	peer_send(alice, "METADATA * UNSUB avatar avatar");
	expect(alice, "server 771 alice avatar");
	peer_send(alice, "METADATA * GET avatar avatar avatar");
	expect(alice, "server 766 alice alice avatar ...");
	expect_none(alice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_message_goes_to_each_target_once),
		HUB_TEST(doubles_do_not_count_against_the_most_targets),
		HUB_TEST(a_tag_message_goes_to_each_target_once),
		HUB_TEST(rooms_are_joined_and_left_once),
		HUB_TEST(doubles_do_not_move_the_keys_of_a_join),
		HUB_TEST(a_name_is_put_out_of_each_room_once),
		HUB_TEST(questions_are_answered_once_a_name),
		HUB_TEST(a_watched_name_is_told_once),
		HUB_TEST(a_key_is_told_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
