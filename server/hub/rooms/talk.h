// SPDX-License-Identifier: MIT
// Talk: a conversation of three to nine people, begun by naming them. To every client it is a
// room of a made name, secret and by invitation only, of which all are members from its first
// moment. Nobody moderates it; each of them may ask in another, up to nine. Given a name of its
// own (RENAME) it is a room like others. Owner: room.talk; main thread.
#pragma once

#include "server/hub/rooms/room.h"

#define TALK_MIN 3 // inside: fewer have a direct conversation

// The one of exactly these, who are all different; NULL: there is none.
MUST_USE struct room *talk_find(struct account *const *people, size_t n);
// Makes it: journals, JOIN to all who are there. people[0] asked for it.
struct room *talk_new(struct account *const *people, size_t n);
MUST_USE bool talk_is_full(const struct room *r);
// It is a room now, and `by` moderates it; the line that names it comes before.
void talk_ends(struct room *r, struct account *by);
// The tag by which a JOIN tells who is in it; nothing for other rooms.
void talk_tags(const struct room *r, struct buf *out);
