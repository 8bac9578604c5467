// SPDX-License-Identifier: MIT
#include "server/init_folder.h"

#include "common/die.h"
#include "server/cli.h"
#include "server/owner.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// With its parents, which keep the usual modes.
bool init_folder_make(const char *path, bool *made)
{
	char *parent = xstrdup(path), *slash = parent;
	mode_t mask = umask(022);

	while ((slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		if (mkdir(parent, 0755) < 0 && errno != EEXIST)
			break;
		*slash = '/';
	}
	free(parent);
	umask(mask);
	*made = mkdir(path, 0700) == 0;
	return *made || errno == EEXIST;
}

// A folder that root has just made, or that is empty, is given away; of one with something
// in it only the operator knows.
static bool give_folder(const char *state, const struct owner *owner)
{
	DIR *folder = opendir(state);
	struct dirent *entry;
	struct owner now;
	bool is_empty = folder;

	owner_of(&now, state);
	while (folder && (entry = readdir(folder)))
		is_empty = is_empty &&
			   (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."));
	if (folder)
		closedir(folder);
	if (now.uid == owner->uid)
		return true;
	if (is_empty && chown(state, owner->uid, owner->gid) == 0)
		return true;
	cli_say(0, "%s belongs to %s, and is not empty: give it away first\n  chown -R %s: %s",
		state, now.name, owner->name, state);
	return false;
}

// The state directory's user: --user, or whose it is.
bool init_folder_settle(const char *state, const char *named)
{
	struct buf error = {0};
	struct owner owner;
	bool is_fine = true;

	owner_of(&owner, state);
	if (named)
		is_fine = owner_named(&owner, named, &error);
	else if (geteuid() != 0)
		owner_self(&owner);
	if (is_fine && geteuid() == 0)
		is_fine = give_folder(state, &owner);
	if (is_fine && (owner.uid != 0 || geteuid() != 0))
		is_fine = owner_become(&owner, &error) && owner_drop_rights();
	if (error.len)
		cli_say(0, "%s", buf_str(&error));
	buf_clear(&error);
	return is_fine;
}
