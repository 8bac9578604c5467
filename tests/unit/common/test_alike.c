// SPDX-License-Identifier: MIT
#include "common/alike.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static bool are_alike(const char *a, const char *b)
{
	return looks_alike(looks_of(span_of(a)), looks_of(span_of(b)));
}

static void what_the_eye_takes_for_each_other_looks_alike(void **state UNUSED)
{
	static const char *const rows[][2] = {
		{"alice", "alice"},
		{"alice", "Alice"},
		{"alice", "aIice"},           // a capital i
		{"alice", "al\u0456ce"},      // Ukrainian
		{"alice", "\u0430lice"},      // Cyrillic
		{"ALICE", "\u0391L\u0406CE"}, // Greek and Ukrainian, large
		{"alice", "\u0410lice"},      // a large Cyrillic one
		{"alice", "\uff41lice"},      // wide
		{"bill", "bi11"},
		{"BOB", "B0B"},
		{"modern", "modem"},
		{"#general", "#genera\u217c"}, // a Roman fifty
		{"caf\u00e9", "cafe\u0301"},
		{"\u043f\u0440\u0438\u0432\u0435\u0442", "\u043fp\u0438\u0432\u0435\u0442"},
		{"\u043a\u043e\u0442", "\u041a\u041e\u0422"},
		{"stra\u00dfe", "STRASSE"},
		{"\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u062e\u0648"}, // a joiner
		{"a\ufe0fb", "ab"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (!are_alike(rows[i][0], rows[i][1]))
			fail_msg("row %zu: %s and %s", i, rows[i][0], rows[i][1]);
	}
}

static void what_can_be_told_apart_does_not(void **state UNUSED)
{
	static const char *const rows[][2] = {
		{"alice", "alicia"},
		{"mail", "mall"},
		{"bob", "bob2"},
		{"bob1", "bob2"},
		{"cafe", "caf\u00e9"},
		{"user1", "user10"},
		{"\u4e2d\u6587", "\u4e2d\u56fd"},
		{"\u043a\u043e\u0442", "\u043a\u0438\u0442"},
		{"", "a"},
		{"ab", "ba"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (are_alike(rows[i][0], rows[i][1]))
			fail_msg("row %zu: %s and %s", i, rows[i][0], rows[i][1]);
	}
}

static void the_longest_name_has_its_looks(void **state UNUSED)
{
	char text[600], other[600];

	for (size_t i = 0; i < 600; i += 3)
		memcpy(text + i, "\ufdfa", 3); // of Arabic, becomes the most letters
	memcpy(other, text, sizeof(text));
	assert_true(
		looks_alike(looks_of(span_from(text, 600)), looks_of(span_from(other, 600))));
	other[0] = 'a';
	other[1] = 'b';
	other[2] = 'c';
	assert_false(
		looks_alike(looks_of(span_from(text, 600)), looks_of(span_from(other, 600))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_eye_takes_for_each_other_looks_alike),
		cmocka_unit_test(what_can_be_told_apart_does_not),
		cmocka_unit_test(the_longest_name_has_its_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
