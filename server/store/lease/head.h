// SPDX-License-Identifier: MIT
// The one row of an engine that several machines share: whose the store is, and how far it got.
//
// 1. Whoever has the store commits nothing but behind a fence: an UPDATE of this row for its
//    own term, from the `upto` that it believes in to the one that the batch brings, which
//    raises an error where it hits nothing. So two never both commit, whatever their clocks
//    say.
// 2. What is read is believed only once the transaction that read it has moved this row, and
//    came back well: an engine that was started again shows what no second machine of it has.
// 3. Clocks only say when to try: a holder moves `beat` at least each LEASE_BEAT_MS; who waits
//    and sees it stand still for LEASE_TAKE_MS of its own clock may take the store, by an
//    UPDATE for the very term and beat that it saw.
// 4. An engine that loses a taking would give its term out twice: a holder is the one that
//    stands there by name, too, and no two processes call themselves the same.
// 5. Who was deposed sees by `before` whether the next holder found all that was called
//    durable.
#pragma once

#include "server/letters/ids.h"
#include "server/letters/lease.h"

#include <stdbool.h>

#define LEASE_BEAT_MS 500
#define LEASE_TAKE_MS 2000
// Behind a connection that was lost it is the holder's turn to come back first.
#define LEASE_GRACE_MS 5000
// So often who waits looks.
#define LEASE_LOOK_MS 200
// So long for an answer, then another connection is tried; doubled each time.
#define LEASE_ANSWER_MS 1500
#define LEASE_ANSWER_MAX_MS 12000 // inside: a pause, no amount
// Before the next connection; doubled each time.
#define LEASE_PAUSE_MS 50
#define LEASE_PAUSE_MAX_MS 500 // inside: a pause, no amount

struct lease_head {
	int64_t term;
	entry_no upto;   // of this term: entries 1 to this are stored
	entry_no before; // of the term before, when it was taken: as `upto` then stood
	int64_t beat;
	bool is_held; // false: it was given back in order
	char holder[HOLDER_MAX];
};

// What came back of a transaction.
enum lease_came {
	CAME_WELL,   // it is committed, on as many machines as the engine was told to wait for
	CAME_UNSURE, // committed, but a warning (01000) came: perhaps on one machine only
	CAME_FENCED, // the fence raised: nothing of it is committed
	CAME_NOT,    // another error: nothing of it is committed
	CAME_AWAY,   // no answer in time, or the connection is lost: it may be committed
};
