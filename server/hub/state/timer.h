// SPDX-License-Identifier: MIT
// A moment at which the hub acts by itself.
//
// Embedded; zeroed: not set. Clear (timer_stop) before the memory goes. Main thread.
#pragma once

#include "common/list.h"

#include <stdint.h>

struct hub;

struct timer {
	struct list in_hub;
	bool is_set;
	int64_t at_ms; // mono
	void (*fn)(struct hub *h, struct timer *t);
};

// fn is called once, in the first turn at or after `at_ms`, unless stopped or set anew.
void timer_set(struct hub *h, struct timer *t, int64_t at_ms,
	       void (*fn)(struct hub *h, struct timer *t));
void timer_stop(struct timer *t);
void timers_run(struct hub *h);
