// SPDX-License-Identifier: MIT
// The answers to each kind of question. Only files of server/store see this.
#pragma once

#include "server/letters/query.h"
#include "server/store/sql.h"

// Each fills `r`; SQLITE_OK or a result code. An unknown place sets r->result.
MUST_USE int page_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE int around_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE int get_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE int missed_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE int targets_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE int count_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE int expired_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE int audit_answer(struct sql *s, const struct query *q, struct rows *r);

// An index in memory of the messages whose words are not in the index on disk yet. Owner:
// the reader.
struct tail;
MUST_USE struct tail *tail_new(void);
void tail_free(struct tail *t);
// The ids of those that match the expression, newest first; *ids is the tail's until the
// next call.
MUST_USE int tail_find(struct tail *t, struct sql *s, struct span expression,
		       const int64_t **ids, size_t *n);
MUST_USE int search_answer(struct sql *s, struct tail *tail, const struct query *q,
			   struct rows *r);

// A row of all columns (SQL_MESSAGE and the like) at the end of r.
void rows_take_message(struct rows *r, sqlite3_stmt *row);
// Turns the messages from index `from` on around.
void rows_reverse(struct rows *r, size_t from);

// Order of a stream as numbers; a place is exclusive.
struct bound {
	int64_t time_ms, id;
};
// The places of q as bounds. False when an id is unknown (r->result says so) or a read
// failed (*code).
MUST_USE bool find_bounds(struct sql *s, const struct query *q, struct bound *from,
			  struct bound *to, struct rows *r, int *code);
