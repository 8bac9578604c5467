// SPDX-License-Identifier: MIT
// Guest: an account that was let in to one room, for some time.
//
// There it is a member like others. Other rooms, and people whom it neither shares its room
// nor a conversation with, are to it as if they were not there; it makes no room and invites
// nobody.
// With the rights of an administrator (OPER) a session of it has no such bounds. When its time
// is over the account is disabled (endings.h). Owner: account.guest_room; main thread.
#pragma once

#include "server/hub/rooms/room.h"

MUST_USE bool account_is_guest(const struct account *a);
// s is of a guest, and has the bounds of one.
MUST_USE bool session_is_guest(const struct session *s);
// A member of r may it become: r is its room, or it is no guest.
MUST_USE bool account_may_enter(const struct account *a, const struct room *r);
// May s know of this account?
MUST_USE bool guest_may_know(const struct session *s, const struct account *a);
// account_find for what s asks for: NULL also for whom it may not know of.
MUST_USE struct account *account_known(struct session *s, struct span name);
// s is of no guest, or FAIL GUEST was sent.
MUST_USE bool need_no_guest(struct session *s, const char *command, struct span context);
