// SPDX-License-Identifier: MIT
// What was stamped while the clock was wrong is stamped anew.
//
// Ids and numbers stay, and so does the order; a time that would fall onto an older one comes
// right behind it. Clients that hold such messages know them by their ids and numbers and see
// the new times with the next page; of read markers that move they are told. Owner: hub.steps;
// main thread.
#pragma once

#include "server/hub/state/hub_types.h"

// The believed time moves by the step; the store is asked what it concerns, and the answer is
// carried out, again until it is.
void restamp_start(struct hub *h, const struct hub_step *step);
void restamp_free(struct hub *h);
