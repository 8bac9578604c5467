// SPDX-License-Identifier: MIT
#include "server/hub/rooms/succession.h"

#include "server/hub/rooms/mode.h"
#include "server/hub/rooms/slip.h"

struct member *room_founder(const struct room *r, bool disabled_count)
{
	for (size_t i = 0; i < r->n_members; i++) {
		struct member *m = r->members[i];

		if (m->role >= MEMBER_FOUNDER && (disabled_count || !m->account->disabled))
			return m;
	}
	return NULL;
}

static bool is_older(const struct member *a, const struct member *b)
{
	if (a->joined_ms != b->joined_ms)
		return a->joined_ms < b->joined_ms;
	return a->account->id < b->account->id;
}

static struct member *heir(const struct room *r)
{
	struct member *oldest = NULL;

	for (size_t i = 0; i < r->n_members; i++) {
		struct member *m = r->members[i];

		if (m->role >= MEMBER_MODERATOR && !m->account->disabled &&
		    (oldest == NULL || is_older(m, oldest)))
			oldest = m;
	}
	return oldest;
}

void succession(struct room *r)
{
	struct member *m = room_founder(r, true) != NULL ? NULL : heir(r);
	struct buf args = {0};

	if (m == NULL)
		return;
	member_set_role(m, m->role | MEMBER_FOUNDER);
	buf_printf(&args, " %s", m->account->name);
	mode_say(r, NULL, SPAN("+q"), buf_span(&args));
	buf_clear(&args);
	if (!account_is_present(m->account))
		slip_tell(m->account, "You are founder of %s now: its last founder has gone",
			  r->name);
}
