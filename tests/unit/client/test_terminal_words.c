// SPDX-License-Identifier: MIT
// What a terminal says of a connection that failed.
#include "client/app/terminal_words.h"
#include "client/text/bidi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

static void expect_said(const struct uplink_status *s, const char *wanted)
{
	struct buf out = {0};
	terminal_words.refusal(&out, s, "h");
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

static void what_happened_ends_with_a_stop_and_advice(void **state UNUSED)
{
	struct uplink_status s = {.failure = FAILURE_NO_HOST, .detail = "gone"};
	expect_said(&s, "h: there is no such host: gone. Check the name and this computer's "
			"network.");
	s = (struct uplink_status){.failure = FAILURE_LOST, .detail = "is that all?"};
	expect_said(&s, "the connection to h broke: is that all?");
	s.detail = " no ";
	expect_said(&s, "the connection to h broke: no.");
}

static void of_several_places_all_are_named_where_nobody_answered(void **state UNUSED)
{
	const struct link_others others = {2, {{"b", "7001"}, {"2001:db8::1", "7002"}}};
	struct uplink_status s = {
		.failure = FAILURE_REFUSED, .port = "7000", .others = &others, .detail = ""};

	expect_said(&s, "h refused the connection (tried: h:7000, b:7001, [2001:db8::1]:7002). "
			"Its chat server is probably not running.");
	s.failure = FAILURE_LOST;
	expect_said(&s, "the connection to h broke.");
}

static void keys_are_shown_when_both_are_known(void **state UNUSED)
{
	static const uint8_t now[TLS_PIN_LEN] = {2};
	struct pins was = {.count = 1, .at = {{1}, {3}}};
	struct uplink_status s = {.failure = FAILURE_KEY, .detail = ""};
	struct buf out = {0};

	terminal_words.refusal(&out, &s, "h");
	assert_null(strstr(buf_str(&out), "it shows"));
	s.pins = &was;
	buf_reset(&out);
	terminal_words.refusal(&out, &s, "h");
	assert_null(strstr(buf_str(&out), "it shows"));
	s.peer_pin = now;
	buf_reset(&out);
	terminal_words.refusal(&out, &s, "h");
	assert_non_null(strstr(buf_str(&out), ": it shows sha256:Ag"));
	assert_non_null(strstr(buf_str(&out), "; trusted is sha256:AQ"));
	assert_null(strstr(buf_str(&out), ", since"));
	was.count = 2;
	buf_reset(&out);
	terminal_words.refusal(&out, &s, "h");
	assert_non_null(strstr(buf_str(&out), "AAAAA or sha256:Aw"));
	s.pinned_at = 1764374400000;
	buf_reset(&out);
	terminal_words.refusal(&out, &s, "h");
	assert_non_null(strstr(buf_str(&out), ", since 2025-11-29."));
	// As the day was here.
	setenv("TZ", "WEST+10", 1);
	tzset();
	buf_reset(&out);
	terminal_words.refusal(&out, &s, "h");
	assert_non_null(strstr(buf_str(&out), ", since 2025-11-28."));
	setenv("TZ", "UTC", 1);
	tzset();
	s.failure = FAILURE_UNTRUSTED;
	buf_reset(&out);
	terminal_words.refusal(&out, &s, "h");
	assert_null(strstr(buf_str(&out), "it shows"));
	buf_clear(&out);
}

static void what_is_gone_is_said_for_what_it_is(void **state UNUSED)
{
	struct buf out = {0};

	terminal_words.gone(&out, true);
	assert_non_null(strstr(buf_str(&out), "the server has another history now: "));
	buf_reset(&out);
	terminal_words.gone(&out, false);
	assert_non_null(strstr(buf_str(&out), "does not know the last message here"));
	buf_reset(&out);
	terminal_words.send_lost(&out, 1);
	assert_non_null(strstr(buf_str(&out), "the server lost 1 line of yours: send again?"));
	buf_reset(&out);
	terminal_words.unsendable(&out, UNSENDABLE_NOBODY);
	assert_string_equal(buf_str(&out), "there is nobody to talk to here: go to a room or "
					   "a person first");
	buf_clear(&out);
}

static void some_scripts_run_from_the_right(void **state UNUSED)
{
	assert_true(bidi_has_rtl(SPAN("shalom \xd7\xa9")));
	assert_true(bidi_has_rtl(SPAN("\xd8\xa7 and")));
	assert_false(bidi_has_rtl(SPAN("")));
	assert_false(bidi_has_rtl(SPAN("w\xc3\xb6rld \xe2\x82\xac \xf0\x9f\x91\xa9")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_happened_ends_with_a_stop_and_advice),
		cmocka_unit_test(of_several_places_all_are_named_where_nobody_answered),
		cmocka_unit_test(keys_are_shown_when_both_are_known),
		cmocka_unit_test(what_is_gone_is_said_for_what_it_is),
		cmocka_unit_test(some_scripts_run_from_the_right),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
