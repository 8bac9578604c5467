// SPDX-License-Identifier: MIT
// What the verbs of rooms and bans share.
#pragma once

#include "server/hub/admin/admin.h"
#include "server/hub/rooms/ban.h"

#define BAN_ENDLESS "leave it out for a ban without end"

// The room named by word i ('#' may be missing: shells take it for a comment). NULL:
// answered ADMIN_NOT_FOUND and freed c.
MUST_USE struct room *verb_room(struct verb_call *c, size_t i);
// "#name" of a word with or without '#'; out is the caller's.
void verb_room_name(struct span word, struct buf *out);
