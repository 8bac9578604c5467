// SPDX-License-Identifier: MIT
// The file of a buntdb, which is where Ergo keeps what it knows (ircd.db): a log of commands
// in the form of Redis, each an array of counted strings.
//
//   *3 CRLF $3 CRLF set CRLF $3 CRLF key CRLF $5 CRLF value CRLF
//
// Pure; any thread.
#pragma once

#include "common/span.h"

#include <jansson.h>

#define BUNT_WORDS_MAX 5 // inside: set KEY VALUE ex SECONDS

// What stands in it at its end: an object of strings, the caller's. A last command that was cut
// short is left alone, as buntdb does. NULL and *error (the caller's): it is no such file, or
// damaged at the byte that is named.
MUST_USE json_t *bunt_read(struct span file, char **error);
