// SPDX-License-Identifier: MIT
// Who logged in, row by row: which are one, which are kept, how long, and what the log leaves out.
#include "server/hub/people/account.h"
#include "server/hub/people/signin.h"
#include "server/hub/people/signin_log.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define DAY_MS (24LL * 60 * 60 * 1000)

static size_t rows(const struct account *a)
{
	size_t n = 0;

	list_for_each(item, &a->signins)
		n++;
	return n;
}

static struct signin *first(const struct account *a)
{
	return container_of(a->signins.next, struct signin, in_account);
}

static void what_differs_in_one_thing_is_another_row(void **state)
{
	struct fixture *f = *state;
	struct session *s = peer_session(fixture_login(f, "ann", ""));
	struct account *a = s->account;
	struct signin_try try = signin_try(s, SPAN("ann"), SPAN(""));

	assert_int_equal(rows(a), 1);
	signin_done(s);
	assert_int_equal(rows(a), 1);
	assert_int_equal(first(a)->times, 2);
	s->way = LOGIN_TOKEN;
	signin_done(s);
	assert_int_equal(rows(a), 2);
	account_set_text(&s->device, SPAN("desk"));
	signin_done(s);
	assert_int_equal(rows(a), 3);
	signin_failed(f->hub, &try, LOGIN_TOKEN, "wrong");
	assert_int_equal(rows(a), 4);
	signin_failed(f->hub, &try, LOGIN_TOKEN, "wrong");
	signin_failed(f->hub, &try, LOGIN_TOKEN, "later");
	signin_failed(f->hub, &try, LOGIN_CERTIFICATE, "wrong");
	assert_int_equal(rows(a), 4);
	f->hub->disk = DISK_LOW;
	s->way = LOGIN_CERTIFICATE;
	signin_done(s);
	signin_failed(f->hub, &try, LOGIN_PASSWORD, "wrong");
	assert_int_equal(rows(a), 4);
	f->hub->disk = DISK_FINE;
}

// It costs what a row of somebody costs.
static void a_guess_at_nobody_stores_as_much(void **state)
{
	struct fixture *f = *state;
	struct session *s = peer_session(fixture_login(f, "ann", ""));
	struct signin_try try = signin_try(s, SPAN("nobody"), SPAN(""));
	entry_no head = f->hub->head;

	signin_failed(f->hub, &try, LOGIN_PASSWORD, "later");
	signin_failed(f->hub, &try, LOGIN_CERTIFICATE, "wrong");
	assert_int_equal(f->hub->head, head);
	signin_failed(f->hub, &try, LOGIN_PASSWORD, "wrong");
	assert_int_equal(f->hub->head, head + 1);
}

static void who_is_in_keeps_the_way_by_which_he_came(void **state)
{
	struct fixture *f = *state;
	struct session *s = peer_session(fixture_login(f, "ann", ""));

	signin_proved(s, s->account, LOGIN_TOKEN, true);
	assert_int_equal(s->way, LOGIN_PASSWORD);
	assert_false(s->is_strange);
}

static void what_is_old_goes_on_a_disk_that_lets_it(void **state)
{
	struct fixture *f = *state;
	struct account *a = peer_session(fixture_login(f, "ann", ""))->account;

	fixture_pass(f, DAY_MS + 1);
	assert_int_equal(rows(a), 1);
	first(a)->last_ms = f->hub->now.wall_ms - SIGNIN_KEEP_MS;
	fixture_disk_is(f, DISK_FULL);
	fixture_pass(f, DAY_MS);
	assert_int_equal(rows(a), 1);
	assert_true(f->hub->on_signins.is_set);
	fixture_disk_is(f, DISK_FINE);
	fixture_pass(f, DAY_MS);
	assert_int_equal(rows(a), 0);
	assert_false(f->hub->on_signins.is_set);
	signins_start(f->hub);
	assert_false(f->hub->on_signins.is_set);
}

static void say_times(struct fixture *f, uint64_t source, const char *host, int n)
{
	const struct origin from = {source, source};

	for (int i = 0; i < n; i++)
		signin_say(f->hub, &from,
			   &(struct signin_event){.event = "login_failed",
						  .source = span_of(host),
						  .device = SPAN(""),
						  .way = "password"});
	fixture_settle(f);
}

static size_t said(struct fixture *f, const char *words)
{
	struct buf *log = fixture_signins(f);
	size_t n = 0;

	for (const char *at = buf_str(log); (at = strstr(at, words)); at++)
		n++;
	buf_reset(log);
	return n;
}

static void each_source_has_its_own_minute(void **state)
{
	struct fixture *f = *state;

	say_times(f, 1, "192.0.2.1", SIGNINS_LOGGED + 5);
	assert_int_equal(said(f, "login_failed 192.0.2.1"), SIGNINS_LOGGED);
	fixture_pass(f, 30 * 1000);
	say_times(f, 2, "192.0.2.2", SIGNINS_LOGGED + 3);
	assert_int_equal(said(f, "login_failed 192.0.2.2"), SIGNINS_LOGGED);
	fixture_pass(f, 31 * 1000);
	assert_int_equal(said(f, "logins_left_out"), 1);
	fixture_pass(f, 60 * 1000);
	assert_int_equal(said(f, "logins_left_out 192.0.2.2 3"), 1);
	fixture_pass(f, 120 * 1000);
	assert_int_equal(said(f, "logins_left_out"), 0);
	say_times(f, 1, "192.0.2.1", 1);
	assert_int_equal(said(f, "login_failed 192.0.2.1"), 1);
}

// Two sources whose numbers lead to one place.
static void who_takes_a_place_has_left_out_said(void **state)
{
	struct fixture *f = *state;

	say_times(f, 1, "192.0.2.1", SIGNINS_LOGGED + 5);
	buf_reset(fixture_signins(f));
	say_times(f, 257, "192.0.2.7", 2);
	assert_non_null(strstr(buf_str(fixture_signins(f)), "logins_left_out 192.0.2.1 5\n"));
	assert_int_equal(said(f, "login_failed 192.0.2.7"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(what_differs_in_one_thing_is_another_row),
		HUB_TEST(a_guess_at_nobody_stores_as_much),
		HUB_TEST(who_is_in_keeps_the_way_by_which_he_came),
		HUB_TEST(what_is_old_goes_on_a_disk_that_lets_it),
		HUB_TEST(each_source_has_its_own_minute),
		HUB_TEST(who_takes_a_place_has_left_out_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
