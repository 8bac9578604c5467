// SPDX-License-Identifier: MIT
// Offer: a device of an account lets in another computer, by a secret that lives two minutes.
//
// The secret is 160 random bits; only its keyed hash is kept, in memory alone. One who brings
// it (CERT CLAIM, before the login) uses it up; then the device that made it is asked, and its
// yes stores the key that the other one shows, or makes a device's token where that one has
// none to show: a page in a browser. An account has one offer, the newest; it ends
// with the session that made it. Unknown, used and late secrets end alike.
// Owner: hub.offers; main thread.
#pragma once

#include "common/list.h"
#include "server/hub/people/invite.h"
#include "server/hub/state/session.h"

#define OFFER_MS (2LL * 60 * 1000) // the secret lives, and so long the answer is waited for

// False: too many of them are open. `secret` is to be shown once and wiped.
MUST_USE bool offer_make(struct session *s, char secret[static SECRET_TEXT_LEN + 1]);
// s, which is not logged in, asks to be let in by the secret and to be called so: by the
// certificate that it shows, or by a token that it gets.
void offer_claim(struct session *s, struct span secret, enum credential_kind kind,
		 struct span label);
// The answer of the device to question `number`. False: none of its questions has it.
MUST_USE bool offer_answer(struct session *s, int64_t number, bool yes);
// s ends: with a word to who is on the other side, or without.
void offer_forget(struct session *s);
void offer_drop(struct session *s);
