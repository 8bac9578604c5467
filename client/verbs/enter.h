// SPDX-License-Identifier: MIT
// What `join`, `login` and `trust` share: the server's key is looked at before anything
// else happens, and a name and password are asked for.
//
// Owner: main; blocks. Words go to stderr, questions to /dev/tty.
#pragma once

#include "client/verbs/options.h"
#include "client/app/profile.h"
#include "client/sign_in/bearer_login.h"
#include "client/verbs/prompt.h"
#include "client/net/uplink.h"

// Whether the server shows a key with this pin, or one for which that vouches. Nothing is sent.
MUST_USE bool enter_are_pins_good(const struct profile *p, const struct pins *pins);
// Connects, compares or asks about the key, and closes: nothing is sent. When it is good
// the profile holds it. EXIT_OK, or the exit code; it was said why.
MUST_USE int enter_check_key(struct profile *p, bool may_ask);
// Whether the invite is good, as far as the server tells before there is an account: EXIT_OK,
// or the exit code; it was said why. Uses nothing of it.
MUST_USE int enter_check_invite(const struct profile *p, const char *invite);
// Asks the device that made the link to let this one in, whose key is there, as `label`, and
// waits for the answer: EXIT_OK, and profile.account is whose it is; or the exit code; it was
// said why.
MUST_USE int enter_claim(struct profile *p, const char *secret, const char *label);
// Asks the server whether one may come in by a sign-in elsewhere: true, and *place, which the
// caller clears, says where.
MUST_USE bool enter_signs_in(const struct profile *p, struct sign_in_place *place);
// Asks about the key that the server showed: EXIT_OK when the user trusts it.
MUST_USE int enter_ask_trust(struct profile *p, const uint8_t pin[static TLS_PIN_LEN]);
// The account's name: --name, or asked. False: it was said why.
MUST_USE bool enter_name(const struct options *o, char *name, size_t room);
// The password: --password-fd, or asked; twice and with the offer of a generated one when
// `is_new`. *made: it was generated.
MUST_USE bool enter_password(const struct options *o, bool is_new, struct secret *s,
			     bool *made);
// The login waits for a code: asked for, and given; where nobody gives one the login ends.
void enter_code(struct uplink *s, const struct profile *p, const struct uplink_status *status);
// "snug: …" with the failure's words and advice on stderr; its exit code.
int enter_failed(const struct uplink_status *s, const char *host);
