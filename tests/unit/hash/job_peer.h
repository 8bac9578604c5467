// SPDX-License-Identifier: MIT
// Jobs of the hashers, for the tests of them.
#pragma once

#include "server/hash/job.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

// What each derivation costs is given by its parameters, which test_hasher.c writes down.
struct costs {
	unsigned long long passes[8];
	size_t memory[8];
	size_t n;
};

extern _Thread_local struct costs costs; // of this thread; n is the test's to set to 0

static const char password[] = "correct horse battery";

static inline struct hash_job *job(enum hash_kind kind, const char *text, const char *phc)
{
	struct hash_job *j = hash_job_new(kind, 1, text, strlen(text));

	memcpy(j->phc, phc, strnlen(phc, sizeof(j->phc) - 1));
	return j;
}

// A verifier of the lowest parameters; made once.
static inline const char *known_phc(void)
{
	static char phc[160];

	if (!phc[0]) {
		struct hash_job *j = job(HASH_MAKE, password, "");
		hash_job_run(j);
		assert_int_equal(j->result, HASH_OK);
		memcpy(phc, j->phc, sizeof(phc));
		hash_job_free(j);
	}
	return phc;
}

static inline enum hash_result verify(const char *text, const char *phc)
{
	struct hash_job *j = job(HASH_VERIFY, text, phc);

	hash_job_run(j);
	enum hash_result result = j->result;
	hash_job_free(j);
	return result;
}
