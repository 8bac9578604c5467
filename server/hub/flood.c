// SPDX-License-Identifier: MIT
// A purse is kept as one time: when it will be full again.
//
// 1. Of those who wait for a purse, whoever has spent the least is next. Who comes anew begins
//    where the last one served stood: so each of n that wait has 1/n of it, and no more for
//    having been quiet.
// 2. What is known before is paid before; what an answer came to is owed, and the purse is
//    empty until then.
// 3. Asking is paid from the allowance first while a connection is new.
// 4. A token with a rate has purses of its own: what it spends the account's other devices do
//    not miss. They are never larger than the account's.
#include "server/hub/flood.h"

#include "server/hub/people/credential.h"
#include "server/hub/session_feed.h"
#include "server/letters/limits.h"

// How a purse fills: `tokens` in `ms`; it holds what comes in `burst_ms`.
struct pace {
	int64_t tokens, ms, burst_ms;
};

static bool is_new(const struct session *s, int64_t for_ms)
{
	return s->hub->now.wall_ms - s->opened_ms < for_ms;
}

static struct purse *purse_of(struct session *s, enum purse_kind kind)
{
	struct credential *own;

	if (!s->registered)
		return &s->purses[kind];
	own = kind == GOODS ? NULL : token_with_rate(s);
	return own ? &own->purses[kind] : &s->account->purses[kind];
}

// How many times what a person may; 0: without limit.
static int64_t times_of_class(const struct session *s)
{
	const struct hub_config *c = &s->hub->config;

	if (!s->registered || s->account->class == CLASS_PERSON)
		return 1;
	return s->account->class == CLASS_BOT ? c->bot_times : c->bridge_times;
}

static int64_t allowance(const struct session *s)
{
	const struct account *a = s->account;

	return ALLOWANCE_LEAST +
	       ALLOWANCE_PER_ROOM * (int64_t)(a->n_members + a->dialogs.n_items);
}

// tokens 0: without limit.
static struct pace pace_of_account(const struct session *s, enum purse_kind kind)
{
	const struct hub_config *c = &s->hub->config;
	int64_t times = is_new(s, FLOOD_NEW_MS) ? FLOOD_NEW_TIMES : 1;
	int64_t class = times_of_class(s);

	if (kind == ASKS)
		return (struct pace){
			c->asks_per_second * class, 1000,
			c->asks_per_second ? c->asks_burst * 1000 / c->asks_per_second : 0};
	return (struct pace){
		c->lines_per_second * class, 1000,
		c->lines_per_second ? c->lines_burst * times * 1000 / c->lines_per_second : 0};
}

static struct pace pace_of(const struct session *s, enum purse_kind kind)
{
	const struct credential *own;
	struct pace pace;
	int64_t rate;

	if (kind == GOODS)
		return (struct pace){ALLOWANCE_LOGINS * allowance(s), ALLOWANCE_FULL_MS,
				     ALLOWANCE_FULL_MS};
	pace = pace_of_account(s, kind);
	own = s->registered ? token_with_rate(s) : NULL;
	if (!own)
		return pace;
	rate = own->rate * (kind == ASKS ? ASKS_PER_LINE : 1);
	if (pace.tokens && pace.tokens * 60 <= rate)
		return pace;
	return (struct pace){rate, 60 * 1000, pace.burst_ms};
}

static int64_t spent_of(const struct session *s, const struct purse *p, enum purse_kind kind)
{
	return s->spent[kind] > p->served ? s->spent[kind] : p->served;
}

// Who waits and has spent the least; NULL: nobody waits.
static struct session *poorest(const struct purse *p)
{
	struct session *found = NULL;

	list_for_each(item, &p->waiting) {
		struct session *s = container_of(item, struct session, in_purse);

		if (!found || spent_of(s, p, s->waits_for) < spent_of(found, p, s->waits_for))
			found = s;
	}
	return found;
}

void flood_leave(struct session *s)
{
	list_remove(&s->in_purse);
}

static void go_on(struct session *s)
{
	if (s->is_long)
		session_tells_on(s);
	else
		session_resume(s);
}

// The poorest go on, until one of them still cannot pay.
static void on_time(struct hub *h, struct timer *t)
{
	struct purse *p = container_of(t, struct purse, on_time);
	struct session *s;

	(void)h;
	while (!p->on_time.is_set && (s = poorest(p))) {
		p->served = spent_of(s, p, s->waits_for);
		flood_leave(s);
		go_on(s);
	}
}

static void wait(struct session *s, enum purse_kind kind, int64_t ms)
{
	struct purse *p = purse_of(s, kind);
	int64_t at = s->hub->now.mono_ms + ms;

	s->waits_for = kind;
	if (list_is_empty(&s->in_purse))
		list_add(&p->waiting, &s->in_purse);
	if (!p->on_time.is_set || at < p->on_time.at_ms)
		timer_set(s->hub, &p->on_time, at, on_time);
}

static int64_t level_of(const struct session *s, const struct purse *p)
{
	int64_t now = s->hub->now.mono_ms;

	return p->full_ms > now ? p->full_ms - now : 0;
}

static void pay(struct session *s, enum purse_kind kind, int64_t cost_ms)
{
	struct purse *p = purse_of(s, kind);

	p->full_ms = s->hub->now.mono_ms + level_of(s, p) + cost_ms;
	s->spent[kind] = spent_of(s, p, kind) + cost_ms;
}

// From the allowance, as long as it lasts.
static bool pay_goods(struct session *s, enum purse_kind kind, int64_t tokens)
{
	struct pace pace;
	int64_t cost_ms;

	if (kind != ASKS || !s->registered || !is_new(s, ALLOWANCE_MS))
		return false;
	pace = pace_of(s, GOODS);
	cost_ms = tokens * pace.ms / pace.tokens;
	if (level_of(s, purse_of(s, GOODS)) + cost_ms > pace.burst_ms)
		return false;
	pay(s, GOODS, cost_ms);
	return true;
}

static bool is_next(struct session *s, const struct purse *p, enum purse_kind kind)
{
	const struct session *other = poorest(p);

	return !other || spent_of(s, p, kind) <= spent_of(other, p, kind);
}

static bool take(struct session *s, enum purse_kind kind, int64_t tokens)
{
	struct pace pace = pace_of(s, kind);
	struct purse *p = purse_of(s, kind);
	int64_t cost, level, over;

	if (!pace.tokens || !tokens || pay_goods(s, kind, tokens)) {
		flood_leave(s);
		return true;
	}
	cost = tokens * pace.ms / pace.tokens;
	level = level_of(s, p);
	over = level + cost - pace.burst_ms;
	// What costs more than a whole purse runs when the purse is full.
	if (level && over > 0) {
		wait(s, kind, over < level ? over : level);
		return false;
	}
	if (!is_next(s, p, kind)) {
		wait(s, kind, 0);
		return false;
	}
	flood_leave(s);
	pay(s, kind, cost);
	return true;
}

bool flood_take(struct session *s, const struct price *price)
{
	if (price->purse == FREE) {
		s->paid = 1; // as far as its answer goes
		return true;
	}
	if (!take(s, price->purse, price->tokens))
		return false;
	s->paid = price->tokens;
	return true;
}

bool flood_take_page(struct session *s)
{
	if (!take(s, ASKS, 1))
		return false;
	s->paid = 1;
	return true;
}

// What is over what was paid, in whole tokens; less than one stays for the next time.
static int64_t owed(size_t *made, int64_t paid, size_t per_token)
{
	size_t covered = (size_t)paid * per_token;
	size_t over = *made > covered ? *made - covered : 0;

	*made = over % per_token;
	return (int64_t)(over / per_token);
}

void flood_settle(struct session *s)
{
	int64_t bytes = owed(&s->made, s->paid, BYTES_PER_TOKEN);
	int64_t looks = owed(&s->looked, s->paid, LOOKED_PER_TOKEN);
	int64_t tokens = bytes > looks ? bytes : looks;
	struct pace pace = pace_of(s, ASKS);

	s->paid = 0;
	if (pace.tokens && !s->closing && !pay_goods(s, ASKS, tokens))
		pay(s, ASKS, tokens * pace.ms / pace.tokens);
}
