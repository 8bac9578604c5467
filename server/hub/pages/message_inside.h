// SPDX-License-Identifier: MIT
// Where the lines of one message go: for message.c and those who say messages.
#pragma once

#include "server/hub/pages/message.h"

struct wire {
	struct hub *hub;
	struct session *one;     // either one session
	struct account *account; // or the sessions of an account
	struct room *room;       // or a room
	enum member_role status; // ... its members of this role only
	cap_set need, lack;
	const struct session *except;
	struct span batch, label;
	bool stamp;
};

// PRIVMSG and NOTICE.
void wire_message(const struct wire *w, const struct entry_message *m, struct span target,
		  const struct pieces *pieces);
// TAGMSG.
void wire_tags(const struct wire *w, const struct entry_message *m, struct span target);
