// SPDX-License-Identifier: MIT
// A path is read as it is typed, and as terminals write the path of a file that is dropped.
#include "client/text/path_word.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_word_is_read_as_a_shell_does(void **state)
{
	static const struct {
		const char *typed, *path, *rest;
	} rows[] = {
		{"/a/b.txt", "/a/b.txt", ""},
		{"/a/b.txt  look at this", "/a/b.txt", "look at this"},
		{"'/a/it is.txt' look", "/a/it is.txt", "look"},
		{"\"/a/say \\\"hi\\\".txt\"", "/a/say \"hi\".txt", ""},
		{"'/a/b'\\''s.txt' x", "/a/b's.txt", "x"},
		{"/a/b\\ c\\'d.txt", "/a/b c'd.txt", ""},
		{"'/a\\b'", "/a\\b", ""},
		{"file:///a/b%20c%C3%A4.txt", "/a/b c\xc3\xa4.txt", ""},
		{"file:///100%25%zz%00", "/100%%zz%00", ""},
		{"file://host/a", "file://host/a", ""},
		{"~/a", "~/a", ""},
		{"a\\", "a\\", ""},
	};
	static const char *const bad[] = {"", "'a", "\"a\\\"", "''"};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct span rest = span_of(rows[i].typed);
		struct buf path = {0};
		assert_true(path_word(&rest, &path));
		assert_string_equal(buf_str(&path), rows[i].path);
		assert_true(span_eq(rest, span_of(rows[i].rest)));
		buf_clear(&path);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct span rest = span_of(bad[i]);
		struct buf path = {0};
		assert_false(path_word(&rest, &path));
		assert_int_equal(path.len, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_read_as_a_shell_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
