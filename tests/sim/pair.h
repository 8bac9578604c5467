// SPDX-License-Identifier: MIT
// The second world: two servers, of which one leads and one waits, before one engine.
//
// Who leads goes by the server's own machines (server/store/lease): they say what to do, and a
// partner does it with the model of the engine (cluster.h). Each has a clock of its own, which
// runs faster or slower than the other's, and in some seeds stands still with its machine.
#pragma once

#include "server/letters/proof.h"
#include "server/store/lease/kept.h"
#include "server/store/lease/keeper.h"
#include "server/store/lease/waiter.h"
#include "tests/sim/cluster.h"

struct pair;

struct partner {
	struct pair *pair;
	struct server *server;
	int index;
	enum { PARTNER_DOWN, PARTNER_WAITS, PARTNER_LEADS } life;
	bool is_still;
	int64_t until_ms; // down or still until then
	char holder[HOLDER_MAX];
	struct waiter waiter;
	struct keeper keeper;
	struct proof proof;
	struct backend *link; // of its writer
	bool is_connecting;
	int64_t connected_ms;    // when an attempt comes to its end
	int64_t sent_ms;         // by its own clock: when what it waits for was begun
	int64_t clock_us, rate;  // its own clock; how far it goes in 1,000
	int64_t wall_ms;         // its wall clock is ahead of its own by so much
	struct letter *journals; // taken from its hub, not stored yet
	struct kept kept;        // stored, for a while
	entry_no put;            // the last entry that was taken
	entry_no told;           // durable, as its hub was told
	struct machine *asks;    // whom its reader is connected to; NULL: nobody
	bool is_loaded;
	bool is_witness; // it had told what the engine lost,
	bool is_mending; // ... and sends it again
};

struct pair {
	struct world *world;
	struct cluster cluster;
	struct partner partners[SERVERS_MAX];
	bool clocks_stand; // while a server stands still
	bool has_loss;     // the engine lost what was told, and nobody mended it
	bool is_over; // ... and it was noticed, or nobody is left who could: no more to see
	uint8_t history[HISTORY_ID_LEN];
	unsigned started;
	long takeovers, fenced, noticed, restored, pauses, ends, silent;
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
// Its writer's thread does a little.
void partner_write(struct partner *p);
// Its reader answers one question, or its hub has a turn.
void partner_answer(struct partner *p);
void partner_turn(struct partner *p);
// The engine lost two machines: whether what it had told is gone with them.
void partner_lost(struct partner *p);
// The process ends, and starts again some time later.
void partner_end(struct partner *p, int64_t after_ms);
