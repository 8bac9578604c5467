// SPDX-License-Identifier: MIT
// Tells when this computer's network changed: an address came or went (netlink).
//
// Where there is no netlink it stays silent. Owner: the client's one thread.
#pragma once

#include "common/loop.h"

struct route;

// fn is called a moment after the last of a flurry of changes.
MUST_USE struct route *route_new(struct loop *l, loop_fn *fn, void *arg);
void route_free(struct route *r);
