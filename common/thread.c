// SPDX-License-Identifier: MIT
#include "common/thread.h"

#include "common/die.h"

#include <stdlib.h>

struct start {
	struct thread_begin begin;
	enum thread_role role;
	void *(*run)(void *);
	void *arg;
};

// As the system's tools show them.
static const char *const names[] = {
	[THREAD_MAIN] = "snugd",    [THREAD_SHARD] = "shard",   [THREAD_WRITER] = "writer",
	[THREAD_READER] = "reader", [THREAD_HASHER] = "hasher", [THREAD_FILES] = "files",
	[THREAD_GSS] = "gss",
};

static void *run(void *arg)
{
	struct start s = *(struct start *)arg;

	free(arg);
	(void)pthread_setname_np(pthread_self(), names[s.role]);
	if (s.begin.fn)
		s.begin.fn(s.begin.arg, s.role);
	return s.run(s.arg);
}

pthread_t thread_start(struct thread_begin begin, enum thread_role role, void *(*fn)(void *),
		       void *arg)
{
	const struct start s = {begin, role, fn, arg};
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, xmemdup(&s, sizeof(s))) != 0)
		die(1, "cannot start the thread of a %s: raise the limit of processes",
		    names[role]);
	return thread;
}
