// SPDX-License-Identifier: MIT
// What an issuer is asked, as errands carry it: the token endpoint (RFC 6749, 4.1.3 and 6;
// 7636, 4.5; 8707), introspection (RFC 7662, 2.1), userinfo (OpenID Connect Core, 5.3.1), and
// what it publishes.
//
// Pure. Owner: who has the struct; what is in it may be secret, and is wiped when it is
// cleared.
#pragma once

#include "server/issuer/issuer.h"

// Zeroed: nothing.
struct request {
	const char *url; // borrowed
	enum errand_method method;
	struct buf form, authorization;
};

void request_clear(struct request *r);
// A page that everybody may read.
void request_page(struct request *r, const char *url);
// A code for tokens.
void request_code(struct request *r, const char *url, const struct issuer_settings *s,
		  const struct identity_question *q);
// A refresh token, which `client` was given, for others.
void request_refresh(struct request *r, const char *url, const struct issuer_settings *s,
		     const char *client, struct span refresh);
// Is this token good?
void request_introspection(struct request *r, const char *url, const struct issuer_settings *s,
			   struct span token);
// Who has this token?
void request_userinfo(struct request *r, const char *url, struct span token);
// As it is posted; borrows from r.
MUST_USE struct errand_request request_errand(const struct request *r, uint64_t number);
