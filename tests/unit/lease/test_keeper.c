// SPDX-License-Identifier: MIT
// What the holder of a lease does next, whatever came back.
#include "server/store/lease/keeper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ME "chat1 1"

static struct lease_head head(int64_t term, entry_no upto)
{
	struct lease_head h = {.term = term, .upto = upto, .is_held = true};

	snprintf(h.holder, sizeof(h.holder), ME);
	return h;
}

static struct keeper steady(void)
{
	struct keeper k;

	keeper_init(&k, 7, ME, 1000, true);
	return k;
}

static void come(struct keeper *k, enum keeper_does does, enum lease_came came,
		 const struct lease_head *h, int64_t now_ms)
{
	assert_int_equal(keeper_next(k, now_ms), does);
	// Until it came back there is nothing to do.
	assert_int_equal(keeper_next(k, now_ms), KEEPER_RESTS);
	keeper_came(k, came, h, now_ms);
}

// Lost, and connected again.
static void lose(struct keeper *k, enum keeper_does does, int64_t now_ms)
{
	come(k, does, CAME_AWAY, NULL, now_ms);
	assert_int_equal(keeper_next(k, now_ms), KEEPER_RESTS);
	come(k, KEEPER_CONNECTS, CAME_WELL, NULL, k->at_ms);
	assert_false(keeper_is_steady(k));
}

static void a_batch_that_came_back_well_is_durable(void **state UNUSED)
{
	struct keeper k = steady();

	keeper_batch(&k, 3);
	come(&k, KEEPER_SENDS, CAME_WELL, NULL, 1100);
	assert_int_equal(k.durable, 3);
	assert_int_equal(k.proof_ms, 1100);
	assert_true(keeper_is_steady(&k));
	assert_int_equal(keeper_next(&k, 1100 + LEASE_BEAT_MS - 1), KEEPER_RESTS);
	assert_int_equal(keeper_next(&k, 1100 + LEASE_BEAT_MS), KEEPER_ASKS);
}

static void the_proof_is_of_when_it_was_sent(void **state UNUSED)
{
	struct keeper k = steady();
	struct lease_head h = head(7, 0);

	assert_int_equal(keeper_next(&k, 2000), KEEPER_ASKS);
	keeper_came(&k, CAME_WELL, &h, 3400);
	assert_int_equal(k.proof_ms, 2000);
}

static void what_was_in_doubt_and_stored_is_not_sent_again(void **state UNUSED)
{
	struct keeper k = steady();
	struct lease_head h = head(7, 3);

	keeper_batch(&k, 3);
	lose(&k, KEEPER_SENDS, 1100);
	assert_int_equal(k.durable, 0);
	come(&k, KEEPER_ASKS, CAME_WELL, &h, 1200);
	assert_int_equal(k.durable, 3);
	assert_int_equal(keeper_next(&k, 1200), KEEPER_RESTS);
}

static void what_was_in_doubt_and_not_stored_is_sent_again(void **state UNUSED)
{
	struct keeper k = steady();
	struct lease_head h = head(7, 0);

	keeper_batch(&k, 3);
	lose(&k, KEEPER_SENDS, 1100);
	come(&k, KEEPER_ASKS, CAME_WELL, &h, 1200);
	assert_int_equal(k.durable, 0);
	come(&k, KEEPER_SENDS, CAME_WELL, NULL, 1200);
	assert_int_equal(k.durable, 3);
}

// What came back with a warning is committed on one machine, and is not read either.
static void a_warning_proves_nothing(void **state UNUSED)
{
	struct keeper k = steady();
	struct lease_head h = head(7, 3);

	keeper_batch(&k, 3);
	come(&k, KEEPER_SENDS, CAME_UNSURE, NULL, 1100);
	assert_int_equal(k.durable, 0);
	assert_int_equal(k.proof_ms, 1000);
	come(&k, KEEPER_ASKS, CAME_UNSURE, &h, 1100);
	assert_int_equal(k.durable, 0);
	assert_int_equal(k.proof_ms, 1000);
	come(&k, KEEPER_ASKS, CAME_WELL, &h, k.at_ms);
	assert_int_equal(k.durable, 3);
}

static void who_is_fenced_ends(void **state UNUSED)
{
	struct keeper k = steady();
	struct lease_head h = head(8, 0);

	keeper_batch(&k, 3);
	come(&k, KEEPER_SENDS, CAME_FENCED, NULL, 1100);
	assert_int_equal(k.end, KEEPER_GOES_ON);
	come(&k, KEEPER_ASKS, CAME_WELL, &h, 1100);
	assert_int_equal(k.end, KEEPER_FENCED);
	assert_int_equal(k.durable, 0);
	assert_int_equal(k.proof_ms, 1000);
	assert_int_equal(keeper_next(&k, 1100), KEEPER_ENDS);
}

// The first try was still under way when the head was asked.
static void a_fence_of_ones_own_is_none(void **state UNUSED)
{
	struct keeper k = steady();
	struct lease_head before = head(7, 0), after = head(7, 3);

	keeper_batch(&k, 3);
	lose(&k, KEEPER_SENDS, 1100);
	come(&k, KEEPER_ASKS, CAME_WELL, &before, 1200);
	come(&k, KEEPER_SENDS, CAME_FENCED, NULL, 1200);
	come(&k, KEEPER_ASKS, CAME_WELL, &after, 1200);
	assert_int_equal(k.durable, 3);
	assert_int_equal(k.end, KEEPER_GOES_ON);
}

static void a_batch_that_is_not_taken_may_be_sent_again_or_dropped(void **state UNUSED)
{
	struct keeper k = steady();

	keeper_batch(&k, 3);
	come(&k, KEEPER_SENDS, CAME_NOT, NULL, 1100);
	come(&k, KEEPER_SENDS, CAME_NOT, NULL, 1200);
	keeper_drop(&k);
	assert_int_equal(keeper_next(&k, 1200), KEEPER_RESTS);
	keeper_batch(&k, 2);
	come(&k, KEEPER_SENDS, CAME_WELL, NULL, 1300);
	assert_int_equal(k.durable, 2);
}

// Nothing of it is durable by its number, and what it does may be done twice.
static void a_batch_without_entries_is_never_in_doubt(void **state UNUSED)
{
	struct keeper k = steady();
	struct lease_head h = head(7, 0);

	keeper_batch(&k, 0);
	come(&k, KEEPER_SENDS, CAME_WELL, NULL, 1100);
	assert_int_equal(k.proof_ms, 1100);
	keeper_batch(&k, 0);
	lose(&k, KEEPER_SENDS, 1200);
	assert_false(keeper_is_in_doubt(&k));
	come(&k, KEEPER_ASKS, CAME_WELL, &h, 1300);
	keeper_drop(&k);
	keeper_batch(&k, 2);
	lose(&k, KEEPER_SENDS, 1400);
	assert_true(keeper_is_in_doubt(&k));
}

// A full disk takes no batch, but may take the sign that somebody tries.
static void a_batch_that_is_never_taken_does_not_stop_the_signs(void **state UNUSED)
{
	struct keeper k = steady();
	struct lease_head h = head(7, 0);

	keeper_batch(&k, 3);
	come(&k, KEEPER_SENDS, CAME_NOT, NULL, 1900);
	come(&k, KEEPER_ASKS, CAME_WELL, &h, 2000);
	assert_int_equal(k.proof_ms, 2000);
	come(&k, KEEPER_SENDS, CAME_NOT, NULL, 2001);
}

static struct keeper lost(const struct lease_head *h)
{
	struct keeper k = steady();

	keeper_batch(&k, 9);
	come(&k, KEEPER_SENDS, CAME_WELL, NULL, 1100);
	keeper_batch(&k, 12);
	lose(&k, KEEPER_SENDS, 1200);
	come(&k, KEEPER_ASKS, CAME_WELL, h, 1300);
	return k;
}

static void a_head_that_fell_was_lost_and_is_sent_again(void **state UNUSED)
{
	struct lease_head h = head(7, 5), whole = head(7, 9);
	struct keeper k = lost(&h);

	assert_int_equal(k.end, KEEPER_LOST);
	assert_int_equal(keeper_next(&k, 1300), KEEPER_ENDS);
	assert_true(keeper_can_send_again(&k));
	keeper_send_again(&k);
	lose(&k, KEEPER_SENDS, 1300);
	come(&k, KEEPER_ASKS, CAME_WELL, &h, 1400);
	come(&k, KEEPER_SENDS, CAME_UNSURE, NULL, 1400);
	come(&k, KEEPER_ASKS, CAME_WELL, &whole, 1400);
	assert_int_equal(k.durable, 9);
	assert_int_equal(k.end, KEEPER_RESTORED);
}

static void expect_lost_for_good(const struct lease_head *h)
{
	struct keeper k = lost(h);

	assert_int_equal(k.end, KEEPER_LOST);
	assert_false(keeper_can_send_again(&k));
}

static void a_head_of_which_the_own_term_is_gone_is_lost_for_good(void **state UNUSED)
{
	struct lease_head h = head(6, 9);

	expect_lost_for_good(&h);
	h = head(7, 9);
	snprintf(h.holder, sizeof(h.holder), "chat2 1");
	expect_lost_for_good(&h);
}

static void a_head_that_nobody_can_have_moved_is_lost_for_good(void **state UNUSED)
{
	struct lease_head h = head(7, 13);

	expect_lost_for_good(&h);
}

// It was taken over, and what was called durable was not there any more.
static void who_is_deposed_sees_what_the_next_one_did_not_find(void **state UNUSED)
{
	struct lease_head h = head(8, 0);

	h.before = 8;
	expect_lost_for_good(&h);
	h.before = 9;
	assert_int_equal(lost(&h).end, KEEPER_FENCED);
	h = head(9, 0);
	assert_int_equal(lost(&h).end, KEEPER_FENCED);
}

// The first try was shorter, and came so late that a longer one was on its way.
static void a_shorter_try_that_comes_late_is_stored(void **state UNUSED)
{
	struct keeper k = steady();
	struct lease_head none = head(7, 0), some = head(7, 3);

	keeper_batch(&k, 3);
	lose(&k, KEEPER_SENDS, 1100);
	come(&k, KEEPER_ASKS, CAME_WELL, &none, 1200);
	come(&k, KEEPER_SENDS, CAME_NOT, NULL, 1200);
	keeper_drop(&k);
	keeper_batch(&k, 5);
	come(&k, KEEPER_SENDS, CAME_FENCED, NULL, 1300);
	come(&k, KEEPER_ASKS, CAME_WELL, &some, 1300);
	assert_int_equal(k.durable, 3);
	assert_int_equal(k.from, 3);
	come(&k, KEEPER_SENDS, CAME_WELL, NULL, 1400);
	assert_int_equal(k.durable, 5);
	assert_int_equal(k.end, KEEPER_GOES_ON);
}

static void a_term_that_never_was_proven_lost_nothing(void **state UNUSED)
{
	struct keeper k;
	struct lease_head h = head(6, 4);

	keeper_init(&k, 7, ME, 1000, false);
	come(&k, KEEPER_CONNECTS, CAME_WELL, NULL, 1000);
	come(&k, KEEPER_ASKS, CAME_WELL, &h, 1001);
	assert_int_equal(k.end, KEEPER_FENCED);
}

static void it_never_gives_up(void **state UNUSED)
{
	struct keeper k = steady();
	int64_t now = 2000, pause = 0;

	come(&k, KEEPER_ASKS, CAME_AWAY, NULL, now);
	for (int i = 0; i < 10000; i++) {
		assert_in_range(k.at_ms - now, 1, LEASE_PAUSE_MAX_MS);
		assert_true(k.at_ms - now >= pause);
		pause = k.at_ms - now;
		now = k.at_ms;
		come(&k, KEEPER_CONNECTS, CAME_AWAY, NULL, now);
	}
	assert_int_equal(pause, LEASE_PAUSE_MAX_MS);
	assert_int_equal(k.end, KEEPER_GOES_ON);
}

// Of a commit that waits for a second machine the connection is whole: each try is longer.
static void patience_grows_until_something_comes(void **state UNUSED)
{
	struct keeper k = steady();
	struct lease_head h = head(7, 0);

	assert_int_equal(keeper_patience_ms(&k), LEASE_ANSWER_MS);
	lose(&k, KEEPER_ASKS, 2000);
	assert_int_equal(keeper_patience_ms(&k), 2 * LEASE_ANSWER_MS);
	for (int i = 0; i < 3; i++)
		lose(&k, KEEPER_ASKS, k.at_ms);
	assert_int_equal(keeper_patience_ms(&k), LEASE_ANSWER_MAX_MS);
	come(&k, KEEPER_ASKS, CAME_WELL, &h, 9000);
	assert_int_equal(keeper_patience_ms(&k), LEASE_ANSWER_MS);
}

static void a_taking_in_doubt_is_asked_before_all_else(void **state UNUSED)
{
	struct keeper k;
	struct lease_head h = head(7, 0);

	keeper_init(&k, 7, ME, 1000, false);
	assert_false(keeper_is_steady(&k));
	come(&k, KEEPER_CONNECTS, CAME_WELL, NULL, 1000);
	come(&k, KEEPER_ASKS, CAME_WELL, &h, 1001);
	assert_true(keeper_is_steady(&k));
	assert_int_equal(k.proof_ms, 1001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_batch_that_came_back_well_is_durable),
		cmocka_unit_test(the_proof_is_of_when_it_was_sent),
		cmocka_unit_test(what_was_in_doubt_and_stored_is_not_sent_again),
		cmocka_unit_test(what_was_in_doubt_and_not_stored_is_sent_again),
		cmocka_unit_test(a_warning_proves_nothing),
		cmocka_unit_test(who_is_fenced_ends),
		cmocka_unit_test(a_fence_of_ones_own_is_none),
		cmocka_unit_test(a_batch_that_is_not_taken_may_be_sent_again_or_dropped),
		cmocka_unit_test(a_batch_without_entries_is_never_in_doubt),
		cmocka_unit_test(a_batch_that_is_never_taken_does_not_stop_the_signs),
		cmocka_unit_test(a_head_that_fell_was_lost_and_is_sent_again),
		cmocka_unit_test(a_head_of_which_the_own_term_is_gone_is_lost_for_good),
		cmocka_unit_test(a_head_that_nobody_can_have_moved_is_lost_for_good),
		cmocka_unit_test(who_is_deposed_sees_what_the_next_one_did_not_find),
		cmocka_unit_test(a_shorter_try_that_comes_late_is_stored),
		cmocka_unit_test(a_term_that_never_was_proven_lost_nothing),
		cmocka_unit_test(it_never_gives_up),
		cmocka_unit_test(patience_grows_until_something_comes),
		cmocka_unit_test(a_taking_in_doubt_is_asked_before_all_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
