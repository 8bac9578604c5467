// SPDX-License-Identifier: MIT
// Threads: what each is for, and what it does before all else.
#pragma once

#include "common/attr.h"

#include <pthread.h>

enum thread_role {
	THREAD_MAIN,
	THREAD_SHARD,
	THREAD_WRITER,
	THREAD_READER,
	THREAD_HASHER,
	THREAD_FILES,
	THREAD_GSS,
};

// Called by each thread in itself, at its beginning. fn NULL: nothing is.
struct thread_begin {
	void (*fn)(void *arg, enum thread_role role);
	void *arg;
};

// Starts one that is called as its role is, calls begin.fn and then run(arg). Dies with
// words when there can be no more threads.
MUST_USE pthread_t thread_start(struct thread_begin begin, enum thread_role role,
				void *(*run)(void *), void *arg);
