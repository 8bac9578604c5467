// SPDX-License-Identifier: MIT
// One Argon2id job, done by whoever calls.
#pragma once

#include "server/letters/hash_job.h"

// Does the job with its own memory and passes.
void hash_job_run(struct hash_job *job);
