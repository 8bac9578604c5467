// SPDX-License-Identifier: MIT
#include "server/hub/people/rehearsal.h"

#include "server/hub/people/credential.h"
#include "server/hub/people/verify.h"

void rehearse_credentials(struct hub *h, struct rehearsal *found)
{
	struct credential *c;
	size_t cursor = 0;

	*found = (struct rehearsal){.accounts = (int64_t)h->accounts.n_items,
				    .rooms = (int64_t)h->rooms.n_items};
	while ((c = idmap_next(&h->credentials, &cursor)) != NULL) {
		found->credentials++;
		if (credential_find(h, c->hash) != c)
			found->lost = c->id;
		else if (credential_lets_in(c) && !found->n_let_in++) {
			found->let_in = c->id;
			found->let_in_as = c->account->name;
		}
	}
}

static struct account *first_with_password(struct hub *h)
{
	struct account *a;
	size_t cursor = 0;

	while ((a = idmap_next(&h->accounts, &cursor)) != NULL) {
		if (a->password[0] && !account_is_shut(a))
			return a;
	}
	return NULL;
}

struct hash_job *rehearse_password(struct hub *h, const char **name)
{
	struct account *a = first_with_password(h);

	if (!a)
		return NULL;
	*name = a->name;
	return verify_with_none(a);
}
