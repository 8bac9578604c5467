// SPDX-License-Identifier: MIT
// Ranges: which bytes of a file each form asks for.
#include "common/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void check(const char *method, const char *fields, uint64_t size, const char *expected)
{
	static const char *const names[] = {
		[HTTP_WHOLE] = "whole", [HTTP_PART] = "part", [HTTP_BEYOND] = "beyond"};
	struct http_request r = {0};
	struct http_part part;
	enum http_range range;
	struct buf bytes = {0};
	char got[64];

	buf_printf(&bytes, "%s /f/x HTTP/1.1\r\nHost: a\r\n%s\r\n", method, fields);
	assert_int_equal(http_read(&r, buf_span(&bytes)), HTTP_OK);
	range = http_range(&r, size, &part);
	snprintf(got, sizeof(got), "%s %llu+%llu", names[range], (unsigned long long)part.from,
		 (unsigned long long)part.len);
	assert_string_equal(got, expected);
	buf_clear(&bytes);
}

static void each_form_has_its_bytes(void **state UNUSED)
{
	static const struct {
		const char *range, *of_ten, *of_none;
	} rows[] = {
		{"bytes=0-0", "part 0+1", "beyond 0+0"},
		{"bytes=0-1", "part 0+2", "beyond 0+0"},
		{"bytes=9-9", "part 9+1", "beyond 0+0"},
		{"bytes=0-9", "part 0+10", "beyond 0+0"},
		{"bytes=0-10", "part 0+10", "beyond 0+0"},
		{"bytes=3-", "part 3+7", "beyond 0+0"},
		{"bytes=0-", "part 0+10", "beyond 0+0"},
		{"BYTES=1-2", "part 1+2", "beyond 0+0"},
		{"bytes= 1-2", "part 1+2", "beyond 0+0"},
		{"bytes=-1", "part 9+1", "whole 0+0"},
		{"bytes=-10", "part 0+10", "whole 0+0"},
		{"bytes=-11", "part 0+10", "whole 0+0"},
		{"bytes=-0", "beyond 0+0", "beyond 0+0"},
		{"bytes=10-", "beyond 0+0", "beyond 0+0"},
		{"bytes=10-20", "beyond 0+0", "beyond 0+0"},
		// Digits that no number holds.
		{"bytes=99999999999999999999999-", "beyond 0+0", "beyond 0+0"},
		{"bytes=5-99999999999999999999999", "part 5+5", "beyond 0+0"},
		{"bytes=-99999999999999999999999", "part 0+10", "whole 0+0"},
		{"bytes=18446744073709551615-18446744073709551615", "beyond 0+0", "beyond 0+0"},
		{"bytes=0-18446744073709551615", "part 0+10", "beyond 0+0"},
		// What makes no sense, or is of many parts, is not heard.
		{"bytes=5-2", "whole 0+10", "whole 0+0"},
		{"bytes=0-1,4-5", "whole 0+10", "whole 0+0"},
		{"bytes=0-1,", "whole 0+10", "whole 0+0"},
		{"bytes=", "whole 0+10", "whole 0+0"},
		{"bytes=-", "whole 0+10", "whole 0+0"},
		{"bytes=--1", "whole 0+10", "whole 0+0"},
		{"bytes=5", "whole 0+10", "whole 0+0"},
		{"bytes=0x1-0x2", "whole 0+10", "whole 0+0"},
		{"bytes=+1-2", "whole 0+10", "whole 0+0"},
		{"bytes=1 - 2", "whole 0+10", "whole 0+0"},
		{"bytes", "whole 0+10", "whole 0+0"},
		{"lines=0-1", "whole 0+10", "whole 0+0"},
		{"0-1", "whole 0+10", "whole 0+0"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char field[128];

		snprintf(field, sizeof(field), "Range: %s\r\n", rows[i].range);
		check("GET", field, 10, rows[i].of_ten);
		check("GET", field, 0, rows[i].of_none);
	}
	check("GET", "", 10, "whole 0+10");
}

static void a_condition_never_holds(void **state UNUSED)
{
	check("GET", "Range: bytes=0-0\r\nIf-Range: \"x\"\r\n", 10, "whole 0+10");
	check("GET", "If-Range: \"x\"\r\nRange: bytes=99-\r\n", 10, "whole 0+10");
}

static void only_a_get_has_a_range(void **state UNUSED)
{
	check("HEAD", "Range: bytes=0-0\r\n", 10, "whole 0+10");
	check("HEAD", "Range: bytes=99-\r\n", 10, "whole 0+10");
}

static void a_great_file_has_its_end(void **state UNUSED)
{
	check("GET", "Range: bytes=-1\r\n", UINT64_MAX, "part 18446744073709551614+1");
	check("GET", "Range: bytes=0-\r\n", UINT64_MAX, "part 0+18446744073709551615");
	check("GET", "Range: bytes=18446744073709551615-\r\n", UINT64_MAX, "beyond 0+0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form_has_its_bytes),
		cmocka_unit_test(a_condition_never_holds),
		cmocka_unit_test(only_a_get_has_a_range),
		cmocka_unit_test(a_great_file_has_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
