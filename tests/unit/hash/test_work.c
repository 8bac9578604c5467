// SPDX-License-Identifier: MIT
// What is not to be told by how long it takes: the work is counted, not its time.
#include "tests/unit/hash/job_peer.h"

#include "common/span.h"
#include "server/letters/limits.h"

#include <sodium.h>

// Proves A8.
static void a_wrong_password_against_bcrypt_costs_what_an_unknown_name_costs(void **state)
{
	struct hash_job *j =
		job(HASH_VERIFY, "sesame",
		    "$2b$04$w2mFfcBzozJFq9OfaIvRS./Vr1dnBfqeNfub45QFr.JdB75NP91Ia");

	(void)state;
	costs.n = 0;
	hash_job_run(j);
	assert_int_equal(j->result, HASH_WRONG);
	assert_false(j->outdated);
	assert_int_equal(costs.n, 1);
	assert_true(costs.memory[0] == (size_t)j->memory);
	assert_int_equal(costs.passes[0], j->passes);
	hash_job_free(j);
}

// Proves A8.
static void an_unknown_name_costs_what_a_known_one_costs(void **state)
{
	const char *phc = known_phc();
	struct costs known;

	(void)state;
	costs.n = 0;
	assert_int_equal(verify("wrong password", phc), HASH_WRONG);
	known = costs;
	costs.n = 0;
	assert_int_equal(verify("wrong password", ""), HASH_WRONG);
	assert_true(known.n > 0);
	assert_int_equal(costs.n, known.n);
	for (size_t i = 0; i < known.n; i++) {
		assert_int_equal(costs.passes[i], known.passes[i]);
		assert_int_equal(costs.memory[i], known.memory[i]);
	}
}

static unsigned long long work_done(void)
{
	unsigned long long work = 0;

	for (size_t i = 0; i < costs.n; i++)
		work += costs.passes[i] * costs.memory[i];
	return work;
}

static void a_weaker_verifier_costs_no_less_when_the_password_is_wrong(void **state)
{
	struct hash_job *j = job(HASH_VERIFY, "wrong password", known_phc());
	unsigned long long weaker;

	(void)state;
	j->memory = 2 * ARGON2_MEMORY_MIN;
	j->passes = 3;
	costs.n = 0;
	hash_job_run(j);
	assert_int_equal(j->result, HASH_WRONG);
	weaker = work_done();
	hash_job_free(j);
	j = job(HASH_VERIFY, "wrong password", "");
	j->memory = 2 * ARGON2_MEMORY_MIN;
	j->passes = 3;
	costs.n = 0;
	hash_job_run(j);
	// What division leaves over is nothing that a clock shows.
	assert_in_range(weaker, work_done() - 1024, work_done());
	hash_job_free(j);
}

static unsigned long long work_of(const char *text, bool stays)
{
	struct hash_job *j = job(HASH_VERIFY, text, known_phc());
	unsigned long long work;

	j->memory = 2 * ARGON2_MEMORY_MIN;
	j->passes = 3;
	j->stays = stays;
	costs.n = 0;
	hash_job_run(j);
	assert_int_equal(j->result, strcmp(text, password) == 0 ? HASH_OK : HASH_WRONG);
	assert_int_equal(j->outdated, j->result == HASH_OK && !stays);
	if (stays)
		assert_string_equal(j->phc, known_phc());
	work = work_done();
	hash_job_free(j);
	return work;
}

// Where a second factor is wanted, it must not be known that it was right.
// Proves B18.
static void a_verifier_that_stays_costs_a_right_password_what_a_wrong_one_costs(void **state)
{
	(void)state;
	assert_true(work_of(password, true) == work_of("wrong password", true));
	assert_true(work_of("wrong password", true) == work_of("wrong password", false));
	assert_true(work_of(password, false) > work_of(password, true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_wrong_password_against_bcrypt_costs_what_an_unknown_name_costs),
		cmocka_unit_test(an_unknown_name_costs_what_a_known_one_costs),
		cmocka_unit_test(a_weaker_verifier_costs_no_less_when_the_password_is_wrong),
		cmocka_unit_test(
			a_verifier_that_stays_costs_a_right_password_what_a_wrong_one_costs),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
