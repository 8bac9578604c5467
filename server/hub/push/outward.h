// SPDX-License-Identifier: MIT
// Outward: what is due of the parcels leaves the hub, and comes back with what became of it.
//
// One of a subscription is carried at a time and PUSHING_MAX in all, so that a push service
// that is slow keeps only its own waiting. Main thread.
#pragma once

#include "server/hub/people/parcel.h"

// Each turn: those that may leave do.
void pushes_leave(struct hub *h);
// What came of one; freed.
void pushes_came_back(struct hub *h, struct pushed *p);
