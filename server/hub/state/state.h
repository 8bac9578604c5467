// SPDX-License-Identifier: MIT
// What the hub is made of. Only files of server/hub see this.
//
// Owner: struct hub owns every table and everything in them; pointers between them are
// borrowed and cleared by the owner's free function (session_free, account_free,
// room_free) before the memory goes. Nothing borrowed outlives what it points to.
#pragma once

#include "common/buf.h"
#include "common/list.h"
#include "common/map.h"
#include "common/tls_challenge.h"
#include "server/hub/state/figures.h"
#include "server/hub/state/hub_types.h"
#include "server/hub/state/namesakes.h"
#include "server/hub/state/timer.h"

struct session;
struct account;
struct room;
struct dialog;
struct cast_variant;
struct signin_place;
struct file_list;

// Whom an attempt to log in is put down to (throttle.h).
struct origin {
	uint64_t source; // the address, of IPv6 its /64
	uint64_t wide;   // of IPv6 the /48; otherwise the same
};

// Passwords that wait to be hashed (hash_queue.c).
struct hash_queue {
	struct list waiting[HASH_RANKS]; // of each in order
	struct list refused;             // to be told so at the end of the turn
	struct list untold;              // those of `waiting` who came in this turn
	size_t n_waiting, n_strangers;   // of those that are bounded
	struct idmap weights;            // source -> its strangers that wait
	struct list places;              // that were left and may be taken up, oldest first
	struct idmap places_by_key;
	struct idmap places_of; // source -> how many of them
	size_t n_places;
	uint64_t last_place;
	unsigned n_running;
	int64_t usual_ms; // of one hash, lately
};

// Bytes that were stored on a day, and on the one before (quota.h).
struct day_count {
	int64_t day; // since 1970
	int64_t bytes, before;
};

// A name that is being proven to an authority of certificates (admin/admin_challenge.c).
struct challenged {
	char name[LINK_HOST_MAX + 1];
	int64_t until_ms; // mono; past: none
};

// Files of one account or stream (files/shared_file.h), and what they weigh together.
struct file_share {
	struct list list; // to be looked at while count > 0
	int64_t count, bytes;
};

// Files that people sent (files/shared_file.h), and what they are asked for with.
struct hub_files {
	struct map by_id;
	int64_t bytes;          // what they weigh together
	struct gone_file *gone; // whose bytes are to be removed, once that is durable
	size_t n_gone, gone_space;
	struct timer on_unnamed, on_sweep;
	struct map uploads; // on their way (web/upload.h), by the id
	int64_t coming;     // what they weigh together
	struct map tokens;  // files/file_token.h
};

// Bytes of what was posted (post.c), in all and when these entries were the last.
struct journal_weight {
	uint64_t bytes;
	struct {
		entry_no entry;
		uint64_t bytes;
	} marks[2];
};

// A stop that is announced (leaving.h).
struct leaving {
	struct timer timer;
	int64_t at_ms;   // mono; 0: none is
	int64_t back_ms; // so long after that; 0: who knows
};

struct hub {
	struct hub_config config; // its spans are owned copies (see hub_configure)
	struct arena config_arena;
	struct hub_time now;
	uint8_t random_key[32]; // of the generator behind hub_random
	uint64_t random_count;
	bool loading;
	bool stopping;
	enum hub_wish wish;
	struct wish_about wish_about;
	int64_t log_until_ms; // mono, of log level; past: it is as configured
	struct leaving leaving;
	struct challenged challenged[TLS_CHALLENGES_MAX];
	enum lockdown_kind lockdown; // who is kept out,
	int64_t lockdown_since_ms;   // ... or is no more, since then (wall)

	// Sessions by conn_id.
	struct idmap sessions;
	struct list session_list;
	int64_t n_unknown;
	// Who asked for what is being done: whose command is in progress, or whose answer came
	// from another thread. NULL: nobody did. A line takes it up where it is begun (line.h);
	// nothing else looks at it.
	struct session *asker;

	struct list offers;         // to let in another device (offer.h)
	struct list long_exchanges; // of SASL (door/sasl_long.h)
	int64_t last_question;      // put to a device (offer.h, vouch.h)

	struct idmap accounts;        // by account_id
	struct map account_names;     // by folded name
	struct map freed;             // names kept back, by their hash (freed.c)
	struct idmap credentials;     // by id
	struct map credential_hashes; // by the 32 bytes
	struct map bindings;          // by issuer, subject and tenant (people/binding.h)
	size_t n_renewals;            // questions about them that are out (door/renewal.h)
	uint8_t sign_in_key[32];      // of a file: seals what issuers are asked again with
	struct idmap invites;         // by id
	struct map invite_hashes;
	struct idmap hooks; // by id (rooms/hook.h)
	struct map hook_hashes;
	struct list hooks_heard; // what they say, while the store is asked (web/hook_hear.c)
	uint8_t token_key[32];   // ENTRY_SETTING "token_key": keys token and invite hashes
	uint8_t factor_key[32];  // of a file: seals what apps make codes of (people/factor.h)
	size_t n_factors;        // accounts whose logins want a code

	struct list subscribers; // accounts whose devices are woken by a push
	size_t n_subscribers;
	struct idmap subscriptions; // by id (people/subscription.h)
	struct list parcels;        // all pushes that wait, the oldest first (people/parcel.h)
	size_t n_parcels;
	struct list push_delays; // of them, those that are not due
	struct list push_turns;  // subscriptions of which something may be due
	struct list push_rests;  // those whose push service wants to be left alone
	struct list push_outs;   // pushes that are being carried
	size_t n_pushing;        // ... and those of subscriptions that went meanwhile
	uint8_t push_key[65];    // that new subscriptions are made for; 0: there is none

	struct idmap streams; // stream_id -> struct stream (in its room or dialog)
	struct map room_names;
	struct namesakes rooms_alike, people_alike;
	struct idmap rooms;
	struct map dialog_pairs; // by the two account ids
	struct hub_files files;
	struct idmap saved;    // message_id -> who saved it, chained (saved.h)
	struct idmap erasures; // account's id -> struct erasure (erase.h)
	uint64_t n_redacted;   // messages, since the start
	struct list server_bans;
	size_t n_loose_bans;            // of all lists: that name whom nobody is (ban.h)
	struct map monitors;            // folded name -> who watches it (monitor.c)
	uint64_t peers_round;           // counts calls of peers_say (listener.c)
	int64_t n_present, max_present; // accounts with sessions (presence.c)
	int64_t n_listed;               // rooms that are not secret; -1: to be counted anew
	int64_t n_invisible, n_opers;   // of them with +i; sessions with +o
	struct list whowas;             // who left, newest last (whowas.c); zeroed: empty
	size_t n_whowas;
	uint64_t last_whowas;

	uint8_t history[HISTORY_ID_LEN]; // which database this is
	int64_t term;                    // of who may write it
	int64_t last_id; // highest row id given out (accounts, credentials, streams, ...)
	message_id last_message;
	int64_t last_ms;  // of all that was stamped
	entry_no head;    // last entry posted
	entry_no durable; // last entry that outlives the process: what the gate asks for
	entry_no applied; // last entry in the tables: what questions wait for; <= durable
	struct journal_weight weight;
	enum disk_state disk;
	int64_t away_since_ms;        // wall: of DISK_AWAY
	bool is_clean;                // nothing that was removed is in a file of the database
	int64_t disk_free, disk_size; // bytes; size 0: unknown
	struct day_count day;         // stored by all (quota.h)

	struct idmap tickets;
	ticket_id last_ticket;
	int64_t n_queries, n_jobs;
	struct hash_queue hash_queue;
	struct letter *echoes; // answers that came for somebody else (post.h)
	struct letter *held_queries, **held_queries_end; // wait (post_questions.c)
	struct letter *given_up;                         // answers to those that do so no more
	struct idmap asking; // account (its address) -> its questions that wait for an engine
	struct list held_answers;

	struct hub_out out;                                                  // of this turn
	struct letter **queries_end, **jobs_end, **answers_end, **files_end; // of its chains
	bool durable_moved;    // since the shards were told
	struct list crediting; // sessions that are owed credit
	struct list tellers;   // sessions whose next page may be made (telling.h)
	struct list timers;
	struct list steps;      // of the clock, that are to be carried out (restamp.c)
	struct buf clock_saved; // while loading
	struct buf key_saved;   // the same
	int64_t next_timer_ms;  // not later than the first of them
	char *load_error;       // the first contradiction met while loading
	struct buf tags, text;  // scratch of line.c
	struct cast_variant *cast_pool;
	size_t cast_pool_space;
	struct map throttles;         // login attempts by source and by account (throttle.c)
	struct list throttle_order;   // oldest first
	struct idmap unknown_sources; // source -> its connections that are not logged in
	struct idmap known_at;        // source -> how many accounts know it
	struct idmap known_of;        // hash of an account's name -> sources that it knows
	struct keepsakes *keepsakes;  // recent client ids (keepsake.c)
	int64_t ids_upto_ms;          // of an id of an earlier run at most
	struct recent *recent;        // the newest messages (recent.c)
	struct timer on_cursors;      // replay.c
	struct timer on_ask_again;    // post_questions.c
	struct timer on_retention;    // retention.c
	struct timer on_steps;        // restamp.c
	struct timer on_endings;      // endings.c
	struct timer on_forgotten;    // forgotten.c
	struct timer on_throttles;    // throttle.c
	struct timer on_erasures;     // erase.c
	struct timer on_farewells;    // farewell.c
	struct timer on_signins;      // signin.c
	struct timer on_renewals;     // door/renewal.c
	struct timer on_pushes;       // push/outward.c
	struct timer on_push_tests;   // push/tests.c
	struct timer on_signins_left_out;   // signin_log.c
	struct signin_place *signin_places; // of sources, for the log; NULL: none came yet
	int64_t retention_asked_ms;         // mono; 0: no question is out
	struct hub_figures figures;
	int64_t started_ms; // wall
};

// Fills with random bytes of the hub's own generator.
void hub_random(struct hub *h, void *out, size_t len);
// A fresh row id.
MUST_USE int64_t hub_new_id(struct hub *h);
// While loading: this row id is taken.
void hub_saw_id(struct hub *h, int64_t id);
// While loading: the data contradicts itself; the first words stay for hub_loaded.
PRINTF(2, 3) void hub_load_failed(struct hub *h, const char *format, ...);
// From here to hub_asks(h, NULL) is done what s asked for; one thing at a time.
void hub_asks(struct hub *h, struct session *s);
// A letter to those who have the files.
void hub_put_file_list(struct hub *h, struct file_list *list);
// The outbox of this turn for a shard.
MUST_USE struct outbox *hub_outbox(struct hub *h, unsigned shard);
