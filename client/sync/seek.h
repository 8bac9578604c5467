// SPDX-License-Identifier: MIT
// Goes to a message, or to a time, that may not be loaded: what is around it is asked for
// (CHATHISTORY AROUND), and what may be missing at both ends of that is marked as a hole.
//
// One place at a time. What came of it is told by the model's on_sought, at once when the place
// is held. Owner: the client's one thread.
#pragma once

#include "client/sync/catchup.h"

struct seek;

// All borrowed until seek_free.
MUST_USE struct seek *seek_new(struct model *m, struct uplink *s, struct calls *calls,
			       struct catchup *c);
// An open request ends without a word.
void seek_free(struct seek *s);
// To the message with this id.
void seek_message(struct seek *s, struct target *t, struct span id);
// To what was said first at or behind this wall time; where that is nothing, to the newest.
void seek_time(struct seek *s, struct target *t, int64_t at_ms);
