// SPDX-License-Identifier: MIT
// The newest messages of the server, kept in memory: the end of every catch-up.
//
// What the store can page is what was applied when it was asked; the few messages since
// then come from here, in the same turn in which a session becomes live again.
// Owner: hub.recent; main thread.
#pragma once

#include "server/hub/state/state.h"

// Copies the message; entry is its number in the journal.
void recent_add(struct hub *h, const struct entry_message *m, entry_no entry);
// The id of the last message that was shown to who got all lines before entry `entry`, and
// the first of those behind it if `begun`. When that is so long ago that it is forgotten, an
// id that is surely older.
MUST_USE message_id recent_before(const struct hub *h, entry_no entry, bool begun);
// Are all messages with an id above `id` still here?
MUST_USE bool recent_covers(const struct hub *h, message_id id);
// The next message with an id above `id`; NULL at the end.
MUST_USE const struct entry_message *recent_after(const struct hub *h, message_id id);
// Forgets the text and tags of a message, if it is here.
void recent_redact(struct hub *h, message_id id);
// Forgets all of the stream up to `upto`: they are of no stream any more.
void recent_expire(struct hub *h, stream_id stream, message_id upto);
// The first edit of message `id` that is here and has its text; NULL: none.
MUST_USE const struct entry_message *recent_edit(const struct hub *h, message_id id);
// Their times after a step of the clock, each behind least_ms.
void recent_restamp(struct hub *h, const struct hub_step *step, int64_t least_ms);
void recent_free(struct hub *h);
