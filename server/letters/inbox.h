// SPDX-License-Identifier: MIT
// Shard -> hub: what the connections of one shard did in one turn, in order.
//
// Owner: the shard until put, then the hub. Spans point into the letter's arena or are
// literals; they live as long as the letter.
#pragma once

#include "common/arena.h"
#include "common/mailbox.h"
#include "common/msg.h"
#include "common/tls_binding.h"
#include "server/letters/ids.h"
#include "server/letters/web.h"

enum inbox_kind {
	INBOX_OPENED,  // the handshake is done
	INBOX_ASKED,   // a question of the web, once: OUTBOX_ANSWER; nothing else of this id
	INBOX_LINE,    // a whole, valid, parsed line (one credit)
	INBOX_BAD,     // a line that was refused by frame or msg (one credit)
	INBOX_STALLED, // its queue passed OUTQ_MAX: live lines are dropped from here on
	INBOX_DRAINED, // ... and now has room again: send what it missed
	INBOX_TAKEN,   // the answer to OUTBOX_TELL
	INBOX_CLOSED,  // gone; the id is stale from here on
};

enum inbox_fault {
	FAULT_TOO_LONG, // 417
	FAULT_BYTES,    // NUL, CR or not UTF-8: FAIL * INVALID_UTF8
	FAULT_SYNTAX,   // no or malformed command: ignored or 421
	FAULT_PARAMS,   // more than 15
};

struct inbox_opened {
	struct span host;           // the peer's address as text
	uint64_t source;            // what limits count by (net_source)
	bool is_web;                // by WebSocket
	bool has_pin;               // a client certificate was shown
	uint8_t pin[32];            // SHA-256 of its SPKI
	uint8_t cert[64];           // SHA-512 of the certificate
	struct tls_binding binding; // of its stream, where anybody asks
};

struct inbox_event {
	enum inbox_kind kind;
	conn_id conn;
	enum inbox_fault fault; // bad
	bool begun; // stalled: a line that waits for the same entry was queued before
	union {
		struct inbox_opened opened;
		struct web_question asked;
		struct msg msg;     // bad: the tags and the command, as far as they can be told
		entry_no after;     // stalled: of the first line that was dropped
		struct span reason; // closed: for the others to read
	};
};

struct inbox {
	struct letter letter;
	unsigned shard;
	struct inbox_event *events; // grown by inbox_add
	size_t n_events;
	size_t n_space;
	struct arena arena;
};

MUST_USE struct inbox *inbox_new(unsigned shard);
void inbox_free(struct inbox *in);
// A zeroed event at the end, valid until the next call.
struct inbox_event *inbox_add(struct inbox *in, enum inbox_kind kind, conn_id conn);
