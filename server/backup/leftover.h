// SPDX-License-Identifier: MIT
// Whole copies of the database that a killed process left in the open: that of a backup before
// it was sealed, of one that was tried to be verified, of a change that was only tried.
// Whoever is at work on one holds the lock of its folder (folder.h).
// Any thread, but never the hub's.
#pragma once

#include "common/attr.h"

#define LEFTOVER_SEALING "sealing"        // in the state directory
#define LEFTOVER_TRIAL "trial.unfinished" // ... too
#define LEFTOVER_VERIFY "snug-verify."    // in leftover_place(), and six letters more

// $TMPDIR, else /var/tmp.
MUST_USE const char *leftover_place(void);
// The path is valid during the call.
typedef void leftover_fn(void *arg, const char *path);
// Those of this user that nobody holds.
void leftover_each(const char *state, leftover_fn *fn, void *arg);
// Takes them away.
void leftover_remove(const char *state);
