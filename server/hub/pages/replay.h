// SPDX-License-Identifier: MIT
// What a session missed: paged from history, then from memory, then it is live.
//
// While a session replays, live messages are withheld from it (SESSION_REPLAYS): they
// come in their turn. The next page leaves when the PONG to a PING behind the last one
// has come, so that no more than a page waits in its queue.
// Owner: session.replay; account.cursors; main thread.
#pragma once

#include "server/hub/history/history.h"
#include "server/hub/state/session.h"

// Called at the end of the login burst of a session (after its JOINs): markers, and the
// replay for clients that have no history commands.
void replay_welcome(struct session *s);
// Its shard drops the live lines of s from entry `after` on, or from behind the first of
// that entry (begun).
void replay_stalled(struct session *s, entry_no after, bool begun);
// The session drained after a stall: pages what it missed, then makes it live again.
void replay_catch_up(struct session *s);
// A PONG came: moves the device's cursor if it answers one of ours.
void replay_pong(struct session *s, struct span token);
// A message was stored: live clients without history will be asked what they got.
void replay_is_due(struct hub *h);
// s said this message itself while it replays: it is not shown to it again.
void replay_said(struct session *s, message_id id);
// A client that cannot ask for history itself: what it got is our business.
MUST_USE bool replay_is_tracked(const struct session *s);
void replay_free(struct session *s);
void cursors_free(struct account *a);
void cursor_load(struct hub *h, const struct entry_cursor *row);
// A device is called `to` from now on, and has seen what `from` has. Journals.
void cursor_copy(struct account *a, struct span from, struct span to);
