// SPDX-License-Identifier: MIT
// /mode, and modes of a room by words: /private on, /slow 30s.
#include "client/model/modes.h"
#include "client/model/target.h"
#include "client/slash/command_private.h"
#include "common/clock.h"
#include "common/spoken.h"

static const struct worded {
	const char *name, *letters, *on, *off;
} rows[] = {
#define MODE_WORD(name, letters, on, off) {name, letters, on, off},
#include "client/slash/mode_words.def"
#undef MODE_WORD
};

static const struct worded *row_of(struct span name)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (span_eq(name, span_of(rows[i].name)))
			return &rows[i];
	}
	return NULL;
}

void slash_mode_word(struct slash_call *call)
{
	const struct worded *row = row_of(call->name);
	struct span word = call_word(call);

	if (!row || !call_needs_room(call))
		return;
	if (word.len)
		call_send(call, "MODE %s %c%s", call->t->name,
			  span_eq(word, SPAN("on")) ? '+' : '-', row->letters);
	else
		call_note(call, LINE_INFO, "%s: %s", call->t->name,
			  spoken(modes_hold(call->t, row->letters[0]) ? row->on : row->off));
}

// /slow 30s, /slow off
void slash_slow(struct slash_call *call)
{
	struct span word = call_word(call);
	int64_t ms;

	if (!call_needs_room(call))
		return;
	if (span_eq(word, SPAN("off")))
		call_send(call, "MODE %s -W", call->t->name);
	else if (clock_parse_span(word, &ms) && ms >= 1000)
		call_send(call, "MODE %s +W %lld", call->t->name, (long long)(ms / 1000));
	else
		call_note(
			call, LINE_ERROR,
			spoken("how long one waits between two messages is written 10s, 5m or "
			       "off, not " SPAN_FMT),
			SPAN_ARG(word));
}

// /key SECRET, /key off
void slash_key(struct slash_call *call)
{
	struct span word = call_word(call);

	if (!call_needs_room(call))
		return;
	if (span_eq(word, SPAN("off")))
		call_send(call, "MODE %s -k *", call->t->name);
	else
		call_send(call, "MODE %s +k " SPAN_FMT, call->t->name, SPAN_ARG(word));
}

void slash_mode(struct slash_call *call)
{
	struct span rest = call->rest;

	// '+' begins rooms on some servers, but here it is a mode.
	if (call_is_room(call, rest) && rest.at[0] != '+') {
		call_send(call, "MODE " SPAN_FMT, SPAN_ARG(rest));
		return;
	}
	if (call_needs_room(call))
		call_send(call, "MODE %s%s" SPAN_FMT, call->t->name, rest.len ? " " : "",
			  SPAN_ARG(rest));
}
