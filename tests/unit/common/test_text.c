// SPDX-License-Identifier: MIT
#include "common/text.h"
#include "common/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static uint32_t refused(const char *text, enum text_kind kind)
{
	uint32_t found;

	return text_is_fit(span_of(text), kind, &found) ? 0 : found;
}

static void words_of_all_scripts_are_fit(void **state UNUSED)
{
	static const char *const texts[] = {
		"",
		"tea at five",
		"häuser",
		"चाय",
		"شای",
		"می\xe2\x80\x8cخواهم",                        // U+200C as Persian writes it
		"क\xe2\x80\x8dष",                             // U+200D behind a virama's letter
		"\U0001f468\u200d\U0001f469\u200d\U0001f467", // a family
		"\u2067שלום\u2069 and \u2066a\u2068b\u2069\u2069",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		for (enum text_kind kind = TEXT_PLAIN; kind <= TEXT_STYLED; kind++)
			assert_int_equal(refused(texts[i], kind), 0);
}

static bool is_to_be_refused(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x200b ||
	       code == 0x2060 || code == 0xfeff || (code >= 0x202a && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069) || (code >= 0xe0000 && code < 0xe0080);
}

// Proves P7.
static void each_code_point_that_hides_is_refused_and_no_other(void **state UNUSED)
{
	for (uint32_t code = 1; code <= 0x10ffff; code++) {
		char text[8] = "a";
		size_t len = 1;

		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		len += utf8_encode(code, text + len);
		text[len] = 'b';
		assert_int_equal(refused(text, TEXT_PLAIN), is_to_be_refused(code) ? code : 0);
	}
}

static void formatting_stands_where_a_text_is_styled(void **state UNUSED)
{
	static const char codes[] = "\x02\x03\x04\x0f\x11\x16\x1d\x1e\x1f";

	for (char c = 1; c < 0x20; c++) {
		const char text[] = {'a', c, 0};

		assert_int_equal(refused(text, TEXT_STYLED), strchr(codes, c) ? 0 : c);
		assert_int_equal(refused(text, TEXT_PLAIN), c);
	}
}

static void what_joins_stands_between_two(void **state UNUSED)
{
	assert_int_equal(refused("\u200da", TEXT_PLAIN), 0x200d);
	assert_int_equal(refused("a\u200d", TEXT_PLAIN), 0x200d);
	assert_int_equal(refused("a\u200c b", TEXT_PLAIN), 0x200c);
	assert_int_equal(refused("a\u200c\u200db", TEXT_PLAIN), 0x200c);
}

static void an_isolate_ends_and_an_end_has_its_isolate(void **state UNUSED)
{
	assert_int_equal(refused("a\u2067b", TEXT_PLAIN), 0x2067);
	assert_int_equal(refused("a\u2066b\u2068c\u2069", TEXT_PLAIN), 0x2066);
	assert_int_equal(refused("a\u2069b\u2067c", TEXT_PLAIN), 0x2069);
}

static void what_is_no_utf8_is_told_so(void **state UNUSED)
{
	assert_int_equal(refused("a\xff", TEXT_STYLED), 0xfffd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_all_scripts_are_fit),
		cmocka_unit_test(each_code_point_that_hides_is_refused_and_no_other),
		cmocka_unit_test(formatting_stands_where_a_text_is_styled),
		cmocka_unit_test(what_joins_stands_between_two),
		cmocka_unit_test(an_isolate_ends_and_an_end_has_its_isolate),
		cmocka_unit_test(what_is_no_utf8_is_told_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
