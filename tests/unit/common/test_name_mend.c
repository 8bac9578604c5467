// SPDX-License-Identifier: MIT
#include "common/name_mend.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void what_somebody_is_called_elsewhere_becomes_a_name(void **state UNUSED)
{
	static const char *const rows[][2] = {
		{"ann", "ann"},
		{"Ann_B-2", "Ann_B-2"}, // can be had
		{"ann@corp.example", "ann"},
		{"ANN@CORP.EXAMPLE", "ann"},
		{"Ann Miller", "ann-miller"},
		{"ann.miller@corp.example", "ann-miller"},
		{"  ann .. miller  ", "ann-miller"},
		{".ann.", "ann"},
		{"-ann-", "ann"},
		{"ann--miller.", "ann-miller"},
		{"J\u00fcrgen.Gro\u00df@corp.example", "juergen-gross"},
		{"Ju\u0308rgen", "juergen"},
		{"\u00c4rzte \u00d6ffnen", "aerzte-oeffnen"},
		{"Zo\u00eb", "zoe"},
		{"Ren\u00e9e \u00c6sop \u0152uvre", "renee-aesop-oeuvre"},
		{"\u00c5ngstr\u00f6m", "angstroem"},
		{"\uff21\uff2e\uff2e", "ann"}, // of full width
		{"7of9", "_7of9"},
		{"ann_corp.com#EXT#@tenant.example", "ann_corp-com-ext"},
		{"ann+list@corp.example", "ann-list"},
		{"ann\u200bmiller", "ann-miller"},
		{"CORP\\ann", "corp-ann"},
		{"a123456789b123456789c123456789d1e2", "a123456789b123456789c123456789d1"},
		{"a123456789b123456789c123456789d.e2", "a123456789b123456789c123456789d"},
		{"", ""},
		{"@corp.example", ""},
		{"...", ""},
		{"\u0418\u0432\u0430\u043d", ""}, // nothing of it can stand in a name
		{"\xff\xfe", ""},
	};
	char out[ACCOUNT_NAME_MAX + 1];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t len = name_mend(span_of(rows[i][0]), out);

		assert_string_equal(out, rows[i][1]);
		assert_int_equal(len, strlen(out));
		assert_true(!len || name_is_account(span_from(out, len)));
	}
}

// Whatever it is given.
static void what_is_left_is_a_name_or_nothing(void **state UNUSED)
{
	char text[600], out[ACCOUNT_NAME_MAX + 1];
	uint32_t dice = 1;

	for (int i = 0; i < 20000; i++) {
		size_t len, size = dice % sizeof(text);

		for (size_t at = 0; at < size; at++) {
			dice = dice * 1664525u + 1013904223u;
			text[at] = (char)(dice >> 24 & (i % 2 ? 0xff : 0x7f));
		}
		len = name_mend(span_from(text, size), out);
		assert_true(!len || name_is_account(span_from(out, len)));
		dice = dice * 1664525u + 1013904223u;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_somebody_is_called_elsewhere_becomes_a_name),
		cmocka_unit_test(what_is_left_is_a_name_or_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
