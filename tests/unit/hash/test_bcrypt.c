// SPDX-License-Identifier: MIT
#include "server/hash/bcrypt.h"

#include "server/hash/job.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

// Made by bcryptjs, and agreed to by Python's bcrypt; its own SHA3-512 is Node's. The one of
// sesame-10 has a zero byte within.
static const struct {
	const char *password, *verifier;
} bcrypts[] = {
	{"correct horse battery",
	 "$2b$04$w2mFfcBzozJFq9OfaIvRS./Vr1dnBfqeNfub45QFr.JdB75NP91Ia"},
	{"correct horse battery",
	 "$2a$04$w2mFfcBzozJFq9OfaIvRS./Vr1dnBfqeNfub45QFr.JdB75NP91Ia"},
	{"correct horse battery",
	 "$2y$04$w2mFfcBzozJFq9OfaIvRS./Vr1dnBfqeNfub45QFr.JdB75NP91Ia"},
	{"sesame-1", "$sha3-512$2b$04$ilyrkMi7DTnJTRzF0ALY/uaFHqIf7hxdPpecwKKYp0fwKzcIy6NcS"},
	{"sesame-10", "$sha3-512$2b$04$DKzhI5WicG9m/rU3gUahUuv80jZ8HuldDoe5/y3vLOgsGDka0tfMi"},
};

static void bcrypt_passes_once_and_is_then_our_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bcrypts); i++) {
		struct hash_job *j = hash_job_new(HASH_VERIFY, 1, bcrypts[i].password,
						  strlen(bcrypts[i].password));
		struct phc p;

		snprintf(j->phc, sizeof(j->phc), "%s", bcrypts[i].verifier);
		hash_job_run(j);
		assert_int_equal(j->result, HASH_OK);
		assert_true(j->outdated);
		assert_int_equal(phc_parse(span_of(j->phc), &p), PHC_OK);
		assert_int_equal(crypto_pwhash_str_verify(j->phc, bcrypts[i].password,
							  strlen(bcrypts[i].password)),
				 0);
		hash_job_free(j);
	}
}

static enum hash_result staying(const char *password, const char *verifier)
{
	struct hash_job *j = hash_job_new(HASH_VERIFY, 1, password, strlen(password));
	enum hash_result result;

	snprintf(j->phc, sizeof(j->phc), "%s", verifier);
	j->stays = true;
	hash_job_run(j);
	assert_false(j->outdated);
	assert_string_equal(j->phc, verifier);
	result = j->result;
	hash_job_free(j);
	return result;
}

// What makes a right one anew is spent on it all the same (job.c).
static void a_bcrypt_that_stays_is_right_and_wrong_as_ever(void **state)
{
	(void)state;
	assert_int_equal(staying(bcrypts[0].password, bcrypts[0].verifier), HASH_OK);
	assert_int_equal(staying("another", bcrypts[0].verifier), HASH_WRONG);
}

static void what_is_no_bcrypt_or_costs_too_much_is_told(void **state)
{
	static const struct {
		const char *text;
		enum phc_result result;
	} rows[] = {
		{"$2b$14$w2mFfcBzozJFq9OfaIvRS./Vr1dnBfqeNfub45QFr.JdB75NP91Ia", PHC_OK},
		{"$2b$15$w2mFfcBzozJFq9OfaIvRS./Vr1dnBfqeNfub45QFr.JdB75NP91Ia", PHC_TOO_DEAR},
		{"$2b$31$w2mFfcBzozJFq9OfaIvRS./Vr1dnBfqeNfub45QFr.JdB75NP91Ia", PHC_TOO_DEAR},
		{"$2b$03$w2mFfcBzozJFq9OfaIvRS./Vr1dnBfqeNfub45QFr.JdB75NP91Ia", PHC_NONE},
		{"$2x$04$w2mFfcBzozJFq9OfaIvRS./Vr1dnBfqeNfub45QFr.JdB75NP91Ia", PHC_NONE},
		{"$2b$4x$w2mFfcBzozJFq9OfaIvRS./Vr1dnBfqeNfub45QFr.JdB75NP91Ia", PHC_NONE},
		{"$2b$04$w2mFfcBzozJFq9OfaIvRS./Vr1dnBfqeNfub45QFr.JdB75NP91I=", PHC_NONE},
		{"$2b$04$w2mFfcBzozJFq9OfaIvRS./Vr1dnBfqeNfub45QFr.JdB75NP91I", PHC_NONE},
		{"$sha3-512$2b$15$w2mFfcBzozJFq9OfaIvRS./Vr1dnBfqeNfub45QFr.JdB75NP91Ia",
		 PHC_TOO_DEAR},
		{"$sha3-512$2b$", PHC_NONE},
		{"$sha3-512$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHQ", PHC_NONE},
		{"$2", PHC_NONE},
		{"", PHC_NONE},
	};
	struct verifier v;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(verifier_parse(span_of(rows[i].text), &v), rows[i].result);
}

// Also what is longer than bcrypt looks, and nothing at all.
static void a_password_is_right_or_not(void **state)
{
	static const char long_one[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
				       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaax";
	struct verifier v;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bcrypts); i++) {
		assert_int_equal(verifier_parse(span_of(bcrypts[i].verifier), &v), PHC_OK);
		assert_true(bcrypt_is_right(&v, span_of(bcrypts[i].password)));
		assert_false(bcrypt_is_right(&v, SPAN("sesame")));
		assert_false(bcrypt_is_right(&v, SPAN("")));
	}
	assert_int_equal(
		verifier_parse(
			SPAN("$2b$04$zqWk0tKaFQwL4cmY8UfBD.awbxCn4xsQtA84Gg0raQdF6k61NDDzC"),
			&v),
		PHC_OK);
	assert_true(bcrypt_is_right(&v, span_of(long_one)));
	assert_int_equal(
		verifier_parse(
			SPAN("$2b$04$1URyoItyCKO.wcScWugBwuGMCJxeHR0uCWhTgUv9ycyXBdhJQCL4y"),
			&v),
		PHC_OK);
	assert_true(bcrypt_is_right(&v, SPAN("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bcrypt_passes_once_and_is_then_our_own),
		cmocka_unit_test(a_bcrypt_that_stays_is_right_and_wrong_as_ever),
		cmocka_unit_test(what_is_no_bcrypt_or_costs_too_much_is_told),
		cmocka_unit_test(a_password_is_right_or_not),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
