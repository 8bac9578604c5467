// SPDX-License-Identifier: MIT
// Membership. Invariant: m == m->room->members[m->in_room] ==
// m->account->members[m->in_account] == the room's by_account entry.
#include "server/hub/rooms/member.h"

#include "common/grow.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/modes.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/wire/line.h"

#include <stdlib.h>

static struct member *member_add(struct room *r, struct account *a)
{
	struct member *m = xcalloc(1, sizeof(*m));

	m->room = r;
	m->account = a;
	m->in_room = r->n_members;
	m->in_account = a->n_members;
	r->members = grow(r->members, r->n_members, &r->members_space, sizeof(*r->members));
	a->members = grow(a->members, a->n_members, &a->members_space, sizeof(*a->members));
	r->members[r->n_members++] = m;
	a->members[a->n_members++] = m;
	idmap_put(&r->by_account, (uint64_t)a->id, m);
	if (a->shown) {
		r->n_present++;
		listener_add_account(r, a);
	}
	return m;
}

void member_free(struct member *m)
{
	struct room *r = m->room;
	struct account *a = m->account;

	if (a->shown) {
		r->n_present--;
		listener_remove_account(r, a);
	}
	r->members[m->in_room] = r->members[--r->n_members];
	r->members[m->in_room]->in_room = m->in_room;
	a->members[m->in_account] = a->members[--a->n_members];
	a->members[m->in_account]->in_account = m->in_account;
	idmap_remove(&r->by_account, (uint64_t)a->id);
	free(m);
}

static void member_post(const struct member *m)
{
	post(m->room->hub, &(struct entry){.kind = ENTRY_MEMBER,
					   .member = {
						   .room = m->room->stream.id,
						   .account = m->account->id,
						   .role = m->role,
						   .joined_ms = m->joined_ms,
					   }});
}

void member_load(struct hub *h, const struct entry_member *row)
{
	struct room *r = room_by_id(h, row->room);
	struct account *a = account_by_id(h, row->account);
	struct member *m;

	if (r == NULL || a == NULL)
		return;
	m = member_find(r, a);
	if (m == NULL)
		m = member_add(r, a);
	m->role = row->role;
	m->joined_ms = row->joined_ms;
}

struct member *member_find(const struct room *r, const struct account *a)
{
	return idmap_find(&r->by_account, (uint64_t)a->id);
}

struct member *member_join(struct room *r, struct account *a, enum member_role role)
{
	struct member *m = member_add(r, a);
	struct entry_message event;

	m->role = role;
	m->joined_ms = r->hub->now.wall_ms;
	member_post(m);
	room_uninvite(r, a);
	history_event(r->hub, &r->stream, a, MESSAGE_JOIN, SPAN(""), &event);
	if (a->shown)
		presence_joined(m, &event);
	return m;
}

void member_leave(struct member *m)
{
	post(m->room->hub,
	     &(struct entry){.kind = ENTRY_MEMBER_GONE,
			     .member_gone = {m->room->stream.id, m->account->id}});
	member_free(m);
}

void member_set_role(struct member *m, enum member_role role)
{
	m->role = role;
	member_post(m);
}

char member_prefix(const struct member *m)
{
	const struct room_mode *rank = modes_rank(m->role);

	return rank == NULL ? 0 : rank->prefix;
}

void member_prefixes(const struct member *m, bool all, struct buf *out)
{
	const struct room_mode *rank = modes_rank(m->role);
	unsigned left = m->role;

	for (; rank != NULL; rank = all ? modes_rank(left) : NULL) {
		buf_add_char(out, rank->prefix);
		left &= ~rank->which;
	}
}

bool member_is_present(const struct member *m)
{
	return m->account->shown;
}

void member_kick(struct member *m, struct account *by, struct span reason)
{
	struct room *r = m->room;
	struct entry_message event;
	struct buf text = {0};
	struct line l;

	buf_printf(&text, "%s :" SPAN_FMT, m->account->name, SPAN_ARG(reason));
	history_event(r->hub, &r->stream, by, MESSAGE_KICK, buf_span(&text), &event);
	line_start(&l, r->hub, by, "KICK");
	line_str(&l, r->name);
	line_str(&l, m->account->name);
	line_text(&l, reason);
	line_of(&l, &event);
	room_say(r, &l, 0, 0, NULL);
	line_clear(&l);
	buf_clear(&text);
	member_leave(m);
}
