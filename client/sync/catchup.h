// SPDX-License-Identifier: MIT
// Fills the model with what was said before and while we were away (draft/chathistory,
// snug.chat/sequence).
//
// The target in view comes first and its newest page before older ones; holes are proved
// by sequence numbers of the server's present history where it tells them, and by message
// ids otherwise. A few
// requests at a time. Owner: the client's one thread.
#pragma once

#include "client/model/model.h"
#include "client/net/calls.h"
#include "client/sync/words.h"

#define CATCHUP_OPEN_MAX 4

struct catchup;

// Borrowed until catchup_free.
MUST_USE struct catchup *catchup_new(struct model *m, struct uplink *s, struct calls *c,
				     const struct words *words);
void catchup_free(struct catchup *c);
// Logged in: asks which conversations have news. now_ms: wall time.
void catchup_online(struct catchup *c, int64_t now_ms);
void catchup_offline(struct catchup *c);
// Every line from the server, after the model had it: JOINs of ours, 005.
void catchup_line(struct catchup *c, const struct msg *m);
// The page before this line (its LINE_GAP hole), or before the oldest (NULL).
void catchup_history(struct catchup *c, struct target *t, struct log_line *before);
// What may have been said behind the newest message that is held.
void catchup_newest(struct catchup *c, struct target *t);
// The largest page that the server gives (005 CHATHISTORY).
MUST_USE size_t catchup_page_max(const struct catchup *c);
// Requests that are open or wait: one for each conversation at most, and CATCHUP_OPEN_MAX
// for those that went meanwhile.
MUST_USE size_t catchup_n_open(const struct catchup *c);
