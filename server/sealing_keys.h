// SPDX-License-Identifier: MIT
// The keys by which the hub seals what is in its database: 32 bytes each in a file of the
// state directory, 0600. second-factor.key seals what apps make codes of, and is in no backup:
// who has one cannot make codes. sign-in.key seals what issuers are asked again with, and is in
// those with keys alone. Main thread, before the sandbox.
#pragma once

#include "server/hub/hub.h"
#include "server/paths.h"

#define FACTOR_KEY_NAME "second-factor.key"
#define SIGN_IN_KEY_NAME "sign-in.key"

// Gives the hub the keys; makes those of which there is no file. False: one cannot be read or
// made, or has another length; *error says why, the caller's to free.
MUST_USE bool sealing_keys_take(const struct paths *p, struct hub *h, char **error);
// The same, but makes none: without its file the hub has no key, and what it sealed stays shut.
MUST_USE bool sealing_keys_look(const struct paths *p, struct hub *h, char **error);
