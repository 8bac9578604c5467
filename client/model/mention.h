// SPDX-License-Identifier: MIT
// Does a text call us? Our nick or a keyword as a whole word, in any case; and whom else it
// calls, by @room and @here (common/at_all.h).
//
// Pure; one thread.
#pragma once

#include "client/model/model.h"

#define MENTION_CROWD 20 // more than these are asked about

// Direct messages always do.
MUST_USE bool mention_is(const struct model *m, const struct target *t, struct span text);
// How many are in the room that a message of ours would call as a whole, as far as they are
// known, when they are so many that nobody calls them by mistake; else 0.
MUST_USE size_t mention_crowd(const struct target *t, enum line_kind kind, struct span text);
