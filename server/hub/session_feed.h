// SPDX-License-Identifier: MIT
// How a session is fed its lines. Main thread.
#pragma once

#include "server/hub/state/session.h"

// A line came: runs it now, or keeps it while the session waits or is over its budget.
// Gives the credit back once it ran.
void session_feed(struct session *s, const struct msg *m);
// The same for a line that was refused by the framing: its answer keeps its place.
void session_feed_bad(struct session *s, enum inbox_fault fault, struct span command);
// What it waited for came: runs what was kept.
void session_resume(struct session *s);
// Its answers are on their way: lines that waited for it run.
void session_taken(struct session *s);
// Tells the shards which lines have run.
void sessions_give_credit(struct hub *h);
