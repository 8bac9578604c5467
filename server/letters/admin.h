// SPDX-License-Identifier: MIT
// Server -> hub and back: one verb of the command line.
//
// The same request runs live (through the admin socket), offline (a hub without shards)
// and from chat. The answer is typed cells, not text: the command line decides how to
// show them. It is handed out only when entry `after` is durable.
// Owner: the sender until put, then the receiver.
#pragma once

#include "common/arena.h"
#include "common/mailbox.h"
#include "server/letters/ids.h"

// Exit codes of the command line.
enum admin_code {
	ADMIN_DONE = 0,
	ADMIN_FAILED = 1,
	ADMIN_USAGE = 2,
	ADMIN_NOT_FOUND = 3,
	ADMIN_CONFLICT = 4,
	ADMIN_DENIED = 5,
	ADMIN_PROBLEMS = 6,    // a check found some
	ADMIN_UNREACHABLE = 7, // or locked
	ADMIN_PARTLY = 8,
	ADMIN_UNCONFIRMED = 9,
};

// A word that begins each act of a request of several: no word of a person's is a line end.
#define ADMIN_NEXT "\n"

// What an act says of itself; what only looks says nothing.
enum admin_changed {
	ADMIN_LOOKED,
	ADMIN_UNCHANGED, // it was so already
	ADMIN_CHANGED,
};

// One record of input, for verbs that take many: of user import an account, of history import
// a message (name: who said it). Absent: at == NULL.
struct admin_record {
	struct span name;
	struct span password;
	struct span password_hash;
	struct span realname;
	struct span time, text;
	struct span kind; // NOTICE; absent: PRIVMSG
};

struct admin_request {
	struct letter letter;
	ticket_id ticket;
	struct span actor;  // "shell", or the account that asks in chat
	struct span uid;    // of who called the command line, in digits; "" nobody did
	struct span *words; // "user", "disable", "ann", "--confirm", "ann"
	size_t n_words;
	struct span secret; // from stdin; at == NULL: none was given
	bool is_from_wire;  // ADMIN RUN: the answer is shown as lines of JSON
	struct admin_record *records;
	size_t n_records;
	struct arena arena; // wiped when freed
};

MUST_USE struct admin_request *admin_request_new(void);
void admin_request_free(struct admin_request *r);

enum cell_kind {
	CELL_TEXT,
	CELL_NUMBER,
	CELL_TIME, // wall ms; 0 shows as never
	CELL_BOOL,
	CELL_NONE, // nobody here knows it
};

struct cell {
	enum cell_kind kind;
	struct span text;
	int64_t number;
};

struct admin_answer {
	struct letter letter;
	ticket_id ticket;
	entry_no after;
	enum admin_code code;
	enum admin_changed changed;
	struct span *columns; // names, as keys of the JSON objects
	size_t n_columns;
	struct cell *cells; // n_rows * n_columns
	size_t n_rows, cells_space;
	bool is_record;     // one row, shown as KEY VALUE lines
	struct span plain;  // printed bare on stdout when not --json (an invite link, a token)
	struct span page;   // the same link for a browser; "" there is none
	struct span words;  // for stderr: what was done, or what is wrong and how to mend it
	struct arena arena; // wiped when freed: it may hold a fresh token
};

MUST_USE struct admin_answer *admin_answer_new(ticket_id ticket);
void admin_answer_free(struct admin_answer *a);
