// SPDX-License-Identifier: MIT
// Rooms that somebody invited us to and that we are not in yet.
//
// Owner: the model, one thread.
#pragma once

#include "client/model/model.h"

// by: "" when it is not known. One for each room: the newest.
void invitation_add(struct model *m, struct span room, struct span by, int64_t at_ms);
// It was used, declined or forgotten.
void invitation_drop(struct model *m, struct span room);
void invitations_clear(struct model *m);
