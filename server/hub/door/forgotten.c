// SPDX-License-Identifier: MIT
// When it is in force is a time of the wall clock, which may step: it is looked at once a
// minute as long as there is one.
#include "server/hub/door/forgotten.h"

#include "common/clock.h"
#include "server/hub/door/evict.h"
#include "server/hub/door/step_up.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/throttle.h"
#include "server/hub/rooms/slip.h"
#include "server/hub/wire/reply.h"

#define EVERY_MS (60LL * 1000)

bool forgotten_may(const struct session *s)
{
	const struct credential *c = step_up_device(s);

	return c && step_up_is_settled(c);
}

static void audit(const struct account *a, struct span actor, const char *verb)
{
	post_audit(a->hub, actor, span_of(verb), span_of(a->name), SPAN(""));
}

// Who speaks of devices is told in a form that a program knows.
static void say_to(struct session *s, const char *code, const char *words)
{
	if (session_has(s, CAP_DEVICES))
		note(s, "PASSWD", code, (struct span){0}, words);
	else
		notice(s, "%s", words);
}

static void say_to_all(struct account *a, const struct session *except, const char *code,
		       const char *words)
{
	list_for_each(item, &a->sessions) {
		struct session *s = container_of(item, struct session, in_account);

		if (s != except && !s->closing)
			say_to(s, code, words);
	}
}

static void describe(const struct account *a, struct buf *out)
{
	char at[CLOCK_TEXT_LEN + 1];

	clock_text(a->next_ms, at);
	buf_printf(
		out,
		"A new password was asked for without the old one: it will be in force at "
		"%.10s %.5s UTC. If that was not you, say no: /passwd no (PASSWD CANCEL), and "
		"revoke the device that asked",
		at, at + 11);
}

void forgotten_ask(struct session *s, struct span phc)
{
	struct account *a = s->account;
	struct buf words = {0};

	account_set_next(a, phc, s->hub->now.wall_ms + FORGOTTEN_MS);
	audit(a, span_of(a->name), "user passwd asked");
	describe(a, &words);
	buf_printf(&words, ": %s (%s)", s->device ? s->device : "a device", s->host);
	say_to_all(a, s, "PENDING", buf_str(&words));
	buf_clear(&words);
	forgotten_changed(s->hub);
}

bool forgotten_cancel(struct session *s)
{
	struct account *a = s->account;

	if (!a->next_ms)
		return false;
	account_set_next(a, SPAN(""), 0);
	audit(a, span_of(a->name), "user passwd refused");
	slip_tell(a,
		  "The new password that was asked for without the old one was refused by "
		  "%s (%s)",
		  s->device ? s->device : "a device", s->host);
	forgotten_changed(s->hub);
	return true;
}

void forgotten_welcome(struct session *s)
{
	struct buf words = {0};

	if (!s->account->next_ms)
		return;
	describe(s->account, &words);
	say_to(s, "PENDING", buf_str(&words));
	buf_clear(&words);
}

static void take_effect(struct account *a)
{
	struct buf phc = {0};

	buf_add_str(&phc, a->next_password);
	account_set_password(a, buf_span(&phc));
	buf_clear(&phc);
	audit(a, SPAN("server"), "user passwd");
	throttle_forgive(a->hub, span_of(a->name));
	(void)account_kick(a, SPAN("Your password was changed"));
	slip_tell(a, "The new password that was asked for without the old one is in force");
}

static void look(struct hub *h, struct timer *t)
{
	size_t cursor = 0;
	struct account *a;

	if (!can_mend(h) || h->stopping) {
		timer_set(h, t, h->now.mono_ms + EVERY_MS, look);
		return;
	}
	while ((a = idmap_next(&h->accounts, &cursor)) != NULL) {
		if (a->next_ms && a->next_ms <= h->now.wall_ms && !account_is_shut(a))
			take_effect(a);
	}
	forgotten_changed(h);
}

void forgotten_changed(struct hub *h)
{
	int64_t wait = INT64_MAX;
	size_t cursor = 0;
	const struct account *a;

	if (h->loading || !h->config.n_shards)
		return;
	while ((a = idmap_next(&h->accounts, &cursor)) != NULL) {
		int64_t left = a->next_ms - h->now.wall_ms;

		if (!a->next_ms || a->disabled)
			continue;
		left = left < 0 ? 0 : left > EVERY_MS ? EVERY_MS : left;
		wait = left < wait ? left : wait;
	}
	if (wait == INT64_MAX)
		timer_stop(&h->on_forgotten);
	else
		timer_set(h, &h->on_forgotten, h->now.mono_ms + wait, look);
}
