// SPDX-License-Identifier: MIT
// A program of somebody else, run to its end by the command line; never by the server.
#pragma once

#include "common/attr.h"
#include "common/buf.h"

#define OUTSIDE_NONE 127 // it cannot be run: *said tells why

// `words`, with a NULL behind them, begin with a path or a name in $PATH; `more` are NAME=VALUE
// for its environment, the same. What it says goes to our stderr, and its last line into *said.
// Its exit code; 128 and more: a signal ended it.
MUST_USE int outside_run(const char *const *words, const char *const *more, struct buf *said);
