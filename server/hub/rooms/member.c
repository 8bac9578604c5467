// SPDX-License-Identifier: MIT
// Membership. Invariant: m == m->room->members[m->in_room] ==
// m->account->members[m->in_account] == the room's by_account entry.
#include "server/hub/rooms/member.h"

#include "common/grow.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/invite.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/modes.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/rooms/room_log.h"
#include "server/hub/rooms/succession.h"
#include "server/hub/rooms/walk.h"
#include "server/hub/wire/line.h"

#include <stdlib.h>

static struct member *member_add(struct room *r, struct account *a, enum member_role role)
{
	struct member *m = xcalloc(1, sizeof(*m));

	m->room = r;
	m->account = a;
	m->role = role;
	m->in_room = r->n_members;
	m->in_account = a->n_members;
	r->members = grow(r->members, r->n_members, &r->members_space, sizeof(*r->members));
	a->members = grow(a->members, a->n_members, &a->members_space, sizeof(*a->members));
	r->members[r->n_members++] = m;
	a->members[a->n_members++] = m;
	idmap_put(&r->by_account, (uint64_t)a->id, m);
	r->n_present += a->shown;
	listener_add_account(r, a);
	return m;
}

bool room_is_large(const struct room *r)
{
	int64_t limit = r->hub->config.presence_limit;

	return limit > 0 && r->n_members > (size_t)limit;
}

void member_hide(struct member *m)
{
	if (m->role >= MEMBER_VOICE || !room_is_large(m->room))
		return;
	m->hidden = true;
	m->room->n_hidden++;
}

bool member_unhide(struct member *m)
{
	bool was_hidden = m->hidden;

	m->room->n_hidden -= was_hidden;
	m->hidden = false;
	return was_hidden;
}

bool member_is_shown(const struct member *m, const struct session *s, bool all)
{
	return !m->hidden || all || s->oper || m->account == s->account;
}

void member_free(struct member *m)
{
	struct room *r = m->room;
	struct account *a = m->account;
	size_t hole;

	(void)member_unhide(m);
	r->n_present -= a->shown;
	listener_remove_account(r, a);
	hole = walks_make_room(r, m->in_room);
	if (hole != --r->n_members) {
		r->members[hole] = r->members[r->n_members];
		r->members[hole]->in_room = hole;
	}
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
						   .joined_seq = m->joined.seq,
						   .joined_id = m->joined.id,
						   .invited_seq = m->invited.seq,
						   .invited_id = m->invited.id,
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
		m = member_add(r, a, row->role);
	m->role = row->role;
	m->joined_ms = row->joined_ms;
	m->joined = (struct upto){row->joined_seq, row->joined_id};
	m->invited = (struct upto){row->invited_seq, row->invited_id};
}

struct member *member_find(const struct room *r, const struct account *a)
{
	return idmap_find(&r->by_account, (uint64_t)a->id);
}

struct member *member_join(struct room *r, struct account *a, enum member_role role)
{
	struct member *m = member_add(r, a, role);
	struct entry_message event;

	m->joined_ms = r->hub->now.wall_ms;
	m->paced_ms = r->hub->now.mono_ms;
	m->joined = stream_upto(r->hub, &r->stream);
	m->invited = room_invited_at(r, a);
	member_post(m);
	room_uninvite(r, a);
	history_event(r->hub, &r->stream, a, MESSAGE_JOIN, SPAN(""), &event);
	if (account_is_present(a))
		presence_joined(m, &event);
	return m;
}

void member_leave(struct member *m)
{
	struct room *r = m->room;
	bool was_founder = m->role >= MEMBER_FOUNDER;

	post(r->hub, &(struct entry){.kind = ENTRY_MEMBER_GONE,
				     .member_gone = {r->stream.id, m->account->id}});
	invites_withdraw(m->account, r->stream.id);
	member_free(m);
	presence_settle(r);
	if (was_founder)
		succession(r);
}

void member_set_role(struct member *m, enum member_role role)
{
	if (role >= MEMBER_VOICE)
		presence_show(m);
	if (m->role >= MEMBER_MODERATOR && role < MEMBER_MODERATOR)
		invites_withdraw(m->account, m->room->stream.id);
	m->role = role;
	if (role >= MEMBER_MODERATOR)
		listener_see_all(m->room, m->account);
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
	room_log(r, by, "kick", span_of(m->account->name), reason);
	history_event(r->hub, &r->stream, by, MESSAGE_KICK, buf_span(&text), &event);
	line_start(&l, r->hub, by, "KICK");
	line_str(&l, r->name);
	line_str(&l, m->account->name);
	line_text(&l, reason);
	line_of(&l, &event);
	if (by != NULL)
		presence_show(member_find(r, by));
	member_say(m, &l);
	line_clear(&l);
	buf_clear(&text);
	member_leave(m);
}
