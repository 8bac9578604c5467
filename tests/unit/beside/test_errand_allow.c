// SPDX-License-Identifier: MIT
// What the operator excepts from where errands may go.
#include "server/beside/errand_allow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool has(const struct errand_allow *a, const char *text)
{
	struct cidr address;

	assert_true(cidr_parse(span_of(text), &address));
	return errand_allow_has(a, &address);
}

static void a_line_is_about_one_host_and_port(void **state)
{
	struct errand_allow a;
	(void)state;

	assert_null(errand_allow_parse(SPAN("Push.example:8443  10.0.0.0/24 ::1 "), &a));
	assert_true(errand_allow_is_for(&a, SPAN("push.EXAMPLE"), 8443));
	assert_false(errand_allow_is_for(&a, SPAN("push.example"), 443));
	assert_false(errand_allow_is_for(&a, SPAN("push.example."), 8443));
	assert_false(errand_allow_is_for(&a, SPAN("a.push.example"), 8443));
	assert_true(has(&a, "10.0.0.255") && has(&a, "::1") && has(&a, "::ffff:10.0.0.1"));
	assert_false(has(&a, "10.0.1.0") || has(&a, "127.0.0.1") || has(&a, "::2"));
	assert_null(errand_allow_parse(SPAN("[::1]:443"), &a));
	assert_true(errand_allow_is_for(&a, SPAN("[::1]"), 443));
	assert_false(has(&a, "::1"));
}

static void what_is_no_line_is_told(void **state)
{
	static const char *const lines[] = {
		"",           "push.example",    "push.example:", "push.example:0",
		":443",       "a b:443",         "a:65536",       "a/b:443",
		"[::1:443",   "[x]:443",         "*.example:443", "a:443 10.0.0.0/33",
		"a:443 host", "a:443 10.0.0.1,", "a:443x"};
	struct errand_allow a;
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		if (!errand_allow_parse(span_of(lines[i]), &a))
			fail_msg("%s", lines[i]);
	}
	assert_non_null(
		errand_allow_parse(SPAN("a:1 ::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1"), &a));
	assert_null(errand_allow_parse(SPAN("a:1 ::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1"), &a));
}

static void a_place_of_an_issuer_is_one_host_and_port(void **state)
{
	static const char *const words[] = {
		"issuer=",          "issuer=id.example", "issuer=:443", "id.example:443",
		"issuer=a:443 ::1", "Issuer=a:443",      "issuer=a:0"};
	struct errand_allow a;
	(void)state;

	assert_true(errand_issuer_parse(SPAN("issuer=id.example:8443"), &a));
	assert_true(errand_allow_is_for(&a, SPAN("ID.example"), 8443));
	assert_int_equal(a.n_ranges, 0);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (errand_issuer_parse(span_of(words[i]), &a))
			fail_msg("%s", words[i]);
	}
	assert_non_null(errand_allow_parse(SPAN("issuer=id.example:8443"), &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_about_one_host_and_port),
		cmocka_unit_test(what_is_no_line_is_told),
		cmocka_unit_test(a_place_of_an_issuer_is_one_host_and_port),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
