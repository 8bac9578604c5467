// SPDX-License-Identifier: MIT
// 1. A question is in the list until it is answered; it has one errand at most on its way.
//    Whose errand is told late has gone, and nobody looks for it.
// 2. Whoever waits for something that is not its own errand (what the issuer publishes, room
//    for an errand) is tried again whenever anything is told, and every TICK_MS.
#include "server/issuer/issuer_private.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/log.h"

#include <stdlib.h>

#define TICK_MS 250

int64_t issuer_mono_ms(const struct issuer *i)
{
	return i->out.mono_ms(i->out.arg);
}

int64_t issuer_wall_ms(const struct issuer *i)
{
	return i->out.wall_ms(i->out.arg);
}

struct issuer *issuer_new(const struct issuer_outside *outside,
			  const struct issuer_settings *settings)
{
	struct issuer *i = xcalloc(1, sizeof(*i));

	i->out = *outside;
	i->settings = *settings;
	list_init(&i->askings);
	issuer_go(i);
	return i;
}

void issuer_free(struct issuer *i)
{
	if (!i)
		return;
	list_for_each_safe(item, after, &i->askings)
		asking_free(container_of(item, struct asking, in));
	published_clear(&i->published);
	free(i);
}

void issuer_set(struct issuer *i, const struct issuer_settings *settings)
{
	i->settings = *settings;
	issuer_go(i);
}

struct asking *issuer_new_asking(struct issuer *i)
{
	struct asking *a = xcalloc(1, sizeof(*a));

	a->issuer = i;
	a->until_ms = issuer_mono_ms(i) + ISSUER_ANSWER_MS;
	list_add(&i->askings, &a->in);
	return a;
}

static void end(struct asking *a)
{
	list_remove(&a->in);
	a->finish(a);
	asking_free(a);
}

// What can no more be answered in time is answered now. An exchange that is on its way is
// waited for: an errand has an end of its own.
static bool is_late(const struct asking *a)
{
	return !a->is_exchanging && issuer_mono_ms(a->issuer) >= a->until_ms;
}

// As far as it comes.
static void go(struct asking *a)
{
	enum stand stand = STAND_GOES_ON;

	if (is_late(a))
		stand = asking_later(a);
	for (size_t i = 0; stand == STAND_GOES_ON && a->steps[i] && !a->errand; i++)
		stand = a->steps[i](a);
	if (stand == STAND_GOES_ON && !a->errand) {
		a->result = IDENTITY_IS;
		a->why = IDENTITY_WHY_NONE;
		stand = STAND_ENDS;
	}
	if (stand == STAND_ENDS)
		end(a);
}

static void set_wake(struct issuer *i)
{
	int64_t now = issuer_mono_ms(i), at = INT64_MAX;

	if (!i->published.keys)
		at = now + (published_is_unsent(&i->published) ? TICK_MS : KEPT_FIRST_MS);
	list_for_each(item, &i->askings) {
		const struct asking *a = container_of(item, struct asking, in);
		int64_t wants = a->errand ? a->until_ms : now + TICK_MS;

		// One that is late waits for its errand alone.
		if (wants > now && wants < at)
			at = wants;
	}
	i->out.wake_at(i->out.arg, at);
}

void issuer_go(struct issuer *i)
{
	published_look(i);
	list_for_each_safe(item, after, &i->askings)
		go(container_of(item, struct asking, in));
	set_wake(i);
}

void issuer_wake(struct issuer *i)
{
	issuer_go(i);
}

static struct asking *find_asking(struct issuer *i, uint64_t errand)
{
	list_for_each(item, &i->askings) {
		struct asking *a = container_of(item, struct asking, in);

		if (a->errand == errand)
			return a;
	}
	return NULL;
}

static void on_told(void *arg, const struct errand_answer *told)
{
	struct issuer *i = arg;
	struct asking *a = find_asking(i, told->number);

	if (!published_told(i, told) && a) {
		a->errand = 0;
		if (a->on_told(a, told) == STAND_ENDS)
			end(a);
	}
	issuer_go(i);
}

enum errand_posted issuer_post(struct issuer *i, const struct request *r, uint64_t *number)
{
	struct errand_request errand = request_errand(r, i->last_errand + 1);
	enum errand_posted posted = i->out.post(i->out.arg, &errand, on_told, i);

	if (posted == ERRAND_POSTED)
		*number = ++i->last_errand;
	return posted;
}

const char *issuer_authorization(const struct issuer *i)
{
	return i->published.places.authorization;
}

void issuer_words(const struct issuer *i, struct buf *out)
{
	char when[CLOCK_TEXT_LEN + 1];

	published_words(&i->published, out);
	if (!i->early_ms)
		return;
	clock_text(i->early_ms, when);
	buf_printf(out, "; at %s a token came that is of later: is this clock right?", when);
}

int64_t issuer_count(const struct issuer *i, enum identity_result result)
{
	return i->counts[result];
}
