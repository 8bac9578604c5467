// SPDX-License-Identifier: MIT
// Conversations of a few people: to the server a room of a made name, to the user named by who
// is in it. Owner: the target, one thread.
#pragma once

#include "client/model/model_event_private.h"

// Our own JOIN tells who is in it (snug.chat/people), or that it is a room.
void talk_enter(const struct event *e, struct target *t);
// Another came, or left; harmless for rooms.
void talk_add(const struct event *e, struct target *t, struct span nick);
void talk_drop(const struct event *e, struct target *t, struct span nick);
