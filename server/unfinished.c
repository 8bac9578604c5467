// SPDX-License-Identifier: MIT
#include "server/unfinished.h"

#include "common/span.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// What it says is what the files of its time may be taken away with.
static const char *const kinds[] = {"all\n", "database\n"};

static char *mark_path(const struct paths *p)
{
	return path_in(p->state, "init.unfinished");
}

bool unfinished_is_there(const struct paths *p)
{
	char *path = mark_path(p);
	bool is_there = path_exists(path);

	free(path);
	return is_there;
}

static bool sync_folder(const struct paths *p)
{
	int fd = open(p->state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_fine = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return is_fine;
}

static void take_away(const struct paths *p, bool only_database)
{
	const char *const names[] = {"snug.db-wal", "snug.db-shm", "lock", "ballast"};

	// The database goes first: without its log it would be another one.
	unlink(p->database);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char *path = path_in(p->state, names[i]);

		unlink(path);
		free(path);
	}
	if (only_database)
		return;
	unlink(p->config);
	unlink(p->certificate);
	unlink(p->key);
}

// A mark that says nothing was made by one that did not come to make anything else.
static void undo_earlier(const struct paths *p, int mark)
{
	char text[16] = "";
	ssize_t len = pread(mark, text, sizeof(text) - 1, 0);

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (len == (ssize_t)strlen(kinds[i]) && !strcmp(text, kinds[i]))
			take_away(p, i == 1);
	}
}

// Under the lock: another one may have ended, and taken this file away, meanwhile.
static bool is_ours(int mark)
{
	struct stat about;

	return flock(mark, LOCK_EX | LOCK_NB) == 0 && fstat(mark, &about) == 0 &&
	       about.st_nlink == 1;
}

static bool write_mark(const struct paths *p, int mark, bool only_database)
{
	const char *kind = kinds[only_database];

	return ftruncate(mark, 0) == 0 &&
	       pwrite(mark, kind, strlen(kind), 0) == (ssize_t)strlen(kind) &&
	       fsync(mark) == 0 && sync_folder(p);
}

int unfinished_begin(const struct paths *p, bool only_database, bool *had_left,
		     struct buf *error)
{
	char *path = mark_path(p);
	int mark;

	*had_left = path_exists(path);
	mark = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (mark >= 0 && !is_ours(mark)) {
		buf_printf(error, "another init is at work in %s: wait for it", p->state);
		close(mark);
		mark = -1;
	} else if (mark >= 0) {
		undo_earlier(p, mark);
	}
	if (mark >= 0 && !write_mark(p, mark, only_database)) {
		buf_printf(error, "cannot write %s: %s", path, strerrordesc_np(errno));
		unlink(path);
		close(mark);
		mark = -1;
	} else if (mark < 0 && !error->len) {
		buf_printf(error, "cannot make %s: %s", path, strerrordesc_np(errno));
	}
	free(path);
	return mark;
}

bool unfinished_end(const struct paths *p, int mark)
{
	char *path = mark_path(p);
	bool is_fine = sync_folder(p) && unlink(path) == 0 && sync_folder(p);

	close(mark);
	free(path);
	return is_fine;
}

void unfinished_undo(const struct paths *p, bool only_database, int mark)
{
	char *path = mark_path(p);

	take_away(p, only_database);
	unlink(path);
	close(mark);
	free(path);
}
