// SPDX-License-Identifier: MIT
#include "server/wall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NOON INT64_C(1790000000000)
#define DAY INT64_C(86400000)
#define MINUTE INT64_C(60000)
#define BOOT "0f0e0d0c-0000-4000-8000-000000000001"
#define OTHER_BOOT "0f0e0d0c-0000-4000-8000-000000000002"

// A machine whose clock can be set.
struct machine {
	struct wall wall;
	int64_t boot_ms, clock_ms;
	struct hub_step step;
};

static struct machine fresh(void)
{
	struct machine m = {.boot_ms = 5000, .clock_ms = NOON};

	wall_start(&m.wall, BOOT, &(struct hub_clock){0}, m.clock_ms, m.boot_ms);
	return m;
}

static enum wall_news look(struct machine *m)
{
	return wall_look(&m->wall, m->clock_ms, m->boot_ms, &m->step);
}

// Time passes, and the clock is looked at each minute. What came of the last look.
static enum wall_news pass(struct machine *m, int64_t ms)
{
	enum wall_news news = WALL_SAME;

	while (ms > 0) {
		int64_t some = ms < MINUTE ? ms : MINUTE;

		m->boot_ms += some;
		m->clock_ms += some;
		ms -= some;
		news = look(m);
	}
	return news;
}

static int64_t time_of(const struct machine *m)
{
	return wall_time(&m->wall, m->boot_ms);
}

static void a_clock_that_is_set_right_is_followed(void **state)
{
	struct machine m = fresh();

	(void)state;
	m.clock_ms += 9000;
	assert_int_equal(look(&m), WALL_SAME);
	assert_int_equal(time_of(&m), NOON + 9000);
	m.clock_ms -= 9000;
	assert_int_equal(look(&m), WALL_SAME);
	assert_int_equal(time_of(&m), NOON);
}

static void a_step_is_held_told_once_and_forgotten_when_it_is_over(void **state)
{
	struct machine m = fresh();

	(void)state;
	m.clock_ms += 400 * DAY;
	assert_int_equal(look(&m), WALL_HELD);
	assert_int_equal(pass(&m, 9 * MINUTE), WALL_SAME);
	assert_int_equal(time_of(&m), NOON + 9 * MINUTE);
	m.clock_ms -= 400 * DAY;
	assert_int_equal(look(&m), WALL_BACK);
	assert_int_equal(look(&m), WALL_SAME);
	assert_int_equal(time_of(&m), NOON + 9 * MINUTE);
	assert_false(wall_accept(&m.wall, &m.step));
}

static void a_step_is_taken_over_after_ten_minutes_of_agreement(void **state)
{
	struct machine m = fresh();

	(void)state;
	m.clock_ms += 400 * DAY;
	assert_int_equal(look(&m), WALL_HELD);
	pass(&m, 8 * MINUTE);
	m.clock_ms += DAY; // it does not agree with itself
	assert_int_equal(look(&m), WALL_SAME);
	assert_int_equal(pass(&m, 9 * MINUTE), WALL_SAME);
	assert_int_equal(pass(&m, MINUTE), WALL_TAKEN);
	assert_int_equal(time_of(&m), m.clock_ms);
	assert_int_equal(m.step.over_ms, NOON);
	assert_int_equal(m.step.shift_ms, 401 * DAY);
}

static void a_step_back_moves_all_that_lies_ahead(void **state)
{
	struct machine m = fresh();

	(void)state;
	m.clock_ms -= 400 * DAY;
	assert_int_equal(look(&m), WALL_HELD);
	assert_true(wall_accept(&m.wall, &m.step));
	assert_int_equal(m.step.over_ms, NOON - 400 * DAY);
	assert_int_equal(m.step.shift_ms, -400 * DAY);
	assert_int_equal(look(&m), WALL_SAME);
	assert_int_equal(time_of(&m), m.clock_ms);
}

// Ends the process and begins another, after `ms` in which nobody looked.
static void restart(struct machine *m, const char *boot, int64_t ms)
{
	struct buf saved = {0};
	struct hub_clock known = {0};

	wall_save(&m->wall, m->boot_ms, &saved);
	known.saved = buf_span(&saved);
	m->clock_ms += ms;
	m->boot_ms = strcmp(boot, BOOT) ? 3000 : m->boot_ms + ms;
	wall_start(&m->wall, boot, &known, m->clock_ms, m->boot_ms);
	buf_clear(&saved);
}

static void a_step_while_it_was_down_is_seen(void **state)
{
	struct machine m = fresh();

	(void)state;
	m.clock_ms += 400 * DAY;
	restart(&m, BOOT, DAY);
	assert_true(m.wall.is_held);
	assert_int_equal(time_of(&m), NOON + DAY);
	assert_int_equal(wall_taken_at(&m.wall), m.clock_ms + 10 * MINUTE);
}

static void the_ten_minutes_go_on_over_a_restart(void **state)
{
	struct machine m = fresh();

	(void)state;
	m.clock_ms += 400 * DAY;
	look(&m);
	pass(&m, 6 * MINUTE);
	restart(&m, BOOT, MINUTE);
	assert_int_equal(pass(&m, 3 * MINUTE), WALL_TAKEN);
	assert_int_equal(m.step.over_ms, NOON);
}

static void another_start_of_the_machine_is_believed_unless_time_would_go_back(void **state)
{
	struct machine m = fresh();

	(void)state;
	restart(&m, OTHER_BOOT, 3 * DAY);
	assert_false(m.wall.is_held);
	assert_int_equal(time_of(&m), NOON + 3 * DAY);
	m.clock_ms -= 30 * DAY; // a battery that is empty
	restart(&m, "", MINUTE);
	assert_true(m.wall.is_held);
	assert_int_equal(time_of(&m), NOON + 3 * DAY);
}

static void the_newest_message_tells_where_nothing_was_saved(void **state)
{
	struct machine m = {.boot_ms = 5000, .clock_ms = NOON};
	struct hub_clock known = {.newest_ms = NOON + 400 * DAY};

	(void)state;
	wall_start(&m.wall, BOOT, &known, m.clock_ms, m.boot_ms);
	assert_int_equal(time_of(&m), NOON + 400 * DAY);
	assert_int_equal(pass(&m, 10 * MINUTE), WALL_TAKEN);
	assert_int_equal(m.step.over_ms, NOON);
	assert_int_equal(m.step.shift_ms, -400 * DAY);
}

static void what_was_saved_wrongly_is_as_if_it_were_not(void **state)
{
	static const char *const texts[] = {"",
					    " ",
					    BOOT,
					    BOOT " 1 2 3 4 5",
					    BOOT " 1 2 3 4 5 x",
					    BOOT "1 1 2 3 4 5 6",
					    BOOT " 1 2 3 4 5 99999999999999999999"};
	struct wall w;
	int64_t last_ms;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (wall_load(&w, span_of(texts[i]), &last_ms))
			fail_msg("taken: %s", texts[i]);
	}
	assert_true(wall_load(&w, SPAN(BOOT " -1 2 1 -4 5 6"), &last_ms));
	assert_int_equal(w.believed_ms, -1);
	assert_int_equal(w.other_ms, -4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clock_that_is_set_right_is_followed),
		cmocka_unit_test(a_step_is_held_told_once_and_forgotten_when_it_is_over),
		cmocka_unit_test(a_step_is_taken_over_after_ten_minutes_of_agreement),
		cmocka_unit_test(a_step_back_moves_all_that_lies_ahead),
		cmocka_unit_test(a_step_while_it_was_down_is_seen),
		cmocka_unit_test(the_ten_minutes_go_on_over_a_restart),
		cmocka_unit_test(
			another_start_of_the_machine_is_believed_unless_time_would_go_back),
		cmocka_unit_test(the_newest_message_tells_where_nothing_was_saved),
		cmocka_unit_test(what_was_saved_wrongly_is_as_if_it_were_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
