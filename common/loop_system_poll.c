// SPDX-License-Identifier: MIT
// What POSIX.1-2024 has, and no more.
//
// A wanted signal is blocked but during the wait, which it interrupts. Its handler only raises
// it again: it is blocked by then, and stays so behind the wait, so that it is still there to
// be taken. That needs no variable.
#include "common/loop_system.h"

#include <time.h>

int many_new(void)
{
	return -1;
}

bool many_set(int many UNUSED, int fd UNUSED, void *owner UNUSED, bool is_in UNUSED,
	      unsigned events UNUSED)
{
	return false;
}

int many_take(int many UNUSED, struct many_ready *ready UNUSED, int max UNUSED)
{
	return 0;
}

static void keep_for_later(int number)
{
	raise(number);
}

static bool is_any(int number, const sigset_t *set)
{
	return sigismember(set, number) == 1;
}

static void set_handler(int number, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	// Within another's handler it would find itself let through again, for ever.
	sigfillset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

// One that nobody wants any more is the system's again: raised for ever it would end nothing.
int signals_want(int old UNUSED, const sigset_t *wanted)
{
	for (int number = 1; number < NSIG; number++) {
		struct sigaction now = {.sa_handler = SIG_DFL};

		if (is_any(number, wanted))
			set_handler(number, keep_for_later);
		else if (sigaction(number, NULL, &now) == 0 && now.sa_handler == keep_for_later)
			set_handler(number, SIG_DFL);
	}
	return -1;
}

int signals_take(int fd UNUSED, const sigset_t *wanted)
{
	sigset_t waiting, one;
	int number = 0;

	sigpending(&waiting);
	for (int i = 1; i < NSIG && !number; i++) {
		if (is_any(i, wanted) && is_any(i, &waiting))
			number = i;
	}
	if (!number)
		return 0;
	sigemptyset(&one);
	sigaddset(&one, number);
	return sigwait(&one, &number) == 0 ? number : 0;
}

int system_poll(struct pollfd *polls, size_t n, int timeout_ms, const sigset_t *wanted)
{
	struct timespec wait = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
	sigset_t blocked;

	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	for (int number = 1; number < NSIG; number++) {
		if (is_any(number, wanted))
			sigdelset(&blocked, number);
	}
	return ppoll(polls, (nfds_t)n, timeout_ms < 0 ? NULL : &wait, &blocked);
}
