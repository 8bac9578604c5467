// SPDX-License-Identifier: MIT
// A public key of an issuer, as JSON says it (a JWK: RFC 7517, 7518 6, 8037 2), and what it
// signed. What a key can do is its own affair: each has one algorithm, whatever a token says.
//
// Pure; any thread. Owner: who made it.
#pragma once

#include "common/span.h"

#include <jansson.h>
#include <openssl/evp.h>

#define JOSE_RSA_BITS_MIN 2048
#define JOSE_RSA_BITS_MAX 8192 // inside: a larger one makes each check slow, and nobody has it
#define JOSE_KID_MAX 256       // inside: a name that is compared

enum jose_algorithm {
	JOSE_RS256, // RSA, PKCS #1 v1.5, SHA-256
	JOSE_ES256, // P-256, SHA-256; a signature is r and s, 64 bytes
	JOSE_EDDSA, // Ed25519
	JOSE_ALGORITHMS
};

struct jose_key {
	enum jose_algorithm algorithm;
	EVP_PKEY *key;
	char *kid; // NULL: it has none
};

// By its name in a header or a setting: "RS256", "ES256", "EdDSA" (case matters). False: none
// of these.
MUST_USE bool jose_algorithm_find(struct span name, enum jose_algorithm *found);
// False, and *key is left alone: it is none that we verify with (another kty, curve, use or
// alg, too short, malformed, or it holds the private half).
MUST_USE bool jose_key_read(const json_t *jwk, struct jose_key *key);
void jose_key_clear(struct jose_key *key);
// Is `signature` (bytes, as a JWS has them) of `text` by this key?
MUST_USE bool jose_verify(const struct jose_key *key, struct span text, struct span signature);
