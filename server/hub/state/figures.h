// SPDX-License-Identifier: MIT
// Figures for `status` and the metrics. Main thread.
#pragma once

#include "server/hub/state/hub_types.h"

// enum login_way stands in server/letters/entry.h; counted.def has its labels.
#define LOGIN_WAY(kind, label) _Static_assert(LOGIN_##kind < LOGIN_WAYS, label);
#include "server/hub/state/counted.def"

enum login_result {
#define LOGIN_RESULT(kind, label) LOGIN_##kind,
#include "server/hub/state/counted.def"
	LOGIN_RESULTS,
};

enum hub_refusal {
#define HUB_REFUSAL(kind, label) HUB_REFUSED_##kind,
#include "server/hub/state/counted.def"
	HUB_REFUSED_KINDS,
};

enum push_count {
#define PUSH_RESULT(kind, label) PUSH_##kind,
#include "server/hub/state/counted.def"
	PUSH_RESULTS,
};

// Who is kept out in an emergency (lockdown.h).
enum lockdown_kind { LOCKDOWN_OFF, LOCKDOWN_STRANGERS, LOCKDOWN_MEMBERS };

struct hub_figures {
	int64_t accounts, rooms, dialogs, sessions, users;
	int64_t unknown; // connections that are not logged in
	entry_no head, durable, applied;
	int64_t queries, jobs;              // unanswered
	int64_t hashed, hashing_ms;         // passwords since start, and how long that took
	int64_t messages, deliveries;       // since start
	int64_t files_taken, files_removed; // since start
	int64_t files, files_bytes;
	int64_t expired;                           // messages that retention let go since start
	int64_t logins[LOGIN_WAYS][LOGIN_RESULTS]; // attempts since start
	int64_t kept_logins; // of those: while nobody could say, by a yes that was kept
	int64_t refused[HUB_REFUSED_KINDS]; // since start
	int64_t subscriptions, pushes_waiting;
	int64_t pushes[PUSH_RESULTS]; // since start
	int64_t pushes_dropped;       // that found no room, since start
	enum disk_state disk;
	enum lockdown_kind lockdown;
};

void hub_figures(const struct hub *h, struct hub_figures *figures);
