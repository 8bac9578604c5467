// SPDX-License-Identifier: MIT
#include "client/ui/input.h"
#include "client/ui/signs.h"
#include "client/ui/keyname.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

// What comes out, as names: "C-a", "Up", "rune", "<paste:text>", "<report:text>".
static void describe(const struct input *in, struct keypress key, struct buf *out)
{
	static const char *const names[] = {"",    "Enter", "Tab",  "Bksp",  "Esc",
					    "Up",  "Down",  "Left", "Right", "Home",
					    "End", "PgUp",  "PgDn", "Ins",   "Del"};
	buf_printf(out, "%s%s%s", key.mods & KEY_ALT ? "M-" : "",
		   key.mods & KEY_CTRL ? "C-" : "", key.mods & KEY_SHIFT ? "S-" : "");
	if (key.code == KEY_RUNE)
		buf_printf(out, key.rune < 128 ? "%c" : "U+%X", (unsigned)key.rune);
	else if (key.code < ARRAY_LEN(names))
		buf_add_str(out, names[key.code]);
	else if (key.code >= KEY_F1 && key.code <= KEY_F12)
		buf_printf(out, "F%d", (int)(key.code - KEY_F1) + 1);
	else if (key.code == KEY_PASTE || key.code == KEY_REPORT)
		buf_printf(out, "<" SPAN_FMT ">", SPAN_ARG(input_text(in)));
	else
		buf_add_str(out, key.code == KEY_FOCUS_IN    ? "focus"
				 : key.code == KEY_FOCUS_OUT ? "blur"
							     : "none");
	buf_add_char(out, ' ');
}

static void drain(struct input *in, struct buf *out)
{
	struct keypress key;
	while (input_next(in, &key) == INPUT_KEY)
		describe(in, key, out);
}

// Whole, then byte by byte: the same.
static void expect(struct span bytes, const char *keys)
{
	for (int split = 0; split < 2; split++) {
		struct input in = {0};
		struct buf out = {0};
		if (!split)
			input_feed(&in, bytes.at, bytes.len);
		for (size_t i = 0; split && i < bytes.len; i++) {
			input_feed(&in, bytes.at + i, 1);
			drain(&in, &out);
		}
		drain(&in, &out);
		assert_string_equal(buf_str(&out), keys);
		buf_clear(&out);
		input_clear(&in);
	}
}

static void letters_and_controls_are_keys(void **state)
{
	(void)state;
	expect(SPAN("a\xc3\xb6\x01\x0d\x09\x7f\x1f\x00z"),
	       "a U+F6 C-a Enter Tab Bksp C-_ C-  z ");
}

static void arrows_come_in_many_ways(void **state)
{
	(void)state;
	expect(SPAN("\x1b[A\x1bOB\x1b[1;5C\x1b[1;3D\x1b\x1b[A"),
	       "Up Down C-Right M-Left M-Up ");
	expect(SPAN("\x1b[5~\x1b[6;5~\x1b[3~\x1b[H\x1b[4~"), "PgUp C-PgDn Del Home End ");
	expect(SPAN("\x1bOP\x1b[11~\x1b[24~\x1b[Z"), "F1 F1 F12 S-Tab ");
	// What would be a letter, another sequence or a report stands in front of an arrow.
	expect(SPAN("\x1b[1:65;2A\x1b[27;5;97A\x1b[5A"), "S-Up C-Up Up ");
}

static void alt_is_an_escape_before_the_key(void **state)
{
	(void)state;
	expect(SPAN("\x1b"
		    "a"),
	       "M-a ");
	expect(SPAN("\x1b"
		    "a\x1b\x7f\x1b\x0d\x1b\xc3\xb6"),
	       "M-a M-Bksp M-Enter M-U+F6 ");
}

static void the_kitty_protocol_is_understood(void **state)
{
	(void)state;
	expect(SPAN("\x1b[97;5u\x1b[13;2u\x1b[27u\x1b[97;2u\x1b[27;5;9~"),
	       "C-a S-Enter Esc A C-Tab ");
}

static void shifted_keys_of_kitty_are_what_they_print(void **state)
{
	(void)state;
	expect(SPAN("\x1b[44:60;4u\x1b[110:78;4u\x1b[45:95;6u\x1b[13;2u"),
	       "M-< M-N C-_ S-Enter ");
	// No number runs over: 2^32 and an 'a' are no key.
	expect(SPAN("\x1b[4294967393ub"), "none b ");
}

static void a_string_ends_at_its_end(void **state)
{
	(void)state;
	expect(SPAN("\x1b]11;a\\b\x07"
		    "c"),
	       "<]11;a\\b\x07> c ");
}

static void a_lone_escape_waits_for_the_clock(void **state)
{
	(void)state;
	struct input in = {0};
	struct keypress key;
	input_feed(&in, "\x1b", 1);
	assert_int_equal(input_next(&in, &key), INPUT_ESC);
	assert_int_equal(input_next(&in, &key), INPUT_ESC);
	input_flush(&in);
	assert_int_equal(input_next(&in, &key), INPUT_KEY);
	assert_int_equal(key.code, KEY_ESC);
	input_feed(&in, "\x1b[", 2);
	assert_int_equal(input_next(&in, &key), INPUT_ESC);
	input_flush(&in);
	assert_int_equal(input_next(&in, &key), INPUT_KEY);
	assert_int_equal(key.rune, '[');
	assert_int_equal(key.mods, KEY_ALT);
	input_clear(&in);
}

static void a_paste_is_one_event_with_line_feeds(void **state)
{
	(void)state;
	expect(SPAN("\x1b[200~one\rtwo\r\nthree \x1b[31m\x1b[201~x"),
	       "<one\ntwo\nthree \x1b[31m> x ");
}

// What the clock says when nothing more came.
static void expect_flushed(struct input *in, enum input_result waits, const char *keys)
{
	struct keypress key;
	struct buf out = {0};
	assert_int_equal(input_next(in, &key), waits);
	input_flush(in);
	drain(in, &out);
	assert_string_equal(buf_str(&out), keys);
	buf_clear(&out);
}

static void a_paste_without_its_end_ends_by_the_clock(void **state)
{
	(void)state;
	struct input in = {0};
	struct keypress key;
	struct buf out = {0};
	input_feed(&in, "\x1b[200~one\rtwo", 13);
	assert_int_equal(input_next(&in, &key), INPUT_PASTING);
	input_feed(&in, " three", 6);
	expect_flushed(&in, INPUT_PASTING, "<one\ntwo three> ");
	input_feed(&in, "x\x1b[201~y", 8);
	drain(&in, &out);
	assert_string_equal(buf_str(&out), "x none y ");
	input_feed(&in, "\x1b[200~", 6);
	expect_flushed(&in, INPUT_PASTING, "<> ");
	buf_clear(&out);
	input_clear(&in);
}

static void an_unfinished_answer_eats_no_keys(void **state)
{
	static const char *const starts[] = {"\x1b]11;rgb:12", "\x1bP>|ter", "\x1b[?62;4",
					     "\x1b[200"};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
		struct input in = {0};
		struct keypress key;
		input_feed(&in, starts[i], strlen(starts[i]));
		assert_int_equal(input_next(&in, &key), INPUT_HELD);
		// Digits are part of any of them; what was typed since is typed all the same.
		input_feed(&in, "12", 2);
		expect_flushed(&in, INPUT_HELD, "none 1 2 ");
		input_feed(&in, starts[i], strlen(starts[i]));
		expect_flushed(&in, INPUT_HELD, "none ");
		input_clear(&in);
	}
	struct input in = {0};
	input_feed(&in, "\x1b\x1b[", 3);
	expect_flushed(&in, INPUT_ESC, "Esc ");
	expect_flushed(&in, INPUT_ESC, "M-[ ");
	input_clear(&in);
}

static void answers_are_reports(void **state)
{
	(void)state;
	expect(SPAN("\x1b[?62;22c\x1b[?2026;2$y\x1b]11;rgb:0/0/0\x1b\\\x1bP>|term 1\x1b\\k"),
	       "<[?62;22c> <[?2026;2$y> <]11;rgb:0/0/0\x1b\\> <P>|term 1\x1b\\> k ");
	expect(SPAN("\x1b[I\x1b[O"), "focus blur ");
}

static void nonsense_is_skipped(void **state)
{
	(void)state;
	expect(SPAN("\xff\x80"
		    "a\x1b[99~b\x1b[1;1;1;1;1;1;1qc"),
	       "none a none b none c ");
}

static void each_key_has_its_bytes(void **state)
{
	static const struct {
		const char *bytes, *keys;
	} rows[] = {
		{"\x1a\x1c\x1e\x1d", "C-z C-\\ C-^ C-] "},
		{"\xe2\x82\xac\xf0\x9f\x8e\x89", "U+20AC U+1F389 "},
		{"\x1b[1;2A\x1b[1;4B\x1b[1;1C\x1b[1;17D", "S-Up M-S-Down Right Left "},
		{"\x1bOQ\x1bOR\x1bOS\x1b[F\x1b[1;5H\x1b[1;2P", "F2 F3 F4 End C-Home S-F1 "},
		{"\x1b[1;5I\x1b[1;5O\x1b[W\x1bOW", "focus blur none none "},
		{"\x1b[1~\x1b[2~\x1b[7~\x1b[8~\x1b[9~", "Home Ins Home End none "},
		{"\x1b[12~\x1b[13~\x1b[14~\x1b[15~\x1b[16~", "F2 F3 F4 F5 none "},
		{"\x1b[17~\x1b[18~\x1b[19~\x1b[20~\x1b[21~\x1b[23~", "F6 F7 F8 F9 F10 F11 "},
		// kitty: code and modifiers.
		{"\x1b[13;5u\x1b[9;2u\x1b[127u\x1b[8;3u\x1b[27;5u",
		 "C-Enter S-Tab Bksp M-Bksp C-Esc "},
		{"\x1b[31u\x1b[32u\x1b[1114111u\x1b[1114112u", "none   U+10FFFF none "},
		{"\x1b[55295u\x1b[55296u\x1b[63743u\x1b[63744u", "U+D7FF none none U+F900 "},
		{"\x1b[97;2u\x1b[122;2u\x1b[96;2u\x1b[123;2u\x1b[97;6u", "A Z S-` S-{ C-S-a "},
		{"\x1b[97:65:97;2u\x1b[97:65;1u\x1b[97:;2:1u\x1b[97:65;5u", "A a A C-a "},
		{"\x1b[27;5;97~\x1b[27;2;13~", "C-a S-Enter "},
		{"\x1b[99999999999;5u\x1b[1;5;1;7C", "none C-Right "},
		// Where the cursor is, or F3.
		{"\x1b[5;1R\x1b[1;2R\x1b[R", "<[5;1R> S-F3 F3 "},
		{"\x1b[1 q", "<[1 q> "},
		// An escape in front of an escape.
		{"\x1b\x1bOA\x1b\x1b[B\x1b\x1b[W", "M-Up M-Down none "},
		{"\x1b\x1bx", "Esc M-x "},
		// What breaks off.
		{"\x1b[1\x01z", "none C-a z "},
		{"\x1b[\x7fz", "none Bksp z "},
		{"\x1b[1\xc3\xb6", "none U+F6 "},
		{"\xe2\x82z\xf5\x80\x80\x80z\xc1z\xbfz\xed\xa0\x80z",
		 "none z none z none z none z none z "},
		{"\x1b]0;x\x07z\x1b]0;x\x1b[A", "<]0;x\x07> z none Up "},
		{"\x1bP1\x1b\\z", "<P1\x1b\\> z "},
		{"\x1b_Gi=1;OK", "M-_ G i = 1 ; O K "},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(span_of(rows[i].bytes), rows[i].keys);
}

static void a_character_waits_for_its_bytes(void **state)
{
	struct input in = {0};
	struct keypress key;
	(void)state;

	assert_int_equal(input_next(&in, &key), INPUT_MORE);
	input_feed(&in, "\xe2\x82", 2);
	assert_int_equal(input_next(&in, &key), INPUT_MORE);
	input_feed(&in, "\xac", 1);
	assert_int_equal(input_next(&in, &key), INPUT_KEY);
	assert_int_equal(key.rune, 0x20ac);
	input_clear(&in);
}

// What no terminal answers ends somewhere; what stands behind is typed.
static void an_answer_without_end_is_cut(void **state)
{
	static const char *const begins[] = {"\x1b[", "\x1b]", "\x1bP"};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(begins); i++) {
		struct input in = {0};
		struct buf bytes = {0}, out = {0};
		buf_add_str(&bytes, begins[i]);
		for (int k = 0; k < 1030; k++)
			buf_add_char(&bytes, '1');
		input_feed(&in, bytes.at, bytes.len);
		drain(&in, &out);
		assert_string_equal(buf_str(&out), "none 1 1 1 1 1 1 ");
		buf_clear(&bytes);
		buf_clear(&out);
		input_clear(&in);
	}
}

// Only who asked for pictures is answered by such strings.
static void an_answer_about_pictures_is_one_where_it_is_expected(void **state)
{
	struct input in = {.expects_apc = true};
	struct buf out = {0};
	(void)state;

	input_feed(&in, "\x1b_Gi=1;OK\x1b\\z\x1b_x\x1byG", 18);
	drain(&in, &out);
	assert_string_equal(buf_str(&out), "<_Gi=1;OK\x1b\\> z M-_ x M-y G ");
	input_feed(&in, "\x1b_", 2);
	expect_flushed(&in, INPUT_ESC, "M-_ ");
	input_feed(&in, "\x1bO", 2);
	expect_flushed(&in, INPUT_ESC, "M-O ");
	input_feed(&in, "\x1b]", 2);
	expect_flushed(&in, INPUT_ESC, "M-] ");
	input_feed(&in, "\x1bP", 2);
	expect_flushed(&in, INPUT_ESC, "M-P ");
	input_feed(&in, "\x1b\x1bO", 3);
	expect_flushed(&in, INPUT_ESC, "Esc ");
	expect_flushed(&in, INPUT_ESC, "M-O ");
	buf_clear(&out);
	input_clear(&in);
}

static void a_paste_has_lines_and_a_bound(void **state)
{
	struct input in = {0};
	struct buf bytes = {0}, out = {0};
	struct keypress key;
	(void)state;

	expect(SPAN("\x1b[200~\na\n\rb\r\n\r\nc\x1b[201~"), "<\na\n\nb\n\nc> ");
	input_paste(&in, SPAN("\r\na\rb"));
	assert_true(span_eq(input_text(&in), SPAN("\na\nb")));
	input_feed(&in, "\x1b[200~", 6);
	memset(buf_space(&bytes, INPUT_PASTE_MAX + 9), 'x', INPUT_PASTE_MAX + 9);
	bytes.len = INPUT_PASTE_MAX + 9;
	input_feed(&in, bytes.at, bytes.len);
	assert_int_equal(input_next(&in, &key), INPUT_PASTING);
	input_feed(&in, "\x1b[201~y", 7);
	assert_int_equal(input_next(&in, &key), INPUT_KEY);
	assert_int_equal(key.code, KEY_PASTE);
	assert_int_equal(input_text(&in).len, INPUT_PASTE_MAX);
	drain(&in, &out);
	assert_string_equal(buf_str(&out), "y ");
	buf_clear(&bytes);
	buf_clear(&out);
	input_clear(&in);
}

static void names_of_keys_are_parsed(void **state)
{
	struct keypress key;
	(void)state;
	assert_true(key_parse(SPAN("M-C-x"), &key));
	assert_int_equal(key.mods, KEY_ALT | KEY_CTRL);
	assert_int_equal(key.rune, 'x');
	assert_true(key_parse(SPAN("F12"), &key));
	assert_int_equal(key.code, KEY_F12);
	assert_true(key_parse(SPAN("-"), &key));
	assert_int_equal(key.rune, '-');
	assert_true(key_parse(SPAN("M--"), &key));
	assert_false(key_parse(SPAN("F13"), &key));
	assert_false(key_parse(SPAN(""), &key));
	assert_false(key_parse(SPAN("X-a"), &key));
	assert_false(key_parse(SPAN("word"), &key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_and_controls_are_keys),
		cmocka_unit_test(arrows_come_in_many_ways),
		cmocka_unit_test(alt_is_an_escape_before_the_key),
		cmocka_unit_test(the_kitty_protocol_is_understood),
		cmocka_unit_test(shifted_keys_of_kitty_are_what_they_print),
		cmocka_unit_test(a_lone_escape_waits_for_the_clock),
		cmocka_unit_test(a_string_ends_at_its_end),
		cmocka_unit_test(a_paste_is_one_event_with_line_feeds),
		cmocka_unit_test(a_paste_without_its_end_ends_by_the_clock),
		cmocka_unit_test(an_unfinished_answer_eats_no_keys),
		cmocka_unit_test(answers_are_reports),
		cmocka_unit_test(nonsense_is_skipped),
		cmocka_unit_test(each_key_has_its_bytes),
		cmocka_unit_test(a_character_waits_for_its_bytes),
		cmocka_unit_test(an_answer_without_end_is_cut),
		cmocka_unit_test(an_answer_about_pictures_is_one_where_it_is_expected),
		cmocka_unit_test(a_paste_has_lines_and_a_bound),
		cmocka_unit_test(names_of_keys_are_parsed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
