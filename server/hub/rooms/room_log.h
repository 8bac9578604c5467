// SPDX-License-Identifier: MIT
// The log of a room: who of its moderators did what to whom. It stands in the database beside
// the audit log, goes with the room alone, and is shown to its moderators. Main thread.
#pragma once

#include "server/hub/rooms/room.h"

// Journals "BY VERB WHOM: DETAIL". by NULL: the server, or who runs it; whom, detail "": none.
void room_log(struct room *r, const struct account *by, const char *verb, struct span whom,
	      struct span detail);
// The same of a message, hidden from who said it.
void room_log_about(struct room *r, const struct account *by, const char *verb,
		    const struct entry_message *m, struct span detail);
// The same for a MODE line: "ban", "mute", "role" or "mode".
void room_log_mode(struct room *r, const struct account *by, struct span modes,
		   struct span args);
