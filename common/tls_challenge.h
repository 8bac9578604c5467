// SPDX-License-Identifier: MIT
// What proves to an authority of certificates that a name is this server's: TLS-ALPN-01
// (RFC 8737).
//
// Who asks for the protocol "acme-tls/1" alone, by a name that is under challenge, gets a
// certificate that holds the challenge's digest, and then the end. Of any other name, when the
// time is over, or while there is no challenge, that protocol is one that is not served.
// Owner: whoever made them; read by streams of that thread (tls_new_web), which they outlive.
#pragma once

#include "common/attr.h"
#include "common/span.h"

#include <stdint.h>

#define TLS_CHALLENGES_MAX 4 // names at once
#define TLS_CHALLENGE_LEN 32 // bytes: the SHA-256 of a key authorization
#define TLS_CHALLENGE_MS (10 * 60 * INT64_C(1000))

struct tls_challenges;

MUST_USE struct tls_challenges *tls_challenges_new(void);
// NULL is accepted.
void tls_challenges_free(struct tls_challenges *c);
// Until that time (mono ms) for this name, in any case; instead of the one that it has, or
// where there are enough of the one that ends first.
void tls_challenges_put(struct tls_challenges *c, struct span name,
			const uint8_t digest[static TLS_CHALLENGE_LEN], int64_t until_ms);
// Fine where there is none.
void tls_challenges_drop(struct tls_challenges *c, struct span name);
