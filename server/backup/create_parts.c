// SPDX-License-Identifier: MIT
// What goes into a backup, file by file.
#include "server/backup/create_private.h"

#include "common/die.h"
#include "server/backup/failed.h"
#include "server/backup/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// Reads a file of the state piece by piece; each but the last has `len` bytes.
static bool each_piece(const char *path, size_t len, part_piece_fn *on_piece, void *arg,
		       char **error)
{
	FILE *file = fopen(path, "re");
	struct buf piece = {0};
	bool is_fine = file || failed_at(error, "read", path);

	while (is_fine) {
		buf_reset(&piece);
		piece.len = fread(buf_space(&piece, len), 1, len, file);
		if (ferror(file))
			is_fine = failed_at(error, "read", path);
		else if (piece.len)
			is_fine = on_piece(arg, buf_span(&piece), error);
		if (piece.len < len)
			break;
	}
	if (piece.at)
		sodium_memzero(piece.at, piece.cap);
	buf_clear(&piece);
	if (file)
		fclose(file);
	return is_fine;
}

static bool add_to_sum(void *arg, struct span piece, char **error)
{
	(void)error;
	sum_add(arg, piece);
	return true;
}

static bool add_to_part(void *arg, struct span piece, char **error)
{
	return part_add(arg, piece, error);
}

// What the older backup has of it, when it can stand for the file as it is now.
static const struct backup_file *find_same(const struct making *k, const char *name,
					   const char *path)
{
	const struct backup_file *row = manifest_find(&k->older, name);
	const struct seal_public *to = k->order->seal;
	uint8_t found[SUM_LEN];
	char *error = NULL;
	struct sum sum;
	bool is_same;

	if (!row || k->older.is_sealed != (to != NULL) ||
	    (to && memcmp(to, &k->older.sealed_for, sizeof(*to)) != 0))
		return NULL;
	sum_begin(&sum);
	is_same = each_piece(path, STREAM_BLOCK, add_to_sum, &sum, &error);
	sum_end(&sum, found);
	// A link to what is damaged would carry the damage on.
	is_same = is_same && sum.size == row->size && memcmp(found, row->sum, SUM_LEN) == 0 &&
		  part_read(k->older_folder, row, NULL, NULL, NULL, &error);
	free(error);
	return is_same ? row : NULL;
}

static bool link_part(struct making *k, const struct backup_file *row)
{
	bool is_sealed = k->order->seal;
	char *from = part_path(k->older_folder, row->name, is_sealed);
	char *to = part_path(k->folder, row->name, is_sealed);
	bool is_linked = part_make_folders(k->folder, row->name) && link(from, to) == 0;

	free(from);
	free(to);
	if (is_linked) {
		struct backup_file *mine = manifest_add(k->made, row->name);
		char *name = mine->name;

		*mine = *row;
		mine->name = name;
		k->n_linked++;
	}
	return is_linked;
}

static bool copy_part(struct making *k, const char *name, const char *path, char **error)
{
	struct part_out *out = part_begin(k->folder, name, k->order->seal, error);

	if (out && each_piece(path, STREAM_BLOCK, add_to_part, out, error))
		return part_end(out, manifest_add(k->made, name), error);
	part_drop(out);
	return false;
}

bool making_add(struct making *k, const char *name, const char *path, char **error)
{
	const struct backup_file *same;

	if (access(path, F_OK) < 0 && errno == ENOENT)
		return true;
	if (!manifest_is_name(span_of(name)))
		return failed(error, "%s has a name that no manifest takes: rename it", path);
	same = find_same(k, name, path);
	// A file system may know no links, or be another one: then it is copied.
	if (same && link_part(k, same))
		return true;
	return copy_part(k, name, path, error);
}

// The database, page by page.
struct paging {
	struct part_out *sealed; // NULL: it stands there already
	struct sum whole;
	struct buf pages;
};

static bool take_page(void *arg, struct span page, char **error)
{
	struct paging *p = arg;

	sum_page(page, (uint8_t *)buf_space(&p->pages, PAGE_SUM_LEN));
	p->pages.len += PAGE_SUM_LEN;
	sum_add(&p->whole, page);
	return !p->sealed || part_add(p->sealed, page, error);
}

static bool add_pages(struct making *k, const struct buf *pages, char **error)
{
	struct part_out *out = part_begin(k->folder, BACKUP_PAGES, k->order->seal, error);

	if (out && part_add(out, buf_span(pages), error))
		return part_end(out, manifest_add(k->made, BACKUP_PAGES), error);
	part_drop(out);
	return false;
}

static bool finish_database(struct making *k, struct paging *p, char **error)
{
	struct backup_file *row = manifest_add(k->made, BACKUP_DATABASE);
	struct part_out *sealed = p->sealed;

	p->sealed = NULL;
	if (sealed)
		return part_end(sealed, row, error);
	row->size = p->whole.size;
	sum_end(&p->whole, row->sum);
	return true;
}

bool making_add_database(struct making *k, const char *copy, char **error)
{
	struct paging p = {0};
	bool is_done = true;

	sum_begin(&p.whole);
	if (k->order->seal) {
		p.sealed = part_begin(k->folder, BACKUP_DATABASE, k->order->seal, error);
		is_done = p.sealed;
	}
	is_done = is_done &&
		  each_piece(copy, (size_t)k->made->page_size, take_page, &p, error) &&
		  finish_database(k, &p, error) && add_pages(k, &p.pages, error);
	part_drop(p.sealed);
	buf_clear(&p.pages);
	return is_done;
}
