// SPDX-License-Identifier: MIT
// What the files of the fixture share.
#pragma once

#include "tests/support/hub_fixture.h"
#include "tests/support/hub_mail.h"

struct fixture_inside {
	char dir[64], *path;
	struct store *store;
	struct log_engine *log; // in front of it; NULL: none
	struct reader *reader;
	struct peer **peers;
	size_t n_peers, peers_space;
	uint32_t next_slot;
	struct hub_mail mail;
	bool disk_holds, answers_held;
	bool readers_are_away; // questions come back unasked,
	bool readers_fail;     // ... or are answered so
	enum disk_state disk;
	entry_no durable, applied; // stored
	entry_no gate;             // as the shard knows it
	int64_t steps;             // of the database, for all answers
	int64_t asked;             // questions
	struct pattern_vars vars;
	uint8_t seed;
};

// One turn, and no other; what a turn does with what leaves the hub.
void fixture_turn(struct fixture *f);
struct hub_mail_way fixture_way(struct fixture *f);
// Fills in the result.
void fixture_do_hash(struct hash_job *job);

// What left the hub for the peers.
void peers_deliver(struct fixture *f, const struct outbox *out);
// The process is gone, and every connection with it.
void peers_cut_off(struct fixture *f);
void peers_free(struct fixture *f);

// An empty database in a fresh place, which the caller frees; a copy in the place of one that nobody
// has open.
char *database_new(const char *dir);
void database_put_copy(const char *path, const char *copy);
