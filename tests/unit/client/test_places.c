// SPDX-License-Identifier: MIT
// A server that answers in several places, and what an uplink does when one is gone.
#include "client/net/places.h"

#include "client/app/terminal_words.h"
#include "client/outside/tls_link.h"
#include "client/sync/engine.h"
#include "tests/support/loose_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct link_others two = {2, {{"b", "2"}, {"c", "3"}}};

static void a_round_goes_by_all_of_them(void **state)
{
	struct places p = {0};
	(void)state;
	places_set(&p, "a", "1", &two, 0);
	assert_string_equal(places_host(&p), "a");
	assert_true(places_next(&p));
	assert_string_equal(places_host(&p), "b");
	assert_string_equal(places_port(&p), "2");
	assert_true(places_next(&p));
	assert_string_equal(places_host(&p), "c");
	assert_false(places_next(&p));
	assert_string_equal(places_host(&p), "a");
	assert_true(places_next(&p));
	// Somebody answers at b: the next round begins there, and ends there.
	places_stay(&p);
	assert_true(places_next(&p));
	assert_true(places_next(&p));
	assert_string_equal(places_host(&p), "a");
	assert_false(places_next(&p));
	assert_string_equal(places_host(&p), "b");
	places_clear(&p);
}

static void one_place_is_a_round(void **state)
{
	struct places p = {0};
	(void)state;
	places_set(&p, "a", "1", NULL, 0);
	assert_false(places_next(&p));
	assert_string_equal(places_host(&p), "a");
	places_clear(&p);
}

struct fixture {
	struct loose_world w;
	struct engine e;
};

static void begin(struct fixture *f, const struct link_others *others, enum login_how how)
{
	struct uplink_order order = {
		.host = "a",
		.port = "1",
		.others = others,
		.login = {.how = how, .name = "ann", .invite = "", .caps = ""},
		.pins = {.count = 2, .at = {{9}, {0}}}};

	loose_world_init(&f->w, 1795348800000);
	engine_init(&f->e, &f->w.outside, &terminal_words, SPAN("ann"));
	engine_start(&f->e, &(struct engine_events){0});
	engine_open(&f->e, &order);
}

static void finish(struct fixture *f)
{
	engine_clear(&f->e);
	loose_world_clear(&f->w);
}

static void the_next_place_is_tried_at_once_and_the_next_round_after_a_wait(void **state)
{
	struct fixture f;
	(void)state;
	begin(&f, &two, LOGIN_OPEN);
	assert_string_equal(f.w.dialed, "a:1");
	loose_world_break(&f.w);
	loose_world_pass(&f.w, 0);
	assert_string_equal(f.w.dialed, "b:2");
	assert_int_equal(f.e.model->link.state, LINK_CONNECTING);
	loose_world_break(&f.w);
	loose_world_pass(&f.w, 0);
	assert_string_equal(f.w.dialed, "c:3");
	loose_world_break(&f.w);
	loose_world_pass(&f.w, 0);
	// A whole round: nobody is asked before the wait is over.
	assert_int_equal(f.w.n_opened, 3);
	assert_true(f.e.model->link.next_at_ms > f.w.wall_ms);
	loose_world_pass(&f.w, 1000);
	assert_int_equal(f.w.n_opened, 4);
	assert_string_equal(f.w.dialed, "a:1");
	finish(&f);
}

static void what_is_lost_is_looked_for_where_it_was(void **state)
{
	struct fixture f;
	(void)state;
	begin(&f, &two, LOGIN_OPEN);
	loose_world_break(&f.w);
	loose_world_pass(&f.w, 0);
	assert_true(loose_world_answer(&f.w)); // the second of its pins
	loose_world_hear(&f.w, SPAN(":h CAP * LS :"));
	loose_world_hear(&f.w, SPAN(":h 001 ann :Welcome"));
	assert_int_equal(f.e.model->link.state, LINK_ONLINE);
	loose_world_break(&f.w);
	loose_world_pass(&f.w, 1000);
	assert_string_equal(f.w.dialed, "b:2");
	loose_world_break(&f.w);
	loose_world_pass(&f.w, 0);
	assert_string_equal(f.w.dialed, "c:3");
	finish(&f);
}

// It is told in which round a place is tried: the more it is given.
static void a_place_is_given_more_time_with_each_round(void **state)
{
	struct fixture f;
	(void)state;
	begin(&f, &two, LOGIN_OPEN);
	for (unsigned round = 0; round < 5; round++) {
		for (int place = 0; place < 3; place++) {
			assert_true(f.w.has_others);
			assert_int_equal(f.w.n_tried, round);
			loose_world_break(&f.w);
			loose_world_pass(&f.w, 0);
		}
		loose_world_pass(&f.w, 60000);
	}
	finish(&f);
	begin(&f, NULL, LOGIN_OPEN);
	assert_false(f.w.has_others);
	finish(&f);
	assert_int_equal(tls_link_hurry_ms(0), HURRY_MS);
	assert_int_equal(tls_link_hurry_ms(1), 2 * HURRY_MS);
	assert_int_equal(tls_link_hurry_ms(9), HURRY_MAX_MS);
}

static void the_first_round_begins_where_it_is_told_to(void **state)
{
	struct places p = {0};
	(void)state;
	places_set(&p, "a", "1", &two, 2);
	assert_string_equal(places_host(&p), "c");
	assert_true(places_next(&p));
	assert_string_equal(places_host(&p), "a");
	places_set(&p, "a", "1", &two, 3);
	assert_string_equal(places_host(&p), "a");
	places_set(&p, "a", "1", NULL, 1);
	assert_string_equal(places_host(&p), "a");
	places_clear(&p);
}

// Nothing was said yet: to make an account is as good elsewhere; a wrong key is not.
static void only_where_nobody_is_another_place_is_tried(void **state)
{
	struct fixture f;
	(void)state;
	begin(&f, &two, LOGIN_REGISTER);
	loose_world_break(&f.w);
	loose_world_pass(&f.w, 0);
	assert_string_equal(f.w.dialed, "b:2");
	f.w.pin[0] = 1;
	assert_false(loose_world_answer(&f.w));
	loose_world_pass(&f.w, 60000);
	assert_int_equal(f.w.n_opened, 2);
	assert_int_equal(f.e.model->link.state, LINK_REFUSED);
	finish(&f);
	begin(&f, &two, LOGIN_REGISTER);
	assert_true(loose_world_answer(&f.w));
	loose_world_break(&f.w);
	loose_world_pass(&f.w, 60000);
	assert_int_equal(f.w.n_opened, 1);
	finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_round_goes_by_all_of_them),
		cmocka_unit_test(one_place_is_a_round),
		cmocka_unit_test(
			the_next_place_is_tried_at_once_and_the_next_round_after_a_wait),
		cmocka_unit_test(what_is_lost_is_looked_for_where_it_was),
		cmocka_unit_test(a_place_is_given_more_time_with_each_round),
		cmocka_unit_test(the_first_round_begins_where_it_is_told_to),
		cmocka_unit_test(only_where_nobody_is_another_place_is_tried),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
