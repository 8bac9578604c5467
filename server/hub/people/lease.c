// SPDX-License-Identifier: MIT
#include "server/hub/people/lease.h"

#define AHEAD_MS (60LL * 1000) // inside: a clock may step back by so much

// The youngest yes; 0: all say no. -1: it is not bound.
static int64_t last_yes_ms(const struct account *a)
{
	int64_t yes_ms = -1;

	list_for_each(item, &a->bindings) {
		const struct account_binding *b =
			container_of(item, struct account_binding, in_account);

		// One of a time that is to come yet was said by a clock that was wrong.
		if (b->yes_ms > a->hub->now.wall_ms + AHEAD_MS)
			yes_ms = yes_ms < 0 ? 0 : yes_ms;
		else if (b->yes_ms > yes_ms)
			yes_ms = b->yes_ms;
	}
	return yes_ms;
}

int64_t lease_ends_ms(const struct account *a)
{
	int64_t yes_ms = last_yes_ms(a);

	if (yes_ms < 0)
		return INT64_MAX;
	return yes_ms ? yes_ms + a->hub->config.recheck_ms : 0;
}

bool lease_lets_in(const struct account *a, const struct credential *by)
{
	if (by && by->account == a && by->free_of_lease)
		return true;
	return a->hub->now.wall_ms < lease_ends_ms(a);
}

bool lease_lets_stay(const struct session *s)
{
	return lease_lets_in(s->account, token_letting_in(s));
}

const struct credential *lease_beside(const struct account *a)
{
	list_for_each(item, &a->credentials) {
		const struct credential *c = container_of(item, struct credential, in_account);

		if (c->free_of_lease && credential_lets_in(c))
			return c;
	}
	return NULL;
}

struct account_binding *lease_renewable(const struct account *a)
{
	struct account_binding *found = NULL;

	list_for_each(item, &a->bindings) {
		struct account_binding *b =
			container_of(item, struct account_binding, in_account);

		if (binding_is_renewable(b) && (!found || b->yes_ms > found->yes_ms))
			found = b;
	}
	return found;
}

// "12 hours": in the largest unit of which it is so many.
static void add_span(struct buf *out, int64_t ms)
{
	static const struct {
		int64_t ms;
		const char *name;
	} units[] = {{86400000, "day"}, {3600000, "hour"}, {60000, "minute"}, {1000, "second"}};
	size_t i = 0;

	while (i + 1 < ARRAY_LEN(units) && (ms % units[i].ms || ms < units[i].ms))
		i++;
	buf_printf(out, "%lld %s%s", (long long)(ms / units[i].ms), units[i].name,
		   ms / units[i].ms == 1 ? "" : "s");
}

void lease_words(const struct hub *h, struct buf *out)
{
	buf_add_str(out, "Your sign-in is older than ");
	add_span(out, h->config.recheck_ms);
	buf_printf(out, ", or not good any more: say  snug login " SPAN_FMT,
		   SPAN_ARG(h->config.name));
}
