// SPDX-License-Identifier: MIT
#include "common/token_answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void tokens_are_taken_as_they_are_answered(void **state)
{
	struct token_answer t;

	(void)state;
	assert_true(token_answer_read(SPAN("{\"access_token\":\"a.b.c\",\"expires_in\":300,"
					   "\"token_type\":\"bearer\",\"refresh_token\":\"r\","
					   "\"scope\":\"openid\",\"id_token\":\"x.y.z\"}"),
				      &t));
	assert_string_equal(t.access, "a.b.c");
	assert_string_equal(t.refresh, "r");
	assert_string_equal(t.scope, "openid");
	assert_int_equal(t.expires_in_s, 300);
	assert_null(t.error);
	token_answer_clear(&t);
	assert_true(token_answer_read(SPAN("{\"access_token\":\"a\",\"expires_in\":1e300,"
					   "\"token_type\":\"Bearer\"}"),
				      &t));
	assert_true(t.expires_in_s < (int64_t)400 * 24 * 3600);
	assert_null(t.refresh);
	token_answer_clear(&t);
	assert_true(token_answer_read(SPAN("{\"error\":\"authorization_pending\"}"), &t));
	assert_string_equal(t.error, "authorization_pending");
	assert_null(t.access);
	token_answer_clear(&t);
}

static void what_is_no_answer_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"<html>",
		"[]",
		"{}",
		"{\"token_type\":\"Bearer\"}",
		"{\"access_token\":\"a\"}",
		"{\"access_token\":\"a\",\"token_type\":\"DPoP\"}",
		"{\"access_token\":\"\",\"token_type\":\"Bearer\"}",
		"{\"access_token\":\"a b\",\"token_type\":\"Bearer\"}",
		"{\"access_token\":\"a\\r\\nX: y\",\"token_type\":\"Bearer\"}",
		"{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"refresh_token\":\"\\n\"}",
		"{\"access_token\":\"a\",\"access_token\":\"b\",\"token_type\":\"Bearer\"}",
		"{\"error\":7}",
		"{\"error\":\"\"}",
		"{\"error\":\"\\u001b[31m\"}",
		"{\"error\":\"\\u007f\"}",
		"{\"error\":\"\\u00e4\"}",
		"{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"scope\":\"\\u007f\"}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct token_answer t;

		if (token_answer_read(span_of(rows[i]), &t))
			fail_msg("%s", rows[i]);
		assert_null(t.access);
		assert_null(t.error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_are_taken_as_they_are_answered),
		cmocka_unit_test(what_is_no_answer_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
