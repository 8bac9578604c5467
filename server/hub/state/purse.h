// SPDX-License-Identifier: MIT
// Purse: what an account may spend, a bucket that fills again as time passes. Its connections
// share it; each that waits for it gets its turn by what it has spent.
// Zeroed but for purse_init: full. Owner: the account, and the session before it is in; main
// thread. What is paid from it: flood.h.
#pragma once

#include "common/list.h"
#include "server/hub/state/timer.h"

// What a line is paid from.
enum purse_kind {
	SAYS,  // what is stored, or heard by others
	ASKS,  // answers, and what they cost to find
	GOODS, // the allowance of an account for catching up after a login
	PURSES,
	FREE = PURSES, // never waits
};

struct purse {
	int64_t full_ms;     // mono; when it is full again
	int64_t served;      // what the one had spent who had the last turn
	struct list waiting; // sessions
	struct timer on_time;
};

static inline void purses_clear(struct purse purses[static PURSES])
{
	for (int i = 0; i < PURSES; i++)
		timer_stop(&purses[i].on_time);
}

static inline void purses_init(struct purse purses[static PURSES])
{
	for (int i = 0; i < PURSES; i++)
		list_init(&purses[i].waiting);
}
