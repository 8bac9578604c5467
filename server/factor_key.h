// SPDX-License-Identifier: MIT
// The key by which the secrets of second factors are sealed: 32 bytes in a file of the state
// directory, second-factor.key, 0600. It is in no database and no backup: who has those cannot
// make codes. Main thread, before the sandbox.
#pragma once

#include "server/hub/hub.h"
#include "server/paths.h"

#define FACTOR_KEY_NAME "second-factor.key"

// Gives the hub the key; makes one where there is no file. False: it cannot be read or made,
// or has another length; *error says why, the caller's to free.
MUST_USE bool factor_key_take(const struct paths *p, struct hub *h, char **error);
// The same, but makes none: without a file the hub has none, and no code is right.
MUST_USE bool factor_key_look(const struct paths *p, struct hub *h, char **error);
