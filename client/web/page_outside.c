// SPDX-License-Identifier: MIT
#include "client/web/page_outside.h"

#include "client/web/exports.h"
#include "client/web/web_private.h"
#include "client/web/page_link.h"
#include "common/die.h"

#include <stdlib.h>

struct page_timer {
	void (*fn)(void *);
	void *arg;
};

static int64_t mono_ms(void *arg UNUSED)
{
	return (int64_t)page_mono_ms();
}

static int64_t wall_ms(void *arg UNUSED)
{
	return (int64_t)page_wall_ms();
}

static void dice(void *arg UNUSED, void *to, size_t len)
{
	page_dice(to, len);
}

static void *timer_new(void *arg UNUSED, void (*fn)(void *), void *fn_arg)
{
	struct page_timer *t = xmalloc(sizeof(*t));

	*t = (struct page_timer){.fn = fn, .arg = fn_arg};
	return t;
}

static void timer_set(void *timer, int64_t delay_ms)
{
	page_timer_set(timer, (double)delay_ms);
}

static void timer_stop(void *timer)
{
	page_timer_stop(timer);
}

static void timer_free(void *timer)
{
	if (timer)
		page_timer_stop(timer);
	free(timer);
}

EXPORT(timer_due) void tab_timer_due(struct page_timer *t)
{
	t->fn(t->arg);
}

void page_outside_init(struct outside *o)
{
	*o = (struct outside){
		.arg = o,
		.mono_ms = mono_ms,
		.wall_ms = wall_ms,
		.dice = dice,
		.timer_new = timer_new,
		.timer_set = timer_set,
		.timer_stop = timer_stop,
		.timer_free = timer_free,
		.link_new = page_link_new,
	};
}
