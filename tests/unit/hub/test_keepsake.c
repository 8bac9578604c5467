// SPDX-License-Identifier: MIT
// Which ids of what was said are at hand, and for which of the others the store is asked.
#include "server/hub/history/keepsake.h"
#include "server/hub/people/account.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define NOBODY 424242

// "t1767225600000.x": of so many ms after now.
static struct span id_at(const struct hub *h, int64_t after_ms, const char *rest)
{
	static char text[4][64];
	static unsigned turn;
	char *out = text[turn++ % 4];

	snprintf(out, sizeof(*text), "t%lld.%s", (long long)(h->now.wall_ms + after_ms), rest);
	return span_of(out);
}

// So many others of nobody.
static void add_others(struct hub *h, int n)
{
	char text[20];

	for (int i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "other-%d", i);
		keepsake_add(h, NOBODY, span_of(text));
	}
}

static void each_is_known_by_its_account_and_its_id(void **state)
{
	struct hub *h = ((struct fixture *)*state)->hub;

	assert_false(keepsake_is(h, 1, SPAN("a")));
	keepsake_add(h, 1, SPAN("a"));
	keepsake_add(h, 2, SPAN("b"));
	assert_true(keepsake_is(h, 1, SPAN("a")));
	assert_true(keepsake_is(h, 2, SPAN("b")));
	assert_false(keepsake_is(h, 2, SPAN("a")));
	assert_false(keepsake_is(h, 1, SPAN("aa")));
}

static void the_oldest_are_let_go_when_the_tables_have_them(void **state)
{
	struct hub *h = ((struct fixture *)*state)->hub;

	h->head = h->applied + 1;
	keepsake_add(h, 1, SPAN("first"));
	add_others(h, KEEPSAKES_MAX - 1);
	assert_true(keepsake_is(h, 1, SPAN("first")));
	keepsake_add(h, 1, SPAN("more"));
	assert_true(keepsake_is(h, 1, SPAN("first"))); // not applied
	h->applied = h->head;
	keepsake_add(h, 1, SPAN("last"));
	assert_false(keepsake_is(h, 1, SPAN("first")));
	assert_false(keepsake_is(h, NOBODY, SPAN("other-0")));
	assert_true(keepsake_is(h, NOBODY, SPAN("other-1")));
	assert_true(keepsake_is(h, 1, SPAN("more")));
	assert_true(keepsake_is(h, 1, SPAN("last")));
}

// Of an account the newest that was let go counts, in whatever order they came.
static void what_was_let_go_is_asked_for(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct account *bob = fixture_account(f, "bob");

	h->ids_upto_ms = 0;
	h->applied = h->head;
	keepsake_add(h, bob->id, id_at(h, 2000, "a"));
	keepsake_add(h, bob->id, id_at(h, 1000, "b"));
	keepsake_add(h, bob->id, SPAN("without a time"));
	assert_false(keepsake_is_fresh(h, bob, id_at(h, 2000, "a")));
	assert_true(keepsake_is_fresh(h, bob, id_at(h, 1000, "c")));
	keepsake_add(h, NOBODY, id_at(h, 3000, "a"));
	add_others(h, KEEPSAKES_MAX);
	assert_false(keepsake_is(h, bob->id, id_at(h, 2000, "a")));
	assert_int_equal(bob->ids_upto_ms, h->now.wall_ms + 2000);
	assert_false(keepsake_is_fresh(h, bob, id_at(h, 2000, "c")));
	assert_true(keepsake_is_fresh(h, bob, id_at(h, 2001, "c")));
	assert_false(keepsake_is_fresh(h, bob, SPAN("without a time")));
}

static void they_end_with_the_hub_and_begin_anew(void **state)
{
	struct hub *h = ((struct fixture *)*state)->hub;

	keepsakes_free(h);
	keepsake_add(h, 1, SPAN("a"));
	keepsakes_free(h);
	assert_null(h->keepsakes);
	assert_false(keepsake_is(h, 1, SPAN("a")));
	keepsake_add(h, 1, SPAN("b"));
	assert_true(keepsake_is(h, 1, SPAN("b")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(each_is_known_by_its_account_and_its_id),
		HUB_TEST(the_oldest_are_let_go_when_the_tables_have_them),
		HUB_TEST(what_was_let_go_is_asked_for),
		HUB_TEST(they_end_with_the_hub_and_begin_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
