// SPDX-License-Identifier: MIT
// The server and the one who manages it as a service (systemd, or who speaks like it): what it
// is given at its start, and what it tells.
#include "server/server_private.h"

#include "common/clock.h"
#include "common/log.h"

#include <stdio.h>

// It is said four times as often as is wanted: one that was put off by a slow disk is no death.
#define TIMES_AS_OFTEN 4

bool server_meet_manager(struct server *s, struct buf *error)
{
	struct buf why = {0};

	// Who runs it by hand, in a shell that a manager started, is served all the same.
	if (!notify_open(&s->notify, &why))
		log_event(LOG_WARN, "no_notify", "why", buf_str(&why), NULL);
	buf_clear(&why);
	return handed_in_read(&s->handed, error);
}

static void set_pulse(struct server *s)
{
	s->hub_is_due = true;
	loop_timer_set(s->pulse_timer, s->notify.alive_ms / TIMES_AS_OFTEN);
}

static void on_pulse(void *arg)
{
	struct server *s = arg;
	struct hub_figures figures;

	hub_figures(s->hub, &figures);
	if (pulse_beats(&s->pulse, figures.head, figures.durable))
		notify_say(&s->notify, "WATCHDOG=1");
	set_pulse(s);
}

void server_tell_ready(struct server *s)
{
	notify_say(&s->notify, "READY=1");
	if (!s->notify.alive_ms)
		return;
	s->pulse_timer = loop_timer_new(s->loop, on_pulse, s);
	set_pulse(s);
}

void server_tell_reloading(const struct server *s)
{
	char words[64];

	// The time is what newer managers know one reload from another by.
	snprintf(words, sizeof(words), "RELOADING=1\nMONOTONIC_USEC=%lld",
		 (long long)clock_mono_us());
	notify_say(&s->notify, words);
}

void server_tell_reloaded(const struct server *s)
{
	notify_say(&s->notify, "READY=1");
}

void server_tell_stopping(const struct server *s)
{
	notify_say(&s->notify, "STOPPING=1");
}

void server_leave_manager(struct server *s)
{
	loop_timer_free(s->pulse_timer);
	notify_close(&s->notify);
	handed_in_clear(&s->handed);
}
