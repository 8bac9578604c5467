// SPDX-License-Identifier: MIT
// A sealed file: its key, sealed to a public key (seal.h); the header of a stream of
// libsodium's secretstream (XChaCha20-Poly1305); then the blocks, each of STREAM_BLOCK
// bytes but the last, which is tagged as the last one.
//
// So a flipped bit, a block that is missing, comes twice or in another order, and a file
// that was cut are all noticed by whoever opens it; and without the secret key nobody opens
// it.
// Owner: whoever has the struct; stream_wipe. One thread at a time.
#pragma once

#include "server/backup/seal.h"

#include <sodium.h>

#define STREAM_BLOCK 65536                                       // plain
#define STREAM_MORE crypto_secretstream_xchacha20poly1305_ABYTES // so much longer is a block
#define STREAM_HEAD                                                                            \
	(SEAL_MORE + crypto_secretstream_xchacha20poly1305_KEYBYTES +                          \
	 crypto_secretstream_xchacha20poly1305_HEADERBYTES)

struct stream {
	crypto_secretstream_xchacha20poly1305_state state;
	bool is_over; // the last block was taken
};

// Begins one: appends STREAM_HEAD bytes. False: that public key is none.
MUST_USE bool stream_seal(struct stream *s, const struct seal_public *to, struct buf *out);
// Appends the sealed block; every block but the last has STREAM_BLOCK bytes.
void stream_put(struct stream *s, struct span plain, bool is_last, struct buf *out);
// Opens one by its first STREAM_HEAD bytes. False: it was sealed for another key, or is
// damaged.
MUST_USE bool stream_open(struct stream *s, struct span head, const struct seal_secret *secret);
// Appends what the block holds. False: it is not the one that was put there, or one that
// follows the last. Whether the stream came to its end says is_over.
MUST_USE bool stream_take(struct stream *s, struct span block, struct buf *out);
void stream_wipe(struct stream *s);
