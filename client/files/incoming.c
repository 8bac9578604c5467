// SPDX-License-Identifier: MIT
#include "client/files/incoming.h"

#include "client/files/file_name.h"
#include "common/buf.h"
#include "common/die.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define NUMBERS_MAX 1000 // of files of one name

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static char *join(const char *folder, struct span name)
{
	struct buf path = {0};

	buf_printf(&path, "%s/", folder);
	file_name_safe(&path, name);
	return buf_take(&path);
}

static char *failure(const char *what, const char *path)
{
	struct buf words = {0};

	buf_printf(&words, "cannot %s %s: %s", what, path, strerror(errno));
	return buf_take(&words);
}

// Nobody changes it any more once it is whole.
static bool open_memory(struct incoming *in, uint64_t most, char **error)
{
	*in = (struct incoming){.fd = memfd_create("file", MFD_CLOEXEC | MFD_ALLOW_SEALING),
				.path = xstrdup("memory"),
				.most = most};
	if (in->fd >= 0)
		return true;
	*error = failure("write", in->path);
	incoming_close(in);
	return false;
}

static bool seal(const struct incoming *in)
{
	return lseek(in->fd, 0, SEEK_SET) == 0 &&
	       fcntl(in->fd, F_ADD_SEALS,
		     F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0;
}

bool incoming_open(struct incoming *in, const struct incoming_place *place, struct span name,
		   char **error)
{
	const char *path = place->path, *folder = place->folder;
	struct buf temp = {0};

	if (place->most)
		return open_memory(in, place->most, error);
	*in = (struct incoming){.fd = -1, .may_be_numbered = !path || is_folder(path)};
	if (path && is_folder(path))
		folder = path;
	if (!path)
		(void)mkdir(folder, 0700); // open() says what is wrong
	in->path = in->may_be_numbered ? join(folder, name) : xstrdup(path);
	if (!in->may_be_numbered && access(in->path, F_OK) == 0) {
		errno = EEXIST;
	} else {
		buf_printf(&temp, "%s.part-XXXXXX", in->path);
		in->temp = buf_take(&temp);
		in->fd = mkostemp(in->temp, O_CLOEXEC);
	}
	if (in->fd >= 0)
		return true;
	*error = failure("write", in->path);
	free(in->temp);
	in->temp = NULL;
	incoming_close(in);
	return false;
}

bool incoming_write(struct incoming *in, struct span bytes, char **error)
{
	in->len += bytes.len;
	if (in->most && in->len > in->most) {
		errno = EFBIG;
		*error = failure("keep", in->path);
		return false;
	}
	while (bytes.len) {
		ssize_t wrote = write(in->fd, bytes.at, bytes.len);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0) {
			*error = failure("write", in->path);
			return false;
		}
		bytes = span_after(bytes, (size_t)wrote);
	}
	return true;
}

// Takes the name, so that what is renamed to it goes over nothing of somebody else's.
static bool reserve(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool find_name(struct incoming *in)
{
	char *wanted = xstrdup(in->path);
	const char *slash = strrchr(wanted, '/');
	size_t folder = slash ? (size_t)(slash - wanted) + 1 : 0;
	bool is_mine = reserve(in->path);

	for (unsigned n = 2;
	     !is_mine && errno == EEXIST && in->may_be_numbered && n < NUMBERS_MAX; n++) {
		struct buf other = {0};
		buf_add(&other, wanted, folder);
		file_name_numbered(&other, span_of(wanted + folder), n);
		free(in->path);
		in->path = buf_take(&other);
		is_mine = reserve(in->path);
	}
	free(wanted);
	return is_mine;
}

bool incoming_keep(struct incoming *in, char **error)
{
	if (in->most && seal(in))
		return true;
	// Some file systems know only here that there is no room.
	bool is_good = close(in->fd) == 0;

	in->fd = -1;
	is_good = is_good && find_name(in) && rename(in->temp, in->path) == 0;
	if (!is_good) {
		*error = failure("write", in->path);
		return false;
	}
	free(in->temp);
	in->temp = NULL;
	return true;
}

void incoming_close(struct incoming *in)
{
	if (in->path && in->fd >= 0)
		close(in->fd);
	if (in->temp)
		unlink(in->temp);
	free(in->temp);
	free(in->path);
	*in = (struct incoming){.fd = -1};
}
