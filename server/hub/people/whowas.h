// SPDX-License-Identifier: MIT
// Whowas: who left lately, for WHOWAS. The last WHOWAS_MAX, newest last; not stored.
// Owner: hub.whowas; main thread.
#pragma once

#include "server/hub/people/account.h"

struct whowas {
	struct list in_hub;
	char *name, *username, *host, *realname;
	int64_t at_ms;
};

// Newest last.
MUST_USE struct list *whowas_list(struct hub *h);
void whowas_add(const struct account *a);
void whowas_free(struct hub *h);
