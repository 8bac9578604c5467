// SPDX-License-Identifier: MIT
// What waits to be sent to one connection: a ring of pointers to shared lines.
//
// A line is stored once however many connections it goes to; its reference count is a
// plain int, since lines never leave their shard. The queue is strictly first in, first
// out, and bytes that were once offered to the transport stay at its front until they are
// taken, so a write can be tried again without a copy.
// Owner: the connection; one shard.
#pragma once

#include "common/span.h"
#include "server/letters/ids.h"

// One line, or some that go to the same receivers; each with its CR LF.
struct line {
	uint32_t refs;
	uint32_t len;
	entry_no after;       // stays here until this entry is durable
	entry_no first_after; // what the first of its lines waits for
	int64_t made_us;      // mono: the turn of the hub that made it; 0: not counted
	char bytes[];
};

// The caller holds the one reference.
MUST_USE struct line *line_new(struct span bytes, entry_no after);
// Lets go of one reference.
void line_drop(struct line *l);

// A zeroed struct is an empty queue.
struct outq {
	struct line **ring;
	uint32_t first, count;
	uint32_t space; // a power of two
	uint32_t sent;  // bytes of the first line that have left
	size_t bytes;   // that have not left
};

// A walk over single lines. A zeroed one begins at the front, where a whole line must begin.
struct outq_walk {
	uint32_t line; // of the queue
	uint32_t at;   // in it
	size_t bytes;  // passed so far: for outq_sent()
};

void outq_clear(struct outq *q);
// Whether outq_gather() has anything to give.
MUST_USE bool outq_may_leave(const struct outq *q, entry_no durable);
// When its oldest line was made (made_us); 0: it is empty, or that line is not counted.
MUST_USE int64_t outq_made_us(const struct outq *q);
// Takes a reference of its own.
void outq_push(struct outq *q, struct line *l);
// Copies what may leave, in order, up to the first line behind the gate; gives the
// length. The same bytes come again, and more perhaps, until outq_sent(). A line is cut only
// when it is longer than the room: between two records something else may be said.
MUST_USE size_t outq_gather(const struct outq *q, char *to, size_t room, entry_no durable);
void outq_sent(struct outq *q, size_t len);
// The next line that may leave, without its CR LF, for a transport that frames each; false
// when there is none.
MUST_USE bool outq_next(const struct outq *q, struct outq_walk *walk, entry_no durable,
			struct span *line);
