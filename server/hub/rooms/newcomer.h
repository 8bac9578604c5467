// SPDX-License-Identifier: MIT
// Newcomers: new accounts become members of the rooms that are for them (room.newcomers), by
// whichever way they are made but an import. Main thread.
#pragma once

#include "server/hub/rooms/room.h"

// a was made just now. A guest joins nothing by it; a room that bans it or is full is left out.
void newcomer_join(struct account *a);
