// SPDX-License-Identifier: MIT
// What the lines of a server tell of itself: what time it is there, and that it waits for its
// store.
#include "client/net/uplink_private.h"

#include "common/clock.h"

// What is live is stamped with the present; history comes in batches. Late is no harm: an id
// that seems older is looked for (timed_id.h). So it counts from a clock that nobody sets.
static void note_time(struct uplink *s, const struct msg *m)
{
	struct span time, batch;
	int64_t at_ms;

	if (msg_tag(m, SPAN("time"), &time) && !msg_tag(m, SPAN("batch"), &batch) &&
	    clock_parse(time, &at_ms))
		s->ahead_ms = at_ms - outside_mono_ms(s->outside);
}

// NOTE * STORING_WAITS, NOTE * STORING_GOES_ON
static void note_store(struct uplink *s, const struct msg *m)
{
	bool waits = span_eq(msg_param(m, 1), SPAN("STORING_WAITS"));

	if (!span_eq_fold(m->command, SPAN("NOTE")) || !span_eq(msg_param(m, 0), SPAN("*")) ||
	    (!waits && !span_eq(msg_param(m, 1), SPAN("STORING_GOES_ON"))))
		return;
	s->storing_since = waits ? outside_mono_ms(s->outside) : 0;
	if (s->events.on_state)
		s->events.on_state(s->events.arg);
}

void uplink_note(struct uplink *s, const struct msg *m)
{
	note_time(s, m);
	note_store(s, m);
}

void uplink_forget(struct uplink *s)
{
	s->ahead_ms = s->storing_since = 0;
}

int64_t uplink_server_ms(const struct uplink *s)
{
	return s->ahead_ms ? s->ahead_ms + outside_mono_ms(s->outside) : 0;
}
