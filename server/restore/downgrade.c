// SPDX-License-Identifier: MIT
#include "server/restore/downgrade.h"

#include "common/clock.h"
#include "common/die.h"
#include "server/backup/failed.h"
#include "server/backup/manifest.h"
#include "server/backup/part.h"
#include "server/backup/unpack.h"
#include "server/restore/swap.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct downgrade {
	const struct downgrade_order *order;
	char *present, *kept; // the database; the copy that was made before its migration
	int64_t schema;       // of that copy
	struct swap swap;
	char *error;
};

// What was taken away since is there again.
static void on_taken(void *arg, const struct store_taken *taken)
{
	const struct downgrade *d = arg;
	struct buf what = {0};

	buf_printf(&what, "comes back: %s", taken->what);
	d->order->on_row(d->order->arg,
			 &(struct store_taken){taken->kind, taken->subject, buf_str(&what)});
	buf_clear(&what);
}

static bool find_kept(struct downgrade *d, int64_t schema)
{
	for (int64_t next = schema; next > 1; next--) {
		struct buf path = {0};

		buf_printf(&path, "%s.before-%04" PRId64, d->present, next);
		if (access(buf_str(&path), F_OK) == 0) {
			d->schema = next - 1;
			d->kept = buf_take(&path);
			return true;
		}
		buf_clear(&path);
	}
	return false;
}

static bool copy_bytes(int from, int to)
{
	ssize_t n;

	while ((n = copy_file_range(from, NULL, to, NULL, 1 << 20, 0)) > 0)
		continue;
	return n == 0 && fsync(to) == 0;
}

static bool copy_file(const char *from, const char *to, char **error)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool is_copied = in >= 0 && out >= 0 && copy_bytes(in, out);

	if (!is_copied)
		failed_at(error, in < 0 ? "read" : "write", in < 0 ? from : to);
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return is_copied;
}

// The database, or where somebody else uses it a copy. NULL with words in d->error.
static char *asked(struct downgrade *d, const char *work)
{
	char *copy;

	if (!d->order->is_beside)
		return xstrdup(d->present);
	copy = part_path(work, "present.db", false);
	if (store_backup(d->present, copy, &d->error))
		return copy;
	free(copy);
	return NULL;
}

// A copy of the copy is brought up to date, so that both can be compared.
static bool list_back(struct downgrade *d, const char *work)
{
	char *copy = part_path(work, BACKUP_DATABASE, false), *present = asked(d, work);
	struct store *s = NULL;
	bool is_listed = false;

	if (present && copy_file(d->kept, copy, &d->error))
		s = store_open(copy, STORE_FULL, &d->error);
	store_close(s);
	if (s) {
		enum store_redo redo = store_redo(copy, present, on_taken, d, &d->error);

		is_listed = redo == REDO_DONE || redo == REDO_PARTLY;
	}
	free(copy);
	free(present);
	return is_listed;
}

static bool list(struct downgrade *d)
{
	char *work = part_path(d->swap.folder, "work", false);
	bool is_listed =
		store_lost(d->kept, d->present, d->order->on_row, d->order->arg, &d->error);

	if (is_listed && mkdir(work, 0700) < 0)
		is_listed = failed_at(&d->error, "make", work);
	is_listed = is_listed && list_back(d, work) &&
		    (unpack_remove(work) || failed_at(&d->error, "remove", work));
	free(work);
	return is_listed;
}

static bool is_sound(struct downgrade *d)
{
	struct store_report report;
	bool is = store_check(d->kept, &report, &d->error);

	if (is && (report.n_problems || report.schema != d->schema))
		is = failed(&d->error, "%s is not sound: %s", d->kept,
			    report.n_problems ? buf_str(&report.problems)
					      : "it is of another schema than its name says");
	store_report_clear(&report);
	return is;
}

// Whoever reads the older database's log of what was done hears where it comes from.
static bool note(struct downgrade *d, const char *copy)
{
	struct buf detail = {0};
	bool is_noted;

	buf_printf(&detail, "from schema %" PRId64 " to %" PRId64 ", %s", store_schema(),
		   d->schema, strrchr(d->kept, '/') + 1);
	is_noted = store_note_older(copy, clock_wall_ms(), "downgrade", buf_str(&detail),
				    &d->error);
	buf_clear(&detail);
	return is_noted;
}

static enum admin_code put_in_place(struct downgrade *d, struct buf *words)
{
	char *to = part_path(d->swap.folder, BACKUP_DATABASE, false), *aside = NULL;
	enum admin_code code = ADMIN_FAILED;

	if (copy_file(d->kept, to, &d->error) && note(d, to) &&
	    swap_commit(&d->swap, "downgrade", &aside, &d->error)) {
		buf_printf(words,
			   "the database is of schema %" PRId64 " again: start the snugd that "
			   "wrote it, since this one would bring it up once more; the newer "
			   "one is kept in %s",
			   d->schema, aside);
		code = ADMIN_DONE;
	}
	free(aside);
	free(to);
	return code;
}

static enum admin_code only_list(const struct downgrade *d, struct buf *words)
{
	buf_printf(words, "this is what going back to schema %" PRId64 ", %s, would cost%s",
		   d->schema, d->kept,
		   d->order->is_tried ? ": nothing was changed" : ": give --confirm to do it");
	return d->order->is_tried ? ADMIN_DONE : ADMIN_UNCONFIRMED;
}

static bool begin(struct downgrade *d)
{
	const char *state = d->order->state;

	return d->order->is_beside ? swap_try(&d->swap, state, &d->error)
				   : swap_begin(&d->swap, state, &d->error);
}

static enum admin_code go_back(struct downgrade *d, struct buf *words)
{
	enum admin_code code = ADMIN_FAILED;

	if (is_sound(d) && begin(d) && list(d)) {
		if (d->order->is_confirmed)
			code = put_in_place(d, words);
		else
			code = only_list(d, words);
	}
	if (code == ADMIN_FAILED)
		buf_printf(words, "%s", d->error);
	swap_abandon(&d->swap);
	return code;
}

enum admin_code downgrade_run(const struct downgrade_order *o, struct buf *words)
{
	struct downgrade d = {.order = o,
			      .present = part_path(o->state, BACKUP_DATABASE, false)};
	struct store_report facts = {0};
	enum admin_code code = ADMIN_FAILED;

	if (!store_facts(d.present, &facts, &d.error)) {
		buf_printf(words, "%s", d.error);
	} else if (facts.schema != store_schema()) {
		buf_printf(words,
			   "%s is of schema %" PRId64 ", and this snugd of %" PRId64
			   ": nothing was brought up that could be taken back",
			   d.present, facts.schema, store_schema());
	} else if (!find_kept(&d, facts.schema)) {
		buf_printf(words,
			   "there is no copy from before a migration in %s (%s.before-NNNN): "
			   "restore a backup of the older snugd by the older snugd",
			   o->state, d.present);
		code = ADMIN_NOT_FOUND;
	} else {
		code = go_back(&d, words);
	}
	store_report_clear(&facts);
	free(d.present);
	free(d.kept);
	free(d.error);
	return code;
}
