// SPDX-License-Identifier: MIT
// Verifiers as text: which are one, and which cost more than is paid.
#include "server/letters/verifier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SALT "c29tZXNhbHRzb21lc2FsdA"
#define HASH "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"
#define BODY "abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ01234"

static const struct {
	const char *text;
	enum phc_result result;
} rows[] = {
	{"$argon2id$v=19$m=65536,t=3,p=1$" SALT "$" HASH, PHC_OK},
	{"$argon2id$v=19$m=1,t=1,p=1$" SALT "$" HASH, PHC_OK},
	{"$argon2id$v=19$m=99999999999,t=3,p=1$" SALT "$" HASH, PHC_TOO_DEAR},
	{"$argon2id$v=19$m=65536,t=99999,p=1$" SALT "$" HASH, PHC_TOO_DEAR},
	{"$argon2id$v=19$m=65536,t=3,p=99999$" SALT "$" HASH, PHC_TOO_DEAR},
	{"", PHC_NONE},
	{"argon2id$v=19$m=65536,t=3,p=1$" SALT "$" HASH, PHC_NONE},
	{"x$argon2id$v=19$m=65536,t=3,p=1$" SALT "$" HASH, PHC_NONE},
	{"$argon2i$v=19$m=65536,t=3,p=1$" SALT "$" HASH, PHC_NONE},
	{"$argon2id$v=16$m=65536,t=3,p=1$" SALT "$" HASH, PHC_NONE},
	{"$argon2id$v=19$m=0,t=3,p=1$" SALT "$" HASH, PHC_NONE},
	{"$argon2id$v=19$m=65536,t=0,p=1$" SALT "$" HASH, PHC_NONE},
	{"$argon2id$v=19$m=65536,t=3,p=0$" SALT "$" HASH, PHC_NONE},
	{"$argon2id$v=19$m=65536,t=3$" SALT "$" HASH, PHC_NONE},
	{"$argon2id$v=19$t=3,m=65536,p=1$" SALT "$" HASH, PHC_NONE},
	{"$argon2id$v=19$m=x,t=3,p=1$" SALT "$" HASH, PHC_NONE},
	{"$argon2id$v=19$m=65536,t=3,p=1$" SALT, PHC_NONE},
	{"$argon2id$v=19$m=65536,t=3,p=1$c29tZQ$" HASH, PHC_NONE},
	{"$argon2id$v=19$m=65536,t=3,p=1$" SALT "$aGFzaA", PHC_NONE},
	{"$argon2id$v=19$m=65536,t=3,p=1$" SALT "==$" HASH, PHC_NONE},
	{"$argon2id$v=19$m=65536,t=3,p=1$" SALT "$" HASH "$x", PHC_NONE},
	{"$2b$12$" BODY, PHC_OK},
	{"$2a$04$" BODY, PHC_OK},
	{"$2y$10$" BODY, PHC_OK},
	{"$sha3-512$2b$12$" BODY, PHC_OK},
	{"$2b$31$" BODY, PHC_TOO_DEAR},
	{"$2b$03$" BODY, PHC_NONE},
	{"$2x$12$" BODY, PHC_NONE},
	{"$2b.12$" BODY, PHC_NONE},
	{"$2b$x2$" BODY, PHC_NONE},
	{"$2b$1x$" BODY, PHC_NONE},
	{"$2b$12." BODY, PHC_NONE},
	{"$2b$12$" BODY "a", PHC_NONE},
	{"$2b$12$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ0123=", PHC_NONE},
	{"$2b$12$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ0123", PHC_NONE},
	{"$sha3-512$argon2id$v=19$m=1,t=1,p=1$" SALT "$" HASH, PHC_NONE},
};

static void a_verifier_is_whole_and_not_too_dear(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct verifier v;
		enum phc_result result = verifier_parse(span_of(rows[i].text), &v);

		if (result != rows[i].result)
			fail_msg("%s: %d", rows[i].text, (int)result);
		if (result != PHC_OK)
			continue;
		assert_int_equal(v.is_of_sha3, strstr(rows[i].text, "sha3") != NULL);
		assert_int_equal(v.bcrypt.at != NULL, strstr(rows[i].text, "$2") != NULL);
	}
}

static void what_is_written_is_read_again(UNUSED void **state)
{
	const char *text = rows[0].text;
	struct phc p;
	char out[200];

	assert_int_equal(phc_parse(span_of(text), &p), PHC_OK);
	assert_int_equal(p.memory, 65536 * 1024);
	assert_int_equal(p.passes, 3);
	assert_int_equal(p.lanes, 1);
	assert_int_equal(p.salt_len, 16);
	assert_int_equal(p.hash_len, 32);
	assert_true(phc_format(&p, out, sizeof(out)));
	assert_string_equal(out, text);
	assert_true(phc_format(&p, out, strlen(text) + 1));
	out[0] = '\0';
	assert_false(phc_format(&p, out, strlen(text)));
	assert_string_equal(out, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verifier_is_whole_and_not_too_dear),
		cmocka_unit_test(what_is_written_is_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
