// SPDX-License-Identifier: MIT
#include "client/text/filter.h"
#include "common/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

static void expect(struct span in, const char *out)
{
	struct buf b = {0};
	filter_add(&b, in);
	assert_string_equal(buf_str(&b), out);
	buf_clear(&b);
}

static void plain_text_and_emoji_pass(void **state)
{
	(void)state;
	expect(SPAN("hello, w\xc3\xb6rld"), "hello, w\xc3\xb6rld");
	expect(SPAN("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7"),
	       "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7");
	expect(SPAN("a\nb\tc"), "a\nb c");
}

// Hex escapes end where a string does, which is no place to break a line.
// clang-format off
static void escape_sequences_go(void **state)
{
	(void)state;
	expect(SPAN("a\x1b[31mred\x1b[0mb"), "aredb");
	expect(SPAN("a\x1b]0;title\x07" "b"), "ab");
	expect(SPAN("a\x1b]52;c;ZXZpbA==\x1b\\b"), "ab");
	expect(SPAN("a\x1bPq#0\x1b\\b"), "ab");
	expect(SPAN("a\x1b" "cb"), "acb");
	expect(SPAN("a\x1b"), "a");
	expect(SPAN("a\x1b["), "a");
	expect(SPAN("a\x1b]never ends"), "anever ends");
	expect(SPAN("a\x1b]0;no\x1b" "b"), "a0;nob");
	expect(SPAN("a\x1b[1\n2mb"), "a1\n2mb");
}

static void control_characters_go(void **state)
{
	(void)state;
	expect(SPAN("a\x01\x08\x0d\x0e\x7f" "b"), "ab");
	expect(SPAN("a\xc2\x9b" "31mb"), "a31mb");
	expect(SPAN("a\x00" "b"), "ab");
}

static void colours_of_irc_go(void **state)
{
	(void)state;
	expect(SPAN("\x03" "4,12red\x03 \x02" "bold\x0f"), "red bold");
	expect(SPAN("\x03" "4,red"), ",red");
	expect(SPAN("\x03" "4;12red"), ";12red");
	expect(SPAN("\x03,12red"), ",12red");
	expect(SPAN("\x03" "123,123red"), "3,123red");
}

static void bidi_overrides_become_visible(void **state)
{
	(void)state;
	expect(SPAN("a\xe2\x80\xae" "b"), "a<U+202E>b");
	expect(SPAN("a\xe2\x81\xa6" "b"), "a<U+2066>b");
}

static void expect_code(uint32_t code, const char *out)
{
	char text[6] = "a";
	size_t len = utf8_encode(code, text + 1);
	text[1 + len] = 'b';
	expect(span_from(text, len + 2), out);
}

static void invisible_characters_go(void **state)
{
	(void)state;
	expect(SPAN("a\xe2\x80\x8b\xef\xbb\xbf" "b"), "ab");
	expect(SPAN("x\xf3\xa0\x81\xa1y"), "xy");
	static const uint32_t codes[] = {0x80, 0x9f, 0xad, 0x61c, 0x180e, 0xfeff, 0x200b, 0x200e, 0x200f,
		0x2060, 0x2065, 0x206a, 0x206f, 0xfff9, 0xfffb, 0xe0000, 0xe001f, 0xe0fff};
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		expect_code(codes[i], "ab");
	expect_code(0x2028, "a b");
	expect_code(0x2029, "a b");
}

// clang-format on
static void a_flood_of_marks_is_capped(void **state)
{
	(void)state;
	struct buf in = {0}, out = {0};
	buf_add_char(&in, 'z');
	for (int i = 0; i < 10000; i++)
		buf_add_str(&in, "\xcc\x81");
	filter_add(&out, buf_span(&in));
	assert_int_equal(out.len, 1 + 8 * 2);
	buf_clear(&in);
	buf_clear(&out);
}

static void bytes_that_are_no_utf8_become_marks(void **state)
{
	(void)state;
	expect(SPAN("a\xff\xc3"), "a\xef\xbf\xbd\xef\xbf\xbd");
	expect(SPAN("\xc3\xb6\xff"), "\xc3\xb6\xef\xbf\xbd");
}

static void one_line_stays_one_line(void **state)
{
	(void)state;
	struct buf b = {0};
	filter_add_line(&b, SPAN("a\nb\xe2\x80\xa8"
				 "c"));
	assert_string_equal(buf_str(&b), "a b c");
	buf_clear(&b);
}

// Proves C1.
static void random_bytes_never_leave_a_control(void **state)
{
	(void)state;
	srandom(7);
	for (int round = 0; round < 20000; round++) {
		char bytes[24];
		struct buf out = {0};
		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] =
				(char)(random() & 1
					       ? "\x1b[]P\\\x07\x9b\xc2;0m\x18"[random() % 12]
					       : random());
		filter_add(&out, span_from(bytes, sizeof(bytes)));
		assert_true(utf8_is_valid(buf_span(&out)));
		for (size_t i = 0; i < out.len; i++) {
			unsigned char c = (unsigned char)out.at[i];
			assert_true((c >= 0x20 && c != 0x7f) || c == '\n');
			assert_false(c == 0xc2 && (unsigned char)out.at[i + 1] < 0xa0);
		}
		buf_clear(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_and_emoji_pass),
		cmocka_unit_test(escape_sequences_go),
		cmocka_unit_test(control_characters_go),
		cmocka_unit_test(colours_of_irc_go),
		cmocka_unit_test(bidi_overrides_become_visible),
		cmocka_unit_test(invisible_characters_go),
		cmocka_unit_test(a_flood_of_marks_is_capped),
		cmocka_unit_test(bytes_that_are_no_utf8_become_marks),
		cmocka_unit_test(one_line_stays_one_line),
		cmocka_unit_test(random_bytes_never_leave_a_control),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
