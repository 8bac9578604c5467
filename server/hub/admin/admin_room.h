// SPDX-License-Identifier: MIT
// What the verbs of rooms and bans share.
#pragma once

#include "server/hub/admin/admin.h"
#include "server/hub/rooms/ban.h"

// The room named by word i ('#' may be missing: shells take it for a comment). NULL:
// answered ADMIN_NOT_FOUND and freed c.
MUST_USE struct room *verb_room(struct verb_call *c, size_t i);
// The room of --room NAME; NULL: not given. False: there is no such room, answered
// ADMIN_NOT_FOUND and freed c.
MUST_USE bool verb_room_flag(struct verb_call *c, struct room **r);
// A cell with the name of a room, or of the two of a conversation.
void verb_stream_cell(struct verb_call *c, stream_id id);
// "#name" of a word with or without '#'; out is the caller's.
void verb_room_name(struct span word, struct buf *out);
// A --flag of bytes: 1000, 64KiB, 10MiB, 1GiB. False: no such number.
MUST_USE bool parse_bytes(struct span text, int64_t *bytes);
// Rows of a list of bans.
void verb_ban_row(struct verb_call *c, const struct ban *b);
