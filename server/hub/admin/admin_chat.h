// SPDX-License-Identifier: MIT
// The answer of a verb in chat: rows as text, by the service that was asked. Main thread.
#pragma once

#include "server/hub/state/session.h"
#include "server/letters/admin.h"

// The first ADMIN_CHAT_ROWS_MAX rows, what was made, and how it ended.
void admin_chat_show(struct session *s, const struct admin_answer *a);
