// SPDX-License-Identifier: MIT
// Report: a member of a room shows a message to its moderators.
//
// They are told by a slip each, so that who is away is told as well, and the room's log has a
// row. Who said the message learns nothing of it, though they moderate the room: they are not
// told, and do not see the row. An account reports a message once.
// Owner: account.reports; main thread.
#pragma once

#include "server/hub/rooms/room.h"

MUST_USE bool report_was_made(const struct account *by, message_id message);
// Somebody moderates r who is neither of the two, so that there is who can be told.
MUST_USE bool report_has_ear(const struct room *r, const struct account *by,
			     const struct entry_message *m);
// Journals and tells. It was not made before.
void report_make(struct room *r, struct account *by, const struct entry_message *m,
		 struct span reason);
void report_load(struct hub *h, const struct entry_report *row);
void reports_forget(struct account *a);
