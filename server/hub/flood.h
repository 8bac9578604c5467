// SPDX-License-Identifier: MIT
// The budgets of an account: a line runs when its purse pays it, and what its answer cost
// beyond that is paid behind it.
//
// A line over the budget is not refused and nobody is cut off: it waits, and with it the
// reading from that connection, since its credit comes back only when the line ran.
// Main thread.
#pragma once

#include "server/hub/price.h"
#include "server/hub/state/session.h"

// Pays the line. False: s waits for its turn, and is resumed then.
MUST_USE bool flood_take(struct session *s, const struct price *price);
// Pays the next page of an answer, as flood_take.
MUST_USE bool flood_take_page(struct session *s);
// Pays what was made for s and looked at beyond what was paid before.
void flood_settle(struct session *s);
// s waits for no purse any more (it ends, or its purse is another one now).
void flood_leave(struct session *s);
