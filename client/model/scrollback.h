// SPDX-License-Identifier: MIT
// The messages of one target, oldest first.
//
// Lines are ordered by server time, then by sequence number or id where times are equal,
// so that live lines, history pages and resends meet in one order. A message id is held
// once. A line's address stays the same until it is removed. About 55 bytes a line
// beside its text. Owner: the target that embeds it; one thread.
#pragma once

#include "common/span.h"

#define LINE_ID_MAX 255 // bytes; longer ids are cut

struct person;
struct line_extra; // reactions, reply: client/model/extra.h
struct line_file;  // client/model/line_file.h

enum line_kind {
	LINE_MESSAGE,
	LINE_ACTION, // /me
	LINE_NOTICE,
	LINE_JOIN,
	LINE_PART,
	LINE_QUIT,
	LINE_KICK,
	LINE_NICK,
	LINE_TOPIC,
	LINE_MODE,
	LINE_INFO,  // replies to commands, words of this program
	LINE_ERROR, // refusals
	LINE_EDIT,  // the new text of the message it answers: itself never drawn
	// Only of what is on its way (struct own), as LINE_TOPIC may be; they answer a message:
	LINE_REACTION, // the text is its sign
	LINE_REMOVAL,  // the text is why
};

// Done to something that is there, rather than said: what came of it is told by others' lines.
static inline bool line_kind_is_act(enum line_kind kind)
{
	return kind == LINE_REACTION || kind == LINE_REMOVAL || kind == LINE_TOPIC;
}

enum line_flag {
	LINE_SELF = 1,     // from this account, on any device
	LINE_MENTION = 2,  // names us, or is a direct message to us
	LINE_GAP = 4,      // messages between the line before and this one may be missing
	LINE_REDACTED = 8, // the text was taken back; text is empty or the reason
	LINE_HISTORY = 16, // came in a history page, not live
	LINE_LOCAL = 32,   // never on the server: has no id
	LINE_EDITED = 64,  // its text is that of a later LINE_EDIT
	LINE_SEEN = 128,   // was on a screen behind the read marker
};

struct log_line {
	int64_t at_ms;             // wall time, by the server's clock
	uint64_t seq;              // place in the room, 0 when the server does not tell
	struct line_extra *extra;  // owned, usually NULL
	const struct person *from; // borrowed from the model; NULL for LINE_LOCAL
	uint32_t text_len;
	uint8_t id_len;
	uint8_t kind;    // enum line_kind
	uint8_t flags;   // enum line_flag
	uint8_t history; // that the number is of: numbers.h
	char bytes[];    // the id, then the text
};

static inline struct span line_id(const struct log_line *l)
{
	return (struct span){l->bytes, l->id_len};
}

// What the edit of this line says.
MUST_USE struct span line_edited_text(const struct log_line *l);

// What it said before any edit.
static inline struct span line_first_says(const struct log_line *l)
{
	return (struct span){l->bytes + l->id_len, l->text_len};
}

static inline struct span line_says(const struct log_line *l)
{
	if (l->flags & LINE_EDITED)
		return line_edited_text(l);
	return line_first_says(l);
}

// Said by a person: counts as unread, can be replied to.
static inline bool line_is_speech(const struct log_line *l)
{
	return l->kind <= LINE_NOTICE;
}

struct scrollback {
	struct log_line **slots;
	size_t start; // first used slot: pages are added at the front in constant time
	size_t count;
	size_t n_slots;
	size_t bytes;   // all lines, with what hangs on them: model_bounds counts these
	bool has_moved; // a line did: numbers no longer show what is here
};

void scrollback_clear(struct scrollback *s);
// Line i of s->count, oldest first.
static inline struct log_line *scrollback_at(const struct scrollback *s, size_t i)
{
	return s->slots[s->start + i];
}

// What a new line is made of; copied.
struct line_new {
	int64_t at_ms;
	uint64_t seq;
	uint8_t history; // that the number is of
	struct span id;  // cut at LINE_ID_MAX
	struct span text;
	const struct person *from;
	enum line_kind kind;
	unsigned flags;
	bool calls_nobody;      // also where our name stands in it
	struct span refers;     // id of the message that it answers or edits; empty: none
	struct line_file *file; // or NULL; a line that is new takes it over
};

// Puts the line in its place, or moves the one that holds its id there when the server gives
// it another time (its clock had been wrong; numbers show that it may be here already).
// *line is the new one, or the one that already holds the id; true when it is new.
bool scrollback_add(struct scrollback *s, const struct line_new *n, struct log_line **line);
// Index of `l`, or s->count when it is not there. Logarithmic.
MUST_USE size_t scrollback_index(const struct scrollback *s, const struct log_line *l);
// First index whose time is >= at_ms.
MUST_USE size_t scrollback_after(const struct scrollback *s, int64_t at_ms);
// The line with this id, or NULL. Newest first, linear.
MUST_USE struct log_line *scrollback_find(const struct scrollback *s, struct span id);
// Frees the line at index i.
void scrollback_remove(struct scrollback *s, size_t i);
// Wipes the text where it lies; the line keeps its place.
void scrollback_wipe(struct scrollback *s, struct log_line *l);
