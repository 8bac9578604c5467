// SPDX-License-Identifier: MIT
#include "server/hub/people/account.h"
#include "server/hub/rooms/ban.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void several_changes_are_one_line_and_what_was_so_is_not_said(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	fixture_skip(f);
	peer_send(alice, "MODE #den +im-n+tv-o bob bob");
	expect(alice, "alice MODE #den +im-n+v bob");
	expect(bob, "alice MODE #den +im-n+v bob");
	peer_send(alice, "MODE #den +i");
	expect_none(alice);
}

static void the_key_is_for_members(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +kl sesame 5");
	expect(alice, "alice MODE #den +kl sesame 5");
	peer_send(bob, "MODE #den");
	expect(bob, "server 324 bob #den +ntkl * 5");
	expect(bob, "server 329 bob #den *");
	peer_send(bob, "JOIN #den wrong");
	expect(bob, "server 475 bob #den :*");
	peer_send(bob, "JOIN #den sesame");
	expect(bob, "bob JOIN #den");
	peer_skip(bob);
	peer_send(bob, "MODE #den");
	expect(bob, "server 324 bob #den +ntkl sesame 5");
}

static void a_key_that_could_not_be_typed_is_refused(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +k :");
	expect(alice, "server 696 alice #den k * :*");
	peer_send(alice, "MODE #den +k :two words");
	expect(alice, "server 696 alice #den k * :*");
	peer_send(alice, "MODE #den +k a,b");
	expect(alice, "server 696 alice #den k * :*");
	peer_send(alice, "MODE #den +k %033d", 1);
	expect(alice, "server 696 alice #den k * :*");
	peer_send(alice, "MODE #den -k");
	expect_none(alice);
}

static void a_limit_is_a_positive_number(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +l 0");
	expect(alice, "server 696 alice #den l * :*");
	peer_send(alice, "MODE #den +l -3");
	expect(alice, "server 696 alice #den l * :*");
	peer_send(alice, "MODE #den +l");
	expect(alice, "server 696 alice #den l * :*");
	peer_send(alice, "MODE #den +l 1");
	expect(alice, "alice MODE #den +l 1");
	peer_send(bob, "JOIN #den");
	expect(bob, "server 471 bob #den :*");
	peer_send(alice, "MODE #den -l");
	expect(alice, "alice MODE #den -l");
	peer_send(bob, "JOIN #den");
	expect(bob, "bob JOIN #den");
}

static void a_letter_that_nobody_knows_is_said_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +xyz");
	expect(alice, "server 472 alice x :*");
	expect_none(alice);
}

static void a_refused_change_is_said_once_and_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_skip(alice);
	peer_send(bob, "MODE #den +imkov key bob alice");
	expect(bob, "server 482 bob #den :*");
	expect_none(bob);
	expect_none(alice);
}

static void only_those_with_a_voice_speak_in_a_moderated_room(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "MODE #den +m");
	fixture_skip(f);
	peer_send(bob, "PRIVMSG #den :hm");
	expect(bob, "server 404 bob #den :*");
	peer_send(bob, "NOTICE #den :hm");
	expect_none(bob);
	peer_send(alice, "MODE #den +v bob");
	fixture_skip(f);
	peer_send(bob, "PRIVMSG #den :hm");
	expect(alice, "bob PRIVMSG #den :hm");
}

static void strangers_speak_only_where_n_is_off(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_send(bob, "PRIVMSG #den :hm");
	expect(bob, "server 404 bob #den :*");
	peer_send(alice, "MODE #den -n");
	peer_skip(alice);
	peer_send(bob, "PRIVMSG #den :hm");
	expect(alice, "bob PRIVMSG #den :hm");
}

static void ctcp_but_actions_can_be_kept_out(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "MODE #den +C");
	fixture_skip(f);
	peer_send(bob, "PRIVMSG #den :\001PING 1\001");
	expect(bob, "server 404 bob #den :*");
	peer_send(bob, "PRIVMSG #den :\001ACTION waves\001");
	expect(alice, "bob PRIVMSG #den :\001ACTION waves\001");
}

static void a_room_without_a_founder_gets_one_from_its_moderators(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_skip(alice);
	peer_send(bob, "MODE #den +q bob");
	expect(bob, "server 482 bob #den :*");
	peer_send(alice, "MODE #den +q alice");
	expect(alice, "alice MODE #den +q alice");
	peer_send(alice, "MODE #den +o bob");
	fixture_skip(f);
	peer_send(bob, "MODE #den +q bob");
	expect(bob, "server 482 bob #den :*");
}

static void ones_own_modes_are_told_to_all_ones_devices(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	struct peer *phone = fixture_login(f, "alice", "");

	peer_send(alice, "MODE alice");
	expect(alice, "server 221 alice +");
	peer_send(alice, "MODE alice +iwx");
	expect(alice, "alice MODE alice +iw");
	expect(alice, "server 501 alice :*");
	expect(phone, "alice MODE alice +iw");
	peer_send(phone, "MODE alice +o-w");
	expect(phone, "alice MODE alice -w");
	peer_send(alice, "MODE alice");
	expect_later(alice, "server 221 alice +i");
	peer_send(bob, "MODE alice +i");
	expect(bob, "server 502 bob :*");
	peer_send(bob, "MODE nobody");
	expect(bob, "server 401 bob nobody :*");
}

static void a_bot_says_so(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "message-tags");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "MODE alice +B");
	fixture_skip(f);
	peer_send(alice, "PRIVMSG #den :beep");
	expect(bob, "@bot alice PRIVMSG #den :beep");
	peer_send(bob, "WHOIS alice");
	expect_later(bob, "server 335 bob alice :*");
}

static void what_is_taken_away_is_gone_after_a_restart_too(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +k sesame");
	peer_send(alice, "TOPIC #den :tea");
	peer_send(alice, "MODE #den -k *");
	peer_send(alice, "TOPIC #den :");
	peer_skip(alice);
	peer_send(alice, "MODE #den");
	expect(alice, "server 324 alice #den +nt");
	fixture_restart(f, true);
	bob = fixture_login(f, "bob", "");
	peer_send(bob, "JOIN #den");
	expect(bob, "bob JOIN #den");
	expect(bob, "server 353 bob = #den :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(several_changes_are_one_line_and_what_was_so_is_not_said),
		HUB_TEST(the_key_is_for_members),
		HUB_TEST(a_key_that_could_not_be_typed_is_refused),
		HUB_TEST(a_limit_is_a_positive_number),
		HUB_TEST(a_letter_that_nobody_knows_is_said_once),
		HUB_TEST(a_refused_change_is_said_once_and_changes_nothing),
		HUB_TEST(only_those_with_a_voice_speak_in_a_moderated_room),
		HUB_TEST(strangers_speak_only_where_n_is_off),
		HUB_TEST(ctcp_but_actions_can_be_kept_out),
		HUB_TEST(a_room_without_a_founder_gets_one_from_its_moderators),
		HUB_TEST(ones_own_modes_are_told_to_all_ones_devices),
		HUB_TEST(a_bot_says_so),
		HUB_TEST(what_is_taken_away_is_gone_after_a_restart_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
