// SPDX-License-Identifier: MIT
// All requests that are on their way, none of which waits for another. Owner: the one thread of
// snug-errand; names are looked up in threads of libcurl's.
#pragma once

#include "server/errand/trip.h"

struct carrier;

// What came of one. `a` is valid during the call.
typedef void carrier_told_fn(void *arg, const struct errand_answer *a);

// The rules are borrowed. NULL: libcurl cannot.
MUST_USE struct carrier *carrier_new(const struct trip_rules *rules, carrier_told_fn *fn,
				     void *arg);
// Those on their way are told of no more. NULL is accepted.
void carrier_free(struct carrier *c);
// Takes one: told at once when it goes nowhere, else when it is done.
void carrier_take(struct carrier *c, const struct errand_request *r);
// Waits until fd has something to read or one of them goes on, and tells what is done.
void carrier_turn(struct carrier *c, int fd);
MUST_USE bool carrier_is_idle(const struct carrier *c);
