// SPDX-License-Identifier: MIT
// Whose turn it is, of several commands that want the database to themselves at the same time.
// A server asks for none: it says at once that somebody is there.
#pragma once

#include "common/attr.h"
#include "server/paths.h"

// Takes the turn, if nobody has it: a descriptor, which is it. -1: another one has it. Where
// there can be no turns (a file system without room) all have theirs at once: -2.
MUST_USE int turn_take(const struct paths *p);
void turn_give(int turn);
