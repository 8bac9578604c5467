// SPDX-License-Identifier: MIT
// The budget of one connection: a burst, then so many lines a second.
//
// A line over it is not refused and nobody is cut off: it waits, and with it the reading
// from that connection, since its credit comes back only when the line ran.
// Main thread.
#pragma once

#include "server/hub/state/session.h"

// Takes the cost of the command off the budget of s. False: it must wait; s->on_budget
// is set and will resume the session.
MUST_USE bool flood_take(struct session *s, const struct msg *m);
