// SPDX-License-Identifier: MIT
// 1. Without an end and a setting no timer runs, and none runs without shards: there the hub is
//    here for one verb.
// 2. An end is a time of the wall clock, which may step: it is looked at once a minute.
// 3. Who is unseen is judged neither while the clock is not believed nor in the first hour:
//    clients that were connected come back.
#include "server/hub/door/endings.h"

#include "server/hub/door/evict.h"
#include "server/hub/people/binding.h"
#include "server/hub/people/subscription.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/member.h"

#define EVERY_MS (60LL * 1000)
#define HOUR_MS (60LL * EVERY_MS)
#define DAY_MS (24 * HOUR_MS)

int64_t account_seen_ms(const struct account *a)
{
	if (account_is_present(a))
		return a->hub->now.wall_ms;
	return a->seen_ms > a->created_ms ? a->seen_ms : a->created_ms;
}

static void audit(const struct account *a, const char *why)
{
	struct buf detail = {0};

	buf_printf(&detail, "%s: %s", a->name, why);
	post_audit(a->hub, SPAN("server"), SPAN("user disable"), buf_span(&detail), SPAN(""));
	buf_clear(&detail);
}

static void end(struct account *a, const char *why)
{
	struct room *r = a->guest_room ? room_by_id(a->hub, a->guest_room) : NULL;
	struct member *m = r ? member_find(r, a) : NULL;

	a->disabled = true;
	bindings_forget(a);
	account_post(a);
	audit(a, why);
	a->hub->out.n_ended++;
	account_kick(a, span_of(why));
	subscriptions_end(a);
	if (m)
		member_kick(m, NULL, SPAN("The guest's time is over"));
}

static bool is_unseen(const struct account *a)
{
	const struct hub *h = a->hub;
	int64_t longest = h->config.disable_unseen_ms;

	return longest && !h->now.clock_ms && h->now.wall_ms - h->started_ms >= HOUR_MS &&
	       a->role != ROLE_ADMIN && h->now.wall_ms - account_seen_ms(a) > longest;
}

// A crash must not make somebody unseen who was here all the time.
static void note_presence(struct account *a)
{
	if (!account_is_present(a) || a->hub->now.wall_ms - a->seen_ms < DAY_MS)
		return;
	a->seen_ms = a->hub->now.wall_ms;
	account_post(a);
}

static void look_at(struct account *a)
{
	if (a->disabled)
		return;
	note_presence(a);
	if (account_is_shut(a))
		end(a, "The account's time is over");
	else if (is_unseen(a))
		end(a, "The account was not used for long");
}

static void look(struct hub *h, struct timer *t)
{
	size_t cursor = 0;
	struct account *a;

	if (!can_mend(h) || h->stopping) {
		timer_set(h, t, h->now.mono_ms + EVERY_MS, look);
		return;
	}
	while ((a = idmap_next(&h->accounts, &cursor)) != NULL)
		look_at(a);
	endings_changed(h);
}

void endings_changed(struct hub *h)
{
	int64_t wait = h->config.disable_unseen_ms ? EVERY_MS : INT64_MAX;
	size_t cursor = 0;
	const struct account *a;

	if (h->loading || !h->config.n_shards)
		return;
	while ((a = idmap_next(&h->accounts, &cursor)) != NULL) {
		int64_t left = a->expires_ms - h->now.wall_ms;

		if (!a->expires_ms || a->disabled)
			continue;
		left = left < 0 ? 0 : left > EVERY_MS ? EVERY_MS : left;
		wait = left < wait ? left : wait;
	}
	if (wait == INT64_MAX)
		timer_stop(&h->on_endings);
	else
		timer_set(h, &h->on_endings, h->now.mono_ms + wait, look);
}
