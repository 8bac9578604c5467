// SPDX-License-Identifier: MIT
#include "server/restore/swap.h"

#include "common/buf.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/file.h"
#include "server/backup/failed.h"
#include "server/backup/folder.h"
#include "server/backup/leftover.h"
#include "server/backup/part.h"
#include "server/backup/unpack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define DECIDED "incoming"
#define DONE DECIDED ".done" // all is in place, this is only to be taken away
#define ASIDE "aside"        // in it: the name of the folder for what is there
#define ASIDE_STARTS "before-"
#define ASIDE_MAX 64 // inside: bytes of that name

static char *in(const char *folder, const char *name)
{
	return part_path(folder, name, false);
}

static bool is_there(const char *path)
{
	struct stat about;

	return lstat(path, &about) == 0;
}

static bool has(const char *folder, const char *name)
{
	char *path = in(folder, name);
	bool is = is_there(path);

	free(path);
	return is;
}

bool swap_is_decided(const char *state)
{
	return has(state, DECIDED);
}

bool swap_is_left(const char *state)
{
	return has(state, DECIDED) || has(state, DONE) || has(state, DECIDED FOLDER_UNFINISHED);
}

static bool begin(struct swap *s, const char *state, const char *name, char **error)
{
	*s = (struct swap){.state = state, .folder = in(state, name)};
	s->lock = folder_begin(s->folder, error);
	if (s->lock >= 0)
		return true;
	free(s->folder);
	s->folder = NULL;
	return false;
}

bool swap_begin(struct swap *s, const char *state, char **error)
{
	return begin(s, state, DECIDED FOLDER_UNFINISHED, error);
}

bool swap_try(struct swap *s, const char *state, char **error)
{
	return begin(s, state, LEFTOVER_TRIAL, error);
}

static void end(struct swap *s)
{
	if (!s->folder)
		return;
	close(s->lock);
	free(s->folder);
	*s = (struct swap){0};
}

void swap_abandon(struct swap *s)
{
	if (s->folder)
		unpack_remove(s->folder);
	end(s);
}

// One that is not there yet: nothing that was kept is written over.
static void name_aside(const char *state, const char *why, struct buf *name)
{
	char text[CLOCK_TEXT_LEN + 1];
	size_t len;

	buf_printf(name, ASIDE_STARTS "%s-", why);
	clock_text(clock_wall_ms(), text);
	for (const char *at = text; *at != '.'; at++) {
		if (*at != '-' && *at != ':')
			buf_add_char(name, *at);
	}
	buf_add_char(name, 'Z');
	len = name->len;
	for (int i = 2; has(state, buf_str(name)); i++) {
		name->len = len;
		buf_printf(name, "-%d", i);
	}
}

static bool write_aside(const char *folder, struct span name, char **error)
{
	char *path = in(folder, ASIDE);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool is_fine = fd >= 0 && file_write(fd, name) && fsync(fd) == 0;

	if (!is_fine)
		failed_at(error, "write", path);
	if (fd >= 0)
		close(fd);
	free(path);
	return is_fine;
}

// False with words, too, of a name that leads elsewhere.
static bool read_aside(const char *folder, struct buf *name, char **error)
{
	char *path = in(folder, ASIDE), text[ASIDE_MAX] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	bool is_fine = len > 0 && !strncmp(text, ASIDE_STARTS, strlen(ASIDE_STARTS)) &&
		       !strchr(text, '/');

	if (is_fine)
		buf_add_str(name, text);
	else
		failed(error, "%s does not say where the old state goes: look at it by hand",
		       path);
	if (fd >= 0)
		close(fd);
	free(path);
	return is_fine;
}

// True also when it is not there.
static bool move(const char *from, const char *to, const char *name, char **error)
{
	char *old = in(from, name), *new = in(to, name);
	bool is_fine = rename(old, new) == 0 || errno == ENOENT;

	if (!is_fine)
		failed_at(error, "move", old);
	free(old);
	free(new);
	return is_fine;
}

static bool move_as(const char *folder, const char *name, const char *as, char **error)
{
	char *old = in(folder, name), *new = in(folder, as);
	bool is_fine = rename(old, new) == 0 || failed_at(error, "rename", old);

	free(old);
	free(new);
	return is_fine;
}

// As long as the database is in the folder of what comes, the one that stands in the state is
// the old one, or gone with its log already.
static bool move_database(const char *state, const char *folder, const char *aside,
			  char **error)
{
	static const char *const names[] = {BACKUP_DATABASE "-shm", BACKUP_DATABASE "-wal",
					    BACKUP_DATABASE};

	if (!has(folder, BACKUP_DATABASE))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (!has(state, names[i]))
			continue;
		if (mkdir(aside, 0700) < 0 && errno != EEXIST)
			return failed_at(error, "make", aside);
		if (!move(state, aside, names[i], error))
			return false;
	}
	return (!is_there(aside) || folder_sync(aside, error)) &&
	       move(folder, state, BACKUP_DATABASE, error);
}

// What people sent goes with the database that speaks of it: done as long as the folder of what
// comes has it.
static bool move_files(const char *state, const char *folder, const char *aside, char **error)
{
	if (!has(folder, BACKUP_FILES))
		return true;
	if (has(state, BACKUP_FILES)) {
		if (mkdir(aside, 0700) < 0 && errno != EEXIST)
			return failed_at(error, "make", aside);
		if (!move(state, aside, BACKUP_FILES, error) || !folder_sync(aside, error))
			return false;
	}
	return move(folder, state, BACKUP_FILES, error);
}

static bool fill_gaps(const char *state, const char *folder, char **error)
{
	DIR *all = opendir(folder);
	const struct dirent *entry;
	bool is_fine = true;

	if (!all)
		return failed_at(error, "read", folder);
	while (is_fine && (entry = readdir(all))) {
		bool is_ours = strcmp(entry->d_name, ".") != 0 &&
			       strcmp(entry->d_name, "..") != 0 &&
			       strcmp(entry->d_name, ASIDE) != 0;

		if (is_ours && !has(state, entry->d_name))
			is_fine = move(folder, state, entry->d_name, error);
	}
	closedir(all);
	return is_fine;
}

static bool sync_state(const char *state, char **error)
{
	int fd = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_fine = fd >= 0 && fsync(fd) == 0;

	if (!is_fine)
		failed_at(error, "sync", state);
	if (fd >= 0)
		close(fd);
	return is_fine;
}

static bool take_away(const char *state, const char *name, char **error)
{
	char *folder = in(state, name);
	bool is_gone = unpack_remove(folder) || failed_at(error, "remove", folder);

	free(folder);
	return is_gone && sync_state(state, error);
}

// NULL where nothing was there to be moved.
static char *folder_aside(const char *state, struct span name)
{
	struct buf text = {0};

	buf_add_span(&text, name);
	char *aside = in(state, buf_str(&text));
	buf_clear(&text);
	if (is_there(aside))
		return aside;
	free(aside);
	return NULL;
}

// What was decided: each step is done or not, and is done again when it was not.
static bool finish(const char *state, char **aside, char **error)
{
	char *folder = in(state, DECIDED), *to = NULL;
	struct buf name = {0};
	bool is_done = read_aside(folder, &name, error);

	if (is_done)
		to = in(state, buf_str(&name));
	is_done = is_done && move_database(state, folder, to, error) &&
		  move_files(state, folder, to, error) && fill_gaps(state, folder, error) &&
		  sync_state(state, error) && move_as(state, DECIDED, DONE, error) &&
		  take_away(state, DONE, error);
	*aside = is_done ? folder_aside(state, buf_span(&name)) : NULL;
	buf_clear(&name);
	free(folder);
	free(to);
	return is_done;
}

bool swap_commit(struct swap *s, const char *why, char **aside, char **error)
{
	char *decided = in(s->state, DECIDED);
	const char *state = s->state;
	struct buf name = {0};

	*aside = NULL;
	name_aside(state, why, &name);
	bool is_decided = write_aside(s->folder, buf_span(&name), error) &&
			  folder_finish(s->folder, decided, error);
	if (is_decided || swap_is_decided(state))
		end(s);
	else
		swap_abandon(s);
	buf_clear(&name);
	free(decided);
	return is_decided && finish(state, aside, error);
}

// All was in place, and its name perhaps taken away already.
static enum swap_left settle_done(const char *state, char **aside, char **error)
{
	char *folder = in(state, DONE), *unread = NULL;
	struct buf name = {0};

	*aside = read_aside(folder, &name, &unread) ? folder_aside(state, buf_span(&name))
						    : NULL;
	buf_clear(&name);
	free(unread);
	free(folder);
	return take_away(state, DONE, error) ? SWAP_FINISHED : SWAP_STUCK;
}

enum swap_left swap_settle(const char *state, char **aside, char **error)
{
	*aside = *error = NULL;
	if (swap_is_decided(state))
		return finish(state, aside, error) ? SWAP_FINISHED : SWAP_STUCK;
	if (has(state, DONE))
		return settle_done(state, aside, error);
	if (!has(state, DECIDED FOLDER_UNFINISHED))
		return SWAP_NONE;
	return take_away(state, DECIDED FOLDER_UNFINISHED, error) ? SWAP_UNDONE : SWAP_STUCK;
}
