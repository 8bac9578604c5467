// SPDX-License-Identifier: MIT
#include "common/clock.h"

#include <time.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void assert_text(int64_t ms, const char *wanted)
{
	char text[CLOCK_TEXT_LEN + 1];

	clock_text(ms, text);
	assert_string_equal(text, wanted);
}

static void times_are_written_as_server_time(void **state UNUSED)
{
	assert_text(0, "1970-01-01T00:00:00.000Z");
	assert_text(1709210096789, "2024-02-29T12:34:56.789Z");
	assert_text(INT64_C(2147483648000), "2038-01-19T03:14:08.000Z");
	assert_text(-1, "1970-01-01T00:00:00.000Z");
	assert_text(INT64_MIN, "1970-01-01T00:00:00.000Z");
	assert_text(INT64_MAX, "9999-12-31T23:59:59.999Z");
}

static void every_day_is_what_the_c_library_says_and_reads_back(void **state UNUSED)
{
	for (int64_t day = 0; day < INT64_C(2932897); day += 1) {
		time_t seconds = day * 86400 + day % 86400;
		char text[CLOCK_TEXT_LEN + 1], wanted[64];
		int64_t back;
		struct tm tm;

		clock_text((int64_t)seconds * 1000 + 7, text);
		if (day % 10 == 0) {
			gmtime_r(&seconds, &tm);
			strftime(wanted, sizeof(wanted), "%Y-%m-%dT%H:%M:%S.007Z", &tm);
			assert_string_equal(text, wanted);
		}
		assert_true(clock_parse(span_of(text), &back));
		assert_true(back == (int64_t)seconds * 1000 + 7);
	}
}

static void fractions_may_be_of_any_length_or_missing(void **state UNUSED)
{
	int64_t ms;

	assert_true(clock_parse(SPAN("1970-01-01T00:00:01Z"), &ms));
	assert_int_equal(ms, 1000);
	assert_true(clock_parse(SPAN("1970-01-01T00:00:01.5Z"), &ms));
	assert_int_equal(ms, 1500);
	assert_true(clock_parse(SPAN("1970-01-01T00:00:01.123999999Z"), &ms));
	assert_int_equal(ms, 1123);
	assert_true(clock_parse(SPAN("2016-12-31T23:59:60.000Z"), &ms));
	assert_text(ms, "2017-01-01T00:00:00.000Z");
}

// Proves B12.
static void what_is_no_time_is_refused(void **state UNUSED)
{
	static const char *const wrong[] = {
		"2020-01-01T00:00:",
		"2020-01-01T00:00:00./Z",
		"2020-01-01T00:00:00.:Z",
		"2020-01-01T00:00:00.5X",
		"2020-01-01T00:00:00.Z",
		"2020-01-01T00:00:00.5",
		"2020-01-01T00:00:00",
		"",
		"*",
		"1970-01-01T00:00:00",
		"1970-01-01T00:00:00.Z",
		"1970-01-01T00:00:00.1",
		"1970-01-01T00:00:00.1xZ",
		"1970-01-01T00:00:00Z ",
		"1970-01-01T00:00:00Zx",
		"1970-01-01 00:00:00Z",
		"1969-12-31T23:59:59Z",
		"10000-01-01T00:00:00Z",
		"1970-13-01T00:00:00Z",
		"1970-00-01T00:00:00Z",
		"2023-02-29T00:00:00Z",
		"2100-02-29T00:00:00Z",
		"1970-01-00T00:00:00Z",
		"1970-01-01T24:00:00Z",
		"1970-01-01T00:60:00Z",
		"1970-01-01T00:00:61Z",
		"-970-01-01T00:00:00Z",
		"1970-1-01T00:00:00Z",
		"1970-01-01T+1:00:00Z",
	};
	int64_t ms;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_false(clock_parse(span_of(wrong[i]), &ms));
}

static void spans_of_time_have_a_unit(void **state UNUSED)
{
	int64_t ms;

	assert_true(clock_parse_span(SPAN("30s"), &ms) && ms == 30000);
	assert_true(clock_parse_span(SPAN("15m"), &ms) && ms == 900000);
	assert_true(clock_parse_span(SPAN("12h"), &ms) && ms == 43200000);
	assert_true(clock_parse_span(SPAN("7d"), &ms) && ms == 604800000);
	assert_true(clock_parse_span(SPAN("4w"), &ms) && ms == INT64_C(2419200000));
	assert_true(clock_parse_span(SPAN("0"), &ms) && ms == 0);
	assert_false(clock_parse_span(SPAN("30"), &ms));
	assert_false(clock_parse_span(SPAN("s"), &ms));
	assert_false(clock_parse_span(SPAN(""), &ms));
	assert_false(clock_parse_span(SPAN("-1s"), &ms));
	assert_false(clock_parse_span(SPAN("1y"), &ms));
	assert_false(clock_parse_span(SPAN("1s "), &ms));
	assert_false(clock_parse_span(SPAN("9223372036854776s"), &ms));
	assert_false(clock_parse_span(SPAN("15250284452w"), &ms));
	assert_true(clock_parse_span(SPAN("365000d"), &ms));
	assert_false(clock_parse_span(SPAN("365001d"), &ms));
}

static void a_span_of_time_becomes_text_again(void **state UNUSED)
{
	static const struct {
		int64_t ms;
		const char *text;
	} rows[] = {{30000, "30s"},    {900000, "15m"},    {43200000, "12h"}, {86400000, "1d"},
		    {604800000, "1w"}, {3601000, "3601s"}, {59001, "1m"},     {0, "0s"}};
	struct buf out = {0};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_reset(&out);
		clock_add_span(&out, rows[i].ms);
		assert_true(span_eq(buf_span(&out), span_of(rows[i].text)));
	}
	buf_clear(&out);
}

static void the_clocks_run(void **state UNUSED)
{
	int64_t before = clock_mono_ms();

	assert_true(clock_mono_ms() >= before);
	assert_true(clock_wall_ms() > INT64_C(1700000000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_written_as_server_time),
		cmocka_unit_test(every_day_is_what_the_c_library_says_and_reads_back),
		cmocka_unit_test(fractions_may_be_of_any_length_or_missing),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(spans_of_time_have_a_unit),
		cmocka_unit_test(a_span_of_time_becomes_text_again),
		cmocka_unit_test(the_clocks_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
