// SPDX-License-Identifier: MIT
// Farewell: a person asks for their account to be erased (erase.h). It is, seven days later,
// unless one of their devices says in that time that they stay; all devices are told, at once
// and at each login, and administrators see it.
//
// Meanwhile nothing is different. The last administrator cannot go. Survives a restart.
// Main thread.
#pragma once

#include "server/hub/people/account.h"

#define FAREWELL_MS (7LL * 24 * 60 * 60 * 1000)

// Notes it; asked for again the first time counts. Journals, tells all others.
void farewell_ask(struct session *s);
// They stay. False: nothing was asked for. Journals, tells all others.
MUST_USE bool farewell_cancel(struct session *s);
// "Your account will be erased at ...".
void farewell_describe(const struct account *a, struct buf *out);
// s is in: it is told.
void farewell_welcome(struct session *s);
// Some account has another end now: when the next comes is looked at.
void farewells_changed(struct hub *h);
