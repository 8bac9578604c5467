// SPDX-License-Identifier: MIT
// Where a text names an account that is being erased: by any name that it ever had, which are
// known by their hashes (freed.h). Main thread.
#pragma once

#include "server/hub/state/state.h"

struct reworded {
	struct buf by, text, reason;
};

// `out` is text with those names replaced by `name`. False: there is none, out stays empty.
MUST_USE bool erase_names(const struct hub *h, account_id id, struct span text,
			  struct span name, struct buf *out);
// What such a row of the audit log is to be. False: it stays as it is.
MUST_USE bool erase_logged(const struct hub *h, account_id id, const struct entry_audit *row,
			   struct span name, struct reworded *out);
void reworded_clear(struct reworded *w);
// Rooms, invites and bans that say who made them, set their topic, or why. Journals.
void erase_makers(struct hub *h, account_id id, struct span name);
