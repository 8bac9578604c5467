// SPDX-License-Identifier: MIT
// A model of a replicated PostgreSQL: machines with a log each, of which one may be written to
// and waits for a synchronous standby; and somebody who fails over.
//
// 1. A commit is in the log of its machine at once, and shown there once the standby has it,
//    the wait is cancelled (the answer is a success with a warning), or the machine starts
//    again. While it waits, who moves the head row waits behind it.
// 2. A connection can break anywhere. What its client sent may then not have arrived, or be
//    done at any later time.
// 3. Any machine can stand still, end, or lose its disk; a primary that was replaced meanwhile
//    goes on as one until it is told. One with another history than the leader's is rewound.
// 4. Only the standby that has all that was reported is made the leader, unless both it and the
//    leader are lost (cluster_lose_two).
// Owner: struct pair. Times are the world's own, in ms.
#pragma once

#include "server/store/lease/head.h"
#include "tests/sim/sim.h"

#define MACHINES 3

// What one transaction left: the row `head`, and entries.
struct commit {
	struct commit *older; // of all there ever were
	struct lease_head head;
	struct journal *entries; // NULL: none
	bool is_safe;            // it was on two machines: whoever waited was told
};

// The tables as SQLite has them, brought up to what a machine shows when somebody looks.
struct tables {
	struct store *store;
	struct reader *reader;
	const struct commit **applied;
	size_t n, space;
	char dir[80], path[96];
};

struct machine {
	int index;
	struct commit **log;
	size_t n, space;
	size_t shown; // of its log
	bool is_primary, is_up;
	int64_t until_ms;     // down or still until then
	int64_t told_ms;      // a primary that was replaced: when it is told
	bool is_still;        // it runs, and nothing moves
	bool is_new;          // its disk is empty: it has to be copied first
	bool is_full;         // it has no space for more
	int follows;          // a standby's: whose log it copies
	int sync;             // a primary's: the standby whose answer its commits wait for,
	size_t sync_from;     // ... and since which place of its log
	int64_t cut_until_ms; // until then the others do not hear from it
	struct tables tables;
};

enum order_kind { ORDER_LOOK, ORDER_TAKE, ORDER_ASK, ORDER_SEND, ORDER_RELEASE };

// One transaction, as a client wants it.
struct order {
	enum order_kind kind;
	struct lease_head seen;  // TAKE: that it saw; else term and holder are its own
	entry_no to;             // SEND: from seen.upto to this
	struct journal *entries; // SEND
	const char *holder;      // TAKE: who
};

// The engine's end of a connection. It outlives its client's.
struct backend {
	struct backend *next;
	struct machine *on;
	int client; // server; -1: gone
	enum {
		BACKEND_IDLE,
		BACKEND_READS,
		BACKEND_WAITS,
		BACKEND_ANSWERS,
		BACKEND_BROKEN
	} state;
	struct order order;
	int64_t at_ms; // READS: not before; ANSWERS, BROKEN: when its client hears of it
	size_t place;  // WAITS: in the log, behind its own commit
	enum lease_came came;
	struct lease_head head;
	bool has_head;
};

struct cluster {
	struct world *world;
	int64_t now_ms;
	struct machine machines[MACHINES];
	struct backend *backends;
	struct commit *commits; // all, newest first
	int leader;             // who is to be primary,
	int heir;               // ... and who may follow it, having all that was reported; -1
	int64_t missed_ms;      // since when the leader does not answer; 0: it does
	int64_t patience_ms;    // then the heir follows it
	int64_t heir_missed_ms; // ... the standby that the leader waits for
	int64_t term;           // the newest that was taken for good
	int64_t cut_ms[SERVERS_MAX][MACHINES]; // until then nothing passes between them
	long failovers, cancelled, doubts, rewinds;
};

void cluster_init(struct cluster *c, struct world *w);
void cluster_clear(struct cluster *c);
// Something of it does a little.
void cluster_step(struct cluster *c);
// One of the faults of an engine.
void cluster_fault(struct cluster *c);
// The machine that is neither the leader nor waited for hears from nobody for so long.
void cluster_hold_third(struct cluster *c, int64_t ms);
// The leader and the standby that it waits for lose their disks; the third becomes the leader.
// True: and with them entries that somebody was told are stored.
MUST_USE bool cluster_lose_two(struct cluster *c);
// No more faults, and all machines come back.
void cluster_heal(struct cluster *c);
// Whether the others hear from it.
MUST_USE bool machine_answers(const struct cluster *c, const struct machine *m);
// Whether bytes pass between a server and a machine.
MUST_USE bool cluster_reaches(const struct cluster *c, int client, const struct machine *m);

// backend.c
// A connection to whichever answers first as one that may be written to; NULL: none does.
MUST_USE struct backend *backend_open(struct cluster *c, int client);
// Entries are copied.
void backend_send(struct cluster *c, struct backend *b, const struct order *order);
// Whether the answer is there: then *came is how it went, and the head that came with it is
// in *head if *has_head. A connection that broke says so when it is noticed.
MUST_USE bool backend_came(struct cluster *c, struct backend *b, enum lease_came *came);
// The client lets go of it.
void backend_leave(struct cluster *c, struct backend *b);
// What they do by themselves: one of them, drawn.
void backends_step(struct cluster *c);
// All of a machine that ends.
void backends_end(struct cluster *c, struct machine *m);
// Somebody cancels what waits there.
void backends_cancel(struct cluster *c, struct machine *m);
// The connection of one of them breaks.
void backends_break(struct cluster *c);
void backends_clear(struct cluster *c);
const struct lease_head *machine_head(const struct machine *m);

// tables.c
// The tables with what the machine shows now.
struct tables *tables_of(struct cluster *c, struct machine *m);
void tables_clear(struct tables *t);
