// SPDX-License-Identifier: MIT
// Outgoing lines: built once, rendered once per set of capabilities that changes them,
// and handed to the shards with the list of receivers.
//
// A line carries what tags may be made of (time, msgid, account, label, batch); which of
// them a receiver sees depends on its capabilities (the table in line.c). All lines wait
// for the journal's head of the moment they are said.
// Owner: the caller's stack; line_clear() when done. Main thread.
#pragma once

#include "common/buf.h"
#include "common/numerics.h"
#include "server/hub/state/session.h"

// In the name of who is heard by way of a bridge, and in no account's.
#define RELAYED_MARK '/'

struct line {
	struct hub *hub;
	struct buf body;              // ":source COMMAND params", no CR LF
	const struct account *sender; // account-tag; NULL: the server itself
	int64_t time_ms;              // server-time; 0: now
	message_id msgid;             // 0: none
	uint64_t seq;                 // 0: none
	uint64_t present;             // people in a large room, with the end of NAMES; 0: none
	struct span client_tags;      // relayed client-only tags, raw
	bool is_relayed;              // by its sender for somebody else (draft/relaymsg)
	struct span client_id;        // only the sender's own sessions see it
	struct span batch;            // reference of the batch it stands in
	const struct session *asker;  // to whom it is an answer; NULL: to nobody
	bool catches_up;              // it is what its one receiver missed
};

// Everything else begins with this: empty, an answer to who asked for what is being done.
// Alone for the lines that have no source.
void line_init(struct line *l, struct hub *h);
// From an account ("name!name@host"), or from the server when sender is NULL.
void line_start(struct line *l, struct hub *h, const struct account *sender,
		const char *command);
// From any other source text.
void line_start_as(struct line *l, struct hub *h, struct span source, const char *command);
// A middle parameter ("*" when empty; it must not hold spaces or start with ':').
void line_param(struct line *l, struct span param);
void line_str(struct line *l, const char *param);
void line_number(struct line *l, int64_t n);
// The last parameter, with ':'.
void line_text(struct line *l, struct span text);
// Parameters and text as they were stored, behind what is there.
void line_rest(struct line *l, struct span rest);
PRINTF(2, 3) void line_textf(struct line *l, const char *format, ...);
// Takes time, msgid, seq and tags from a stored message.
void line_of(struct line *l, const struct entry_message *m);
void line_clear(struct line *l);

// To one session. An answer goes into the open label (label.h). Answers and what catches up
// pass a stall and are counted in session.said: no more is made than the session takes.
void session_say(struct session *s, struct line *l);
// To all sessions of an account but `except`.
void account_say(struct account *a, struct line *l, cap_set need, cap_set lack,
		 const struct session *except);
