// SPDX-License-Identifier: MIT
#include "server/backup/folder.h"

#include "common/buf.h"
#include "common/die.h"
#include "server/backup/failed.h"
#include "server/backup/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static FTS *begin(const char *folder, char **error)
{
	char *const paths[] = {xstrdup(folder), NULL};
	FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);

	if (!walk)
		failed_at(error, "read", folder);
	free(paths[0]);
	return walk;
}

static bool visit(FTSENT *at, size_t skip, folder_fn *fn, void *arg, char **error)
{
	switch (at->fts_info) {
	case FTS_D:
	case FTS_DP:
		return true;
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		errno = at->fts_errno;
		// What was removed meanwhile is not there.
		return errno == ENOENT && at->fts_level > 0
			       ? true
			       : failed_at(error, "read", at->fts_path);
	default:
		return fn(arg, at->fts_path + skip, at->fts_statp, error);
	}
}

bool folder_each(const char *folder, folder_fn *fn, void *arg, char **error)
{
	FTS *walk = begin(folder, error);
	bool is_fine = walk;
	FTSENT *at;

	while (is_fine && (at = fts_read(walk)))
		is_fine = visit(at, strlen(folder) + 1, fn, arg, error);
	if (walk)
		fts_close(walk);
	return is_fine;
}

static bool sync_one(const char *path, char **error)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_synced = fd >= 0 && fsync(fd) == 0;

	if (!is_synced)
		failed_at(error, "sync", path);
	if (fd >= 0)
		close(fd);
	return is_synced;
}

bool folder_sync(const char *folder, char **error)
{
	FTS *walk = begin(folder, error);
	bool is_fine = walk;
	FTSENT *at;

	while (is_fine && (at = fts_read(walk))) {
		if (at->fts_info == FTS_DP)
			is_fine = sync_one(at->fts_path, error);
	}
	if (walk)
		fts_close(walk);
	return is_fine;
}

char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return xstrdup(".");
	return slash == path ? xstrdup("/") : span_dup(span_from(path, (size_t)(slash - path)));
}

int folder_take(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool empty(const char *path, char **error)
{
	// The folder itself stays, since the lock is on it.
	FTS *walk = begin(path, error);
	bool is_fine = walk;
	FTSENT *at;

	while (is_fine && (at = fts_read(walk))) {
		if (at->fts_level > 0 && at->fts_info != FTS_D && remove(at->fts_path) < 0)
			is_fine = failed_at(error, "remove", at->fts_path);
	}
	if (walk)
		fts_close(walk);
	return is_fine;
}

int folder_begin(const char *path, char **error)
{
	int fd = -1;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return failed_at(error, "make", path), -1;
	fd = folder_take(path);
	if (fd < 0)
		return failed(error, "%s: another backup is being made there: wait for it",
			      path),
		       -1;
	if (empty(path, error))
		return fd;
	close(fd);
	return -1;
}

bool folder_finish(const char *path, const char *name, char **error)
{
	char *parent = folder_of(name);
	bool is_fine = folder_sync(path, error);

	if (is_fine && renameat2(AT_FDCWD, path, AT_FDCWD, name, RENAME_NOREPLACE) < 0)
		is_fine = failed_at(error, "put in place", name);
	is_fine = is_fine && sync_one(parent, error);
	free(parent);
	return is_fine;
}
