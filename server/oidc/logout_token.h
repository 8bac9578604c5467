// SPDX-License-Identifier: MIT
// An issuer says that somebody logged out or is no more (OpenID Connect Back-Channel Logout
// 1.0, 2.4 and 2.6).
//
// Pure; any thread. Owner: who had it read.
#pragma once

#include "server/oidc/claims.h"

#define LOGOUT_TOKEN_AGE 600 // inside: seconds; a jti is to be remembered no longer

// Either of subject and session may be NULL, not both.
struct logout_token {
	char *subject, *session, *tenant;
	char *id; // jti: one that was seen before is a replay
	int64_t issued_s;
};

void logout_token_clear(struct logout_token *t);
// Of claims whose signature was good. Else ISSUER, AUDIENCE (none of r->clients), EXPIRED,
// EARLY, TENANT, CLAIMS, and *out is empty.
MUST_USE enum identity_why logout_token_read(const json_t *token, const struct claims_rules *r,
					     int64_t now_s, struct logout_token *out);
