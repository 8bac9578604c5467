// SPDX-License-Identifier: MIT
// /invite and /invite-link: people who have an account, and those who have none yet.
#include "client/model/invitations.h"
#include "client/slash/command_private.h"
#include "common/clock.h"
#include "common/spoken.h"

void slash_invite(struct slash_call *call)
{
	struct span who = call_word(call);
	struct span room = call_word(call);

	if (!room.len && !call_needs_room(call))
		return;
	if (!room.len)
		room = span_of(call->t->name);
	call_send(call, "INVITE %.*s %.*s", (int)who.len, who.at, (int)room.len, room.at);
}

// Where the server keeps no list of invitations, ours is all there is.
void slash_decline(struct slash_call *call)
{
	struct model *m = call->c->model;
	struct span room = call_word(call);

	if (!model_has_cap(m, "snug.chat/invited") ||
	    call_send(call, "DECLINE " SPAN_FMT, SPAN_ARG(room)))
		invitation_drop(m, room);
}

// What the words of "/invite-link #den 5 7d" say, in any order.
struct terms {
	struct span room, uses;
	int64_t until_ms;
};

static bool take(const struct slash_call *call, struct span word, struct terms *terms)
{
	int64_t ms;
	uint64_t uses;

	if (call_is_room(call, word)) {
		terms->room = word;
	} else if (span_to_u64(word, &uses)) {
		terms->uses = word;
	} else if (clock_parse_span(word, &ms) && ms > 0) {
		terms->until_ms = call->c->now_ms + ms;
	} else {
		call_note(call, LINE_ERROR,
			  spoken("/invite-link takes a room, how many may come, as 5, and for "
				 "how long, as 7d; not " SPAN_FMT),
			  SPAN_ARG(word));
		return false;
	}
	return true;
}

static void add(struct slash_call *call)
{
	struct terms terms = {.room = SPAN("*"), .uses = SPAN("1")};
	char until[CLOCK_TEXT_LEN + 2] = "";

	if (call->t->kind == TARGET_ROOM)
		terms.room = span_of(call->t->name);
	while (call->rest.len) {
		if (!take(call, call_word(call), &terms))
			return;
	}
	if (terms.until_ms) {
		until[0] = ' ';
		clock_text(terms.until_ms, until + 1);
	}
	call_send(call, "INVITELINK ADD " SPAN_FMT " " SPAN_FMT "%s", SPAN_ARG(terms.room),
		  SPAN_ARG(terms.uses), until);
}

void slash_invite_link(struct slash_call *call)
{
	struct span rest = call->rest, word = span_cut(&rest, ' ');

	rest = span_trim(rest);
	if (span_eq(word, SPAN("list")) && !rest.len)
		call_send(call, "INVITELINK LIST");
	else if (span_eq(word, SPAN("revoke")) && rest.len)
		call_send(call, "INVITELINK DEL " SPAN_FMT, SPAN_ARG(rest));
	else
		add(call);
}
