// SPDX-License-Identifier: MIT
// The folder: what is in it, what goes from it, and reading.
#include "server/files/files_private.h"

#include "common/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENDING ".new"

void file_place(const struct file_id *id, bool is_new, char out[static FILE_PLACE_MAX])
{
	char text[FILE_ID_TEXT + 1];

	file_id_text(id, text);
	snprintf(out, FILE_PLACE_MAX, "%s%s", text, is_new ? ENDING : "");
}

enum filing_result file_failed(const char *what)
{
	bool is_full = errno == ENOSPC || errno == EDQUOT;

	if (errno == ENOENT)
		return FILING_GONE;
	log_event(is_full ? LOG_WARN : LOG_ERROR, "file_failed", "at", what, "why",
		  strerrordesc_np(errno), NULL);
	return is_full ? FILING_FULL : FILING_BROKEN;
}

static bool read_all(int fd, struct filing *f)
{
	size_t wanted = f->len;
	ssize_t got = 1;

	for (f->len = 0; f->len < wanted && got; f->len += (size_t)got) {
		got = pread(fd, f->bytes + f->len, wanted - f->len, (off_t)(f->at + f->len));
		if (got < 0 && errno != EINTR)
			return false;
		if (got < 0)
			got = 0;
	}
	return true;
}

void file_read(int folder, struct filing *f)
{
	char place[FILE_PLACE_MAX];
	struct stat about;
	int fd;

	file_place(&f->file, false, place);
	fd = openat(folder, place, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	f->result = FILING_DONE;
	if (fd >= 0 && fstat(fd, &about) == 0 && read_all(fd, f))
		f->size = (uint64_t)about.st_size;
	else
		f->result = file_failed("download");
	if (fd >= 0)
		close(fd);
}

void files_remove(int folder, const struct file_list *list)
{
	char place[FILE_PLACE_MAX];

	for (size_t i = 0; folder >= 0 && i < list->n_ids; i++) {
		file_place(&list->ids[i], false, place);
		if (unlinkat(folder, place, 0) < 0 && errno != ENOENT)
			(void)!file_failed("removal");
	}
}

// A descriptor of its own, which the DIR closes.
static DIR *open_dir(int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !dir)
		close(fd);
	return dir;
}

static void end_list(DIR **dir, struct file_list *list)
{
	if (*dir)
		closedir(*dir);
	*dir = NULL;
	list->ends = true;
}

void files_list(int folder, DIR **dir, struct file_list *list)
{
	struct dirent *entry;
	struct file_id id;

	if (list->begins) {
		end_list(dir, list);
		list->ends = false;
		*dir = open_dir(folder);
	}
	while (*dir && list->n_ids < FILES_LISTED_MAX && (entry = readdir(*dir))) {
		if (file_id_parse(span_of(entry->d_name), &id))
			file_list_add(list, &id);
	}
	if (list->n_ids < FILES_LISTED_MAX)
		end_list(dir, list);
}

static bool is_new(const char *name)
{
	struct span text = span_of(name);
	struct file_id id;

	return text.len == FILE_PLACE_MAX - 1 &&
	       span_eq(span_after(text, FILE_ID_TEXT), SPAN(ENDING)) &&
	       file_id_parse(span_from(name, FILE_ID_TEXT), &id);
}

void files_clear_new(int folder)
{
	DIR *dir = open_dir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (is_new(entry->d_name))
			unlinkat(folder, entry->d_name, 0);
	}
	if (dir)
		closedir(dir);
}
