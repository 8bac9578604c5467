// SPDX-License-Identifier: MIT
#include "server/hub/rooms/presence.h"
#include "server/hub/rooms/mode.h"
#include "server/hub/history/history.h"
#include "server/hub/rooms/ban.h"

#include "server/hub/rooms/away.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/history/marker.h"
#include "server/hub/rooms/metadata.h"
#include "server/hub/rooms/reach.h"
#include "server/hub/rooms/monitor.h"
#include "server/hub/rooms/roster.h"
#include "server/hub/wire/reply.h"
#include "server/hub/people/whowas.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/rules.h"
#include "server/hub/rooms/talk.h"

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

static void say_join(const struct member *m, const struct entry_message *event, cap_set need,
		     cap_set lack)
{
	const cap_set cap = cap_bit(CAP_EXTENDED_JOIN);
	struct line l;

	join_line(&l, m, true, event);
	room_say_others(m->room, &l, need | cap, lack, m->account);
	line_clear(&l);
	join_line(&l, m, false, event);
	room_say_others(m->room, &l, need, lack | cap, m->account);
	line_clear(&l);
}

static void say_away(const struct member *m, cap_set need, cap_set lack)
{
	struct line l;

	if (m->account->away == NULL)
		return;
	line_start(&l, m->room->hub, m->account, "AWAY");
	line_text(&l, span_of(m->account->away));
	room_say_others(m->room, &l, need | cap_bit(CAP_AWAY_NOTIFY), lack, m->account);
	line_clear(&l);
}

// A moderator who comes back is one at once: JOIN alone would not say so.
static void say_roles(const struct member *m, cap_set need, cap_set lack)
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
		room_say_others(m->room, &l, need, lack, m->account);
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

// That m is there, to the others in the room that have all of `need` and none of `lack`.
static void tell_others(const struct member *m, const struct entry_message *event, cap_set need,
			cap_set lack)
{
	say_join(m, event, need, lack);
	say_roles(m, need, lack);
	metadata_member_joined(m, need, lack);
}

// It came: hidden, to those who see all.
static void tell_coming(struct member *m, const struct entry_message *event)
{
	member_hide(m);
	tell_others(m, event, m->hidden ? LISTENER_SEES_ALL : 0, 0);
}

// snug.chat/modes: the letters, without what stands behind them.
static void modes_tag(const struct room *r, struct buf *out)
{
	struct buf modes = {0};
	struct span rest, letters;

	mode_text(r, false, &modes);
	rest = buf_span(&modes);
	letters = span_cut(&rest, ' ');
	buf_printf(out, "%ssnug.chat/modes=" SPAN_FMT, out->len > 0 ? ";" : "",
		   SPAN_ARG(letters));
	buf_clear(&modes);
}

static void burst(struct session *s, const struct member *m, const struct entry_message *event)
{
	struct line l;

	struct buf tags = {0};

	join_line(&l, m, session_has(s, CAP_EXTENDED_JOIN), event);
	reach_tags(m, &tags);
	talk_tags(m->room, &tags);
	modes_tag(m->room, &tags);
	l.client_tags = buf_span(&tags);
	session_say(s, &l);
	line_clear(&l);
	buf_clear(&tags);
	presence_room(s, m->room);
}

void presence_joined(struct member *m, const struct entry_message *event)
{
	if (m->account->shown) {
		tell_coming(m, event);
		say_away(m, m->hidden ? LISTENER_SEES_ALL : 0, 0);
	}
	list_for_each(item, &m->account->sessions) {
		struct session *s = container_of(item, struct session, in_account);

		burst(s, m, event);
		reach_say(s, m);
	}
	rules_show(m);
}

void presence_burst(struct session *s, struct room *r)
{
	burst(s, member_find(r, s->account), NULL);
}

void presence_show(struct member *m)
{
	if (m == NULL || !member_unhide(m))
		return;
	tell_others(m, NULL, 0, LISTENER_SEES_ALL);
	say_away(m, 0, LISTENER_SEES_ALL);
}

void presence_settle(struct room *r)
{
	if (r->n_hidden == 0 || room_is_large(r))
		return;
	for (size_t i = 0; i < r->n_members; i++)
		presence_show(r->members[i]);
}

void session_set_oper(struct session *s, bool oper)
{
	if (s->oper != oper && !s->no_presence)
		s->hub->n_opers += oper ? 1 : -1;
	s->oper = oper;
}

void account_set_invisible(struct account *a, bool invisible)
{
	if (a->invisible != invisible)
		a->hub->n_invisible += invisible ? 1 : -1;
	a->invisible = invisible;
}

static bool is_to_be_shown(const struct account *a)
{
	list_for_each(item, &a->sessions) {
		if (!container_of(item, struct session, in_account)->no_presence)
			return true;
	}
	return false;
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
		tell_coming(a->members[i], NULL);
	}
	monitor_online(a);
	if (a->away != NULL)
		away_tell(a); // also to who shares no room with it
}

void rooms_attach(struct session *s)
{
	struct account *a = s->account;

	for (size_t i = 0; i < a->n_members; i++)
		listener_add(a->members[i]->room, s);
	s->hub->n_opers += s->oper && !s->no_presence;
	away_changed(a);
	if (!a->shown && is_to_be_shown(a))
		appear(a);
	metadata_welcome(s);
	for (size_t i = 0; i < a->n_members; i++) {
		presence_burst(s, a->members[i]->room);
		rules_show(a->members[i]);
	}
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
	watchers_say(a, &l, cap_bit(CAP_ACCOUNT_NOTIFY), true);
	line_clear(&l);
}

void presence_rename(struct account *a, struct span name)
{
	bool is_other = !span_eq_fold(name, span_of(a->name));

	if (a->shown)
		say_nick(a, name);
	if (a->shown && is_other)
		monitor_offline(a);
	account_rename(a, name);
	if (is_other)
		dialogs_give_way(a->hub, name);
	bans_named(a);
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
	for (size_t i = 0; i < a->n_members; i++) {
		(void)member_unhide(a->members[i]);
		a->members[i]->room->n_present--;
	}
	a->shown = false;
	a->hub->n_present--;
	a->hub->n_invisible -= a->invisible;
	whowas_add(a);
	monitor_offline(a);
	away_changed(a);
}

void rooms_detach(struct session *s, struct span reason)
{
	listener_forget(s);
	s->hub->n_opers -= s->oper && !s->no_presence;
	if (s->account->shown && !is_to_be_shown(s->account))
		vanish(s->account, reason);
	else
		away_changed(s->account);
}
