// SPDX-License-Identifier: MIT
// What is counted of attempts: what is written of it, and what is read of what was written.
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

#define ANN SPAN("ann")
#define BOB SPAN("bob")
#define SAVE_AFTER 10000

static const struct origin here = {1, 1}, there = {2, 2};

static struct hub *hub_with(void **state, int64_t logins, int64_t connections)
{
	struct fixture *f = *state;

	f->hub->config.logins_per_source = logins;
	f->hub->config.connections_per_source = connections;
	return f->hub;
}

static bool is_saved(struct hub *h)
{
	entry_no head = h->head;

	throttles_save(h);
	return h->head != head;
}

static void who_gets_in_changes_what_is_saved_where_something_failed(void **state)
{
	struct hub *h = hub_with(state, 1000, 0);

	throttle_met(h, &here, ANN);
	assert_true(is_saved(h));
	throttle_met(h, &here, ANN);
	throttle_worked(h, &here, ANN);
	assert_false(is_saved(h));
	throttle_failed(h, &here, ANN);
	assert_false(is_saved(h));
	throttle_worked(h, &here, ANN);
	assert_true(is_saved(h));
	throttle_failed(h, &there, BOB);
	assert_false(is_saved(h));
	throttle_forgive(h, BOB);
	assert_true(is_saved(h));
	throttle_forgive(h, BOB);
	throttle_forgive(h, SPAN("nobody"));
	assert_false(is_saved(h));
}

// Twice as many as may be here, and one for each account that is known there.
static void an_address_that_many_are_known_at_is_no_wide_network(void **state)
{
	struct hub *h = hub_with(state, 0, 2);
	char name[16];

	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "name%d", i);
		throttle_met(h, &here, span_of(name));
	}
	for (int i = 0; i < 14; i++) {
		throttle_opened(h, &here);
		assert_true(throttle_may_open(h, &here));
	}
	throttle_opened(h, &here);
	assert_false(throttle_may_open(h, &here));
}

static void without_a_bound_a_wide_network_is_not_counted_either(void **state)
{
	struct hub *h = hub_with(state, 0, 0);

	throttle_opened(h, &(struct origin){20, 10});
	assert_int_equal(h->throttles.n_items, 0);
	assert_int_equal(idmap_counted(&h->unknown_sources, 10), 1);
}

// A number may read like a name.
static void a_source_is_of_no_account_that_goes(void **state)
{
	struct hub *h = hub_with(state, 10, 0);
	struct origin alike = {0};
	const struct throttle *t;

	memcpy(&alike.source, "ann", 3);
	alike.wide = alike.source;
	name_keep_back(h, ANN, 77);
	throttle_tried(h, &alike);
	throttle_erase(h, 77);
	assert_int_equal(h->throttles.n_items, 1);
	t = container_of(h->throttle_order.next, struct throttle, in_order);
	assert_int_equal(t->key_len, 1 + sizeof(uint64_t)); // and it has no name
}

static void the_oldest_source_makes_room_and_nothing_else(void **state)
{
	struct hub *h = hub_with(state, 10, 0);

	throttle_passed_on(h, ANN);
	throttle_met(h, &there, BOB);
	for (uint64_t i = 0; i <= KNOWN_SOURCES_MAX; i++)
		throttle_met(h, &(struct origin){50 + i, 50 + i}, ANN);
	assert_false(throttle_may_pass_on(h, ANN, 1));
	assert_true(throttle_knows(h, &there, BOB));
	assert_false(throttle_knows(h, &(struct origin){50, 50}, ANN));
	assert_true(throttle_knows(h, &(struct origin){51, 51}, ANN));
}

static void what_changes_again_is_not_put_off(void **state)
{
	struct fixture *f = *state;
	struct hub *h = hub_with(state, 10, 0);
	entry_no head;

	throttle_met(h, &here, ANN);
	fixture_pass(f, SAVE_AFTER - 1000);
	head = h->head;
	throttle_met(h, &there, ANN);
	fixture_pass(f, 1000);
	assert_int_equal(h->head, head + 1);
	fixture_pass(f, SAVE_AFTER);
	assert_int_equal(h->head, head + 1);
}

// A row as it is written: of a key, of so many failures.
static void add_row(struct buf *out, const char *key, size_t len, char failures)
{
	buf_add_char(out, (char)len);
	buf_add(out, key, len);
	buf_add_char(out, failures);
	for (int i = 1; i < 24; i++)
		buf_add_char(out, 0);
}

#define ANN_AT_1 "gann\0\1\0\0\0\0\0\0\0"
#define BOB_AT_1 "gbob\0\1\0\0\0\0\0\0\0"
#define KEY_LEN (sizeof(ANN_AT_1) - 1)

static size_t loaded(struct hub *h, const struct buf *value)
{
	throttles_load(h, buf_span(value));
	return h->throttles.n_items;
}

static void what_cannot_be_read_is_left_out(void **state)
{
	struct hub *h = hub_with(state, 10, 0);
	static const char long_key[sizeof(((struct throttle *)0)->key) + 1] = "a";
	struct buf value = {0};
	size_t whole;

	throttles_load(h, (struct span){0});
	buf_add_char(&value, 2); // another version
	add_row(&value, ANN_AT_1, KEY_LEN, 1);
	assert_int_equal(loaded(h, &value), 0);
	value.at[0] = 1;
	// One that is too long, too short, without a source; and what is behind them.
	whole = value.len;
	value.len = 1;
	add_row(&value, long_key, sizeof(long_key), 1);
	add_row(&value, ANN_AT_1, KEY_LEN, 1);
	assert_int_equal(loaded(h, &value), 0);
	value.len = 1;
	add_row(&value, "a", 1, 1);
	add_row(&value, ANN_AT_1, KEY_LEN, 1);
	assert_int_equal(loaded(h, &value), 0);
	value.len = 1;
	add_row(&value, "gann\0\1\0\0\0", 9, 1);
	add_row(&value, ANN_AT_1, KEY_LEN, 1);
	assert_int_equal(loaded(h, &value), 0);
	// Cut off by a byte; and whole.
	value.len = 1;
	add_row(&value, ANN_AT_1, KEY_LEN, 1);
	assert_int_equal(value.len, whole);
	value.len = whole - 1;
	assert_int_equal(loaded(h, &value), 0);
	value.len = whole;
	assert_int_equal(loaded(h, &value), 1);
	assert_true(throttle_knows(h, &here, ANN));
	assert_false(throttle_knows(h, &there, ANN));
	buf_clear(&value);
}

static void a_row_that_is_there_is_not_read_twice(void **state)
{
	struct hub *h = hub_with(state, 10, 0);
	struct buf value = {0};

	buf_add_char(&value, 1);
	add_row(&value, ANN_AT_1, KEY_LEN, 1);
	add_row(&value, BOB_AT_1, KEY_LEN, 1);
	add_row(&value, ANN_AT_1, KEY_LEN, 2);
	assert_int_equal(loaded(h, &value), 2);
	assert_int_equal(idmap_counted(&h->known_at, here.source), 2);
	buf_clear(&value);
}

// What waits goes on waiting after a restart, and never longer than the longest wait.
static void a_wait_goes_on(void **state)
{
	struct fixture *f = *state;
	struct hub *h = hub_with(state, 1000, 0);

	for (int i = 0; i < FREE_FAILURES + 4; i++)
		throttle_failed(h, &here, ANN);
	throttle_passed_on(h, BOB);
	throttle_passed_badly(h, BOB);
	assert_true(is_saved(h) || !h->on_throttles.is_set);
	fixture_restart(f, false);
	h = hub_with(state, 1000, 0);
	assert_false(throttle_may_try(h, &here, ANN));
	assert_false(throttle_may_pass_on(h, BOB, 1));
	h->now.mono_ms += LOGIN_WAIT_MAX_MS;
	assert_true(throttle_may_try(h, &here, ANN));
	h->now.mono_ms += THROTTLE_DAY_MS;
	assert_true(throttle_may_pass_on(h, BOB, 1));
}

// Only what was passed on of a day counts by its tries.
static void of_what_was_passed_on_the_wrong_ones_are_read(void **state)
{
	struct hub *h = hub_with(state, 10, 0);
	struct buf value = {0};
	const struct throttle *t;

	buf_add_char(&value, 1);
	add_row(&value, ANN_AT_1, KEY_LEN, 3);
	value.at[2] = 'p';
	assert_int_equal(loaded(h, &value), 1);
	t = container_of(h->throttle_order.next, struct throttle, in_order);
	assert_int_equal(t->tries, 3);
	value.at[2] = 'g';
	assert_int_equal(loaded(h, &value), 2);
	list_for_each(item, &h->throttle_order) {
		t = container_of(item, struct throttle, in_order);
		assert_int_equal(t->failures, 3);
		assert_int_equal(t->tries, t->key[0] == 'p' ? 3 : 0);
	}
	buf_clear(&value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(who_gets_in_changes_what_is_saved_where_something_failed),
		HUB_TEST(an_address_that_many_are_known_at_is_no_wide_network),
		HUB_TEST(without_a_bound_a_wide_network_is_not_counted_either),
		HUB_TEST(a_source_is_of_no_account_that_goes),
		HUB_TEST(the_oldest_source_makes_room_and_nothing_else),
		HUB_TEST(what_changes_again_is_not_put_off),
		HUB_TEST(what_cannot_be_read_is_left_out),
		HUB_TEST(a_row_that_is_there_is_not_read_twice),
		HUB_TEST(a_wait_goes_on),
		HUB_TEST(of_what_was_passed_on_the_wrong_ones_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
