// SPDX-License-Identifier: MIT
// A server that wants to know again that it is the account's person (FAIL CERT
// STEP_UP_REQUIRED) is told the password.
//
// Owner: main; blocks on a prompt. Words go to stderr.
#pragma once

#include "client/verbs/cold.h"

// cold_ask(), and once more when the password, asked for then, was right.
MUST_USE int prove_ask(struct cold *c, const struct options *o, const char *line,
		       cold_line_fn *fn, void *arg);
