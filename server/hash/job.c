// SPDX-License-Identifier: MIT
// The work itself. Raw crypto_pwhash, because crypto_pwhash_str_verify answers the same
// for a wrong password and for lack of memory.
#include "common/clock.h"
#include "server/hash/hasher.h"
#include "server/hash/bcrypt.h"
#include "server/hash/job.h"
#include "server/letters/limits.h"

#include <sodium.h>

static int64_t at_least(int64_t value, int64_t min)
{
	return value < min ? min : value;
}

// Fills p->hash (hash_len bytes) from the password and p's other fields.
static bool derive(struct phc *p, const struct hash_job *job)
{
	return crypto_pwhash(p->hash, p->hash_len, job->password, job->password_len, p->salt,
			     (unsigned long long)p->passes, (size_t)p->memory,
			     crypto_pwhash_ALG_ARGON2ID13) == 0;
}

static enum hash_result make(struct hash_job *job)
{
	struct phc p = {
		.memory = job->memory,
		.passes = job->passes,
		.lanes = 1,
		.salt_len = PHC_SALT_LEN,
		.hash_len = 32,
	};

	randombytes_buf(p.salt, p.salt_len);
	if (!derive(&p, job) || !phc_format(&p, job->phc, sizeof(job->phc)))
		return HASH_NO_MEMORY;
	sodium_memzero(&p, sizeof(p));
	return HASH_OK;
}

// Verifiers of other programs may have several lanes or another length of salt, which raw
// crypto_pwhash does not do. Whether there was memory is then asked separately.
static enum hash_result verify_foreign(const struct phc *known, const struct hash_job *job)
{
	struct phc probe = {.memory = known->memory, .passes = 1, .hash_len = 32};

	if (crypto_pwhash_str_verify(job->phc, job->password, job->password_len) == 0)
		return HASH_OK;
	bool had_memory = derive(&probe, job);
	sodium_memzero(&probe, sizeof(probe));
	return had_memory ? HASH_WRONG : HASH_NO_MEMORY;
}

static enum hash_result compare(const struct phc *known, const struct hash_job *job)
{
	struct phc p = *known;

	if (p.lanes != 1 || p.salt_len != crypto_pwhash_SALTBYTES ||
	    p.hash_len < crypto_pwhash_BYTES_MIN ||
	    p.memory < (int64_t)crypto_pwhash_MEMLIMIT_MIN)
		return verify_foreign(known, job);
	if (!derive(&p, job))
		return HASH_NO_MEMORY;
	bool same = sodium_memcmp(p.hash, known->hash, p.hash_len) == 0;
	sodium_memzero(&p, sizeof(p));
	return same ? HASH_OK : HASH_WRONG;
}

// Nobody has this verifier: the same work, and never right.
static enum hash_result verify_nobody(const struct hash_job *job)
{
	struct phc p = {
		.memory = job->memory,
		.passes = job->passes,
		.lanes = 1,
		.salt_len = PHC_SALT_LEN,
		.hash_len = 32,
	};

	randombytes_buf(p.hash, p.hash_len);
	enum hash_result result = compare(&p, job);
	return result == HASH_OK ? HASH_WRONG : result;
}

// Who answers sooner is known to be there: a wrong password against a verifier that was
// made by weaker parameters is followed by a derivation that costs the rest of what an
// unknown name costs. Time goes by memory times passes.
static void spend_the_rest(const struct phc *known, const struct hash_job *job)
{
	int64_t rest = job->memory * job->passes - known->memory * known->passes;
	struct phc p = {.memory = rest / job->passes,
			.passes = job->passes,
			.salt_len = PHC_SALT_LEN,
			.hash_len = 32};

	if (p.memory >= (int64_t)crypto_pwhash_MEMLIMIT_MIN)
		(void)derive(&p, job);
	sodium_memzero(&p, sizeof(p));
}

static enum hash_result verify_own(struct hash_job *job, const struct phc *known)
{
	enum hash_result result = compare(known, job);

	job->outdated = result == HASH_OK && !job->stays &&
			(known->memory < job->memory || known->passes < job->passes);
	// Without memory for a new one the old one stays for now.
	if (job->outdated && make(job) != HASH_OK)
		job->outdated = false;
	if (result == HASH_WRONG || job->stays)
		spend_the_rest(known, job);
	return result;
}

// A right one is hashed anew; a wrong one costs that as well, so that the answer never comes
// sooner than that for an unknown name.
static enum hash_result verify_bcrypt(struct hash_job *job, const struct verifier *known)
{
	bool is_right = bcrypt_is_right(known, span_from(job->password, job->password_len));
	enum hash_result result;

	if (!is_right || job->stays) {
		result = verify_nobody(job);
		return is_right && result == HASH_WRONG ? HASH_OK : result;
	}
	job->outdated = make(job) == HASH_OK;
	return HASH_OK;
}

static enum hash_result verify(struct hash_job *job)
{
	struct verifier known;
	enum hash_result result;

	if (verifier_parse(span_of(job->phc), &known) != PHC_OK)
		result = verify_nobody(job);
	else if (known.bcrypt.at)
		result = verify_bcrypt(job, &known);
	else
		result = verify_own(job, &known.phc);
	sodium_memzero(&known, sizeof(known));
	return result;
}

void hash_job_run(struct hash_job *job)
{
	int64_t began;

	job->phc[sizeof(job->phc) - 1] = '\0';
	job->memory = at_least(job->memory, ARGON2_MEMORY_MIN);
	job->passes = at_least(job->passes, ARGON2_PASSES_MIN);
	job->outdated = false;
	began = clock_mono_ms();
	job->result = job->kind == HASH_MAKE ? make(job) : verify(job);
	job->took_ms = clock_mono_ms() - began;
}
