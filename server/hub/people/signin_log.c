// SPDX-License-Identifier: MIT
// A source has a place by its number, which another one takes when it comes: what was left out
// of the first is said then. So the table has an end, and nothing is left out unsaid.
#include "server/hub/people/signin_log.h"

#include "common/die.h"
#include "common/grow.h"
#include "server/hub/people/account.h"
#include "server/letters/limits.h"

#include <stdlib.h>
#include <string.h>

#define MINUTE_MS (60LL * 1000)
#define PLACES 256 // inside: sources that are counted at once

struct signin_place {
	uint64_t source;
	int64_t since_ms; // mono, of its minute
	int64_t n, left_out;
	char host[HOST_MAX + 1];
};

static struct signin_line *add_line(struct hub *h, const char *event, struct span source)
{
	struct hub_out *out = &h->out;
	struct signin_line *l;

	out->signins =
		grow(out->signins, out->n_signins, &out->signins_space, sizeof(*out->signins));
	l = &out->signins[out->n_signins++];
	*l = (struct signin_line){.event = event};
	l->source = span_dup(source);
	return l;
}

static void say_left_out(struct hub *h, struct signin_place *p)
{
	if (p->left_out)
		add_line(h, "logins_left_out", span_of(p->host))->left_out = p->left_out;
	p->left_out = p->n = 0;
}

// Of those whose minute is over.
static void on_minute(struct hub *h, struct timer *t)
{
	bool is_more = false;

	for (size_t i = 0; i < PLACES; i++) {
		struct signin_place *p = &h->signin_places[i];

		if (h->now.mono_ms - p->since_ms >= MINUTE_MS)
			say_left_out(h, p);
		is_more |= p->left_out > 0;
	}
	if (is_more)
		timer_set(h, t, h->now.mono_ms + MINUTE_MS, on_minute);
}

static struct signin_place *place_of(struct hub *h, const struct origin *from,
				     struct span source)
{
	struct signin_place *p;

	if (!h->signin_places)
		h->signin_places = xcalloc(PLACES, sizeof(*h->signin_places));
	p = &h->signin_places[from->wide % PLACES];
	if (p->source == from->wide && h->now.mono_ms - p->since_ms < MINUTE_MS)
		return p;
	say_left_out(h, p);
	p->source = from->wide;
	p->since_ms = h->now.mono_ms;
	memset(p->host, 0, sizeof(p->host));
	memcpy(p->host, source.at, source.len < HOST_MAX ? source.len : HOST_MAX);
	return p;
}

void signin_say(struct hub *h, const struct origin *from, const struct signin_event *e)
{
	struct signin_place *p = place_of(h, from, e->source);
	struct signin_line *l;

	if (++p->n > SIGNINS_LOGGED) {
		p->left_out++;
		if (!h->on_signins_left_out.is_set)
			timer_set(h, &h->on_signins_left_out, p->since_ms + MINUTE_MS,
				  on_minute);
		return;
	}
	l = add_line(h, e->event, e->source);
	l->account = xstrdup(e->account ? e->account->name : "?");
	l->device = span_dup(e->device);
	l->way = e->way;
	l->why = e->why;
	l->is_kept = e->is_kept;
}

void signin_log_free(struct hub *h)
{
	timer_stop(&h->on_signins_left_out);
	free(h->signin_places);
	h->signin_places = NULL;
}
