// SPDX-License-Identifier: MIT
#include "server/links.h"

#include "common/buf.h"
#include "common/die.h"
#include "server/paths.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINKS_FOLLOWED 40 // as the kernel

// "/a" and "b" of "/a/b"; "/" and "a" of "/a". The caller frees the folder.
static char *split(const char *path, size_t len, char **name)
{
	char *folder = span_dup(span_from(path, len)), *end = strrchr(folder, '/');

	*name = xstrdup(end + 1);
	end[end == folder] = '\0';
	return folder;
}

// Where the link of the first `len` bytes leads to, with the rest of the path behind it; NULL:
// it is none.
static char *follow(const char *path, size_t len)
{
	char target[PATH_MAX], *part = span_dup(span_from(path, len)), *name, *folder, *to;
	ssize_t got = readlinkat(AT_FDCWD, part, target, sizeof(target) - 1);
	struct buf next = {0};

	free(part);
	if (got <= 0)
		return NULL;
	target[got] = '\0';
	folder = split(path, len, &name);
	to = path_in(folder, target);
	buf_add_str(&next, to);
	buf_add_str(&next, path + len);
	free(to);
	free(folder);
	free(name);
	return buf_take(&next);
}

static void tell(const char *path, size_t len, link_step_fn *fn, void *arg)
{
	char *name, *folder = split(path, len, &name);

	fn(arg, folder, name, !path[len]);
	free(folder);
	free(name);
}

// The first link on the way is told, and followed. NULL: there is none any more.
static char *step(const char *path, link_step_fn *fn, void *arg)
{
	for (size_t len = 1;; len++) {
		char *next;

		if (path[len] && path[len] != '/')
			continue;
		next = follow(path, len);
		if (next || !path[len])
			tell(path, len, fn, arg);
		if (next || !path[len])
			return next;
	}
}

void links_walk(const char *path, link_step_fn *fn, void *arg)
{
	char *at = xstrdup(path);

	for (int i = 0; at && at[0] == '/' && i < LINKS_FOLLOWED; i++) {
		char *next = step(at, fn, arg);

		free(at);
		at = next;
	}
	free(at);
}
