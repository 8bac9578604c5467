// SPDX-License-Identifier: MIT
#include "server/hub/door/leaving.h"

#include "server/hub/state/session.h"
#include "server/hub/wire/line.h"
#include "server/hub/wire/reply.h"

#include <stdio.h>

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)

// "5 minutes": whole ones, where that loses little.
static void add_time(struct buf *out, int64_t ms)
{
	int64_t n = (ms + SECOND_MS - 1) / SECOND_MS;
	const char *unit = "second";

	if (ms >= 12 * HOUR_MS || (ms >= HOUR_MS && ms % HOUR_MS == 0)) {
		n = (ms + HOUR_MS / 2) / HOUR_MS;
		unit = "hour";
	} else if (ms >= 2 * MINUTE_MS || ms == MINUTE_MS) {
		n = (ms + MINUTE_MS / 2) / MINUTE_MS;
		unit = "minute";
	}
	buf_printf(out, "%lld %s%s", (long long)n, unit, n == 1 ? "" : "s");
}

static int64_t left_ms(const struct hub *h)
{
	int64_t left = h->leaving.at_ms - h->now.mono_ms;

	return left > 0 ? left : 0;
}

static void add_words(const struct hub *h, struct buf *out)
{
	buf_add_str(out, "The server goes down ");
	if (left_ms(h)) {
		buf_add_str(out, "in ");
		add_time(out, left_ms(h));
	} else {
		buf_add_str(out, "now");
	}
	if (!h->leaving.back_ms)
		return;
	buf_add_str(out, ", and should be back ");
	add_time(out, h->leaving.back_ms);
	buf_add_str(out, " later");
}

static void add_seconds(struct line *l, int64_t ms)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)((ms + SECOND_MS - 1) / SECOND_MS));
	line_str(l, text);
}

// NOTE * GOING_DOWN <seconds until then> <seconds from then on until it is back, or *> :words
static void say(struct session *s, const char *words)
{
	const struct hub *h = s->hub;
	struct line l;

	if (!session_has(s, CAP_STANDARD_REPLIES)) {
		notice(s, "%s", words);
		return;
	}
	line_start(&l, s->hub, NULL, "NOTE");
	line_str(&l, "*");
	line_str(&l, "GOING_DOWN");
	add_seconds(&l, left_ms(h));
	if (h->leaving.back_ms)
		add_seconds(&l, h->leaving.back_ms);
	else
		line_str(&l, "*");
	line_text(&l, span_of(words));
	session_say(s, &l);
	line_clear(&l);
}

static void say_all(struct hub *h, void (*fn)(struct session *s, const char *words),
		    const char *words)
{
	list_for_each(item, &h->session_list) {
		struct session *s = container_of(item, struct session, in_hub);

		if (s->registered && !s->closing)
			fn(s, words);
	}
}

static void tell_all(struct hub *h)
{
	struct buf words = {0};

	add_words(h, &words);
	say_all(h, say, buf_str(&words));
	buf_clear(&words);
}

static void stop(struct hub *h)
{
	struct buf reason = {0};

	buf_add_str(&reason, "Server is going down");
	if (h->leaving.back_ms) {
		buf_add_str(&reason, ", and should be back in ");
		add_time(&reason, h->leaving.back_ms);
	}
	h->wish = WISH_STOP;
	snprintf(h->wish_about.reason, sizeof(h->wish_about.reason), "%s", buf_str(&reason));
	h->leaving.at_ms = 0;
	buf_clear(&reason);
}

static void on_time(struct hub *h, struct timer *t)
{
	if (!left_ms(h)) {
		stop(h);
		return;
	}
	tell_all(h);
	timer_set(h, t, h->leaving.at_ms, on_time);
}

void leaving_start(struct hub *h, int64_t in_ms, int64_t back_ms)
{
	struct leaving *l = &h->leaving;

	timer_stop(&l->timer);
	l->at_ms = h->now.mono_ms + in_ms;
	l->back_ms = back_ms;
	if (in_ms || back_ms)
		tell_all(h);
	if (in_ms)
		timer_set(h, &l->timer, in_ms > MINUTE_MS ? l->at_ms - MINUTE_MS : l->at_ms,
			  on_time);
	else
		stop(h);
}

static void say_stays(struct session *s, const char *words)
{
	if (session_has(s, CAP_STANDARD_REPLIES))
		note(s, "*", "STAYS_UP", (struct span){0}, words);
	else
		notice(s, "%s", words);
}

bool leaving_cancel(struct hub *h)
{
	if (!h->leaving.at_ms)
		return false;
	timer_stop(&h->leaving.timer);
	h->leaving.at_ms = 0;
	say_all(h, say_stays, "The server does not go down after all");
	return true;
}

void leaving_tell(struct session *s)
{
	struct buf words = {0};

	if (!s->hub->leaving.at_ms)
		return;
	add_words(s->hub, &words);
	say(s, buf_str(&words));
	buf_clear(&words);
}

int64_t leaving_at(const struct hub *h)
{
	return h->leaving.at_ms ? h->now.wall_ms + left_ms(h) : 0;
}
