// SPDX-License-Identifier: MIT
// The keys that an issuer publishes (a JWK set: RFC 7517, 5).
//
// Owner: who read it; one thread.
#pragma once

#include "server/oidc/jose_key.h"

#define JWKS_TEXT_MAX (64 * 1024) // inside: far more than any issuer has
#define JWKS_KEYS_MAX 64          // inside: the same

struct jwks;

// Keys that we cannot use are passed over. NULL: it is no JWK set, or too large, or has none
// that we can use.
MUST_USE struct jwks *jwks_read(struct span json);
// NULL is accepted.
void jwks_free(struct jwks *keys);
// The only key of this algorithm that is called `kid`, or, where kid is absent (at is NULL),
// the only key of this algorithm. NULL: none, or it is not the only one. Borrowed.
MUST_USE const struct jose_key *jwks_find(const struct jwks *keys, struct span kid,
					  enum jose_algorithm algorithm);
