// SPDX-License-Identifier: MIT
// Endings: accounts that are disabled by themselves, when their time is over (`expires_ms`), or
// because nobody logged in with them for long (disable_unseen_ms; never an administrator).
//
// Nothing of them is removed; a guest leaves its room with a line of history. Each is a row of
// the audit log by "server", and is counted for the log. Main thread.
#pragma once

#include "server/hub/people/account.h"

// Some account has another end now, or the setting changed.
void endings_changed(struct hub *h);
// When somebody was last here; now for who is.
MUST_USE int64_t account_seen_ms(const struct account *a);
