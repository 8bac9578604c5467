// SPDX-License-Identifier: MIT
// What lets one in where files are: a token that the server gives by FILEHOST TOKEN, for
// minutes and this login alone.
//
// Owner: whoever embeds it; the client's one thread.
#pragma once

#include "client/sync/engine.h"

struct filehost_pass {
	struct engine *core; // borrowed
	// A token is there, or `why` says why not; never from within filehost_pass_ask().
	void (*on_answer)(void *arg, const char *why);
	void *arg;
	char *token;   // NULL: none
	int64_t until; // monotonic
	uint64_t call; // it is asked for; 0: it is not
	char *refusal; // the answer to that, or NULL
};

// Wipes it.
void filehost_pass_forget(struct filehost_pass *t);
// What it holds; nothing is answered from then on.
void filehost_pass_clear(struct filehost_pass *t);
// One that still lives, or NULL.
MUST_USE const char *filehost_pass_now(struct filehost_pass *t);
// Asks for one, unless that is under way. False: there is no connection.
MUST_USE bool filehost_pass_ask(struct filehost_pass *t);
