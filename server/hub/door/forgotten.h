// SPDX-License-Identifier: MIT
// Forgotten: a new password without the old one, by a device that is old enough (step_up.h). It
// is in force a day later, unless any device says no; all are told at once and at each login.
//
// An account has one, the newest, as a hash; whatever else sets the password ends it. Survives
// a restart. Main thread.
#pragma once

#include "server/hub/people/account.h"

#define FORGOTTEN_MS (24LL * 60 * 60 * 1000)

// May s, which is a device, ask for one?
MUST_USE bool forgotten_may(const struct session *s);
// Notes it, and tells all others. Journals.
void forgotten_ask(struct session *s, struct span phc);
// A device says no. False: there is none. Journals, tells all.
MUST_USE bool forgotten_cancel(struct session *s);
// s is in: it is told of one that waits.
void forgotten_welcome(struct session *s);
// Some account has another one now: when the next is in force is looked at.
void forgotten_changed(struct hub *h);
