// SPDX-License-Identifier: MIT
#include "server/hub/rooms/alert.h"

#include "server/hub/rooms/member.h"
#include "server/hub/state/session.h"

const char *alert_refusal(const struct room *r, const struct session *s)
{
	const struct member *m = member_find(r, s->account);

	if ((r->flags & ROOM_ALERT_NONE) != 0)
		return "nobody may";
	if (s->oper || (m != NULL && m->role >= MEMBER_MODERATOR))
		return NULL;
	if ((r->flags & ROOM_ALERT_ALL) == 0 && !r->talk)
		return "only moderators may";
	return m != NULL ? NULL : "only members may";
}
