// SPDX-License-Identifier: MIT
// What is still to do, in the tables `chore` and `expiry`: a crash leaves work, never damage.
//
// `unindexed` is the boundary of the word index: messages below it are in it, from it on none
// is; without it all are. So words never delay a commit; what is beyond the boundary the
// readers index in memory when somebody searches (tail.c). Only files of server/store see this.
#pragma once

#include "server/store/engine.h"

// A row of `chore`; 0: it is not there, or cannot be read.
MUST_USE int64_t chore_get(struct store *s, struct span name);
// Sets or (value 0) deletes it, inside a transaction.
MUST_USE enum db_code chore_put(struct store *s, struct span name, int64_t value);
// Reads s->expiring and s->unindexed: at open and after a rollback. One that goes on with less
// than WORDS_STEP of them takes them for so many.
void chore_load(struct store *s);
// A message with words was stored, inside the same transaction.
MUST_USE enum db_code chore_note_unindexed(struct store *s, message_id id);

// Messages whose words come into the index at once: a step that touches it costs about as much
// for one message as for fifty.
#define WORDS_STEP 256
