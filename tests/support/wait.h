// SPDX-License-Identifier: MIT
// Waiting in tests: for an event, and no longer than PATIENCE_MS. A busy machine makes everything late. That something does not happen is known by
// what comes behind it: a PONG, a letter, a timer that is due later.
#pragma once

#include "common/clock.h"
#include "common/loop.h"
#include "tests/support/patience.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#define STEP_MS 5

// Between two looks at what no descriptor tells of.
static inline void wait_step(void)
{
	usleep(STEP_MS * 1000);
}

static inline void wait_on(int64_t since_ms, const char *fact, const char *file, int line)
{
	if (clock_mono_ms() - since_ms < PATIENCE_MS)
		return;
	print_error("waited %d s for: %s\n", PATIENCE_MS / 1000, fact);
	_fail(file, line);
}

// Does `step` until `fact` holds; else the test fails and names it.
#define WAIT_UNTIL(fact, step)                                                                 \
	do {                                                                                   \
		int64_t since_ms_ = clock_mono_ms();                                           \
		while (!(fact)) {                                                              \
			step;                                                                  \
			wait_on(since_ms_, #fact, __FILE__, __LINE__);                         \
		}                                                                              \
	} while (0)

static inline void wait_on_timer(void *arg)
{
	*(bool *)arg = true;
}

// Turns the loop until a timer of so long has gone off: all that were set before and are due
// before it have gone off as well, however late it is.
static inline void wait_behind_timer(struct loop *l, int ms)
{
	bool is_over = false;
	struct loop_timer *timer = loop_timer_new(l, wait_on_timer, &is_over);

	loop_timer_set(timer, ms);
	WAIT_UNTIL(is_over, loop_turn(l, STEP_MS));
	loop_timer_free(timer);
}
