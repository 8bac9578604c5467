// SPDX-License-Identifier: MIT
// Messages of ours that the server has not stored, kept on disk until it has.
//
// An entry is on disk (fsync) before outbox_add returns, so what the user saw as
// "queued" survives any crash. Each carries an id of its own, chosen here, with which
// the server tells a repeated message from a new one. The file is STATE/PROFILE/outbox,
// JSON Lines, 0600; one process owns it (flock). A second process takes another file, and
// whoever starts takes over what a dead one left. Owner: the client's one thread.
#pragma once

#include "common/list.h"
#include "common/span.h"

#include <stdint.h>

#define CLIENT_ID_LEN 22 // 128 random bits, base64url

struct outbox_entry {
	struct list in_outbox;
	uint64_t local_id; // of this process
	char id[65];       // the server's `snug.chat/id`
	int64_t at_ms;     // wall time when the user sent it
	int kind;          // enum line_kind
	char *target;
	char *text;     // may hold LF
	char *reply_to; // message id, or ""
	bool was_sent;  // once: the server may hold it
};

struct outbox;

// NULL and *error (the caller's) when the folder cannot be used. Broken lines in the
// file are left out and counted.
MUST_USE struct outbox *outbox_open(const char *dir, char **error);
// Keeps the file. NULL is accepted.
void outbox_free(struct outbox *o);
MUST_USE size_t outbox_n_broken(const struct outbox *o);
// The new entry, on disk; NULL and errno when that failed.
struct outbox_entry *outbox_add(struct outbox *o, struct span target, struct span text,
				struct span reply_to, int kind, int64_t at_ms);
// The bytes left for the server: noted, so that a restart knows.
void outbox_sent(struct outbox *o, struct outbox_entry *e);
// Stored by the server, or let go by the user; frees it.
void outbox_done(struct outbox *o, struct outbox_entry *e);
MUST_USE struct outbox_entry *outbox_find(struct outbox *o, uint64_t local_id);
// Oldest first, linked by in_outbox.
MUST_USE struct list *outbox_entries(struct outbox *o);
// A fresh id: CLIENT_ID_LEN characters and a NUL.
void client_id_make(char out[static CLIENT_ID_LEN + 1]);
