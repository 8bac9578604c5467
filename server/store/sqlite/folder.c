// SPDX-License-Identifier: MIT
#include "server/store/sqlite/folder.h"

#include "common/buf.h"
#include "server/letters/limits.h"
#include "server/store/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

// `name` in the folder of `path`; the caller frees.
static char *beside(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	struct buf text = {0};

	if (slash)
		buf_add(&text, path, (size_t)(slash - path) + 1);
	buf_add_str(&text, name);
	return buf_take(&text);
}

// The lock belongs to the open file, so that closing another descriptor of it in this
// process does not drop it.
int folder_lock(const char *path, char **error)
{
	char *file = beside(path, "lock");
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0) {
		error_words(error, "cannot open %s: %s", file, strerror(errno));
	} else if (fcntl(fd, F_OFD_SETLK, &lock) < 0) {
		error_words(error, "%s is in use by another process", path);
		close(fd);
		fd = -1;
	}
	free(file);
	return fd;
}

bool folder_is_locked(const char *path)
{
	char *file = beside(path, "lock");
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	bool locked = false;

	if (fd >= 0) {
		locked = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
		close(fd);
	}
	free(file);
	return locked;
}

void ballast_keep(const char *path)
{
	char *file = beside(path, "ballast");
	int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0) {
		if (posix_fallocate(fd, 0, BALLAST_BYTES) != 0)
			unlink(file);
		close(fd);
	}
	free(file);
}

bool ballast_release(const char *path)
{
	char *file = beside(path, "ballast");
	bool released = unlink(file) == 0;

	free(file);
	return released;
}

static bool file_system(const char *path, struct statvfs *fs)
{
	char *folder = beside(path, ".");
	bool is_known = statvfs(folder, fs) == 0;

	free(folder);
	return is_known;
}

int64_t free_space(const char *path)
{
	struct statvfs fs;

	return file_system(path, &fs) ? (int64_t)(fs.f_bavail * fs.f_frsize) : INT64_MAX;
}

int64_t disk_size(const char *path)
{
	struct statvfs fs;

	return file_system(path, &fs) ? (int64_t)(fs.f_blocks * fs.f_frsize) : 0;
}
