// SPDX-License-Identifier: MIT
// Messages of ours that the server has not stored: the outbox, kept until it has.
//
// An entry is "queued" when its store says that it is kept, and not before: what the user
// saw so survives any crash. Each carries an id of its own, chosen here, with which the
// server tells a repeated message from a new one. The store (a file, a browser's database)
// answers later, in its own time.
//
// The last of what a server has stored stays, where that names its history: should it be put
// back to an older copy, what is gone is unsent again, under its old id.
// Owner: the client's one thread.
#pragma once

#include "client/net/outside.h"
#include "common/list.h"
#include "common/span.h"
#include "common/timed_id.h"

#include <stdint.h>

#define CLIENT_ID_LEN 22                                    // 128 random bits, base64url,
#define CLIENT_ID_SPACE (TIMED_ID_HEAD + CLIENT_ID_LEN + 1) // ... with its time, and a NUL
// Of what is stored, the newest are kept, so many, so many bytes, and so long.
#define STORED_MAX 1000
#define STORED_BYTES_MAX (256 * 1024)
#define STORED_MS (30LL * 24 * 3600 * 1000)

struct unsent_entry {
	struct list in_unsent;
	uint64_t local_id; // of this process
	char id[65];       // the server's `snug.chat/id`
	int64_t at_ms;     // wall time when the user sent it
	int kind;          // enum line_kind
	char *target;
	char *text;     // may hold LF
	char *reply_to; // message id, or ""; of LINE_TOPIC the topic that it replaces
	bool was_sent;  // once: the server may hold it
	bool is_kept;   // the store has it
	// What the server made of it, once it had stored it:
	char *messages;  // their ids, with blanks between; or NULL
	char *history;   // which history of the server they are of, and
	uint64_t seq;    // the number of the last there
	bool is_lost;    // they are gone from there
	bool is_put_off; // inside: regain.c asks no more in this connection
};

// Where entries are kept. All return at once; what they are given is borrowed for the call.
struct unsent_store {
	void *arg;
	// To be kept: unsent_kept() is called when it is, or cannot be, and never inside.
	void (*keep)(void *arg, const struct unsent_entry *e);
	// The bytes left for the server, and: it is not needed any more. Should these be lost,
	// the message is sent again under its old id.
	void (*sent)(void *arg, const struct unsent_entry *e);
	void (*done)(void *arg, const struct unsent_entry *e);
	// What the server made of it is another thing now, or reply_to. Should this be lost, a
	// message may be asked about that was sent again, or sent under its old id.
	void (*stored)(void *arg, const struct unsent_entry *e);
};

// Who wants to know what became of unsent_add().
struct unsent_events {
	void *arg;
	void (*on_kept)(void *arg, struct unsent_entry *e);
	// `why` in words; the entry is gone behind the call.
	void (*on_failed)(void *arg, struct unsent_entry *e, const char *why);
};

static inline struct unsent_entry *unsent_entry_at(struct list *item)
{
	return container_of(item, struct unsent_entry, in_unsent);
}

struct unsent;

// The outside is borrowed: its dice make the ids.
MUST_USE struct unsent *unsent_new(const struct outside *o);
// What is kept stays kept. NULL is accepted.
void unsent_free(struct unsent *u);
// Both copied; events NULL: nobody listens any more.
void unsent_set_store(struct unsent *u, const struct unsent_store *store);
void unsent_set_events(struct unsent *u, const struct unsent_events *events);
// False: there is no place to keep anything.
MUST_USE bool unsent_has_store(const struct unsent *u);
// What the store held at its start; its texts are copied, and what is too much of stored ones
// goes. False: that id is there already.
bool unsent_load(struct unsent *u, const struct unsent_entry *e);
// A new entry, given to the store; it needs one.
struct unsent_entry *unsent_add(struct unsent *u, struct span target, struct span text,
				struct span reply_to, int kind, int64_t at_ms);
// The store's answer: `why` is NULL, or says in words what is wrong. Of an entry that is gone
// meanwhile it is no news.
void unsent_kept(struct unsent *u, uint64_t local_id, const char *why);
// The bytes left for the server: noted, so that a restart knows.
void unsent_sent(struct unsent *u, struct unsent_entry *e);
// Stored by the server, or let go by the user; frees it.
void unsent_done(struct unsent *u, struct unsent_entry *e);
// Stored by the server, as these messages, the last of which has this number of this history:
// now it is among the stored ones. `messages` and `history` are copied.
void unsent_stored(struct unsent *u, struct unsent_entry *e, const char *messages,
		   const char *history, uint64_t seq);
// A stored one is gone from the server: it is the last of the unsent again.
void unsent_lost(struct unsent *u, struct unsent_entry *e);
// Of a stored one: the server has it in its present history, too.
void unsent_found(struct unsent *u, struct unsent_entry *e, const char *history);
// Of the unsent, those that answer or edit the message `was` do so to `now`.
void unsent_follow(struct unsent *u, struct span was, struct span now);
// The stored message with this id was taken back: it is forgotten, on disk too.
void unsent_forget(struct unsent *u, struct span message);
// The first of the messages that it became, or "".
MUST_USE struct span unsent_message(const struct unsent_entry *e);
// Unsent or stored.
MUST_USE struct unsent_entry *unsent_find(struct unsent *u, uint64_t local_id);
MUST_USE struct unsent_entry *unsent_find_id(struct unsent *u, const char *id);
// Oldest first, linked by in_unsent.
MUST_USE struct list *unsent_entries(struct unsent *u);
// What the server has stored, in the same way.
MUST_USE struct list *unsent_stored_entries(struct unsent *u);
// A fresh id and a NUL; server_ms: what time it is at the server, 0 when that is unknown.
void client_id_make(const struct outside *o, int64_t server_ms,
		    char out[static CLIENT_ID_SPACE]);
// What tells that time from now on; before that it is unknown.
void unsent_set_clock(struct unsent *u, int64_t (*server_ms)(void *arg), void *arg);
