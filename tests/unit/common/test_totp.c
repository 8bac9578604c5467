// SPDX-License-Identifier: MIT
// Codes of RFC 6238 (common/totp.h).
#include "common/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t secret[TOTP_SECRET_LEN] = "12345678901234567890";

// RFC 6238, appendix B, the last six digits of the rows of SHA-1.
static void it_makes_the_codes_of_the_standard(void **state)
{
	static const struct {
		int64_t seconds;
		const char *code;
	} rows[] = {
		{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
		{1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char code[TOTP_DIGITS + 1];

		totp_code(secret, totp_step(rows[i].seconds * 1000), code);
		assert_string_equal(code, rows[i].code);
	}
}

static void a_code_is_right_in_its_step_and_beside_it(void **state)
{
	char code[TOTP_DIGITS + 1];

	(void)state;
	totp_code(secret, 1000, code);
	assert_int_equal(totp_find(secret, span_of(code), 999), 1000);
	assert_int_equal(totp_find(secret, span_of(code), 1000), 1000);
	assert_int_equal(totp_find(secret, span_of(code), 1001), 1000);
	assert_int_equal(totp_find(secret, span_of(code), 1002), -1);
	assert_int_equal(totp_find(secret, span_of(code), 998), -1);
}

static void only_six_digits_are_a_code(void **state)
{
	static const char *const no[] = {"", "12345", "1234567", "12345x", " 12345", "-12345"};

	(void)state;
	assert_true(totp_is_code(SPAN("000000")));
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		assert_false(totp_is_code(span_of(no[i])));
	assert_int_equal(totp_find(secret, SPAN("12345"), 1), -1);
}

static void apps_read_the_secret_and_the_address(void **state)
{
	struct buf text = {0};

	(void)state;
	totp_base32(&text, secret, sizeof(secret));
	assert_string_equal(buf_str(&text), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	buf_reset(&text);
	totp_base32(&text, (const uint8_t *)"foob", 4); // RFC 4648, 10
	assert_string_equal(buf_str(&text), "MZXW6YQ");
	buf_reset(&text);
	totp_uri(&text, secret, SPAN("The \"Den\""), SPAN("ann"));
	assert_string_equal(buf_str(&text),
			    "otpauth://totp/The%20%22Den%22:ann?secret="
			    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=The%20%22Den%22");
	buf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_makes_the_codes_of_the_standard),
		cmocka_unit_test(a_code_is_right_in_its_step_and_beside_it),
		cmocka_unit_test(only_six_digits_are_a_code),
		cmocka_unit_test(apps_read_the_secret_and_the_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
