// SPDX-License-Identifier: MIT
// When something that an issuer publishes is to be fetched: kept an hour, taken a day while no
// other can be had, asked for at most so often. Pure.
#pragma once

#include "common/attr.h"

#include <stdbool.h>
#include <stdint.h>

#define KEPT_GOOD_MS (60 * 60 * 1000)     // as it is
#define KEPT_OLD_MS (24 * 60 * 60 * 1000) // while no other can be had
#define KEPT_WAIT_MS 4000   // an old one is taken when another takes longer than that
#define KEPT_AGAIN_MS 60000 // between two times that it is asked for,
#define KEPT_FIRST_MS 5000  // while there is none yet

enum kept_state {
	KEPT_NONE,
	KEPT_WAITS, // for what is on its way
	KEPT_HAS,
};

// Zeroed: there is none, and it was never asked for. Times are monotonic.
struct kept {
	bool is_there, is_asked, was_asked;
	bool is_unsent; // nobody was there to carry the question
	int64_t got_ms, asked_ms;
	int64_t forced_ms; // asked for though it was good, 0: never
};

// May it be asked for now, since it is not good?
MUST_USE bool kept_wants(const struct kept *k, int64_t now_ms);
// May it be asked for though it is good? At most once a minute.
MUST_USE bool kept_may_force(const struct kept *k, int64_t now_ms);
void kept_asked(struct kept *k, int64_t now_ms);
// It could not be asked for: it may be at any time.
void kept_unsent(struct kept *k);
// It is going to be asked for though it is good.
void kept_forced(struct kept *k, int64_t now_ms);
void kept_got(struct kept *k, int64_t now_ms);
void kept_failed(struct kept *k);
// What there is for who needs it now.
MUST_USE enum kept_state kept_look(const struct kept *k, int64_t now_ms);
