// SPDX-License-Identifier: MIT
// What is made of a refused call: the kernel sends SIGSYS to its thread, which answers EPERM
// and says so in the log, once in a second at most.
//
// The handler may be anywhere in a library: no lock, no memory, nothing but write(). What it
// remembers stands in two atomics, since nobody hands a handler anything else.
#include "server/sandbox_private.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/machine.h"

#include <errno.h>
#include <signal.h>
#include <seccomp.h>
#include <stdatomic.h>
#include <sys/prctl.h>

#define EVERY_MS 1000

static _Atomic(int64_t) refused_said_ms; // monotonic; 0: never
static _Atomic(int64_t) refused_unsaid;

// Those that somebody in here would try; others are told by their number.
static const struct {
	int number;
	const char *name;
} calls[] = {
#define REFUSED(name) {SCMP_SYS(name), #name},
#include "server/sandbox_refused.def"
};

static const char *name_of(int number)
{
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		if (calls[i].number == number)
			return calls[i].name;
	}
	return "other";
}

// Whether it is time for a line, and how many got none since the last one.
static bool may_say(int64_t *unsaid)
{
	int64_t now = clock_mono_ms(), said = atomic_load(&refused_said_ms);

	if ((said && now - said < EVERY_MS) ||
	    !atomic_compare_exchange_strong(&refused_said_ms, &said, now)) {
		atomic_fetch_add(&refused_unsaid, 1);
		return false;
	}
	*unsaid = atomic_exchange(&refused_unsaid, 0);
	return true;
}

static void say(const siginfo_t *info, int64_t unsaid)
{
	char thread[16] = "", number[LOG_NUMBER_LEN], more[LOG_NUMBER_LEN];

	(void)prctl(PR_GET_NAME, thread);
	log_fixed(LOG_WARN, "refused_call", "call", name_of(info->si_syscall), "number",
		  log_number(number, info->si_syscall), "thread", thread, "unsaid",
		  log_number(more, unsaid), NULL);
}

static void on_refused(UNUSED int signal_number, siginfo_t *info, void *context)
{
	ucontext_t *interrupted = context;
	int64_t unsaid;
	int error = errno;

	if (may_say(&unsaid))
		say(info, unsaid);
	interrupted->uc_mcontext.MACHINE_RESULT = -EPERM;
	errno = error;
}

void sandbox_hear_refused(void)
{
	struct sigaction action = {.sa_sigaction = on_refused, .sa_flags = SA_SIGINFO};

	sigaction(SIGSYS, &action, NULL);
}
