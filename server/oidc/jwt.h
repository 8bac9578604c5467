// SPDX-License-Identifier: MIT
// A signed token (JWS, compact: RFC 7515, 7519): is it whole, of its kind and by the issuer?
// What it claims is judged by claims.h or logout_token.h.
//
// A token says what it is called and by which key it was signed; it is believed in neither: the
// kind is the caller's, the algorithm the key's, the key the issuer's.
// Pure; any thread.
#pragma once

#include "server/letters/identity.h"
#include "server/oidc/jwks.h"

#define JWT_MAX 8192 // inside: bytes; one of Entra with groups has 4 KiB

// JWT_PLAIN is for issuers that know no type of access tokens (Entra). There one is known by
// its scope (scp or scope), and an id_token by what only it has: nonce, at_hash, c_hash.
enum jwt_type {
	JWT_ACCESS, // typ: at+jwt (RFC 9068)
	JWT_PLAIN,  // typ: JWT, or none
	JWT_LOGOUT, // typ: logout+jwt (OpenID Connect Back-Channel Logout, 2.4)
};

struct jwt_rules {
	const struct jwks *keys;          // NULL: none yet
	bool algorithms[JOSE_ALGORITHMS]; // those that the operator allows
};

// Three parts, of which the first is a header: to be judged here. Else it is an opaque token.
MUST_USE bool jwt_is_like_one(struct span token);
// WHY_NONE: *claims is an object, and the caller's (json_decref). WHY_KEY: no key fits, and
// another look at the issuer's keys may help. Else MALFORMED, TYPE, ALGORITHM, SIGNATURE.
MUST_USE enum identity_why jwt_open(struct span token, enum jwt_type type,
				    const struct jwt_rules *rules, json_t **claims);
