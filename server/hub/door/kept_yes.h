// SPDX-License-Identifier: MIT
// A yes of this computer's stack (elsewhere.h) that is kept: while nobody can say whether a
// password is right, the one that it said yes to last lets in again, for `[pam] cache`.
//
// 1. What is kept is a verifier, as of every password, and in memory alone: it is in no
//    database and no backup, and a start begins without.
// 2. It is of a binding. A no of the stack to that password, to whether somebody may come in,
//    another password, a revocation and a disabled account end it, and so does a newer yes.
// 3. Nobody is let in by it while the stack says anything, no administrator ever; the lease
//    (people/lease.h) does not begin anew by it, and it is no proof for step_up.h.
// Main thread.
#pragma once

#include "server/hub/people/binding.h"

// The stack said yes to the secret of who is bound so.
void kept_yes_put(struct account_binding *b, struct span secret);
// It said that the secret is wrong.
void kept_yes_refused(struct account_binding *b, struct span secret);
// One is kept that counts now.
MUST_USE bool kept_yes_lets_in(const struct account_binding *b);
// The setting changed: where nothing is kept any more, what was kept goes.
void kept_yes_configured(struct hub *h);
