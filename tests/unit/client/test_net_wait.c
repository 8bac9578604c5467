// SPDX-License-Identifier: MIT
// A login that the server makes wait for its turn.
#include "client/app/terminal_words.h"
#include "client/sync/engine.h"
#include "tests/support/loose_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_login_that_waits_for_its_turn_says_so(void **state)
{
	struct loose_world w;
	struct engine e;
	struct uplink_order order = {.host = "h",
				     .port = "1",
				     .login = {.how = LOGIN_PASSWORD,
					       .name = "ann",
					       .secret = SPAN("secret"),
					       .caps = ""},
				     .pins.count = 1};

	(void)state;
	loose_world_init(&w, 1795348800000);
	engine_init(&e, &w.outside, &terminal_words, SPAN("ann"));
	engine_start(&e, &(struct engine_events){0});
	engine_open(&e, &order);
	assert_true(loose_world_answer(&w));
	loose_world_hear(&w, SPAN(":h CAP * LS :sasl=PLAIN"));
	loose_world_hear(&w, SPAN("AUTHENTICATE +"));
	loose_world_hear(&w, SPAN(":h NOTE AUTHENTICATE WAIT :12 before you, about 3 s"));
	assert_int_equal(e.model->link.state, LINK_LOGIN);
	assert_string_equal(e.model->link.text, "12 before you, about 3 s");
	// Whoever hangs up and comes again would wait longer.
	loose_world_pass(&w, QUEUED_SILENCE_MS - 1);
	loose_world_hear(&w, SPAN(":h 900 ann a!b@c ann :in"));
	loose_world_hear(&w, SPAN(":h 903 ann :ok"));
	assert_true(loose_world_said(&w, "CAP END\n"));
	loose_world_hear(&w, SPAN(":h 001 ann :Welcome"));
	assert_int_equal(e.model->link.state, LINK_ONLINE);
	assert_string_equal(e.model->link.text, "");
	engine_clear(&e);
	loose_world_clear(&w);
}

static void a_login_that_does_not_end_is_given_up(void **state)
{
	struct loose_world w;
	struct engine e;
	struct uplink_order order = {.host = "h",
				     .port = "1",
				     .login = {.how = LOGIN_OPEN, .name = "ann", .caps = ""},
				     .pins.count = 1};

	(void)state;
	loose_world_init(&w, 1795348800000);
	engine_init(&e, &w.outside, &terminal_words, SPAN("ann"));
	engine_start(&e, &(struct engine_events){0});
	engine_open(&e, &order);
	assert_true(loose_world_answer(&w));
	loose_world_pass(&w, LOGIN_WITHIN_MS - 1);
	assert_int_equal(e.model->link.state, LINK_LOGIN);
	loose_world_pass(&w, 1);
	assert_int_equal(e.model->link.state, LINK_CONNECTING);
	assert_string_equal(e.model->link.text, "h did not finish the login in time");
	assert_true(e.model->link.next_at_ms > w.wall_ms);
	engine_clear(&e);
	loose_world_clear(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_login_that_waits_for_its_turn_says_so),
		cmocka_unit_test(a_login_that_does_not_end_is_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
