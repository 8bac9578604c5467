// SPDX-License-Identifier: MIT
// The hub: everything the chat knows and decides. (state, letters in, time) ->
// (state, letters out); no socket, disk, clock or thread is reached from here, so that
// it can be replayed, simulated and fuzzed.
//
// Owner: the main thread; every function here is called from it alone.
#pragma once

#include "server/letters/admin.h"
#include "server/letters/hash_job.h"
#include "server/letters/inbox.h"
#include "server/letters/journal.h"
#include "server/letters/limits.h"
#include "server/letters/outbox.h"
#include "server/letters/query.h"

struct hub;

enum registration { REGISTRATION_INVITE, REGISTRATION_OPEN, REGISTRATION_CLOSED };
enum room_policy { ROOMS_BY_MEMBERS, ROOMS_BY_ADMINS };

// What the hub needs of the configuration. Spans are copied.
struct hub_config {
	struct span name;	 // host name: the source of the server's own lines
	struct span network;	 // NETWORK of ISUPPORT; the server's title
	struct span description; // of RPL_WHOISSERVER, LINKS
	struct span motd;	 // lines by LF; "" none
	struct span version;	 // "snugd-0.1"
	struct span icon;	 // draft/ICON, "" none
	struct span link_host;	 // HOST[:PORT] of invite links
	uint8_t pin[32];	 // SPKI hash of the server's key, for links
	uint16_t port;
	enum registration registration;
	bool email_required; // by REGISTER; noted in the audit log
	enum room_policy create_rooms;
	int64_t argon2_memory; // bytes
	int64_t argon2_passes;
	int64_t logins_per_source;	// wrong or costly ones in a minute; 0: no limit
	int64_t connections_per_source; // 0: no limit; logged-in ones do not count
	int64_t rooms_per_hour;		// that an account may make; 0: no limit
	int64_t lines_per_second;	// of one connection; 0: no limit
	int64_t lines_burst;
	int64_t history_keep_ms;    // retention; 0: forever
	int64_t history_keep_bytes; // of a room; 0: no bound
	int64_t history_keep_total; // of all together; 0: no bound
	bool durability_full;
	unsigned n_shards; // 0 offline
};

struct hub_time {
	int64_t mono_ms; // timers
	int64_t wall_ms; // what people see
};

// `seed` feeds all random choices of the hub (tokens, salts, batch names).
MUST_USE struct hub *hub_new(const struct hub_config *config, const uint8_t seed[static 32]);
void hub_free(struct hub *h);
// Takes up the settings that may change in a running server.
void hub_configure(struct hub *h, const struct hub_config *config);

// One entry as the store gave it, before the first turn.
void hub_load(struct hub *h, const struct entry *e);
// Ends loading: what can be checked across entries is checked. False and words in
// *error (the caller's) when the data contradicts itself.
MUST_USE bool hub_loaded(struct hub *h, struct hub_time now, char **error);

// Handles the letters (linked by next; NULL: only time has passed) and frees them.
void hub_turn(struct hub *h, struct hub_time now, struct letter *letters);
// When the hub wants a turn although no letter comes, in mono ms; INT64_MAX: never.
MUST_USE int64_t hub_wakes_at(const struct hub *h);

// The letters of the last turn, each NULL if there is none. The caller's now; answers
// (LETTER_ANSWER) wait until their entry is durable before anyone sees them.
struct hub_out {
	struct outbox *outboxes[SHARDS_MAX];
	struct journal *journal;
	struct letter *queries; // linked by next
	struct letter *jobs;
	struct letter *answers; // only those that may be shown: the hub holds back the rest
};
void hub_take(struct hub *h, struct hub_out *out);

// Figures for `status` and the metrics.
struct hub_figures {
	int64_t accounts, rooms, dialogs, sessions, users;
	int64_t unknown; // connections that are not logged in
	entry_no head, durable;
	int64_t queries, jobs; // unanswered
	int64_t messages, deliveries; // since start
	int64_t expired; // messages that retention let go since start
};
void hub_figures(const struct hub *h, struct hub_figures *figures);

// The orderly stop: says goodbye to all sessions and refuses new lines; entries in
// flight are still answered.
void hub_stop(struct hub *h, struct span reason);
// A verb of the command line asked for a stop or a reload; the server asks once a turn
// and does it when that answer has left.
enum hub_wish { WISH_NONE, WISH_STOP, WISH_RELOAD };
MUST_USE enum hub_wish hub_wish(struct hub *h);
