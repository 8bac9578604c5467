// SPDX-License-Identifier: MIT
// WHOWAS: who left lately (RFC 2812 3.6.3).
#include "server/hub/commands/command.h"
#include "server/hub/commands/need.h"
#include "server/hub/people/whowas.h"
#include "server/hub/wire/reply.h"

#include "common/clock.h"

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

// Newest first; at most `max`, 0: all.
static uint64_t say_all(struct session *s, struct span name, uint64_t max)
{
	struct list *head = whowas_list(s->hub);
	uint64_t n = 0;

	for (struct list *item = head->prev; item != head; item = item->prev) {
		const struct whowas *w = container_of(item, struct whowas, in_hub);

		if (!span_eq_fold(span_of(w->name), name))
			continue;
		say(s, w);
		if (++n == max)
			break;
	}
	return n;
}

void cmd_whowas(struct session *s, const struct msg *m)
{
	struct span names = m->params[0];
	uint64_t max = 0;
	size_t count = 0;

	if (!span_to_u64(msg_param(m, 1), &max))
		max = 0; // RFC 2812: no positive number, all of them
	while (names.len > 0) {
		struct span name = span_cut(&names, ',');

		if (!need_target(s, &count, name))
			return;
		if (say_all(s, name, max) == 0)
			reply1(s, ERR_WASNOSUCHNICK, name);
		reply1(s, RPL_ENDOFWHOWAS, name);
	}
}
