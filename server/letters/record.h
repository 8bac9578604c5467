// SPDX-License-Identifier: MIT
// An entry as bytes, for a log: one record after the other.
//
// length 4 | sum 4 | layout 4 | kind 1 | the fields in the order of entries.def, where
// `length` counts what follows it, `sum` (FNV-1a) is over the length and all behind the
// sum, and `layout` over the names and types of the kind's fields, so that a record of
// another build's entries.def is told from one of this. Numbers are little-endian: 8 bytes,
// a bool 1; a span is its length in 4 bytes and its bytes; an array its bytes.
// Pure; any thread.
#pragma once

#include "common/arena.h"
#include "common/buf.h"
#include "server/letters/entry.h"

enum record_result {
	RECORD_OK,
	RECORD_CUT,     // the bytes end before the record does
	RECORD_DAMAGED, // not what entry_write wrote
	RECORD_FOREIGN, // whole, but of another entries.def
};

void entry_write(const struct entry *e, struct buf *out);
// Takes the record at the front of *from, which stays as it is unless RECORD_OK. The spans
// of *e are copied into the arena. Any bytes may come.
MUST_USE enum record_result entry_read(struct span *from, struct arena *arena, struct entry *e);
