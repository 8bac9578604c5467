// SPDX-License-Identifier: MIT
#include "client/sync/marks.h"

#include "common/clock.h"
#include "common/die.h"

#include <stdlib.h>

#define DELAY_MS 300

struct marks {
	struct uplink *session;
	struct loop_timer *timer;
	char *target; // the one that waits, or NULL
	int64_t at_ms;
};

void marks_flush(struct marks *m)
{
	char when[CLOCK_TEXT_LEN + 1];

	loop_timer_stop(m->timer);
	if (!m->target)
		return;
	clock_text(m->at_ms, when);
	if (uplink_is_online(m->session) && uplink_has_cap(m->session, "draft/read-marker"))
		uplink_sendf(m->session, "MARKREAD %s timestamp=%s", m->target, when);
	free(m->target);
	m->target = NULL;
}

static void on_timer(void *arg)
{
	marks_flush(arg);
}

struct marks *marks_new(struct loop *l, struct uplink *s)
{
	struct marks *m = xcalloc(1, sizeof(*m));

	m->session = s;
	m->timer = loop_timer_new(l, on_timer, m);
	return m;
}

void marks_free(struct marks *m)
{
	if (!m)
		return;
	marks_flush(m);
	loop_timer_free(m->timer);
	free(m);
}

void marks_read(struct marks *m, const struct target *t, int64_t at_ms)
{
	if (t->kind == TARGET_SERVER)
		return;
	if (m->target && strcmp(m->target, t->name) != 0)
		marks_flush(m);
	if (!m->target) {
		m->target = xstrdup(t->name);
		loop_timer_set(m->timer, DELAY_MS);
	}
	m->at_ms = at_ms;
}
