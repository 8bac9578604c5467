// SPDX-License-Identifier: MIT
#include "server/import/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY_MS INT64_C(1767657600000) // 2026-01-06, midnight of UTC
#define MINUTE_MS INT64_C(60000)

static void take(struct import_log *log, const char *format, const char *text)
{
	log_read(log, log_format_named(span_of(format)), "a.log", span_of(text));
}

static void is_said(const struct import_log *log, size_t i, int64_t at_ms, const char *from,
		    const char *text)
{
	assert_true(i < log->n_said);
	assert_int_equal(log->said[i].at_ms, at_ms);
	assert_true(span_eq(log->said[i].from, span_of(from)));
	assert_true(span_eq(log->said[i].text, span_of(text)));
}

static void is_bad(const char *format, const char *text, const char *words)
{
	struct import_log log = {0};

	(void)!log_begin_day(&log, SPAN("2026-01-06"));
	take(&log, format, text);
	assert_int_equal(log.n_bad, 1);
	if (!strstr(buf_str(&log.bad), words))
		fail_msg("%s", buf_str(&log.bad));
	log_clear(&log);
}

static void irssi_is_read(void **state)
{
	struct import_log log = {0};

	(void)state;
	take(&log, "irssi",
	     "--- Log opened Tue Jan 06 12:00:00 2026\n"
	     "12:00 -!- ann [~a@host] has joined #den\r\n"
	     "12:01 <@ann> hello <b> there\n"
	     "12:01 < bob|away> and me\n"
	     "12:02  * ann waves\n"
	     "12:03 -carl:#den- a notice\n"
	     "12:03 -!- Irssi: whatever\n"
	     "\n"
	     "--- Day changed Wed Jan 07 2026\n"
	     "00:01:30 <ann> a new day\n"
	     "--- Log closed Wed Jan 07 00:02:00 2026\n");
	assert_int_equal(log.n_bad, 0);
	assert_int_equal(log.n_other, 5);
	assert_int_equal(log.n_said, 5);
	is_said(&log, 0, DAY_MS + 721 * MINUTE_MS, "ann", "hello <b> there");
	is_said(&log, 1, DAY_MS + 721 * MINUTE_MS + 1, "bob|away", "and me");
	is_said(&log, 2, DAY_MS + 722 * MINUTE_MS, "ann", "\001ACTION waves\001");
	is_said(&log, 3, DAY_MS + 723 * MINUTE_MS, "carl", "a notice");
	assert_true(log.said[3].is_notice);
	is_said(&log, 4, DAY_MS + 1441 * MINUTE_MS + 30000, "ann", "a new day");
	log_clear(&log);
}

static void weechat_is_read(void **state)
{
	struct import_log log = {0};

	(void)state;
	take(&log, "weechat",
	     "2026-01-06 12:00:00\t-->\tbob (~b@host) has joined #den\n"
	     "2026-01-06 12:01:00\t@ann\thello\tthere\n"
	     "2026-01-06 12:01:02\t *\tann waves\n"
	     "2026-01-06 12:01:03\t\tTopic for #den\n");
	assert_int_equal(log.n_bad, 0);
	assert_int_equal(log.n_other, 2);
	assert_int_equal(log.n_said, 2);
	is_said(&log, 0, DAY_MS + 721 * MINUTE_MS, "ann", "hello\tthere");
	is_said(&log, 1, DAY_MS + 721 * MINUTE_MS + 2000, "ann", "\001ACTION waves\001");
	log_clear(&log);
}

static void znc_is_read(void **state)
{
	struct import_log log = {0};

	(void)state;
	assert_true(log_begin_day(&log, SPAN("2026-01-06")));
	assert_false(log_begin_day(&log, SPAN("2026-13-06")));
	assert_false(log_begin_day(&log, SPAN("readme.txt")));
	assert_false(log_begin_day(&log, SPAN("2026")));
	assert_true(log_begin_day(&log, SPAN("2026-01-06")));
	take(&log, "znc",
	     "[12:01:00] *** Joins: bob (~b@host)\n"
	     "[12:01:00] <ann> hello > there\n"
	     "[12:01:01] * ann waves\n"
	     "[12:01:02] -carl- a notice\n");
	assert_int_equal(log.n_bad, 0);
	assert_int_equal(log.n_other, 1);
	is_said(&log, 0, DAY_MS + 721 * MINUTE_MS, "ann", "hello > there");
	is_said(&log, 1, DAY_MS + 721 * MINUTE_MS + 1000, "ann", "\001ACTION waves\001");
	is_said(&log, 2, DAY_MS + 721 * MINUTE_MS + 2000, "carl", "a notice");
	assert_true(log.said[2].is_notice);
	log_clear(&log);
}

static void bytes_of_no_utf_8_are_latin(void **state)
{
	struct import_log log = {0};

	(void)state;
	assert_true(log_begin_day(&log, SPAN("2026-01-06")));
	take(&log, "znc", "[12:01:00] <ann> gr\xfc\xdf \x80\n[12:01:01] <ann> gr\xc3\xbc\n");
	is_said(&log, 0, DAY_MS + 721 * MINUTE_MS, "ann", "gr\xc3\xbc\xc3\x9f \xef\xbf\xbd");
	is_said(&log, 1, DAY_MS + 721 * MINUTE_MS + 1000, "ann", "gr\xc3\xbc");
	log_clear(&log);
}

static void a_bad_line_is_named(void **state)
{
	char longer[700] = "[12:00:00] <ann> ";

	(void)state;
	memset(longer + strlen(longer), 'x', 600);
	is_bad("znc", "[12:00:00] *** x\n[12:00] what\n", "a.log:2: it is no line");
	is_bad("znc", "12:00:00 <ann> x\n", "a.log:1: it is no line");
	is_bad("znc", "[99:00:00] <ann> x\n", "a.log:1: it is no line");
	is_bad("znc", "[12:00:00] <ann>\n", "a.log:1: it is no line");
	is_bad("znc", "[12:00:00] <> x\n", "nobody says it");
	is_bad("znc", "[12:00:00] <a b> x\n", "nobody says it");
	is_bad("znc", "[12:00:00] <ann> \001VERSION\001\n", "no message may");
	is_bad("znc", "[12:00:00] <ann> a\rb\n", "no message may");
	is_bad("znc", "[12:00:00] <ann> a\n[08:00:00] <ann> b\n", "a.log:2: it is hours older");
	is_bad("znc", longer, "longer than a line");
	is_bad("irssi", "--- Log opened yesterday\n", "a.log:1: it is no line");
	is_bad("irssi", "12:00 <ann\n", "a.log:1: it is no line");
	is_bad("irssi", "hello\n", "a.log:1: it is no line");
	is_bad("weechat", "2026-01-06\tann\thello\n", "a.log:1: it is no line");
	is_bad("weechat", "12:00:00\tann\thello\n", "a.log:1: it is no line");
}

// Irssi's lines have no day of their own.
static void a_line_before_any_day_is_bad(void **state)
{
	struct import_log log = {0};

	(void)state;
	take(&log, "irssi", "12:01 <@ann> hello\n");
	assert_int_equal(log.n_bad, 1);
	assert_int_equal(log.n_said, 0);
	log_clear(&log);
	assert_null(log_format_named(SPAN("mirc")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(irssi_is_read),
		cmocka_unit_test(weechat_is_read),
		cmocka_unit_test(znc_is_read),
		cmocka_unit_test(bytes_of_no_utf_8_are_latin),
		cmocka_unit_test(a_bad_line_is_named),
		cmocka_unit_test(a_line_before_any_day_is_bad),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
