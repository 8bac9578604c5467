// SPDX-License-Identifier: MIT
// Exactly once: what its sender named is stored once, however often it is sent.
//
// The name (snug.chat/id) is unique for the account. One that the hub has not seen lately is
// looked up in the store before it is done; one that it has seen waits until the first is
// applied and is then answered with what was stored.
// Main thread.
#pragma once

#include "common/msg.h"
#include "server/hub/commands/utterance.h"

// What is done once.
struct deed {
	const char *command;                       // of the line
	struct span id;                            // its name, inside of arg
	void (*run)(struct session *s, void *arg); // does it: it was not done before
	void (*drop)(void *arg);                   // frees arg, done or not
	void *arg;
};

// The name that the sender gave the line, unescaped into *out (empty: none); false: it is no
// valid one, the error was sent.
MUST_USE bool exactly_id(struct session *s, const struct msg *m, const char *command,
			 size_t n_targets, struct buf *out);
// Does it, or answers s with what an earlier one of this name became.
void exactly_do(struct session *s, const struct deed *d);
// Says u to target, by its name if it has one.
void exactly_say(struct session *s, const struct utterance *u, struct span target);
