// SPDX-License-Identifier: MIT
// Modes of rooms (+Cbeiklmnst, +q +o +v) and of users (+Biow).
//
// Room modes are flags of the room, its lists (ban.h) and the roles of its members. A
// change is journaled, an event of the room's history, and one MODE line.
#pragma once

#include "server/hub/rooms/ban.h"

// "+nt" (or "+klnt KEY 5" for who may see the key), as RPL_CHANNELMODEIS has it.
void mode_text(const struct room *r, bool key, struct buf *out);
// The same of a user: "+iw".
void mode_user_text(const struct session *s, struct buf *out);
// The letters of lists, and those that turn flags on and off.
#define MODE_LISTS "Ibe"
#define MODE_FLAGS "Cimnst"
#define MODES_PER_LINE 13

// "MODE #room changes...": the commands' parameters from 1 on. For MODE only.
void mode_change_room(struct session *s, struct room *r, const struct msg *m);
void mode_change_user(struct session *s, const struct msg *m);
// A list of the room (+b without a mask).
void mode_list(struct session *s, struct room *r, enum ban_kind kind);
// MODE -b (-e, -I) by the server: a timed ban ends.
void mode_say_unban(struct room *r, const struct ban *b);
// The same as an event of the room's history: what it named is gone.
void mode_say_gone(struct room *r, const struct ban *b);
// One change by an administrator outside of the room: said, and an event. `by` NULL: the
// server.
void mode_say(struct room *r, struct account *by, struct span modes, struct span args);
