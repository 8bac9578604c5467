// SPDX-License-Identifier: MIT
// What is searched for, word by word.
#include "server/letters/query.h"

#include "common/die.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_words(const char *text, const char *const *words, size_t n)
{
	// No byte stands behind it.
	char *copy = xmemdup(text, strlen(text) + !*text);
	struct span rest = span_from(copy, strlen(text));

	for (size_t i = 0; i < n; i++)
		assert_true(span_eq(query_word(&rest), span_of(words[i])));
	assert_int_equal(query_word(&rest).len, 0);
	assert_int_equal(rest.len, 0);
	free(copy);
}

static void words_stand_between_blanks_of_any_kind(void **state UNUSED)
{
	static const char *const words[] = {"red", "tea", "pot"};

	expect_words("red tea pot", words, 3);
	expect_words(" \tred\r\n tea\n\npot ", words, 3);
	expect_words("", NULL, 0);
	expect_words(" \t", NULL, 0);
}

static void words_in_quotes_are_one(void **state UNUSED)
{
	static const char *const words[] = {"red", "tea pot", "is", "not closed "};

	expect_words("red\"tea pot\"is \"not closed ", words, 4);
}

static void a_star_makes_a_prefix_of_what_is_long_enough(void **state UNUSED)
{
	assert_true(query_word_is_prefix(SPAN("tea*")));
	assert_false(query_word_is_prefix(SPAN("te*")));
	assert_false(query_word_is_prefix(SPAN("teas")));
	assert_false(query_word_is_prefix(SPAN("*")));
	assert_false(query_word_is_prefix(SPAN("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_stand_between_blanks_of_any_kind),
		cmocka_unit_test(words_in_quotes_are_one),
		cmocka_unit_test(a_star_makes_a_prefix_of_what_is_long_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
