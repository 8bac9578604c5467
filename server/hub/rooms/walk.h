// SPDX-License-Identifier: MIT
// A walk through the members of a room that may take many turns: each who is a member from its
// beginning to its end is met once, whoever comes and goes meanwhile.
// Owner: who walks; walk_end before the memory goes. Main thread.
#pragma once

#include "server/hub/rooms/room.h"

struct walk {
	struct list in_room;
	struct room *room; // NULL: it is gone
	size_t at;         // members below were met
};

void walk_start(struct walk *w, struct room *r);
// NULL at the end.
MUST_USE const struct member *walk_next(struct walk *w);
void walk_end(struct walk *w);

// The place i of the dense array is to be filled: moves whom the walks have met into it, so
// that one place is free that may take one whom none of them has met. Returns that place.
MUST_USE size_t walks_make_room(struct room *r, size_t i);
// The room goes.
void walks_lose_room(struct room *r);
