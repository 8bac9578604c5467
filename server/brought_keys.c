// SPDX-License-Identifier: MIT
#include "server/brought_keys.h"

#include "common/file.h"
#include "common/wipe.h"
#include "server/push_key.h"
#include "server/sealing_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

const char *brought_key_name(size_t i)
{
	static const char *const names[BROUGHT_KEYS] = {FACTOR_KEY_NAME, SIGN_IN_KEY_NAME,
							PUSH_KEY_NAME};

	return names[i];
}

static bool read_whole(int fd, struct buf *out)
{
	ssize_t got = read(fd, buf_space(out, BROUGHT_KEY_MAX), BROUGHT_KEY_MAX);

	if (got == BROUGHT_KEY_MAX)
		errno = EFBIG;
	if (got < 0 || got == BROUGHT_KEY_MAX)
		return false;
	out->len += (size_t)got;
	return true;
}

bool brought_key_read(const struct paths *p, size_t i, struct buf *out)
{
	char *file = path_in(p->state, brought_key_name(i));
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	bool is_read = fd >= 0 ? read_whole(fd, out) : errno == ENOENT;
	int why = errno;

	if (fd >= 0)
		close(fd);
	free(file);
	errno = why;
	return is_read;
}

static bool put(const struct paths *p, size_t i, struct span bytes)
{
	char *file = path_in(p->state, brought_key_name(i));
	bool is_put = file_put(file, bytes, 0600);

	free(file);
	return is_put;
}

enum brought brought_key_put(const struct paths *p, size_t i, struct span bytes)
{
	struct buf here = {0};
	enum brought came = BROUGHT_OTHER;

	if (!bytes.len)
		return BROUGHT_NONE;
	if (!brought_key_read(p, i, &here))
		came = BROUGHT_FAILED;
	else if (!here.len)
		came = put(p, i, bytes) ? BROUGHT_NEW : BROUGHT_FAILED;
	else if (span_eq(buf_span(&here), bytes))
		came = BROUGHT_SAME;
	if (here.len)
		wipe_bytes(here.at, here.len);
	buf_clear(&here);
	return came;
}
