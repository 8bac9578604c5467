// SPDX-License-Identifier: MIT
// What the verbs of history share with others.
#pragma once

#include "server/hub/admin/admin.h"
#include "server/hub/rooms/room.h"

// The room of --room NAME; NULL: not given. False: there is no such room, answered
// ADMIN_NOT_FOUND and freed c.
MUST_USE bool verb_room_flag(struct verb_call *c, struct room **r);
// A cell with the name of a room, or of the two of a conversation.
void verb_stream_cell(struct verb_call *c, stream_id id);
