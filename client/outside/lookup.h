// SPDX-License-Identifier: MIT
// Where a name is, looked up in a thread of its own: its addresses, or those of the hosts that
// its SRV records name. They come in pieces, in the order in which they are to be tried.
//
// The thread shares nothing: it owns a copy of the names and one end of a socket pair, on which
// each piece goes whole. Whoever does not want the rest closes the other end.
#pragma once

#include "common/net.h"

#define LOOKUP_ADDRESSES 8 // of a host; more are left out
#define LOOKUP_HOSTS 4     // that SRV records name; more are left out

struct lookup_piece {
	bool is_last;
	bool is_denied; // SRV: nobody serves there
	int error;      // of getaddrinfo
	int count;
	struct net_address addresses[LOOKUP_ADDRESSES];
};

// The descriptor on which the pieces come; the caller's to close. Ends the program where it can
// make no descriptor or thread. asks_srv: its SRV records come before its own addresses.
MUST_USE int lookup_start(const char *host, const char *port, bool asks_srv);
// 1: a piece; 0: none yet; -1: there is no more, which is_last did not tell.
MUST_USE int lookup_read(int fd, struct lookup_piece *piece);
