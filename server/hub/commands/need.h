// SPDX-License-Identifier: MIT
// Checks that several commands share: true, or the error was sent.
#pragma once

#include "server/hub/state/session.h"

// Nothing is ever truncated: a text of more than `max` bytes is refused.
MUST_USE bool need_length(struct session *s, const char *command, struct span text, size_t max);
// The rights of an administrator are in force, or 481.
MUST_USE bool need_oper(struct session *s);
// Counts one more of a comma list; false (407) beyond TARGETS_MAX.
MUST_USE bool need_target(struct session *s, size_t *count, struct span target);
// Finds the account, or 401.
MUST_USE struct account *need_account(struct session *s, struct span name);
