// SPDX-License-Identifier: MIT
// An uplink that somebody else keeps open: no timer while nothing was sent, and a dead server is
// noticed when it matters.
#include "client/net/uplink.h"
#include "tests/support/loose_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

struct fixture {
	struct loose_world world;
	struct uplink *uplink;
};

static void welcome(struct fixture *f, const char *pong)
{
	static const char *const lines[] = {":h CAP * LS :", ":h 001 ann :hi"};

	assert_true(loose_world_answer(&f->world));
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		loose_world_hear(&f->world, span_of(lines[i]));
	assert_true(uplink_is_online(f->uplink));
	loose_world_hear(&f->world, span_of(pong));
}

static void open(struct fixture *f, enum login_how how, const char *secret)
{
	struct uplink_order order = {.host = "h",
				     .port = "443",
				     .pins.count = 1,
				     .is_watched = true,
				     .login = {.how = how,
					       .name = "ann",
					       .secret = span_of(secret),
					       .invite = "",
					       .caps = ""}};

	uplink_open(f->uplink, &order);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct uplink_events events = {0};

	loose_world_init(&f->world, 1000000);
	f->uplink = uplink_new(&f->world.outside, &events);
	open(f, LOGIN_OPEN, "");
	welcome(f, ":h PONG h snug-alive-1");
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	uplink_free(f->uplink);
	loose_world_clear(&f->world);
	free(f);
	return 0;
}

static size_t said(struct fixture *f)
{
	return f->world.said.len;
}

static void it_says_nothing_by_itself(void **state)
{
	struct fixture *f = *state;
	size_t before = said(f);

	loose_world_pass(&f->world, 24 * 3600 * 1000);
	assert_int_equal(said(f), before);
	assert_true(uplink_is_online(f->uplink));
}

static void what_is_answered_is_asked_no_more_about(void **state)
{
	struct fixture *f = *state;

	uplink_send(f->uplink, SPAN("PRIVMSG #den :hello"));
	loose_world_pass(&f->world, 100);
	loose_world_hear(&f->world, SPAN(":ann!a@h PRIVMSG #den :hello"));
	size_t before = said(f);
	// The loose link is heard at any time, as long as somebody speaks.
	loose_world_pass(&f->world, 3600 * 1000);
	assert_int_equal(said(f), before);
	assert_true(uplink_is_online(f->uplink));
}

static void a_pong_winds_no_clock(void **state)
{
	struct fixture *f = *state;

	loose_world_hear(&f->world, SPAN("PING :x"));
	assert_true(loose_world_said(&f->world, "PONG :x"));
	size_t before = said(f);
	loose_world_pass(&f->world, 3600 * 1000);
	assert_int_equal(said(f), before);
}

static void a_change_of_network_asks_at_once(void **state)
{
	struct fixture *f = *state;

	uplink_network_changed(f->uplink);
	assert_true(loose_world_said(&f->world, "PING snug-alive-2"));
	loose_world_hear(&f->world, SPAN(":h PONG h snug-alive-2"));
	loose_world_pass(&f->world, 3600 * 1000);
	assert_true(uplink_is_online(f->uplink));
	assert_false(loose_world_said(&f->world, "snug-alive-3"));
}

static void an_account_that_was_made_logs_in_by_its_secret(void **state)
{
	struct fixture *f = *state;

	uplink_use_secret(f->uplink, SPAN("a token"));
	loose_world_break(&f->world);
	loose_world_pass(&f->world, 60 * 1000);
	assert_true(loose_world_answer(&f->world));
	loose_world_hear(&f->world, SPAN(":h CAP * LS :sasl=PLAIN"));
	loose_world_hear(&f->world, SPAN(":h CAP * ACK :sasl"));
	assert_true(loose_world_said(&f->world, "AUTHENTICATE PLAIN"));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_says_nothing_by_itself),
		TEST(what_is_answered_is_asked_no_more_about),
		TEST(a_pong_winds_no_clock),
		TEST(a_change_of_network_asks_at_once),
		TEST(an_account_that_was_made_logs_in_by_its_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
