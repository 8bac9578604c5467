// SPDX-License-Identifier: MIT
// What a client says by OAUTHBEARER (RFC 7628, 3.1), with pairs of ours.
//
// `code`, `verifier` and `redirect`: a code that the server is to exchange for a token
// (RFC 7636); `refresh`: a refresh token beside the token, for later.
// Pure; any thread. All spans are borrowed from the message; at is NULL where there is none.
#pragma once

#include "common/buf.h"

#define BEARER_END "\x01" // what a client answers to a failure, and nothing else (3.2.3)

struct bearer_message {
	struct span name; // whom it wants to be (authzid)
	struct span token, refresh;
	struct span code, verifier, redirect;
};

enum bearer_kind {
	BEARER_MALFORMED,
	BEARER_ASKS,  // no token: what is needed? (4.3)
	BEARER_TOKEN, // with refresh or without
	BEARER_CODE,  // with verifier and redirect
};

MUST_USE enum bearer_kind bearer_read(struct span message, struct bearer_message *m);
// Adds it. What is in m must be fit: a name without ',' and '=', the rest printable ASCII.
void bearer_write(struct buf *out, const struct bearer_message *m);
// b64token of RFC 6750, 2.1: nothing in it could end a header.
MUST_USE bool bearer_token_is_fit(struct span token);
