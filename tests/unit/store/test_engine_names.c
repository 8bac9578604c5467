// SPDX-License-Identifier: MIT
// Which engine a place is of, and what is said of one that no engine has, or that another one can do
// and it cannot.
#include "common/buf.h"
#include "server/store/engine.h"
#include "server/store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ELSEWHERE "postgresql://localhost/nowhere"

static void no_engine(const char *where, const char *words)
{
	char *error = NULL;

	assert_null(engine_of(where, &error));
	assert_non_null(strstr(error, words));
	free(error);
}

static void a_name_of_something_elsewhere_is_no_file(void **state UNUSED)
{
	static const char *const files[] = {
		"snug.db", "/var/lib/snug/snug.db", "://x", "a{b://x", "A://x", "x:/y"};
	char *error = NULL;

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		assert_ptr_equal(engine_of(files[i], &error), engines[0]);
	assert_null(error);
	no_engine("mysql://localhost/x", "is no store");
	no_engine("postgresx://localhost/x", "PostgreSQL");
}

static void is_refused(char **error)
{
	assert_non_null(*error);
	free(*error);
	*error = NULL;
}

static void what_another_engine_does_is_refused_in_words(void **state UNUSED)
{
	static const char *const places[] = {"mysql://localhost/x", ELSEWHERE};
	char *error = NULL;

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		assert_int_equal(store_redo(places[i], NULL, NULL, NULL, &error), REDO_FAILED);
		is_refused(&error);
		assert_false(store_lost(places[i], places[i], NULL, NULL, &error));
		is_refused(&error);
		assert_false(store_note_older(places[i], 1, "verb", "detail", &error));
		is_refused(&error);
	}
}

static void the_engines_are_named_in_a_row(void **state UNUSED)
{
	struct buf out = {0};
	size_t n_engines = 0, n_parts = 1;

	store_engine(&out);
	assert_true(span_starts(buf_span(&out), SPAN("SQLite ")));
	while (engines[n_engines])
		n_engines++;
	for (const char *at = buf_str(&out); (at = strstr(at, ", ")) != NULL; at++)
		n_parts++;
	assert_int_equal(n_parts, n_engines);
	buf_clear(&out);
}

static void nothing_is_ended_where_nothing_is(void **state UNUSED)
{
	store_wait_end(NULL);
	store_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_of_something_elsewhere_is_no_file),
		cmocka_unit_test(what_another_engine_does_is_refused_in_words),
		cmocka_unit_test(the_engines_are_named_in_a_row),
		cmocka_unit_test(nothing_is_ended_where_nothing_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
