// SPDX-License-Identifier: MIT
// When it comes is a time of the wall clock, which may step: it is looked at once a minute as
// long as there is one.
#include "server/hub/door/farewell.h"

#include "common/clock.h"
#include "server/hub/door/erase.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/server_ban.h"
#include "server/hub/wire/reply.h"

#define EVERY_MS (60LL * 1000)

static void audit(const struct account *a, const char *verb)
{
	post_audit(a->hub, span_of(a->name), span_of(verb), span_of(a->name), SPAN(""));
}

// Who speaks of devices is told in a form that a program knows.
static void say_to(struct session *s, const char *code, struct buf *words)
{
	char at[CLOCK_TEXT_LEN + 1];

	clock_text(s->account->erase_ms, at);
	if (session_has(s, CAP_DEVICES))
		note(s, "ACCOUNT", code, s->account->erase_ms ? span_of(at) : (struct span){0},
		     buf_str(words));
	else
		notice(s, "%s", buf_str(words));
}

static void say_to_others(const struct session *asker, const char *code, struct buf *words)
{
	list_for_each(item, &asker->account->sessions) {
		struct session *s = container_of(item, struct session, in_account);

		if (s != asker && !s->closing)
			say_to(s, code, words);
	}
}

void farewell_describe(const struct account *a, struct buf *out)
{
	char at[CLOCK_TEXT_LEN + 1];

	clock_text(a->erase_ms, at);
	buf_printf(out,
		   "Your account will be erased at %.10s %.5s UTC, with all that you wrote. If "
		   "you want to stay: /account keep (ACCOUNT KEEP)",
		   at, at + 11);
}

void farewell_ask(struct session *s)
{
	struct account *a = s->account;
	struct buf words = {0};

	if (a->erase_ms)
		return;
	a->erase_ms = s->hub->now.wall_ms + FAREWELL_MS;
	account_post(a);
	audit(a, "account delete");
	farewell_describe(a, &words);
	buf_printf(&words, ": %s (%s) asked for it", s->device ? s->device : "a device",
		   s->host);
	say_to_others(s, "TO_BE_ERASED", &words);
	buf_clear(&words);
	farewells_changed(s->hub);
}

bool farewell_cancel(struct session *s)
{
	struct account *a = s->account;
	struct buf words = {0};

	if (!a->erase_ms)
		return false;
	a->erase_ms = 0;
	account_post(a);
	audit(a, "account keep");
	buf_printf(&words, "Your account stays: so says %s (%s)",
		   s->device ? s->device : "a device", s->host);
	say_to_others(s, "ACCOUNT_KEPT", &words);
	buf_clear(&words);
	farewells_changed(s->hub);
	return true;
}

void farewell_welcome(struct session *s)
{
	struct buf words = {0};

	if (!s->account->erase_ms)
		return;
	farewell_describe(s->account, &words);
	say_to(s, "TO_BE_ERASED", &words);
	buf_clear(&words);
}

// Others may have lost their rights meanwhile: then it waits until there are others again.
static bool is_due(const struct account *a)
{
	return a->erase_ms && a->erase_ms <= a->hub->now.wall_ms && !account_is_last_admin(a);
}

static struct account *next_due(struct hub *h)
{
	struct account *a;
	size_t cursor = 0;

	while ((a = idmap_next(&h->accounts, &cursor)) != NULL) {
		if (is_due(a))
			return a;
	}
	return NULL;
}

// One a turn: the table changes by it.
static void look(struct hub *h, struct timer *t)
{
	struct account *a = can_mend(h) && !h->stopping ? next_due(h) : NULL;
	const struct erasure *e;

	if (!a) {
		timer_set(h, t, h->now.mono_ms + EVERY_MS, look);
		if (can_mend(h) && !h->stopping)
			farewells_changed(h);
		return;
	}
	e = erase_account(a);
	post_audit(h, SPAN("server"), SPAN("user erase"), span_of(e->name), SPAN(""));
	timer_set(h, t, h->now.mono_ms + 1, look);
}

void farewells_changed(struct hub *h)
{
	int64_t wait = INT64_MAX;
	size_t cursor = 0;
	const struct account *a;

	if (h->loading || !h->config.n_shards)
		return;
	while ((a = idmap_next(&h->accounts, &cursor)) != NULL) {
		int64_t left = a->erase_ms - h->now.wall_ms;

		if (!a->erase_ms)
			continue;
		if (left <= 0)
			left = is_due(a) ? 0 : EVERY_MS;
		left = left < EVERY_MS ? left : EVERY_MS;
		wait = left < wait ? left : wait;
	}
	if (wait == INT64_MAX)
		timer_stop(&h->on_farewells);
	else
		timer_set(h, &h->on_farewells, h->now.mono_ms + wait, look);
}
