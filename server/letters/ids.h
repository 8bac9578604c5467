// SPDX-License-Identifier: MIT
// The numbers by which threads speak of things. Across turns only these, no pointers.
#pragma once

#include <stdint.h>

// Shard (8 bits) | slot (24) | generation (32). 0 is nobody. A stale one is dropped in
// silence by the shard.
typedef uint64_t conn_id;
// Rows of the database; 0 is none.
typedef int64_t account_id;
typedef int64_t stream_id; // a room or a direct conversation: what has a history
// Grows with every stored message or event, over restarts too; its text form
// (encode_id) is the IRCv3 msgid.
typedef uint64_t message_id;
// Counts journal entries of this run: 1, 2, 3, …; 0 depends on nothing.
typedef uint64_t entry_no;
// Which history: random, drawn when a database is made, and anew for a copy of it. Nothing of
// one is compared with numbers of another.
#define HISTORY_ID_LEN 16
// A hash of the audit log's chain: it stands for an entry and all before it.
#define CHAIN_LEN 32
// Names a question until its answer comes.
typedef uint64_t ticket_id;

// An id begins with the wall time at which it was given out, but is above the one before
// even when the clock fell; the low bits are random, and then its distance from that one,
// too. Past the year 2248 all are the same.
#define MESSAGE_RANDOM_BITS 20
static inline message_id message_id_from(int64_t wall_ms)
{
	const int64_t last = INT64_MAX >> MESSAGE_RANDOM_BITS;

	return (message_id)(wall_ms < last ? wall_ms : last) << MESSAGE_RANDOM_BITS;
}

#define CONN_SHARD(id) ((unsigned)((id) >> 56))
#define CONN_SLOT(id) ((uint32_t)((id) >> 32) & 0xffffff)
#define CONN_GENERATION(id) ((uint32_t)(id))
#define CONN_ID(shard, slot, generation)                                                       \
	((conn_id)(shard) << 56 | (conn_id)(slot) << 32 | (conn_id)(generation))
