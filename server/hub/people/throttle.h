// SPDX-License-Identifier: MIT
// Attempts to log in, counted by source and by account name (SECURITY A6, A7).
//
// Of one source so many wrong attempts a minute run (logins_per_source, one more for each
// account that knows it); an account that sees wrong ones from sources it does not know
// makes those wait, longer each time; a source that it knows, by password, token or device
// key, has a counter of its own. Names that do not exist are counted alike. After 100 wrong
// ones in a row only such sources get in, until the account logs in from one or its password
// is set. Device certificates are never held up. What was not looked at counts nowhere.
// Bounded: THROTTLES_MAX rows, the oldest go first, KNOWN_SOURCES_MAX of an account. Waits
// and known sources survive a restart, as of seconds before; what was passed on and wrong does
// also when the process is killed.
// Owner: hub.throttles; main thread.
#pragma once

#include "server/hub/state/state.h"

// What an address counts by: itself, or its /64 and its /48, hashed by a key that lasts as
// long as the database. `otherwise` when `host` is no address.
MUST_USE struct origin throttle_origin(const struct hub *h, struct span host,
				       uint64_t otherwise);
// May one more question about the name go to who counts wrong ones, too (PAM)? At most `most`
// a day that were not right do, whatever their source; one that is asked counts at once.
MUST_USE bool throttle_may_pass_on(struct hub *h, struct span name, int64_t most);
void throttle_passed_on(struct hub *h, struct span name);
// ... and does not when it was right, or nobody could say.
void throttle_passed_well(struct hub *h, struct span name);
// It was wrong, and counts there: stored before anybody is told. Journals.
void throttle_passed_badly(struct hub *h, struct span name);
// A number for the name as tried from there.
MUST_USE uint64_t throttle_place(const struct hub *h, const struct origin *from,
				 struct span name);

// May this connection, which is not logged in, stay? There are bounds of how many there are
// at once, and of how many came in ten minutes without logging in.
MUST_USE bool throttle_may_open(struct hub *h, const struct origin *from);
void throttle_opened(struct hub *h, const struct origin *from);
void throttle_ended(struct hub *h, const struct origin *from);
// One that was opened has logged in.
void throttle_let_in(struct hub *h, const struct origin *from);

// May a costly attempt for this name (folded by itself) run now?
MUST_USE bool throttle_may_try(struct hub *h, const struct origin *from, struct span name);
// The same for what only the source is known of.
MUST_USE bool throttle_may_ask(struct hub *h, const struct origin *from);
// One was wrong, or right.
void throttle_failed(struct hub *h, const struct origin *from, struct span name);
void throttle_worked(struct hub *h, const struct origin *from, struct span name);
// One that counts for the source alone: it asked what a guesser would.
void throttle_tried(struct hub *h, const struct origin *from);
// The account got in from there, and may have done so by what cannot be guessed.
void throttle_met(struct hub *h, const struct origin *from, struct span name);
// The account knows sources, and this is none of them.
MUST_USE bool throttle_is_strange(struct hub *h, const struct origin *from, struct span name);
// The last failure from there was the one with which sources that the account does not know are
// kept out.
MUST_USE bool throttle_has_locked(struct hub *h, const struct origin *from, struct span name);
MUST_USE bool throttle_knows(struct hub *h, const struct origin *from, struct span name);
// The failures of sources it does not know count no more.
void throttle_forgive(struct hub *h, struct span name);
// All that is known of the account goes, whatever it was called (freed.h). Journals.
void throttle_erase(struct hub *h, account_id id);
// Journals what changed and was not saved yet.
void throttles_save(struct hub *h);
// The value of the setting "throttles"; then, when the time is known, throttles_start. What
// cannot be read of it is left out.
void throttles_load(struct hub *h, struct span value);
void throttles_start(struct hub *h);
void throttles_free(struct hub *h);
