// SPDX-License-Identifier: MIT
// Accounts that end by themselves (endings.h).
#include "server/hub/people/account.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HOUR_MS (60LL * 60 * 1000)
#define DAY_MS (24 * HOUR_MS)

static void verb(struct fixture *f, const char *words, enum admin_code code, const char *says)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);
	char *text = span_dup(a->words);

	if (a->code != code || !strstr(text, says))
		fail_msg("%s: %d, %s", words, a->code, text);
	free(text);
	admin_answer_free(a);
}

// The names in the first column.
static void lists(struct fixture *f, const char *words, const char *names)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);
	struct buf found = {0};

	for (size_t i = 0; i < a->n_rows; i++) {
		buf_add_char(&found, ' ');
		buf_add_span(&found, a->cells[i * a->n_columns].text);
	}
	assert_string_equal(found.len ? buf_str(&found) + 1 : "", names);
	buf_clear(&found);
	admin_answer_free(a);
}

// How many rows of the audit log are by the server and about this.
static size_t audited(struct fixture *f, const char *detail)
{
	struct admin_answer *a = fixture_verb(f, "audit list", NULL);
	size_t n = 0;

	for (size_t i = 0; i < a->n_rows; i++) {
		const struct cell *row = a->cells + i * a->n_columns;

		n += span_eq(row[1].text, SPAN("server")) &&
		     span_eq(row[2].text, SPAN("user disable")) &&
		     span_eq(row[3].text, span_of(detail));
	}
	admin_answer_free(a);
	return n;
}

static void keeps_unseen(struct fixture *f, int64_t ms)
{
	f->config.disable_unseen_ms = ms;
	hub_configure(f->hub, &f->config);
}

static void an_account_is_disabled_when_its_time_is_over(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""), *again;

	verb(f, "user set ann --expires 2d", ADMIN_DONE, "ends at");
	fixture_pass(f, 2 * DAY_MS - HOUR_MS);
	assert_false(peer_is_closed(ann));
	assert_false(fixture_account(f, "ann")->disabled);
	fixture_pass(f, HOUR_MS);
	expect_later(ann, "ERROR :*time is over*");
	assert_true(peer_is_closed(ann));
	lists(f, "user list --disabled", "ann");
	assert_int_equal(audited(f, "ann: The account's time is over"), 1);
	again = fixture_open(f);
	peer_send(again, "PASS :ann:" FIXTURE_PASSWORD);
	peer_send(again, "NICK ann");
	peer_send(again, "USER u 0 * :ann");
	expect_later(again, "server 464 * :*");
}

static void only_more_time_lets_it_in_again(void **state)
{
	struct fixture *f = *state;

	fixture_account(f, "ann");
	verb(f, "user set ann --expires 1h", ADMIN_DONE, "ends at");
	fixture_pass(f, 2 * HOUR_MS);
	verb(f, "user enable ann", ADMIN_CONFLICT, "--expires 30d|never");
	verb(f, "user set ann --class bot", ADMIN_DONE, "");
	assert_true(fixture_account(f, "ann")->disabled);
	verb(f, "user set ann --expires never", ADMIN_DONE, "");
	assert_false(fixture_account(f, "ann")->disabled);
	fixture_pass(f, 2 * DAY_MS);
	assert_false(fixture_account(f, "ann")->disabled);
	// Who was disabled by somebody stays so.
	verb(f, "user disable ann", ADMIN_DONE, "");
	verb(f, "user set ann --expires 1d", ADMIN_DONE, "");
	assert_true(fixture_account(f, "ann")->disabled);
}

static void an_end_outlives_a_restart_and_comes_while_nobody_looked(void **state)
{
	struct fixture *f = *state;

	fixture_account(f, "ann");
	verb(f, "user set ann --expires 1h", ADMIN_DONE, "");
	fixture_restart(f, true);
	assert_false(fixture_account(f, "ann")->disabled);
	fixture_pass(f, HOUR_MS);
	assert_true(fixture_account(f, "ann")->disabled);
	fixture_restart(f, true);
	assert_true(fixture_account(f, "ann")->disabled);
	assert_int_equal(audited(f, "ann: The account's time is over"), 1);
}

// The wall clock leaps; the timer, which counts otherwise, comes later.
static void a_login_looks_at_the_clock_itself(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	fixture_account(f, "ann");
	verb(f, "user set ann --expires 1h", ADMIN_DONE, "");
	f->now.wall_ms += 2 * HOUR_MS;
	p = fixture_open(f);
	peer_send(p, "PASS :ann:" FIXTURE_PASSWORD);
	peer_send(p, "NICK ann");
	peer_send(p, "USER u 0 * :ann");
	expect_later(p, "server 464 * :*");
	fixture_pass(f, HOUR_MS / 30);
	assert_true(fixture_account(f, "ann")->disabled);
}

static void the_last_administrator_gets_no_end_unless_it_is_meant(void **state)
{
	struct fixture *f = *state;

	fixture_admin_account(f, "root");
	verb(f, "user set root --expires 1d", ADMIN_UNCONFIRMED, "last administrator");
	verb(f, "user set root --confirm root", ADMIN_USAGE, "--expires");
	verb(f, "user set root --expires 1d --confirm root", ADMIN_DONE, "ends at");
}

static void times_that_cannot_be_are_refused(void **state)
{
	struct fixture *f = *state;

	fixture_account(f, "ann");
	verb(f, "user set ann --expires 0", ADMIN_USAGE, "never");
	verb(f, "user set ann --expires tomorrow", ADMIN_USAGE, "tomorrow");
	verb(f, "user set ann --expires 2001-01-01T00:00:00.000Z", ADMIN_USAGE, "over already");
	verb(f, "user set ann --expires 2036-01-01T00:00:00.000Z", ADMIN_DONE, "2036-01-01");
	verb(f, "user list --stale long", ADMIN_USAGE, "long");
}

static void who_was_not_seen_for_long_is_disabled_where_that_is_set(void **state)
{
	struct fixture *f = *state;
	struct peer *ann;

	fixture_admin_account(f, "root");
	ann = fixture_login(f, "ann", "");
	fixture_account(f, "bob");
	fixture_pass(f, 100 * DAY_MS);
	lists(f, "user list --stale 90d", "bob root");
	assert_false(fixture_account(f, "bob")->disabled);
	keeps_unseen(f, 90 * DAY_MS);
	fixture_pass(f, HOUR_MS);
	assert_true(fixture_account(f, "bob")->disabled);
	assert_false(fixture_account(f, "ann")->disabled);
	assert_false(fixture_account(f, "root")->disabled);
	assert_int_equal(audited(f, "bob: The account was not used for long"), 1);
	peer_send(ann, "PING x");
	expect_later(ann, "server PONG * :x");
	// ... and for long after she left.
	peer_close(ann);
	fixture_pass(f, 89 * DAY_MS);
	assert_false(fixture_account(f, "ann")->disabled);
	fixture_pass(f, 2 * DAY_MS);
	assert_true(fixture_account(f, "ann")->disabled);
	// Let in again, she has as long as before.
	verb(f, "user enable ann", ADMIN_DONE, "");
	fixture_pass(f, DAY_MS);
	assert_false(fixture_account(f, "ann")->disabled);
}

// Connected for months, then the machine falls over: not unseen.
static void a_crash_makes_nobody_unseen(void **state)
{
	struct fixture *f = *state;

	keeps_unseen(f, 90 * DAY_MS);
	(void)fixture_login(f, "ann", "");
	fixture_pass(f, 100 * DAY_MS);
	fixture_restart(f, true);
	f->config.disable_unseen_ms = 90 * DAY_MS;
	hub_configure(f->hub, &f->config);
	fixture_pass(f, 2 * HOUR_MS);
	assert_false(fixture_account(f, "ann")->disabled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(an_account_is_disabled_when_its_time_is_over),
		HUB_TEST(only_more_time_lets_it_in_again),
		HUB_TEST(an_end_outlives_a_restart_and_comes_while_nobody_looked),
		HUB_TEST(a_login_looks_at_the_clock_itself),
		HUB_TEST(the_last_administrator_gets_no_end_unless_it_is_meant),
		HUB_TEST(times_that_cannot_be_are_refused),
		HUB_TEST(who_was_not_seen_for_long_is_disabled_where_that_is_set),
		HUB_TEST(a_crash_makes_nobody_unseen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
