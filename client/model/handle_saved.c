// SPDX-License-Identifier: MIT
// SAVED (snug.chat/saved): messages that the account comes back to.
#include "client/model/model_event_private.h"
#include "client/model/saved.h"
#include "common/clock.h"

// SAVED ADD target id time, SAVED DEL id, SAVED LIST *
void on_saved(const struct event *e)
{
	struct span verb = msg_param(e->msg, 0), first = msg_param(e->msg, 1);
	struct span id = msg_param(e->msg, 2);
	int64_t at_ms = e->now_ms;

	if (span_eq(verb, SPAN("LIST"))) {
		saved_listed(e->m);
	} else if (span_eq(verb, SPAN("DEL"))) {
		saved_del(e->m, first);
	} else if (span_eq(verb, SPAN("ADD")) && first.len && id.len) {
		if (!clock_parse(msg_param(e->msg, 3), &at_ms))
			at_ms = e->now_ms;
		saved_add(e->m, first, id, at_ms);
	}
}
