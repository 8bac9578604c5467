// SPDX-License-Identifier: MIT
// Identified: what somebody else's word on who it is comes to (letters/identity.h), whatever
// mechanism asked.
//
// 1. A binding alone says whose account it is. An account is made of who is bound to none,
//    where the settings say so and the name that is proposed is free; a name that is taken is
//    refused until its owner, or an administrator, has bound it.
// 2. In a session that is in, and has said ACCOUNT BIND, it is bound to that account; of one
//    that has said CERT PROVE SIGN-IN it is a proof that it is them, where it is bound so.
// 3. What is refused is told in equal words but for the name; the log has the reason.
// Failures count for the source alone: a name is not proved by somebody else's word, so nobody
// locks out its owner by bad ones. Main thread.
#pragma once

#include "server/hub/door/sasl.h"
#include "server/hub/people/verify.h"

#define SIGN_IN_MS (5LL * 60 * 1000) // after ACCOUNT BIND, CERT PROVE SIGN-IN

// The exchange asked; its session is there. An answer IS, NO or LATER. SASL_DONE: x->account is
// set, or in a session that is in it was bound, or proved. Otherwise x->words are set, where
// there is more to say than usual. Borrows the answer, of which x->device is until
// sasl_answer().
MUST_USE enum sasl_result sasl_identified(struct exchange *x, const struct identity_answer *a);
// The same of a password, of whatever way it came, when it was right or nobody could say: s is
// not in yet. The words are those of every password. The verdict borrows from the answer.
MUST_USE struct verdict identified_verdict(struct session *s, const struct identity_answer *a);
// s, which is in, may say so for SIGN_IN_MS.
void identified_await(struct session *s, bool binds);
// May one ask for this source now? Else SASL_LATER is what came of it.
MUST_USE bool identified_may_ask(const struct session *s);
// The client sent what cannot be understood: it counts as a failure.
void identified_malformed(struct session *s, enum identity_way way);
