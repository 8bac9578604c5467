// SPDX-License-Identifier: MIT
// Who waits for the store, and takes it: when it was given back, or when whoever has it gave no
// sign for LEASE_TAKE_MS.
//
// No connection, clock or thread of its own, as keeper.h: LOOK reads the head row, and need not
// prove it; TAKE is, in one transaction,
//   UPDATE head SET term = term + 1, before = upto, upto = 0, beat = beat + 1, held = true,
//     holder = mine
//   WHERE term = w->seen.term AND beat = w->seen.beat RETURNING (as above)
// Where TAKE gets no answer nothing is believed of it: what it took, if it did, is taken anew.
// Owner: whoever waits.
#pragma once

#include "common/attr.h"
#include "server/store/lease/head.h"

enum waiter_does { WAITER_RESTS, WAITER_CONNECTS, WAITER_LOOKS, WAITER_TAKES, WAITER_HAS };

struct waiter {
	bool is_connected;
	bool has_seen;          // by this connection
	bool was_lost;          // a connection, and no sign came since
	bool has_sign;          // one came, since it waits
	struct lease_head seen; // as it was seen last; of WAITER_HAS, before
	int64_t seen_ms;        // when that was new
	enum waiter_does doing;
	int64_t doing_ms, at_ms, pause_ms;
	int64_t term;   // of WAITER_HAS
	bool is_proven; // it came back well; else the keeper asks before all else
};

void waiter_init(struct waiter *w);
// WAITER_RESTS: nothing before w->at_ms, or what is begun has not come back. WAITER_HAS: it
// has w->term, by what was begun at w->doing_ms.
MUST_USE enum waiter_does waiter_next(struct waiter *w, int64_t now_ms);
// A connection: CAME_WELL or CAME_AWAY. A look that came well has a head; of TAKE, the head
// that it made, or NULL where it hit nothing.
void waiter_came(struct waiter *w, enum lease_came came, const struct lease_head *head,
		 int64_t now_ms);
// When it may take, if no sign comes.
MUST_USE int64_t waiter_due_ms(const struct waiter *w);
// So long there is nothing to do, where it rests.
MUST_USE int waiter_rests_ms(const struct waiter *w, int64_t now_ms);
