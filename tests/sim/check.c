// SPDX-License-Identifier: MIT
// What must hold. The names are those of the reliability requirements:
//  I1 what its sender knows to be stored is in the history
//  I2 no message is there twice
//  I3 each sender's messages stand in the order they were sent
//  I4 what anybody saw is in the history, as it was seen
//  I5 the database is sound
//  I6 memberships and read markers that were seen are there
//  I7 in the end everything that was sent is there once
//  and: nothing is seen that is not durable; numbers have no gap; a client without
//  history hears everything.
#include "tests/sim/sim.h"

#include "common/die.h"
#include "common/grow.h"
#include "server/hub/rooms/member.h"
#include "server/hub/people/account.h"
#include "server/hub/history/marker.h"
#include "server/hub/rooms/room.h"
#include "server/store/store.h"

#include <stdio.h>
#include <stdlib.h>

static bool is_in_store(struct server *s, message_id id)
{
	struct query *q = query_new(QUERY_GET, 1);
	struct rows *rows;
	bool found;

	q->from = (struct place){.is_set = true, .id = id};
	q->limit = 1;
	rows = reader_answer(s->reader, q);
	found = rows->n_messages != 0;
	rows_free(rows);
	query_free(q);
	return found;
}

void check_leaving(struct server *s, struct span line)
{
	if (s->partner && server_is_deposed(s))
		wrong(s->world, "a server whose term is over said " SPAN_FMT, SPAN_ARG(line));
}

static struct fact *fact_of(struct world *w, const struct fact *seen)
{
	struct fact *f = idmap_find(&w->facts, seen->id);

	if (f)
		return f;
	f = xcalloc(1, sizeof(*f));
	*f = *seen;
	f->sender = xstrdup(seen->sender);
	f->text = xstrdup(seen->text);
	idmap_put(&w->facts, seen->id, f);
	return f;
}

// No other message stands where one was seen.
static void check_place(struct world *w, struct fact *f)
{
	uint64_t place = (uint64_t)(f->stream + 1) << 40 | f->seq;
	const struct fact *first = idmap_find(&w->places, place);

	if (!first)
		idmap_put(&w->places, place, f);
	else if (first != f)
		wrong(w, "%s and %s were seen in one place, %llu of stream %d", first->text,
		      f->text, (unsigned long long)f->seq, f->stream);
}

void check_seen(struct server *s, const struct fact *seen)
{
	struct world *w = s->world;
	struct fact *f = fact_of(w, seen);

	// A commit whose answer was an error may have been one all the same; an engine that is
	// more than one machine is asked itself.
	if (!idmap_find(&w->stored, seen->id) && (s->partner || !is_in_store(s, seen->id)))
		wrong(w, "somebody saw %s before it was durable", seen->text);
	if (f->seq != seen->seq || strcmp(f->text, seen->text) != 0 ||
	    strcmp(f->sender, seen->sender) != 0)
		wrong(w, "%s (%llu) was also seen as %s (%llu)", f->text,
		      (unsigned long long)f->seq, seen->text, (unsigned long long)seen->seq);
	f->is_acked |= seen->is_acked;
	check_place(w, f);
}

void check_proven(const struct person *p, unsigned number)
{
	struct world *w = p->world;
	char text[32];

	for (size_t i = 0; i < p->n_unsent && !p->link->was_refused; i++) {
		snprintf(text, sizeof(text), "%s-%u", p->name, p->unsent[i].number);
		if (p->unsent[i].number < number && !map_find(&w->texts, span_of(text)))
			wrong(w, "a PONG said that %s is stored", text);
	}
}

void check_answered(const struct person *p)
{
	if (p->link && p->registered && p->n_unsent && !p->link->was_refused)
		wrong(p->world, "%s-%u is neither stored nor refused", p->name,
		      p->unsent[0].number);
}

static void check_member(struct server *s, const struct person *p)
{
	static const char *const rooms[ROOMS] = {"#a", "#b"};
	struct world *w = s->world;
	const struct account *a = account_find(s->hub, span_of(p->name));

	if (!a) {
		wrong(w, "I6: the account %s is gone", p->name);
		return;
	}
	for (int i = 0; i < ROOMS; i++) {
		const struct room *r = room_find(s->hub, span_of(rooms[i]));

		if (p->in_room[i] && (!r || !member_find(r, a)))
			wrong(w, "I6: %s is not in %s any more", p->name, rooms[i]);
		if (i == 0 && p->marker_ms && r && marker_time(a, r->stream.id) < p->marker_ms)
			wrong(w, "I6: the marker of %s fell", p->name);
	}
}

// I1 and I4 by the ids alone; check_all compares them whole.
void check_loaded(struct server *s)
{
	struct world *w = s->world;
	const struct fact *f;
	size_t cursor = 0;

	for (int i = 0; i < PEOPLE; i++)
		check_member(s, &w->people[i]);
	while ((f = idmap_next(&w->facts, &cursor))) {
		if (!is_in_store(s, f->id))
			wrong(w, "I4: %s was seen and is gone after a crash", f->text);
	}
}

struct tally {
	struct server *s;
	uint64_t next[PEOPLE]; // I3: lowest number of each sender that may come now
	struct map ids;        // I2: those that were met
	char **keys;
	size_t n, space;
};

static void check_message(struct tally *t, const struct entry_message *m, uint64_t seq,
			  bool is_room)
{
	struct world *w = t->s->world;
	const struct fact *f = idmap_find(&w->facts, m->id);
	const struct person *plain = &w->people[PEOPLE - 1];
	uint64_t number = 0;
	int sender = m->text.at[1] - '0';
	bool heard = false;

	tell(w, "in the end %llu is " SPAN_FMT, (unsigned long long)seq, SPAN_ARG(m->text));
	if (m->seq != seq)
		wrong(w, "a gap: %llu instead of %llu", (unsigned long long)m->seq,
		      (unsigned long long)seq);
	if (map_find(&t->ids, m->client_id))
		wrong(w, "I2: %.*s is there twice", SPAN_ARG(m->client_id));
	t->keys = grow(t->keys, t->n, &t->space, sizeof(char *));
	t->keys[t->n] = span_dup(m->client_id);
	map_put(&t->ids, span_of(t->keys[t->n++]), w);
	if (!span_to_u64(span_after(m->text, 3), &number) ||
	    (number < t->next[sender] && number >= w->people[sender].refused))
		wrong(w, "I3: %.*s comes too late", SPAN_ARG(m->text));
	t->next[sender] = number + 1;
	if (f && (f->seq != m->seq || !span_eq(span_of(f->text), m->text)))
		wrong(w, "I4: %s was seen and %.*s is there", f->text, SPAN_ARG(m->text));
	for (size_t i = 0; is_room && i < plain->n_heard && !heard; i++)
		heard = span_eq(m->text, span_of(plain->heard[i]));
	if (is_room && !heard)
		wrong(w, "the client without history never heard %.*s", SPAN_ARG(m->text));
}

static void check_stream(struct tally *t, const struct stream *stream)
{
	struct world *w = t->s->world;
	struct query *q = query_new(QUERY_PAGE, 1);
	struct rows *rows;

	memset(t->next, 0, sizeof(t->next));
	q->stream = stream->id;
	q->limit = 1 << 20;
	q->redacted = true;
	rows = reader_answer(t->s->reader, q);
	for (size_t i = 0; i < rows->n_messages; i++)
		check_message(t, &rows->messages[i], i + 1, stream->room != NULL);
	if (stream->seq != rows->n_messages)
		wrong(w, "a stream counts %llu and holds %zu", (unsigned long long)stream->seq,
		      rows->n_messages);
	rows_free(rows);
	query_free(q);
}

static void check_facts(struct server *s)
{
	struct world *w = s->world;
	const struct fact *f;
	size_t cursor = 0;

	while ((f = idmap_next(&w->facts, &cursor))) {
		if (!is_in_store(s, f->id))
			wrong(w, "%s: %s is not in the history", f->is_acked ? "I1" : "I4",
			      f->text);
	}
}

static void check_database(struct world *w, const char *path)
{
	struct store_report report = {0};
	char *error = NULL;

	if (!store_check(path, &report, &error))
		wrong(w, "I5: %s", error);
	else if (report.n_problems)
		wrong(w, "I5: " SPAN_FMT, SPAN_ARG(buf_span(&report.problems)));
	free(error);
	store_report_clear(&report);
}

void check_all(struct server *s, const char *path)
{
	struct world *w = s->world;
	struct tally t = {.s = s};
	const struct stream *stream;
	size_t cursor = 0, sent = 0;

	while ((stream = idmap_next(&s->hub->streams, &cursor)))
		check_stream(&t, stream);
	for (int i = 0; i < PEOPLE; i++) {
		sent += w->people[i].said;
		if (w->people[i].n_unsent)
			wrong(w, "I7: %s still waits for %zu", w->people[i].name,
			      w->people[i].n_unsent);
		check_member(s, &w->people[i]);
	}
	if (t.n != sent)
		wrong(w, "I7: %zu were sent and %zu are there", sent, t.n);
	check_facts(s);
	check_database(w, path);
	while (t.n)
		free(t.keys[--t.n]);
	free(t.keys);
	map_clear(&t.ids);
}
