// SPDX-License-Identifier: MIT
// What people say of themselves (draft/metadata-2), as the server tells of it.
#include "client/model/model_event_private.h"
#include "client/model/people.h"
#include "client/model/shown.h"
#include "common/spoken.h"

#define DISPLAY_KEY SPAN("display-name")

static struct span param(const struct event *e, size_t i)
{
	return msg_param(e->msg, i);
}

// Rooms have keys too.
static void take(const struct event *e, struct span name, struct span key, struct span value)
{
	struct model *m = e->m;

	if (!span_eq(key, DISPLAY_KEY) || !name.len || strchr(m->facts.chan_types, name.at[0]))
		return;
	person_set_display(m, span_eq(name, SPAN("*")) ? m->me : person_need(m, name), value);
}

// METADATA name key visibility [:value]
void on_metadata(const struct event *e)
{
	take(e, param(e, 0), param(e, 1), param(e, 3));
}

// NAME key visibility :value. Of people whom nobody here shares a room with, whose changes are
// not told, too: it is an answer, and changes nothing.
void on_whois_key(const struct event *e)
{
	if (span_eq(param(e, 2), DISPLAY_KEY))
		event_addf(e, e->m->current, LINE_INFO,
			   spoken(SPAN_FMT " is shown as " SPAN_FMT), SPAN_ARG(param(e, 1)),
			   SPAN_ARG(param(e, 4)));
	else
		event_addf(e, e->m->current, LINE_INFO,
			   spoken(SPAN_FMT " says of " SPAN_FMT ": " SPAN_FMT),
			   SPAN_ARG(param(e, 1)), SPAN_ARG(param(e, 2)), SPAN_ARG(param(e, 4)));
}

// The server tells on its own what is set, in a batch: nobody asked for that.
void on_key_value(const struct event *e)
{
	take(e, param(e, 1), param(e, 2), param(e, 4));
	if (!e->batch)
		on_whois_key(e);
}

void on_key_not_set(const struct event *e)
{
	take(e, param(e, 1), param(e, 2), SPAN(""));
	if (!e->batch && span_eq(param(e, 2), DISPLAY_KEY))
		event_addf(e, e->m->current, LINE_INFO, spoken(SPAN_FMT " has no display name"),
			   SPAN_ARG(param(e, 1)));
}
