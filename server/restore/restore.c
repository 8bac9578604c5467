// SPDX-License-Identifier: MIT
#include "server/restore/restore.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/grow.h"
#include "server/backup/failed.h"
#include "server/backup/part.h"
#include "server/backup/unpack.h"
#include "server/backup/verify.h"
#include "server/restore/swap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MARGIN_BYTES (16LL << 20) // beside what is unpacked

struct restore {
	const struct restore_order *order;
	struct backup_manifest *manifest;
	struct swap swap;
	char *work, *copy; // where it is made; the database in it
	char *present;     // what judges; NULL: nothing does
	char *unread;      // why not
	size_t n_again;    // things taken away again
	bool is_partly;
	char *error;
};

static bool is_there(const char *folder, const char *name)
{
	char *path = part_path(folder, name, false);
	bool is = access(path, F_OK) == 0;

	free(path);
	return is;
}

// The part of a path before the first slash: what is moved as one.
static struct span first_of(const char *name)
{
	struct span rest = span_of(name);

	return span_cut(&rest, '/');
}

static bool has_space(struct restore *r)
{
	const struct backup_manifest *m = r->manifest;
	bool is_older = m->schema < store_schema();
	int64_t wanted = MARGIN_BYTES;
	struct statvfs fs;

	for (size_t i = 0; i < m->n_files; i++)
		wanted += m->files[i].size * (is_older ? 4 : 2);
	if (statvfs(r->order->state, &fs) < 0)
		return failed_at(&r->error, "look at", r->order->state);
	int64_t has = (int64_t)(fs.f_bavail * fs.f_frsize);
	if (has >= wanted)
		return true;
	return failed(&r->error,
		      "%s has %" PRId64 " MiB free, and this wants %" PRId64
		      ": make room first; nothing was done",
		      r->order->state, has >> 20, (wanted >> 20) + 1);
}

// A server opens it: its schema becomes the newest, and it draws a history id of its own.
static bool bring_up(const char *path, char **error)
{
	struct store *s = store_open(path, STORE_FULL, error);

	store_close(s);
	return s;
}

static bool unpack(struct restore *r)
{
	const struct restore_order *o = r->order;

	if (!has_space(r) || !(o->is_beside ? swap_try(&r->swap, o->state, &r->error)
					    : swap_begin(&r->swap, o->state, &r->error)))
		return false;
	r->work = part_path(r->swap.folder, "work", false);
	r->copy = part_path(r->work, BACKUP_DATABASE, false);
	if (mkdir(r->work, 0700) < 0)
		return failed_at(&r->error, "make", r->work);
	return unpack_backup(o->dir, r->manifest, o->secret, r->work, &r->error) &&
	       bring_up(r->copy, &r->error);
}

static bool look(const struct restore *r)
{
	r->order->look(r->order->arg, r->work);
	return true;
}

// -- what was taken away since

// Of an older schema, or in use, which the asking would hold up: a copy of it is asked.
static char *brought_up(struct restore *r, const char *path)
{
	char *copy = part_path(r->work, "present.db", false);

	if (store_backup(path, copy, &r->unread) && bring_up(copy, &r->unread))
		return copy;
	free(copy);
	return NULL;
}

static bool find_present(struct restore *r)
{
	char *path = part_path(r->order->state, BACKUP_DATABASE, false);
	struct store_report facts = {0};
	bool is_fine = true;

	if (access(path, F_OK) < 0)
		failed(&r->unread, "there is no %s", path);
	else if (store_facts(path, &facts, &r->unread) && facts.schema > store_schema())
		is_fine = failed(&r->error,
				 "%s is of a newer snugd, which alone can tell what was taken "
				 "away since: restore with that one, or as it was",
				 path);
	else if (!r->unread && facts.n_problems)
		failed(&r->unread, "%s: %s", path, buf_str(&facts.problems));
	else if (!r->unread)
		r->present = facts.schema == store_schema() && !r->order->is_beside
				     ? xstrdup(path)
				     : brought_up(r, path);
	store_report_clear(&facts);
	free(path);
	return is_fine;
}

static void on_taken(void *arg, const struct store_taken *taken)
{
	struct restore *r = arg;

	r->n_again++;
	r->order->on_row(r->order->arg, taken);
}

static bool take_away_again(struct restore *r)
{
	if (r->order->as_it_was)
		return true;
	if (!find_present(r))
		return false;
	switch (store_redo(r->copy, r->present, on_taken, r, &r->error)) {
	case REDO_PARTLY:
		r->is_partly = true;
		return true;
	case REDO_DONE:
		return true;
	case REDO_ALIEN:
		return failed(&r->error,
			      "the database in %s is of another server than the backup, and "
			      "cannot tell what was taken away: name another --state, or give "
			      "--as-it-was",
			      r->order->state);
	case REDO_FAILED:
		break;
	}
	return false;
}

// -- marked, and ready to be put in place

static bool store_mark(struct restore *r, const struct entry *entries, size_t n)
{
	struct store *s = store_open(r->copy, STORE_FULL, &r->error);
	struct journal *j;
	struct durable done;
	bool is_stored;

	if (!s)
		return false;
	j = journal_new(1);
	for (size_t i = 0; i < n; i++)
		journal_add(j, &entries[i]);
	is_stored = writer_apply(s, j, &done);
	journal_free(j);
	store_close(s);
	return is_stored || failed(&r->error, "cannot write %s: is the disk full?", r->copy);
}

struct restore_marks {
	struct arena arena; // of what the rows say
	struct entry *rows;
	size_t n, space;
	int64_t since_ms;
};

static void add_mark(struct restore_marks *m, struct entry e)
{
	m->rows = grow(m->rows, m->n, &m->space, sizeof(*m->rows));
	m->rows[m->n++] = e;
}

static void add_audit(struct restore_marks *m, int64_t at_ms, const char *actor,
		      const char *verb, struct span detail, struct span reason)
{
	add_mark(m, (struct entry){.kind = ENTRY_AUDIT,
				   .audit = {.at_ms = at_ms,
					     .actor = span_of(actor),
					     .verb = span_of(verb),
					     .detail = arena_dup(&m->arena, detail),
					     .reason = reason}});
}

static void on_audited(void *arg, const struct store_audited *entry)
{
	struct restore_marks *m = arg;

	if (entry->row.at_ms > m->since_ms && span_eq(entry->row.verb, SPAN(VERB_ERASED)))
		add_audit(m, entry->row.at_ms, "server", VERB_ERASED, entry->row.detail,
			  SPAN(""));
}

// What an erasing took out of the log is taken out again, and what says that it was one comes
// along.
static bool add_erasings(struct restore *r, struct restore_marks *m)
{
	struct store_chain chain;

	m->since_ms = r->manifest->made_ms;
	if (!r->present)
		return true;
	if (!store_audit(r->present, NULL, on_audited, m, &chain, &r->error))
		return false;
	store_chain_clear(&chain);
	return true;
}

static bool mark(struct restore *r)
{
	const char *reason = r->order->reason;
	int64_t now = clock_wall_ms();
	char made[CLOCK_TEXT_LEN + 1];
	struct buf detail = {0}, setting = {0};
	struct restore_marks m = {0};
	bool is_marked;

	clock_text(r->manifest->made_ms, made);
	buf_printf(&detail, "the backup of %s, %s: %zu rows", made,
		   r->order->as_it_was ? "as it was" : "taken away again", r->n_again);
	buf_printf(&setting, "%" PRId64 " %" PRId64, now, r->manifest->made_ms);
	is_marked = add_erasings(r, &m);
	add_audit(&m, now, "shell", "restore", buf_span(&detail),
		  reason ? span_of(reason) : SPAN(""));
	add_mark(&m, (struct entry){.kind = ENTRY_SETTING,
				    .setting = {SPAN(SETTING_RESTORED), buf_span(&setting)}});
	is_marked = is_marked && store_mark(r, m.rows, m.n);
	free(m.rows);
	arena_clear(&m.arena);
	buf_clear(&setting);
	buf_clear(&detail);
	return is_marked;
}

// What a server would refuse to go on with is found before it is in place.
static bool check(struct restore *r)
{
	struct store_report report;
	bool is_sound = store_check(r->copy, &report, &r->error);

	if (is_sound && report.n_problems)
		is_sound = failed(&r->error, "the restored database is not sound: %s",
				  buf_str(&report.problems));
	store_report_clear(&report);
	return is_sound;
}

static bool ends(struct span name, struct span end)
{
	return name.len >= end.len &&
	       memcmp(name.at + name.len - end.len, end.at, end.len) == 0;
}

// Certificate and key belong together: those of the backup come all, or none does. Those of
// pushes and sign-ins are a matter of their own; what people sent belongs to the database.
static bool is_wanted(const struct restore *r, struct span name)
{
	const char *state = r->order->state;
	struct buf text = {0};
	bool is_key = (ends(name, SPAN(".pem")) || ends(name, SPAN(".key"))) &&
		      !span_eq(name, SPAN("web-push.key")) &&
		      !span_eq(name, SPAN("sign-in.key"));

	if (span_eq(name, SPAN(BACKUP_FILES)))
		return true;
	buf_add_span(&text, name);
	bool wanted = is_key ? !is_there(state, "key.pem") && !is_there(state, "cert.pem")
			     : !is_there(state, buf_str(&text));
	buf_clear(&text);
	return wanted;
}

static bool take_file(struct restore *r, struct span name)
{
	struct buf text = {0};
	bool wanted = is_wanted(r, name), is_fine = true;

	buf_add_span(&text, name);
	char *from = part_path(r->work, buf_str(&text), false);
	char *to = part_path(r->swap.folder, buf_str(&text), false);
	if (wanted && rename(from, to) < 0)
		is_fine = failed_at(&r->error, "move", from);
	r->order->on_row(r->order->arg, &(struct store_taken){"file", buf_str(&text),
							      wanted ? "comes from the backup"
								     : "stays as it is here"});
	free(from);
	free(to);
	buf_clear(&text);
	return is_fine;
}

// The backup has no file that somebody sent: neither has the state then.
static bool take_no_files(struct restore *r)
{
	char *to = part_path(r->swap.folder, BACKUP_FILES, false);
	bool is_fine = !is_there(r->order->state, BACKUP_FILES) || mkdir(to, 0700) == 0 ||
		       errno == EEXIST || failed_at(&r->error, "make", to);

	free(to);
	return is_fine;
}

// Out of the folder of work come the database and what fills a gap.
static bool gather(struct restore *r)
{
	char *to = part_path(r->swap.folder, BACKUP_DATABASE, false);
	bool is_fine = rename(r->copy, to) == 0 || failed_at(&r->error, "move", r->copy);
	struct span before = SPAN("");

	free(to);
	for (size_t i = 0; is_fine && i < r->manifest->n_files; i++) {
		const char *name = r->manifest->files[i].name;
		struct span first = first_of(name);

		if (!strcmp(name, BACKUP_DATABASE) || !strcmp(name, BACKUP_PAGES) ||
		    span_eq(first, before))
			continue;
		is_fine = take_file(r, first);
		before = first;
	}
	is_fine = is_fine && take_no_files(r);
	return is_fine && (unpack_remove(r->work) || failed_at(&r->error, "remove", r->work));
}

// -- the whole

static void tell_unread(const struct restore *r, const char *made, struct buf *words)
{
	if (!r->is_partly)
		return;
	if (r->unread)
		buf_printf(words, "%s.\n", r->unread);
	buf_printf(
		words,
		"so %s that was taken away since %s can be known: what is void is listed; "
		"devices, tokens and passwords that are younger than the copy are void, since "
		"it does not know them; look over those that it knows\n"
		"  snugd user list --state %s\n  snugd user cert list NAME --state %s\n",
		r->present ? "not all" : "nothing", made, r->order->state, r->order->state);
}

static enum admin_code done(const struct restore *r, const char *aside, struct buf *words)
{
	char made[CLOCK_TEXT_LEN + 1];

	clock_text(r->manifest->made_ms, made);
	tell_unread(r, made, words);
	if (r->order->is_tried)
		buf_printf(words, "nothing was changed: this is what a restore would do");
	else
		buf_printf(words, "restored the backup of %s", made);
	if (aside)
		buf_printf(words, "; what was here is kept in %s", aside);
	return r->is_partly ? ADMIN_PROBLEMS : ADMIN_DONE;
}

static enum admin_code put_in_place(struct restore *r, struct buf *words)
{
	enum admin_code code = ADMIN_FAILED;
	char *aside = NULL;

	if (unpack(r) && look(r) && take_away_again(r) && mark(r) && check(r) && gather(r) &&
	    (r->order->is_tried || swap_commit(&r->swap, "restore", &aside, &r->error)))
		code = done(r, aside, words);
	else
		buf_printf(words, "%s", r->error);
	swap_abandon(&r->swap);
	free(aside);
	free(r->work);
	free(r->copy);
	free(r->present);
	free(r->unread);
	free(r->error);
	return code;
}

static enum admin_code refuse(const struct restore_order *o, const struct backup_report *report,
			      struct buf *words)
{
	for (size_t i = 0; i < report->n_findings; i++) {
		if (!report->findings[i].is_fine)
			buf_printf(words, "%s: %s\n", report->findings[i].what,
				   report->findings[i].found);
	}
	buf_printf(words, "%s does not verify: nothing was restored; take another backup",
		   o->dir);
	return ADMIN_PROBLEMS;
}

enum admin_code restore_run(const struct restore_order *o, struct buf *words)
{
	struct backup_report report;
	struct restore r = {.order = o, .manifest = &report.manifest};
	bool is_whole = backup_verify(o->dir, o->secret, NULL, &report);
	enum admin_code code;

	if (!is_whole) {
		code = refuse(o, &report, words);
	} else if (!report.is_opened) {
		buf_printf(words, "%s is sealed: give the key that opens it, with --key FILE",
			   o->dir);
		code = ADMIN_USAGE;
	} else {
		code = put_in_place(&r, words);
	}
	backup_report_clear(&report);
	return code;
}
