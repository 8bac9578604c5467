// SPDX-License-Identifier: MIT
// What is counted of attempts, by itself: to the last one that may, and the first that may not.
#include "server/hub/people/throttle.h"

#include "server/hub/people/freed.h"
#include "server/hub/people/throttle_private.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define MINUTE (60 * 1000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define OPEN_WINDOW (10 * MINUTE)
#define LOCKED 100

#define ANN SPAN("ann")
#define BOB SPAN("bob")

static const struct origin here = {1, 1}, there = {2, 2};

static struct hub *hub_with(void **state, int64_t logins, int64_t connections)
{
	struct fixture *f = *state;

	f->hub->config.logins_per_source = logins;
	f->hub->config.connections_per_source = connections;
	return f->hub;
}

static void fail_times(struct hub *h, const struct origin *from, struct span name, int n)
{
	for (int i = 0; i < n; i++)
		throttle_failed(h, from, name);
}

static void an_address_counts_by_itself_or_by_its_network(void **state)
{
	struct hub *h = hub_with(state, 3, 3);
	struct origin v4 = throttle_origin(h, SPAN("192.0.2.1"), 7),
		      other = throttle_origin(h, SPAN("192.0.2.2"), 7),
		      a = throttle_origin(h, SPAN("2001:db8:1:1::1"), 7),
		      near = throttle_origin(h, SPAN("2001:db8:1:1::2"), 7),
		      wide = throttle_origin(h, SPAN("2001:db8:1:2::1"), 7),
		      far = throttle_origin(h, SPAN("2001:db8:2:1::1"), 7),
		      none = throttle_origin(h, SPAN("nowhere"), 7),
		      range = throttle_origin(h, SPAN("192.0.2.0/24"), 7);

	assert_true(v4.source == v4.wide && v4.source != other.source && v4.source != 7);
	assert_true(a.source != a.wide && a.source == near.source && a.wide == near.wide);
	assert_true(a.source != wide.source && a.wide == wide.wide && a.wide != far.wide);
	assert_true(none.source == 7 && none.wide == 7);
	assert_true(range.source == 7 && range.wide == 7);
}

static void a_source_has_so_many_tries_a_minute(void **state)
{
	struct hub *h = hub_with(state, 3, 0);

	for (int i = 0; i < 3; i++) {
		assert_true(throttle_may_ask(h, &here));
		throttle_tried(h, &here);
	}
	assert_false(throttle_may_ask(h, &here));
	assert_false(throttle_may_try(h, &here, ANN));
	assert_true(throttle_may_ask(h, &there));
	h->now.mono_ms += MINUTE - 1;
	assert_false(throttle_may_ask(h, &here));
	h->now.mono_ms += 1;
	for (int i = 0; i < 3; i++) {
		assert_true(throttle_may_ask(h, &here));
		throttle_tried(h, &here);
	}
	assert_false(throttle_may_ask(h, &here));
	// One more for each account that is known there, and none is held up that is.
	throttle_met(h, &here, BOB);
	assert_true(throttle_may_ask(h, &here));
	throttle_tried(h, &here);
	assert_false(throttle_may_try(h, &here, ANN));
	assert_true(throttle_may_try(h, &here, BOB));
}

static void of_a_wide_network_four_times_as_many(void **state)
{
	struct hub *h = hub_with(state, 3, 0);

	for (uint64_t i = 0; i < 12; i++) {
		assert_true(throttle_may_ask(h, &(struct origin){20 + i, 10}));
		throttle_tried(h, &(struct origin){20 + i, 10});
	}
	assert_false(throttle_may_ask(h, &(struct origin){40, 10}));
	assert_true(throttle_may_ask(h, &(struct origin){40, 11}));
}

static void without_a_bound_nothing_is_counted(void **state)
{
	struct hub *h = hub_with(state, 0, 0);

	fail_times(h, &here, ANN, 2 * LOCKED);
	throttle_tried(h, &here);
	throttle_let_in(h, &here);
	assert_int_equal(h->throttles.n_items, 0);
	assert_true(throttle_may_ask(h, &here));
	assert_true(throttle_may_try(h, &here, ANN));
	for (int i = 0; i < 100; i++)
		throttle_opened(h, &here);
	assert_true(throttle_may_open(h, &here));
	assert_int_equal(h->throttles.n_items, 0);
	assert_int_equal(idmap_counted(&h->unknown_sources, here.source), 100);
	// What was counted while there was one keeps nobody out.
	h->config.logins_per_source = 100;
	fail_times(h, &here, ANN, FREE_FAILURES);
	assert_false(throttle_may_try(h, &here, ANN));
	h->config.logins_per_source = 0;
	assert_true(throttle_may_try(h, &here, ANN));
}

// Many belong to an office, more than four times the bound of who belongs nowhere.
static void one_address_is_no_wide_network(void **state)
{
	struct hub *h = hub_with(state, 3, 2);
	char name[16];

	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "name%d", i);
		throttle_met(h, &here, span_of(name));
	}
	for (int i = 0; i < 14; i++)
		throttle_tried(h, &here);
	assert_true(throttle_may_ask(h, &here));
	throttle_tried(h, &here);
	assert_false(throttle_may_ask(h, &here));
	for (int i = 0; i < 6; i++)
		throttle_opened(h, &there);
	throttle_let_in(h, &there);
	for (int i = 0; i < 4; i++)
		throttle_ended(h, &there);
	assert_int_equal(idmap_counted(&h->unknown_sources, there.source), 2);
	assert_false(throttle_may_open(h, &there)); // 5 are too many
	throttle_let_in(h, &there);
	assert_true(throttle_may_open(h, &there));
}

static void each_failure_from_the_fifth_on_waits_twice_as_long(void **state)
{
	struct hub *h = hub_with(state, 1000, 0);

	fail_times(h, &here, ANN, FREE_FAILURES - 1);
	for (int64_t wait = 1000; wait < 3 * LOGIN_WAIT_MAX_MS; wait *= 2) {
		int64_t most = wait < LOGIN_WAIT_MAX_MS ? wait : LOGIN_WAIT_MAX_MS;

		assert_true(throttle_may_try(h, &there, ANN));
		throttle_failed(h, &here, ANN);
		assert_true(throttle_may_try(h, &here, BOB));
		h->now.mono_ms += most - 1;
		assert_false(throttle_may_try(h, &there, ANN));
		h->now.mono_ms += 1;
	}
	throttle_failed(h, &here, ANN);
	throttle_forgive(h, ANN);
	assert_true(throttle_may_try(h, &here, ANN));
	fail_times(h, &here, ANN, FREE_FAILURES - 1);
	assert_true(throttle_may_try(h, &here, ANN));
}

static void failures_are_forgotten_after_an_hour_but_not_at_home(void **state)
{
	struct hub *h = hub_with(state, 1000, 0);

	fail_times(h, &here, ANN, FREE_FAILURES - 1);
	h->now.mono_ms += HOUR;
	throttle_failed(h, &here, ANN);
	assert_false(throttle_may_try(h, &here, ANN));
	fail_times(h, &here, BOB, FREE_FAILURES - 1);
	h->now.mono_ms += HOUR + 1;
	throttle_failed(h, &here, BOB);
	assert_true(throttle_may_try(h, &here, BOB));

	throttle_met(h, &there, ANN);
	fail_times(h, &there, ANN, FREE_FAILURES - 1);
	h->now.mono_ms += HOUR + 1;
	throttle_failed(h, &there, ANN);
	assert_false(throttle_may_try(h, &there, ANN));
	assert_true(throttle_may_try(h, &here, ANN));
	throttle_worked(h, &there, ANN);
	assert_true(throttle_may_try(h, &there, ANN));
}

static void a_hundred_in_a_row_keep_strangers_out(void **state)
{
	struct hub *h = hub_with(state, 1000, 0);

	throttle_met(h, &there, ANN);
	for (int i = 1; i <= LOCKED; i++) {
		assert_true(throttle_may_try(h, &here, ANN));
		throttle_failed(h, &here, ANN);
		h->now.mono_ms += LOGIN_WAIT_MAX_MS;
		assert_int_equal(throttle_has_locked(h, &here, ANN), i == LOCKED);
	}
	h->now.mono_ms += 2 * HOUR;
	assert_false(throttle_may_try(h, &here, ANN));
	assert_true(throttle_may_try(h, &there, ANN));
	assert_false(throttle_has_locked(h, &there, ANN));
	assert_false(throttle_has_locked(h, &here, BOB));
	throttle_failed(h, &here, ANN);
	assert_false(throttle_has_locked(h, &here, ANN));
	throttle_worked(h, &there, ANN);
	assert_true(throttle_may_try(h, &here, ANN));
}

static void a_hundred_at_home_lock_nobody_out(void **state)
{
	struct hub *h = hub_with(state, 1000, 0);

	throttle_met(h, &there, ANN);
	for (int i = 0; i < LOCKED; i++) {
		throttle_failed(h, &there, ANN);
		h->now.mono_ms += LOGIN_WAIT_MAX_MS;
	}
	assert_false(throttle_has_locked(h, &there, ANN));
	assert_true(throttle_may_try(h, &there, ANN));
	assert_true(throttle_may_try(h, &here, ANN));
}

static void an_account_knows_so_many_sources(void **state)
{
	struct hub *h = hub_with(state, 3, 0);

	assert_false(throttle_is_strange(h, &here, ANN));
	throttle_met(h, &there, BOB);
	for (uint64_t i = 0; i < KNOWN_SOURCES_MAX; i++)
		throttle_met(h, &(struct origin){50 + i, 50 + i}, SPAN("Ann"));
	throttle_met(h, &(struct origin){60, 60}, ANN); // known already: all stay
	assert_true(throttle_knows(h, &(struct origin){50, 50}, ANN));
	throttle_met(h, &(struct origin){50, 50}, ANN); // now the newest
	throttle_met(h, &here, ANN);
	assert_true(throttle_knows(h, &(struct origin){50, 50}, ANN));
	assert_false(throttle_knows(h, &(struct origin){51, 51}, ANN));
	assert_true(throttle_knows(h, &(struct origin){52, 52}, ANN));
	assert_true(throttle_knows(h, &there, BOB));
	assert_true(throttle_is_strange(h, &there, ANN));
	assert_false(throttle_is_strange(h, &here, ANN));
	assert_int_equal(idmap_counted(&h->known_at, here.source), 1);
}

static void so_many_wrong_ones_are_passed_on_in_a_day(void **state)
{
	struct hub *h = hub_with(state, 3, 0);

	throttle_passed_well(h, ANN);
	throttle_passed_badly(h, ANN);
	assert_int_equal(h->throttles.n_items, 0);
	assert_true(throttle_may_pass_on(h, ANN, 2));
	throttle_passed_on(h, ANN);
	throttle_passed_well(h, ANN);
	throttle_passed_well(h, ANN);
	throttle_passed_on(h, ANN);
	assert_true(throttle_may_pass_on(h, ANN, 2));
	throttle_passed_on(h, ANN);
	assert_false(throttle_may_pass_on(h, ANN, 2));
	assert_true(throttle_may_pass_on(h, ANN, 3));
	assert_true(throttle_may_pass_on(h, BOB, 2));
	h->now.mono_ms += DAY - 1;
	assert_false(throttle_may_pass_on(h, ANN, 2));
	h->now.mono_ms += 1;
	assert_true(throttle_may_pass_on(h, ANN, 2));
	throttle_passed_on(h, ANN);
	assert_true(throttle_may_pass_on(h, ANN, 2));
	throttle_passed_on(h, ANN);
	assert_false(throttle_may_pass_on(h, ANN, 2));
}

static void open(struct hub *h, const struct origin *from, int n)
{
	for (int i = 0; i < n; i++)
		throttle_opened(h, from);
}

static void end(struct hub *h, const struct origin *from, int n)
{
	for (int i = 0; i < n; i++)
		throttle_ended(h, from);
}

static void a_source_has_so_many_that_are_not_in_at_once(void **state)
{
	struct hub *h = hub_with(state, 0, 2);

	open(h, &here, 2);
	assert_true(throttle_may_open(h, &here));
	open(h, &here, 1);
	assert_false(throttle_may_open(h, &here));
	assert_true(throttle_may_open(h, &there));
	throttle_met(h, &here, ANN);
	assert_true(throttle_may_open(h, &here));
	end(h, &here, 3);
	assert_int_equal(idmap_counted(&h->unknown_sources, here.source), 0);
}

static void a_source_has_so_many_in_ten_minutes(void **state)
{
	struct hub *h = hub_with(state, 0, 2);

	for (int i = 0; i < 2; i++) {
		open(h, &here, 4);
		end(h, &here, 4);
		assert_true(throttle_may_open(h, &here));
		open(h, &here, 1);
		end(h, &here, 1);
		assert_false(throttle_may_open(h, &here));
		h->now.mono_ms += OPEN_WINDOW;
	}
	throttle_let_in(h, &there);
	throttle_let_in(h, &there);
	open(h, &there, 5);
	end(h, &there, 5);
	assert_false(throttle_may_open(h, &there));
	throttle_let_in(h, &there);
	assert_true(throttle_may_open(h, &there));
}

// The clock of a computer that was just started.
static void the_first_ten_minutes_begin_with_the_first(void **state)
{
	struct hub *h = hub_with(state, 0, 2);

	h->now.mono_ms = 1000;
	open(h, &here, 5);
	end(h, &here, 5);
	h->now.mono_ms = OPEN_WINDOW + 999;
	assert_false(throttle_may_open(h, &here));
	h->now.mono_ms = OPEN_WINDOW + 1000;
	assert_true(throttle_may_open(h, &here));
}

static void a_wide_network_has_four_times_as_many(void **state)
{
	struct hub *h = hub_with(state, 0, 2);
	struct origin from = {.wide = 10}, last = {99, 10};

	for (from.source = 20; from.source < 28; from.source++)
		open(h, &from, 1);
	assert_true(throttle_may_open(h, &last));
	open(h, &last, 1);
	assert_false(throttle_may_open(h, &last));
	end(h, &last, 1);
	for (from.source = 20; from.source < 28; from.source++)
		end(h, &from, 1);
	assert_int_equal(idmap_counted(&h->unknown_sources, 10), 0);
	for (from.source = 30; from.source < 38; from.source++) {
		open(h, &from, 1);
		end(h, &from, 1);
	}
	assert_false(throttle_may_open(h, &last)); // 17 in ten minutes
	throttle_let_in(h, &(struct origin){30, 10});
	assert_true(throttle_may_open(h, &last));
}

static size_t rows_of(const struct hub *h, char kind)
{
	size_t n = 0;

	list_for_each(item, &h->throttle_order)
		n += container_of(item, struct throttle, in_order)->key[0] == kind;
	return n;
}

static void what_is_known_of_an_account_goes_with_it(void **state)
{
	struct hub *h = hub_with(state, 10, 0);

	name_keep_back(h, ANN, 77);
	name_keep_back(h, BOB, 78);
	throttle_failed(h, &here, ANN);
	throttle_failed(h, &here, BOB);
	throttle_met(h, &there, ANN);
	throttle_met(h, &there, BOB);
	throttle_passed_on(h, ANN);
	throttle_erase(h, 77);
	assert_int_equal(rows_of(h, 'a'), 1);
	assert_int_equal(rows_of(h, 'g'), 1);
	assert_int_equal(rows_of(h, 'p'), 0);
	assert_int_equal(rows_of(h, 's'), 1);
	assert_true(throttle_knows(h, &there, BOB));
	assert_int_equal(idmap_counted(&h->known_at, there.source), 1);
	assert_false(throttle_is_strange(h, &here, ANN));
}

static void what_changed_is_saved_once_where_the_disk_takes_it(void **state)
{
	struct fixture *f = *state;
	struct hub *h = hub_with(state, 1000, 0);
	entry_no head = h->head;

	fail_times(h, &here, ANN, FREE_FAILURES - 1);
	throttles_save(h);
	assert_int_equal(h->head, head);
	throttle_failed(h, &here, ANN);
	h->disk = DISK_LOW;
	throttles_save(h);
	assert_int_equal(h->head, head);
	h->disk = DISK_FINE;
	throttles_save(h);
	throttles_save(h);
	assert_int_equal(h->head, head + 1);
	fail_times(h, &here, BOB, FREE_FAILURES - 1);
	throttle_met(h, &there, BOB);
	throttle_passed_on(h, BOB);
	throttle_passed_on(h, ANN);
	throttle_passed_badly(h, ANN);
	throttle_passed_badly(h, ANN);
	assert_int_equal(h->head, head + 3);
	fixture_restart(f, false);
	h = f->hub;
	assert_int_equal(rows_of(h, 'a'), 1);
	assert_int_equal(rows_of(h, 'g'), 1);
	assert_int_equal(rows_of(h, 'p'), 1);
	assert_int_equal(rows_of(h, 's'), 0);
	assert_true(throttle_knows(h, &there, BOB));
	assert_false(throttle_may_pass_on(h, ANN, 2));
	assert_true(throttle_may_pass_on(h, ANN, 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(an_address_counts_by_itself_or_by_its_network),
		HUB_TEST(a_source_has_so_many_tries_a_minute),
		HUB_TEST(of_a_wide_network_four_times_as_many),
		HUB_TEST(without_a_bound_nothing_is_counted),
		HUB_TEST(one_address_is_no_wide_network),
		HUB_TEST(each_failure_from_the_fifth_on_waits_twice_as_long),
		HUB_TEST(failures_are_forgotten_after_an_hour_but_not_at_home),
		HUB_TEST(a_hundred_in_a_row_keep_strangers_out),
		HUB_TEST(a_hundred_at_home_lock_nobody_out),
		HUB_TEST(an_account_knows_so_many_sources),
		HUB_TEST(so_many_wrong_ones_are_passed_on_in_a_day),
		HUB_TEST(a_source_has_so_many_that_are_not_in_at_once),
		HUB_TEST(a_source_has_so_many_in_ten_minutes),
		HUB_TEST(the_first_ten_minutes_begin_with_the_first),
		HUB_TEST(a_wide_network_has_four_times_as_many),
		HUB_TEST(what_is_known_of_an_account_goes_with_it),
		HUB_TEST(what_changed_is_saved_once_where_the_disk_takes_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
