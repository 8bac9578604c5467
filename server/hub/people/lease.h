// SPDX-License-Identifier: MIT
// Lease: an account that is bound (binding.h) is let in, by whatever way, only while the
// youngest yes of its issuers is younger than `[auth] recheck`.
//
// So a device's key, an app token and a password are worth nothing once somebody has left.
// Everything that lets somebody in asks here: logins of every mechanism, PASS, OPER, files over
// HTTP, pushes. An app token that an administrator made with --lease none is excepted.
// Main thread.
#pragma once

#include "server/hub/people/binding.h"
#include "server/hub/people/credential.h"

// Whoever comes as the account may be let in now; `by` is the credential by which it is, NULL:
// by none. True where it is not bound.
MUST_USE bool lease_lets_in(const struct account *a, const struct credential *by);
// The same of who is in, or about to be.
MUST_USE bool lease_lets_stay(const struct session *s);
// A token of it that is excepted, and lets in; NULL: there is none.
MUST_USE const struct credential *lease_beside(const struct account *a);
// Wall time at which it ends; INT64_MAX: the account is not bound.
MUST_USE int64_t lease_ends_ms(const struct account *a);
// The binding by which to ask; NULL: there is none.
MUST_USE struct account_binding *lease_renewable(const struct account *a);
// "Your sign-in is older than 12 hours: say snug login HOST".
void lease_words(const struct hub *h, struct buf *out);
