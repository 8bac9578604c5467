// SPDX-License-Identifier: MIT
// Argon2id in threads of its own: as many jobs at once as there are threads.
//
// Jobs run in the order they come; who comes first is not decided here, but by who puts them
// (hub/journal/hash_queue.h). Lack of memory is never taken for a wrong password.
// Owner: the caller of hasher_start.
#pragma once

#include "common/mailbox.h"
#include "common/thread.h"
#include "server/letters/hash_job.h"

struct hasher;

// `memory` (bytes) and `passes` are for jobs that name none (0); those of a job are never
// taken below ARGON2_MEMORY_MIN and ARGON2_PASSES_MIN. Finished jobs go to `to_hub` as
// LETTER_HASHED. Each thread does `begin` first. sodium_init() must have been called.
MUST_USE struct hasher *hasher_start(unsigned threads, int64_t memory, int64_t passes,
				     struct mailbox *to_hub, struct thread_begin begin);
// Gives a job away. A verification with an empty phc works as long as one that has the
// current parameters and answers HASH_WRONG: an unknown name costs what a known one does.
// Any thread.
void hasher_put(struct hasher *h, struct hash_job *job);
// New parameters for jobs that start from now on. Any thread.
void hasher_set(struct hasher *h, int64_t memory, int64_t passes);
// Jobs that wait come back as HASH_BUSY, those that run are finished; ends the threads.
// False when that took longer than `within_ms` (-1: no bound): a derivation cannot be
// interrupted. Its threads then still use the hasher and `to_hub`, and the process must
// end by _exit. NULL is accepted.
bool hasher_stop(struct hasher *h, int within_ms);
