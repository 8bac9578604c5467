// SPDX-License-Identifier: MIT
// The line editor: text, cursor, kill ring, undo. Knows no keys and no terminal.
//
// Valid UTF-8 in one piece: with EDIT_MAX bytes at most, moving what is behind the cursor
// costs less than a gap would cost every reader. The cursor stands between grapheme
// clusters. Lines are divided by LF. Kills in a row join; typed letters in a row undo
// together.
// Owner: the ui; one thread.
#pragma once

#include "common/buf.h"

#define EDIT_MAX (64 * 1024) // bytes; more is not taken
#define EDIT_RING 8

struct edit_state; // one step of undo

struct edit {
	struct buf text;
	size_t cursor;
	int column;            // wished for by up and down; -1: where the cursor is
	char *ring[EDIT_RING]; // killed texts, newest first
	bool was_kill;         // the next kill joins the last
	size_t yanked;         // bytes of the last yank, 0: the last act was none
	size_t ring_at;
	bool was_typing; // the next letter joins the last step of undo
	struct edit_state *undo, *redo;
};

enum edit_move {
	EDIT_LEFT,
	EDIT_RIGHT,
	EDIT_WORD_LEFT,
	EDIT_WORD_RIGHT,
	EDIT_BLANK_LEFT, // to the blank before the word, as C-w
	EDIT_LINE_START,
	EDIT_LINE_END,
	EDIT_START,
	EDIT_END,
	EDIT_UP,
	EDIT_DOWN,
};

void edit_init(struct edit *e);
void edit_clear(struct edit *e);

// The whole text; borrowed until the next change.
MUST_USE struct span edit_text(const struct edit *e);
// Replaces all of it, cursor at the end. One step of undo.
void edit_set(struct edit *e, struct span text);
// Takes the text away (sent): undo and its steps are forgotten, the kill ring stays.
void edit_reset(struct edit *e);
// Control characters but LF are dropped, bytes that are no UTF-8 too.
void edit_insert(struct edit *e, struct span text);
// Replaces the `len` bytes before the cursor: completion.
void edit_replace_back(struct edit *e, size_t len, struct span with);

// False when the cursor could not move.
bool edit_move(struct edit *e, enum edit_move move);
void edit_seek(struct edit *e, size_t cursor);
// Deletes from the cursor to where the move would lead; kills put it into the ring.
void edit_delete(struct edit *e, enum edit_move move);
void edit_kill(struct edit *e, enum edit_move move);
void edit_transpose(struct edit *e);
void edit_yank(struct edit *e);
void edit_yank_pop(struct edit *e);
bool edit_undo(struct edit *e);
bool edit_redo(struct edit *e);
