// SPDX-License-Identifier: MIT
// A stop that is announced (leaving.h).
#include "server/hub/door/leaving.h"
#include "server/hub/people/account.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE 60000

static void verb(struct fixture *f, const char *words, enum admin_code code)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != code)
		fail_msg("%s: %d, " SPAN_FMT, words, a->code, SPAN_ARG(a->words));
	admin_answer_free(a);
}

static bool wishes_stop(struct fixture *f, const char *reason)
{
	struct wish_about about;

	return hub_wish(f->hub, &about) == WISH_STOP && !strcmp(about.reason, reason);
}

static void who_is_here_hears_it_at_once_and_a_minute_before(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", "standard-replies"),
		    *bob = fixture_login(f, "bob", "");

	verb(f, "stop --in 5m --back 10m", ADMIN_DONE);
	expect(ann, "server NOTE * GOING_DOWN 300 600 :The server goes down in 5 minutes, and "
		    "should be back 10 minutes later");
	expect(bob, "server NOTICE bob :The server goes down in 5 minutes, and should be back "
		    "10 minutes later");
	fixture_pass(f, 4 * MINUTE - 1);
	expect_none(ann);
	fixture_pass(f, 1);
	expect(ann, "server NOTE * GOING_DOWN 60 600 :The server goes down in 1 minute, and "
		    "should be back 10 minutes later");
	expect(bob, "server NOTICE bob :The server goes down in 1 minute,*");
	fixture_pass(f, MINUTE - 1);
	assert_false(wishes_stop(f, ""));
	fixture_pass(f, 1);
	expect_none(ann);
	assert_true(wishes_stop(f, "Server is going down, and should be back in 10 minutes"));
}

static void who_comes_meanwhile_hears_it_behind_the_burst(void **state)
{
	struct fixture *f = *state;
	struct peer *ann;

	verb(f, "stop --in 90s", ADMIN_DONE);
	fixture_pass(f, 60000);
	ann = fixture_login_loud(f, "ann", "standard-replies");
	expect_later(ann, "server NOTE * GOING_DOWN 30 * :The server goes down in 30 seconds");
	expect_none(ann);
	fixture_pass(f, 30000);
	assert_true(wishes_stop(f, "Server is going down"));
}

static void it_is_taken_back_and_said_anew(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", "standard-replies"),
		    *bob = fixture_login(f, "bob", "");

	verb(f, "stop --cancel", ADMIN_CONFLICT);
	verb(f, "stop --in 2h", ADMIN_DONE);
	expect(ann, "server NOTE * GOING_DOWN 7200 * :The server goes down in 2 hours");
	verb(f, "stop --in 30s", ADMIN_DONE);
	expect(ann, "server NOTE * GOING_DOWN 30 * :*");
	verb(f, "stop --cancel", ADMIN_DONE);
	expect(ann, "server NOTE * STAYS_UP :The server does not go down after all");
	expect_later(bob, "server NOTICE bob :The server does not go down after all");
	fixture_pass(f, 3 * 60 * MINUTE);
	expect_none(ann);
	assert_false(wishes_stop(f, "Server is going down"));
	verb(f, "stop --cancel", ADMIN_CONFLICT);
}

static void a_stop_at_once_says_when_it_is_over(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", "standard-replies");

	verb(f, "stop --in 3m", ADMIN_DONE);
	expect(ann, "server NOTE * GOING_DOWN 180 * :*");
	verb(f, "stop --back 3h", ADMIN_DONE);
	expect(ann, "server NOTE * GOING_DOWN 0 10800 :The server goes down now, and should be "
		    "back 3 hours later");
	assert_true(wishes_stop(f, "Server is going down, and should be back in 3 hours"));
	verb(f, "stop", ADMIN_DONE);
	expect_none(ann);
	assert_true(wishes_stop(f, "Server is going down"));
}

static void it_survives_no_restart(void **state)
{
	struct fixture *f = *state;

	verb(f, "stop --in 3m", ADMIN_DONE);
	fixture_restart(f, true);
	fixture_pass(f, 10 * MINUTE);
	assert_false(wishes_stop(f, "Server is going down"));
	verb(f, "stop --cancel", ADMIN_CONFLICT);
}

static void what_is_no_time_announces_nothing(void **state)
{
	static const char *const wrong[] = {"stop --in 0", "stop --in soon", "stop --back 0",
					    "stop --in 5m --back never",
					    "stop --in 5m --cancel"};
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", "standard-replies");

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		verb(f, wrong[i], ADMIN_USAGE);
	expect_none(ann);
	verb(f, "stop --cancel", ADMIN_CONFLICT);
}

static void a_time_is_said_in_the_unit_that_loses_little(void **state)
{
	static const struct {
		int64_t seconds;
		const char *words;
	} rows[] = {
		{1, "1 second"},      {59, "59 seconds"},   {60, "1 minute"},
		{61, "61 seconds"},   {119, "119 seconds"}, {120, "2 minutes"},
		{150, "3 minutes"},   {3599, "60 minutes"}, {3600, "1 hour"},
		{5400, "90 minutes"}, {7200, "2 hours"},    {43140, "719 minutes"},
		{43200, "12 hours"},  {45000, "13 hours"},
	};
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", "");
	char wanted[96];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		leaving_start(f->hub, rows[i].seconds * 1000, 0);
		fixture_settle(f);
		snprintf(wanted, sizeof(wanted),
			 "server NOTICE ann :The server goes down in %s", rows[i].words);
		expect(ann, wanted);
		assert_int_equal(leaving_at(f->hub),
				 f->hub->now.wall_ms + rows[i].seconds * 1000);
	}
	assert_true(leaving_cancel(f->hub));
	assert_int_equal(leaving_at(f->hub), 0);
}

// Who has not logged in, or was put out, is not told.
static void only_who_is_in_is_told(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f), *ann = fixture_login(f, "ann", "standard-replies");

	peer_session(ann)->closing = true;
	verb(f, "stop --in 3m", ADMIN_DONE);
	expect_none(p);
	expect_none(ann);
	peer_session(ann)->closing = false;
	verb(f, "stop --cancel", ADMIN_DONE);
	expect_none(p);
	expect(ann, "server NOTE * STAYS_UP :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(who_is_here_hears_it_at_once_and_a_minute_before),
		HUB_TEST(who_comes_meanwhile_hears_it_behind_the_burst),
		HUB_TEST(it_is_taken_back_and_said_anew),
		HUB_TEST(a_stop_at_once_says_when_it_is_over),
		HUB_TEST(it_survives_no_restart),
		HUB_TEST(what_is_no_time_announces_nothing),
		HUB_TEST(a_time_is_said_in_the_unit_that_loses_little),
		HUB_TEST(only_who_is_in_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
