// SPDX-License-Identifier: MIT
#include "common/file.h"

#include "common/buf.h"
#include "common/die.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_write(int fd, struct span bytes)
{
	while (bytes.len) {
		ssize_t wrote = write(fd, bytes.at, bytes.len);

		if (wrote < 0 && errno != EINTR)
			return false;
		if (wrote > 0)
			bytes = span_after(bytes, (size_t)wrote);
	}
	return true;
}

static void sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? span_dup(span_from(path, (size_t)(slash - path))) : xstrdup(".");
	int fd = open(folder[0] ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(folder);
}

bool file_put(const char *path, struct span bytes, mode_t mode)
{
	struct buf name = {0};

	buf_printf(&name, "%s.XXXXXX", path);
	char *temporary = buf_take(&name);
	int fd = mkostemp(temporary, O_CLOEXEC);
	bool is_put = fd >= 0 && fchmod(fd, mode) == 0 && file_write(fd, bytes) &&
		      fsync(fd) == 0 && rename(temporary, path) == 0;
	int error = errno;
	if (fd >= 0)
		close(fd);
	if (!is_put)
		unlink(temporary); // if it is there
	if (is_put)
		sync_folder_of(path);
	free(temporary);
	errno = error;
	return is_put;
}
