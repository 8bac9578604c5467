// SPDX-License-Identifier: MIT
#include "server/backup/leftover.h"

#include "server/backup/folder.h"
#include "server/backup/part.h"
#include "server/backup/unpack.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *leftover_place(void)
{
	const char *place = getenv("TMPDIR");

	return place && *place ? place : "/var/tmp";
}

// In a folder where all may write, a name says nothing of who made it.
static bool is_ours(const char *path)
{
	struct stat about;

	return lstat(path, &about) == 0 && S_ISDIR(about.st_mode) && about.st_uid == geteuid();
}

static void look_at(const char *folder, const char *name, leftover_fn *fn, void *arg)
{
	char *path = part_path(folder, name, false);
	int lock = is_ours(path) ? folder_take(path) : -1;

	if (lock >= 0) {
		fn(arg, path);
		close(lock);
	}
	free(path);
}

void leftover_each(const char *state, leftover_fn *fn, void *arg)
{
	DIR *place = opendir(leftover_place());
	const struct dirent *entry;

	look_at(state, LEFTOVER_SEALING, fn, arg);
	look_at(state, LEFTOVER_TRIAL, fn, arg);
	while (place && (entry = readdir(place))) {
		if (!strncmp(entry->d_name, LEFTOVER_VERIFY, strlen(LEFTOVER_VERIFY)))
			look_at(leftover_place(), entry->d_name, fn, arg);
	}
	if (place)
		closedir(place);
}

static void take_away(void *arg, const char *path)
{
	(void)arg;
	unpack_remove(path);
}

void leftover_remove(const char *state)
{
	leftover_each(state, take_away, NULL);
}
