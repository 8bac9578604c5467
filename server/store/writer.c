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
	struct batch later; // what came while it is not known of the batch whether it is stored
	bool stopping;
	struct durable last; // as reported
};

static void log_refusal(struct store *s, const struct entry *e, entry_no number)
{
	char kind[LOG_NUMBER_LEN], text[LOG_NUMBER_LEN];

	log_event(LOG_ERROR, "entry-refused", "entry", log_number(text, (int64_t)number),
		  "kind", log_number(kind, e->kind), "why", sql_error(&s->sql), NULL);
}

// How the world looks after this.
static enum disk_state disk_of(enum db_code code)
{
	switch ((int)code) {
	case DB_OK:
		return DISK_FINE;
	case DB_FULL:
		return DISK_FULL;
	case DB_AWAY:
		return DISK_AWAY;
	case DB_FENCED:
		return DISK_FENCED;
	default:
		return DISK_FAILED;
	}
}

static bool is_final(enum disk_state disk)
{
	return disk == DISK_FAILED || disk == DISK_FENCED;
}

// Of the last entry; 0: there is none.
static entry_no end_of(const struct batch *b)
{
	const struct journal *last = b->n_journals ? b->journals[b->n_journals - 1] : NULL;

	return last ? last->first + last->n_entries - 1 : 0;
}

// Those behind *upto; it moves on to `limit` at most.
static enum db_code apply_journal(struct store *s, const struct journal *j, entry_no limit,
				  entry_no *upto)
{
	for (size_t i = 0; i < j->n_entries && j->first + i <= limit; i++) {
		enum db_code code;

		if (j->first + i <= *upto)
			continue;
		if (s->engine->mark)
			s->engine->mark(s, j->first + i);
		code = apply_entry(s, &j->entries[i]);
		if (code != DB_OK)
			return code;
		*upto = j->first + i;
	}
	return DB_OK;
}

static enum db_code apply_batch(struct store *s, const struct batch *b, entry_no limit,
				entry_no *upto)
{
	enum db_code code = DB_OK;

	for (size_t i = 0; i < b->n_journals && code == DB_OK; i++)
		code = apply_journal(s, b->journals[i], limit, upto);
	return code;
}

static const struct entry *entry_of(const struct batch *b, entry_no number)
{
	for (size_t i = 0; i < b->n_journals; i++) {
		const struct journal *j = b->journals[i];

		// What stands before it is far behind it, as a number without a sign.
		if (number - j->first < j->n_entries)
			return &j->entries[number - j->first];
	}
	return NULL;
}

static void keep_chain(struct store *s)
{
	if (s->has_chained)
		memcpy(s->chain, s->next_chain, sizeof(s->chain));
}

// What is run for an entry never tells that another has the store, nor that it is away for
// good: the next `begin` does.
static enum db_code doubted(enum db_code code)
{
	if (code == DB_FENCED)
		return DB_AWAY;
	return code == DB_INTERRUPTED ? DB_FULL : code;
}

// One transaction of the entries behind *upto to `limit`; *bad is the entry that is refused.
// *upto moves only when the commit went well. Where an engine can, what stands before a refused
// entry is kept.
static enum db_code transact(struct store *s, const struct batch *b, entry_no limit,
			     entry_no *upto, entry_no *bad)
{
	entry_no last = *upto;
	enum db_code code = s->engine->begin(s, limit), committed;

	if (code == DB_END) {
		*upto = s->stored;
		return *upto < limit ? transact(s, b, limit, upto, bad) : DB_OK;
	}
	if (code == DB_OK)
		code = doubted(apply_batch(s, b, limit, &last));
	*bad = code == DB_REFUSED ? last + 1 : 0;
	committed = code;
	if (code == DB_OK || (code == DB_REFUSED && !s->engine->refused))
		committed = s->engine->commit(s, last);
	if (committed == DB_OK) {
		*upto = last;
		keep_chain(s);
	} else {
		code = committed;
		if (code == DB_REFUSED && s->engine->refused)
			*bad = s->engine->refused(s);
		s->engine->rollback(s);
	}
	s->has_chained = false;
	return code;
}

static void note_trouble(struct store *s, enum disk_state disk)
{
	s->failed = is_final(disk);
	if (disk == DISK_FAILED || disk == DISK_FULL)
		log_event(disk == DISK_FAILED ? LOG_ERROR : LOG_WARN, "commit-failed", "why",
			  sql_error(&s->sql), NULL);
	// Low until there is some distance again, even when the ballast makes room.
	s->low = s->low || disk == DISK_FULL;
}

// As many as one transaction holds. What stands before a refused entry is kept: the hub has
// told nobody about the rest, and the process ends.
static enum disk_state commit(struct store *s, const struct batch *b, entry_no *upto)
{
	entry_no bad = 0, none, most = s->engine->most, end = end_of(b);
	entry_no limit = most && end > *upto + most ? *upto + most : end;
	enum db_code code = transact(s, b, limit, upto, &bad);
	const struct entry *refused;

	// It does not know which one: again, and then it does.
	if (code == DB_REFUSED && !bad && s->engine->refused)
		code = transact(s, b, limit, upto, &bad);
	refused = bad ? entry_of(b, bad) : NULL;
	if (refused) {
		log_refusal(s, refused, bad);
		if (s->engine->refused && bad > *upto + 1)
			(void)!transact(s, b, bad - 1, upto, &none);
	}
	note_trouble(s, disk_of(code));
	return disk_of(code);
}

static void fill(struct store *s, struct durable *d, enum disk_state disk, int64_t since_us)
{
	enum disk_state space = s->engine->watch(s, &d->free_bytes, &d->size_bytes);

	memcpy(d->chain, s->chain, sizeof(d->chain));
	d->letter.kind = LETTER_DURABLE;
	d->applied = d->upto;
	d->is_clean = store_is_clean(s);
	d->disk = disk == DISK_FINE ? space : disk;
	if (disk == DISK_FINE && d->applied > s->fresh.applied)
		s->fresh.applied = d->applied;
	d->commit_us = since_us ? clock_mono_us() - since_us : 0;
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

// For whoever has no thread that waits: of an engine that is away not for long.
static enum disk_state commit_all(struct store *s, const struct batch *b, entry_no *upto)
{
	int64_t give_up_ms = clock_mono_ms() + DISK_FULL_MS;
	enum disk_state disk;

	do {
		disk = commit(s, b, upto);
		if (disk == DISK_AWAY)
			pause_ms(RETRY_MS);
	} while (disk == DISK_FINE ? *upto < end_of(b)
				   : (disk == DISK_AWAY && clock_mono_ms() < give_up_ms));
	return disk;
}

bool writer_apply(struct store *s, const struct journal *j, struct durable *out)
{
	const struct journal *journals[] = {j};
	const struct batch b = {journals, 1, 1};
	int64_t since = clock_mono_us();
	enum disk_state disk = DISK_FAILED;

	*out = (struct durable){.upto = j->first ? j->first - 1 : 0};
	if (!s->failed)
		disk = commit_all(s, &b, &out->upto);
	if (disk == DISK_FULL && s->engine->make_room(s))
		disk = commit_all(s, &b, &out->upto);
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
	bool was_away = w->last.disk == DISK_AWAY;

	fill(w->store, &w->last, disk, since_us);
	if (w->last.disk == DISK_AWAY && !was_away)
		log_event(LOG_WARN, "store-away", "why", sql_error(&w->store->sql), NULL);
	*d = w->last;
	mailbox_put(w->to_hub, &d->letter);
}

static void sort(struct writer *w, struct batch *b, struct letter *letters)
{
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

// How often, and since when, a batch was tried in vain.
struct tries {
	int64_t since_us, give_up_ms;
	int of_stop;
};

static bool is_given_up(struct writer *w, const struct tries *t)
{
	if (clock_mono_ms() <= t->give_up_ms && t->of_stop <= STOP_TRIES)
		return false;
	log_event(LOG_ERROR, "disk-full", "words", "no space came back: the server must end",
		  NULL);
	w->store->failed = true;
	return true;
}

static void wait_for_next(struct writer *w, struct tries *t, struct batch *to)
{
	pause_ms(RETRY_MS);
	sort(w, to, mailbox_take(w->box));
	t->of_stop += w->stopping;
}

// True: there is another try. Of an engine that is away there is always one, but at the end.
static bool try_again(struct writer *w, enum disk_state *disk, struct tries *t)
{
	if (*disk == DISK_AWAY) {
		if (w->last.disk != DISK_AWAY)
			report(w, DISK_AWAY, t->since_us);
		t->give_up_ms = clock_mono_ms() + DISK_FULL_MS;
		wait_for_next(w, t, &w->later);
		return t->of_stop <= STOP_TRIES;
	}
	if (*disk != DISK_FULL)
		return false;
	if (is_given_up(w, t)) {
		*disk = DISK_FAILED;
		return false;
	}
	if (w->store->engine->make_room(w->store))
		return true;
	report(w, DISK_FULL, t->since_us);
	wait_for_next(w, t, &w->batch);
	return true;
}

// Until it is stored or it is certain that it will not be.
static void store_batch(struct writer *w)
{
	struct tries t = {clock_mono_us(), clock_mono_ms() + DISK_FULL_MS, 0};
	enum disk_state disk;

	do {
		disk = commit(w->store, &w->batch, &w->last.upto);
		if (disk != DISK_FINE)
			continue;
		report(w, DISK_FINE, t.since_us);
		t.since_us = clock_mono_us();
	} while (disk == DISK_FINE ? w->last.upto < end_of(&w->batch)
				   : try_again(w, &disk, &t));
	if (disk != DISK_FINE)
		report(w, disk, t.since_us);
}

static void clear_batch(struct writer *w)
{
	const struct store_engine *engine = w->store->engine;
	struct batch later = w->later;

	for (size_t i = 0; i < w->batch.n_journals; i++) {
		struct journal *j = (struct journal *)(uintptr_t)w->batch.journals[i];
		bool is_stored = j->first + j->n_entries <= w->last.upto + 1;

		if (is_stored && engine->keep)
			engine->keep(w->store, j);
		else
			journal_free(j);
	}
	w->batch.n_journals = 0;
	w->later = w->batch;
	w->batch = later;
}

static void report_changes(struct writer *w)
{
	struct store *s = w->store;
	enum disk_state disk = DISK_FAILED;
	int64_t free_bytes, size_bytes;

	if (!s->failed) {
		disk = s->engine->watch(s, &free_bytes, &size_bytes);
		s->failed = is_final(disk);
	}
	if (disk != w->last.disk || w->last.is_clean != store_is_clean(s))
		report(w, disk, 0);
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

// What is there to be stored; false: nothing came for a while.
static bool gather(struct writer *w)
{
	struct letter *waiting;

	if (w->batch.n_journals)
		return true;
	waiting = mailbox_wait(w->box, patience_ms(w));
	sort(w, &w->batch, waiting);
	return waiting;
}

static void *run(void *arg)
{
	struct writer *w = arg;

	report(w, DISK_FINE, 0);
	w->store->engine->ready(w->store);
	while (!w->stopping || w->batch.n_journals) {
		if (!gather(w)) {
			idle(w);
			continue;
		}
		if (w->batch.n_journals && !w->store->failed)
			store_batch(w);
		clear_batch(w);
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
	free(w->later.journals);
	free(w);
}
