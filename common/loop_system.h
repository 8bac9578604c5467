// SPDX-License-Identifier: MIT
// What a loop waits by beside its poll set: thousands of descriptors behind one, and signals.
//
// Two ways, of which one is built: loop_system_linux.c (epoll, signalfd), and
// loop_system_poll.c for a system without these (make LOOP=poll): every descriptor is in the
// poll set, and signals come in during the wait and at no other time. Inside of common/loop.c
// only.
#pragma once

#include "common/attr.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>

struct many_ready {
	void *owner;
	unsigned events; // enum loop_events
	bool has_ended;  // an error or a hang-up
};

// A descriptor that is readable while one of those behind it is ready; -1: this system has
// none.
MUST_USE int many_new(void);
// From now on tells `owner` of these events of fd (none: of nothing). False when fd cannot
// stand there. `is_in`: it stands there already.
MUST_USE bool many_set(int many, int fd, void *owner, bool is_in, unsigned events);
// Those that are ready now, at most `max` of them.
MUST_USE int many_take(int many, struct many_ready *ready, int max);

// These signals, which are blocked, are wanted. `old` is what was given before, or -1: a
// descriptor that is readable while one waits; -1: they interrupt system_poll().
MUST_USE int signals_want(int old, const sigset_t *wanted);
// A wanted one that came, by what signals_want() gave; 0: there is none.
MUST_USE int signals_take(int fd, const sigset_t *wanted);

// As poll(2); -1 may mean that a wanted signal came.
MUST_USE int system_poll(struct pollfd *polls, size_t n, int timeout_ms,
			 const sigset_t *wanted);
