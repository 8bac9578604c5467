// SPDX-License-Identifier: MIT
#include "server/backup/places.h"

#include "common/die.h"
#include "common/file.h"
#include "server/backup/failed.h"
#include "server/backup/folder.h"
#include "server/backup/part.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#define PLACES "backups"
#define PLACES_MAX 64 // inside: nobody writes backups to so many places

static void read_all(const char *state, struct buf *all)
{
	char *path = part_path(state, PLACES, false);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = 1;

	while (fd >= 0 && n > 0 && all->len < (size_t)PLACES_MAX * PATH_MAX) {
		n = read(fd, buf_space(all, PATH_MAX), PATH_MAX);
		all->len += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		close(fd);
	free(path);
}

// False at the end. What has no NUL behind it was not written by us.
static bool next(struct span *rest, const char **path)
{
	const char *end = rest->len ? memchr(rest->at, '\0', rest->len) : NULL;

	if (!end)
		return false;
	*path = rest->at;
	*rest = span_after(*rest, (size_t)(end - rest->at) + 1);
	return true;
}

void places_each(const char *state, places_fn *fn, void *arg)
{
	struct buf all = {0};
	struct span rest;
	const char *path;

	read_all(state, &all);
	rest = buf_span(&all);
	while (next(&rest, &path))
		fn(arg, path);
	buf_clear(&all);
}

static bool is_kept(const char *path, const char *fresh)
{
	return strcmp(path, fresh) != 0 && (access(path, F_OK) == 0 || errno != ENOENT);
}

static void add(struct buf *to, const char *path)
{
	buf_add(to, path, strlen(path) + 1);
}

// Those of before that are there, and the new one.
static void collect(struct span all, const char *fresh, struct buf *kept)
{
	struct span rest = all;
	const char *path;
	size_t n = 1;

	while (next(&rest, &path))
		n += is_kept(path, fresh);
	for (rest = all; next(&rest, &path);) {
		if (is_kept(path, fresh) && n-- <= PLACES_MAX)
			add(kept, path);
	}
	add(kept, fresh);
}

static bool write_all(const char *state, struct span all, char **error)
{
	char *path = part_path(state, PLACES, false);
	bool is_fine = file_put(path, all, 0600) || failed_at(error, "write", path);

	free(path);
	return is_fine;
}

// The folder is the lock, since the file is another one each time.
static bool note(const char *state, const char *fresh, char **error)
{
	int lock = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_fine = lock >= 0 && flock(lock, LOCK_EX) == 0;
	struct buf all = {0}, kept = {0};

	if (is_fine) {
		read_all(state, &all);
		collect(buf_span(&all), fresh, &kept);
		is_fine = span_eq(buf_span(&all), buf_span(&kept)) ||
			  write_all(state, buf_span(&kept), error);
	} else {
		failed_at(error, "lock", state);
	}
	if (lock >= 0)
		close(lock);
	buf_clear(&all);
	buf_clear(&kept);
	return is_fine;
}

bool places_note(const char *state, const char *folder, const char *name, char **error)
{
	char *place = realpath(folder, NULL), *path;
	bool is_noted;

	if (!place)
		return failed_at(error, "find", folder);
	path = name ? part_path(place, name, false) : xstrdup(place);
	is_noted = note(state, path, error);
	free(path);
	free(place);
	return is_noted;
}
