// SPDX-License-Identifier: MIT
// What the client's core needs of the world: clocks, dice, timers, a connection.
//
// The core calls nothing of a system for these but what stands here, so that a loop with
// sockets, a page of a browser or a test can be around it. All return at once; what takes
// time comes back as a call, and never inside of the one that asked for it. Owner: whoever
// makes it; it outlives all that was given it.
#pragma once

#include "client/net/link.h"

struct outside {
	void *arg;
	// Milliseconds of a clock that never jumps, and since 1970.
	int64_t (*mono_ms)(void *arg);
	int64_t (*wall_ms)(void *arg);
	// Bytes that nobody can guess.
	void (*dice)(void *arg, void *to, size_t len);
	// A timer calls fn once, delay_ms after it was set, unless stopped or set anew.
	void *(*timer_new)(void *arg, void (*fn)(void *), void *fn_arg);
	void (*timer_set)(void *timer, int64_t delay_ms);
	void (*timer_stop)(void *timer);
	void (*timer_free)(void *timer); // NULL is accepted
	// A connection that is closed; the events are copied.
	struct link *(*link_new)(void *arg, const struct link_events *events);
};

static inline int64_t outside_mono_ms(const struct outside *o)
{
	return o->mono_ms(o->arg);
}

static inline int64_t outside_wall_ms(const struct outside *o)
{
	return o->wall_ms(o->arg);
}
