// SPDX-License-Identifier: MIT
// From a host's name to a connected socket, without ever blocking the loop.
//
// The name is looked up in a thread of its own (lookup.h). The addresses are tried in order,
// the next one 250 ms after the last while that is still trying; the first that connects
// wins. Where there is somewhere else to go on, here or for whoever asked, less time is given
// than TCP needs to despair: a host that burnt down swallows what it is sent. Owner: the link;
// the client's one thread.
#pragma once

#include "client/net/failure.h"
#include "common/loop.h"
#include "common/net.h"

#define DIAL_MS 15000 // look-up and connecting together

struct dial;

struct dial_order {
	const char *host, *port; // copied
	bool asks_srv;           // also where its SRV records say
	bool has_others;         // whoever asks can go on elsewhere
	int64_t hurry_ms;        // to connect in, where there is somewhere else
};

// fd >= 0: connected, now the callee's. fd -1: `failure` and what the system says about
// it, borrowed for the call. The dial ends before it is called.
typedef void dial_fn(void *arg, int fd, enum failure failure, struct span detail);

MUST_USE struct dial *dial_new(struct loop *l, dial_fn *fn, void *arg);
void dial_free(struct dial *d);
// One at a time: a dial under way is stopped first.
void dial_start(struct dial *d, const struct dial_order *order);
void dial_stop(struct dial *d);
// Whether there is somewhere else to go on than where it connected, for whoever asked as well.
MUST_USE bool dial_has_others(const struct dial *d);
// Who connected does not answer as it should: goes on with the addresses that are left. False
// where none is.
MUST_USE bool dial_go_on(struct dial *d);
