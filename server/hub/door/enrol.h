// SPDX-License-Identifier: MIT
// Enrol: a session was shown the secret of a second factor, and has not confirmed by a code
// that an app has it: until then nothing of it is stored. Owner: session.enrol; main thread.
#pragma once

#include "common/totp.h"
#include "server/hub/state/session.h"

#define ENROL_MS (10LL * 60 * 1000) // to find one's phone

// Makes a secret, in place of another one; borrowed until the session ends or makes another.
MUST_USE const uint8_t *enrol_start(struct session *s);
// The secret that s was shown and that is not too old; NULL: none.
MUST_USE const uint8_t *enrol_secret(const struct session *s);
// Wipes it. Harmless when there is none.
void enrol_forget(struct session *s);
