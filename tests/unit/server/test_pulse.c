// SPDX-License-Identifier: MIT
#include "server/pulse.h"

#include <stddef.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

// Of a server that turned in between.
static bool beats(struct pulse *p, entry_no head, entry_no durable)
{
	p->turns++;
	return pulse_beats(p, head, durable);
}

static void an_idle_server_is_alive(void **state UNUSED)
{
	struct pulse p = {0};

	for (int i = 0; i < 3; i++)
		assert_true(beats(&p, 0, 0));
}

static void a_hub_that_does_not_turn_is_not(void **state UNUSED)
{
	struct pulse p = {0};

	assert_true(beats(&p, 0, 0));
	assert_false(pulse_beats(&p, 0, 0));
	assert_true(beats(&p, 0, 0));
}

static void what_came_just_now_need_not_be_stored(void **state UNUSED)
{
	struct pulse p = {0};

	assert_true(beats(&p, 7, 0));
	assert_true(beats(&p, 12, 7));
	assert_true(beats(&p, 12, 12));
}

static void a_writer_that_hangs_is_dead(void **state UNUSED)
{
	struct pulse p = {0};

	assert_true(beats(&p, 7, 6));
	assert_false(beats(&p, 7, 6));
	assert_false(beats(&p, 9, 6));
	assert_false(beats(&p, 9, 7));
	assert_true(beats(&p, 9, 9));
}

static void one_that_waits_for_space_says_so(void **state UNUSED)
{
	struct pulse p = {0};

	assert_true(beats(&p, 7, 6));
	p.reports++;
	assert_true(beats(&p, 7, 6));
	assert_false(beats(&p, 7, 6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_idle_server_is_alive),
		cmocka_unit_test(a_hub_that_does_not_turn_is_not),
		cmocka_unit_test(what_came_just_now_need_not_be_stored),
		cmocka_unit_test(a_writer_that_hangs_is_dead),
		cmocka_unit_test(one_that_waits_for_space_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
