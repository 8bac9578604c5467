// SPDX-License-Identifier: MIT
// From a host's name to a connected socket, without ever blocking the loop.
//
// The name is looked up in a thread of its own. The addresses are tried in order, the
// next one 250 ms after the last while that is still trying; the first that connects
// wins. Owner: the link; the client's one thread.
#pragma once

#include "client/net/failure.h"
#include "common/loop.h"
#include "common/net.h"

#define DIAL_MS 15000 // look-up and connecting together

struct dial;

// fd >= 0: connected, now the callee's. fd -1: `failure` and what the system says about
// it, borrowed for the call. The dial ends before it is called.
typedef void dial_fn(void *arg, int fd, enum failure failure, struct span detail);

MUST_USE struct dial *dial_new(struct loop *l, dial_fn *fn, void *arg);
void dial_free(struct dial *d);
// One at a time: a dial under way is stopped first.
void dial_start(struct dial *d, const char *host, const char *port);
void dial_stop(struct dial *d);
