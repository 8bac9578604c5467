// SPDX-License-Identifier: MIT
// QUIET (snug.chat/quiet): what the account is not to be disturbed by.
#include "client/model/hush.h"
#include "client/model/model_event_private.h"
#include "common/clock.h"
#include "common/spoken.h"

// What was set, here or on another computer: not what a login brings.
static void tell(const struct event *e, bool is_set, struct span kind, struct span subject)
{
	static const struct {
		const char *kind, *set, *unset; // behind the subject, but of dnd
	} words[] = {
		{"ignore", SPOKEN("is ignored, on all your computers"),
		 SPOKEN("is shown again")},
		{"mute", SPOKEN("is muted: no counts, no alerts"), SPOKEN("is not muted")},
		{"hours", SPOKEN("are quiet hours: nothing rings"),
		 SPOKEN("are hours like others")},
		{"dnd", SPOKEN("nothing rings"), SPOKEN("it rings again")},
	};

	for (size_t i = 0; e->m->is_hush_listed && i < ARRAY_LEN(words); i++) {
		const char *what = spoken(is_set ? words[i].set : words[i].unset);
		if (!span_eq(kind, span_of(words[i].kind)))
			continue;
		if (span_eq(subject, SPAN("*")))
			event_addf(e, e->m->current, LINE_INFO, "%s", what);
		else
			event_addf(e, e->m->current, LINE_INFO, SPAN_FMT " %s",
				   SPAN_ARG(subject), what);
	}
}

// QUIET ADD|DEL kind subject until, QUIET LIST *
void on_quiet(const struct event *e)
{
	struct span verb = msg_param(e->msg, 0), kind = msg_param(e->msg, 1);
	struct span subject = msg_param(e->msg, 2);
	int64_t until_ms = INT64_MAX;

	if (span_eq(verb, SPAN("LIST"))) {
		hush_listed(e->m);
		e->m->is_hush_listed = true;
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
	tell(e, span_eq(verb, SPAN("ADD")), kind, subject);
}
