// SPDX-License-Identifier: MIT
// The hub's beginning and end: entries in before its first turn, everything freed.
//
// Owner: the main thread.
#pragma once

#include "server/hub/state/hub_types.h"
#include "server/letters/journal.h"

// One entry as the store gave it, before the first turn.
void hub_load(struct hub *h, const struct entry *e);
// Whether each number and text of it is one that can have been stored; otherwise loading has
// failed.
MUST_USE bool hub_row_is_possible(struct hub *h, const struct entry *e);
// Which key was served last (SETTING_KEY), or empty; borrowed until hub_loaded.
MUST_USE struct span hub_served_key(const struct hub *h);
// What the loaded state knows of the time, which hub_loaded wants; borrowed until then.
MUST_USE struct hub_clock hub_clock(const struct hub *h);
// Ends loading: what can be checked across entries is checked. False and words in
// *error (the caller's) when the data contradicts itself.
MUST_USE bool hub_loaded(struct hub *h, struct hub_time now, char **error);

void hub_high(const struct hub *h, struct hub_high *high);
// After loading: what is said from now on is another history than what was said after this.
void hub_renew_history(struct hub *h);

void hub_free(struct hub *h);
