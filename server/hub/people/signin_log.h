// SPDX-License-Identifier: MIT
// What the log says of logins: of one source so many lines a minute, then how many more there
// were. The hub only gives the lines away; the server writes them. Main thread.
#pragma once

#include "server/hub/state/state.h"

struct signin_event {
	const char *event;             // "login_failed"
	const struct account *account; // NULL: "?"
	struct span source, device;
	const char *way, *why; // why NULL: nothing to say
	bool is_kept;          // it was let in by a yes that was kept
};

void signin_say(struct hub *h, const struct origin *from, const struct signin_event *e);
// What was left out is not said any more.
void signin_log_free(struct hub *h);
