// SPDX-License-Identifier: MIT
#include "server/backup/manifest.h"

#include "common/grow.h"
#include "common/utf8.h"
#include "server/backup/failed.h"
#include "server/backup/manifest_private.h"
#include "server/backup/part.h"

#include <stdio.h>
#include <stdlib.h>

#define MANIFEST_MAX (256 * 1024 * 1024) // inside: a million files and more

bool manifest_is_name(struct span name)
{
	struct span rest = name;

	if (!name.len || name.at[name.len - 1] == '/' || !utf8_is_valid(name))
		return false;
	while (rest.len) {
		struct span part = span_cut(&rest, '/');

		if (!part.len || span_eq(part, SPAN(".")) || span_eq(part, SPAN("..")))
			return false;
	}
	for (size_t at = 0; at < name.len;) {
		if (utf8_is_unprintable(utf8_next(name, &at)))
			return false;
	}
	return true;
}

struct backup_file *manifest_add(struct backup_manifest *m, const char *name)
{
	m->files = grow(m->files, m->n_files, &m->files_space, sizeof(*m->files));
	m->files[m->n_files] = (struct backup_file){.name = xstrdup(name)};
	return &m->files[m->n_files++];
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct backup_file *)a)->name,
		      ((const struct backup_file *)b)->name);
}

void manifest_sort(struct backup_manifest *m)
{
	if (m->n_files)
		qsort(m->files, m->n_files, sizeof(*m->files), by_name);
}

static int to_name(const void *name, const void *file)
{
	return strcmp(name, ((const struct backup_file *)file)->name);
}

const struct backup_file *manifest_find(const struct backup_manifest *m, const char *name)
{
	if (!m->n_files)
		return NULL;
	return bsearch(name, m->files, m->n_files, sizeof(*m->files), to_name);
}

int64_t manifest_bytes(const struct backup_manifest *m)
{
	int64_t bytes = 0;

	for (size_t i = 0; i < m->n_files; i++)
		bytes += m->is_sealed ? m->files[i].sealed_size : m->files[i].size;
	return bytes;
}

void manifest_clear(struct backup_manifest *m)
{
	for (size_t i = 0; i < m->n_files; i++)
		free(m->files[i].name);
	free(m->files);
	free(m->version);
	*m = (struct backup_manifest){0};
}

static void sum_line(struct span text, struct buf *out)
{
	uint8_t sum[SUM_LEN];
	struct sum s;

	sum_begin(&s);
	sum_add(&s, text);
	sum_end(&s, sum);
	encode_hex(out, sum, sizeof(sum));
	buf_add_char(out, '\n');
}

static bool write_text(const char *dir, const char *name, struct span text, char **error)
{
	struct part_out *part = part_begin(dir, name, NULL, error);
	struct backup_file row;

	if (part && part_add(part, text, error))
		return part_end(part, &row, error);
	part_drop(part);
	return false;
}

bool manifest_write(const char *dir, const struct backup_manifest *m, char **error)
{
	struct buf text = {0}, sum = {0};
	bool is_written;

	manifest_encode(m, &text);
	sum_line(buf_span(&text), &sum);
	is_written = write_text(dir, BACKUP_MANIFEST, buf_span(&text), error) &&
		     write_text(dir, BACKUP_MANIFEST_SUM, buf_span(&sum), error);
	buf_clear(&text);
	buf_clear(&sum);
	return is_written;
}

static bool read_text(const char *dir, const char *name, struct buf *out, char **error)
{
	char *path = part_path(dir, name, false);
	FILE *file = fopen(path, "re");
	size_t got = 1;

	if (!file)
		failed_at(error, "read", path);
	while (file && got && out->len <= MANIFEST_MAX) {
		got = fread(buf_space(out, 4096), 1, 4096, file);
		out->len += got;
	}
	if (file && ferror(file))
		failed(error, "cannot read %s", path);
	else if (out->len > MANIFEST_MAX)
		failed(error, "%s is too long", path);
	if (file)
		fclose(file);
	free(path);
	return file && !*error;
}

bool manifest_read(const char *dir, struct backup_manifest *m, char **error)
{
	struct buf text = {0}, sum = {0}, found = {0};
	bool is_read;

	*m = (struct backup_manifest){0};
	*error = NULL;
	is_read = read_text(dir, BACKUP_MANIFEST, &text, error) &&
		  read_text(dir, BACKUP_MANIFEST_SUM, &sum, error);
	if (is_read) {
		sum_line(buf_span(&text), &found);
		if (!span_eq(buf_span(&sum), buf_span(&found)))
			is_read = failed(error,
					 "the manifest is not as it was written: its sum is "
					 "another");
	}
	is_read = is_read && manifest_decode(buf_span(&text), m, error);
	if (!is_read)
		manifest_clear(m);
	buf_clear(&text);
	buf_clear(&sum);
	buf_clear(&found);
	return is_read;
}
