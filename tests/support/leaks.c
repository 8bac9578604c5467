// SPDX-License-Identifier: MIT
// Leaks are looked for by stopping all threads from outside, which a server that has shut
// itself in may not do: a thread from before main() does it at the end.
#include "common/die.h"

#include <pthread.h>
#include <sanitizer/lsan_interface.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>

static sem_t at_end;
static pthread_t keeper;

static void *keep(void *arg)
{
	while (sem_wait(&at_end) != 0)
		continue;
	__lsan_do_leak_check();
	return arg;
}

static void check(void)
{
	sem_post(&at_end);
	pthread_join(keeper, NULL);
}

__attribute__((constructor)) static void begin(void)
{
	sigset_t all, old;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	if (sem_init(&at_end, 0, 0) != 0 || pthread_create(&keeper, NULL, keep, NULL) != 0 ||
	    atexit(check) != 0)
		die(1, "cannot start the thread that looks for leaks");
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}
