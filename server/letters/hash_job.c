// SPDX-License-Identifier: MIT
#include "server/letters/hash_job.h"

#include "common/die.h"
#include "server/letters/letter.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct hash_job *hash_job_new(enum hash_kind kind, ticket_id ticket, const void *password,
			      size_t len)
{
	struct hash_job *job = xcalloc(1, sizeof(*job));

	job->letter.kind = LETTER_JOB;
	job->kind = kind;
	job->ticket = ticket;
	// Guarded pages may run out where a plain allocation would not.
	job->password = sodium_malloc(len ? len : 1);
	if (!job->password)
		die(1, "cannot lock memory for a password: raise RLIMIT_MEMLOCK");
	if (len)
		memcpy(job->password, password, len);
	job->password_len = len;
	return job;
}

void hash_job_free(struct hash_job *job)
{
	if (!job)
		return;
	sodium_free(job->password);
	free(job);
}
