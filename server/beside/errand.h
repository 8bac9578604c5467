// SPDX-License-Identifier: MIT
// Errands as snugd sees them: requests that go out by snug-errand, and what came of each.
//
// At most ERRANDS_MAX pushes are under way, and one for each URL, and beside them
// ERRANDS_ISSUER_MAX questions to issuers: what is more is the caller's to keep for later, so
// that one slow endpoint takes no other's place. Nothing here waits. Owner: the main thread.
#pragma once

#include "common/loop.h"
#include "server/beside/errand_letter.h"

#define ERRANDS_MAX 100       // inside: what is more waits
#define ERRANDS_ISSUER_MAX 16 // inside: the same, of questions to issuers
#define ERRANDS_SLOTS (ERRANDS_MAX + ERRANDS_ISSUER_MAX) // inside: both
#define ERRAND_MS 10000                                  // for each, whatever it waits for

struct errands;

// One that is told of nothing for twice ERRAND_MS is the program's fault: `lose` is called.
typedef void errand_lose_fn(void *arg, const char *why);
// What came of an errand: once for each that was posted, unless the errands are freed before.
// `a` is valid during the call and has the number of the request. It may post the next.
typedef void errand_told_fn(void *arg, const struct errand_answer *a);

enum errand_posted {
	ERRAND_POSTED,
	ERRAND_LATER, // the program is down, too many are under way, or a push to this URL is
	ERRAND_NEVER, // no such request can be carried (errand_ask_write)
};

MUST_USE struct errands *errands_new(struct loop *l, errand_lose_fn *lose, void *arg);
// Those under way are told of no more. NULL is accepted.
void errands_free(struct errands *e);
// The program is up: fd, borrowed until errands_close(), leads to it.
void errands_open(struct errands *e, int fd);
// It is down: all under way are told ERRAND_LOST. NULL is accepted.
void errands_close(struct errands *e);
// What the program said. False: that is no answer to anything.
MUST_USE bool errands_take(struct errands *e, struct span bytes);
// How many of a kind may be under way.
MUST_USE size_t errands_max(enum errand_kind kind);
// fn is called later with arg, never during this call, and only when it was posted.
MUST_USE enum errand_posted errand_post(struct errands *e, const struct errand_request *r,
					errand_told_fn *fn, void *arg);
