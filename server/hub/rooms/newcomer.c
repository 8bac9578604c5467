// SPDX-License-Identifier: MIT
#include "server/hub/rooms/newcomer.h"

#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/guest.h"
#include "server/hub/rooms/member.h"
#include "server/letters/limits.h"

static bool takes(const struct room *r, const struct account *a)
{
	return r->newcomers && r->n_members < MEMBERS_MAX &&
	       (r->limit == 0 || (int64_t)r->n_members < r->limit) &&
	       a->n_members < ROOMS_PER_ACCOUNT && member_find(r, a) == NULL &&
	       !room_bans(r, a);
}

void newcomer_join(struct account *a)
{
	size_t cursor = 0;
	struct room *r;

	while (!account_is_guest(a) && (r = idmap_next(&a->hub->rooms, &cursor)) != NULL) {
		if (takes(r, a))
			member_join(r, a, MEMBER_PLAIN);
	}
}
