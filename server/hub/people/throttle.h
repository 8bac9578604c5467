// SPDX-License-Identifier: MIT
// Attempts to log in, counted by source and by account name (SECURITY A6, A7).
//
// Of one source so many wrong or costly attempts a minute run (logins_per_source); an
// account that sees wrong ones from sources it does not know makes those wait, longer each
// time; a source that logged in before has a counter of its own. Names that do not exist
// are counted alike. After 100 wrong ones in a row only such sources get in, until the
// account logs in from one or its password is set. Device certificates are never held up.
// Bounded: THROTTLES_MAX rows, the oldest go first. Waits and known sources survive a
// restart, as of seconds before.
// Owner: hub.throttles; main thread.
#pragma once

#include "server/hub/state/state.h"

// What an address counts by: itself, or its /64, hashed by a key that lasts as long as the
// database. `otherwise` when `host` is no address.
MUST_USE uint64_t throttle_source(const struct hub *h, struct span host, uint64_t otherwise);

// May this connection, which is not logged in, stay? There are bounds of how many there are
// at once, and of how many came in ten minutes without logging in.
MUST_USE bool throttle_may_open(struct hub *h, uint64_t source);
void throttle_opened(struct hub *h, uint64_t source);
void throttle_ended(struct hub *h, uint64_t source);
// One that was opened has logged in.
void throttle_let_in(struct hub *h, uint64_t source);

// May a costly attempt for this name (folded by itself) run now? Counts it if so.
MUST_USE bool throttle_may_try(struct hub *h, uint64_t source, struct span name);
void throttle_failed(struct hub *h, uint64_t source, struct span name);
void throttle_worked(struct hub *h, uint64_t source, struct span name);
// The failures of sources it does not know count no more.
void throttle_forgive(struct hub *h, struct span name);
// Journals what changed and was not saved yet.
void throttles_save(struct hub *h);
// The value of the setting "throttles"; then, when the time is known, throttles_start. What
// cannot be read of it is left out.
void throttles_load(struct hub *h, struct span value);
void throttles_start(struct hub *h);
void throttles_free(struct hub *h);
