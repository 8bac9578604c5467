// SPDX-License-Identifier: MIT
// Succession: who is founder when the last one is gone.
//
// A founder is gone when the membership ends: by PART, KICK, the command line, or with the
// account. An account that is disabled may come back: it stays founder until an administrator
// says otherwise (room adopt). Who gives the rank away by MODE has left the room to its
// moderators on purpose. Main thread.
#pragma once

#include "server/hub/rooms/member.h"

// A founder of the room; of disabled accounts only when they count. NULL: there is none.
MUST_USE struct member *room_founder(const struct room *r, bool disabled_count);
// A founder has gone: was it the last one, the moderator who has been a member the longest
// becomes founder. The room hears MODE +q of the server; who is away is told later.
void succession(struct room *r);
