// SPDX-License-Identifier: MIT
// `snugd check`, the files that people sent: each that the database speaks of is on disk, as
// long as it was; what is there beside them goes at the next look of a server.
#include "server/cli_check_private.h"

#include "server/backup/folder.h"
#include "server/letters/file_id.h"
#include "server/store/store.h"

#include <stdlib.h>
#include <unistd.h>

struct file_look {
	const char *folder;
	int64_t noted, missing, other; // of those that the database speaks of
	int64_t there;
	char first[FILE_ID_TEXT + 1]; // that is missing, or of another length
};

static void look_at_file(struct file_look *look, const struct entry_file *row)
{
	char text[FILE_ID_TEXT + 1];
	struct buf path = {0};
	struct file_id id;
	struct stat about;
	bool is_missing, is_other;

	memcpy(id.bytes, row->id, sizeof(id.bytes));
	file_id_text(&id, text);
	buf_printf(&path, "%s/%s", look->folder, text);
	is_missing = stat(buf_str(&path), &about) < 0;
	is_other = !is_missing && about.st_size != row->size;
	buf_clear(&path);
	look->noted++;
	look->missing += is_missing;
	look->other += is_other;
	if ((is_missing || is_other) && !look->first[0])
		memcpy(look->first, text, sizeof(look->first));
}

static void on_entry(void *arg, const struct entry *e)
{
	if (e->kind == ENTRY_FILE)
		look_at_file(arg, &e->file);
}

static bool count_one(void *arg, const char *name, const struct stat *about, char **error)
{
	struct file_look *look = arg;
	struct file_id id;

	(void)error;
	look->there += S_ISREG(about->st_mode) && file_id_parse(span_of(name), &id);
	return true;
}

static bool look_once(struct check *k, struct file_look *look, char **error)
{
	*look = (struct file_look){.folder = k->cli->paths.files};
	return store_look(k->cli->paths.store, on_entry, look, error) &&
	       (access(look->folder, F_OK) < 0 ||
		folder_each(look->folder, count_one, look, error));
}

static void say(struct check *k, const struct file_look *look)
{
	bool is_fine = !look->missing && !look->other;
	struct buf found = {0};

	buf_printf(&found, "%lld", (long long)look->noted);
	if (look->there > look->noted)
		buf_printf(&found, ", and %lld that nothing names: a server removes them",
			   (long long)(look->there - look->noted));
	if (!is_fine)
		buf_printf(&found,
			   ", of which %lld are missing and %lld of another length, as %s: "
			   "restore a backup, or let them go  snugd file delete %s --state %s",
			   (long long)look->missing, (long long)look->other, look->first,
			   look->first, k->cli->paths.state);
	check_report(k, "files", is_fine, buf_str(&found));
	buf_clear(&found);
}

// A running server may remove one between the two looks: only what is missing twice is.
void check_files(struct check *k)
{
	struct file_look look;
	char *error = NULL;
	bool is_read = look_once(k, &look, &error);

	if (is_read && look.missing && !check_is_idle(k))
		is_read = look_once(k, &look, &error);
	if (!is_read)
		check_report(k, "files", false, error);
	else if (look.noted || look.there)
		say(k, &look);
	free(error);
}
