// SPDX-License-Identifier: MIT
// What the hub is made of. Only files of server/hub see this.
//
// Owner: struct hub owns every table and everything in them; pointers between them are
// borrowed and cleared by the owner's free function (session_free, account_free,
// room_free) before the memory goes. Nothing borrowed outlives what it points to.
#pragma once

#include "common/list.h"
#include "common/map.h"
#include "server/hub/hub.h"

struct session;
struct account;
struct room;
struct dialog;

struct hub {
	struct hub_config config; // its spans are owned copies (see hub_configure)
	struct arena config_arena;
	struct hub_time now;
	uint8_t random_key[32]; // of the generator behind hub_random
	uint64_t random_count;
	bool loading;
	bool stopping;
	enum hub_wish wish;

	// Sessions by conn_id.
	struct idmap sessions;
	struct list session_list;
	int64_t n_unknown;
	// The session whose command is being carried out: its replies belong to the label.
	struct session *acting;

	struct idmap accounts; // by account_id
	struct map account_names; // by folded name
	struct idmap credentials; // by id
	struct map credential_hashes; // by the 32 bytes
	struct idmap invites; // by id
	struct map invite_hashes;
	uint8_t token_key[32]; // ENTRY_SETTING "token_key": keys token and invite hashes

	struct idmap streams; // stream_id -> struct stream (in its room or dialog)
	struct map room_names;
	struct idmap rooms;
	struct map dialog_pairs; // by the two account ids
	struct list server_bans;
	struct map monitors; // folded name -> who watches it (monitor.c)
	uint64_t peers_round; // counts calls of peers_say (listener.c)
	int64_t n_present, max_present; // accounts with sessions (presence.c)
	struct list whowas; // who left, newest last (whowas.c); zeroed: empty
	size_t n_whowas;

	int64_t last_id; // highest row id given out (accounts, credentials, streams, ...)
	message_id last_message;
	entry_no head;	  // last entry posted
	entry_no durable; // last entry on disk
	enum disk_state disk;
	int64_t disk_free;

	struct idmap tickets;
	ticket_id last_ticket;
	int64_t n_queries, n_jobs;
	struct letter *held_queries, **held_queries_end; // wait for `durable`
	struct list held_answers;

	struct hub_out out; // of this turn
	struct map throttles; // login attempts by source and by account (flood.c)
	struct map keepsakes; // recent client ids, see history.c
	struct hub_figures figures;
	int64_t started_ms; // wall
};

// Fills with random bytes of the hub's own generator.
void hub_random(struct hub *h, void *out, size_t len);
// A fresh row id.
MUST_USE int64_t hub_new_id(struct hub *h);
