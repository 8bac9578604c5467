// SPDX-License-Identifier: MIT
// Why there is no connection, in words: what happened, what the program does by itself,
// what the user can do (failure.def: one row each).
//
// Pure; any thread.
#pragma once

#include "common/buf.h"

enum failure {
#define FAILURE(name, retries, what, advice) FAILURE_##name,
#include "client/net/failure.def"
#undef FAILURE
	FAILURES,
};

// The program tries again by itself.
MUST_USE bool failure_retries(enum failure f);
// "chat.example.org refused the connection: is the server running?" `detail` (what the
// server or the system said, or empty) is put where the row wants it.
void failure_what(struct buf *out, enum failure f, struct span host, struct span detail);
// What happens next, and what can be done: a sentence or two. `host` as above.
void failure_advice(struct buf *out, enum failure f, struct span host);
