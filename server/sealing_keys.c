// SPDX-License-Identifier: MIT
#include "server/sealing_keys.h"

#include "common/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool fail_with(char **error, const char *path, const char *why)
{
	struct buf text = {0};

	buf_printf(&text, "%s: %s", path, why);
	*error = buf_take(&text);
	return false;
}

#define KEY_LEN 32

_Static_assert(KEY_LEN == HUB_FACTOR_KEY_LEN, "the keys have one length");
_Static_assert(KEY_LEN == HUB_SIGN_IN_KEY_LEN, "the keys have one length");

static const struct sealing_key {
	const char *name;
	void (*give)(struct hub *h, const uint8_t key[static KEY_LEN]);
	const char *without; // what comes of a new one
} keys[] = {
	{FACTOR_KEY_NAME, hub_set_factor_key, "then no code of an app is right any more"},
	{SIGN_IN_KEY_NAME, hub_set_sign_in_key,
	 "then whoever signs in elsewhere signs in anew"},
};

static bool read_key(int fd, uint8_t key[static KEY_LEN])
{
	uint8_t bytes[KEY_LEN + 1];
	bool is_whole = read(fd, bytes, sizeof(bytes)) == KEY_LEN;

	memcpy(key, bytes, KEY_LEN);
	sodium_memzero(bytes, sizeof(bytes));
	return is_whole;
}

static bool make(const char *path, char **error)
{
	uint8_t key[KEY_LEN];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool is_made;

	if (fd < 0)
		return fail_with(error, path, strerror(errno));
	randombytes_buf(key, sizeof(key));
	is_made = write(fd, key, sizeof(key)) == (ssize_t)sizeof(key) && fsync(fd) == 0;
	sodium_memzero(key, sizeof(key));
	close(fd);
	if (is_made)
		return true;
	unlink(path);
	return fail_with(error, path, "cannot be written whole");
}

static bool fail_length(const struct sealing_key *k, const char *path, char **error)
{
	struct buf why = {0};

	buf_printf(&why,
		   "is no key of 32 bytes: put back the one that was here, or take the file "
		   "away for a new one (%s)",
		   k->without);
	(void)!fail_with(error, path, buf_str(&why));
	buf_clear(&why);
	return false;
}

static bool look(const struct sealing_key *k, const char *path, struct hub *h, char **error)
{
	uint8_t key[KEY_LEN];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is_read;

	if (fd < 0)
		return errno == ENOENT || fail_with(error, path, strerror(errno));
	is_read = read_key(fd, key);
	close(fd);
	if (is_read)
		k->give(h, key);
	sodium_memzero(key, sizeof(key));
	return is_read || fail_length(k, path, error);
}

static bool look_at_all(const struct paths *p, struct hub *h, bool makes, char **error)
{
	bool are_fine = true;

	for (size_t i = 0; i < ARRAY_LEN(keys) && are_fine; i++) {
		char *path = path_in(p->state, keys[i].name);

		are_fine = (!makes || path_exists(path) || make(path, error)) &&
			   look(&keys[i], path, h, error);
		free(path);
	}
	return are_fine;
}

bool sealing_keys_look(const struct paths *p, struct hub *h, char **error)
{
	return look_at_all(p, h, false, error);
}

bool sealing_keys_take(const struct paths *p, struct hub *h, char **error)
{
	return look_at_all(p, h, true, error);
}
