// SPDX-License-Identifier: MIT
#include "client/text/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// Expected values: Python's codec "punycode", and RFC 3492 7.1 for the method.
static void a_host_of_two_alphabets_is_told(void **state)
{
	static const struct {
		const char *url, *host;
	} table[] = {
		{"https://аpple.com/x", "xn--pple-43d.com"},
		{"http://user@paypаl.com:8080/?q", "xn--paypl-7ve.com"},
		{"https://аррӏе.com", "xn--80ak6aa92e.com"}, // all Cyrillic but for the ending
		{"https://gοοgle.com", "xn--ggle-0nda.com"}, // Greek o
		{"mailto:ann@GΟOGLE.example", "xn--gogle-rce.example"},
		{"https://ｅxample.com", "xn--xample-hy68a.com"},
		{"https://example.com⁄evil.example", "example.xn--comevil-3d7c.example"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct buf out = {0};
		assert_true(host_is_mixed(span_of(table[i].url), &out));
		assert_string_equal(buf_str(&out), table[i].host);
		buf_clear(&out);
	}
}

static void a_host_of_one_alphabet_is_not(void **state)
{
	static const char *const urls[] = {"https://example.com/аpple",
					   "https://müller.de",
					   "https://пример.рф",
					   "https://例え.jp",
					   "https://한국.example",
					   "https://a@b.example:1",
					   "https://127.0.0.1/",
					   "mailto:x@y.z",
					   "https://",
					   "x",
					   ""};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		struct buf out = {0};
		assert_false(host_is_mixed(span_of(urls[i]), &out));
		assert_int_equal(out.len, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_of_two_alphabets_is_told),
		cmocka_unit_test(a_host_of_one_alphabet_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
