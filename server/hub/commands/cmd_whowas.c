// SPDX-License-Identifier: MIT
// WHOWAS: who left lately (RFC 2812 3.6.3).
#include "server/hub/commands/command.h"
#include "server/hub/commands/need.h"
#include "server/hub/people/whowas.h"
#include "server/hub/rooms/guest.h"
#include "server/hub/wire/telling.h"

#include "common/clock.h"
#include "server/letters/limits.h"

#include <stdlib.h>

static void say(struct session *s, const struct whowas *w)
{
	char at[CLOCK_TEXT_LEN + 1];
	struct line l;

	reply_start(&l, s, RPL_WHOWASUSER);
	line_str(&l, w->name);
	line_str(&l, w->username);
	line_str(&l, w->host);
	line_str(&l, "*");
	line_text(&l, span_of(w->realname));
	reply_end(&l, s);
	clock_text(w->at_ms, at);
	reply_start(&l, s, RPL_WHOISSERVER);
	line_str(&l, w->name);
	line_param(&l, s->hub->config.name);
	line_text(&l, span_of(at));
	reply_end(&l, s);
}

// The names of one question, while it is answered: of each the newest first.
struct asked {
	struct telling t;
	char *names;
	struct span rest, name;
	struct targets seen;
	uint64_t max;  // of one name; 0: all
	uint64_t n;    // of this name were told,
	uint64_t last; // ... of which this one was the last
};

static void end_name(struct asked *a)
{
	if (!a->n)
		reply1(a->t.s, ERR_WASNOSUCHNICK, a->name);
	reply1(a->t.s, RPL_ENDOFWHOWAS, a->name);
	a->name.len = 0;
}

static bool next(struct telling *t)
{
	struct asked *a = container_of(t, struct asked, t);
	const struct whowas *w;

	if (!a->name.len) {
		a->n = 0;
		a->last = UINT64_MAX;
		return need_target(t->s, &a->seen, &a->rest, &a->name);
	}
	telling_looked(t->s, WHOWAS_MAX / 8);
	w = NULL;
	if (!session_is_guest(t->s) || account_known(t->s, a->name) != NULL)
		w = whowas_before(t->s->hub, a->name, a->last);
	if (w == NULL || (a->max && a->n >= a->max)) {
		end_name(a);
		return true;
	}
	say(t->s, w);
	a->n++;
	a->last = w->number;
	return true;
}

static void asked_free(struct telling *t)
{
	struct asked *a = container_of(t, struct asked, t);

	free(a->names);
	free(a);
}

void cmd_whowas(struct session *s, const struct msg *m)
{
	struct asked *a = telling_new(sizeof(*a), next, asked_free);

	if (!span_to_u64(msg_param(m, 1), &a->max))
		a->max = 0; // RFC 2812: no positive number, all of them
	a->names = span_dup(m->params[0]);
	a->rest = span_of(a->names);
	telling_start(s, &a->t);
}
