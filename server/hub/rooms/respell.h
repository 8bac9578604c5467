// SPDX-License-Identifier: MIT
// Rooms whose names older versions stored in another form of Unicode than NFC.
//
// At the first start each gets its one spelling. Where that is another room's, the later room
// is NAME-2 (or -3, ...), and a NOTICE in it says so to all who read it; its founders, else its
// moderators, are told by a slip as well. What was said in them stays apart, since it hangs on
// their ids. Main thread.
#pragma once

#include "server/hub/rooms/room.h"

// After all is loaded.
void rooms_respell(struct hub *h);
