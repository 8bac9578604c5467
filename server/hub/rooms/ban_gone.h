// SPDX-License-Identifier: MIT
// What lists hold of an account that goes. Main thread.
#pragma once

#include "server/hub/rooms/ban.h"

// An account is deleted: what names it alone goes with it, and the rooms are
// told. Journals. The count is of all lists, invitations too.
void bans_gone(struct account *a);
MUST_USE size_t bans_naming(struct account *a);
