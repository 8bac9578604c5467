// SPDX-License-Identifier: MIT
// One snugd without its threads: a hub, its letters in flight, and its one shard.
#include "tests/sim/sim.h"

#include "common/encode.h"
#include "common/grow.h"
#include "server/hub/hub_load.h"
#include "server/hub/journal/post.h"
#include "server/letters/letter.h"
#include "server/letters/proof.h"

#include <stdio.h>
#include <stdlib.h>

#define QUEUE_MAX 30 // lines before a connection stalls
#define DRAINED 4

void server_begin(struct server *s)
{
	uint8_t seed[32] = {0};

	for (size_t i = 0; i < 8; i++)
		seed[i] = (uint8_t)roll(s->world, 256);
	s->durable = s->applied = s->gate = 0;
	s->disk_state = DISK_FINE;
	s->hub = hub_new(&s->world->config, seed);
}

// As good as the real one for a hub that cannot look inside, and free.
static void hash(struct hash_job *job)
{
	snprintf(job->phc, sizeof(job->phc), "$sim$%.*s", (int)job->password_len,
		 job->password);
	job->result = HASH_OK;
}

static struct letter *hash_all(struct letter **jobs)
{
	struct letter *hashed = NULL, *l;

	while ((l = letter_take(jobs))) {
		hash(container_of(l, struct hash_job, letter));
		l->kind = LETTER_HASHED;
		letter_add(&hashed, l);
	}
	return hashed;
}

// What a hash job holds is freed by its answer, behind which there may be another.
static void answer_hashes(struct server *s)
{
	struct letter *hashed = NULL, *others = NULL, *l;
	struct hub_out out;

	while ((l = letter_take(&s->mail.letters)))
		letter_add(l->kind == LETTER_HASHED ? &hashed : &others, l);
	s->mail.letters = others;
	while (hashed) {
		hub_turn(s->hub, s->now, hashed);
		hub_take(s->hub, &out);
		hashed = hash_all(&out.jobs);
		hub_out_free(&out);
	}
}

void server_end(struct server *s)
{
	struct world *w = s->world;

	for (int i = 0; i < PEOPLE; i++) {
		if (w->people[i].link && w->people[i].link->server == s)
			person_cut_off(&w->people[i]);
	}
	s->listens = false;
	if (s->hub)
		answer_hashes(s);
	hub_free(s->hub);
	s->hub = NULL;
	reader_close(s->reader);
	s->reader = NULL;
	hub_mail_clear(&s->mail);
}

static void queue_line(struct server *s, struct link *l, struct span text,
		       const struct outbox_item *item)
{
	if (!item->catch_up) {
		if (l->flow != LINK_LIVE) {
			tell(s->world, "%s misses " SPAN_FMT, l->person->name, SPAN_ARG(text));
			return;
		}
		if (l->n_queue - l->first >= QUEUE_MAX) {
			tell(s->world, "%s stalls at " SPAN_FMT, l->person->name,
			     SPAN_ARG(text));
			l->flow = LINK_STALLED;
			s->world->stalls++;
			inbox_add(hub_mail_inbox(&s->mail), INBOX_STALLED, l->id)->after =
				item->after;
			return;
		}
	}
	l->queue = grow(l->queue, l->n_queue, &l->queue_space, sizeof(*l->queue));
	l->queue[l->n_queue++] = (struct flying){span_dup(text), item->after};
}

static struct link *find_link(const struct server *s, conn_id id)
{
	for (int i = 0; i < PEOPLE; i++) {
		struct link *l = s->world->people[i].link;

		if (l && l->server == s && l->id == id)
			return l;
	}
	return NULL;
}

static void deliver(void *arg, const struct outbox *out)
{
	struct server *s = arg;

	for (size_t i = 0; i < out->n_items; i++) {
		const struct outbox_item *item = &out->items[i];
		struct span text = {out->bytes.at + item->at, item->len - 2};
		struct link *l = find_link(s, item->conn);

		for (uint32_t c = 0; item->kind == OUTBOX_LINE && c < item->n_conns; c++) {
			l = find_link(s, out->conns[item->first_conn + c]);
			if (l && !l->is_closed)
				queue_line(s, l, text, item);
		}
		if (l && item->kind == OUTBOX_CLOSE)
			l->is_closed = true;
		if (l && item->kind == OUTBOX_LIVE)
			l->flow = LINK_LIVE;
	}
	if (out->durable > s->gate)
		s->gate = out->durable;
}

// While the disk refuses writes, a message may be refused and a later one pass.
static void note_refusals(const struct server *s)
{
	struct world *w = s->world;

	if (can_post(s->hub))
		return;
	for (int i = 0; i < PEOPLE; i++)
		w->people[i].refused = w->people[i].said;
}

void server_turn(struct server *s)
{
	note_refusals(s);
	hub_mail_turn(&s->mail, s->hub, s->now,
		      &(struct hub_mail_way){.deliver = deliver, .hash = hash, .arg = s});
	note_refusals(s);
}

static bool is_silent(const struct server *s)
{
	return s->proof && s->world->sabotage != SILENCE &&
	       !proof_is_young(s->proof, s->now.mono_ms);
}

static bool may_leave(const struct server *s, const struct flying *f)
{
	return (f->after <= s->gate || s->world->sabotage == GATE) && !is_silent(s);
}

void server_flush(struct server *s, struct person *p, size_t n)
{
	struct link *l = p->link;

	while (l && p->link == l && n-- && l->first < l->n_queue) {
		struct flying *f = &l->queue[l->first];

		if (!may_leave(s, f))
			break;
		l->first++;
		s->world->lines++;
		check_leaving(s, span_of(f->text));
		person_hear(p, span_of(f->text));
		free(f->text);
		f->text = NULL;
	}
	if (!l || p->link != l)
		return;
	if (l->flow == LINK_STALLED && l->n_queue - l->first < DRAINED) {
		l->flow = LINK_CATCHING_UP;
		inbox_add(hub_mail_inbox(&s->mail), INBOX_DRAINED, l->id);
	}
	if (l->is_closed && l->first == l->n_queue)
		server_close(p);
}

// Somewhere between the two, when both listen.
static struct server *listening(struct world *w)
{
	struct server *found = NULL;
	uint64_t n = 0;

	for (int i = 0; i < SERVERS_MAX; i++) {
		if (w->servers[i].listens && (!n++ || roll(w, n) == 0))
			found = &w->servers[i];
	}
	return found;
}

bool server_open(struct person *p)
{
	struct world *w = p->world;
	struct server *s = listening(w);
	struct inbox_event *e;

	if (!s)
		return false;
	p->link = xcalloc(1, sizeof(*p->link));
	p->link->id = CONN_ID(0, ++w->n_conns, 1);
	p->link->person = p;
	p->link->server = s;
	e = inbox_add(hub_mail_inbox(&s->mail), INBOX_OPENED, p->link->id);
	e->opened = (struct inbox_opened){.host = SPAN("192.0.2.1"), .source = w->n_conns};
	return true;
}

void server_close(struct person *p)
{
	if (!p->link)
		return;
	inbox_add(hub_mail_inbox(&p->link->server->mail), INBOX_CLOSED, p->link->id)->reason =
		SPAN("gone");
	person_cut_off(p);
}

void server_hear(struct person *p, const char *format, ...)
{
	struct buf text = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	tell(p->world, "%s says %s", p->name, buf_str(&text));
	hub_mail_line(&p->link->server->mail, p->link->id, buf_span(&text));
	buf_clear(&text);
}
