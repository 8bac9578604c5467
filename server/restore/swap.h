// SPDX-License-Identifier: MIT
// Another state comes into the place of the one that is there, whole or not at all.
//
// 1. What comes is made in STATE/incoming.unfinished. As long as it has that name nothing of
//    the state was touched: what was cut short is taken away.
// 2. Renamed to STATE/incoming it is decided: what was there is moved aside, what comes into
//    its place, each by a rename that needs no space; whoever comes next goes on with what was
//    cut short. Until then nobody else uses the state (swap_is_decided).
// 3. The database and its log are moved aside, into a new folder, and so are the files that
//    people sent where some come, be it none (an empty folder). Of all else what is there
//    stays, and what comes fills gaps.
// The caller holds the state by store_hold. Any thread.
#pragma once

#include "common/attr.h"

#include <stdbool.h>

struct swap {
	const char *state; // borrowed
	char *folder;      // where what comes is made
	int lock;
};

// An empty folder for what comes. False with words in *error (the caller's).
MUST_USE bool swap_begin(struct swap *s, const char *state, char **error);
// The same for what is only tried, beside whoever uses the state: it never comes into its
// place.
MUST_USE bool swap_try(struct swap *s, const char *state, char **error);
// Puts it in place; the folder in which the old is now goes to *aside (the caller frees), and
// is called STATE/before-WHY-TIME. False with words in *error: where it was decided already,
// swap_settle goes on with it. Ends *s.
MUST_USE bool swap_commit(struct swap *s, const char *why, char **aside, char **error);
// Takes it away. Of one that was ended, or never begun (zero), nothing.
void swap_abandon(struct swap *s);

enum swap_left {
	SWAP_NONE,
	SWAP_UNDONE,   // one was cut short before it was decided: the state is the old one
	SWAP_FINISHED, // ... after that: the state is the new one, the old in *aside
	SWAP_STUCK,    // words in *error
};
// Looks for one that was cut short, and ends it. The caller frees *aside and *error.
MUST_USE enum swap_left swap_settle(const char *state, char **aside, char **error);
// Whether there is something to settle.
MUST_USE bool swap_is_left(const char *state);
// Whether one was decided and did not come to its end: the state is neither old nor new.
MUST_USE bool swap_is_decided(const char *state);
