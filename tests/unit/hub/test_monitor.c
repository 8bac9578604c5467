// SPDX-License-Identifier: MIT
#include "server/hub/people/account.h"
#include "server/hub/rooms/ban.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void those_who_watch_learn_of_coming_and_going_once_for_all_devices(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	struct peer *desk, *phone;

	peer_send(alice, "MONITOR + bob,Carol");
	expect(alice, "server 731 alice :bob,Carol");
	desk = fixture_login(f, "bob", "");
	expect(alice, "server 730 alice :bob!bob@chat.test");
	phone = fixture_login(f, "bob", "");
	peer_close(desk);
	expect_none(alice);
	peer_close(phone);
	expect(alice, "server 731 alice :bob");
}

static void adding_says_who_is_here_and_who_is_not(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	(void)bob;
	peer_send(alice, "MONITOR + bob,dave");
	expect(alice, "server 730 alice :bob!bob@chat.test");
	expect(alice, "server 731 alice :dave");
	peer_send(alice, "MONITOR S");
	expect(alice, "server 730 alice :bob!bob@chat.test");
	expect(alice, "server 731 alice :dave");
	peer_send(alice, "MONITOR L");
	expect(alice, "server 732 alice :bob,dave");
	expect(alice, "server 733 alice :*");
}

static void who_stopped_watching_hears_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_send(alice, "MONITOR + bob,dave");
	peer_send(alice, "MONITOR - BOB");
	peer_skip(alice);
	peer_close(bob);
	expect_none(alice);
	peer_send(alice, "MONITOR C");
	peer_send(alice, "MONITOR L");
	expect(alice, "server 733 alice :*");
}

static void what_can_be_no_name_is_never_here(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_send(alice, "MONITOR + *!*@*,b*b");
	expect(alice, "server 731 alice :*!*@*,b*b");
	peer_send(alice, "MONITOR L");
	expect(alice, "server 733 alice :*");
}

static void the_list_has_an_end_that_names_what_did_not_fit(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	for (int i = 0; i < MONITOR_MAX; i++)
		peer_send(alice, "MONITOR + user%d", i);
	peer_skip(alice);
	peer_send(alice, "MONITOR + user5,one,two");
	expect(alice, "server 734 alice 100 one,two :*");
	expect(alice, "server 731 alice :user5");
	expect_none(alice);
}

static void a_session_that_ends_is_watched_over_by_nobody(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_send(alice, "MONITOR + bob");
	peer_close(alice);
	peer_close(bob);
	assert_int_equal(f->hub->monitors.n_items, 0);
}

static void extended_monitor_tells_of_changes_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "extended-monitor away-notify setname");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_send(alice, "MONITOR + bob");
	peer_skip(alice);
	peer_send(bob, "AWAY :lunch");
	expect(alice, "bob AWAY :lunch");
	peer_send(bob, "SETNAME :Robert");
	expect(alice, "bob SETNAME :Robert");
	peer_join(alice, "#den");
	peer_join(bob, "#den");
	fixture_skip(f);
	peer_send(bob, "AWAY");
	expect(alice, "bob AWAY");
	expect_none(alice);
}

static void
without_extended_monitor_or_the_capability_of_the_change_nothing_is_told(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "away-notify");
	struct peer *bob = fixture_login(f, "bob", "");
	struct peer *carol = fixture_login(f, "carol", "extended-monitor");

	peer_send(alice, "MONITOR + bob");
	peer_send(carol, "MONITOR + bob");
	fixture_skip(f);
	peer_send(bob, "AWAY :lunch");
	expect_none(alice);
	expect_none(carol);
}

static struct peer *login_away(struct fixture *f)
{
	struct peer *bob = fixture_open(f);

	peer_send(bob, "CAP REQ :draft/pre-away");
	peer_send(bob, "AWAY :asleep");
	peer_send(bob, "PASS :bob:" FIXTURE_PASSWORD);
	peer_send(bob, "NICK bob");
	peer_send(bob, "USER bob 0 * :Bob");
	peer_send(bob, "CAP END");
	return bob;
}

static void who_comes_while_away_is_said_to_be_once_to_all_who_see_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "extended-monitor away-notify");
	struct peer *carol = fixture_login(f, "carol", "extended-monitor away-notify");
	struct peer *dora = fixture_login(f, "dora", "away-notify");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_join(alice, "#nest");
	peer_join(bob, "#nest");
	peer_close(bob);
	peer_send(alice, "MONITOR + bob");
	peer_send(carol, "MONITOR + bob");
	peer_send(dora, "MONITOR + bob");
	fixture_skip(f);
	(void)login_away(f);
	expect(alice, "bob JOIN #den");
	expect(alice, "bob JOIN #nest");
	expect(alice, "server 730 alice :bob!*");
	expect(alice, "bob AWAY :asleep");
	expect_none(alice);
	expect(carol, "server 730 carol :bob!*");
	expect(carol, "bob AWAY :asleep");
	expect_none(carol);
	expect(dora, "server 730 dora :bob!*");
	expect_none(dora);
}

static void of_two_who_watch_one_stops(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *cem = fixture_login(f, "cem", "");

	peer_send(alice, "MONITOR + bob");
	peer_send(cem, "MONITOR + bob");
	peer_send(cem, "MONITOR - bob,nobody");
	fixture_skip(f);
	(void)fixture_login(f, "bob", "");
	expect(alice, "server 730 alice :bob!*");
	expect_none(cem);
}

static void a_new_spelling_is_no_going(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "account-notify extended-monitor"),
		    *bob = fixture_login(f, "bob", "");

	peer_send(alice, "MONITOR + bob");
	peer_skip(alice);
	peer_send(bob, "NICK BOB");
	expect(alice, "BOB ACCOUNT BOB");
	expect_none(alice);
}

static void who_is_not_here_is_renamed_without_a_word(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "account-notify"),
		    *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_close(bob);
	peer_send(alice, "MONITOR + bob,rob");
	peer_skip(alice);
	admin_answer_free(fixture_verb(f, "user rename bob rob", NULL));
	expect_none(alice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(those_who_watch_learn_of_coming_and_going_once_for_all_devices),
		HUB_TEST(adding_says_who_is_here_and_who_is_not),
		HUB_TEST(who_stopped_watching_hears_nothing),
		HUB_TEST(what_can_be_no_name_is_never_here),
		HUB_TEST(the_list_has_an_end_that_names_what_did_not_fit),
		HUB_TEST(a_session_that_ends_is_watched_over_by_nobody),
		HUB_TEST(extended_monitor_tells_of_changes_once),
		HUB_TEST(
			without_extended_monitor_or_the_capability_of_the_change_nothing_is_told),
		HUB_TEST(who_comes_while_away_is_said_to_be_once_to_all_who_see_it),
		HUB_TEST(of_two_who_watch_one_stops),
		HUB_TEST(a_new_spelling_is_no_going),
		HUB_TEST(who_is_not_here_is_renamed_without_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
