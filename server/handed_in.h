// SPDX-License-Identifier: MIT
// Listening sockets that the one who started this process opened before it (socket activation,
// sd_listen_fds(3)): whoever connects while the server is started anew waits in their queue.
//
// Each must be what an address of the settings stands for. Owner: who read it, until it is
// taken; main thread.
#pragma once

#include "common/attr.h"
#include "common/buf.h"
#include "common/net.h"

#define HANDED_IN_MAX 16 // inside: more than a server has addresses

struct handed_in {
	size_t count;
	struct handed_socket {
		int fd; // -1: taken
		struct net_address address;
		char name[64]; // as the one who handed it in calls it
	} sockets[HANDED_IN_MAX];
};

// By LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES of the environment: empty when they are absent
// or meant for another process. Makes each close on exec and never wait. False with words in
// *error for what is no stream of the internet that listens, or takes in more than its address
// says.
MUST_USE bool handed_in_read(struct handed_in *h, struct buf *error);
// The socket of that address, now the caller's; -1: it was not handed in.
MUST_USE int handed_in_take(struct handed_in *h, const struct net_address *address);
// False with words in *error when one was handed in that nobody took.
MUST_USE bool handed_in_is_empty(const struct handed_in *h, struct buf *error);
// Closes what nobody took.
void handed_in_clear(struct handed_in *h);
