// SPDX-License-Identifier: MIT
// The thread that writes: takes all letters that wait, stores them in one transaction,
// reports what is durable. Batches form by themselves while the disk is busy.
//
// 1. "Durable N" is put only behind a COMMIT that returned well and covers 1 .. N, and is
//    "applied N" too.
// 2. There is no commit timer: what came while the disk was busy is the next batch.
// 3. After an error that is not lack of space the handle is never used again: whether
//    the last batch is on disk is unknown then, and only a fresh start can tell.
#include "server/store/store.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/grow.h"
#include "common/log.h"
#include "server/letters/letter.h"
#include "server/letters/limits.h"
#include "server/store/apply.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// So often an idle writer looks at the free space, ...
#define WATCH_MS 5000
// ... and so often while all that can happen is that somebody makes room.
#define WATCH_LOW_MS 500
#define RETRY_MS 100
// A stop waits for space this often.
#define STOP_TRIES 5

struct batch {
	const struct journal **journals;
	size_t n_journals, space;
};

struct writer {
	struct store *store;
	struct mailbox *box, *to_hub;
	pthread_t thread;
	struct batch batch;
	bool stopping;
	struct durable last; // as reported
};

static void log_refusal(struct store *s, const struct entry *e, entry_no number)
{
	char kind[LOG_NUMBER_LEN], text[LOG_NUMBER_LEN];

	log_event(LOG_ERROR, "entry-refused", "entry", log_number(text, (int64_t)number),
		  "kind", log_number(kind, e->kind), "why", sql_error(&s->sql), NULL);
}

static enum db_code apply_journal(struct store *s, const struct journal *j, entry_no *upto)
{
	for (size_t i = 0; i < j->n_entries; i++) {
		enum db_code code = apply_entry(s, &j->entries[i]);

		if (code != DB_OK) {
			if (code == DB_REFUSED)
				log_refusal(s, &j->entries[i], j->first + i);
			return code;
		}
		*upto = j->first + i;
	}
	return DB_OK;
}

// How the world looks after this.
static enum disk_state disk_of(enum db_code code)
{
	return code == DB_OK ? DISK_FINE : code == DB_FULL ? DISK_FULL : DISK_FAILED;
}

// Of the last entry; 0: there is none.
static entry_no end_of(const struct batch *b)
{
	const struct journal *last = b->n_journals ? b->journals[b->n_journals - 1] : NULL;

	return last ? last->first + last->n_entries - 1 : 0;
}

static enum db_code apply_batch(struct store *s, const struct batch *b, entry_no *upto)
{
	enum db_code code = DB_OK;

	for (size_t i = 0; i < b->n_journals && code == DB_OK; i++)
		code = apply_journal(s, b->journals[i], upto);
	return code;
}

static void keep_chain(struct store *s)
{
	if (s->has_chained)
		memcpy(s->chain, s->next_chain, sizeof(s->chain));
}

static void note_trouble(struct store *s, enum disk_state disk)
{
	s->failed = disk == DISK_FAILED;
	if (disk != DISK_FINE)
		log_event(disk == DISK_FAILED ? LOG_ERROR : LOG_WARN, "commit-failed", "why",
			  sql_error(&s->sql), NULL);
	// Low until there is some distance again, even when the ballast makes room.
	s->low = s->low || disk == DISK_FULL;
}

// One transaction. What stands before a refused entry is kept: the hub has told nobody
// about the rest, and the process ends. *upto moves only when the commit went well.
static enum disk_state commit(struct store *s, const struct batch *b, entry_no *upto)
{
	entry_no last = *upto;
	enum db_code committed, code = s->engine->begin(s, end_of(b));

	if (code == DB_END) {
		*upto = end_of(b);
		return DISK_FINE;
	}
	if (code == DB_OK)
		code = apply_batch(s, b, &last);
	committed = code == DB_OK || code == DB_REFUSED ? s->engine->commit(s, last) : code;
	if (committed == DB_OK) {
		*upto = last;
		keep_chain(s);
	} else {
		code = committed;
	}
	s->has_chained = false;
	enum disk_state disk = disk_of(code);
	note_trouble(s, disk);
	if (committed != DB_OK)
		s->engine->rollback(s);
	return disk;
}

static void fill(struct store *s, struct durable *d, enum disk_state disk, int64_t since_us)
{
	enum disk_state space = s->engine->watch(s, &d->free_bytes, &d->size_bytes);

	memcpy(d->chain, s->chain, sizeof(d->chain));
	d->letter.kind = LETTER_DURABLE;
	d->applied = d->upto;
	d->is_clean = store_is_clean(s);
	d->disk = disk == DISK_FINE ? space : disk;
	d->commit_us = since_us ? clock_mono_us() - since_us : 0;
}

bool writer_apply(struct store *s, const struct journal *j, struct durable *out)
{
	const struct journal *journals[] = {j};
	const struct batch b = {journals, 1, 1};
	int64_t since = clock_mono_us();
	enum disk_state disk = DISK_FAILED;

	*out = (struct durable){.upto = j->first ? j->first - 1 : 0};
	if (!s->failed)
		disk = commit(s, &b, &out->upto);
	if (disk == DISK_FULL && s->engine->make_room(s))
		disk = commit(s, &b, &out->upto);
	fill(s, out, disk, since);
	if (disk == DISK_FINE)
		(void)s->engine->between(s, 0);
	return disk == DISK_FINE;
}

void writer_look(struct store *s, struct durable *out)
{
	*out = (struct durable){0};
	fill(s, out, DISK_FINE, 0);
}

static void report(struct writer *w, enum disk_state disk, int64_t since_us)
{
	struct durable *d = xmalloc(sizeof(*d));

	fill(w->store, &w->last, disk, since_us);
	*d = w->last;
	mailbox_put(w->to_hub, &d->letter);
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static void take(struct writer *w, struct letter *letters)
{
	struct batch *b = &w->batch;

	for (struct letter *l = letters, *next; l; l = next) {
		next = l->next;
		if (l->kind == LETTER_JOURNAL) {
			b->journals = grow(b->journals, b->n_journals, &b->space,
					   sizeof(*b->journals));
			b->journals[b->n_journals++] = container_of(l, struct journal, letter);
		} else {
			w->stopping = true;
			free(l);
		}
	}
}

// Until it is stored or it is certain that it will not be.
static void store_batch(struct writer *w)
{
	int64_t since = clock_mono_us(), give_up = clock_mono_ms() + DISK_FULL_MS;
	int stop_tries = 0;
	enum disk_state disk;

	while ((disk = commit(w->store, &w->batch, &w->last.upto)) == DISK_FULL) {
		if (clock_mono_ms() > give_up || stop_tries > STOP_TRIES) {
			log_event(LOG_ERROR, "disk-full", "words",
				  "no space came back: the server must end", NULL);
			w->store->failed = true;
			disk = DISK_FAILED;
			break;
		}
		if (w->store->engine->make_room(w->store))
			continue;
		report(w, DISK_FULL, since);
		pause_ms(RETRY_MS);
		take(w, mailbox_take(w->box));
		stop_tries += w->stopping;
	}
	report(w, disk, since);
}

static void clear_batch(struct batch *b)
{
	for (size_t i = 0; i < b->n_journals; i++)
		journal_free((struct journal *)(uintptr_t)b->journals[i]);
	b->n_journals = 0;
}

static void report_changes(struct writer *w)
{
	struct store *s = w->store;
	int64_t free_bytes, size_bytes;
	enum disk_state disk = DISK_FAILED;

	if (!s->failed)
		disk = s->engine->watch(s, &free_bytes, &size_bytes);
	if (disk != w->last.disk || w->last.is_clean != store_is_clean(s))
		report(w, s->failed ? DISK_FAILED : DISK_FINE, 0);
}

// Nothing came for a while.
static void idle(struct writer *w)
{
	store_tidy(w->store);
	w->store->engine->ready(w->store);
	report_changes(w);
}

static void tidy_between(struct writer *w)
{
	struct store *s = w->store;

	if (!s->failed && s->engine->between(s, clock_mono_ms()))
		report_changes(w);
}

static int patience_ms(const struct writer *w)
{
	int tidy_ms = w->store->engine->after_ms(w->store);

	if (w->store->failed)
		return -1;
	if (tidy_ms >= 0)
		return tidy_ms;
	return w->store->low ? WATCH_LOW_MS : WATCH_MS;
}

static void *run(void *arg)
{
	struct writer *w = arg;

	report(w, DISK_FINE, 0);
	w->store->engine->ready(w->store);
	while (!w->stopping) {
		struct letter *letters = mailbox_wait(w->box, patience_ms(w));

		if (!letters) {
			idle(w);
			continue;
		}
		take(w, letters);
		if (w->batch.n_journals && !w->store->failed)
			store_batch(w);
		clear_batch(&w->batch);
		tidy_between(w);
	}
	return NULL;
}

struct writer *writer_start(struct store *s, struct mailbox *to_hub)
{
	struct writer *w = xcalloc(1, sizeof(*w));

	w->store = s;
	w->box = mailbox_new();
	w->to_hub = to_hub;
	w->thread = thread_start(s->begin, THREAD_WRITER, run, w);
	return w;
}

void writer_put(struct writer *w, struct journal *j)
{
	mailbox_put(w->box, &j->letter);
}

void writer_stop(struct writer *w)
{
	if (!w)
		return;
	struct letter *stop = xcalloc(1, sizeof(*stop));
	stop->kind = LETTER_STOP;
	mailbox_put(w->box, stop);
	pthread_join(w->thread, NULL);
	mailbox_free(w->box);
	free(w->batch.journals);
	free(w);
}
