// SPDX-License-Identifier: MIT
// Keys and tokens of an issuer of a test, made by OpenSSL.
#pragma once

#include "common/buf.h"

#include <openssl/evp.h>

// "RSA" (of `bits`), "P-256", "P-384", "ED25519".
MUST_USE EVP_PKEY *minted_key(const char *type, unsigned bits);
// Adds the public half as a JWK, with `more` (`"kid":"a"`, or "") among its members.
void minted_jwk(struct buf *out, EVP_PKEY *key, const char *more);
// Adds a signature of text as a JWS has it, in bytes.
void minted_signature(struct buf *out, EVP_PKEY *key, struct span text);
// Adds a token of this header and these claims (JSON, taken as they are).
void minted_token(struct buf *out, EVP_PKEY *key, const char *header, struct span claims);
