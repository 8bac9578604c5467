// SPDX-License-Identifier: MIT
// Journals that are stored, for a while: an engine that loses what it called durable (keeper.h)
// is given them once more.
//
// Bounded in time and bytes; the oldest goes first. Owner: the thread that writes.
#pragma once

#include "server/letters/journal.h"

#define KEPT_MS 60000           // inside: of an engine that fails over
#define KEPT_BYTES (64LL << 20) // inside: of the process's memory

struct late_journal {
	struct journal *journal;
	int64_t at_ms;
	int64_t bytes;
};

// Zeroed it is empty.
struct lately {
	struct late_journal *items; // a ring, oldest at `first`
	size_t first, n, space;
	int64_t bytes;
};

// Behind the newest; takes it.
void lately_add(struct lately *k, struct journal *j, int64_t now_ms);
// Lets go of what is too old.
void lately_age(struct lately *k, int64_t now_ms);
// The i-th, oldest first; NULL behind the last. Borrowed.
MUST_USE const struct journal *lately_at(const struct lately *k, size_t i);
// Whether all entries from `from` to `upto` are there.
MUST_USE bool lately_has(const struct lately *k, entry_no from, entry_no upto);
void lately_clear(struct lately *k);
