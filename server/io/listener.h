// SPDX-License-Identifier: MIT
// Accepts connections on the server's listening sockets.
//
// Several shards may listen on the same descriptors: whoever is awake accepts. When the
// process runs out of descriptors a spare one is spent to take the next connection and
// close it, and the listener rests: no busy loop, and the peer is not left waiting.
// Owner: a shard. The descriptors stay the server's.
#pragma once

#include "common/loop.h"
#include "common/net.h"

#include <stddef.h>

struct listener;
struct transport;

// A listening socket, and how those who connect there talk.
struct listening {
	int fd;
	const struct transport *transport;
};

// The accepted descriptor belongs to the callee.
typedef void accept_fn(void *arg, int fd, const struct net_address *peer,
		       const struct transport *transport);

MUST_USE struct listener *listener_new(struct loop *loop, const struct listening *sockets,
				       size_t n_sockets, accept_fn *fn, void *arg);
// Accepts no more. NULL is accepted.
void listener_free(struct listener *l);
// Leaves new connections in the kernel's queue for `ms`. Fine within accept_fn.
void listener_rest(struct listener *l, int64_t ms);
