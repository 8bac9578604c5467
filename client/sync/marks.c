// SPDX-License-Identifier: MIT
#include "client/sync/marks.h"

#include "client/model/target.h"
#include "common/clock.h"
#include "common/die.h"

#include <stdlib.h>

#define DELAY_MS 300

struct marks {
	struct uplink *session;
	const struct outside *outside;
	void *timer;
	char *target; // the one that waits, or NULL
	int64_t at_ms;
};

void marks_flush(struct marks *m)
{
	char when[CLOCK_TEXT_LEN + 1];

	m->outside->timer_stop(m->timer);
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

struct marks *marks_new(struct uplink *s)
{
	struct marks *m = xcalloc(1, sizeof(*m));

	m->session = s;
	m->outside = uplink_outside(s);
	m->timer = m->outside->timer_new(m->outside->arg, on_timer, m);
	return m;
}

void marks_free(struct marks *m)
{
	if (!m)
		return;
	marks_flush(m);
	m->outside->timer_free(m->timer);
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
		m->outside->timer_set(m->timer, DELAY_MS);
	}
	m->at_ms = at_ms;
}

void marks_answer(struct marks *m, struct model *model, char choice)
{
	model_ask_done(model, QUESTION_READ);
	for (size_t i = 0; choice == 'y' && i < model->n_targets; i++) {
		struct target *t = model->targets[i];
		const struct log_line *newest = target_newest(t);
		if (!newest || !t->unread)
			continue;
		target_set_read(model, t, newest->at_ms);
		t->new_at = newest->at_ms;
		marks_read(m, t, newest->at_ms);
	}
	marks_flush(m);
}
