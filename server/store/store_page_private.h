// SPDX-License-Identifier: MIT
// The answers to each kind of question. Only files of server/store see this.
#pragma once

#include "server/letters/query.h"
#include "server/store/sql.h"

// Each fills `r`; DB_OK or what failed. An unknown place sets r->result.
MUST_USE enum db_code page_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE enum db_code around_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE enum db_code get_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE enum db_code missed_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE enum db_code skipped_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE enum db_code targets_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE enum db_code expired_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE enum db_code stamped_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE enum db_code usage_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE enum db_code written_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE enum db_code logged_answer(struct sql *s, const struct query *q, struct rows *r);
MUST_USE enum db_code audit_answer(struct sql *s, const struct query *q, struct rows *r);

// An index in memory of the messages whose words are not in the index on disk yet. Owner:
// the reader.
struct tail;
struct store_engine;
MUST_USE struct tail *tail_new(const struct store_engine *engine);
void tail_free(struct tail *t);
// The ids of those that match the expression, newest first; *ids is the tail's until the
// next call.
MUST_USE enum db_code tail_find(struct tail *t, struct sql *s, struct span expression,
				const int64_t **ids, size_t *n);
MUST_USE enum db_code search_answer(struct sql *s, struct tail *tail, const struct query *q,
				    struct rows *r);

// A row of all columns (SQL_MESSAGE and the like) at the end of r.
void rows_take_message(struct rows *r, struct statement *row);
// Turns the messages from index `from` on around.
void rows_reverse(struct rows *r, size_t from);

// What grows along the rows of a stream (but the seq of events is 0).
struct spot {
	int64_t id, seq, time_ms; // id 0: there is no such row
};
// The row that SQL_ROW_BEFORE and the like find beside the id.
MUST_USE enum db_code find_spot(struct sql *s, enum sql_id statement, stream_id stream,
				int64_t id, struct spot *spot);
// *id: the newest of the stream with a lower time or (`by_seq`) of its messages with a lower
// number; 0: none.
MUST_USE enum db_code find_below(struct sql *s, stream_id stream, bool by_seq, int64_t value,
				 int64_t *id);
// The place as an exclusive bound: of what comes after it (`past`) or before it. *id stays
// when it is not set; an id that the stream does not know sets r->result.
MUST_USE enum db_code find_place(struct sql *s, stream_id stream, const struct place *p,
				 bool past, int64_t *id, struct rows *r);
