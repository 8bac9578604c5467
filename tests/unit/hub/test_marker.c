// SPDX-License-Identifier: MIT
#include "server/hub/history/marker.h"
#include "server/hub/people/account.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ALL "message-tags server-time echo-message draft/read-marker"

// As it stands: in a pattern a star is anything.
static void ends_with_a_star(struct peer *p, const char *words)
{
	const char *line = peer_next(p);

	assert_non_null(line);
	assert_string_equal(strstr(line, "MARKREAD"), words);
}

static void a_marker_that_was_never_set_is_a_star(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);

	fixture_account(f, "bob");
	peer_send(alice, "MARKREAD #nowhere");
	ends_with_a_star(alice, "MARKREAD #nowhere *");
	peer_send(alice, "MARKREAD bob");
	ends_with_a_star(alice, "MARKREAD bob *");
}

static void a_marker_rises_and_never_falls(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "MARKREAD #den timestamp=2019-06-01T12:00:00.000Z");
	expect(alice, "server MARKREAD #den timestamp=2019-06-01T12:00:00.000Z");
	peer_send(alice, "MARKREAD #den timestamp=2019-01-01T00:00:00.000Z");
	expect(alice, "server MARKREAD #den timestamp=2019-06-01T12:00:00.000Z");
	expect_none(bob);
}

static void all_devices_hear_of_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct peer *desk = fixture_login(f, "alice", ALL);

	peer_send(alice, "MARKREAD bob timestamp=2019-06-01T12:00:00.000Z");
	expect(alice, "server MARKREAD bob timestamp=2019-06-01T12:00:00.000Z");
	expect(desk, "server MARKREAD bob timestamp=2019-06-01T12:00:00.000Z");
	expect_none(bob);
}

static void it_comes_between_join_and_the_end_of_names_and_outlives_a_restart(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_send(alice, "JOIN #den");
	expect(alice, "alice JOIN #den");
	expect_later(alice, "server MARKREAD #den *");
	expect_later(alice, "server 366 alice #den ...");
	peer_send(alice, "MARKREAD #den timestamp=2019-06-01T12:00:00.000Z");
	fixture_restart(f, true);
	alice = fixture_login_loud(f, "alice", ALL);
	expect_later(alice, "alice JOIN #den");
	expect_later(alice, "server MARKREAD #den timestamp=2019-06-01T12:00:00.000Z");
	expect_later(alice, "server 366 alice #den ...");
	peer_send(bob, "MARKREAD #den");
}

// Proves B12.
static void a_time_in_the_future_becomes_now(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);

	fixture_account(f, "bob");
	peer_send(alice, "MARKREAD bob timestamp=2200-01-01T00:00:00.000Z");
	expect(alice, "server MARKREAD bob timestamp=2026-*");
}

static void wrong_times_and_missing_targets_are_told(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_send(alice, "MARKREAD");
	expect(alice, "server FAIL MARKREAD NEED_MORE_PARAMS :*");
	peer_send(alice, "MARKREAD bob *");
	expect(alice, "server FAIL MARKREAD INVALID_PARAMS * :*");
	peer_send(alice, "MARKREAD bob timestamp=soon");
	expect(alice, "server FAIL MARKREAD INVALID_PARAMS * :*");
	peer_send(alice, "MARKREAD #nowhere timestamp=2019-06-01T12:00:00.000Z");
	expect(alice, "server FAIL MARKREAD INVALID_PARAMS #nowhere :*");
	expect_none(bob);
}

static void a_marker_of_nobody_is_passed_by(void **state)
{
	struct fixture *f = *state;
	const struct account *alice = fixture_account(f, "alice");

	marker_load(f->hub, &(struct entry_marker){424242, 7, 9});
	marker_load(f->hub, &(struct entry_marker){alice->id, 7, 9});
	marker_load(f->hub, &(struct entry_marker){alice->id, 7, 11});
	assert_int_equal(marker_time(alice, 7), 11);
	assert_int_equal(marker_time(alice, 8), 0);
	assert_int_equal(alice->markers.n_items, 1);
}

static void who_did_not_ask_for_markers_is_told_of_none(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "message-tags"),
		    *desk = fixture_login(f, "alice", ALL);
	const char *line;

	peer_send(alice, "JOIN #den");
	while ((line = peer_next(alice)) != NULL)
		assert_null(strstr(line, "MARKREAD"));
	peer_skip(desk);
	peer_send(desk, "MARKREAD #den timestamp=2019-06-01T12:00:00.000Z");
	expect(desk, "server MARKREAD #den *");
	expect_none(alice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_marker_that_was_never_set_is_a_star),
		HUB_TEST(a_marker_rises_and_never_falls),
		HUB_TEST(all_devices_hear_of_it),
		HUB_TEST(it_comes_between_join_and_the_end_of_names_and_outlives_a_restart),
		HUB_TEST(a_time_in_the_future_becomes_now),
		HUB_TEST(wrong_times_and_missing_targets_are_told),
		HUB_TEST(a_marker_of_nobody_is_passed_by),
		HUB_TEST(who_did_not_ask_for_markers_is_told_of_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
