// SPDX-License-Identifier: MIT
// Who has the store, for one term: what to do next, so that what is called durable is.
//
// No connection, clock or thread of its own: it says what is to be done, and is told what came
// of it. The engine's writer goes by it, and so does the simulation.
//   1. keeper_next() says what to do; but for resting and the end that is begun with it.
//   2. It is done: a connection is made, or one transaction sent and waited for, at most
//      keeper_patience_ms(). ASK is the head row and nothing else, moved whosever it is:
//        UPDATE head SET beat = beat + (term = mine)
//        RETURNING term, upto, before, beat, held, holder
//      SEND is the fence from k->from to k->to, and the batch behind it.
//   3. keeper_came() is told the result.
// Owner: the thread that writes.
#pragma once

#include "common/attr.h"
#include "server/store/lease/head.h"

enum keeper_does { KEEPER_RESTS, KEEPER_CONNECTS, KEEPER_ASKS, KEEPER_SENDS, KEEPER_ENDS };

enum keeper_end {
	KEEPER_GOES_ON,
	KEEPER_FENCED,   // another has the store: k->head says who
	KEEPER_LOST,     // the engine lost what it called durable: k->head says from where on
	KEEPER_RESTORED, // ... and it was sent again, and is stored
};

struct keeper {
	int64_t term;
	const char *holder; // itself, as the head has it; the caller's
	entry_no durable;   // as reported
	entry_no from, to;  // where a batch moves the head
	bool has_batch;
	bool only_beats; // it gives signs beside another who writes: `upto` is not its to judge
	bool is_connected;
	bool is_proven;         // by a commit on this connection
	bool was_proven;        // by one on any
	enum keeper_does doing; // begun, and not come back
	int64_t doing_ms;       // ... since
	int64_t at_ms;          // not before
	int64_t pause_ms, patience_ms;
	int64_t proof_ms; // when what came back well last was sent
	enum keeper_end end;
	struct lease_head head; // as asked last
};

// The term was taken by a transaction sent at `sent_ms`; is_proven: it came back well, by the
// connection that is there. Nothing may be read for the hub before keeper_is_steady().
void keeper_init(struct keeper *k, int64_t term, const char *holder, int64_t sent_ms,
		 bool is_proven);
// Connected, proven, and nothing in doubt.
MUST_USE bool keeper_is_steady(const struct keeper *k);
// A batch that brings the head to `upto`; k->durable, of one that holds no entry. One at a
// time: it is there until it is stored, or keeper_drop().
void keeper_batch(struct keeper *k, entry_no upto);
// Whether it may be stored already: it is not to be dropped, nor others sent in its place.
MUST_USE bool keeper_is_in_doubt(const struct keeper *k);
// It will not be sent again.
void keeper_drop(struct keeper *k);
// What keeper_next() would say.
MUST_USE enum keeper_does keeper_wants(const struct keeper *k, int64_t now_ms);
// KEEPER_RESTS: nothing before k->at_ms, or what is begun has not come back.
MUST_USE enum keeper_does keeper_next(struct keeper *k, int64_t now_ms);
// So long there is nothing to do, where it rests.
MUST_USE int keeper_rests_ms(const struct keeper *k, int64_t now_ms);
// So long what is begun may take; then it is CAME_AWAY.
MUST_USE int keeper_patience_ms(const struct keeper *k);
// A connection: CAME_WELL or CAME_AWAY. An ASK that came CAME_WELL or CAME_UNSURE has a head,
// else NULL.
void keeper_came(struct keeper *k, enum lease_came came, const struct lease_head *head,
		 int64_t now_ms);
// After KEEPER_LOST: whether entries from k->head.upto + 1 to k->durable, sent once more, are
// all that is missing: its own term stands there, and nobody wrote behind it.
MUST_USE bool keeper_can_send_again(const struct keeper *k);
// They are the batch now; KEEPER_RESTORED when they are stored.
void keeper_send_again(struct keeper *k);
