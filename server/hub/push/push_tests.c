// SPDX-License-Identifier: MIT
#include "server/hub/push/push_tests.h"

#include "server/hub/journal/post.h"
#include "server/hub/people/parcel.h"
#include "server/hub/push/push_line.h"
#include "server/letters/limits.h"

#define LOOK_EVERY_MS (10LL * 60 * 1000)
#define TESTS_AT_ONCE 256 // inside: the others wait for the next look

static bool is_due(const struct subscription *s)
{
	const struct hub *h = s->account->hub;
	int64_t every_ms = s->is_page ? SUBSCRIPTION_PAGE_MS : SUBSCRIPTION_TEST_MS;

	return !s->trial && !s->n_parcels && !s->out &&
	       h->now.wall_ms - s->alive_ms >= every_ms &&
	       (!s->tested_ms || h->now.mono_ms - s->tested_ms >= SUBSCRIPTION_TEST_MS);
}

static void test(struct subscription *s)
{
	struct parcel p = {.kind = PARCEL_TEST};

	s->tested_ms = s->account->hub->now.mono_ms;
	p.text = push_line_test(s->account->hub);
	parcel_put(s, &p, 0);
}

static bool is_dead(const struct subscription *s)
{
	return !s->trial && s->account->hub->now.wall_ms - s->alive_ms >= SUBSCRIPTION_KEEP_MS;
}

// True: it was tried.
static bool look_at(struct subscription *s)
{
	bool tests = !is_dead(s) && is_due(s);

	if (tests)
		test(s);
	else if (is_dead(s) && can_mend(s->account->hub))
		subscription_remove(s);
	return tests;
}

static void look(struct hub *h, struct timer *t)
{
	size_t n = 0;

	list_for_each_safe(item, after, &h->subscribers) {
		struct account *a = container_of(item, struct account, in_subscribers);

		list_for_each_safe(own, next, &a->subscriptions) {
			if (n < TESTS_AT_ONCE)
				n += look_at(
					container_of(own, struct subscription, in_account));
		}
	}
	(void)t;
	push_tests_start(h);
}

void push_tests_start(struct hub *h)
{
	if (h->config.push && h->n_subscribers && !h->on_push_tests.is_set)
		timer_set(h, &h->on_push_tests, h->now.mono_ms + LOOK_EVERY_MS, look);
}
