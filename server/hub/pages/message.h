// SPDX-License-Identifier: MIT
// How a message looks on the wire: to a room, to accounts, to one session from history.
//
// The text of a message is what was sent, its lines joined by LF. Clients with
// draft/multiline get it as one batch, the others line by line. Main thread.
#pragma once

#include "server/hub/rooms/room.h"

// A part of a message that fits into one line.
struct piece {
	struct span text; // borrowed
	bool concat;      // belongs to the line before it
};

struct pieces {
	struct piece *at;
	size_t n, space;
};

void pieces_add(struct pieces *p, struct span text, bool concat);
// Cuts lines (joined by LF) into pieces of at most `max` bytes, at spaces if it can.
void pieces_split(struct pieces *p, struct span text, size_t max);
void pieces_clear(struct pieces *p);

// What a client wants to say. All borrowed.
struct utterance {
	enum message_kind kind;
	struct span text;            // lines joined by LF
	const struct pieces *pieces; // as sent; NULL: one line
	struct span tags;            // client-only ones
	struct span client_id;       // "" none
	struct span label;           // of a batch: its echo carries it
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

MUST_USE const char *message_command(enum message_kind kind);
// Bytes of text that fit into one line with this source and target.
MUST_USE size_t message_room(const struct account *sender, enum message_kind kind,
			     struct span target);
// Says u to one target ("#room", "@#room", "name"): checks, stores, delivers, echoes.
void message_say(struct session *s, const struct utterance *u, struct span target);

// Shows a stored message of a stream to a session: kind, tags and target as they were.
// `batch` is what it stands in ("" none), target the name as s sees it, stamp puts the time
// into the text (for clients without server-time).
void message_show(struct session *s, const struct entry_message *m, struct span target,
		  struct span batch, bool stamp);
// The conversation that s names so and may speak of; NULL: none.
MUST_USE const struct stream *stream_find(struct session *s, struct span target);
// How s calls the conversation: the room's name, or the other account's; "" when it is
// gone.
MUST_USE struct span stream_name(const struct stream *stream, const struct account *self);
// The target of m as s sees it.
MUST_USE struct span message_target(const struct stream *stream, const struct entry_message *m,
				    const struct account *self);
// May s see messages of this kind in a page? (event-playback)
MUST_USE bool message_is_for(const struct session *s, const struct entry_message *m);
