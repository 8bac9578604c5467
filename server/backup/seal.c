// SPDX-License-Identifier: MIT
#include "server/backup/seal.h"

#include "common/encode.h"
#include "common/file.h"
#include "server/backup/failed.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#define KEY_LINE 128 // more than a key's line

_Static_assert(SEAL_KEY_LEN == crypto_box_PUBLICKEYBYTES, "a public key");
_Static_assert(SEAL_KEY_LEN == crypto_box_SECRETKEYBYTES, "a secret key");
_Static_assert(SEAL_MORE == crypto_box_SEALBYTES, "what a seal adds");

void seal_pair(struct seal_public *public, struct seal_secret *secret)
{
	crypto_box_keypair(public->bytes, secret->bytes);
}

void seal_wipe(struct seal_secret *secret)
{
	sodium_memzero(secret, sizeof(*secret));
}

void seal_public_of(const struct seal_secret *secret, struct seal_public *public)
{
	crypto_scalarmult_base(public->bytes, secret->bytes);
}

static bool key_parse(struct span text, uint8_t out[static SEAL_KEY_LEN])
{
	struct buf bytes = {0};
	bool is_key = decode_b64url(&bytes, text) && bytes.len == SEAL_KEY_LEN;

	if (is_key)
		memcpy(out, bytes.at, SEAL_KEY_LEN);
	if (bytes.at)
		sodium_memzero(bytes.at, bytes.cap);
	buf_clear(&bytes);
	return is_key;
}

bool seal_public_parse(struct span text, struct seal_public *public)
{
	return key_parse(text, public->bytes);
}

void seal_public_text(const struct seal_public *public, struct buf *out)
{
	encode_b64url(out, public->bytes, SEAL_KEY_LEN);
}

bool seal_load(const char *path, struct seal_secret *secret, char **error)
{
	char line[KEY_LINE];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, line, sizeof(line));
	bool is_key;

	if (len < 0)
		failed_at(error, "read", path);
	if (fd >= 0)
		close(fd);
	if (len < 0)
		return false;
	is_key = key_parse(span_trim(span_from(line, (size_t)len)), secret->bytes);
	sodium_memzero(line, sizeof(line));
	if (!is_key)
		failed(error, "%s holds no secret key as  snugd backup key FILE  writes it",
		       path);
	return is_key;
}

bool seal_save(const char *path, const struct seal_secret *secret, char **error)
{
	struct buf line = {0};
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool is_safe = fd >= 0;

	if (!is_safe)
		return failed_at(error, "make", path);
	encode_b64url(&line, secret->bytes, SEAL_KEY_LEN);
	buf_add_char(&line, '\n');
	is_safe = file_write(fd, buf_span(&line)) && fsync(fd) == 0;
	if (!is_safe) {
		failed_at(error, "write", path);
		unlink(path);
	}
	close(fd);
	sodium_memzero(line.at, line.cap);
	buf_clear(&line);
	return is_safe;
}

bool seal_close(struct span plain, const struct seal_public *to, struct buf *out)
{
	unsigned char *at = (unsigned char *)buf_space(out, plain.len + SEAL_MORE);

	if (crypto_box_seal(at, (const unsigned char *)plain.at, plain.len, to->bytes) != 0)
		return false;
	out->len += plain.len + SEAL_MORE;
	return true;
}

bool seal_open(struct span sealed, const struct seal_secret *secret, struct buf *out)
{
	struct seal_public public;
	unsigned char *at;

	if (sealed.len < SEAL_MORE)
		return false;
	seal_public_of(secret, &public);
	at = (unsigned char *)buf_space(out, sealed.len);
	if (crypto_box_seal_open(at, (const unsigned char *)sealed.at, sealed.len, public.bytes,
				 secret->bytes) != 0)
		return false;
	out->len += sealed.len - SEAL_MORE;
	return true;
}
