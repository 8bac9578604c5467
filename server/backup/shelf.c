// SPDX-License-Identifier: MIT
#include "server/backup/shelf.h"

#include "common/die.h"
#include "common/grow.h"
#include "server/backup/failed.h"
#include "server/backup/folder.h"
#include "server/backup/part.h"
#include "server/backup/unpack.h"
#include "server/backup/verify.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool has(const char *dir, const char *name, bool is_sealed)
{
	char *path = part_path(dir, name, is_sealed);
	bool is_there = access(path, F_OK) == 0;

	free(path);
	return is_there;
}

static bool is_unfinished(const char *name)
{
	size_t len = strlen(name), end = strlen(FOLDER_UNFINISHED);

	return len > end && !strcmp(name + len - end, FOLDER_UNFINISHED);
}

static bool looks_like_one(const char *dir, const char *name)
{
	struct stat about;

	return name[0] != '.' && lstat(dir, &about) == 0 && S_ISDIR(about.st_mode) &&
	       (is_unfinished(name) || has(dir, BACKUP_MANIFEST, false) ||
		has(dir, BACKUP_DATABASE, false) || has(dir, BACKUP_DATABASE, true));
}

static void damage(struct shelf_row *row, char *why)
{
	row->state = SHELF_DAMAGED;
	row->why = why;
}

// A look from outside: the sizes.
static void look_at_sizes(struct shelf_row *row, const char *dir)
{
	const struct backup_manifest *m = &row->manifest;
	char *why = NULL;

	for (size_t i = 0; !why && i < m->n_files; i++) {
		const struct backup_file *f = &m->files[i];
		char *path = part_path(dir, f->name, m->is_sealed);
		struct stat about;

		if (lstat(path, &about) < 0)
			failed_at(&why, "find", f->name);
		else if (about.st_size != (m->is_sealed ? f->sealed_size : f->size))
			failed(&why, "%s has another size than it had", f->name);
		free(path);
	}
	if (why)
		damage(row, why);
}

static void look_at(struct shelf_row *row, const char *dir)
{
	char *error = NULL;
	int lock = -1;

	if (is_unfinished(row->name)) {
		lock = folder_take(dir);
		row->state = lock < 0 ? SHELF_BUSY : SHELF_UNFINISHED;
	} else if (!manifest_read(dir, &row->manifest, &error)) {
		damage(row, error);
	} else {
		look_at_sizes(row, dir);
	}
	if (lock >= 0)
		close(lock);
}

static void add_row(struct shelf *s, const char *name)
{
	char *dir = part_path(s->folder, name, false);

	if (looks_like_one(dir, name)) {
		s->rows = grow(s->rows, s->n_rows, &s->rows_space, sizeof(*s->rows));
		s->rows[s->n_rows] = (struct shelf_row){.name = xstrdup(name)};
		look_at(&s->rows[s->n_rows++], dir);
	}
	free(dir);
}

static int by_age(const void *left, const void *right)
{
	const struct shelf_row *a = left, *b = right;
	int64_t more = a->manifest.made_ms - b->manifest.made_ms;

	return more ? (more < 0 ? -1 : 1) : strcmp(a->name, b->name);
}

bool shelf_read(struct shelf *s, const char *folder, char **error)
{
	DIR *all = opendir(folder);
	const struct dirent *entry;

	*s = (struct shelf){.folder = xstrdup(folder)};
	*error = NULL;
	if (!all)
		return failed_at(error, "read", folder);
	while ((entry = readdir(all)))
		add_row(s, entry->d_name);
	closedir(all);
	if (s->n_rows)
		qsort(s->rows, s->n_rows, sizeof(*s->rows), by_age);
	return true;
}

void shelf_clear(struct shelf *s)
{
	for (size_t i = 0; i < s->n_rows; i++) {
		manifest_clear(&s->rows[i].manifest);
		free(s->rows[i].name);
		free(s->rows[i].why);
	}
	free(s->rows);
	free(s->folder);
	*s = (struct shelf){0};
}

char *shelf_newest(const char *dir, struct backup_manifest *m)
{
	char *folder = folder_of(dir), *error = NULL, *newest = NULL;
	struct shelf s;

	*m = (struct backup_manifest){0};
	if (shelf_read(&s, folder, &error)) {
		for (size_t i = s.n_rows; i-- > 0 && !newest;) {
			if (s.rows[i].state != SHELF_COMPLETE)
				continue;
			newest = part_path(folder, s.rows[i].name, false);
			*m = s.rows[i].manifest;
			s.rows[i].manifest = (struct backup_manifest){0};
		}
	}
	shelf_clear(&s);
	free(folder);
	free(error);
	return newest;
}

// Pruned.

// The first words that say what is wrong. The caller frees.
static char *first_wrong(const struct backup_report *r)
{
	for (size_t i = 0; i < r->n_findings; i++) {
		if (!r->findings[i].is_fine)
			return xstrdup(r->findings[i].found);
	}
	return xstrdup("damaged");
}

static void look_at_sums(struct shelf_row *row, const char *dir)
{
	struct backup_report report;

	if (backup_verify_sums(dir, &report))
		row->state = SHELF_WHOLE;
	else
		damage(row, first_wrong(&report));
	backup_report_clear(&report);
}

// From the newest on: what stands behind the last one to keep goes.
static void choose(struct shelf *s, size_t keep)
{
	size_t n_whole = 0;

	for (size_t i = s->n_rows; i-- > 0;) {
		struct shelf_row *row = &s->rows[i];
		char *dir = part_path(s->folder, row->name, false);

		if (row->state == SHELF_UNFINISHED ||
		    (row->state != SHELF_BUSY && n_whole >= keep))
			row->is_removed = true;
		else if (row->state == SHELF_COMPLETE)
			look_at_sums(row, dir);
		n_whole += row->state == SHELF_WHOLE;
		free(dir);
	}
}

// Under another name first: what is half removed is not taken for whole.
static bool remove_row(const struct shelf *s, const struct shelf_row *row, char **error)
{
	char *dir = part_path(s->folder, row->name, false);
	struct buf gone = {0};
	bool is_done;

	buf_printf(&gone, "%s%s", dir, is_unfinished(row->name) ? "" : FOLDER_UNFINISHED);
	is_done = is_unfinished(row->name) || rename(dir, buf_str(&gone)) == 0;
	is_done = is_done && unpack_remove(buf_str(&gone));
	if (!is_done)
		failed_at(error, "remove", dir);
	buf_clear(&gone);
	free(dir);
	return is_done;
}

bool shelf_prune(struct shelf *s, size_t keep, bool is_dry_run, char **error)
{
	bool is_done = true;

	choose(s, keep);
	for (size_t i = 0; is_done && !is_dry_run && i < s->n_rows; i++) {
		if (s->rows[i].is_removed)
			is_done = s->rows[i].is_removed = remove_row(s, &s->rows[i], error);
	}
	return is_done;
}
