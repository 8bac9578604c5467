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

#define CIDR_TEXT_MAX 64

// ADDRESS or ADDRESS/BITS, whose bits behind the prefix are left out. False when it is neither.
MUST_USE bool cidr_parse(struct span text, struct cidr *out);
// In its one form (RFC 5952), an address without /BITS.
void cidr_text(const struct cidr *range, char out[static CIDR_TEXT_MAX]);
// An address without a range.
MUST_USE bool cidr_is_address(struct span text);
// A range of IPv6 addresses that is too wide to be one of IPv4 (::/64) has none of these.
MUST_USE bool cidr_has(const struct cidr *range, const struct cidr *address);
MUST_USE bool cidr_eq(const struct cidr *a, const struct cidr *b);
// Of IPv4 addresses alone.
MUST_USE bool cidr_is_ipv4(const struct cidr *range);
