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

// A message was stored: live clients without history will be asked what they got.
void replay_is_due(struct hub *h);
// s said this message itself while it replays: it is not shown to it again.
void replay_said(struct session *s, message_id id);
// A client that cannot ask for history itself: what it got is our business.
MUST_USE bool replay_is_tracked(const struct session *s);
// s joined just now: shows such a client what was said before.
void history_look_back(struct session *s, struct stream *stream);
void replay_free(struct session *s);
void cursors_free(struct account *a);
