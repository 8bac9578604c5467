// SPDX-License-Identifier: MIT
#include "server/hub/rooms/presence.h"

#include "server/hub/rooms/away.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/history/marker.h"
#include "server/hub/rooms/metadata.h"
#include "server/hub/rooms/monitor.h"
#include "server/hub/rooms/roster.h"
#include "server/hub/wire/reply.h"
#include "server/hub/people/whowas.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/member.h"

static void join_line(struct line *l, const struct member *m, bool extended,
		      const struct entry_message *event)
{
	line_start(l, m->room->hub, m->account, "JOIN");
	line_str(l, m->room->name);
	if (extended) {
		line_str(l, m->account->name);
		line_text(l, span_of(m->account->realname));
	}
	if (event != NULL)
		line_of(l, event);
}

// To everybody in the room but the sessions of `except` (NULL: of nobody).
static void say_join(const struct member *m, const struct entry_message *event,
		     const struct account *except)
{
	const cap_set cap = cap_bit(CAP_EXTENDED_JOIN);
	struct line l;

	join_line(&l, m, true, event);
	room_say_others(m->room, &l, cap, 0, except);
	line_clear(&l);
	join_line(&l, m, false, event);
	room_say_others(m->room, &l, 0, cap, except);
	line_clear(&l);
}

static void say_away(const struct member *m)
{
	struct line l;

	if (m->account->away == NULL)
		return;
	line_start(&l, m->room->hub, m->account, "AWAY");
	line_text(&l, span_of(m->account->away));
	room_say_others(m->room, &l, cap_bit(CAP_AWAY_NOTIFY), 0, m->account);
	line_clear(&l);
}

// A moderator who comes back is one at once: JOIN alone would not say so.
static void say_roles(const struct member *m)
{
	struct buf modes = {0};
	struct line l;

	if ((m->role & MEMBER_FOUNDER) != 0)
		buf_add_char(&modes, 'q');
	if ((m->role & MEMBER_MODERATOR) != 0)
		buf_add_char(&modes, 'o');
	if ((m->role & MEMBER_VOICE) != 0)
		buf_add_char(&modes, 'v');
	if (modes.len > 0) {
		line_start(&l, m->room->hub, NULL, "MODE");
		line_str(&l, m->room->name);
		buf_printf(&l.body, " +%s", buf_str(&modes));
		for (size_t i = 0; i < modes.len; i++)
			line_str(&l, m->account->name);
		room_say_others(m->room, &l, 0, 0, m->account);
		line_clear(&l);
	}
	buf_clear(&modes);
}

void presence_room(struct session *s, struct room *r)
{
	topic_say(s, r, false);
	marker_say(s, &r->stream, span_of(r->name));
	if (!session_has(s, CAP_NO_IMPLICIT_NAMES))
		names_say(s, r);
	metadata_joined(s, r);
}

void presence_joined(struct member *m, const struct entry_message *event)
{
	say_join(m, event, NULL);
	say_away(m);
	list_for_each(item, &m->account->sessions)
		presence_room(container_of(item, struct session, in_account), m->room);
	metadata_member_joined(m);
}

void presence_burst(struct session *s, struct room *r)
{
	const struct member *m = member_find(r, s->account);
	struct line l;

	join_line(&l, m, session_has(s, CAP_EXTENDED_JOIN), NULL);
	session_say(s, &l);
	line_clear(&l);
	presence_room(s, r);
}

void session_set_oper(struct session *s, bool oper)
{
	if (s->oper != oper)
		s->hub->n_opers += oper ? 1 : -1;
	s->oper = oper;
}

void account_set_invisible(struct account *a, bool invisible)
{
	if (a->invisible != invisible)
		a->hub->n_invisible += invisible ? 1 : -1;
	a->invisible = invisible;
}

// The first session: others see the account come.
static void appear(struct account *a)
{
	struct hub *h = a->hub;

	a->shown = true;
	a->present_ms = h->now.wall_ms;
	h->n_invisible += a->invisible;
	if (++h->n_present > h->max_present)
		h->max_present = h->n_present;
	for (size_t i = 0; i < a->n_members; i++) {
		a->members[i]->room->n_present++;
		say_join(a->members[i], NULL, a);
		say_roles(a->members[i]);
		say_away(a->members[i]);
		metadata_member_joined(a->members[i]);
	}
	monitor_online(a);
}

void rooms_attach(struct session *s)
{
	struct account *a = s->account;

	for (size_t i = 0; i < a->n_members; i++)
		listener_add(a->members[i]->room, s);
	s->hub->n_opers += s->oper;
	away_changed(a, false);
	if (!a->shown)
		appear(a);
	metadata_welcome(s);
	for (size_t i = 0; i < a->n_members; i++)
		presence_burst(s, a->members[i]->room);
}

static void say_nick(struct account *a, struct span name)
{
	struct line l;

	line_start(&l, a->hub, a, "NICK");
	line_param(&l, name);
	peers_say(a, &l, 0, 0, true);
	line_clear(&l);
}

static void say_account(struct account *a)
{
	struct line l;

	line_start(&l, a->hub, a, "ACCOUNT");
	line_str(&l, a->name);
	watchers_say(a, &l, cap_bit(CAP_ACCOUNT_NOTIFY), 0, true);
	line_clear(&l);
}

void presence_rename(struct account *a, struct span name)
{
	bool is_other = !span_eq_fold(name, span_of(a->name));

	if (a->shown)
		say_nick(a, name);
	if (a->shown && is_other)
		monitor_offline(a);
	bans_renamed(a->hub, span_of(a->name), name);
	account_rename(a, name);
	if (a->shown && is_other)
		monitor_online(a);
	if (a->shown)
		say_account(a);
}

static void vanish(struct account *a, struct span reason)
{
	struct line l;

	line_start(&l, a->hub, a, "QUIT");
	line_text(&l, reason);
	peers_say(a, &l, 0, 0, false);
	line_clear(&l);
	for (size_t i = 0; i < a->n_members; i++)
		a->members[i]->room->n_present--;
	a->shown = false;
	a->hub->n_present--;
	a->hub->n_invisible -= a->invisible;
	whowas_add(a);
	monitor_offline(a);
}

void rooms_detach(struct session *s, bool last, struct span reason)
{
	listener_forget(s);
	s->hub->n_opers -= s->oper;
	if (last && s->account->shown)
		vanish(s->account, reason);
	else
		away_changed(s->account, true);
}
