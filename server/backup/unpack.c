// SPDX-License-Identifier: MIT
#include "server/backup/unpack.h"

#include "server/backup/failed.h"
#include "server/backup/folder.h"
#include "server/backup/part.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

static bool add_piece(void *arg, struct span plain, char **error)
{
	return part_add(arg, plain, error);
}

static bool unpack_file(const char *dir, const struct backup_file *f,
			const struct seal_secret *secret, const char *target, char **error)
{
	struct part_out *out = part_begin(target, f->name, NULL, error);
	struct backup_file written;

	if (out && part_read(dir, f, secret, add_piece, out, error))
		return part_end(out, &written, error);
	part_drop(out);
	return false;
}

bool unpack_backup(const char *dir, const struct backup_manifest *m,
		   const struct seal_secret *secret, const char *target, char **error)
{
	bool is_done = true;

	if (m->is_sealed && !secret)
		return failed(error, "%s is sealed: it wants its secret key", dir);
	for (size_t i = 0; is_done && i < m->n_files; i++) {
		if (strcmp(m->files[i].name, BACKUP_PAGES) != 0)
			is_done = unpack_file(dir, &m->files[i], secret, target, error);
	}
	return is_done && folder_sync(target, error);
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *at)
{
	(void)about;
	(void)kind;
	(void)at;
	return remove(path);
}

bool unpack_remove(const char *folder)
{
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0;
}
