// SPDX-License-Identifier: MIT
// SRV records (RFC 2782): under _ircs._tcp of a name stands which hosts and ports answer for
// it. They say where to connect, and never who is to answer there: a certificate and its pin
// are those of the name that was asked for (RFC 6125, section 6.2.1), so that whoever can
// forge DNS can lead a client astray, as by an address, and be no server to it. A certificate
// that has names for SRV alone (SRV-ID, RFC 4985) is of no use here: no authority gives them.
//
// Any thread.
#pragma once

#include "common/span.h"

#define SRV_HOST_MAX 255
#define SRV_TARGETS_MAX 8 // of those with the least priority; more are left out

struct srv_target {
	char host[SRV_HOST_MAX + 1];
	uint16_t port, priority, weight;
};

struct srv_targets {
	bool is_denied; // the name says that nobody serves there (a target of ".")
	size_t count;
	struct srv_target at[SRV_TARGETS_MAX];
};

// What a message of DNS answers; false where it is malformed, or has no such record.
MUST_USE bool srv_parse(struct span message, struct srv_targets *out);
// Into the order in which they are tried: by priority, and within one by lot, weighted.
// `dice` gives any number.
void srv_order(struct srv_targets *targets, uint32_t (*dice)(void *arg), void *arg);
// Whether records of this name may be: it is no address, no name of this computer or of the
// local network, and not of one word alone.
MUST_USE bool srv_may_have(const char *host);
// Asks the servers that this computer asks, in order. Blocking, for some seconds at most.
// False where there is none, or no answer.
MUST_USE bool srv_ask(const char *host, struct srv_targets *out);
