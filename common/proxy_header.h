// SPDX-License-Identifier: MIT
// The header by which a proxy says for whom it connects: the PROXY protocol, version 2
// (HAProxy, proxy-protocol.txt, section 2.2).
//
// Strict: version 2 alone, TCP over IPv4 or IPv6, or LOCAL; no longer than PROXY_HEADER_MAX;
// what follows the addresses must be whole TLVs and is skipped. Whose header is believed is the
// caller's to know. Pure; any thread.
#pragma once

#include "common/attr.h"
#include "common/net.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROXY_HEADER_MAX 536 // bytes, as large as the addresses of any family, and TLVs

enum proxy_result {
	PROXY_MORE,  // so far so good: it wants `wants` bytes more
	PROXY_TOLD,  // whole: `source` is for whom
	PROXY_LOCAL, // whole: the proxy speaks for itself (it looks whether we are there)
	PROXY_BAD,
};

struct proxy_header {
	size_t wants;              // never more than are certain to belong to it
	struct net_address source; // an IPv4 address within IPv6 is the IPv4 address
};

// Reads what came so far, from the first byte of the connection.
MUST_USE enum proxy_result proxy_read(const uint8_t *bytes, size_t len,
				      struct proxy_header *out);
