// SPDX-License-Identifier: MIT
// Alert: who may call all of a room by @room or @here (at_all.h).
//
// Moderators may, where nothing else is set: a word that rings on every desk is theirs who
// answer for the room. +A: every member; +N: nobody, and it goes before +A. In a conversation
// of a few all may. For whoever may not these are words like others. Main thread.
#pragma once

#include "common/at_all.h"
#include "server/hub/rooms/room.h"

// NULL: s may. Else who may, for the words of a refusal: "only moderators may".
MUST_USE const char *alert_refusal(const struct room *r, const struct session *s);
