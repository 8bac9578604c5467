// SPDX-License-Identifier: MIT
// Back to the copy that was made before the last migration, for the snugd that wrote it.
//
// That one knows nothing of what came since: it is listed, and so is what was taken away
// since and comes back with the copy. The newer database is kept (swap.h). The caller holds
// the state by store_hold, or has it tried beside a server that does. Any thread, but never
// the hub's.
#pragma once

#include "common/buf.h"
#include "server/letters/admin.h"
#include "server/store/store.h"

struct downgrade_order {
	const char *state;
	bool is_confirmed;      // else it is only listed,
	bool is_tried;          // ... and, tried, that is what was asked for
	bool is_beside;         // ... while somebody else uses the state: a copy is asked
	store_taken_fn *on_row; // what is lost, and what comes back
	void *arg;
};

// ADMIN_DONE, ADMIN_UNCONFIRMED when it was only listed and not tried, ADMIN_NOT_FOUND when
// there is no such copy, or ADMIN_FAILED. Appends words for a person.
MUST_USE enum admin_code downgrade_run(const struct downgrade_order *o, struct buf *words);
