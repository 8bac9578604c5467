// SPDX-License-Identifier: MIT
// Full-text search: what a person typed becomes an expression that can do no harm.
//
// Each word is quoted, so that none is an operator; all must be there. Words between
// double quotes stand next to each other; a word that ends in * is a beginning.
#include "server/store/store_page_private.h"

#include "common/buf.h"
#include "server/letters/limits.h"

// Streams named in the expression.
#define PLACES_MAX 64 // inside: of more the rows are picked afterwards
// Shorter beginnings would match half of all words.
#define PREFIX_MIN 3

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Takes the next word, or phrase without its quotes, off *text. An empty one at the end.
static struct span next_words(struct span *text)
{
	struct span word;

	while (text->len && is_blank(text->at[0]))
		*text = span_after(*text, 1);
	if (text->len && text->at[0] == '"') {
		*text = span_after(*text, 1);
		word = span_from(text->at, span_find(*text, '"'));
		*text = span_after(*text, word.len + 1);
		return word;
	}
	word = span_from(text->at, 0);
	while (word.len < text->len && !is_blank(text->at[word.len]) &&
	       text->at[word.len] != '"')
		word.len++;
	*text = span_after(*text, word.len);
	return word;
}

static void add_word(struct buf *out, struct span word)
{
	bool is_prefix = word.len > PREFIX_MIN && word.at[word.len - 1] == '*';

	buf_add_char(out, '"');
	// No word holds a double quote (next_words), and FTS5 reads up to a NUL.
	for (size_t i = 0; i < word.len; i++)
		buf_add_char(out, word.at[i] ? word.at[i] : ' ');
	buf_add_str(out, is_prefix ? "\"* " : "\" ");
}

static bool add_words(struct buf *out, struct span text)
{
	int n_words = 0;

	buf_add_str(out, "{text} : (");
	while (text.len && n_words < SEARCH_WORDS_MAX) {
		struct span word = next_words(&text);

		if (!word.len)
			continue;
		add_word(out, word);
		n_words++;
	}
	buf_add_char(out, ')');
	return n_words > 0;
}

static void add_places(struct buf *out, const stream_id *streams, size_t n)
{
	buf_add_str(out, " AND {place} : (");
	for (size_t i = 0; i < n; i++) {
		buf_add_str(out, i ? " OR s" : "s");
		buf_add_i64(out, streams[i]);
	}
	buf_add_char(out, ')');
}

static bool is_wanted(const struct entry_message *m, const struct query *q)
{
	bool found = q->stream ? m->stream == q->stream : false;

	for (size_t i = 0; i < q->n_streams && !found && !q->stream; i++)
		found = q->streams[i] == m->stream;
	if (!found || m->redacted)
		return false;
	if (q->sender.len && !span_eq_fold(m->sender, q->sender))
		return false;
	return (!q->from.is_set || q->from.id || m->time_ms >= q->from.time_ms) &&
	       (!q->to.is_set || q->to.id || m->time_ms <= q->to.time_ms);
}

// A later edit says something else.
static bool is_outdated(struct sql *s, message_id id)
{
	int64_t n_newer = 0;

	return sql_number(s, SQL_N_NEWER_EDITS, (struct value[]){of_u64(id)}, &n_newer) ==
		       SQLITE_OK &&
	       n_newer > 0;
}

// Takes the row if it is wanted. True when the answer is full.
static bool take_row(struct sql *s, struct rows *r, sqlite3_stmt *row, const struct query *q)
{
	struct entry_message m;

	row_read(ENTRY_MESSAGE, row, &m);
	if (!is_wanted(&m, q) || is_outdated(s, m.id))
		return false;
	r->more = (int64_t)r->n_messages == q->limit;
	if (!r->more)
		rows_take_message(r, row);
	return r->more;
}

static int take_indexed(struct sql *s, const struct query *q, struct span expression,
			struct rows *r)
{
	sqlite3_stmt *row = sql_bind(s, SQL_SEARCH,
				     (struct value[]){of_text(expression), of_u64(q->from.id),
						      of_u64(q->to.id ? q->to.id : INT64_MAX)});
	int examined = 0, code;

	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		if (++examined > SEARCH_EXAMINED_MAX) {
			r->more = true;
			break;
		}
		if (take_row(s, r, row, q))
			break;
	}
	sqlite3_reset(row);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int take_tail(struct sql *s, struct tail *tail, const struct query *q,
		     struct span expression, struct rows *r)
{
	const int64_t *ids;
	size_t n;
	int code = tail_find(tail, s, expression, &ids, &n);

	for (size_t i = 0; i < n && code == SQLITE_OK && !r->more; i++) {
		sqlite3_stmt *row = sql_bind(s, SQL_MESSAGE, (struct value[]){of_int(ids[i])});
		bool excluded = ids[i] <= (int64_t)q->from.id ||
				(q->to.id && ids[i] >= (int64_t)q->to.id);

		code = sqlite3_step(row);
		if (code == SQLITE_ROW && !excluded)
			take_row(s, r, row, q);
		sqlite3_reset(row);
		code = code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
	}
	return code;
}

// In one transaction, so that no message is between the two indexes.
static int take_found(struct sql *s, struct tail *tail, const struct query *q,
		      struct span expression, struct rows *r)
{
	int code = sql_run(s, SQL_BEGIN_READ, NULL);

	if (code == SQLITE_OK)
		code = take_tail(s, tail, q, expression, r);
	if (code == SQLITE_OK && !r->more)
		code = take_indexed(s, q, expression, r);
	int ended = sql_run(s, SQL_END_READ, NULL);
	rows_reverse(r, 0);
	return code == SQLITE_OK ? ended : code;
}

int search_answer(struct sql *s, struct tail *tail, const struct query *q, struct rows *r)
{
	const stream_id *streams = q->stream ? &q->stream : q->streams;
	size_t n_streams = q->stream ? 1 : q->n_streams;
	struct buf expression = {0};
	int code = SQLITE_OK;

	if (n_streams && add_words(&expression, q->text)) {
		if (n_streams <= PLACES_MAX)
			add_places(&expression, streams, n_streams);
		code = take_found(s, tail, q, buf_span(&expression), r);
	}
	buf_clear(&expression);
	return code;
}
