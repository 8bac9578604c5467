// SPDX-License-Identifier: MIT
// One key's word for another: what lets whoever knows the old key of a server believe the new
// one, though nobody told him.
//
// A word is a certificate of the new key, signed by the old one, whose critical comment says
// "snug-vouch-1" and holds the old key. So it proves nothing to anybody else: it is no
// authority, it names no host, and whoever does not know the comment must refuse it. It is
// shown in the handshake behind the chain, before anything is sent. docs/SECURITY.md says why
// that is safe.
#pragma once

#include "common/tls.h"

#define TLS_VOUCHES_MAX 8 // words that are looked at: each costs a signature

struct tls_vouches {
	size_t n;
	uint8_t pins[TLS_VOUCHES_MAX][TLS_PIN_LEN]; // keys that vouch for the one that is shown
	bool has_next;
	uint8_t next[TLS_PIN_LEN]; // the key that the shown one vouches for
};

// Those that a server context shows.
void tls_context_vouches(const struct tls_context *c, struct tls_vouches *out);
MUST_USE bool tls_vouches_has(const struct tls_vouches *v,
			      const uint8_t pin[static TLS_PIN_LEN]);
// Lets a server context show what of the file concerns its key. A file that is not there, or
// that cannot be read, has no words.
void tls_context_add_vouches(struct tls_context *c, const char *file);
// Adds the word of the key of `old` for that of `fresh`. False and *error (caller's).
MUST_USE bool tls_vouch_add(const char *file, const struct tls_context *old,
			    const struct tls_context *fresh, char **error);
// When the key of `c` gave its word for another one, in wall ms; 0: it never did.
MUST_USE int64_t tls_vouch_since(const char *file, const struct tls_context *c);
