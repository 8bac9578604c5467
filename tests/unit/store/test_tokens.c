// SPDX-License-Identifier: MIT
// Words of a text, as the search index has them.
#include "server/store/sqlite/tokens.h"

#include "common/buf.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>

#include <cmocka.h>

static void on_word(void *arg, struct span word)
{
	struct buf *all = arg;

	buf_printf(all, SPAN_FMT "|", SPAN_ARG(word));
}

static void words_are_small_and_without_marks(UNUSED void **state)
{
	struct tokens *t = tokens_new();
	struct buf all = {0};

	tokens_each(t, SPAN("Grüße, ÉTÉ! don't 42"), on_word, &all);
	assert_string_equal(buf_str(&all), "gruße|ete|don|t|42|");
	buf_clear(&all);
	tokens_each(t, SPAN(" .,- "), on_word, &all);
	assert_int_equal(all.len, 0);
	tokens_free(t);
}

static void what_is_freed_leaves_nothing(UNUSED void **state)
{
	tokens_free(tokens_new()); // SQLite begins
	sqlite3_int64 before = sqlite3_memory_used();

	tokens_free(tokens_new());
	tokens_free(NULL);
	assert_int_equal(sqlite3_memory_used(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_small_and_without_marks),
		cmocka_unit_test(what_is_freed_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
