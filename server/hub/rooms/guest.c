// SPDX-License-Identifier: MIT
#include "server/hub/rooms/guest.h"

#include "server/hub/rooms/member.h"
#include "server/hub/wire/reply.h"

bool account_is_guest(const struct account *a)
{
	return a->guest_room != 0;
}

bool session_is_guest(const struct session *s)
{
	return s->account != NULL && account_is_guest(s->account) && !s->oper;
}

bool account_may_enter(const struct account *a, const struct room *r)
{
	return !account_is_guest(a) || a->guest_room == r->stream.id;
}

bool guest_may_know(const struct session *s, const struct account *a)
{
	struct account *self = s->account;
	const struct room *r;

	if (!session_is_guest(s) || a == self)
		return true;
	r = room_by_id(s->hub, self->guest_room);
	return (r != NULL && member_find(r, self) != NULL && member_find(r, a) != NULL) ||
	       idmap_find(&self->dialogs, (uint64_t)a->id) != NULL;
}

struct account *account_known(struct session *s, struct span name)
{
	struct account *a = account_find(s->hub, name);

	return a != NULL && guest_may_know(s, a) ? a : NULL;
}

bool need_no_guest(struct session *s, const char *command, struct span context)
{
	if (!session_is_guest(s))
		return true;
	fail(s, command, "GUEST", context,
	     "A guest is in one room: it joins and makes no other, and invites nobody");
	return false;
}
