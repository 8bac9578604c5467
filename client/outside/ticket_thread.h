// SPDX-License-Identifier: MIT
// The thread that gets a ticket shown: what it asks of Kerberos may wait for the network for
// half a minute. It shares nothing: it owns a copy of the names and one end of a pair of
// sockets.
#pragma once

#include "common/buf.h"
#include "common/span.h"

// What it sends, each in one piece: a letter, and then bytes.
enum ticket_news {
	TICKET_TOKEN = 't',  // for the server, without the header of GSS-API; its answer is
			     // to be sent back
	TICKET_DONE = 'd',   // the server is who it says
	TICKET_FAILED = 'f', // why, in words; it is over
};

#define TICKET_NEWS_MAX 65536

// Begins for irc at this host, bound to these bytes. The descriptor is the caller's, not
// blocking; -1: there are no more. Whoever closes it is rid of the thread.
MUST_USE int ticket_thread_begin(const char *host, struct span bound);
