// SPDX-License-Identifier: MIT
#include "tests/support/loose_world.h"

#include "common/die.h"
#include "common/utf8.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

struct loose_timer {
	struct list in_world;
	const struct loose_world *world;
	void (*fn)(void *);
	void *arg;
	int64_t due; // -1: not set
};

struct loose_link {
	struct link link; // stands first
	struct loose_world *world;
	size_t n_sent; // bytes
	bool is_dialing, is_up;
};

// The link.

static struct loose_link *of(struct link *k)
{
	return container_of(k, struct loose_link, link);
}

static const struct loose_link *at(const struct link *k)
{
	return (const struct loose_link *)k;
}

static char *on_order(struct link *k UNUSED, const struct link_order *order)
{
	assert(order->name);
	return NULL;
}

static void on_open(struct link *k, const struct link_place *to)
{
	assert(to->host && to->port);
	of(k)->is_dialing = true;
	of(k)->is_up = false;
	of(k)->n_sent = 0;
	of(k)->world->n_opened++;
	snprintf(of(k)->world->dialed, sizeof(of(k)->world->dialed), "%s:%s", to->host,
		 to->port);
	of(k)->world->has_others = to->has_others;
	of(k)->world->n_tried = to->n_tried;
	buf_reset(&of(k)->world->said);
}

static void on_close(struct link *k)
{
	of(k)->is_dialing = of(k)->is_up = false;
}

static bool on_is_up(const struct link *k)
{
	return at(k)->is_up;
}

// As the real one: what is no line is dropped, and what does not leave has a bound.
static void on_send(struct link *k, struct span line, bool is_secret UNUSED)
{
	struct loose_link *own = of(k);

	if (!own->is_up || !line.len || own->n_sent >= LINK_QUEUE_MAX)
		return;
	if (memchr(line.at, '\n', line.len) || memchr(line.at, '\r', line.len))
		return;
	assert(utf8_is_valid(line));
	own->n_sent += line.len + 2;
	buf_add_span(&own->world->said, line);
	buf_add_char(&own->world->said, '\n');
}

static size_t on_queued(const struct link *k)
{
	return at(k)->n_sent;
}

static int64_t on_heard_at(const struct link *k)
{
	return at(k)->world->mono_ms;
}

static const char *on_version(const struct link *k UNUSED)
{
	return "none";
}

static void on_free(struct link *k)
{
	if (of(k)->world->link == of(k))
		of(k)->world->link = NULL;
	free(of(k));
}

static struct link *link_new(void *arg, const struct link_events *events)
{
	static const struct link_acts acts = {
		.order = on_order,
		.open = on_open,
		.close = on_close,
		.is_up = on_is_up,
		.send = on_send,
		.queued = on_queued,
		.heard_at = on_heard_at,
		.version = on_version,
		.free = on_free,
	};
	struct loose_world *w = arg;

	w->link = xcalloc(1, sizeof(*w->link));
	*w->link = (struct loose_link){.link = {.acts = &acts, .events = *events}, .world = w};
	return &w->link->link;
}

bool loose_world_is_up(const struct loose_world *w)
{
	return w->link && w->link->is_up;
}

static void end(struct loose_link *k, enum failure failure)
{
	on_close(&k->link);
	k->link.events.on_down(k->link.events.arg, failure, SPAN("cut"));
}

bool loose_world_answer(struct loose_world *w)
{
	struct loose_link *k = w->link;
	struct link_peer peer = {.has_pin = true};

	if (!k || !k->is_dialing)
		return false;
	k->is_dialing = false;
	memcpy(peer.pin, w->pin, sizeof(peer.pin));
	enum failure verdict = k->link.events.on_key(k->link.events.arg, &peer);
	if (verdict != FAILURE_NONE) {
		end(k, verdict);
		return false;
	}
	k->is_up = true;
	k->link.events.on_up(k->link.events.arg);
	return true;
}

void loose_world_hear(struct loose_world *w, struct span line)
{
	struct msg m;

	if (loose_world_is_up(w) && msg_parse(&m, line) == MSG_OK)
		w->link->link.events.on_line(w->link->link.events.arg, &m, line);
}

void loose_world_break(struct loose_world *w)
{
	if (w->link && (w->link->is_up || w->link->is_dialing))
		end(w->link, FAILURE_LOST);
}

bool loose_world_said(struct loose_world *w, const char *text)
{
	return strstr(buf_str(&w->said), text) != NULL;
}

// Time and dice.

static int64_t mono_ms(void *arg)
{
	return ((struct loose_world *)arg)->mono_ms;
}

static int64_t wall_ms(void *arg)
{
	return ((struct loose_world *)arg)->wall_ms;
}

static void dice(void *arg, void *to, size_t len)
{
	struct loose_world *w = arg;
	uint8_t *bytes = to;

	for (size_t i = 0; i < len; i++) {
		w->dice = w->dice * 1103515245 + 12345;
		bytes[i] = (uint8_t)(w->dice >> 16);
	}
}

static void *timer_new(void *arg, void (*fn)(void *), void *fn_arg)
{
	struct loose_timer *t = xcalloc(1, sizeof(*t));

	*t = (struct loose_timer){.world = arg, .fn = fn, .arg = fn_arg, .due = -1};
	list_add(&((struct loose_world *)arg)->timers, &t->in_world);
	return t;
}

static void timer_set(void *timer, int64_t delay_ms)
{
	struct loose_timer *t = timer;

	t->due = t->world->mono_ms + delay_ms;
}

static void timer_stop(void *timer)
{
	((struct loose_timer *)timer)->due = -1;
}

static void timer_free(void *timer)
{
	struct loose_timer *t = timer;

	if (!t)
		return;
	list_remove(&t->in_world);
	free(t);
}

static struct loose_timer *next_due(struct loose_world *w, int64_t until)
{
	struct loose_timer *next = NULL;

	list_for_each(item, &w->timers) {
		struct loose_timer *t = container_of(item, struct loose_timer, in_world);
		if (t->due >= 0 && t->due <= until && (!next || t->due < next->due))
			next = t;
	}
	return next;
}

static void go_to(struct loose_world *w, int64_t ms)
{
	int64_t passed = ms > w->mono_ms ? ms - w->mono_ms : 0;

	w->mono_ms += passed;
	w->wall_ms += passed;
}

void loose_world_pass(struct loose_world *w, int64_t ms)
{
	int64_t until = w->mono_ms + ms;

	for (;;) {
		struct loose_timer *t = next_due(w, until);
		if (!t)
			break;
		go_to(w, t->due);
		t->due = -1;
		t->fn(t->arg);
	}
	go_to(w, until);
}

void loose_world_init(struct loose_world *w, int64_t wall)
{
	*w = (struct loose_world){.mono_ms = 1000, .wall_ms = wall, .dice = 1};
	list_init(&w->timers);
	w->outside = (struct outside){
		.arg = w,
		.mono_ms = mono_ms,
		.wall_ms = wall_ms,
		.dice = dice,
		.timer_new = timer_new,
		.timer_set = timer_set,
		.timer_stop = timer_stop,
		.timer_free = timer_free,
		.link_new = link_new,
	};
}

void loose_world_clear(struct loose_world *w)
{
	assert(!w->link && list_is_empty(&w->timers));
	buf_clear(&w->said);
}
