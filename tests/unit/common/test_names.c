// SPDX-License-Identifier: MIT
#include "common/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

// Proves B22.
static void accounts_are_ascii_letters_digits_and_two_signs(void **state UNUSED)
{
	assert_true(name_is_account(SPAN("a")));
	assert_true(name_is_account(SPAN("_")));
	assert_true(name_is_account(SPAN("Alice-2_b")));
	assert_true(name_is_account(SPAN("abcdefghijklmnopqrstuvwxyzabcdef")));
	assert_false(name_is_account(SPAN("abcdefghijklmnopqrstuvwxyzabcdefg")));
	assert_false(name_is_account(SPAN("")));
	assert_false(name_is_account(SPAN("2a")));
	assert_false(name_is_account(SPAN("-a")));
	assert_false(name_is_account(SPAN("a b")));
	assert_false(name_is_account(SPAN("a\0b")));
	assert_false(name_is_account(SPAN("a.b")));
	assert_false(name_is_account(SPAN("\xc3\xa9")));
	assert_false(name_is_account(SPAN("a*")));
}

static void rooms_hold_what_can_be_seen(void **state UNUSED)
{
	assert_true(name_is_room(SPAN("#a")));
	assert_true(name_is_room(SPAN("##")));
	assert_true(name_is_room(SPAN("#caf\xc3\xa9-\xe4\xb8\xad\xf0\x9f\x8e\x89")));
	assert_false(name_is_room(SPAN("#")));
	assert_false(name_is_room(SPAN("")));
	assert_false(name_is_room(SPAN("a")));
	assert_false(name_is_room(SPAN("&a")));
	assert_false(name_is_room(SPAN("#a b")));
	assert_false(name_is_room(SPAN("#a,b")));
	assert_false(name_is_room(SPAN("#a:b")));
	assert_false(name_is_room(SPAN("#a\tb")));
	assert_false(name_is_room(SPAN("#a\0")));
	assert_false(name_is_room(SPAN("#a\x07")));
	assert_false(name_is_room(SPAN("#a\xff")));
	assert_false(name_is_room(SPAN("#a\xe2\x80\xae")));
	assert_false(name_is_room(SPAN("#a\xe2\x80\x8b")));
	assert_false(name_is_room(SPAN("#a\xc2\xa0")));
	assert_false(name_is_room(SPAN("#a\xe3\x80\x80")));
}

static void a_room_name_has_64_bytes_at_most(void **state UNUSED)
{
	char name[65] = "#";

	memset(name + 1, 'x', 64);
	assert_true(name_is_room(span_from(name, 64)));
	assert_false(name_is_room(span_from(name, 65)));
}

static void a_display_name_is_one_that_can_be_seen(void **state UNUSED)
{
	static const struct {
		const char *name;
		bool is_fine;
	} rows[] = {
		{"Ann", true},
		{"Ann Lee", true},
		{"\u00c9lise", true},
		{"E\u0301lise", false}, // spelled otherwise
		{"", false},
		{" Ann", false},
		{"Ann ", false},
		{"Ann  Lee", false},
		{"Ann\u00a0Lee", false},
		{"Ann\tLee", false},
		{"Ann\u200bLee", false},
		{"Ann\u202eLee", false},
		{"@ann", false},
		{"#ann", false},
		{"a@b", true},
		{"\u2764\ufe0f", true},
		{"Ann \ufe0f", false},
		{"\xff", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (name_is_display(span_of(rows[i].name)) != rows[i].is_fine)
			fail_msg("'%s'", rows[i].name);
	}
}

static void folding_keeps_what_is_no_ascii_letter(void **state UNUSED)
{
	char out[16];

	name_fold(SPAN("#ABz[]^\xc3\x89"), out);
	assert_string_equal(out, "#abz[]^\xc3\x89");
	name_fold(SPAN(""), out);
	assert_string_equal(out, "");
}

static bool matches(const char *mask, const char *name)
{
	return name_matches(span_of(mask), span_of(name));
}

static void globs_match(void **state UNUSED)
{
	assert_true(matches("", ""));
	assert_true(matches("*", ""));
	assert_true(matches("***", "abc"));
	assert_true(matches("ABC", "abc"));
	assert_true(matches("a?c", "abc"));
	assert_true(matches("a*c", "ac"));
	assert_true(matches("*ab*ab", "abcabxab"));
	assert_true(matches("*a?c*", "xxabcxx"));
	assert_true(matches("*!*@*.example.org", "n!u@h.Example.org"));
	assert_false(matches("", "a"));
	assert_false(matches("?", ""));
	assert_false(matches("a?c", "ac"));
	assert_false(matches("a*c", "acb"));
	assert_false(matches("*ab*ab", "ab"));
	assert_false(matches("abc", "abcd"));
}

// What a mask means, without the cleverness.
static bool matches_slow(struct span mask, struct span name)
{
	if (!mask.len)
		return !name.len;
	if (mask.at[0] == '*')
		return matches_slow(span_after(mask, 1), name) ||
		       (name.len && matches_slow(mask, span_after(name, 1)));
	return name.len && (mask.at[0] == '?' || mask.at[0] == name.at[0]) &&
	       matches_slow(span_after(mask, 1), span_after(name, 1));
}

static void all_short_masks_match_as_defined(void **state UNUSED)
{
	static const char in_masks[] = "ab*?";
	char mask[5], name[5];

	for (unsigned m = 0; m < 4 * 4 * 4 * 4 * 4; m++) {
		for (unsigned i = 0, rest = m; i < 5; i++, rest /= 4)
			mask[i] = in_masks[rest % 4];
		for (unsigned n = 0; n < 64; n++) {
			struct span s = {name, n % 6}, each = {mask, 5};

			for (unsigned i = 0; i < 5; i++)
				name[i] = n >> i & 1 ? 'a' : 'b';
			assert_int_equal(name_matches(each, s), matches_slow(each, s));
		}
	}
}

// Proves B27.
static void the_worst_masks_come_to_an_end(void **state UNUSED)
{
	static char mask[10000], name[10000];

	memset(name, 'a', sizeof(name));
	for (size_t i = 0; i < sizeof(mask); i++)
		mask[i] = i % 2 ? 'a' : '*';
	for (int i = 0; i < 10; i++) {
		assert_false(name_matches(span_from(mask, 10000), span_from(name, 512)));
		assert_false(name_matches(span_from(mask, 10000), span_from(name, 10000)));
		assert_true(name_matches(span_from(mask, 1000), span_from(name, 512)));
	}
	memset(mask, 'a', sizeof(mask));
	mask[0] = '*';
	mask[256] = 'b';
	for (int i = 0; i < 10; i++)
		assert_false(name_matches(span_from(mask, 257), span_from(name, 512)));
}

// UAX #31, 2.3: what is not seen stands where it is read, and nowhere else.
static void joiners_stand_where_scripts_need_them(void **state UNUSED)
{
	static const struct {
		const char *name;
		bool is_fine;
	} rows[] = {
		// A1, between letters that would join: Persian, with a mark between; Mongolian, N'Ko.
		{"#می\u200cخواهم", true},
		{"#نامه\u200cای", true},
		{"#مِ\u200cخو", true},
		{"#ᠮ\u200cᠮ", true},
		{"#ߞ\u200cߊ", true},
		// Nothing joins there: letters that do not join on, an end, a beginning, Latin.
		{"#اد\u200cب", false},
		{"#می\u200c", false},
		{"#\u200cمی", false},
		{"#م\u200c-م", false},
		{"#م\u200c\u200cم", false},
		{"#ab\u200ccd", false},
		{"#中\u200c文", false},
		{"#tea\u200c", false},
		{"#אב\u200cגד", false},
		// A2, behind a virama and before a letter: Devanagari, Kannada, Bengali.
		{"#क्\u200cष", true},
		{"#ರ್\u200cಕ", true},
		{"#ক্\u200cষ", true},
		{"#क़्\u200cष", true}, // with a nukta
		{"#क\u200cष", false},
		{"#क्\u200c", false},
		{"#्\u200cष", false}, // a virama of no letter
		{"#a्\u200cष", false},
		{"#क्\u200c1", false},
		// B, behind a virama, and not before a vowel sign: Malayalam, Sinhala, at an end too.
		{"#ക്\u200d", true},
		{"#ක්\u200dෂ", true},
		{"#र्\u200dक", true},
		{"#क्\u200dा", false},
		{"#क\u200dष", false},
		{"#م\u200dم", false},
		{"#a\u200db", false},
		{"#\u200d", false},
		{"#\U0001f468\u200d\U0001f469", false},
		{"#क्\u200d\u200dष", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (name_is_room(span_of(rows[i].name)) != rows[i].is_fine)
			fail_msg("row %zu: %s", i, rows[i].name);
	}
}

static void a_name_has_one_spelling(void **state UNUSED)
{
	char out[ROOM_NAME_MAX + 1];

	assert_true(name_is_room(SPAN("#caf\u00e9")));
	assert_false(name_is_room(SPAN("#cafe\u0301")));
	char longer[400] = "#";

	memset(longer + 1, 'x', sizeof(longer) - 1);
	assert_false(name_was_room(span_from(longer, sizeof(longer))));
	assert_false(name_was_room(SPAN("#a\xff")));
	// What is no name may be the same, too, but for its letters' size.
	assert_true(name_is_same(span_from(longer, 90), span_from(longer, 90)));
	assert_false(name_is_same(span_from(longer, 90), span_from(longer, 91)));
	assert_true(name_was_room(SPAN("#cafe\u0301")));
	assert_true(name_of_room(SPAN("#Cafe\u0301"), out));
	assert_string_equal(out, "#Caf\u00e9");
	assert_false(name_of_room(SPAN("#a b"), out));
	assert_false(name_of_room(SPAN("#\xff"), out));
	assert_int_equal(name_key(SPAN("#CAFe\u0301"), out), 6);
	assert_string_equal(out, "#caf\u00e9");
	assert_true(name_is_same(SPAN("#cafe\u0301"), SPAN("#CAF\u00e9")));
	assert_true(name_is_same(SPAN("bob"), SPAN("BOB")));
	assert_false(name_is_same(SPAN("#cafe"), SPAN("#caf\u00e9")));
	assert_false(name_is_same(SPAN("\xff"), SPAN("\xfe")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accounts_are_ascii_letters_digits_and_two_signs),
		cmocka_unit_test(rooms_hold_what_can_be_seen),
		cmocka_unit_test(joiners_stand_where_scripts_need_them),
		cmocka_unit_test(a_name_has_one_spelling),
		cmocka_unit_test(a_room_name_has_64_bytes_at_most),
		cmocka_unit_test(a_display_name_is_one_that_can_be_seen),
		cmocka_unit_test(folding_keeps_what_is_no_ascii_letter),
		cmocka_unit_test(globs_match),
		cmocka_unit_test(all_short_masks_match_as_defined),
		cmocka_unit_test(the_worst_masks_come_to_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
