// SPDX-License-Identifier: MIT
// The writer's part of the first world, by either engine.
#include "tests/sim/sim.h"

#include "server/letters/letter.h"
#include "tests/support/disk.h"
#include "tests/support/log_engine.h"

#define AWAY_EACH 8

static void report_disk(struct world *w)
{
	struct server *s = &w->servers[0];

	hub_mail_durable(&s->mail, s->durable, w->sabotage == TABLES ? s->durable : s->applied,
			 s->disk_state);
}

static void note_stored(struct world *w, const struct journal *j)
{
	for (size_t i = 0; i < j->n_entries; i++) {
		if (j->entries[i].kind == ENTRY_MESSAGE)
			idmap_put(&w->stored, j->entries[i].message.id, w);
	}
}

static struct journal *first_journal(const struct server *s)
{
	return container_of(s->mail.journals, struct journal, letter);
}

static void stored(struct world *w)
{
	struct server *s = &w->servers[0];
	const struct journal *j = first_journal(s);

	note_stored(w, j);
	s->durable += j->n_entries;
	letter_free(letter_take(&s->mail.journals));
}

// Whether the process may go on after a commit that was refused.
static bool is_refused_only(struct world *w, enum disk_state disk)
{
	w->servers[0].disk_state = disk;
	if (disk == DISK_FAILED || disk_has_crashed(w->disk))
		return false;
	report_disk(w); // full: it is tried again
	return true;
}

// The engine with a log either writes that or moves a little of it into the tables.
static bool log_or_apply(struct world *w)
{
	struct server *s = &w->servers[0];
	enum disk_state disk;
	struct durable far = {0};

	if (s->mail.journals && roll(w, 4)) {
		log_engine_put(w->log, first_journal(s));
		stored(w);
	} else if (!log_engine_apply(w->log, w->store, 1 + roll(w, 8), &disk)) {
		return is_refused_only(w, disk);
	} else {
		s->disk_state = disk;
	}
	log_engine_report(w->log, &far);
	s->applied = far.applied;
	report_disk(w);
	return true;
}

// In one of AWAY_EACH seeds the engine is gone now and then.
static bool is_away(struct world *w)
{
	struct server *s = &w->servers[0];

	if (!w->away && !w->calm && w->seed % AWAY_EACH == 5 && !roll(w, 60)) {
		w->away = 1 + (unsigned)roll(w, 120);
		w->aways++;
	}
	if (w->away && --w->away) {
		if (s->disk_state != DISK_AWAY) {
			s->disk_state = DISK_AWAY;
			report_disk(w);
		}
		return true;
	}
	if (s->disk_state == DISK_AWAY) {
		s->disk_state = DISK_FINE;
		report_disk(w);
	}
	return false;
}

void world_answer(struct world *w)
{
	struct server *s = &w->servers[0];
	struct letter *l = letter_take(&s->mail.queries);
	struct query *q;
	struct rows *rows;

	if (!l)
		return;
	q = container_of(l, struct query, letter);
	// Without the index, a hub that finds nothing is the one that says things twice.
	if (s->disk_state == DISK_AWAY || (w->sabotage == INDEX && q->kind == QUERY_CLIENT_ID))
		rows = rows_new(q->ticket);
	else
		rows = reader_answer(s->reader, q);
	if (s->disk_state == DISK_AWAY) {
		rows->result = ROWS_AWAY;
		rows->query = q;
	} else {
		query_free(q);
	}
	letter_add(&s->mail.letters, &rows->letter);
}

bool world_commit(struct world *w)
{
	struct server *s = &w->servers[0];
	struct durable result = {0};

	if (is_away(w))
		return true;
	if (w->log)
		return log_or_apply(w);
	if (!s->mail.journals)
		return true;
	if (!writer_apply(w->store, first_journal(s), &result))
		return is_refused_only(w, result.disk);
	stored(w);
	s->applied = s->durable;
	s->disk_state = DISK_FINE;
	report_disk(w);
	return true;
}
