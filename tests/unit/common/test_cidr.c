// SPDX-License-Identifier: MIT
#include "common/cidr.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static bool has(const char *range, const char *address)
{
	struct cidr r, a;

	assert_true(cidr_parse(span_of(range), &r));
	assert_true(cidr_parse(span_of(address), &a));
	return cidr_has(&r, &a);
}

static void an_address_means_itself(void **state)
{
	(void)state;
	assert_true(has("192.0.2.7", "192.0.2.7"));
	assert_false(has("192.0.2.7", "192.0.2.8"));
	assert_true(has("2001:db8::1", "2001:DB8:0::1"));
}

static void a_range_means_what_is_in_it(void **state)
{
	(void)state;
	assert_true(has("192.0.2.0/24", "192.0.2.255"));
	assert_false(has("192.0.2.0/24", "192.0.3.0"));
	assert_true(has("2001:db8::/33", "2001:db8:7fff::1"));
	assert_false(has("2001:db8::/33", "2001:db8:8000::1"));
	assert_true(has("0.0.0.0/0", "203.0.113.9"));
	assert_false(has("0.0.0.0/0", "2001:db8::1"));
	assert_true(has("::/0", "2001:db8::1"));
	assert_true(has("::ffff:0:0/96", "203.0.113.9"));
}

// ::ffff:192.0.2.9 lies in ::/64 by its bits; nobody who writes ::/64 means all of IPv4.
static void a_wide_range_of_ipv6_has_no_ipv4(void **state)
{
	static const char *const wide[] = {"::/0", "::/64", "::/80", "::/95"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wide); i++) {
		assert_false(has(wide[i], "203.0.113.9"));
		assert_true(has(wide[i], "::5"));
	}
}

static void a_range_has_one_form(void **state)
{
	static const char *const rows[][2] = {
		{"192.0.2.7", "192.0.2.7"},
		{"192.0.2.7/32", "192.0.2.7"},
		{"192.0.2.7/24", "192.0.2.0/24"},
		{"0.0.0.0/0", "0.0.0.0/0"},
		{"9.9.9.9/0", "0.0.0.0/0"},
		{"::ffff:192.0.2.9/120", "192.0.2.0/24"},
		{"2001:DB8:0:0::1", "2001:db8::1"},
		{"2001:db8::1/33", "2001:db8::/33"},
		{"2001:db8:ffff::/35", "2001:db8:e000::/35"},
		{"::1/64", "::/64"},
		{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/127",
		 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127"},
	};
	char text[CIDR_TEXT_MAX];
	struct cidr c, again;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(cidr_parse(span_of(rows[i][0]), &c));
		cidr_text(&c, text);
		assert_string_equal(text, rows[i][1]);
		assert_true(cidr_parse(span_of(text), &again));
		assert_true(cidr_eq(&c, &again));
	}
}

static void a_mapped_address_is_the_ipv4_one(void **state)
{
	(void)state;
	assert_true(has("192.0.2.0/24", "::ffff:192.0.2.9"));
}

// Proves B11.
static void what_is_no_range_is_refused(void **state)
{
	static const char *const wrong[] = {
		"11111111111111111111111111111111111111111111111111111111111111111111111111111111/8",
		"",
		"1.2.3",
		"1.2.3.4/33",
		"::/129",
		"1.2.3.4/",
		"1.2.3.4/-1",
		"1.2.3.4/8 ",
		"ann",
		"1.2.3.4/8/9",
		"01.2.3.4x"};
	struct cidr c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_false(cidr_parse(span_of(wrong[i]), &c));
	assert_false(cidr_parse(span_from("1.2.3.4\0", 8), &c));
}

static void a_range_is_no_address(void **state)
{
	(void)state;
	assert_true(cidr_is_address(SPAN("::1")));
	assert_false(cidr_is_address(SPAN("::/0")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_means_itself),
		cmocka_unit_test(a_range_means_what_is_in_it),
		cmocka_unit_test(a_wide_range_of_ipv6_has_no_ipv4),
		cmocka_unit_test(a_range_has_one_form),
		cmocka_unit_test(a_mapped_address_is_the_ipv4_one),
		cmocka_unit_test(what_is_no_range_is_refused),
		cmocka_unit_test(a_range_is_no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
