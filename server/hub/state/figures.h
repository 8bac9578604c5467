// SPDX-License-Identifier: MIT
// Figures for `status` and the metrics. Main thread.
#pragma once

#include "server/hub/state/hub_types.h"

struct hub_figures {
	int64_t accounts, rooms, dialogs, sessions, users;
	int64_t unknown; // connections that are not logged in
	entry_no head, durable, applied;
	int64_t queries, jobs;        // unanswered
	int64_t hashed, hashing_ms;   // passwords since start, and how long that took
	int64_t messages, deliveries; // since start
	int64_t expired;              // messages that retention let go since start
};

void hub_figures(const struct hub *h, struct hub_figures *figures);
