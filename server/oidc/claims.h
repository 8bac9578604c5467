// SPDX-License-Identifier: MIT
// What an issuer says of a person, in an access token (RFC 9068), an answer to introspection
// (RFC 7662) or of userinfo (OpenID Connect Core, 5.3), judged by what the operator set.
//
// Who somebody is are issuer, subject and tenant, nothing else. A name is a proposal.
// Pure; any thread. Owner of a struct claims: who had it read.
#pragma once

#include "server/letters/identity.h"

#include <jansson.h>

#define CLAIMS_TENANT_MAX 255 // inside: bytes

struct claims_rules {
	const char *issuer, *audience;
	const char *const *clients; // NULL ends it: whose tokens are taken
	const char *name_claim;     // a member, or a path of them: "a.b"
	const char *groups_claim;   // the same
	const char *admin_group;    // NULL: no group makes anybody an administrator
	const char *tenant;         // NULL: there are none; else `tid` must be it
};

// Zeroed: nothing. What is NULL was not said.
struct claims {
	char *subject, *tenant; // tenant only where the rules name one
	char *name;             // proposed; UTF-8, not checked
	char *client;           // which of the rules' got the token
	bool has_groups, is_admin;
	int64_t expires_s; // Unix time; 0: not said (introspection)
};

void claims_clear(struct claims *c);
// Of an access token whose signature was good. Else ISSUER, AUDIENCE, CLIENT, EXPIRED, EARLY,
// CLAIMS, TENANT, and *out is empty.
MUST_USE enum identity_why claims_read(const json_t *token, const struct claims_rules *r,
				       int64_t now_s, struct claims *out);
// Of an opaque token, by the introspection endpoint: also MALFORMED, INACTIVE, TYPE (it is a
// refresh token).
MUST_USE enum identity_why introspection_read(struct span json, const struct claims_rules *r,
					      int64_t now_s, struct claims *out);
// Adds the name and the groups to what is known of out->subject. MALFORMED; CLAIMS: it is of
// another subject. Where out->subject is NULL, since the token came from the issuer itself, it
// says who that is: also TENANT, and *out may then hold what is to be cleared.
MUST_USE enum identity_why userinfo_read(struct span json, const struct claims_rules *r,
					 struct claims *out);
