// SPDX-License-Identifier: MIT
// The doorway: where snug-door comes in, and what it is asked about people.
//
// snugd listens at a socket and connects nowhere. One door at a time is let in: of root, of
// the server's own user, or of the one that is named. A door that says what is no answer, or
// that is silent for DOORWAY_MS, is shut out; what it was asked is LATER then, as all is while
// no door is there. Every refusal is told at one time after its question, whatever it is for:
// so time tells nobody which names there are. Owner: the main thread.
#pragma once

#include "common/buf.h"
#include "common/loop.h"
#include "server/beside/door_letter.h"

#include <sys/types.h>

#define DOORWAY_MAX 256            // inside: questions that are out or held; more are LATER
#define DOORWAY_MS 15000           // for an answer
#define DOORWAY_NO_MS 2000         // from a question to its refusal, at least,
#define DOORWAY_NO_MAX_MS 10000    // inside: ... and what a stack can make of it
#define DOORWAY_NOBODY ((uid_t)-1) // no user beside the usual ones

struct doorway;

// What came of a question: once for each. `a` is valid during the call.
typedef void doorway_told_fn(void *arg, const struct door_answer *a);

// Replaces a socket that a dead server left. NULL and *error (the caller's).
MUST_USE struct doorway *doorway_new(struct loop *l, const char *path, uid_t user,
				     char **error);
// All that is out is told LATER, and the file goes. NULL is accepted.
void doorway_free(struct doorway *d);
// Borrows for the call; fn may be called during it. What cannot be asked (door_ask_write), as a
// question about the empty name, is refused as somebody whom nobody knows, and reaches no door.
// number: any.
void doorway_ask(struct doorway *d, const struct door_question *q, doorway_told_fn *fn,
		 void *arg);
MUST_USE bool doorway_is_up(const struct doorway *d);
// "up since 2026-11-22T12:00:00.000Z", "down since ..."; d may be NULL: "off".
void doorway_words(const struct doorway *d, struct buf *out);
