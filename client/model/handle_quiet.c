// SPDX-License-Identifier: MIT
// QUIET (snug.chat/quiet): what the account is not to be disturbed by.
#include "client/model/hush.h"
#include "client/model/model_event_private.h"
#include "common/clock.h"

// QUIET ADD|DEL kind subject until, QUIET LIST *
void on_quiet(const struct event *e)
{
	struct span verb = msg_param(e->msg, 0), kind = msg_param(e->msg, 1);
	struct span subject = msg_param(e->msg, 2);
	int64_t until_ms = INT64_MAX;

	if (span_eq(verb, SPAN("LIST"))) {
		hush_listed(e->m);
		return;
	}
	if (!kind.len || !subject.len)
		return;
	if (!clock_parse(msg_param(e->msg, 3), &until_ms))
		until_ms = INT64_MAX;
	if (span_eq(verb, SPAN("ADD")))
		hush_add(e->m, kind, subject, until_ms);
	else if (span_eq(verb, SPAN("DEL")))
		hush_del(e->m, kind, subject);
}
