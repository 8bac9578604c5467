// SPDX-License-Identifier: MIT
// Pace: how fast people speak in a room (+W), and when who is new begins to (+d).
//
// +W: one message for each member in so many seconds, counted from joining, too, so that
// leaving and coming back is no way around. Moderators and administrators are free; who is not
// in the room does not speak there. +d: who joined less than so many seconds ago, or is no
// member and of an account that young, says nothing; voices and moderators are free. Main
// thread.
#pragma once

#include "server/hub/rooms/member.h"

// The text is within the pace, which counts it; or 404 was sent unless quiet.
MUST_USE bool need_pace(struct session *s, struct room *r, bool quiet);
// Seconds until a may speak, by +d alone; m is its membership, NULL: none.
MUST_USE int64_t newcomer_left_s(const struct room *r, const struct account *a,
				 const struct member *m);
