// SPDX-License-Identifier: MIT
// Invitations to rooms (INVITE, INVITED, DECLINE), and invites that the user made for people
// who have no account yet (INVITELINK).
#include "client/model/hand_out.h"
#include "client/model/invitations.h"
#include "client/model/model_event_private.h"
#include "client/model/people.h"
#include "client/model/target.h"
#include "common/clock.h"
#include "common/spoken.h"

static void others_are_invited(const struct event *e, struct span who, struct span room)
{
	struct target *t = target_find(e->m, room);

	if (t)
		event_addf(e, t, LINE_INFO, spoken("invited " SPAN_FMT), SPAN_ARG(who));
}

void on_invite(const struct event *e)
{
	struct span who = msg_param(e->msg, 0), room = msg_param(e->msg, 1);

	if (!e->from || !room.len)
		return;
	if (person_find(e->m, who) != e->m->me) {
		others_are_invited(e, who, room);
		return;
	}
	if (e->is_history)
		return;
	invitation_add(e->m, room, e->nick, e->at_ms);
	event_addf(e, e->m->current, LINE_INFO,
		   spoken("invites you to " SPAN_FMT ": /join " SPAN_FMT
			  " takes you there, and so does the inbox"),
		   SPAN_ARG(room), SPAN_ARG(room));
}

// INVITED room by time; INVITED *
void on_invited(const struct event *e)
{
	struct span room = msg_param(e->msg, 0), by = msg_param(e->msg, 1);
	int64_t at_ms = e->now_ms;

	if (!by.len)
		return;
	if (!clock_parse(msg_param(e->msg, 2), &at_ms))
		at_ms = e->now_ms;
	invitation_add(e->m, room, by, at_ms);
	event_addf(e, e->m->server, LINE_INFO,
		   spoken(SPAN_FMT " invited you to " SPAN_FMT ": /join " SPAN_FMT
				   ", or /decline " SPAN_FMT),
		   SPAN_ARG(by), SPAN_ARG(room), SPAN_ARG(room), SPAN_ARG(room));
}

void on_decline(const struct event *e)
{
	invitation_drop(e->m, msg_param(e->msg, 0));
}

// The day of a time.
static struct span day_of(struct span time)
{
	return span_from(time.at, time.len < 10 ? time.len : 10);
}

static void add_room(struct buf *words, struct span room)
{
	if (!span_eq(room, SPAN("*")))
		buf_printf(words, spoken(" and enter " SPAN_FMT), SPAN_ARG(room));
}

// INVITELINK ADD number room left uses until link [page]
// The last one opens the page in a browser, and is taken by a terminal as well.
static void show(const struct event *e)
{
	struct span link = msg_param(e->msg, e->msg->n_params > 7 ? 7 : 6);
	struct span uses = msg_param(e->msg, 4), until = day_of(msg_param(e->msg, 5));
	bool is_one = span_eq(uses, SPAN("1"));
	struct buf words = {0};

	buf_printf(&words, spoken(SPAN_FMT " %s may come to this server by the link"),
		   SPAN_ARG(uses), is_one ? spoken("person") : spoken("people"));
	add_room(&words, msg_param(e->msg, 2));
	buf_printf(&words, spoken(", until " SPAN_FMT ". Whoever has it is let in."),
		   SPAN_ARG(until));
	hand_out(e->m, buf_span(&words), link, e->now_ms);
	buf_clear(&words);
}

// INVITELINK LIST number room left uses until, INVITELINK LIST *
static void list(const struct event *e)
{
	struct span until = day_of(msg_param(e->msg, 5));
	struct buf words = {0};

	if (e->msg->n_params < 6) {
		if (!e->m->n_invites)
			event_add(e, e->m->current, LINE_INFO,
				  span_of(spoken(
					  "you have no open invite: /invite-link makes one")));
		e->m->n_invites = 0;
		return;
	}
	e->m->n_invites++;
	add_room(&words, msg_param(e->msg, 2));
	event_addf(e, e->m->current, LINE_INFO,
		   spoken("invite " SPAN_FMT ": " SPAN_FMT " of " SPAN_FMT
			  " may still come%s, until " SPAN_FMT),
		   SPAN_ARG(msg_param(e->msg, 1)), SPAN_ARG(msg_param(e->msg, 3)),
		   SPAN_ARG(msg_param(e->msg, 4)), buf_str(&words), SPAN_ARG(until));
	buf_clear(&words);
}

void on_invitelink(const struct event *e)
{
	struct span verb = msg_param(e->msg, 0);

	if (span_eq(verb, SPAN("ADD")) && e->msg->n_params > 6)
		show(e);
	else if (span_eq(verb, SPAN("LIST")))
		list(e);
	else if (span_eq(verb, SPAN("DEL")))
		event_addf(e, e->m->current, LINE_INFO,
			   spoken("invite " SPAN_FMT " lets nobody in any more"),
			   SPAN_ARG(msg_param(e->msg, 1)));
}
