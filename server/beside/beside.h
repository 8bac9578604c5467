// SPDX-License-Identifier: MIT
// The programs beside snugd as snugd sees them: who is up, and who is to be started again.
//
// A program is up once it has answered the letter that is sent at its start. One that ends,
// says what is no letter, or does not answer within BESIDE_ANSWER_MS is ended and started
// again, after a second, then twice as long each time, at most BESIDE_WAIT_MAX_MS. Owner: the
// main thread.
#pragma once

#include "common/buf.h"
#include "common/loop.h"
#include "server/beside/errand.h"
#include "server/beside/starter.h"

#define BESIDE_WAIT_MIN_MS 1000  // inside: before a program is started again
#define BESIDE_WAIT_MAX_MS 60000 // inside: the same, at most
#define BESIDE_ANSWER_MS 10000

struct beside;

// `starter` is the socket of starter_fork(), owned from now on; starts what is wanted.
MUST_USE struct beside *beside_new(struct loop *l, int starter, const bool wanted[PROGRAMS]);
// NULL is accepted.
void beside_free(struct beside *b);
// Asks each that is up whether it still answers.
void beside_ask(struct beside *b);
// What snug-errand is given to carry, for errand_post(); nothing goes while it is down.
MUST_USE struct errands *beside_errands(struct beside *b);

enum helper_state { HELPER_OFF, HELPER_DOWN, HELPER_UP };

// How one is; b may be NULL.
MUST_USE enum helper_state beside_state(const struct beside *b, enum program p);
// "up since 2026-11-22T12:00:00.000Z", "down since …", "off"; b may be NULL.
void beside_words(const struct beside *b, enum program p, struct buf *out);
// The wait before the next start: `last_ms` is the one before (0: none), `up_ms` how long it
// was up since.
MUST_USE int64_t beside_wait(int64_t last_ms, int64_t up_ms);
