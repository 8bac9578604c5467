// SPDX-License-Identifier: MIT
#include "server/push_key.h"

#include "common/die.h"
#include "common/wipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct vapid_keys *fail_with(char **error, const char *path, const char *why)
{
	struct buf text = {0};

	buf_printf(&text, "%s: %s", path, why);
	*error = buf_take(&text);
	return NULL;
}

static bool write_whole(int fd, const struct buf *pem)
{
	return write(fd, pem->at, pem->len) == (ssize_t)pem->len && fsync(fd) == 0;
}

static bool make(const char *path, char **error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct buf pem = {0};
	bool is_made;

	if (fd < 0) {
		(void)fail_with(error, path, strerror(errno));
		return false;
	}
	vapid_make(&pem);
	is_made = write_whole(fd, &pem);
	wipe_bytes(pem.at, pem.len);
	buf_clear(&pem);
	close(fd);
	if (is_made)
		return true;
	unlink(path);
	(void)fail_with(error, path, "cannot be written whole");
	return false;
}

static struct vapid_keys *look(const char *path, char **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = xmalloc(VAPID_FILE_MAX + 1);
	struct vapid_keys *keys = NULL;
	ssize_t len = -1;

	if (fd >= 0)
		len = read(fd, text, VAPID_FILE_MAX + 1);
	if (len < 0)
		(void)fail_with(error, path, strerror(errno));
	else
		keys = vapid_keys_new(span_from(text, (size_t)len));
	if (len >= 0 && !keys)
		(void)fail_with(
			error, path,
			"holds no keys of P-256 as PEM: put back the one that was here, or "
			"take the file away for a new one (then no device is woken until "
			"it registered again)");
	if (len > 0)
		wipe_bytes(text, (size_t)len);
	free(text);
	if (fd >= 0)
		close(fd);
	return keys;
}

struct vapid_keys *push_key_take(const struct paths *p, char **error)
{
	char *path = path_in(p->state, PUSH_KEY_NAME);
	struct vapid_keys *keys =
		path_exists(path) || make(path, error) ? look(path, error) : NULL;

	free(path);
	return keys;
}
