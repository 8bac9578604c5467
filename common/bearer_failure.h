// SPDX-License-Identifier: MIT
// The one challenge of OAUTHBEARER, when a server does not take a token (RFC 7628, 3.2.2), and
// what a client needs to get another. The members of ours: client_id, resource (RFC 8707),
// authorization_endpoint.
//
// Pure; any thread. Owner of what was read: who had it read.
#pragma once

#include "common/buf.h"

#define BEARER_FAILURE_MAX 4096 // bytes of JSON

// NULL: it is not said.
struct bearer_failure {
	char *status; // "invalid_token", "insufficient_scope", "temporarily_unavailable"
	char *scope, *configuration, *client_id, *resource, *authorization;
};

// Adds the JSON, without a line's end.
void bearer_failure_write(struct buf *out, const struct bearer_failure *f);
// False: no object, no status, or an address that is not https. *f is then empty.
MUST_USE bool bearer_failure_read(struct span json, struct bearer_failure *f);
void bearer_failure_clear(struct bearer_failure *f);
