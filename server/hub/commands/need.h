// SPDX-License-Identifier: MIT
// Checks that several commands share: true, or the error was sent.
#pragma once

#include "server/hub/commands/targets.h"
#include "server/hub/state/session.h"

// A topic, a reason, an away text (text.h): nothing is ever truncated or taken out of it, one
// of more than `max` bytes or with what may not stand in it is refused.
MUST_USE bool need_text(struct session *s, const char *command, struct span text, size_t max);
// The rights of an administrator are in force, or 481.
MUST_USE bool need_oper(struct session *s);
// Takes the next target off a list, each name once; false: there is none, or there were more
// than TARGETS_MAX (407).
MUST_USE bool need_target(struct session *s, struct targets *seen, struct span *list,
			  struct span *target);
// Finds the account, or 401: also for one that a guest may not know of.
MUST_USE struct account *need_account(struct session *s, struct span name);
// s may report one more message within the hour, and did; or FAIL REPORT.
MUST_USE bool need_new_report(struct session *s);
// s may make one more room within the hour, and did; or 405.
MUST_USE bool need_new_room(struct session *s, struct span name);
