// SPDX-License-Identifier: MIT
// The thread that writes: takes all letters that wait, stores them in one transaction,
// reports what is durable. Batches form by themselves while the disk is busy.
//
// An entry number is reported only when its transaction has been committed, in order and
// without gaps. When the disk is full the batch is tried again and nothing is reported
// but DISK_FULL; after any other failure, or seconds of it, DISK_FAILED comes and the
// database is not touched again: the process must end. A durable letter is one piece of
// memory: free() ends it.
// Owner: the caller of writer_start; the thread itself owns the store meanwhile.
#pragma once

#include "common/mailbox.h"
#include "server/letters/journal.h"
#include "server/store/store.h"

struct writer;

// The store belongs to the writer until writer_stop. Durable letters go to `to_hub`;
// the first comes at once and tells the state of the disk.
MUST_USE struct writer *writer_start(struct store *s, struct mailbox *to_hub);
// Gives a journal away. Any one thread at a time.
void writer_put(struct writer *w, struct journal *j);
// Stores what was put, reports it, ends the thread; with a full disk it does not wait
// long for space. NULL is accepted.
void writer_stop(struct writer *w);

// The same without a thread, for the command line and tests: stores one journal (which
// stays the caller's) and fills *out. False when it is not stored; out->disk says why.
MUST_USE bool writer_apply(struct store *s, const struct journal *j, struct durable *out);
