// SPDX-License-Identifier: MIT
#include "client/outside/outside_loop.h"

#include "client/outside/tls_link.h"
#include "common/clock.h"

#include <sodium.h>

static int64_t mono_ms(void *arg UNUSED)
{
	return clock_mono_ms();
}

static int64_t wall_ms(void *arg UNUSED)
{
	return clock_wall_ms();
}

static void dice(void *arg UNUSED, void *to, size_t len)
{
	randombytes_buf(to, len);
}

static void *timer_new(void *arg, void (*fn)(void *), void *fn_arg)
{
	return loop_timer_new(arg, fn, fn_arg);
}

static void timer_set(void *timer, int64_t delay_ms)
{
	loop_timer_set(timer, delay_ms);
}

static void timer_stop(void *timer)
{
	loop_timer_stop(timer);
}

static void timer_free(void *timer)
{
	loop_timer_free(timer);
}

static struct link *link_new(void *arg, const struct link_events *events)
{
	return tls_link_new(arg, events);
}

struct outside outside_of_loop(struct loop *l)
{
	return (struct outside){
		.arg = l,
		.mono_ms = mono_ms,
		.wall_ms = wall_ms,
		.dice = dice,
		.timer_new = timer_new,
		.timer_set = timer_set,
		.timer_stop = timer_stop,
		.timer_free = timer_free,
		.link_new = link_new,
	};
}
