// SPDX-License-Identifier: MIT
// sql.def as PostgreSQL reads it, without a server.
#include "server/store/postgresql/pg_text.h"

#include "server/store/postgresql/pg_value.h"
#include "server/store/postgresql/pg_words.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void a_parameter_with_a_number_keeps_it(void **state)
{
	struct pg_text t;

	(void)state;
	pg_text_make(&t, SQL_ROW_BEFORE);
	assert_int_equal(t.n_params, 2);
	assert_null(t.names[0]);
	assert_non_null(strstr(t.sql, "stream = $1 AND seq > 0 AND id < $2 ORDER BY id DESC"));
	pg_text_clear(&t);
}

static void a_name_that_stands_twice_is_one_parameter(void **state)
{
	struct pg_text t;

	(void)state;
	pg_text_make(&t, SQL_PUT_MARKER);
	assert_int_equal(t.n_params, 3);
	assert_string_equal(t.names[2], ":time_ms");
	assert_non_null(strstr(t.sql, "VALUES ($1, $2, $3)"));
	assert_non_null(strstr(t.sql, "SET time_ms = $3"));
	pg_text_clear(&t);
}

static void a_parameter_has_the_type_of_its_field(void **state)
{
	struct pg_text t;

	(void)state;
	pg_text_make(&t, SQL_PUT_SETTING);
	assert_int_equal(t.types[0], 25);
	assert_int_equal(t.types[1], 17);
	pg_text_clear(&t);
	pg_text_make(&t, SQL_DELETE_ROOM);
	assert_int_equal(t.types[0], 20);
	pg_text_clear(&t);
}

static void what_stands_between_quotes_is_no_parameter(void **state)
{
	struct pg_text t;

	(void)state;
	pg_text_make(&t, PG_BY_OWNER);
	assert_int_equal(t.n_params, 0);
	assert_non_null(strstr(t.sql, "': '"));
	pg_text_clear(&t);
}

// What only SQLite reads as SQL.
static void no_statement_speaks_the_dialect_of_another(void **state)
{
	static const char *const foreign[] = {"iif(",      "INDEXED BY", " MATCH ", "total(",
					      "IMMEDIATE", "AS BLOB",    "max(seq,"};

	(void)state;
	for (int id = 0; id < PG_COUNT; id++) {
		for (size_t i = 0; i < ARRAY_LEN(foreign) && pg_is_for(id, ~(enum sql_user)0);
		     i++) {
			if (strstr(pg_text(id), foreign[i]))
				fail_msg("%s: %s", pg_name(id), foreign[i]);
		}
	}
}

static void every_name_in_a_text_is_numbered(void **state)
{
	(void)state;
	for (int id = 0; id < PG_COUNT; id++) {
		struct pg_text t;

		pg_text_make(&t, id);
		for (const char *at = strchr(t.sql, '?'); at; at = strchr(at + 1, '?')) {
			if (isdigit((unsigned char)at[1]))
				fail_msg("%s: %s", pg_name(id), at);
		}
		for (int i = 0; i < t.n_params; i++) {
			char number[16];

			snprintf(number, sizeof(number), "$%d", i + 1);
			assert_non_null(strstr(t.sql, number));
		}
		pg_text_clear(&t);
	}
}

static size_t columns_end(const char *text)
{
	const char *end = strchr(text, ')');

	assert_non_null(end);
	return (size_t)(end - text);
}

// Else a column would have what is another's.
static void what_stores_several_has_the_columns_of_what_stores_one(void **state)
{
	int n = 0;

	(void)state;
	for (int id = 0; id < SQL_COUNT; id++) {
		struct pg_text one, many;

		if (pg_many(id) == PG_COUNT)
			continue;
		n++;
		pg_text_make(&one, id);
		pg_text_make(&many, pg_many(id));
		assert_int_equal(one.n_params, many.n_params);
		assert_int_equal(columns_end(one.sql), columns_end(many.sql));
		assert_memory_equal(one.sql, many.sql, columns_end(one.sql));
		for (int i = 0; i < one.n_params; i++)
			assert_true(!one.types[i] || one.types[i] == PG_LONG ||
				    one.types[i] == PG_TEXT);
		pg_text_clear(&one);
		pg_text_clear(&many);
	}
	assert_true(n > 0);
}

static void a_long_word_is_cut_between_characters(void **state)
{
	char word[PG_WORD_BYTES + 8];
	struct span cut;

	(void)state;
	memset(word, 'a', sizeof(word));
	assert_int_equal(pg_word_cut(span_from(word, 5)).len, 5);
	assert_int_equal(pg_word_cut(span_from(word, sizeof(word))).len, PG_WORD_BYTES);
	memcpy(word + PG_WORD_BYTES - 1, "\xc3\xa9", 2);
	cut = pg_word_cut(span_from(word, sizeof(word)));
	assert_int_equal(cut.len, PG_WORD_BYTES - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_parameter_with_a_number_keeps_it),
		cmocka_unit_test(a_name_that_stands_twice_is_one_parameter),
		cmocka_unit_test(a_parameter_has_the_type_of_its_field),
		cmocka_unit_test(what_stands_between_quotes_is_no_parameter),
		cmocka_unit_test(no_statement_speaks_the_dialect_of_another),
		cmocka_unit_test(every_name_in_a_text_is_numbered),
		cmocka_unit_test(what_stores_several_has_the_columns_of_what_stores_one),
		cmocka_unit_test(a_long_word_is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
