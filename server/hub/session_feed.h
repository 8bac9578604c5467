// SPDX-License-Identifier: MIT
// How a session is fed its lines. Main thread.
#pragma once

#include "server/hub/state/session.h"

// A line came: whether it is to run now. Else it was kept, since the session waits or is over
// its budget, or the session ends.
MUST_USE bool session_is_next(struct session *s, const struct msg *m);
// Runs it: what answers it belongs to its label. Gives the credit back.
void session_feed(struct session *s, const struct msg *m);
// Runs or keeps a line that was refused by the framing: its answer keeps its place.
void session_feed_bad(struct session *s, enum inbox_fault fault, const struct msg *head);
// What it waited for came: runs what was kept.
void session_resume(struct session *s);
// The last answer that it waited for is dealt with (NULL: nobody waits): its label ends, and
// what was kept runs.
void session_answered(struct session *s);
// What is being told to it goes on.
void session_tells_on(struct session *s);
// Makes the next pages of what is being told, of some sessions in turn.
void sessions_tell(struct hub *h);
// Its answers are on their way: lines that waited for it run.
void session_taken(struct session *s);
// Tells the shards which lines have run.
void sessions_give_credit(struct hub *h);
