// SPDX-License-Identifier: MIT
// How a profile logs in: by this device's key, by a password that somebody is asked for,
// or not at all.
//
// Owner: main; may block on a prompt or a command.
#pragma once

#include "client/net/login.h"
#include "client/verbs/options.h"
#include "client/app/profile.h"
#include "client/verbs/prompt.h"

// Fills the order. `s` (initialised) holds the password when there is one, and must live
// as long as the order. False: it was said why.
MUST_USE bool credentials_get(const struct options *o, const struct profile *p,
			      struct secret *s, struct login_order *out);
// The first line that the command (words with blanks between, no shell) prints.
MUST_USE bool credentials_run(const char *command, struct secret *s);
