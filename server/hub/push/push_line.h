// SPDX-License-Identifier: MIT
// The line that a push carries: one line of IRC with the tags msgid, time and account and no
// others. A text that is too long is cut between characters, and its lines stand behind one
// another; an id never is. Main thread.
#pragma once

#include "server/hub/history/history.h"

// Each gives a fresh text.
MUST_USE char *push_line_message(struct hub *h, const struct stream *stream,
				 const struct entry_message *m, const struct account *to);
MUST_USE char *push_line_invite(const struct account *by, const struct account *to,
				const struct room *r);
MUST_USE char *push_line_read(const struct account *a, const struct stream *stream,
			      int64_t time_ms);
MUST_USE char *push_line_test(struct hub *h);
