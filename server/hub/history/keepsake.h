// SPDX-License-Identifier: MIT
// Keepsakes: the ids of what was said last, and always of all that is not applied yet: so the
// store may be asked at once for an id that is not among them.
// Owner: hub.keepsakes; main thread.
#pragma once

#include "server/hub/state/state.h"

// A message with a client id was journaled as the hub's head.
void keepsake_add(struct hub *h, account_id account, struct span client_id);
// Is it among them?
MUST_USE bool keepsake_is(const struct hub *h, account_id account, struct span client_id);
void keepsakes_free(struct hub *h);
