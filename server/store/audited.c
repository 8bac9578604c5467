// SPDX-License-Identifier: MIT
// The newest entries of the audit log that fit what was asked for.
#include "server/store/store_page_private.h"

static bool is_of_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || (unsigned char)c >= 0x80;
}

// As a word of its own: "ann" is not in "anna", nor in "#ann".
static bool names(struct span text, struct span name)
{
	for (size_t i = 0; i + name.len <= text.len; i++) {
		size_t end = i + name.len;

		if (span_eq_fold(span_from(text.at + i, name.len), name) &&
		    (i == 0 || (!is_of_name(text.at[i - 1]) && text.at[i - 1] != '#')) &&
		    (end == text.len || !is_of_name(text.at[end])))
			return true;
	}
	return false;
}

// "user" stands for each verb of users, "user add" for that one.
static bool is_verb(struct span verb, struct span wanted)
{
	return span_starts(verb, wanted) &&
	       (verb.len == wanted.len || verb.at[wanted.len] == ' ');
}

static bool fits(const struct query *q, const struct entry_audit *a)
{
	return (!q->from.is_set || a->at_ms > q->from.time_ms) &&
	       (!q->to.is_set || a->at_ms < q->to.time_ms) &&
	       (!q->sender.len || span_eq_fold(a->actor, q->sender)) &&
	       (!q->verb.len || is_verb(a->verb, q->verb)) &&
	       (!q->named.len || span_eq_fold(a->actor, q->named) ||
		names(a->detail, q->named));
}

static void keep(void *arg, struct span *s)
{
	*s = arena_dup(arg, *s);
}

static void reverse(struct rows *r)
{
	for (size_t i = 0, j = r->n_audit; i + 1 < j; i++, j--) {
		struct entry_audit swap = r->audit[i];

		r->audit[i] = r->audit[j - 1];
		r->audit[j - 1] = swap;
	}
}

enum db_code audit_answer(struct sql *s, const struct query *q, struct rows *r)
{
	struct statement *row =
		sql_bind(s, q->stream ? SQL_ROOM_LOG : SQL_AUDIT,
			 (struct value[]){of_int(q->account), of_int(q->stream)});
	struct entry e = {.kind = ENTRY_AUDIT};
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW) {
		row_read(ENTRY_AUDIT, row, &e.audit);
		if (!fits(q, &e.audit))
			continue;
		if ((int64_t)r->n_audit == q->limit) {
			r->more = true;
			break;
		}
		entry_each_span(&e, keep, &r->arena);
		*rows_add_audit(r) = e.audit;
	}
	sql_reset(row);
	reverse(r);
	return code == DB_ROW || code == DB_END ? DB_OK : code;
}
