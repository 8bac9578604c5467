// SPDX-License-Identifier: MIT
#include "server/hub/people/account.h"
#include "server/hub/rooms/ban.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_moderator_puts_a_member_out_and_others_cannot(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");
	struct peer *carol = fixture_login(f, "carol", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_join(carol, "#den");
	peer_send(bob, "KICK #den carol :out");
	expect(bob, "server 482 bob #den :*");
	peer_send(alice, "KICK #den carol,bob :out");
	expect(alice, "alice KICK #den carol out");
	expect(alice, "alice KICK #den bob out");
	expect(carol, "alice KICK #den carol :out");
	expect_none(carol);
	expect(bob, "alice KICK #den carol :out");
	expect(bob, "alice KICK #den bob :out");
	peer_send(bob, "PRIVMSG #den :hello?");
	expect(bob, "server 404 bob #den :*");
}

static void a_kick_names_the_one_who_did_it_when_there_is_no_reason(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_skip(alice);
	peer_send(alice, "KICK #den bob");
	expect(bob, "alice KICK #den bob :alice");
}

// Proves B3.
static void kicking_who_is_not_there_is_an_error_for_each_way_of_not_being_there(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_send(alice, "KICK #den nobody");
	expect(alice, "server 401 alice nobody :*");
	peer_send(alice, "KICK #den bob");
	expect(alice, "server 441 alice bob #den :*");
	peer_send(alice, "KICK #none bob");
	expect(alice, "server 403 alice #none :*");
	peer_send(bob, "KICK #den alice");
	expect(bob, "server 442 bob #den :*");
	expect_none(alice);
}

static void a_founder_is_not_put_out_by_a_moderator(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "MODE #den +q alice");
	peer_send(alice, "MODE #den +o bob");
	fixture_skip(f);
	peer_send(bob, "KICK #den alice");
	expect(bob, "server 482 bob #den :*");
	peer_send(bob, "MODE #den -q alice");
	expect(bob, "server 482 bob #den :*");
	peer_send(bob, "MODE #den -o alice");
	expect(bob, "bob MODE #den -o alice");
	peer_send(alice, "KICK #den bob");
	expect_later(bob, "alice KICK #den bob *");
}

static void an_invitation_passes_key_limit_ban_and_closed_door_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +iklb key 1 bob!*@*");
	peer_skip(alice);
	peer_send(bob, "JOIN #den");
	expect(bob, "server 474 bob #den :*");
	peer_send(alice, "INVITE bob #den");
	expect(alice, "server 341 alice bob #den");
	expect(bob, "alice INVITE bob #den");
	peer_send(bob, "INVITE");
	expect(bob, "server 336 bob #den");
	expect(bob, "server 337 bob :*");
	fixture_restart(f, false);
	alice = fixture_login(f, "alice", "");
	bob = fixture_login(f, "bob", "");
	peer_send(bob, "JOIN #den");
	expect(bob, "bob JOIN #den");
	peer_skip(bob);
	peer_send(bob, "PART #den");
	peer_send(bob, "JOIN #den");
	expect_later(bob, "server 474 bob #den :*");
}

static void only_members_invite_and_only_moderators_to_a_closed_room(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");
	struct peer *carol = fixture_login(f, "carol", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_skip(alice);
	peer_send(carol, "INVITE bob #den");
	expect(carol, "server 442 carol #den :*");
	peer_send(bob, "INVITE carol #den");
	expect(bob, "server 341 bob carol #den");
	expect(carol, "bob INVITE carol #den");
	expect_none(alice);
	peer_send(alice, "MODE #den +i");
	fixture_skip(f);
	peer_send(bob, "INVITE carol #den");
	expect(bob, "server 482 bob #den :*");
	peer_send(alice, "INVITE bob #den");
	expect(alice, "server 443 alice bob #den :*");
	peer_send(alice, "INVITE nobody #den");
	expect(alice, "server 401 alice nobody :*");
}

static void moderators_with_invite_notify_hear_of_invitations(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "invite-notify");
	struct peer *bob = fixture_login(f, "bob", "invite-notify");
	struct peer *carol = fixture_login(f, "carol", "");

	(void)fixture_account(f, "erin");
	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_join(carol, "#den");
	fixture_skip(f);
	peer_send(carol, "INVITE erin #den");
	expect(alice, "carol INVITE erin #den");
	expect(bob, "carol INVITE erin #den");
	expect(carol, "server 341 carol erin #den");
	expect_none(carol);
}

static void a_knock_reaches_the_moderators_of_a_closed_room(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");
	struct peer *carol = fixture_login(f, "carol", "");

	peer_join(alice, "#den");
	peer_join(carol, "#den");
	peer_send(bob, "KNOCK #den");
	expect(bob, "server 713 bob #den :*");
	peer_send(alice, "MODE #den +i");
	fixture_skip(f);
	peer_send(bob, "KNOCK #den :it is me");
	expect(bob, "server 711 bob #den :*");
	expect(alice, "server 710 #den #den bob!*@* :*it is me");
	expect_none(carol);
	peer_send(carol, "KNOCK #den");
	expect(carol, "server 714 carol #den :*");
}

static void someone_who_joins_while_away_is_said_to_be_to_others_only(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "away-notify");
	struct peer *bob = fixture_login(f, "bob", "away-notify");

	peer_join(alice, "#den");
	peer_send(bob, "AWAY :lunch");
	expect(bob, "server 306 bob :*");
	peer_send(bob, "JOIN #den");
	expect(alice, "bob JOIN #den");
	expect(alice, "bob AWAY :lunch");
	expect(bob, "bob JOIN #den");
	expect(bob, "server 353 bob = #den :*");
	expect(bob, "server 366 bob #den :*");
	expect_none(bob);
}

static void an_account_is_away_when_all_its_devices_are(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "away-notify");
	struct peer *bob = fixture_login(f, "bob", "");

	struct peer *phone = fixture_login(f, "bob", "draft/pre-away");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	fixture_skip(f);
	peer_send(bob, "AWAY :lunch");
	expect(bob, "server 306 bob :*");
	expect_none(alice);
	peer_send(phone, "AWAY *");
	expect(phone, "server 306 bob :*");
	expect(alice, "bob AWAY :lunch");
	peer_send(phone, "AWAY");
	expect(alice, "bob AWAY");
	peer_close(phone);
	expect(alice, "bob AWAY :lunch");
	peer_send(bob, "AWAY :");
	expect(alice, "bob AWAY");
}

static void away_before_the_login_counts_from_its_first_moment(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	struct peer *bob;

	fixture_account(f, "bob");
	bob = fixture_open(f);
	peer_send(bob, "AWAY :too soon");
	expect(bob, "server 451 * :*");
	peer_send(bob, "CAP REQ :draft/pre-away");
	peer_send(bob, "AWAY :not really here");
	expect_later(bob, "server 306 * :*");
	peer_send(bob, "PASS :bob:" FIXTURE_PASSWORD);
	peer_send(bob, "NICK bob");
	peer_send(bob, "USER bob 0 * :Bob");
	peer_send(bob, "CAP END");
	expect_later(bob, "server 001 bob :*");
	peer_send(alice, "WHOIS bob");
	expect_later(alice, "server 301 alice bob :not really here");
}

static void roles_add_up_and_multi_prefix_shows_them_all(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "multi-prefix");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "MODE #den +v-o+q alice bob alice");
	peer_skip(alice);
	peer_send(alice, "MODE #den +o alice");
	fixture_skip(f);
	peer_send(alice, "NAMES #den");
	expect(alice, "server 353 alice = #den :~@+alice bob");
	peer_send(bob, "NAMES #den");
	expect(bob, "server 353 bob = #den :~alice bob");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_moderator_puts_a_member_out_and_others_cannot),
		HUB_TEST(a_kick_names_the_one_who_did_it_when_there_is_no_reason),
		HUB_TEST(kicking_who_is_not_there_is_an_error_for_each_way_of_not_being_there),
		HUB_TEST(a_founder_is_not_put_out_by_a_moderator),
		HUB_TEST(an_invitation_passes_key_limit_ban_and_closed_door_once),
		HUB_TEST(only_members_invite_and_only_moderators_to_a_closed_room),
		HUB_TEST(moderators_with_invite_notify_hear_of_invitations),
		HUB_TEST(a_knock_reaches_the_moderators_of_a_closed_room),
		HUB_TEST(someone_who_joins_while_away_is_said_to_be_to_others_only),
		HUB_TEST(an_account_is_away_when_all_its_devices_are),
		HUB_TEST(away_before_the_login_counts_from_its_first_moment),
		HUB_TEST(roles_add_up_and_multi_prefix_shows_them_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
