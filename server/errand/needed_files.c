// SPDX-License-Identifier: MIT
#include "server/errand/needed_files.h"

// What is not there is all zero.
static struct stat look(const char *path)
{
	struct stat s;

	return stat(path, &s) == 0 ? s : (struct stat){0};
}

void needed_files_look(struct needed_files *n, const char *ca_file)
{
	const char *paths[NEEDED_FILES] = {"/etc/resolv.conf",   "/etc/hosts",
					   "/etc/nsswitch.conf", "/etc/host.conf",
					   "/etc/gai.conf",      ca_file};

	for (size_t i = 0; i < NEEDED_FILES; i++) {
		n->files[i] = (struct child_file){paths[i], false};
		n->were[i] = look(paths[i]);
	}
}

bool needed_files_changed(const struct needed_files *n)
{
	for (size_t i = 0; i < NEEDED_FILES; i++) {
		struct stat is = look(n->files[i].path), was = n->were[i];
		if (is.st_ino != was.st_ino || is.st_dev != was.st_dev ||
		    is.st_mtim.tv_sec != was.st_mtim.tv_sec ||
		    is.st_mtim.tv_nsec != was.st_mtim.tv_nsec)
			return true;
	}
	return false;
}
