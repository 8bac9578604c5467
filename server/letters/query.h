// SPDX-License-Identifier: MIT
// Hub -> reader and back: questions to the stored history.
//
// The hub posts a query only when everything it must see is applied. The reader answers
// each with exactly one rows letter that carries its ticket, and the query itself when the
// engine is away: then it was not asked.
// Owner: the sender until put, then the receiver.
#pragma once

#include "common/arena.h"
#include "common/mailbox.h"
#include "server/letters/ids.h"
#include "server/letters/journal.h"

enum query_kind {
	QUERY_PAGE,    // messages of a stream
	QUERY_AROUND,  // limit/2 before `from`, the rest from it on
	QUERY_GET,     // one message by id (query.from.id); any stream
	QUERY_TARGETS, // newest message of each stream in `streams` within (from, to)
	QUERY_EDITS,   // the same with its edits, oldest first; asked for one of those: all too
	QUERY_CLIENT_ID, // the message of (account, client_id), if any
	QUERY_SEARCH,    // full text
	QUERY_MISSED,    // messages of `streams` behind `from` (an id or a time), by id
	QUERY_SKIPPED,   // of those the oldest of each stream, all but `limit`: how many
	// Newest audit rows that `account` may see; of a room: of `stream`. All that is set
	// must fit: `from` and `to` (times), `sender` who did it, `verb`, `named`.
	QUERY_AUDIT,
	QUERY_STAMPED, // what was stamped later than from.time_ms: one target
	QUERY_EXPIRED, // per stream what `keep` no longer keeps: for ENTRY_EXPIRE
	// What `account` said behind from.id, by id; with `events` the KICK and MODE of others,
	// too. One target: up to where was looked.
	QUERY_WRITTEN,
	// Rows of the audit log behind from.id, oldest first, and a target for each.
	QUERY_LOGGED,
	QUERY_USAGE, // what the `limit` messages behind from.id take, a target for each `by`
};

// What is summed up, and stands in the place of the target's stream.
enum usage_by {
	USAGE_BY_ACCOUNT,
	USAGE_BY_STREAM,
	USAGE_BY_DAY, // days since 1970
};

// A place in a stream's order, in which ids, numbers and times grow. A place of time alone
// stands for all messages of that millisecond; bounds are exclusive, as draft/chathistory
// wants them.
struct place {
	bool is_set;
	message_id id;   // 0: by number
	uint64_t seq;    // 0 too: by time alone
	int64_t time_ms; // used when both are 0
};

// How long and how much is kept: 0 means without bound. A room's own keep_ms and keep_bytes
// go before these. A message counts with its text and what is stored around it.
struct keep {
	int64_t now_ms;      // wall
	int64_t keep_ms;     // of each stream
	int64_t keep_bytes;  // of each stream
	int64_t total_bytes; // of all streams together
};

struct query {
	struct letter letter;
	ticket_id ticket;
	enum query_kind kind;
	stream_id stream;
	message_id floor; // page, around: nothing of the stream up to there is looked at
	account_id account;
	struct place from, to; // exclusive; the older one first; not set: open
	bool newest_first;     // page: which end is kept when there are more than `limit`
	bool either_way;       // page: the later bound may be `from`, then the newest are kept
	bool events;           // kinds beyond PRIVMSG and NOTICE too
	bool redacted;         // ... and redacted messages
	int64_t limit;
	struct keep keep; // expired only
	enum usage_by by; // usage only
	struct span client_id;
	struct span text;   // search: words as typed
	struct span sender; // search: only from this account's name; "" any
	struct span verb;   // audit: "user", or "user add"; "" any
	struct span named;  // audit: who did it, or stands in it as a word; "" any
	account_id
		sender_id;  // ... only of this account, whatever it was called; 0: by the name
	stream_id *streams; // in the arena
	message_id *floors; // beside them: nothing up to there is looked at; NULL: all is
	size_t n_streams;
	struct arena arena;
};

// Takes the next word of a search, or phrase without its quotes, off *text. An empty one at the
// end.
MUST_USE struct span query_word(struct span *text);
// Does the word stand for all that begin so?
MUST_USE bool query_word_is_prefix(struct span word);

MUST_USE struct query *query_new(enum query_kind kind, ticket_id ticket);
void query_free(struct query *q);

enum rows_result {
	ROWS_OK,
	ROWS_NO_PLACE, // page, around: the message id of a bound is unknown in that stream
	ROWS_TOO_MUCH, // search: it met its limit before it had looked at anything
	ROWS_FAILED,   // the database could not be read
	ROWS_AWAY,     // the engine cannot be reached: `query` may be asked again
};

struct rows_target {
	stream_id stream;
	int64_t time_ms; // of its newest message; expired, skipped: of the newest that goes;
			 // stamped: of the newest that was not
	message_id id;   // usage: of the last message that was looked at, whosever it is
	// expired, skipped: how many go; stamped: how many were; usage: without events
	int64_t n_messages;
	int64_t bytes; // expired: how many go; usage: what they take
};

struct rows {
	struct letter letter;
	ticket_id ticket;
	enum rows_result result;
	struct query *query; // away: the question itself, which comes back; else NULL
	struct entry_message *messages; // oldest first
	size_t n_messages, n_space;
	bool at_floor;          // page: it begins with the first above the floor
	bool more;              // older (or newer) ones exist beyond the limit
	bool newest;            // page: the newest were kept
	int64_t searched_to_ms; // search: it met its limit, having looked back so far; 0: not
	int64_t steps;          // of the database, that it took
	struct rows_target *targets; // oldest first
	size_t n_targets, targets_space;
	struct entry_audit *audit;
	size_t n_audit, audit_space;
	struct arena arena;
};

MUST_USE struct rows *rows_new(ticket_id ticket);
void rows_free(struct rows *r);
// Zeroed elements at the end, valid until the next call.
struct entry_message *rows_add_message(struct rows *r);
struct rows_target *rows_add_target(struct rows *r);
struct entry_audit *rows_add_audit(struct rows *r);
