// SPDX-License-Identifier: MIT
// Internet addresses and ranges of them as text: 192.0.2.7, 2001:db8::/32.
//
// An IPv4 address inside an IPv6 one (::ffff:192.0.2.7) is the IPv4 address. Pure; any
// thread.
#pragma once

#include "common/span.h"

struct cidr {
	uint8_t bytes[16]; // network order; IPv4 as ::ffff:a.b.c.d
	unsigned bits;     // 0..128
};

// ADDRESS or ADDRESS/BITS. False when it is neither, or bits are set behind the prefix.
MUST_USE bool cidr_parse(struct span text, struct cidr *out);
// An address without a range.
MUST_USE bool cidr_is_address(struct span text);
MUST_USE bool cidr_has(const struct cidr *range, const struct cidr *address);
