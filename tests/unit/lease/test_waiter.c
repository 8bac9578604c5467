// SPDX-License-Identifier: MIT
// When who waits for a lease takes it.
#include "server/store/lease/waiter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct lease_head held = {.term = 4, .beat = 10, .is_held = true};

static void come(struct waiter *w, enum waiter_does does, enum lease_came came,
		 const struct lease_head *h, int64_t now_ms)
{
	assert_int_equal(waiter_next(w, now_ms), does);
	assert_int_equal(waiter_next(w, now_ms), WAITER_RESTS);
	waiter_came(w, came, h, now_ms);
}

static struct waiter connected(int64_t now_ms)
{
	struct waiter w;

	waiter_init(&w);
	come(&w, WAITER_CONNECTS, CAME_WELL, NULL, now_ms);
	return w;
}

static void a_store_that_was_given_back_is_taken_at_once(void **state UNUSED)
{
	struct waiter w = connected(1000);
	struct lease_head free = held, mine = {.term = 5, .beat = 11, .is_held = true};

	free.is_held = false;
	come(&w, WAITER_LOOKS, CAME_WELL, &free, 1000);
	come(&w, WAITER_TAKES, CAME_WELL, &mine, 1001);
	assert_int_equal(waiter_next(&w, 1001), WAITER_HAS);
	assert_int_equal(w.term, 5);
	assert_int_equal(w.doing_ms, 1001);
	assert_true(w.is_proven);
}

// Looks until `until_ms`: nothing new comes.
static void see_nothing(struct waiter *w, int64_t from_ms, int64_t until_ms)
{
	for (int64_t now = from_ms; now < until_ms; now += LEASE_LOOK_MS) {
		come(w, WAITER_LOOKS, CAME_WELL, &w->seen, now);
		assert_int_equal(waiter_next(w, now), WAITER_RESTS);
	}
}

static void who_gives_no_sign_loses_it(void **state UNUSED)
{
	struct waiter w = connected(1000);
	struct lease_head beating = held;

	come(&w, WAITER_LOOKS, CAME_WELL, &held, 1000);
	see_nothing(&w, 1200, 2800);
	beating.beat++;
	come(&w, WAITER_LOOKS, CAME_WELL, &beating, 2900);
	see_nothing(&w, 3100, 2900 + LEASE_TAKE_MS);
	assert_int_equal(waiter_due_ms(&w), 2900 + LEASE_TAKE_MS);
	assert_int_equal(waiter_next(&w, 2900 + LEASE_TAKE_MS), WAITER_TAKES);
}

// The UPDATE hit nothing: it gave a sign between the look and the taking.
static void who_was_too_late_waits_anew(void **state UNUSED)
{
	struct waiter w = connected(1000);

	come(&w, WAITER_LOOKS, CAME_WELL, &held, 1000);
	come(&w, WAITER_TAKES, CAME_WELL, NULL, 3000);
	come(&w, WAITER_LOOKS, CAME_WELL, &held, 3000);
	assert_int_equal(waiter_due_ms(&w), 3000 + LEASE_TAKE_MS);
}

static void behind_a_lost_connection_the_holder_is_first(void **state UNUSED)
{
	struct waiter w = connected(1000);
	struct lease_head beating = held;

	come(&w, WAITER_LOOKS, CAME_WELL, &held, 1000);
	come(&w, WAITER_LOOKS, CAME_AWAY, NULL, 1200);
	come(&w, WAITER_CONNECTS, CAME_AWAY, NULL, w.at_ms);
	come(&w, WAITER_CONNECTS, CAME_WELL, NULL, w.at_ms);
	// Long ago, but nobody could.
	come(&w, WAITER_LOOKS, CAME_WELL, &held, 9000);
	assert_int_equal(waiter_due_ms(&w), 9000 + LEASE_GRACE_MS);
	beating.beat++;
	come(&w, WAITER_LOOKS, CAME_WELL, &beating, 9200);
	assert_int_equal(waiter_due_ms(&w), 9200 + LEASE_TAKE_MS);
}

static void a_taking_in_doubt_is_not_believed(void **state UNUSED)
{
	struct waiter w = connected(1000);
	struct lease_head taken = {.term = 5, .beat = 11, .is_held = true};

	come(&w, WAITER_LOOKS, CAME_WELL, &held, 1000);
	come(&w, WAITER_TAKES, CAME_AWAY, NULL, 3000);
	come(&w, WAITER_CONNECTS, CAME_WELL, NULL, w.at_ms);
	come(&w, WAITER_LOOKS, CAME_WELL, &taken, 3100);
	assert_int_equal(waiter_next(&w, 3100), WAITER_RESTS);
	assert_int_equal(w.term, 0);
}

static void a_taking_with_a_warning_is_to_be_proven(void **state UNUSED)
{
	struct waiter w = connected(1000);
	struct lease_head taken = {.term = 5, .beat = 11, .is_held = true};

	come(&w, WAITER_LOOKS, CAME_WELL, &held, 1000);
	come(&w, WAITER_TAKES, CAME_UNSURE, &taken, 3000);
	assert_int_equal(waiter_next(&w, 3000), WAITER_HAS);
	assert_false(w.is_proven);
}

static void a_look_that_fails_is_tried_again_by_another_connection(void **state UNUSED)
{
	struct waiter w = connected(1000);

	come(&w, WAITER_LOOKS, CAME_NOT, NULL, 1000);
	assert_int_equal(waiter_next(&w, 1000), WAITER_RESTS);
	assert_int_equal(waiter_next(&w, w.at_ms), WAITER_CONNECTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_store_that_was_given_back_is_taken_at_once),
		cmocka_unit_test(who_gives_no_sign_loses_it),
		cmocka_unit_test(who_was_too_late_waits_anew),
		cmocka_unit_test(behind_a_lost_connection_the_holder_is_first),
		cmocka_unit_test(a_taking_in_doubt_is_not_believed),
		cmocka_unit_test(a_taking_with_a_warning_is_to_be_proven),
		cmocka_unit_test(a_look_that_fails_is_tried_again_by_another_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
