// SPDX-License-Identifier: MIT
// One request on its way: what libcurl is told of it, where it may connect, and what came.
//
// The walls between a user's URL and this network stand here: https alone, no proxy, no
// redirect, port 443, and the address judged when the socket for it is made, so that a name
// that changes its answer gains nothing. An issuer is the operator's: the host and port must be
// among those named, the address may be any. Owner: the carrier.
#pragma once

#include "server/beside/errand.h"
#include "server/beside/errand_allow.h"

#include <curl/curl.h>

// What all trips have in common.
struct trip_rules {
	const char *ca_file; // the authorities, PEM
	const struct errand_allow *allows;
	size_t n_allows;
	const struct errand_allow *issuers; // without ranges
	size_t n_issuers;
	int route; // route_open()
};

struct trip;

// NULL and *why when it goes nowhere. The request is copied, the rules are borrowed.
MUST_USE struct trip *trip_new(const struct trip_rules *rules, const struct errand_request *r,
			       enum errand_outcome *why);
// NULL is accepted.
void trip_free(struct trip *t);
// The handle, for a CURLM.
MUST_USE CURL *trip_handle(const struct trip *t);
MUST_USE struct span trip_url(const struct trip *t);
MUST_USE enum errand_kind trip_kind(const struct trip *t);
// What came of it; its body is borrowed from the trip.
MUST_USE struct errand_answer trip_answer(const struct trip *t, CURLcode code);
