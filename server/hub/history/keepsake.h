// SPDX-License-Identifier: MIT
// Keepsakes: the ids of what was said last, and always of all that is not applied yet: so the
// store may be asked at once for an id that is not among them.
//
// An id that carries its time (timed_id.h) is not even asked for when it is newer than all
// that the keepsakes may have let go. How new that is rests on this: it is refused when it is
// more than TIMED_ID_AHEAD_MS ahead of the clock and of the newest message, and the message's
// own id, which has the clock's time too, is behind neither. So no id of an earlier run is
// newer by more than that than the newest message, whatever became of the clock; and of this
// run an account's newest that was let go is known.
// Owner: hub.keepsakes; main thread.
#pragma once

#include "server/hub/state/state.h"

// A message with a client id was journaled as the hub's head.
void keepsake_add(struct hub *h, account_id account, struct span client_id);
// Once, when all is loaded.
void keepsakes_start(struct hub *h);
// It carries a time that is too far ahead: nothing may be said by it.
MUST_USE bool keepsake_is_ahead(const struct hub *h, struct span client_id);
// It was never used, and the store need not be asked.
MUST_USE bool keepsake_is_fresh(const struct hub *h, const struct account *a,
				struct span client_id);
// Is it among them?
MUST_USE bool keepsake_is(const struct hub *h, account_id account, struct span client_id);
void keepsakes_free(struct hub *h);
