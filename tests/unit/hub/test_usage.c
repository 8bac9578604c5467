// SPDX-License-Identifier: MIT
// usage: what is stored, summed up in stretches.
#include "server/hub/people/account.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// "of name lines; " of each row: of bytes it is asked whether they fall, and come to the total.
static char *rows_of(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);
	struct buf out = {0};
	int64_t before = INT64_MAX, sum = 0;

	if (a->code != ADMIN_DONE)
		fail_msg("%s: %d, " SPAN_FMT, words, a->code, SPAN_ARG(a->words));
	for (size_t i = 0; i < a->n_rows; i++) {
		const struct cell *c = &a->cells[i * a->n_columns];

		buf_printf(&out, SPAN_FMT " " SPAN_FMT " %lld; ", SPAN_ARG(c[0].text),
			   SPAN_ARG(c[1].text), (long long)c[3].number);
		if (i + 1 == a->n_rows)
			assert_int_equal(c[2].number, sum);
		else
			assert_true(c[2].number <= before);
		before = c[2].number;
		sum += c[2].number;
	}
	admin_answer_free(a);
	return buf_take(&out);
}

static void expect_usage(struct fixture *f, const char *words, const char *rows)
{
	char *found = rows_of(f, words);

	assert_string_equal(found, rows);
	free(found);
}

// ann says 4 lines in #den, bob a long one in #tea and one to ann.
static int with_people(void **state)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *ann, *bob;

	*state = f;
	ann = fixture_login(f, "ann", "");
	bob = fixture_login(f, "bob", "");
	peer_send(ann, "JOIN #den");
	peer_send(bob, "JOIN #tea");
	for (int i = 0; i < 4; i++)
		peer_send(ann, "PRIVMSG #den :one two three");
	peer_send(bob, "PRIVMSG #tea :%0400d", 7);
	peer_send(bob, "PRIVMSG ann :psst");
	return 0;
}
#define TEST(fn) HUB_TEST_WITH(fn, with_people)

static void who_and_where_and_when(void **state)
{
	struct fixture *f = *state;
	char *days;

	expect_usage(f, "usage", "account bob 2; account ann 4; total all 6; ");
	expect_usage(f, "usage --by account", "account bob 2; account ann 4; total all 6; ");
	expect_usage(f, "usage --by room",
		     "room #tea 1; room #den 4; room (conversations) 1; total all 6; ");
	days = rows_of(f, "usage --by day");
	assert_true(!strncmp(days, "day 20", 6) && strstr(days, " 6; total all 6; "));
	free(days);
}

static void since_when_it_counts(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "cem", "");

	fixture_pass(f, 3600000);
	peer_send(p, "PRIVMSG ann :later");
	expect_usage(f, "usage --since 30m", "account cem 1; total all 1; ");
	expect_usage(f, "usage --since 2026-01-01T00:00:00.000Z --by room",
		     "room #tea 1; room #den 4; room (conversations) 2; total all 7; ");
	fixture_pass(f, 3600000);
	expect_usage(f, "usage --since 1m", "total all 0; ");
}

static void what_is_gone_is_one_sum(void **state)
{
	struct fixture *f = *state;

	admin_answer_free(fixture_verb(f, "user delete bob --confirm bob", NULL));
	expect_usage(f, "usage", "account (deleted) 2; account ann 4; total all 6; ");
}

// More than one question takes.
static void stretches_are_put_together(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "cem", "");
	struct buf rows = {0};

	peer_send(p, "JOIN #den");
	for (int i = 0; i < USAGE_STRETCH; i++)
		peer_send(p, "PRIVMSG #den :x");
	buf_printf(&rows, "account cem %d; account bob 2; account ann 4; total all %d; ",
		   USAGE_STRETCH, USAGE_STRETCH + 6);
	expect_usage(f, "usage", buf_str(&rows));
	buf_clear(&rows);
}

static void what_cannot_be_summed_up_is_refused(void **state)
{
	static const char *const wrong[] = {"usage --by week", "usage --since soon",
					    "usage bob"};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct admin_answer *a = fixture_verb(f, wrong[i], NULL);

		assert_int_equal(a->code, ADMIN_USAGE);
		admin_answer_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_and_where_and_when),
		TEST(since_when_it_counts),
		TEST(what_is_gone_is_one_sum),
		TEST(stretches_are_put_together),
		TEST(what_cannot_be_summed_up_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
