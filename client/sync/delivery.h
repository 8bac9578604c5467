// SPDX-License-Identifier: MIT
// Own messages, from Enter to "stored": the outbox first, then the server, then the model.
//
// What was queued goes out in order, each with its own id, again after every reconnect
// until the server has it. What is older than five minutes waits for the user's word.
// Owner: the client's one thread.
#pragma once

#include "client/model/model.h"
#include "client/net/calls.h"
#include "client/sync/unsent.h"
#include "client/sync/words.h"

#define ASK_OLDER_MS (5 * 60 * 1000)
// 3 and those from 5 on are others' (model.h).
#define QUESTION_OLD 1
#define QUESTION_UNSURE 2
#define QUESTION_LOST 4

struct delivery;

// All are borrowed until delivery_free. A `u` without a store takes no messages.
MUST_USE struct delivery *delivery_new(struct model *m, struct uplink *s, struct calls *c,
				       struct unsent *u, const struct words *words);
void delivery_free(struct delivery *d);
// The model shows what the outbox held at start. now_ms: wall time.
void delivery_load(struct delivery *d, int64_t now_ms);
// What the user sends or does (acts: intent.h); LINE_EDIT replaces the text of reply_to. It is
// queued and goes out when the store has it. False: it cannot be, and the target says why.
bool delivery_message(struct delivery *d, struct target *t, enum line_kind kind,
		      struct span text, struct span reply_to, int64_t now_ms);
// Logged in: sends what waits. Offline: what was on its way waits again.
void delivery_online(struct delivery *d, int64_t now_ms);
void delivery_offline(struct delivery *d);
void delivery_retry(struct delivery *d, uint64_t local_id);
void delivery_drop(struct delivery *d, uint64_t local_id);
// The server had stored it and has it no more: it is held.
void delivery_take_lost(struct delivery *d, struct unsent_entry *e);
// Asks what becomes of those, if there are any, as soon as nothing else is asked.
void delivery_ask_lost(struct delivery *d);
void delivery_answer(struct delivery *d, int question_id, char choice);
