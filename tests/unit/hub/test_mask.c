// SPDX-License-Identifier: MIT
// Masks without a room: their one form, the name in them, and whom they mean.
#include "server/hub/people/account.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/mask.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void expect_parsed(const char *text, const char *form, int64_t lasts_ms)
{
	struct buf out = {0};
	int64_t got_ms;
	bool is_mask = mask_parse(span_of(text), &out, &got_ms);

	if (is_mask != (form != NULL) || (is_mask && !span_eq(buf_span(&out), span_of(form))))
		fail_msg("%s: %d, %s", text, is_mask, buf_str(&out));
	if (is_mask)
		assert_int_equal(got_ms, lasts_ms);
	buf_clear(&out);
}

static void what_is_missing_is_filled_in(void **state UNUSED)
{
	static const char *const rows[][2] = {
		{"bob", "bob!*@*"},
		{"b*b", "b*b!*@*"},
		{"bob!", "bob!@*"},
		{"bob!b", "bob!b@*"},
		{"bob!@h", "bob!@h"},
		{"bob@", "*!bob@"},
		{"@h", "*!@h"},
		{"bob@h!x", "bob@h!x@*"},
		{"a.b", "*!*@a.b"},
		{"x:y", "*!*@x:y"},
		{"$a:bob", "~a:bob"},
		{"~A:bob", "~A:bob"},
		{"account:b", "~account:b"},
		{"~mute:bob", "~m:bob!*@*"},
		{"m:a:bob", "~m:~a:bob"},
		{"~a:b!c", "~a:b!c"},
		{"a", "a!*@*"},
		{"m", "m!*@*"},
		{"t", "t!*@*"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_parsed(rows[i][0], rows[i][1], 0);
}

static void what_is_no_mask_is_refused(void **state UNUSED)
{
	static const char *const rows[] = {
		"",
		"~",
		"$",
		"~a:",
		"m:",
		"~m:~m:b",
		"~m:~t:1h:b",
		"~x:b",
		"$x:b",
		"~b",
		":b",
		"a b",
		"a,b",
		"a\x02"
		"b",
		"~t:1h",
		"~t:1h:",
		"~t::b",
		"t:0:b",
		"~t:0s:b",
		"t:-1:b",
		"~t:1h::b",
		"~t:1h:~t:1h:b",
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_parsed(rows[i], NULL, 0);
}

static void a_time_is_minutes_or_has_a_unit(void **state UNUSED)
{
	expect_parsed("t:5:bob", "bob!*@*", 5 * 60000);
	expect_parsed("~time:90s:bob", "bob!*@*", 90000);
	expect_parsed("~t:2h:~m:a:bob", "~m:~a:bob", 2 * 3600000);
	expect_parsed("~t:2147483647:bob", "bob!*@*", 2147483647LL * 60000);
	expect_parsed("~t:2147483648:bob", NULL, 0);
}

static void a_mask_has_a_longest(void **state UNUSED)
{
	char text[MASK_MAX + 1], form[MASK_MAX + 8];
	size_t most = MASK_MAX - 16;

	memset(text, 'x', sizeof(text));
	text[most] = '\0';
	memcpy(form, text, most);
	memcpy(form + most, "!*@*", 5);
	expect_parsed(text, form, 0);
	text[most] = 'x';
	text[most + 1] = '\0';
	expect_parsed(text, NULL, 0);
}

static void the_name_in_it_is_found_and_put_back(void **state UNUSED)
{
	static const struct {
		const char *mask, *name, *without;
	} rows[] = {
		{"bob!*@*", "bob", "!*@*"},
		{"~a:bob", "bob", "~a:"},
		{"~account:bob", "bob", "~account:"},
		{"~m:bob!*@*", "bob", "~m:!*@*"},
		{"~m:~a:bob", "bob", "~m:~a:"},
		{"b*b!*@*", "", "b*b!*@*"},
		{"*!*@h", "", "*!*@h"},
		{"~a:b?b", "", "~a:b?b"},
		{"~a:bob!x", "", "~a:bob!x"},
		{"", "", ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct span mask = span_of(rows[i].mask), name = mask_name(mask);
		struct buf without = {0}, with = {0};

		mask_without_name(mask, &without);
		if (!span_eq(name, span_of(rows[i].name)) ||
		    !span_eq(buf_span(&without), span_of(rows[i].without)))
			fail_msg("%s: %s, %s", rows[i].mask, span_dup(name), buf_str(&without));
		mask_with_name(buf_span(&without), name, &with);
		assert_true(span_eq(buf_span(&with), mask) || !name.len);
		buf_clear(&without);
		buf_clear(&with);
	}
}

static void a_mask_means_by_name_or_by_all_three(void **state)
{
	static const struct {
		const char *mask;
		bool means;
	} rows[] = {
		{"alice!*@*", true},     {"ALICE!*@*", true},  {"al*!al*@chat.test", true},
		{"*!*@chat.test", true}, {"*!*@other", false}, {"alice", false},
		{"~a:alice", true},      {"~a:al*", true},     {"~account:ALICE", true},
		{"~a:alice!*@*", false}, {"~a:bob", false},    {"bob!*@*", false},
	};
	struct fixture *f = *state;
	const struct account *alice = fixture_account(f, "alice");

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (mask_matches(span_of(rows[i].mask), alice) != rows[i].means)
			fail_msg("%s", rows[i].mask);
	}
}

static void a_mask_that_ends_shows_how_long_it_stands(void **state UNUSED)
{
	char mask[] = "~m:bob!*@*";
	struct ban b = {.mask = mask, .at_ms = 1000};
	struct buf out = {0};

	mask_show(&b, &out);
	assert_string_equal(buf_str(&out), "~m:bob!*@*");
	buf_reset(&out);
	b.expires_ms = 1000 + 600000;
	mask_show(&b, &out);
	assert_string_equal(buf_str(&out), "~t:10m:~m:bob!*@*");
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_missing_is_filled_in),
		cmocka_unit_test(what_is_no_mask_is_refused),
		cmocka_unit_test(a_time_is_minutes_or_has_a_unit),
		cmocka_unit_test(a_mask_has_a_longest),
		cmocka_unit_test(the_name_in_it_is_found_and_put_back),
		HUB_TEST(a_mask_means_by_name_or_by_all_three),
		cmocka_unit_test(a_mask_that_ends_shows_how_long_it_stands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
