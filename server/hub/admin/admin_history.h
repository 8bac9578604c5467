// SPDX-License-Identifier: MIT
// What the verbs of history share with others.
#pragma once

#include "server/hub/admin/admin.h"
#include "server/hub/rooms/room.h"
#include "server/letters/query.h"

// The room of --room NAME; NULL: not given. False: there is no such room, answered
// ADMIN_NOT_FOUND and freed c.
MUST_USE bool verb_room_flag(struct verb_call *c, struct room **r);
// "7d" (ago) or a time as in 2026-01-31T12:00:00.000Z; *place is left alone when it is not
// given. False: answered ADMIN_USAGE and freed c.
MUST_USE bool verb_time_ago(struct verb_call *c, const char *flag, struct place *place);
// A cell with the name of a room, or of the two of a conversation.
void verb_stream_cell(struct verb_call *c, stream_id id);
