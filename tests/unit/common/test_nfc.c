// SPDX-License-Identifier: MIT
#include "common/nfc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void what_is_spelled_alike_gets_one_spelling(void **state UNUSED)
{
	static const char *const rows[][2] = {
		{"", ""},
		{"plain", "plain"},
		{"cafe\u0301", "caf\u00e9"},
		{"caf\u00e9", "caf\u00e9"},
		{"\u212b", "\u00c5"},                     // the sign of an angstrom
		{"q\u0307\u0323", "q\u0323\u0307"},       // marks in order
		{"\u1112\u1161\u11ab", "\ud55c"},         // Hangul
		{"\u0958", "\u0915\u093c"},               // is not composed
		{"\u4e2d\U0001f389", "\u4e2d\U0001f389"}, // has no other
		{"\u2460\ufb01", "\u2460\ufb01"},         // alike in another sense
	};
	char out[64];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t len = nfc(span_of(rows[i][0]), out, sizeof(out) - 1);

		assert_string_equal(out, rows[i][1]);
		assert_int_equal(len, strlen(rows[i][1]));
	}
}

static void what_has_no_place_or_no_meaning_has_no_spelling(void **state UNUSED)
{
	char out[4] = "", *kept;
	int32_t codes[2];

	assert_int_equal(nfc(SPAN("abc"), out, 2), SIZE_MAX);
	assert_int_equal(nfc(SPAN("\u0958"), out, 3), SIZE_MAX);
	assert_int_equal(nfc(SPAN("\xff"), out, 3), SIZE_MAX);
	assert_int_equal(nfkd(SPAN("\u00c9"), true, codes, 2), 2);
	assert_int_equal(codes[0], 'e');
	assert_int_equal(codes[1], 0x301);
	assert_int_equal(nfkd(SPAN("\u00e9a"), false, codes, 2), SIZE_MAX);
	assert_int_equal(nfkd(SPAN("\xc3"), false, codes, 2), SIZE_MAX);
	kept = nfc_dup(SPAN("\xff"));
	assert_string_equal(kept, "\xff");
	free(kept);
	kept = nfc_dup(SPAN("*e\u0301*"));
	assert_string_equal(kept, "*\u00e9*");
	free(kept);
}

// The worst there is: every letter becomes several.
static void the_longest_text_has_its_spelling(void **state UNUSED)
{
	char text[513], out[2048];
	int32_t codes[2048];

	for (size_t i = 0; i < 512; i += 2)
		memcpy(text + i, "\u0390", 2);
	assert_int_equal(nfc(span_from(text, 512), out, sizeof(out) - 1), 512);
	assert_int_equal(nfkd(span_from(text, 512), false, codes, ARRAY_LEN(codes)), 256 * 3);
	assert_int_equal(nfc(span_from(text, 513), out, sizeof(out) - 1), SIZE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_spelled_alike_gets_one_spelling),
		cmocka_unit_test(what_has_no_place_or_no_meaning_has_no_spelling),
		cmocka_unit_test(the_longest_text_has_its_spelling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
