// SPDX-License-Identifier: MIT
// What a session is told of a room and of the people in it: the replies that several
// commands share.
#pragma once

#include "server/hub/rooms/room.h"

// RPL_TOPIC and RPL_TOPICWHOTIME; when there is none: RPL_NOTOPIC if asked, else nothing.
void topic_say(struct session *s, struct room *r, bool asked);
// RPL_NAMREPLY of those who are present and that s may see, RPL_ENDOFNAMES; told page by page,
// as all that grows with a room (telling.h).
void names_say(struct session *s, struct room *r);
// The same to one that is not told who came and went while it was stalled (line.catches_up).
void names_again(struct session *s, struct room *r);
// The lines without the end.
void names_lines(struct session *s, struct room *r);
// How many things account_is_visible looks at.
MUST_USE size_t account_visible_cost(const struct account *a, const struct session *s);
// May s learn of a without naming it: +i hides from those that share no room.
MUST_USE bool account_is_visible(const struct account *a, const struct session *s);
MUST_USE bool accounts_share_room(const struct account *a, const struct account *b);
// Since any of its sessions did something.
MUST_USE int64_t account_idle_ms(const struct account *a);
