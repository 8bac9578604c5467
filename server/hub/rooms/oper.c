// SPDX-License-Identifier: MIT
#include "server/hub/rooms/oper.h"

#include "server/hub/rooms/presence.h"
#include "server/hub/wire/line.h"

void oper_say(struct session *s, struct account *by, const char *mode)
{
	struct line l;

	line_start(&l, s->hub, by, "MODE");
	line_str(&l, s->account->name);
	line_str(&l, mode);
	session_say(s, &l);
	line_clear(&l);
}

void opers_end(struct account *a)
{
	list_for_each(item, &a->hub->session_list) {
		struct session *s = container_of(item, struct session, in_hub);

		if (s->oper_by != a->id)
			continue;
		s->oper_by = 0;
		if (s->closing || !s->oper || s->account->role == ROLE_ADMIN)
			continue;
		session_set_oper(s, false);
		oper_say(s, NULL, "-o");
	}
}
