// SPDX-License-Identifier: MIT
// MODE of rooms and of users; what letters there are stands in modes.def.
//
// Room modes are flags of the room, its lists (ban.h) and the roles of its members. A
// change is journaled, an event of the room's history, and one MODE line.
#pragma once

#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/modes.h"

// "+nt" (or "+klnt KEY 5" for who may see the key), as RPL_CHANNELMODEIS has it.
void mode_text(const struct room *r, bool key, struct buf *out);

// Does the room show it in its modes? Lists and ranks it does not.
MUST_USE bool mode_is_on(const struct room *r, const struct room_mode *mode);
// Of a mode that is a time: its seconds, 0: none; and how they are written: 30, 30s, 10m.
MUST_USE int64_t mode_wait(const struct room *r, const struct room_mode *mode);
MUST_USE bool mode_parse_wait(struct span text, int64_t *seconds);
// May this be a room's key? It can be typed behind JOIN and MODE.
MUST_USE bool mode_key_is_valid(struct span key);
// "MODE #room changes...": the commands' parameters from 1 on. For MODE only.
void mode_change_room(struct session *s, struct room *r, const struct msg *m);
// A list of the room (+b without a mask).
void mode_list(struct session *s, struct room *r, enum ban_kind kind);
// MODE -b (-e, -I) by the server: a timed ban ends.
void mode_say_unban(struct room *r, const struct ban *b);
// The same as an event of the room's history: what it named is gone.
void mode_say_gone(struct room *r, const struct ban *b);
// One change by an administrator outside of the room: said, and an event. `by` NULL: the
// server.
void mode_say(struct room *r, struct account *by, struct span modes, struct span args);
