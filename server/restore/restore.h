// SPDX-License-Identifier: MIT
// A backup comes back: verified, unpacked aside, brought up to date; what was taken away
// since it was made is taken away again; marked, and put in place at once (swap.h).
//
// 1. Of the state only the database is replaced. Configuration, keys and files that are there
//    are younger, or of another machine; those of the backup come where there are none.
// 2. The database that is there says what was taken away. What of it cannot be read judges
//    nothing: keys, tokens and passwords that are younger than the copy are void by not being
//    in it, and what store_redo says is void, too.
// 3. Until the swap nothing of the state is touched, whatever fails.
// The caller holds the state by store_hold, or has it tried beside a server that does. Any
// thread, but never the hub's.
#pragma once

#include "server/backup/manifest.h"
#include "server/letters/admin.h"
#include "server/store/store.h"

// Looks at what was unpacked into the folder, when nothing was done yet.
typedef void restore_look_fn(void *arg, const char *folder);

struct restore_order {
	const char *state, *dir;          // the state directory, the backup
	const struct seal_secret *secret; // of a sealed one, or NULL
	bool as_it_was;                   // nothing is done again
	bool is_tried;                    // all but the swap
	bool is_beside;     // ... while somebody else uses the state: a copy of it is asked
	const char *reason; // for the audit log, or NULL
	restore_look_fn *look;
	store_taken_fn
		*on_row; // each thing that is taken away again, each file that comes or stays
	void *arg;
};

// ADMIN_DONE; ADMIN_PROBLEMS: done, but not all that was taken away can be known, or, of a
// backup that does not verify, not done; else not done. Appends words for a person.
MUST_USE enum admin_code restore_run(const struct restore_order *o, struct buf *words);
