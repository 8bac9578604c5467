// SPDX-License-Identifier: MIT
// What leaves the machine is sealed to a public key, whose other half is kept where it is
// opened (libsodium's crypto_box_seal: X25519, XSalsa20-Poly1305).
//
// Keys are texts of 43 characters (base64url): a public one on the command line, a secret one
// as the one line of a file of mode 0600. Secrets are the caller's to wipe (seal_wipe).
// Any thread.
#pragma once

#include "common/attr.h"
#include "common/buf.h"

#include <stdint.h>

#define SEAL_KEY_LEN 32 // of either half
#define SEAL_MORE 48    // so much longer is what is sealed

struct seal_public {
	uint8_t bytes[SEAL_KEY_LEN];
};

struct seal_secret {
	uint8_t bytes[SEAL_KEY_LEN];
};

// A fresh pair.
void seal_pair(struct seal_public *public, struct seal_secret *secret);
void seal_wipe(struct seal_secret *secret);
// The public half of a secret.
void seal_public_of(const struct seal_secret *secret, struct seal_public *public);
// From its text. False: it is none.
MUST_USE bool seal_public_parse(struct span text, struct seal_public *public);
void seal_public_text(const struct seal_public *public, struct buf *out);
// The secret in a file, as seal_save wrote it. False with words in *error (the caller's).
MUST_USE bool seal_load(const char *path, struct seal_secret *secret, char **error);
// Writes it to a new file, synced; nothing is overwritten. False with words in *error.
MUST_USE bool seal_save(const char *path, const struct seal_secret *secret, char **error);

// Appends the sealed bytes. False: that public key is none.
MUST_USE bool seal_close(struct span plain, const struct seal_public *to, struct buf *out);
// Appends what was sealed. False, and out as it was: it was sealed for another, or is damaged.
MUST_USE bool seal_open(struct span sealed, const struct seal_secret *secret, struct buf *out);
