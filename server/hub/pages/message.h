// SPDX-License-Identifier: MIT
// How a message looks on the wire: to a room, to accounts, to one session from history.
//
// The text of a message is what was sent, its lines joined by LF. Clients with
// draft/multiline get it as one batch, the others line by line. Main thread.
#pragma once

#include "server/hub/rooms/room.h"
#include "server/hub/wire/pieces.h"

// Where the lines of one message go.
struct wire {
	struct hub *hub;
	struct session *one;     // either one session
	struct account *account; // or the sessions of an account
	struct room *room;       // or a room
	enum member_role status; // ... its members of this role only
	message_id about;        // ... only those who may read this one (0: all)
	cap_set need, lack;
	const struct session *except;
	struct span batch, label;
	bool stamp;
	bool is_heard;   // no answer, though it is who asked that hears it
	bool catches_up; // it was missed
};

// PRIVMSG and NOTICE, cut into pieces (NULL: it is one line), and TAGMSG.
void wire_message(const struct wire *w, const struct entry_message *m, struct span target,
		  const struct pieces *pieces);

// Bytes of text that fit into one line with this source and target.
MUST_USE size_t message_room(const struct account *sender, enum message_kind kind,
			     struct span target);

// A line from who said it: in a room they are called as then, and their account as now.
void message_start(struct line *l, struct hub *h, const struct entry_message *m,
		   const char *command);
// Shows a stored message of a stream to a session: kind, tags and target as they were.
// `batch` is what it stands in ("" none), target the name as s sees it.
void message_show(struct session *s, const struct entry_message *m, struct span target,
		  struct span batch);
// The same to w->one; w->stamp puts the time into the text (for clients without server-time).
void wire_show(const struct wire *w, const struct entry_message *m, struct span target);
// The conversation that s names so and may speak of; NULL: none.
MUST_USE const struct stream *stream_find(struct session *s, struct span target);
// How s calls the conversation: the room's name, or the other account's; "*" when that is gone
// and nobody knows how it was called.
MUST_USE struct span stream_name(const struct stream *stream, const struct account *self);
// The target of m as s sees it.
MUST_USE struct span message_target(const struct stream *stream, const struct entry_message *m,
				    const struct account *self);
// Is s shown the place of a message whose text is gone?
MUST_USE bool shows_redacted(const struct session *s);
// May s see messages of this kind in a page? (event-playback)
MUST_USE bool message_is_for(const struct session *s, const struct entry_message *m);
