// SPDX-License-Identifier: MIT
// Threads that answer questions to the stored history, each with a read-only handle.
//
// Each query gets exactly one rows letter. No read transaction outlives its answer, so
// that the write-ahead log never grows because of a reader. A stop waits for no answer:
// the one that is being looked for is interrupted.
// Owner: the caller of readers_start.
#pragma once

#include "common/mailbox.h"
#include "server/letters/query.h"
#include "server/store/store.h"

#define READERS_MAX 2

struct readers;

// 1 to READERS_MAX threads; with two, searches do not delay pages. The store must stay
// open until readers_stop. NULL with words in *error when a handle cannot be opened.
MUST_USE struct readers *readers_start(const struct store *s, unsigned threads,
				       struct mailbox *to_hub, char **error);
// Gives a query away. One thread at a time.
void readers_put(struct readers *r, struct query *q);
// What a stop left unanswered.
struct unanswered {
	size_t dropped;     // not begun
	size_t interrupted; // half way
};
// Ends the threads at once; what is unanswered comes back as ROWS_FAILED and is counted.
// NULL is accepted.
struct unanswered readers_stop(struct readers *r);

// The same without a thread. The handle and its answers belong to the caller.
struct reader;
MUST_USE struct reader *reader_open(const char *path, char **error);
MUST_USE struct rows *reader_answer(struct reader *r, const struct query *q);
void reader_close(struct reader *r);
