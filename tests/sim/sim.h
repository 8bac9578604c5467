// SPDX-License-Identifier: MIT
// The deterministic simulation: people, connections, hubs, a store, and what may fail.
//
// Everything random comes from one seed; the same seed plays the same run. There are two
// worlds. In the first one server keeps its own database on a disk that fails (world.c); in
// the second two servers share a replicated engine, and either may lead (pair.c). A server
// is a hub with its letters in flight (server.c); people are clients that keep sending until
// they know (people.c); what must hold is checked while it runs and at its end (check.c).
#pragma once

#include "common/buf.h"
#include "common/map.h"
#include "server/hub/hub.h"
#include "server/store/store.h"
#include "tests/support/hub_mail.h"

#define PEOPLE 5
#define ROOMS 2
#define UNSENT_MAX 6
#define SERVERS_MAX 2

// What a run leaves out on purpose, to see that the checks notice.
enum sabotage {
	NONE,
	GATE,    // nothing waits for the disk
	INDEX,   // ids of clients are not unique
	FSYNC,   // the disk does not write
	TABLES,  // nothing waits for the tables
	FENCE,   // a batch is committed by whoever sends it
	READ,    // what is read behind a connection that was lost is believed
	NOTICE,  // a wait that was cancelled counts as a commit
	READER,  // whatever a reader's connection shows is an answer
	SILENCE, // who cannot prove that it leads goes on talking
	SABOTAGES,
};

struct partner;
struct person;
struct server;
struct world;

// A line on its way to a client.
struct flying {
	char *text;
	entry_no after;
};

struct link { // one connection, both ends
	conn_id id;
	struct server *server;
	struct person *person;
	struct flying *queue;
	size_t n_queue, queue_space, first;
	enum { LINK_LIVE, LINK_STALLED, LINK_CATCHING_UP } flow;
	bool is_closed;                // by the server, once the queue is empty
	bool was_refused;              // something that its person said
	uint64_t last[ROOMS + PEOPLE]; // the last number heard live, by conversation; 0 none
};

// One message that somebody saw or knows to be stored.
struct fact {
	message_id id;
	uint64_t seq;
	char *sender, *text;
	int place;     // room, or ROOMS + person for a conversation with that one
	int stream;    // the same for whoever sees it
	bool is_acked; // by the echo to its sender
};

struct unsent {
	unsigned number;
	int place;     // room, or ROOMS + person
	int64_t at_ms; // that its id carries; 0: it carries none
};

struct person {
	struct world *world;
	int index;
	char name[8];
	bool is_plain;     // a client without history, tags or echo: it only listens
	struct link *link; // NULL: not connected
	bool registered;
	bool in_room[ROOMS]; // known from its own JOIN
	unsigned said;       // numbers its messages
	unsigned refused;    // those below were perhaps refused once: they may come late
	struct unsent unsent[UNSENT_MAX];
	size_t n_unsent;
	int64_t marker_ms; // known to be stored
	char **heard;      // texts, by a plain one
	size_t n_heard, heard_space;
	uint64_t plain_last[ROOMS];
};

struct server {
	struct world *world;
	struct hub *hub; // NULL: it does not run, or waits
	struct hub_time now;
	struct hub_mail mail;
	struct reader *reader;
	bool listens;
	enum disk_state disk_state;
	entry_no durable, applied, gate;
	// In a world of two (pair.h); else NULL.
	struct partner *partner;
	const struct proof *proof; // that it leads
};

struct world {
	uint64_t seed, random;
	enum sabotage sabotage;
	struct disk *disk; // in memory, for whatever database there is
	char dir[64], path[96];
	struct store *store;    // the first world's
	struct log_engine *log; // in front of it, in some seeds (log_engine.h); NULL: none
	struct server servers[SERVERS_MAX];
	struct hub_config config;
	uint32_t n_conns;
	struct person people[PEOPLE];
	struct idmap stored; // message ids whose commit was reported
	struct idmap facts;  // message id -> struct fact
	struct idmap places; // (stream, number) -> the same
	struct map texts;    // what was said and is stored, where there are two servers
	struct buf wrong;    // the first thing that did not hold
	bool is_loud;        // prints what people hear
	bool calm;           // no more faults: everything must come to its end
	unsigned away;       // the engine cannot be reached for so many tries, in some seeds
	long crashes, restarts, errors, cuts, stalls, messages, lines, refusals, aways;
};

// world_base.c: what both worlds are made of
void world_base_init(struct world *w, uint64_t seed, enum sabotage sabotage);
void world_base_clear(struct world *w);
// A temporary folder, and the path of a database in it.
void folder_make(char *dir, size_t dir_size, char *path, size_t path_size);
void folder_remove(const char *dir);
uint64_t roll(struct world *w, uint64_t below);
PRINTF(2, 3) void wrong(struct world *w, const char *format, ...);
// Of what happens where nobody hears it, for who looks at a seed.
PRINTF(2, 3) void tell(struct world *w, const char *format, ...);

// world.c
void world_init(struct world *w, uint64_t seed, enum sabotage sabotage);
void world_clear(struct world *w);
void world_step(struct world *w);
// No more faults; whoever is not connected connects, and everything is said.
void world_calm_down(struct world *w);

// engine.c
// The writer does a little: false when the process must end.
MUST_USE bool world_commit(struct world *w);
// A reader answers, or gives the question back.
void world_answer(struct world *w);

// server.c
// A hub without a state, to be loaded.
void server_begin(struct server *s);
// Its connections are cut, and what it had in hand is gone.
void server_end(struct server *s);
void server_turn(struct server *s);
// Up to n lines reach the client, as far as the gate lets them.
void server_flush(struct server *s, struct person *p, size_t n);
// A new connection to a server that listens. False: none does.
MUST_USE bool server_open(struct person *p);
void server_close(struct person *p);
PRINTF(2, 3) void server_hear(struct person *p, const char *format, ...);

// pair.c
// Whether another has taken over from it.
MUST_USE bool server_is_deposed(const struct server *s);

// people.c
void person_init(struct person *p, struct world *w, int index);
// Its account, in a hub that has none of that name.
void person_sign_up(struct person *p, struct hub *h);
void person_clear(struct person *p);
void person_act(struct person *p);
void person_hear(struct person *p, struct span line);
void person_cut_off(struct person *p);

// check.c
void check_seen(struct server *s, const struct fact *seen);
// A line that a server sends now.
void check_leaving(struct server *s, struct span line);
// A PONG: what was said before is stored.
void check_proven(const struct person *p, unsigned number);
// What one said on a connection that is there was stored or refused.
void check_answered(const struct person *p);
// What is known to be stored is there, after a start.
void check_loaded(struct server *s);
// Everything, at the end; path: of the database.
void check_all(struct server *s, const char *path);
