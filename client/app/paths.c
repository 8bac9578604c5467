// SPDX-License-Identifier: MIT
#include "client/app/paths.h"

#include "common/die.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (64LL * 1024 * 1024)

static const char *home_dir(void)
{
	const char *home = getenv("HOME");

	if (home && home[0] == '/')
		return home;
	const struct passwd *user = getpwuid(getuid());
	return user && user->pw_dir ? user->pw_dir : "/";
}

char *path_join(const char *folder, const char *a, const char *b)
{
	struct buf path = {0};

	buf_printf(&path, "%s/%s", folder, a);
	if (b)
		buf_printf(&path, "/%s", b);
	return buf_take(&path);
}

// The specification ignores paths that are not absolute.
static char *xdg_dir(const char *variable, const char *fallback)
{
	const char *dir = getenv(variable);

	if (dir && dir[0] == '/')
		return path_join(dir, "snug", NULL);
	return path_join(home_dir(), fallback, "snug");
}

static char *runtime_dir(const char *state)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");

	return dir && dir[0] == '/' ? path_join(dir, "snug", NULL)
				    : path_join(state, "run", NULL);
}

static char *absolute(const char *dir)
{
	char *here = dir[0] == '/' ? NULL : getcwd(NULL, 0);
	char *path = here ? path_join(here, dir, NULL) : xstrdup(dir);

	free(here);
	return path;
}

void folders_init(struct folders *p, const char *home)
{
	if (home) {
		char *base = absolute(home);
		*p = (struct folders){
			.config = path_join(base, "config", NULL),
			.data = path_join(base, "data", NULL),
			.state = path_join(base, "state", NULL),
			.cache = path_join(base, "cache", NULL),
			.runtime = path_join(base, "run", NULL),
		};
		free(base);
		return;
	}
	p->config = xdg_dir("XDG_CONFIG_HOME", ".config");
	p->data = xdg_dir("XDG_DATA_HOME", ".local/share");
	p->state = xdg_dir("XDG_STATE_HOME", ".local/state");
	p->cache = xdg_dir("XDG_CACHE_HOME", ".cache");
	p->runtime = runtime_dir(p->state);
}

void folders_clear(struct folders *p)
{
	free(p->config);
	free(p->data);
	free(p->state);
	free(p->cache);
	free(p->runtime);
	*p = (struct folders){0};
}

bool path_make_dir(const char *dir)
{
	char *path = xstrdup(dir);
	bool made = true;

	for (char *at = path + 1; made; at++) {
		if (*at && *at != '/')
			continue;
		char end = *at;
		*at = '\0';
		made = mkdir(path, 0700) == 0 || errno == EEXIST;
		*at = end;
		if (!end)
			break;
	}
	free(path);
	return made;
}

char *path_check_private(const char *path)
{
	struct stat st;
	struct buf words = {0};

	if (lstat(path, &st) < 0)
		return NULL;
	if (st.st_uid != geteuid())
		buf_printf(&words, "%s belongs to another user", path);
	else if (S_ISLNK(st.st_mode))
		buf_printf(&words, "%s is a symbolic link", path);
	else if (st.st_mode & 077)
		buf_printf(&words,
			   "%s is open to other users (mode %04o); mend it: chmod %s %s", path,
			   (unsigned)(st.st_mode & 07777), S_ISDIR(st.st_mode) ? "700" : "600",
			   path);
	return words.len ? buf_take(&words) : NULL;
}

static bool read_all(int fd, struct buf *out)
{
	ssize_t got;

	do {
		char *to = buf_space(out, 16384);
		got = read(fd, to, 16384);
		if (got > 0)
			out->len += (size_t)got;
		if ((int64_t)out->len > FILE_MAX) {
			errno = EFBIG;
			return false;
		}
	} while (got > 0 || (got < 0 && errno == EINTR));
	return got == 0;
}

bool path_read(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return false;
	bool done = read_all(fd, out);
	int error = errno;
	close(fd);
	errno = error;
	return done;
}
