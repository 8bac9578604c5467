// SPDX-License-Identifier: MIT
// Step-up: what changes the keys of an account wants one proof of the last ten minutes that
// the person is there: the password, a code of the second factor (factor.h), or the yes of
// another device (vouch.h).
//
// A device is the certificate that a session shows, of its account, or the app token by which
// it came, where that was made for a device (a page can show no certificate). One that is
// younger than seven days takes away itself and younger ones only, so that who came by a
// stolen password does not put out the owner; a token, which can be copied, is not believed
// without the password before, either. Who came by a program's token never is more than it: it
// proves by the password alone. Main thread.
#pragma once

#include "server/hub/people/credential.h"

#define STEP_UP_MS (10LL * 60 * 1000)
#define DEVICE_SETTLED_MS (7LL * 24 * 60 * 60 * 1000)

// Why not: the code of a FAIL, words without a full stop, and, where a sign-in elsewhere stands
// in the password's place, SIGN-IN between them.
struct step_up {
	const char *code, *words;
	bool signs_in;
};

MUST_USE struct span step_up_context(const struct step_up *why);

// s has proved just now that its person is there.
void step_up_proved(struct session *s);
MUST_USE bool step_up_is_proved(const struct session *s);
// The device that s is, NULL: it showed no key of its account, or came by a program's token.
MUST_USE struct credential *step_up_device(const struct session *s);
// The same where it may offer, and say yes for another: a token's only when it is settled.
MUST_USE struct credential *step_up_believed(const struct session *s);
// It is old enough to be believed without the password.
MUST_USE bool step_up_is_settled(const struct credential *c);
// What keeps s from letting in another key of its account, from offering that to another
// device, and from taking this one away; NULL: nothing.
MUST_USE const struct step_up *step_up_add(const struct session *s);
MUST_USE const struct step_up *step_up_offer(const struct session *s);
MUST_USE const struct step_up *step_up_remove(const struct session *s,
					      const struct credential *c);
