// SPDX-License-Identifier: MIT
// A text as lines that fit: cut behind a space, else within a word, never within a letter.
#include "server/hub/wire/pieces.h"

#include "common/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

// The pieces with / between lines, and + before what belongs to the line before.
static void expect_split(const char *text, size_t max, const char *wanted)
{
	struct pieces p = {0};
	struct buf got = {0};

	pieces_split(&p, span_of(text), max);
	for (size_t i = 0; i < p.n; i++) {
		buf_add_str(&got, i == 0 ? "" : p.at[i].concat ? "+" : "/");
		assert_true(i > 0 || !p.at[i].concat);
		assert_true(p.at[i].text.len <= max || p.at[i].text.len == 1);
		buf_add_span(&got, p.at[i].text);
	}
	if (!span_eq(buf_span(&got), span_of(wanted)))
		fail_msg("%s: %s", text, buf_str(&got));
	buf_clear(&got);
	pieces_clear(&p);
}

static void a_text_is_cut_where_it_hurts_least(void **state)
{
	static const struct {
		const char *text, *wanted;
	} rows[] = {
		{"", ""},
		{"abcdef", "abcdef"},
		{"abcdefg", "abcdef+g"},
		{"ab cdefg", "ab +cdefg"},
		{"a b c d e", "a b c +d e"},
		{"abcdef ghi", "abcdef+ ghi"},
		{" abcdefg", " +abcdef+g"},
		{"one\ntwo", "one/two"},
		{"\n", "/"},
		{"one\n\ntwo\n", "one//two/"},
		{"abcdefgh\ni", "abcdef+gh/i"},
		{"abcde\u00e9", "abcde+\u00e9"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_split(rows[i].text, 6, rows[i].wanted);
	// A letter that is wider than the line goes byte by byte.
	expect_split("\u20ac", 2, "\xe2+\x82\xac");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_cut_where_it_hurts_least),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
