// SPDX-License-Identifier: MIT
// Whowas: who left lately, for WHOWAS. The last WHOWAS_MAX, newest last; not stored.
// Owner: hub.whowas; main thread.
#pragma once

#include "server/hub/people/account.h"

struct whowas {
	struct list in_hub;
	uint64_t number; // counted up
	char *name, *username, *host, *realname;
	int64_t at_ms;
};

// The newest of this name (any case) below the number; NULL: there is none.
MUST_USE const struct whowas *whowas_before(struct hub *h, struct span name, uint64_t number);
void whowas_add(const struct account *a);
// All that were this account, by whichever name (freed.h).
void whowas_forget(struct hub *h, account_id id);
void whowas_free(struct hub *h);
