// SPDX-License-Identifier: MIT
#include "server/backup/create.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/version.h"
#include "server/backup/create_private.h"
#include "server/backup/failed.h"
#include "server/backup/folder.h"
#include "server/backup/leftover.h"
#include "server/backup/shelf.h"
#include "server/backup/stream.h"
#include "server/backup/unpack.h"

#include <stdlib.h>
#include <unistd.h>

static bool take_facts(struct making *k, const char *copy, char **error)
{
	struct backup_manifest *m = k->made;
	struct store_report facts;
	bool is_read = store_facts(copy, &facts, error);

	m->format = BACKUP_FORMAT;
	m->version = xstrdup(SNUG_VERSION);
	m->made_ms = clock_wall_ms();
	m->schema = facts.schema;
	memcpy(m->history, facts.copied, sizeof(m->history));
	m->sequence = facts.newest;
	m->page_size = facts.page_size;
	m->accounts = facts.accounts;
	m->rooms = facts.rooms;
	m->messages = facts.messages;
	m->audit = facts.audit;
	memcpy(m->audit_head, facts.chain, sizeof(m->audit_head));
	m->is_sealed = k->order->seal;
	if (m->is_sealed)
		m->sealed_for = *k->order->seal;
	store_report_clear(&facts);
	return is_read;
}

// Where the copy is made before its sums are: in the backup itself, or beside the original.
static bool copy_database(struct making *k, const char *folder, char **error)
{
	char *copy = part_path(folder, BACKUP_DATABASE, false);
	bool is_done = store_backup(k->order->database, copy, error) &&
		       take_facts(k, copy, error) && making_add_database(k, copy, error);

	free(copy);
	return is_done;
}

static bool seal_database(struct making *k, char **error)
{
	char *folder = part_path(k->order->state, LEFTOVER_SEALING, false);
	int lock = folder_begin(folder, error);
	bool is_done = lock >= 0 && copy_database(k, folder, error);

	if (lock >= 0) {
		unpack_remove(folder);
		close(lock);
	}
	free(folder);
	return is_done;
}

// What is half there, as of an upload that goes on.
static bool is_coming(struct span name)
{
	struct span ending = SPAN(BACKUP_FILE_COMING);

	return name.len > ending.len &&
	       span_eq(span_after(name, name.len - ending.len), ending);
}

static bool add_file(void *arg, const char *name, const struct stat *about, char **error)
{
	struct making *k = arg;
	char *inside, *path;
	bool is_done;

	if (is_coming(span_of(name)))
		return true;
	if (!S_ISREG(about->st_mode))
		return failed(error, "%s/%s/%s is no file", k->order->state, BACKUP_FILES,
			      name);
	inside = part_path(BACKUP_FILES, name, false);
	path = part_path(k->order->state, inside, false);
	is_done = making_add(k, inside, path, error);
	free(inside);
	free(path);
	return is_done;
}

static bool add_files(struct making *k, char **error)
{
	char *folder = part_path(k->order->state, BACKUP_FILES, false);
	bool is_done = access(folder, F_OK) < 0 || folder_each(folder, add_file, k, error);

	free(folder);
	return is_done;
}

static bool fill(struct making *k, char **error)
{
	const struct backup_order *o = k->order;
	bool is_done = o->seal ? seal_database(k, error) : copy_database(k, k->folder, error);

	for (size_t i = 0; is_done && i < o->n_sources; i++)
		is_done = making_add(k, o->sources[i].name, o->sources[i].path, error);
	is_done = is_done && add_files(k, error);
	manifest_sort(k->made);
	return is_done && manifest_write(k->folder, k->made, error);
}

bool backup_create(const struct backup_order *order, const char *dir,
		   struct backup_manifest *made, size_t *n_linked, char **error)
{
	struct making k = {.order = order, .made = made};
	struct buf name = {0};
	int lock;
	bool is_done;

	*made = (struct backup_manifest){0};
	*error = NULL;
	buf_printf(&name, "%s%s", dir, FOLDER_UNFINISHED);
	k.folder = buf_take(&name);
	if (order->is_incremental)
		k.older_folder = shelf_newest(dir, &k.older);
	lock = folder_begin(k.folder, error);
	is_done = lock >= 0 && fill(&k, error) && folder_finish(k.folder, dir, error);
	if (lock >= 0 && !is_done)
		unpack_remove(k.folder);
	if (lock >= 0)
		close(lock);
	*n_linked = k.n_linked;
	manifest_clear(&k.older);
	free(k.older_folder);
	free(k.folder);
	return is_done;
}
