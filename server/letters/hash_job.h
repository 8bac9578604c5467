// SPDX-License-Identifier: MIT
// Hub -> hasher and back: Argon2id, which is far too slow for any loop.
//
// The password stands in sodium_malloc memory and is wiped when the job is freed.
// Owner: the sender until put, then the receiver.
#pragma once

#include "common/mailbox.h"
#include "server/letters/ids.h"

enum hash_kind {
	HASH_VERIFY, // password against phc
	HASH_MAKE,   // a new phc from password
};

enum hash_result {
	HASH_OK,
	HASH_WRONG,
	HASH_NO_MEMORY, // not an answer about the password: try later
	HASH_BUSY,      // the queue (of this source) is full: try later
};

struct hash_job {
	struct letter letter; // LETTER_JOB to the hasher, LETTER_HASHED back to the hub
	ticket_id ticket;
	enum hash_kind kind;
	uint64_t source; // fairness: see HASH_QUEUED_PER_SOURCE; 0: an administrator
	char *password;  // sodium_malloc
	size_t password_len;
	char phc[160];  // to verify, or what was made; NUL-terminated
	int64_t memory; // bytes, for HASH_MAKE and for the dummy
	int64_t passes;
	bool outdated; // verified, but by weaker parameters than these: phc is a new one
	enum hash_result result;
};

// Copies the password; the caller wipes its own.
MUST_USE struct hash_job *hash_job_new(enum hash_kind kind, ticket_id ticket,
				       const void *password, size_t len);
void hash_job_free(struct hash_job *job);
