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

// Who is served first.
enum hash_rank {
	HASH_OPERATOR, // who sits at the command line
	HASH_KNOWN,    // from where the account is known, or who is in
	HASH_STRANGER,
	HASH_BULK, // an import
	HASH_RANKS,
};

enum hash_result {
	HASH_OK,
	HASH_WRONG,
	HASH_NO_MEMORY, // not an answer about the password: try later
	HASH_BUSY,      // it got no turn: try later
};

struct hash_job {
	struct letter letter; // LETTER_JOB to the hasher, LETTER_HASHED back to the hub
	ticket_id ticket;
	enum hash_kind kind;
	// Of its turn (hub/journal/hash_queue.h); the hashers do not look at it.
	enum hash_rank rank;
	uint64_t weighs_on; // a source; 0: nobody's
	uint64_t place;     // by which it is taken up again; 0: it has none
	char *password;     // sodium_malloc
	size_t password_len;
	char phc[160];  // to verify, or what was made; NUL-terminated
	int64_t memory; // bytes, for HASH_MAKE and for the dummy
	int64_t passes;
	int64_t took_ms;
	bool stays; // in: phc, whatever it is of; a right password costs what a wrong one does
	bool outdated; // verified, but by weaker parameters than these: phc is a new one
	enum hash_result result;
};

// Copies the password; the caller wipes its own.
MUST_USE struct hash_job *hash_job_new(enum hash_kind kind, ticket_id ticket,
				       const void *password, size_t len);
void hash_job_free(struct hash_job *job);
