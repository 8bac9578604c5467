// SPDX-License-Identifier: MIT
// A hub in a world made by hand, for fuzzers: a few clients, a store that answers out of what was
// posted, no threads and no files. Each line that leaves is checked to be one whole, valid line.
//
// Zero a struct hub_world, then hub_world_new, rows by hub_load, hub_world_begin; turns;
// hub_world_end frees all. One thread.
#pragma once

#include "tests/support/hub_mail.h"

#define HUB_CLIENTS 6

// What one connection got, beside what the hub was paid for it.
struct hub_client {
	conn_id conn;     // 0: closed
	uint64_t bytes;   // of lines to it alone: answers, and the copy of what it said
	uint64_t unasked; // lines that it sent and that nobody pays for
};

struct hub_world {
	struct hub *hub;
	struct hub_time now;
	struct hub_mail mail;
	struct journal *journals[64];
	size_t n_journals;
	entry_no posted;
	struct hub_client clients[HUB_CLIENTS];
	uint32_t n_conns;
};

// A hub that may be loaded; it has a history id already.
void hub_world_new(struct hub_world *w);
// Loading is over. False: it was refused, and *error (the caller's) says why.
MUST_USE bool hub_world_begin(struct hub_world *w, char **error);
void hub_world_end(struct hub_world *w);

void hub_world_turn(struct hub_world *w);
// All that was posted is durable from the next turn on.
void hub_world_store(struct hub_world *w);
void hub_world_open(struct hub_world *w, unsigned client);
void hub_world_close(struct hub_world *w, unsigned client);
// Nothing happens when it is closed, or the line is none that a shard lets pass.
void hub_world_line(struct hub_world *w, unsigned client, struct span text);
