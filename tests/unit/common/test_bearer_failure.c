// SPDX-License-Identifier: MIT
#include "common/bearer_failure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_failure_says_what_is_needed(void **state)
{
	char status[] = "invalid_token", scope[] = "openid \"a\"",
	     at[] = "https://id.example.org/.well-known/openid-configuration";
	struct bearer_failure f = {.status = status, .scope = scope, .configuration = at}, read;
	struct buf text = {0};

	(void)state;
	bearer_failure_write(&text, &f);
	assert_string_equal(buf_str(&text),
			    "{\"status\":\"invalid_token\",\"scope\":\"openid \\\"a\\\"\","
			    "\"openid-configuration\":"
			    "\"https://id.example.org/.well-known/openid-configuration\"}");
	assert_true(bearer_failure_read(buf_span(&text), &read));
	assert_string_equal(read.scope, scope);
	assert_string_equal(read.configuration, at);
	assert_null(read.client_id);
	bearer_failure_clear(&read);
	buf_clear(&text);
}

static void a_failure_that_misleads_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"{}",
		"[]",
		"{\"status\":7}",
		"{\"status\":\"\"}",
		"{\"scope\":\"openid\"}",
		"{\"status\":\"a\",\"status\":\"b\"}",
		"{\"status\":\"a\",\"openid-configuration\":\"http://id.example.org/\"}",
		"{\"status\":\"a\",\"openid-configuration\":\"https://u@id.example.org/\"}",
		"{\"status\":\"a\",\"openid-configuration\":\"https://id.example.org/\\u001b[m\"}",
		"{\"status\":\"a\",\"authorization_endpoint\":\"file:///etc/passwd\"}",
	};
	struct bearer_failure f;
	struct buf text = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (bearer_failure_read(span_of(rows[i]), &f))
			fail_msg("%s", rows[i]);
		assert_null(f.status);
		assert_null(f.configuration);
	}
	buf_printf(&text, "{\"status\":\"a\"%*s}", BEARER_FAILURE_MAX, "");
	assert_false(bearer_failure_read(buf_span(&text), &f));
	buf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failure_says_what_is_needed),
		cmocka_unit_test(a_failure_that_misleads_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
