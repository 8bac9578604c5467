// SPDX-License-Identifier: MIT
// Connections to the model of the engine, and what their transactions do there.
#include "tests/sim/cluster.h"

#include "common/die.h"
#include "common/grow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct lease_head no_head;

static const struct lease_head *head_at(const struct machine *m, size_t n)
{
	return n ? &m->log[n - 1]->head : &no_head;
}

const struct lease_head *machine_head(const struct machine *m)
{
	return head_at(m, m->shown);
}

static struct journal *journal_copy(const struct journal *j)
{
	struct journal *copy = journal_new(j->first);

	for (size_t i = 0; i < j->n_entries; i++)
		journal_add(copy, &j->entries[i]);
	return copy;
}

static int64_t soon(struct cluster *c)
{
	return c->now_ms + 1 + (int64_t)roll(c->world, 20);
}

static struct backend *backend_new(struct cluster *c, struct machine *m, int client)
{
	struct backend *b = xcalloc(1, sizeof(*b));

	*b = (struct backend){.on = m, .client = client, .next = c->backends};
	c->backends = b;
	return b;
}

static void backend_free(struct cluster *c, struct backend *b)
{
	struct backend **at = &c->backends;

	while (*at != b)
		at = &(*at)->next;
	*at = b->next;
	journal_free(b->order.entries);
	free(b);
}

struct backend *backend_open(struct cluster *c, int client)
{
	struct machine *found = NULL;
	uint64_t n = 0;

	for (int i = 0; i < MACHINES; i++) {
		struct machine *m = &c->machines[i];

		if (m->is_up && !m->is_still && m->is_primary &&
		    cluster_reaches(c, client, m) && (!n++ || roll(c->world, n) == 0))
			found = m;
	}
	return found ? backend_new(c, found, client) : NULL;
}

void backend_send(struct cluster *c, struct backend *b, const struct order *order)
{
	if (b->state == BACKEND_BROKEN)
		return;
	b->order = *order;
	if (order->entries)
		b->order.entries = journal_copy(order->entries);
	b->state = BACKEND_READS;
	b->at_ms = soon(c);
}

bool backend_came(struct cluster *c, struct backend *b, enum lease_came *came)
{
	if (b->state != BACKEND_ANSWERS && b->state != BACKEND_BROKEN)
		return false;
	if (c->now_ms < b->at_ms ||
	    (b->state == BACKEND_ANSWERS && !cluster_reaches(c, b->client, b->on)))
		return false;
	*came = b->state == BACKEND_BROKEN ? CAME_AWAY : b->came;
	if (*came == CAME_UNSURE && c->world->sabotage == NOTICE)
		*came = CAME_WELL;
	if (b->state == BACKEND_ANSWERS)
		b->state = BACKEND_IDLE;
	return true;
}

// Without its client: what was sent may have got lost, or be done at any time.
static void orphan(struct cluster *c, struct backend *b)
{
	bool is_lost = b->state == BACKEND_READS && roll(c->world, 2);

	b->client = -1;
	if (b->state == BACKEND_READS)
		b->at_ms += (int64_t)(roll(c->world, 2) * roll(c->world, 8000));
	if (is_lost || (b->state != BACKEND_READS && b->state != BACKEND_WAITS))
		backend_free(c, b);
	else
		c->doubts++;
}

void backend_leave(struct cluster *c, struct backend *b)
{
	if (b)
		orphan(c, b);
}

// The client's end breaks, and hears of it at once or much later.
static void snap(struct cluster *c, struct backend *b)
{
	b->state = BACKEND_BROKEN;
	b->at_ms = soon(c) + (roll(c->world, 4) ? 0 : (int64_t)roll(c->world, 6000));
	journal_free(b->order.entries);
	b->order.entries = NULL;
}

void backends_end(struct cluster *c, struct machine *m)
{
	for (struct backend *b = c->backends, *next; b; b = next) {
		next = b->next;
		if (b->on != m || b->state == BACKEND_BROKEN)
			continue;
		if (b->client < 0)
			backend_free(c, b);
		else
			snap(c, b);
	}
}

static struct backend *drawn(struct cluster *c, bool (*is_wanted)(const struct backend *))
{
	struct backend *found = NULL;
	uint64_t n = 0;

	for (struct backend *b = c->backends; b; b = b->next) {
		if (is_wanted(b) && (!n++ || roll(c->world, n) == 0))
			found = b;
	}
	return found;
}

static bool is_held(const struct backend *b)
{
	return b->client >= 0 && b->state != BACKEND_BROKEN;
}

void backends_break(struct cluster *c)
{
	struct backend *b = drawn(c, is_held), *left;

	if (!b)
		return;
	left = backend_new(c, b->on, b->client);
	left->state = b->state;
	left->order = b->order;
	left->at_ms = b->at_ms;
	left->place = b->place;
	b->order.entries = NULL;
	snap(c, b);
	orphan(c, left);
}

static struct backend *waiting(const struct cluster *c, const struct machine *m)
{
	for (struct backend *b = c->backends; b; b = b->next) {
		if (b->on == m && b->state == BACKEND_WAITS)
			return b;
	}
	return NULL;
}

static const char *const orders[] = {"LOOK", "TAKE", "ASK", "SEND", "RELEASE"};
static const char *const comes[] = {"well", "unsure", "fenced", "not", "away"};

static void answer(struct cluster *c, struct backend *b, enum lease_came came,
		   const struct lease_head *head)
{
	tell(c->world, "machine %d answers %s of server %d: %s", b->on->index,
	     orders[b->order.kind], b->client, comes[came]);
	b->state = BACKEND_ANSWERS;
	b->came = came;
	b->has_head = head != NULL;
	if (head)
		b->head = *head;
	b->at_ms = soon(c);
	journal_free(b->order.entries);
	b->order.entries = NULL;
	if (b->client < 0)
		backend_free(c, b);
}

void backends_cancel(struct cluster *c, struct machine *m)
{
	struct backend *b = waiting(c, m);

	if (!b)
		return;
	c->cancelled++;
	m->shown = b->place;
	answer(c, b, CAME_UNSURE, head_at(m, b->place));
}

static void append(struct cluster *c, struct backend *b, const struct lease_head *head)
{
	struct machine *m = b->on;
	struct commit *commit = xcalloc(1, sizeof(*commit));

	*commit = (struct commit){.older = c->commits, .head = *head};
	commit->entries = b->order.entries;
	b->order.entries = NULL;
	c->commits = commit;
	m->log = grow(m->log, m->n, &m->space, sizeof(struct commit *));
	m->log[m->n++] = commit;
	b->state = BACKEND_WAITS;
	b->place = m->n;
	tell(c->world, "machine %d logs %zu: %s of server %d, term %lld up to %llu", m->index,
	     m->n, orders[b->order.kind], b->client, (long long)head->term,
	     (unsigned long long)head->upto);
}

static bool is_its_own(const struct lease_head *head, const struct order *order)
{
	return head->term == order->seen.term && strcmp(head->holder, order->holder) == 0;
}

static void take(struct cluster *c, struct backend *b, struct lease_head head)
{
	if (head.term != b->order.seen.term || head.beat != b->order.seen.beat) {
		answer(c, b, CAME_WELL, NULL);
		return;
	}
	head.term++;
	head.before = head.upto;
	head.upto = 0;
	head.beat++;
	head.is_held = true;
	snprintf(head.holder, sizeof(head.holder), "%s", b->order.holder);
	append(c, b, &head);
}

static void send(struct cluster *c, struct backend *b, struct lease_head head)
{
	bool hits = is_its_own(&head, &b->order) && head.upto == b->order.seen.upto;

	if (b->on->is_full) {
		answer(c, b, CAME_NOT, NULL);
		return;
	}
	if (!hits && c->world->sabotage != FENCE) {
		answer(c, b, CAME_FENCED, NULL);
		return;
	}
	if (hits)
		head.upto = b->order.to;
	head.beat += hits;
	append(c, b, &head);
}

static void release(struct cluster *c, struct backend *b, struct lease_head head)
{
	if (!is_its_own(&head, &b->order)) {
		answer(c, b, CAME_FENCED, NULL);
		return;
	}
	head.is_held = false;
	head.beat++;
	append(c, b, &head);
}

static void run(struct cluster *c, struct backend *b)
{
	struct lease_head head = *head_at(b->on, b->on->n);

	if (b->order.kind == ORDER_LOOK) {
		answer(c, b, CAME_WELL, machine_head(b->on));
	} else if (waiting(c, b->on)) {
		return; // who moves the head row waits for who moved it
	} else if (b->order.kind == ORDER_TAKE) {
		take(c, b, head);
	} else if (b->order.kind == ORDER_SEND) {
		send(c, b, head);
	} else if (b->order.kind == ORDER_RELEASE) {
		release(c, b, head);
	} else {
		head.beat += is_its_own(&head, &b->order);
		append(c, b, &head);
	}
}

static void note_entries(struct world *w, const struct journal *j)
{
	for (size_t i = 0; i < j->n_entries; i++) {
		const struct entry *e = &j->entries[i];

		if (e->kind != ENTRY_MESSAGE)
			continue;
		idmap_put(&w->stored, e->message.id, w);
		map_put(&w->texts, e->message.text, w);
	}
}

static void note_safe(struct cluster *c, const struct machine *m, size_t place)
{
	while (place && !m->log[place - 1]->is_safe) {
		struct commit *commit = m->log[--place];

		commit->is_safe = true;
		if (commit->head.term > c->term)
			c->term = commit->head.term;
		if (commit->entries)
			note_entries(c->world, commit->entries);
	}
}

// The standby has it: told, and shown.
static void wait_for_standby(struct cluster *c, struct backend *b)
{
	struct machine *m = b->on;
	const struct machine *s = &c->machines[m->sync];

	if (!machine_answers(c, s) || s->is_primary || s->follows != m->index ||
	    s->n < b->place || s->log[b->place - 1] != m->log[b->place - 1])
		return;
	note_safe(c, m, b->place);
	m->shown = b->place;
	answer(c, b, CAME_WELL, head_at(m, b->place));
}

static bool is_busy(const struct backend *b)
{
	return (b->state == BACKEND_READS || b->state == BACKEND_WAITS) && b->on->is_up &&
	       !b->on->is_still;
}

void backends_step(struct cluster *c)
{
	struct backend *b = drawn(c, is_busy);

	if (!b)
		return;
	if (b->state == BACKEND_WAITS)
		wait_for_standby(c, b);
	else if (c->now_ms >= b->at_ms &&
		 (b->client < 0 || cluster_reaches(c, b->client, b->on)))
		run(c, b);
}

void backends_clear(struct cluster *c)
{
	while (c->backends)
		backend_free(c, c->backends);
}
