// SPDX-License-Identifier: MIT
// Names of other letters, as RFC 3492 encodes them, and what no name has.
#include "common/idn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *typed, *name; // NULL: none
} rows[] = {
	{"", ""},
	{"a.example", "a.example"},
	{"-- ..", "-- .."}, // not looked at here
	{"\u00fc", "xn--tda"},
	{"b\u00fccher.example", "xn--bcher-kva.example"},
	{"B\u00dcCHER.Example", "xn--bcher-kva.Example"},
	{"bu\u0308cher", "xn--bcher-kva"},
	{"\u00fc.\u00fc.", "xn--tda.xn--tda"},
	{"\u4ed6\u4eec\u4e3a\u4ec0\u4e48\u4e0d\u8bf4\u4e2d\u6587",
	 "xn--ihqwcrb4cv8a8dqg056pqjye"},
	{"pro\u010dprost\u011bnemluv\u00ed\u010desky", "xn--proprostnemluvesky-uyb24dma41a"},
	{"3\u5e74b\u7d44\u91d1\u516b\u5148\u751f", "xn--3b-ww4c5e180e575a65lsy2b"},
	{"\u0644\u064a\u0647\u0645\u0627\u0628\u062a\u0643\u0644\u0645\u0648\u0634\u0639\u0631"
	 "\u0628\u064a\u061f",
	 NULL}, // its last is a sign
	{"\u0644\u064a\u0647\u0645\u0627\u0628\u062a\u0643\u0644\u0645\u0648\u0634\u0639\u0631"
	 "\u0628\u064a",
	 "xn--mgbcah9ar9a4efegftvvn"},
	// A mark stands behind a letter.
	{"\u0915\u093f", "xn--11b8f"},
	{"\u093f\u0915", NULL},
	{"-\u00fc", NULL},
	{"a-\u00fc", "xn--a--yka"},
	{"a\u00fc_", NULL},
	{"a\u00fc b", NULL},
	{"\u00fc\u2019", NULL},
	{"\uff41\u00fc", NULL}, // a wide letter
	{"\u00fc\u200d", NULL},
	{"\u00fc\u00b2", NULL},
	{"ok.\u2603", NULL},
	{"\u0660\u0661", "xn--8hbc"},  // digits
	{"a_b.\u00fc", "a_b.xn--tda"}, // what is ASCII stays as it is
};

static void a_name_is_looked_up_as_the_network_does(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = {0};
		bool is_name;

		buf_add_str(&out, "@");
		is_name = idn_add_host(&out, span_of(rows[i].typed));
		if (is_name != (rows[i].name != NULL) ||
		    strcmp(buf_str(&out) + 1, is_name ? rows[i].name : "") != 0)
			fail_msg("%s: %s", rows[i].typed, buf_str(&out));
		buf_clear(&out);
	}
}

static bool has_label(size_t n, const char *unit, size_t *len)
{
	struct buf typed = {0}, out = {0};
	bool is_name;

	for (size_t i = 0; i < n; i++)
		buf_add_str(&typed, i ? "a" : unit);
	is_name = idn_add_host(&out, buf_span(&typed));
	*len = out.len;
	buf_clear(&typed);
	buf_clear(&out);
	return is_name;
}

// 63 characters as it is looked up; and no more typed.
static void a_label_has_its_length(UNUSED void **state)
{
	size_t len;

	assert_true(has_label(56, "\u00fc", &len));
	assert_int_equal(len, 63);
	assert_false(has_label(57, "\u00fc", &len));
	assert_int_equal(len, 0);
	assert_false(has_label(63, "\u00fc", &len));
	assert_int_equal(len, 0);
	assert_false(has_label(64, "\u00fc", &len));
	assert_true(has_label(80, "a", &len)); // it is as it was typed
	assert_int_equal(len, 80);
}

// What is behind its 63rd character is left out.
static void a_longer_label_is_cut(UNUSED void **state)
{
	struct buf typed = {0}, cut = {0}, whole = {0};

	for (int i = 0; i < 63; i++)
		buf_add_str(&typed, "\u00fc");
	idn_add_label(&whole, buf_span(&typed));
	for (int i = 0; i < 400; i++)
		buf_add_str(&typed, "\u00e9");
	idn_add_label(&cut, buf_span(&typed));
	assert_true(span_eq(buf_span(&cut), buf_span(&whole)));
	buf_clear(&typed);
	buf_clear(&cut);
	buf_clear(&whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_looked_up_as_the_network_does),
		cmocka_unit_test(a_label_has_its_length),
		cmocka_unit_test(a_longer_label_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
