// SPDX-License-Identifier: MIT
#include "client/seat/removals.h"

#include "client/model/target.h"
#include "client/sync/delivery.h"
#include "common/die.h"

#include <stdlib.h>

#define KEY SPAN(".removals")

struct removal {
	char *words;    // "#den MSGID"
	int64_t due_at; // monotonic ms
};

struct removals {
	struct engine *core;
	struct arranged *arranged;
	struct removal *list; // oldest first
	size_t count;
	void *timer;
};

static int64_t now_ms(const struct removals *r)
{
	return outside_mono_ms(r->core->outside);
}

// A line each.
static void keep(const struct removals *r)
{
	struct buf words = {0};

	for (size_t i = 0; i < r->count; i++)
		buf_printf(&words, "%s%s", i ? "\n" : "", r->list[i].words);
	arranged_keep(r->arranged, KEY, buf_span(&words));
	buf_clear(&words);
}

static void push(struct removals *r, struct span words, int64_t due_at)
{
	r->list = xreallocarray(r->list, r->count + 1, sizeof(*r->list));
	r->list[r->count++] = (struct removal){.words = span_dup(words), .due_at = due_at};
}

static void take_out(struct removals *r, size_t i)
{
	free(r->list[i].words);
	r->count--;
	memmove(&r->list[i], &r->list[i + 1], (r->count - i) * sizeof(*r->list));
}

static void plan(struct removals *r)
{
	int64_t now = now_ms(r);

	r->core->outside->timer_stop(r->timer);
	for (size_t i = 0; i < r->count; i++) {
		if (r->list[i].due_at > now) {
			r->core->outside->timer_set(r->timer, r->list[i].due_at - now);
			return;
		}
	}
}

typedef void send_fn(struct removals *r, struct span target, struct span id);

// By the outbox: it is done once, and not forgotten before the server has said so.
static void hand_over(struct removals *r, struct span target, struct span id)
{
	(void)delivery_message(r->core->delivery, target_need(r->core->model, target),
			       LINE_REMOVAL, SPAN(""), id, outside_wall_ms(r->core->outside));
}

static void send_now(struct removals *r, struct span target, struct span id)
{
	uplink_sendf(r->core->session, "REDACT " SPAN_FMT " " SPAN_FMT, SPAN_ARG(target),
		     SPAN_ARG(id));
}

// Those that are due by then.
static void send_due(struct removals *r, int64_t by, send_fn *send)
{
	size_t before = r->count;

	for (size_t i = 0; uplink_is_online(r->core->session) && i < r->count;) {
		struct span id = span_of(r->list[i].words), target = span_cut(&id, ' ');

		if (r->list[i].due_at > by) {
			i++;
			continue;
		}
		send(r, target, id);
		take_out(r, i);
	}
	if (r->count != before)
		keep(r);
	plan(r);
}

static void on_timer(void *arg)
{
	struct removals *r = arg;

	send_due(r, now_ms(r), hand_over);
}

static void load(struct removals *r)
{
	const char *kept = arranged_find(r->arranged, KEY);
	struct span rest = span_of(kept ? kept : "");

	while (rest.len)
		push(r, span_cut(&rest, '\n'), now_ms(r));
}

struct removals *removals_new(struct engine *core, struct arranged *a)
{
	struct removals *r = xcalloc(1, sizeof(*r));

	*r = (struct removals){.core = core, .arranged = a};
	r->timer = r->core->outside->timer_new(r->core->outside->arg, on_timer, r);
	load(r);
	return r;
}

void removals_free(struct removals *r)
{
	if (!r)
		return;
	r->core->outside->timer_free(r->timer);
	while (r->count)
		take_out(r, 0);
	free(r->list);
	free(r);
}

void removals_add(struct removals *r, const struct target *t, struct span id)
{
	struct buf words = {0};

	buf_printf(&words, "%s " SPAN_FMT, t->name, SPAN_ARG(id));
	push(r, buf_span(&words), now_ms(r) + REMOVAL_WAITS_MS);
	buf_clear(&words);
	keep(r);
	plan(r);
}

bool removals_undo(struct removals *r, bool any)
{
	bool is_young = r->count && r->list[r->count - 1].due_at > now_ms(r);

	if (!is_young && !(any && r->count))
		return false;
	take_out(r, r->count - 1);
	keep(r);
	plan(r);
	return true;
}

void removals_online(struct removals *r)
{
	send_due(r, now_ms(r), hand_over);
}

void removals_flush(struct removals *r)
{
	send_due(r, INT64_MAX, send_now);
}
