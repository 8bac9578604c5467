// SPDX-License-Identifier: MIT
// What the client's core sees of the world (client/net/outside.h), made by hand: time passes
// when the test says so, dice repeat, and the server says what the test says.
//
// Owner: the test. Several live side by side.
#pragma once

#include "client/net/outside.h"
#include "common/list.h"

struct loose_link;

struct loose_world {
	struct outside outside; // what the core is given; set by loose_world_init
	int64_t mono_ms, wall_ms;
	uint32_t dice;
	struct list timers;
	struct loose_link *link;  // of the session that was made last
	uint8_t pin[TLS_PIN_LEN]; // of whoever answers
	unsigned n_opened;
	char dialed[64];  // HOST:PORT, the last
	bool has_others;  // and there is somewhere else
	unsigned n_tried; // rounds before it
	struct buf said;  // by the client, since it opened; LF behind each line
};

void loose_world_init(struct loose_world *w, int64_t wall_ms);
// All that was made of it is gone.
void loose_world_clear(struct loose_world *w);
// The server answers a client that dials. False: nobody does, or it does not want this one.
bool loose_world_answer(struct loose_world *w);
// A line from the server.
void loose_world_hear(struct loose_world *w, struct span line);
// The connection breaks.
void loose_world_break(struct loose_world *w);
// Time passes; timers that are due meanwhile are called, each at its time.
void loose_world_pass(struct loose_world *w, int64_t ms);
MUST_USE bool loose_world_is_up(const struct loose_world *w);
MUST_USE bool loose_world_said(struct loose_world *w, const char *text);
