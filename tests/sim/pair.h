// SPDX-License-Identifier: MIT
// The second world: two servers, of which one leads and one waits, before one engine.
//
// Who leads goes by the server's own machines (server/store/lease): they say what to do, and a
// partner does it with the model of the engine (cluster.h). As in the server there are two
// hands with a connection each: one waits, takes the term and gives signs until the other,
// which opens, loads and writes, is ready. Each partner has a clock of its own, which runs
// faster or slower than the other's, and in some seeds stands still with its machine.
#pragma once

#include "server/letters/proof.h"
#include "server/store/lease/lately.h"
#include "server/store/lease/keeper.h"
#include "server/store/lease/waiter.h"
#include "tests/sim/cluster.h"

struct pair;

// A connection to the engine, as who uses it sees it: one thing at a time is waited for.
struct wire {
	struct backend *link; // NULL: none
	bool is_connecting;
	int64_t connected_ms; // the world's time: when an attempt comes to its end
	int64_t sent_ms;      // its own time: when what it waits for was begun
};

struct partner {
	struct pair *pair;
	struct server *server;
	int index;
	// LOADS: it has the term; LEADS: it writes; GIVES_BACK: it says nothing any more.
	enum {
		PARTNER_DOWN,
		PARTNER_WAITS,
		PARTNER_LOADS,
		PARTNER_LEADS,
		PARTNER_GIVES_BACK
	} life;
	bool is_still;
	int64_t until_ms, still_ms; // the world's time: down or loading, and still until then
	int64_t clock_us, rate;     // its own time, and how far it goes in 1,000 of the world's
	int64_t wall_ms;            // its wall clock is ahead of its own by so much
	char holder[HOLDER_MAX];
	struct proof proof;
	// The hand that waits.
	struct wire lease;
	struct waiter waiter;
	struct keeper beater; // only_beats
	// The hand that writes.
	struct wire writer;
	struct keeper keeper;
	struct letter *journals; // taken from its hub, not stored yet
	struct lately kept;      // stored, for a while
	entry_no put;            // the last entry that was taken
	entry_no told;           // durable, as its hub was told
	bool is_full;            // the engine has no space
	bool is_steady;          // once, so that it loads
	bool is_witness;         // it had told what the engine lost,
	bool is_mending;         // ... and sends it again
	bool is_releasing;       // the store is being given back
	struct machine *asks;    // whom its reader is connected to; NULL: nobody
};

struct pair {
	struct world *world;
	struct cluster cluster;
	struct partner partners[SERVERS_MAX];
	bool clocks_stand;  // while a server stands still
	int64_t lose_at_ms; // the engine loses two machines; 0: it does not
	bool has_loss;      // the engine lost what was told, and nobody mended it
	bool is_over; // ... and it was noticed, or nobody is left who could: no more to see
	uint8_t history[HISTORY_ID_LEN];
	unsigned started;
	long takeovers, handovers, fenced, losses, noticed, restored, pauses, ends;
};

void pair_init(struct pair *p, struct world *w, uint64_t seed, enum sabotage sabotage);
void pair_clear(struct pair *p);
void pair_step(struct pair *p);
void pair_calm_down(struct pair *p);
// All that must hold in the end.
void pair_check(struct pair *p);
// The one that leads and may be asked; NULL: none does.
struct partner *pair_leader(struct pair *p);

// partner.c
int64_t partner_now(const struct partner *p);
// One of its hands does a little.
void partner_step(struct partner *p);
// The process ends at once, and starts again some time later.
void partner_end(struct partner *p, int64_t after_ms);
// It stops in order: what is said is stored, then the store is given back.
void partner_stop(struct partner *p);
void partner_prove(struct partner *p, const struct keeper *k);

// wire.c
void wire_drop(struct partner *p, struct wire *w);
void wire_connect(struct partner *p, struct wire *w);
void wire_send(struct partner *p, struct wire *w, const struct order *order);
// What came of what was begun, if anything did by now; without an answer in patience_ms, or
// where it broke, it is CAME_AWAY, and the connection is gone.
MUST_USE bool wire_came(struct partner *p, struct wire *w, int patience_ms,
			enum lease_came *how);
// The head that came with it, or NULL.
MUST_USE const struct lease_head *wire_head(const struct wire *w);

// holding.c: the hand that waits
void holding_step(struct partner *p);

// writing.c: the hand that writes
void writing_step(struct partner *p);
// Takes what its hub wants stored.
void writing_take(struct partner *p);
// The engine lost two machines: whether what it had told is gone with them.
void writing_lost(struct partner *p);

// serving.c: its hub
// False: the connection broke meanwhile.
MUST_USE bool serving_load(struct partner *p);
// Its reader answers one question.
void serving_answer(struct partner *p);
void serving_turn(struct partner *p);
