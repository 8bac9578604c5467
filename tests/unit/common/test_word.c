// SPDX-License-Identifier: MIT
#include "common/word.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct row {
	const char *text, *word;
};

static void expect_all(const struct row *rows, size_t count, bool stands)
{
	for (size_t i = 0; i < count; i++) {
		if (word_stands_in(span_of(rows[i].text), span_of(rows[i].word)) != stands)
			fail_msg("'%s' %s in '%s'", rows[i].word,
				 stands ? "is not found" : "is found", rows[i].text);
	}
}

static void a_name_is_found_with_any_mark_beside_it(void **state)
{
	static const struct row rows[] = {
		{"bob", "bob"},
		{"Bob: look", "bob"},
		{"bob's", "bob"},
		{"bob\u2019s idea", "bob"},
		{"bob\u2026", "bob"},
		{"well\u2026bob", "bob"},
		{"\u201cbob\u201d \u00abbob\u00bb", "bob"},
		{"(bob), @bob!", "bob"},
		{"bob\u3001\u3053", "bob"},
		{"bob\u3055\u3093", "bob"},
		{"bob.", "bob"},
		{"yes.bob", "bob"},
		{"and/or bob/ann", "bob"},
		{"http://x.org/ann bob", "bob"},
		{"(see http://x.org/a) bob\u2019s", "bob"},
		{"a@b.org bob", "bob"},
		{"\u0416\u0435\u043d\u044f, \u043f\u0440\u0438\u0432\u0435\u0442",
		 "\u0436\u0435\u043d\u044f"},
		{"\u00c9lise?", "\u00e9lise"},
		{"the Release Party is on", "release party"},
		{"bob bobby", "bob"},
		{"bobby bob", "bob"},
		{"[bob] says", "[bob]"},
		{"bob see http://x.org/a", "bob"},
		{"http://x.org/bob bob http://y.org/bob", "bob"},
		{"x.org/ann bob y.org/ann", "bob"},
		{"x[bob]y", "[bob]"},
		{"!@bob", "bob"},
		{"a@.bob", "bob"},
		{"../bob", "bob"},
		{"a./bob", "bob"},
		{"\u00fc bob \u00fc", "bob"},
		{"\u4e2d\u6587bob", "bob"},
	};
	(void)state;
	expect_all(rows, ARRAY_LEN(rows), true);
}

static void what_is_no_call_is_none(void **state)
{
	static const struct row rows[] = {
		{"bobby", "bob"},
		{"kebob", "bob"},
		{"bob_2", "bob"},
		{"x-bob", "bob"},
		{"bob\u00e9", "bob"},
		{"bob\u0301", "bob"},
		{"\u00fcbob", "bob"},
		{"http://x.org/bob/", "bob"},
		{"see <https://bob.org>", "bob"},
		{"(https://x.org/?a=bob)", "bob"},
		{"mailto:bob", "bob"},
		{"bob@example.org", "bob"},
		{"write to ann@bob.org, please", "bob"},
		{"www.bob.org", "bob"},
		{"x.org/bob/", "bob"},
		{"\u3055\u3093\u3055", "\u3055"},
		{"", "bob"},
		{"bob", ""},
		{"a b", ""},
		{"a, b", ""},
		{"\xff bob", "bob"},
	};
	(void)state;
	expect_all(rows, ARRAY_LEN(rows), false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_found_with_any_mark_beside_it),
		cmocka_unit_test(what_is_no_call_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
