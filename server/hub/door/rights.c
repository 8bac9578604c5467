// SPDX-License-Identifier: MIT
#include "server/hub/door/rights.h"

#include "server/hub/people/factor.h"
#include "server/hub/rooms/oper.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/wire/reply.h"

void rights_settle(struct account *a)
{
	bool gives = factor_gives_rights(a);

	list_for_each(item, &a->sessions) {
		struct session *s = container_of(item, struct session, in_account);

		if (s->closing || s->oper == gives || (s->oper_by && s->oper_by != a->id))
			continue;
		session_set_oper(s, gives);
		oper_say(s, NULL, gives ? "+o" : "-o");
		rights_welcome(s);
	}
	if (!gives)
		opers_end(a);
}

void rights_settle_all(struct hub *h)
{
	struct account *a;
	size_t cursor = 0;

	while ((a = idmap_next(&h->accounts, &cursor)) != NULL) {
		if (a->role == ROLE_ADMIN)
			rights_settle(a);
	}
}

void rights_welcome(struct session *s)
{
	if (s->account->role == ROLE_ADMIN && !factor_gives_rights(s->account))
		notice(s,
		       "This server wants a second factor of its administrators: you have no "
		       "rights until you turn yours on (2FA CHALLENGE totp, in a client that "
		       "speaks draft/account-2fa)");
}
