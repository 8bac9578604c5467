// SPDX-License-Identifier: MIT
// Rules: what a room says to whoever comes to it. They are shown to each account once, when it
// is there for the first time, and again when they changed: by NOTE to clients that asked for
// standard-replies, by NOTICE to others. Owner: room.rules, account.rules_read; main thread.
#pragma once

#include "server/hub/rooms/room.h"

// Journals, and shows them to all who are there. "" takes them away. At most TOPIC_MAX bytes,
// of what may stand in a topic.
void rules_set(struct room *r, struct span text);
// Shows them to the member, who is present, if it has not seen these.
void rules_show(struct member *m);
// To one session, that asked for them; of a room without rules, that there are none.
void rules_say(struct session *s, const struct room *r);
void rules_read_load(struct hub *h, const struct entry_rules_read *row);
void rules_forget(struct account *a); // frees
