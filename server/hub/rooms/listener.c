// SPDX-License-Identifier: MIT
// Invariants:
// 1. s->rooms[l->at] == {r, place of l in r->listeners} for each l in r->listeners.
// 2. r->listeners[p->at].session == s for each p in s->rooms.
// 3. A session stands in a room's listeners at most once.
#include "server/hub/rooms/listener.h"

#include "common/grow.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/rooms/roster.h"
#include "server/hub/wire/cast.h"

#include <assert.h>
#include <stdlib.h>

static cap_set caps_in(const struct room *r, const struct session *s)
{
	const struct member *m = member_find(r, s->account);
	bool all = session_has(s, CAP_EVENT_PLAYBACK) ||
		   (m != NULL && m->role >= MEMBER_MODERATOR);

	return s->caps | (all ? LISTENER_SEES_ALL : 0);
}

void listener_add(struct room *r, struct session *s)
{
	r->listeners =
		grow(r->listeners, r->n_listeners, &r->listeners_space, sizeof(*r->listeners));
	s->rooms = grow(s->rooms, s->n_rooms, &s->rooms_space, sizeof(*s->rooms));
	r->listeners[r->n_listeners] = (struct listener){
		.conn = s->id,
		.caps = caps_in(r, s),
		.session = s,
		.account = s->account,
		.at = s->n_rooms,
	};
	s->rooms[s->n_rooms++] = (struct listening){r, r->n_listeners++};
}

// Fills the hole in the room's array with its last listener.
static void room_drop(struct room *r, size_t at)
{
	const struct listener *last = &r->listeners[--r->n_listeners];

	if (at == r->n_listeners)
		return;
	r->listeners[at] = *last;
	last->session->rooms[last->at].at = at;
}

static void session_drop(struct session *s, size_t at)
{
	const struct listening *last = &s->rooms[--s->n_rooms];

	if (at == s->n_rooms)
		return;
	s->rooms[at] = *last;
	last->room->listeners[last->at].at = at;
}

static void drop(struct session *s, size_t at)
{
	struct room *r = s->rooms[at].room;
	size_t place = s->rooms[at].at;

	assert(r->listeners[place].session == s);
	room_drop(r, place);
	session_drop(s, at);
}

void listener_remove(struct room *r, struct session *s)
{
	for (size_t i = 0; i < s->n_rooms; i++) {
		if (s->rooms[i].room != r)
			continue;
		drop(s, i);
		return;
	}
}

void listener_add_account(struct room *r, struct account *a)
{
	list_for_each(item, &a->sessions)
		listener_add(r, container_of(item, struct session, in_account));
}

void listener_remove_account(struct room *r, struct account *a)
{
	list_for_each(item, &a->sessions)
		listener_remove(r, container_of(item, struct session, in_account));
}

void listener_forget(struct session *s)
{
	while (s->n_rooms > 0)
		drop(s, s->n_rooms - 1);
	free(s->rooms);
	s->rooms = NULL;
	s->rooms_space = 0;
}

void listener_forget_room(struct room *r)
{
	while (r->n_listeners > 0) {
		const struct listener *last = &r->listeners[r->n_listeners - 1];

		drop(last->session, last->at);
	}
	free(r->listeners);
	r->listeners = NULL;
	r->listeners_space = 0;
}

static struct listener *listener_of(const struct listening *p)
{
	return &p->room->listeners[p->at];
}

// What it sees already it goes on seeing: it was told of all, and is to be told when they go.
void rooms_caps(struct session *s)
{
	for (size_t i = 0; i < s->n_rooms; i++) {
		struct listener *l = listener_of(&s->rooms[i]);

		l->caps = s->caps | (l->caps & LISTENER_SEES_ALL);
	}
}

static void see_all(struct room *r, struct session *s)
{
	for (size_t i = 0; i < s->n_rooms; i++) {
		if (s->rooms[i].room != r)
			continue;
		listener_of(&s->rooms[i])->caps |= LISTENER_SEES_ALL;
		if (r->n_hidden > 0 && !session_has(s, CAP_NO_IMPLICIT_NAMES))
			names_say(s, r);
		return;
	}
}

void listener_see_all(struct room *r, const struct account *a)
{
	list_for_each(item, &a->sessions) {
		struct session *s = container_of(item, struct session, in_account);

		if (!listener_sees_all(r, s))
			see_all(r, s);
	}
}

bool listener_sees_all(const struct room *r, const struct session *s)
{
	for (size_t i = 0; i < s->n_rooms; i++)
		if (s->rooms[i].room == r)
			return (listener_of(&s->rooms[i])->caps & LISTENER_SEES_ALL) != 0;
	return false;
}

bool listener_is_shown(const struct listener *l, const struct member *m)
{
	return !m->hidden || (l->caps & LISTENER_SEES_ALL) != 0 || l->account == m->account;
}

// The session itself is only looked at when it is the sender's or asked for the line: they
// may see more tags, or a label.
static bool is_looked_at(const struct cast *c, const struct listener *l)
{
	return l->session == c->line->asker || l->account == c->line->sender;
}

static void show_sender(struct room *r, const struct line *line)
{
	if (r->n_hidden > 0 && line->sender != NULL)
		presence_show(member_find(r, line->sender));
}

void room_say(struct room *r, struct line *line, cap_set need, cap_set lack,
	      const struct session *except)
{
	struct cast c;

	show_sender(r, line);
	cast_open(&c, line);
	for (size_t i = 0; i < r->n_listeners; i++) {
		const struct listener *l = &r->listeners[i];

		if (l->session == except || !cap_fits(l->caps, need, lack))
			continue;
		if (is_looked_at(&c, l))
			cast_to(&c, l->session);
		else
			cast_to_conn(&c, l->conn, l->caps);
	}
	cast_close(&c);
}

void room_say_others(struct room *r, struct line *line, cap_set need, cap_set lack,
		     const struct account *except)
{
	struct cast c;

	cast_open(&c, line);
	for (size_t i = 0; i < r->n_listeners; i++) {
		const struct listener *l = &r->listeners[i];

		if (l->account == except || !cap_fits(l->caps, need, lack))
			continue;
		if (is_looked_at(&c, l))
			cast_to(&c, l->session);
		else
			cast_to_conn(&c, l->conn, l->caps);
	}
	cast_close(&c);
}

void member_say(const struct member *m, struct line *line)
{
	struct cast c;

	cast_open(&c, line);
	for (size_t i = 0; i < m->room->n_listeners; i++) {
		const struct listener *l = &m->room->listeners[i];

		if (listener_is_shown(l, m))
			cast_to(&c, l->session);
	}
	cast_close(&c);
}

static void cast_to_account(struct cast *c, const struct account *a, cap_set need, cap_set lack,
			    const struct session *except)
{
	list_for_each(item, &a->sessions) {
		struct session *s = container_of(item, struct session, in_account);

		if (s != except && cap_fits(s->caps, need, lack))
			cast_to(c, s);
	}
}

void room_say_status(struct room *r, struct line *line, enum member_role role, cap_set need,
		     cap_set lack, const struct session *except)
{
	struct cast c;

	show_sender(r, line);
	cast_open(&c, line);
	for (size_t i = 0; i < r->n_members; i++)
		if (r->members[i]->role >= role)
			cast_to_account(&c, r->members[i]->account, need, lack, except);
	cast_close(&c);
}

// Each session once: a round has a number, and who heard it carries that.
static void cast_round(struct cast *c, struct session *s, cap_set need, cap_set lack)
{
	if (s->peers_round == s->hub->peers_round)
		return;
	s->peers_round = s->hub->peers_round;
	if (cap_fits(s->caps, need, lack))
		cast_to(c, s);
}

void peers_say(struct account *a, struct line *line, cap_set need, cap_set lack, bool self)
{
	struct cast c;

	a->hub->peers_round++;
	cast_open(&c, line);
	list_for_each(item, &a->sessions) {
		struct session *s = container_of(item, struct session, in_account);

		if (self)
			cast_round(&c, s, need, lack);
		s->peers_round = a->hub->peers_round;
	}
	for (size_t i = 0; i < a->n_members; i++) {
		const struct member *m = a->members[i];

		for (size_t k = 0; k < m->room->n_listeners; k++)
			if (listener_is_shown(&m->room->listeners[k], m))
				cast_round(&c, m->room->listeners[k].session, need, lack);
	}
	cast_close(&c);
}
