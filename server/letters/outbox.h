// SPDX-License-Identifier: MIT
// Hub -> shard: what the connections of one shard get, in order.
//
// Owner: the hub until put, then the shard. Lines stand once in `bytes` however many
// connections they go to; `conns` holds the lists of receivers. Offsets, not pointers,
// since both grow.
#pragma once

#include "common/buf.h"
#include "common/mailbox.h"
#include "server/letters/ids.h"
#include "server/letters/web.h"

enum outbox_kind {
	OUTBOX_LINE,      // bytes [at, at+len) with CR LF, to n_conns receivers
	OUTBOX_CREDIT,    // conn may send `count` more lines
	OUTBOX_LOGGED_IN, // conn passed registration: its login deadline ends
	OUTBOX_HOLD,      // conn waits for us: its login deadline stands (count 1), goes on (0)
	OUTBOX_CLOSE,     // close conn once what is queued for it has left
	OUTBOX_TELL,      // say INBOX_TAKEN when conn has less than OUTQ_PAUSE unread
	OUTBOX_LIVE,      // conn caught up after INBOX_STALLED: queue its lines again
	OUTBOX_DRAIN,     // the server stops: accept no more
	OUTBOX_LIMITS,    // (unused fields) take up the settings that were reloaded
	OUTBOX_ANSWER,    // what conn asked (INBOX_ASKED) is answered
	OUTBOX_CHALLENGE, // prove the name (in bytes, behind `count` of its digest); 0: no more
};

// Who ends a connection, for a transport that tells its peer.
enum parting {
	PARTING_REFUSED, // we do: it may not be here
	PARTING_LEFT,    // it does: QUIT
	PARTING_STOP,    // the server ends
	PARTING_LATER,   // we do: at another time it may
};

// Of an answer that has to do with a file (struct web_answer).
struct outbox_file {
	enum web_then then;
	struct file_id file;
	uint64_t size;
	uint32_t name_at, name_len, type_at, type_len; // in bytes
};

struct outbox_item {
	enum outbox_kind kind;
	uint32_t count;               // credit; answer: its status; challenge
	uint32_t retry_s;             // answer
	enum parting parting;         // close
	conn_id conn;                 // all but lines
	entry_no after;               // lines, close, answer: not before this entry is durable
	uint32_t at, len;             // lines, close (its reason), answer, challenge: in bytes
	uint32_t first_conn, n_conns; // lines: in conns
	uint32_t file;                // answer: in files, + 1; 0: it has to do with none
	bool catch_up;                // lines: passes although the connection is stalled
};

struct outbox {
	struct letter letter;
	struct buf bytes;
	struct outbox_item *items;
	size_t n_items, items_space;
	conn_id *conns;
	size_t n_conns, conns_space;
	struct outbox_file *files;
	size_t n_files, files_space;
	entry_no durable; // everything up to here may leave
	int64_t made_us;  // mono: the turn of the hub; 0: nobody counts how long it takes
};

MUST_USE struct outbox *outbox_new(void);
void outbox_free(struct outbox *out);
// A zeroed item at the end, valid until the next call.
struct outbox_item *outbox_add(struct outbox *out, enum outbox_kind kind);
// Appends a line (with CR LF) without receivers; then outbox_to() for each.
void outbox_line(struct outbox *out, struct span line, entry_no after, bool catch_up);
// Adds a receiver to the line that was added last.
void outbox_to(struct outbox *out, conn_id conn);
void outbox_to_all(struct outbox *out, const conn_id *conns, size_t n);
// The reason is for the peer; copied.
void outbox_close(struct outbox *out, conn_id conn, entry_no after, enum parting parting,
		  struct span reason);
void outbox_answer(struct outbox *out, conn_id conn, const struct web_answer *answer);
// The digest has TLS_CHALLENGE_LEN bytes, or none: that name is proven no more.
void outbox_challenge(struct outbox *out, struct span name, struct span digest);
// Such an item as it was given to outbox_answer(); its spans borrow from out.
MUST_USE struct web_answer outbox_answered(const struct outbox *out,
					   const struct outbox_item *item);
