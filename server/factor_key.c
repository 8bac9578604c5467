// SPDX-License-Identifier: MIT
#include "server/factor_key.h"

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

static bool read_key(int fd, uint8_t key[static HUB_FACTOR_KEY_LEN])
{
	uint8_t bytes[HUB_FACTOR_KEY_LEN + 1];
	bool is_whole = read(fd, bytes, sizeof(bytes)) == HUB_FACTOR_KEY_LEN;

	memcpy(key, bytes, HUB_FACTOR_KEY_LEN);
	sodium_memzero(bytes, sizeof(bytes));
	return is_whole;
}

static bool make(const char *path, char **error)
{
	uint8_t key[HUB_FACTOR_KEY_LEN];
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

static bool look(const char *path, struct hub *h, char **error)
{
	uint8_t key[HUB_FACTOR_KEY_LEN];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is_read;

	if (fd < 0)
		return errno == ENOENT || fail_with(error, path, strerror(errno));
	is_read = read_key(fd, key);
	close(fd);
	if (is_read)
		hub_set_factor_key(h, key);
	sodium_memzero(key, sizeof(key));
	return is_read ||
	       fail_with(error, path,
			 "is no key of 32 bytes: put back the one that was here, or take the "
			 "file away for a new one (then no code of an app is right any more)");
}

bool factor_key_look(const struct paths *p, struct hub *h, char **error)
{
	char *path = path_in(p->state, FACTOR_KEY_NAME);
	bool is_fine = look(path, h, error);

	free(path);
	return is_fine;
}

bool factor_key_take(const struct paths *p, struct hub *h, char **error)
{
	char *path = path_in(p->state, FACTOR_KEY_NAME);
	bool is_fine = (path_exists(path) || make(path, error)) && look(path, h, error);

	free(path);
	return is_fine;
}
