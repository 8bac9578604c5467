// SPDX-License-Identifier: MIT
// Where the operator lets errands go, as text. What is excepted for users' pushes:
// HOST:PORT [ADDRESS[/BITS] ...]; and where an issuer is: issuer=HOST:PORT.
//
// Of an exception: without an address the host may be on that port, at a public address; with
// some it must be at one of them, public or not. Pure.
#pragma once

#include "common/cidr.h"

#define ERRAND_ALLOWS_MAX 64  // inside: lines; each more is named at the start
#define ERRAND_ISSUERS_MAX 16 // inside: hosts of an issuer; each more is named at the start
#define ERRAND_ALLOW_RANGES 8 // of one line

struct errand_allow {
	struct span host; // borrowed; an IPv6 address in its brackets
	uint16_t port;
	struct cidr ranges[ERRAND_ALLOW_RANGES];
	size_t n_ranges;
};

// NULL, or what is wrong.
MUST_USE const char *errand_allow_parse(struct span text, struct errand_allow *out);
// Whether it is a word "issuer=HOST:PORT"; *out is as of errand_allow_parse().
MUST_USE bool errand_issuer_parse(struct span word, struct errand_allow *out);
// Whether it is about this host (in any case of letters) and port.
MUST_USE bool errand_allow_is_for(const struct errand_allow *a, struct span host,
				  uint16_t port);
// Whether this address is in one of its ranges.
MUST_USE bool errand_allow_has(const struct errand_allow *a, const struct cidr *address);
