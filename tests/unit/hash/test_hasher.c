// SPDX-License-Identifier: MIT
#include "server/hash/hasher.h"

#include "common/span.h"
#include "server/letters/phc.h"
#include "server/hash/job.h"
#include "server/letters/letter.h"
#include "server/letters/limits.h"
#include "tests/support/wait.h"
#include "tests/unit/hash/job_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

static void the_right_password_passes_and_others_do_not(void **state)
{
	(void)state;
	assert_int_equal(verify(password, known_phc()), HASH_OK);
	assert_int_equal(verify("correct horse batterz", known_phc()), HASH_WRONG);
	assert_int_equal(verify("", known_phc()), HASH_WRONG);
}

static void what_is_made_is_a_standard_verifier(void **state)
{
	struct phc p;

	(void)state;
	assert_int_equal(crypto_pwhash_str_verify(known_phc(), password, strlen(password)), 0);
	assert_int_equal(phc_parse(span_of(known_phc()), &p), PHC_OK);
	assert_int_equal(p.memory, ARGON2_MEMORY_MIN);
	assert_int_equal(p.passes, ARGON2_PASSES_MIN);
	assert_int_equal(p.lanes, 1);
}

static void verifiers_of_other_programs_pass_too(void **state)
{
	// Made by the argon2 command: a salt of 8 bytes; two lanes.
	static const char short_salt[] = "$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHQ$"
					 "qLml5cbqFAO6YxVHhrSBHP0UWdxrIxkNcM8aMX3blzU";
	(void)state;
	assert_int_equal(verify("password", short_salt), HASH_OK);
	assert_int_equal(verify("Password", short_salt), HASH_WRONG);
}

static void two_verifiers_of_one_password_differ(void **state)
{
	struct hash_job *j = job(HASH_MAKE, password, "");

	(void)state;
	hash_job_run(j);
	assert_string_not_equal(j->phc, known_phc());
	hash_job_free(j);
}

// Proves A5, B18.
static void nobody_has_no_right_password_and_costs_the_same(void **state)
{
	struct hash_job *j = job(HASH_VERIFY, password, "");

	(void)state;
	j->memory = 24 * 1024 * 1024;
	j->passes = 3;
	hash_job_run(j);
	assert_int_equal(j->result, HASH_WRONG);
	// The parameters that were used are those of an account made today.
	assert_int_equal(j->memory, 24 * 1024 * 1024);
	assert_int_equal(j->passes, 3);
	assert_int_equal(j->phc[0], '\0');
	hash_job_free(j);
	assert_int_equal(verify(password, "garbage"), HASH_WRONG);
	assert_int_equal(verify("", ""), HASH_WRONG);
}

// In front of libsodium's.
_Thread_local struct costs costs;

int crypto_pwhash(unsigned char *const out, unsigned long long out_len,
		  const char *const secret, unsigned long long secret_len,
		  const unsigned char *const salt, unsigned long long passes, size_t memory,
		  int alg)
{
	typedef int pwhash_fn(unsigned char *, unsigned long long, const char *,
			      unsigned long long, const unsigned char *, unsigned long long,
			      size_t, int);
	pwhash_fn *real;

	*(void **)&real = dlsym(RTLD_NEXT, "crypto_pwhash");
	if (costs.n < ARRAY_LEN(costs.passes)) {
		costs.passes[costs.n] = passes;
		costs.memory[costs.n++] = memory;
	}
	return real(out, out_len, secret, secret_len, salt, passes, memory, alg);
}

// Proves A1.
static void a_weaker_verifier_is_made_anew_after_a_good_login(void **state)
{
	struct hash_job *j = job(HASH_VERIFY, password, known_phc());
	struct phc p;

	(void)state;
	j->memory = ARGON2_MEMORY_MIN;
	j->passes = 3;
	hash_job_run(j);
	assert_int_equal(j->result, HASH_OK);
	assert_true(j->outdated);
	assert_int_equal(phc_parse(span_of(j->phc), &p), PHC_OK);
	assert_int_equal(p.passes, 3);
	assert_int_equal(verify(password, j->phc), HASH_OK);
	hash_job_free(j);
	j = job(HASH_VERIFY, "wrong password", known_phc());
	j->passes = 3;
	hash_job_run(j);
	assert_false(j->outdated);
	hash_job_free(j);
}

// Proves A1.
static void parameters_are_never_below_the_floor(void **state)
{
	struct hash_job *j = job(HASH_MAKE, password, "");
	struct phc p;

	(void)state;
	j->memory = 8192;
	j->passes = 1;
	hash_job_run(j);
	assert_int_equal(phc_parse(span_of(j->phc), &p), PHC_OK);
	assert_int_equal(p.memory, ARGON2_MEMORY_MIN);
	assert_int_equal(p.passes, ARGON2_PASSES_MIN);
	hash_job_free(j);
}

static void text_that_is_no_verifier_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"$",
		"$argon2id$",
		"$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$c29tZXNhbHQ",
		"$argon2id$v=16$m=65536,t=2,p=1$c29tZXNhbHQ$c29tZXNhbHQ",
		"$argon2id$v=19$m=99999999999999999999,t=2,p=1$c29tZXNhbHQ$c29tZXNhbHQ",
		"$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHQ$c29tZXNhbHQ",
		"$argon2id$v=19$m=65536,t=2,p=1$c29t$c29tZXNhbHQ",
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$c29t!XNhbHQ",
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ",
		"$argon2id$v=19$t=2,m=65536,p=1$c29tZXNhbHQ$c29tZXNhbHQ",
	};
	struct phc p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_int_equal(phc_parse(span_of(texts[i]), &p), PHC_NONE);
}

static void what_costs_too_much_is_told_apart_and_never_tried(void **state)
{
	static const char *const dear[] = {"m=1048577,t=2,p=1", "m=4194304,t=3,p=1",
					   "m=18446744073709551615,t=2,p=1", "m=65536,t=65,p=1",
					   "m=65536,t=3,p=17"};
	char text[160];
	struct phc p;
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(dear); i++) {
		snprintf(text, sizeof(text), "$argon2id$v=19$%s$c29tZXNhbHQ$c29tZXNhbHQ",
			 dear[i]);
		assert_int_equal(phc_parse(span_of(text), &p), PHC_TOO_DEAR);
	}
	assert_int_equal(phc_parse(SPAN("$argon2id$v=19$m=1048576,t=64,p=16$c29tZXNhbHQ$"
					"c29tZXNhbHQ"),
				   &p),
			 PHC_OK);
}

// What this process has mapped now, and a little more.
static rlim_t mapped_bytes(void)
{
	FILE *in = fopen("/proc/self/statm", "r");
	unsigned long pages = 0;

	if (!in || fscanf(in, "%lu", &pages) != 1)
		return 0;
	fclose(in);
	return pages * 4096 + 2 * 1024 * 1024;
}

// In a child, because the limit cannot be raised again.
static int verify_without_memory(const char *phc)
{
	struct hash_job *j = job(HASH_VERIFY, password, phc);
	struct rlimit limit = {mapped_bytes(), mapped_bytes()};

	if (!limit.rlim_cur || setrlimit(RLIMIT_AS, &limit) < 0)
		return 2;
	hash_job_run(j);
	return j->result == HASH_NO_MEMORY ? 0 : 1;
}

// Proves A4.
static void lack_of_memory_is_no_wrong_password(void **state)
{
	const char *phcs[] = {known_phc(), "",
			      "$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHQ$"
			      "qLml5cbqFAO6YxVHhrSBHP0UWdxrIxkNcM8aMX3blzU"};
	int status;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(phcs); i++) {
		pid_t child = fork();
		if (child == 0)
			_exit(verify_without_memory(phcs[i]));
		waitpid(child, &status, 0);
		assert_int_equal(status, 0);
	}
}

static struct hash_job *take_one(struct mailbox *box, struct letter **rest)
{
	if (!*rest)
		*rest = mailbox_wait(box, PATIENCE_MS);
	assert_non_null(*rest);
	struct hash_job *done = container_of(*rest, struct hash_job, letter);
	*rest = (*rest)->next;
	assert_int_equal(done->letter.kind, LETTER_HASHED);
	return done;
}

static void put(struct hasher *h, ticket_id ticket)
{
	struct hash_job *j = job(HASH_VERIFY, password, known_phc());

	j->ticket = ticket;
	hasher_put(h, j);
}

static void every_job_comes_back_once(void **state)
{
	struct mailbox *box = mailbox_new();
	struct hasher *h = hasher_start(2, 0, 0, box, (struct thread_begin){0});
	struct letter *rest = NULL;
	uint64_t seen = 0;

	(void)state;
	for (ticket_id t = 1; t <= 12; t++)
		put(h, t);
	for (int i = 0; i < 12; i++) {
		struct hash_job *done = take_one(box, &rest);
		assert_int_equal(done->result, HASH_OK);
		seen |= 1ULL << done->ticket;
		hash_job_free(done);
	}
	assert_int_equal(seen, 0x1ffe);
	assert_true(hasher_stop(h, -1));
	mailbox_free(box);
}

static void jobs_run_in_the_order_they_come(void **state)
{
	struct mailbox *box = mailbox_new();
	struct hasher *h = hasher_start(1, 0, 0, box, (struct thread_begin){0});
	struct letter *rest = NULL;

	(void)state;
	for (ticket_id t = 1; t <= 9; t++)
		put(h, t);
	for (ticket_id t = 1; t <= 9; t++) {
		struct hash_job *done = take_one(box, &rest);

		assert_int_equal(done->ticket, t);
		hash_job_free(done);
	}
	assert_true(hasher_stop(h, -1));
	mailbox_free(box);
}

// A derivation of a minute: nobody waits for its end. The threads are left to it, so this
// must be the last that is done.
static void a_stop_does_not_wait_for_a_long_derivation(void **state)
{
	struct mailbox *box = mailbox_new();
	struct hasher *h =
		hasher_start(1, ARGON2_MEMORY_MIN, 5000, box, (struct thread_begin){0});
	struct letter *rest = NULL;

	(void)state;
	for (ticket_id t = 1; t <= 3; t++) {
		struct hash_job *j = job(HASH_MAKE, password, "");
		j->ticket = t;
		hasher_put(h, j);
	}
	assert_false(hasher_stop(h, 50));
	hasher_put(h, job(HASH_MAKE, password, ""));
	// What was not begun has been given back, and what comes too late is.
	for (int i = 0; i < 3; i++) {
		struct hash_job *done = take_one(box, &rest);
		assert_int_equal(done->result, HASH_BUSY);
		hash_job_free(done);
	}
}

static void new_parameters_hold_for_jobs_that_name_none(void **state)
{
	struct mailbox *box = mailbox_new();
	struct hasher *h = hasher_start(1, ARGON2_MEMORY_MIN, 2, box, (struct thread_begin){0});
	struct letter *rest = NULL;
	struct phc p;

	(void)state;
	hasher_set(h, ARGON2_MEMORY_MIN * 2, 3);
	hasher_put(h, job(HASH_MAKE, password, ""));
	struct hash_job *done = take_one(box, &rest);
	assert_int_equal(phc_parse(span_of(done->phc), &p), PHC_OK);
	assert_int_equal(p.memory, ARGON2_MEMORY_MIN * 2);
	assert_int_equal(p.passes, 3);
	hash_job_free(done);
	assert_true(hasher_stop(h, -1));
	mailbox_free(box);
}

// What a job names itself counts for it; and a hasher that was never begun has ended.
static void parameters_of_a_job_go_before_those_of_all(void **state)
{
	struct mailbox *box = mailbox_new();
	struct hasher *h = hasher_start(1, ARGON2_MEMORY_MIN, 3, box, (struct thread_begin){0});
	struct hash_job *own = job(HASH_MAKE, password, ""), *done;
	struct letter *rest = NULL;
	struct phc p;

	(void)state;
	own->memory = ARGON2_MEMORY_MIN * 2;
	own->passes = 4;
	hasher_put(h, own);
	done = take_one(box, &rest);
	assert_int_equal(phc_parse(span_of(done->phc), &p), PHC_OK);
	assert_int_equal(p.passes, 4);
	assert_int_equal(p.memory, ARGON2_MEMORY_MIN * 2);
	hash_job_free(done);
	hasher_put(h, job(HASH_MAKE, password, ""));
	done = take_one(box, &rest);
	assert_int_equal(phc_parse(span_of(done->phc), &p), PHC_OK);
	assert_int_equal(p.passes, 3);
	assert_int_equal(p.memory, ARGON2_MEMORY_MIN);
	hash_job_free(done);
	assert_true(hasher_stop(h, -1));
	assert_true(hasher_stop(NULL, -1));
	mailbox_free(box);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_right_password_passes_and_others_do_not),
		cmocka_unit_test(what_is_made_is_a_standard_verifier),
		cmocka_unit_test(verifiers_of_other_programs_pass_too),
		cmocka_unit_test(two_verifiers_of_one_password_differ),
		cmocka_unit_test(nobody_has_no_right_password_and_costs_the_same),
		cmocka_unit_test(a_weaker_verifier_is_made_anew_after_a_good_login),
		cmocka_unit_test(parameters_are_never_below_the_floor),
		cmocka_unit_test(text_that_is_no_verifier_is_refused),
		cmocka_unit_test(what_costs_too_much_is_told_apart_and_never_tried),
		cmocka_unit_test(lack_of_memory_is_no_wrong_password),
		cmocka_unit_test(every_job_comes_back_once),
		cmocka_unit_test(jobs_run_in_the_order_they_come),
		cmocka_unit_test(new_parameters_hold_for_jobs_that_name_none),
		cmocka_unit_test(parameters_of_a_job_go_before_those_of_all),
		cmocka_unit_test(a_stop_does_not_wait_for_a_long_derivation),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
