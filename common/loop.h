// SPDX-License-Identifier: MIT
// A poll() loop: descriptors, timers, signals and hooks at the end of a turn.
//
// Descriptors added with LOOP_MANY stand behind one epoll descriptor that poll()
// watches, so that thousands of idle connections cost nothing. Handlers never block, and
// never turn the loop. Whatever is registered is a handle, which its taker gives back
// before the loop goes: loop_free() asserts it.
// Owner: the thread that runs it; nothing here may be called from another.
#pragma once

#include "common/attr.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct loop_fd;
struct loop_timer;
struct loop_hook;

enum loop_events {
	LOOP_READ = 1,
	LOOP_WRITE = 2,
	LOOP_MANY = 4, // with loop_add only: one of thousands
};

typedef void loop_fd_fn(void *arg, unsigned events);
typedef void loop_fn(void *arg);

MUST_USE struct loop *loop_new(void);
// Between turns, with nothing registered any more. NULL is accepted.
void loop_free(struct loop *l);
// Runs until loop_stop().
void loop_run(struct loop *l);
// One turn: waits at most `timeout_ms` (-1: until something happens). Not from a handler.
void loop_turn(struct loop *l, int timeout_ms);
void loop_stop(struct loop *l);

// Calls fn when fd is ready for one of `events` (errors and hang-ups count as ready for
// all that were asked). The fd stays the caller's: remove, then close.
MUST_USE struct loop_fd *loop_add(struct loop *l, int fd, unsigned events, loop_fd_fn *fn,
				  void *arg);
void loop_change(struct loop_fd *f, unsigned events);
// Safe inside any handler; fn is not called again. NULL is accepted.
void loop_remove(struct loop_fd *f);

// fn is called once, `delay_ms` from now, unless stopped. Owned by the caller.
MUST_USE struct loop_timer *loop_timer_new(struct loop *l, loop_fn *fn, void *arg);
void loop_timer_free(struct loop_timer *t);
void loop_timer_set(struct loop_timer *t, int64_t delay_ms);
void loop_timer_stop(struct loop_timer *t);

// fn is called in the loop's thread after the signal arrived (signalfd; the signal is
// blocked in the calling thread, so call it before other threads start). Several may wait
// for one signal. It stays blocked when nobody does any more: the next who asks gets what
// came meanwhile.
MUST_USE struct loop_hook *loop_on_signal(struct loop *l, int signal_number, loop_fn *fn,
					  void *arg);
// fn is called at the end of every turn, before the loop sleeps, in order of adding.
MUST_USE struct loop_hook *loop_at_turn_end(struct loop *l, loop_fn *fn, void *arg);
// Safe inside any handler, its own too; fn is not called again. NULL is accepted.
void loop_hook_remove(struct loop_hook *h);
// Makes the next turn not sleep: for work that is left over.
void loop_again(struct loop *l);
// Lets events gather for so long before the next turn, unless work is left over.
void loop_rest(struct loop *l, unsigned us);
// Monotonic time of this turn, in ms.
MUST_USE int64_t loop_now(const struct loop *l);
// The longest turn, the wait for events not counted: ever, and in the last minute or two.
MUST_USE int64_t loop_longest_us(const struct loop *l);
MUST_USE int64_t loop_longest_lately_us(const struct loop *l);
