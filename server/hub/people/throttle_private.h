// SPDX-License-Identifier: MIT
// What the files of the throttle share.
#pragma once

#include "common/names.h"
#include "server/hub/people/throttle.h"

#define FREE_FAILURES 5                         // before the first wait
#define THROTTLE_DAY_MS (24LL * 60 * 60 * 1000) // of what is passed on

struct throttle {
	struct list in_order;
	int64_t used_ms;
	int64_t window_ms; // start of the minute that `tries` counts
	int64_t tries;     // wrong ones, and registrations
	int64_t opened_ms; // start of the window that `opened` counts
	int64_t opened;    // connections that did not log in, or not yet
	int64_t failures;  // in a row
	int64_t until_ms;  // no attempt before
	size_t key_len;
	char key[1 + ACCOUNT_NAME_MAX + 1 + sizeof(uint64_t)];
};

// A row that is not there yet.
struct throttle *throttle_add(struct hub *h, const char *key, size_t len);
// Something changed that a restart is to remember.
void throttles_save_soon(struct hub *h);
