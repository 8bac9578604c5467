// SPDX-License-Identifier: MIT
// What the start of this snugd would do to a database: done to a copy of it.
//
// Any thread, but never the hub's; beside a running server, too.
#pragma once

#include "common/buf.h"
#include "server/letters/admin.h"

// Something that was looked at, as `snugd check` shows it. Texts are valid during the call.
typedef void trial_fn(void *arg, const char *what, bool is_fine, const char *found);

// Copies the store of the state into a folder there, brings it up, checks it, and takes it
// away. One that machines share is looked at in its place: what it would be brought up by is
// told, and not tried. ADMIN_DONE, ADMIN_PROBLEMS, or ADMIN_FAILED with words.
MUST_USE enum admin_code trial_run(const char *state, const char *store, trial_fn *on_row,
				   void *arg, struct buf *words);

// What there is to know of the migrations behind schema `from`, up to `to`.
void upgrade_notes(int64_t from, int64_t to, trial_fn *on_row, void *arg);
