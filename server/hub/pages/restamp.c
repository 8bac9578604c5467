// SPDX-License-Identifier: MIT
// 1. One step after the other: the store counts what it concerns, then one entry moves it all.
// 2. What is said meanwhile is above all of it (history.c) and moves with it.
// 3. In memory a time is never below the one in the tables: where messages are so dense that
//    they are pushed together, the store alone knows each, and here stands their upper bound.
#include "server/hub/pages/restamp.h"

#include "common/die.h"
#include "server/hub/history/marker.h"
#include "server/hub/history/recent.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/message.h"
#include "server/hub/people/account.h"
#include "server/hub/rooms/ban.h"

#include <stdlib.h>

#define AGAIN_MS 60000 // inside: where the store could not be asked, or takes nothing

struct restamp {
	struct list in_hub;
	struct hub_step step;
	int64_t n_before; // messages of this run when the store was asked
};

static struct restamp *first(struct hub *h)
{
	return container_of(h->steps.next, struct restamp, in_hub);
}

static int64_t moved(const struct hub_step *step, int64_t time_ms, int64_t least_ms)
{
	int64_t new_ms = time_ms + step->shift_ms;

	return new_ms > least_ms ? new_ms : least_ms;
}

// Whoever had read all of a stream still has.
static void move_markers(struct account *a, const struct hub_step *step, int64_t least_ms,
			 int64_t most_ms)
{
	const struct marker *m;
	size_t cursor = 0;

	while ((m = idmap_next(&a->markers, &cursor))) {
		const struct stream *stream = history_stream(a->hub, m->stream);

		if (!stream || m->time_ms <= step->over_ms)
			continue;
		marker_set(a, stream, stream_name(stream, a),
			   moved(step, m->time_ms,
				 m->time_ms >= stream->last_ms ? most_ms : least_ms),
			   NULL);
	}
}

// All come behind least_ms; no time in the tables is above most_ms but by the step alone.
static void move_memory(struct hub *h, const struct hub_step *step, int64_t least_ms,
			int64_t most_ms)
{
	struct account *a;
	struct stream *stream;
	size_t cursor = 0;

	while ((a = idmap_next(&h->accounts, &cursor)))
		move_markers(a, step, least_ms, most_ms);
	cursor = 0;
	while ((stream = idmap_next(&h->streams, &cursor))) {
		if (stream->last_ms > step->over_ms)
			stream->last_ms = moved(step, stream->last_ms, most_ms);
		if (stream->said_ms > step->over_ms)
			stream->said_ms = moved(step, stream->said_ms, most_ms);
	}
	recent_restamp(h, step, least_ms);
	h->last_ms = moved(step, h->last_ms, most_ms);
}

static void ask_for(struct hub *h, struct restamp *r);

static void on_again(struct hub *h, struct timer *t)
{
	(void)t;
	ask_for(h, first(h));
}

static void end_first(struct hub *h)
{
	struct restamp *r = first(h);
	struct list *next = r->in_hub.next;

	list_remove(&r->in_hub);
	free(r);
	if (next != &h->steps)
		ask_for(h, container_of(next, struct restamp, in_hub));
}

static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	struct entry e = {.kind = ENTRY_RESTAMP};
	const struct restamp *r = arg;
	const struct rows_target *t;
	int64_t n;

	(void)s;
	if (h->stopping)
		return;
	if (rows->result != ROWS_OK || !can_mend(h)) {
		timer_set(h, &h->on_steps, h->now.mono_ms + AGAIN_MS, on_again);
		return;
	}
	t = &rows->targets[0];
	n = t->n_messages + h->figures.messages - r->n_before;
	if (n) {
		e.restamp = (struct entry_restamp){
			.from = t->id,
			.over_ms = r->step.over_ms,
			.least_ms = t->time_ms,
			.shift_ms = r->step.shift_ms,
		};
		move_memory(h, &r->step, t->time_ms, t->time_ms + n);
		post(h, &e);
	}
	end_first(h);
}

static void ask_for(struct hub *h, struct restamp *r)
{
	struct query *q = ask_new(h, QUERY_STAMPED);

	q->from = (struct place){.is_set = true, .time_ms = r->step.over_ms};
	r->n_before = h->figures.messages;
	ask(h, NULL, q, on_rows, r);
}

void restamp_start(struct hub *h, const struct hub_step *step)
{
	struct restamp *r = xcalloc(1, sizeof(*r));
	bool is_first = list_is_empty(&h->steps);

	r->step = *step;
	list_add(&h->steps, &r->in_hub);
	h->now.wall_ms += step->shift_ms;
	bans_start(h);
	if (is_first)
		ask_for(h, r);
}

void restamp_free(struct hub *h)
{
	timer_stop(&h->on_steps);
	list_for_each_safe(item, after, &h->steps) {
		struct restamp *r = container_of(item, struct restamp, in_hub);

		list_remove(&r->in_hub);
		free(r);
	}
}
