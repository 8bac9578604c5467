// SPDX-License-Identifier: MIT
#include "server/backup/stream.h"

#define KEY_LEN crypto_secretstream_xchacha20poly1305_KEYBYTES
#define HEADER_LEN crypto_secretstream_xchacha20poly1305_HEADERBYTES

bool stream_seal(struct stream *s, const struct seal_public *to, struct buf *out)
{
	unsigned char key[KEY_LEN], header[HEADER_LEN];
	bool is_sealed;

	*s = (struct stream){0};
	crypto_secretstream_xchacha20poly1305_keygen(key);
	is_sealed = seal_close(span_from(key, sizeof(key)), to, out);
	if (is_sealed) {
		crypto_secretstream_xchacha20poly1305_init_push(&s->state, header, key);
		buf_add(out, header, sizeof(header));
	}
	sodium_memzero(key, sizeof(key));
	return is_sealed;
}

void stream_put(struct stream *s, struct span plain, bool is_last, struct buf *out)
{
	unsigned char *at = (unsigned char *)buf_space(out, plain.len + STREAM_MORE);

	crypto_secretstream_xchacha20poly1305_push(
		&s->state, at, NULL, (const unsigned char *)plain.at, plain.len, NULL, 0,
		is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
	out->len += plain.len + STREAM_MORE;
}

bool stream_open(struct stream *s, struct span head, const struct seal_secret *secret)
{
	struct buf key = {0};
	struct span sealed = span_from(head.at, SEAL_MORE + KEY_LEN);
	bool is_open;

	*s = (struct stream){0};
	is_open = head.len == STREAM_HEAD && seal_open(sealed, secret, &key) &&
		  crypto_secretstream_xchacha20poly1305_init_pull(
			  &s->state, (const unsigned char *)head.at + sealed.len,
			  (const unsigned char *)key.at) == 0;
	if (key.at)
		sodium_memzero(key.at, key.cap);
	buf_clear(&key);
	return is_open;
}

bool stream_take(struct stream *s, struct span block, struct buf *out)
{
	unsigned char tag = 0;
	unsigned char *at;

	if (s->is_over || block.len < STREAM_MORE)
		return false;
	at = (unsigned char *)buf_space(out, block.len);
	if (crypto_secretstream_xchacha20poly1305_pull(&s->state, at, NULL, &tag,
						       (const unsigned char *)block.at,
						       block.len, NULL, 0) != 0)
		return false;
	out->len += block.len - STREAM_MORE;
	s->is_over = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	return true;
}

void stream_wipe(struct stream *s)
{
	sodium_memzero(s, sizeof(*s));
}
