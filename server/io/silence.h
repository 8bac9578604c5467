// SPDX-License-Identifier: MIT
// Silence: what a shard says while nobody knows whether this server is still the one that
// writes. Nothing that another could say otherwise (docs/GATE.md).
//
// 1. Just before each write the shard looks at the proof (proof.h) and the clock. Where the
//    proof is lasting, that is all there is of it.
// 2. Three things pass, and go before what is held: PING, the PONG to a client's PING, and one
//    NOTE to each connection for which something is held. So the PONG proves nothing then,
//    and the NOTE comes before it; a second one says that it is over.
// 3. A PING is answered here, also one that the hub was given shortly before: its own answer
//    may be held. So lines are read then that the hub cannot take yet, where a PING may stand
//    behind them: they are kept, up to FRAME_MAX bytes for each connection.
// 4. Whoever waits for us is not late: the time to log in, to answer a PING and to move a file
//    on begins anew when the silence is over.
// Owner: the shard.
#pragma once

#include "common/msg.h"
#include "server/letters/proof.h"

struct conn;
struct conn_env;
struct line;
struct loop_timer;

struct silence {
	const struct proof *proof; // borrowed
	bool is_on;                // at the last look
	bool has_begun;            // and what follows from it was done
	bool looks_again;          // the timer is set
	uint32_t number;           // of this one, or the last
	int64_t since_ms;          // mono
	struct line *note, *over;
	struct buf pong; // all of one but the token
	struct loop_timer *timer;
};

// proof NULL: a lasting one. The name is the server's.
void silence_init(struct conn_env *env, const struct proof *proof, struct span name);
void silence_clear(struct silence *s);

// The look itself, where the proof may grow old.
MUST_USE bool silence_look(struct silence *s);
// Whether nothing may be said now.
MUST_USE static inline bool silence_is_on(struct silence *s)
{
	return !proof_is_lasting(s->proof) && silence_look(s);
}

// At the end of a turn, before anything is written: begins and ends it.
void silence_turn(struct conn_env *env);
// The connection has something that waits for its end.
void silence_hold(struct conn *c);
// Asks its peer whether it is there.
void silence_ping(struct conn *c);
// Whether this line is answered here: the hub is not given it.
MUST_USE bool silence_answers(struct conn *c, const struct msg *m);
// A line that the hub cannot be given yet, as the frame gave it (FRAME_LINE: sound): it is
// answered here, or kept. Where there is no room for it the frame has it again.
void silence_keep(struct conn *c, struct span line, bool is_sound);
