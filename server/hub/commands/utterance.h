// SPDX-License-Identifier: MIT
// Utterance: what a client wants to say, until it is said. Main thread.
#pragma once

#include "common/arena.h"
#include "server/hub/state/session.h"
#include "server/hub/wire/pieces.h"

struct attached;

// What a client wants to say. All borrowed.
struct utterance {
	enum message_kind kind;
	struct span text;             // lines joined by LF
	const struct pieces *pieces;  // as sent; NULL: one line
	struct span tags;             // client-only ones
	struct span client_id;        // "" none
	struct span relayed;          // who said it, as a bridge knows them; "" the sender did
	struct span file;             // of its tag snug.chat/file; "" none
	const struct attached *files; // attach.h; NULL: it names none
	struct span label;            // of a batch: its echo carries it
};

// A copy that outlives the turn, with its target.
struct kept_utterance {
	struct utterance u;
	struct pieces pieces;
	struct span target;
	struct arena arena; // of the spans
};

MUST_USE struct kept_utterance *utterance_keep(const struct utterance *u, struct span target);
void utterance_free(struct kept_utterance *k);
// It is stored where it is said: a text, a reaction.
MUST_USE bool utterance_is_kept(const struct utterance *u);
// Says u to one target ("#room", "@#room", "name"): checks, stores, delivers, echoes.
void utterance_say(struct session *s, const struct utterance *u, struct span target);
