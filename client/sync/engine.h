// SPDX-License-Identifier: MIT
// One server as its user has it: a login kept alive, the model that it feeds, and what goes
// between: calls, the outbox on its way, catching up, read markers.
//
// No screen, no disk, no clock and no socket of its own: `outside` gives time and a
// connection, the outbox's store is set by whoever has one, `words` says what a face says.
// There may be many in one process. Owner: whoever embeds it; the client's one thread.
#pragma once

#include "client/sync/catchup.h"
#include "client/sync/delivery.h"
#include "client/sync/devices.h"
#include "client/sync/marks.h"
#include "client/sync/regain.h"
#include "client/sync/seek.h"
#include "client/sync/unsent.h"

#define LAGGING_MS 3000

// All but arg may be NULL.
struct engine_events {
	void *arg;
	// Logged in. What waited in the outbox leaves; no history is asked for yet.
	void (*on_online)(void *arg);
	// The login is over. Calls that are open end behind this.
	void (*on_offline)(void *arg);
	// A line of the server that was not for one caller alone; the model has it.
	void (*on_line)(void *arg, const struct msg *m);
	// The connection is in another state.
	void (*on_state)(void *arg);
	// Whether the line is this program's alone: nobody else hears of it then.
	bool (*takes)(void *arg, const struct msg *m);
};

struct engine {
	const struct outside *outside;
	const struct words *words;
	struct engine_events events;
	struct model *model;
	struct unsent *unsent;
	struct uplink *session;
	struct calls *calls;
	struct delivery *delivery;
	struct catchup *catchup;
	struct regain *regain;
	struct seek *seek;
	struct marks *marks;
	struct devices *devices;
	bool asks_code;   // of a second factor, or
	unsigned n_codes; // how many were wrong by then
	bool was_online;
	bool is_online;   // what the parts were told
	int64_t since_ms; // of the state shown
	enum uplink_state last;
};

// All borrowed until engine_clear. There is the model and the outbox, which takes its store
// now: what that holds, the model shows from engine_start on.
void engine_init(struct engine *e, const struct outside *o, const struct words *words,
		 struct span nick);
// There is a session. Call it once.
void engine_start(struct engine *e, const struct engine_events *events);
// The store has been closed by now. After engine_init alone, too.
void engine_clear(struct engine *e);
// Connects.
void engine_open(struct engine *e, const struct uplink_order *order);
// Says again what the connection is like: to be called each second, so that one sees a server
// that does not answer.
void engine_tick(struct engine *e);
