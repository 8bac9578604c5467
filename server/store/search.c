// SPDX-License-Identifier: MIT
// Full-text search: what a person typed becomes an expression that can do no harm.
//
// Each word is quoted, so that none is an operator; all must be there. Words between
// double quotes stand next to each other; a word that ends in * is a beginning.
#include "server/store/store_page_private.h"

#include "common/buf.h"
#include "server/letters/limits.h"
#include "server/store/driver.h"

// Streams named in the expression.
#define PLACES_MAX 64 // inside: of more the rows are picked afterwards
static void add_word(struct buf *out, struct span word)
{
	buf_add_char(out, '"');
	// No word holds a double quote (query_word), and FTS5 reads up to a NUL.
	for (size_t i = 0; i < word.len; i++)
		buf_add_char(out, word.at[i] ? word.at[i] : ' ');
	buf_add_str(out, query_word_is_prefix(word) ? "\"* " : "\" ");
}

static bool is_repeated(const struct span *words, size_t n, struct span word)
{
	for (size_t i = 0; i < n; i++) {
		if (span_eq_fold(words[i], word))
			return true;
	}
	return false;
}

// Each word once: a second time it says nothing, and costs as much as the first.
static bool add_words(struct buf *out, struct span text)
{
	struct span words[SEARCH_WORDS_MAX];
	size_t n = 0;

	buf_add_str(out, "{text} : (");
	while (text.len && n < SEARCH_WORDS_MAX) {
		struct span word = query_word(&text);

		if (!word.len || is_repeated(words, n, word))
			continue;
		words[n++] = word;
		add_word(out, word);
	}
	buf_add_char(out, ')');
	return n > 0;
}

static size_t n_places(const struct query *q)
{
	return q->stream ? 1 : q->n_streams;
}

static stream_id place_of(const struct query *q, size_t i)
{
	return q->stream ? q->stream : q->streams[i];
}

static int64_t floor_of(const struct query *q, size_t i)
{
	return q->stream || !q->floors ? (int64_t)q->floor : (int64_t)q->floors[i];
}

// Those whose floor is not above `floor`. False: there is none.
static bool add_places(struct buf *out, const struct query *q, int64_t floor)
{
	bool any = false;

	buf_add_str(out, " AND {place} : (");
	for (size_t i = 0; i < n_places(q); i++) {
		if (floor_of(q, i) > floor)
			continue;
		buf_add_str(out, any ? " OR s" : "s");
		buf_add_i64(out, place_of(q, i));
		any = true;
	}
	buf_add_char(out, ')');
	return any;
}

static bool is_by(const struct entry_message *m, const struct query *q)
{
	if (q->sender_id)
		return m->account == q->sender_id;
	return !q->sender.len || span_eq_fold(m->sender, q->sender);
}

static bool is_wanted(const struct entry_message *m, const struct query *q)
{
	bool found = false;

	for (size_t i = 0; i < n_places(q) && !found; i++)
		found = place_of(q, i) == m->stream && (int64_t)m->id > floor_of(q, i);
	if (!found || m->redacted || !is_by(m, q))
		return false;
	return (!q->from.is_set || q->from.id || m->time_ms > q->from.time_ms) &&
	       (!q->to.is_set || q->to.id || m->time_ms < q->to.time_ms);
}

// Takes the row if it is wanted, and no later edit says something else, which is known already
// of one that `is_latest`. r->more when the answer is full: with those that share the time of
// the last one, so that a search that goes on by time finds each once.
static enum db_code take_row(struct sql *s, struct rows *r, struct statement *row,
			     const struct query *q, bool is_latest, int64_t *last_ms)
{
	enum db_code code = DB_OK;
	struct entry_message m;
	int64_t n_newer = 0;

	row_read(ENTRY_MESSAGE, row, &m);
	*last_ms = m.time_ms;
	if (!is_wanted(&m, q))
		return DB_OK;
	if (!is_latest)
		code = sql_number(s, SQL_N_NEWER_EDITS, (struct value[]){of_u64(m.id)},
				  &n_newer);
	if (code != DB_OK || n_newer > 0)
		return code;
	r->more = (int64_t)r->n_messages >= q->limit &&
		  r->messages[r->n_messages - 1].time_ms != m.time_ms;
	if (!r->more)
		rows_take_message(r, row);
	return DB_OK;
}

struct bounds {
	int64_t from, to; // exclusive
};

// The ids that are looked at: of a time the newest id that is earlier, of any stream.
static enum db_code find_bounds(struct sql *s, const struct query *q, struct bounds *b)
{
	int64_t newest = 0, id = 0;
	enum db_code code = DB_OK;

	b->from = (int64_t)q->from.id;
	b->to = q->to.id ? (int64_t)q->to.id : INT64_MAX;
	if (!q->to.is_set || q->to.id)
		return DB_OK;
	for (size_t i = 0; i < n_places(q) && code == DB_OK; i++) {
		code = find_below(s, place_of(q, i), false, q->to.time_ms, &id);
		newest = id > newest ? id : newest;
	}
	b->to = newest + 1;
	return code;
}

static bool has_met_its_limit(const struct rows *r, int examined)
{
	return examined > SEARCH_EXAMINED_MAX || r->steps > SEARCH_STEPS_MAX;
}

// It looked at some of that time, perhaps not at all: what goes on begins there.
static void end_above(struct rows *r, int64_t last_ms)
{
	while (r->n_messages && r->messages[r->n_messages - 1].time_ms == last_ms)
		r->n_messages--;
	r->searched_to_ms = last_ms + 1;
}

static enum db_code take_indexed(struct sql *s, const struct query *q, struct span expression,
				 const struct bounds *b, int *examined, struct rows *r)
{
	struct statement *row = s->driver->find(s, q, expression, b->from, b->to);
	int64_t last_ms = 0;
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW) {
		if (has_met_its_limit(r, ++*examined))
			break;
		code = take_row(s, r, row, q, s->driver->finds_latest, &last_ms);
		if (code != DB_OK || r->more)
			break;
	}
	sql_reset(row);
	// The reader interrupts what takes too many steps.
	if (!has_met_its_limit(r, *examined))
		return code == DB_ROW || code == DB_END ? DB_OK : code;
	r->more = true;
	if (!last_ms && r->n_messages)
		last_ms = r->messages[r->n_messages - 1].time_ms; // of what came before
	if (!last_ms)
		r->result = ROWS_TOO_MUCH;
	else
		end_above(r, last_ms);
	return DB_OK;
}

// What is hidden is picked out, and counts for nothing.
static enum db_code take_tail(struct sql *s, struct tail *tail, const struct query *q,
			      struct span words, const struct bounds *b, struct rows *r)
{
	struct buf expression = {0};
	const int64_t *ids;
	int64_t last_ms;
	size_t n;
	enum db_code code;

	buf_add_span(&expression, words);
	if (n_places(q) <= PLACES_MAX)
		(void)add_places(&expression, q, INT64_MAX);
	code = tail_find(tail, s, buf_span(&expression), &ids, &n);
	buf_clear(&expression);

	for (size_t i = 0; i < n && code == DB_OK && !r->more; i++) {
		struct statement *row =
			sql_bind(s, SQL_MESSAGE, (struct value[]){of_int(ids[i])});
		bool excluded = ids[i] <= b->from || ids[i] >= b->to;

		code = sql_step(row);
		if (code == DB_ROW && !excluded)
			code = take_row(s, r, row, q, false, &last_ms);
		sql_reset(row);
		code = code == DB_ROW || code == DB_END ? DB_OK : code;
	}
	return code;
}

// The highest floor below `id`, or `least`.
static int64_t floor_below(const struct query *q, int64_t id, int64_t least)
{
	for (size_t i = 0; i < n_places(q); i++) {
		if (floor_of(q, i) < id && floor_of(q, i) > least)
			least = floor_of(q, i);
	}
	return least;
}

// From floor to floor downwards, each time where there is something to be read: what is hidden
// is not even looked at, so that the limit that a search meets does not tell of it.
static enum db_code take_between_floors(struct sql *s, const struct query *q, struct span words,
					struct bounds b, struct rows *r)
{
	int64_t least = b.from;
	enum db_code code = DB_OK;
	int examined = 0;

	while (code == DB_OK && !r->more && b.to > least + 1) {
		struct buf expression = {0};

		b.from = floor_below(q, b.to - 1, least);
		buf_add_span(&expression, words);
		if (add_places(&expression, q, b.from))
			code = take_indexed(s, q, buf_span(&expression), &b, &examined, r);
		buf_clear(&expression);
		b.to = b.from + 1;
	}
	return code;
}

// Of many streams the rows are picked afterwards.
static enum db_code take_stored(struct sql *s, const struct query *q, struct span words,
				const struct bounds *b, struct rows *r)
{
	int examined = 0;

	if (n_places(q) > PLACES_MAX)
		return take_indexed(s, q, words, b, &examined, r);
	return take_between_floors(s, q, words, *b, r);
}

// In one transaction, so that no message is between the two indexes.
static enum db_code take_found(struct sql *s, struct tail *tail, const struct query *q,
			       struct span words, struct rows *r)
{
	struct bounds b;
	enum db_code code = sql_run(s, SQL_BEGIN_READ, NULL);

	if (code == DB_OK)
		code = find_bounds(s, q, &b);
	if (code == DB_OK)
		code = take_tail(s, tail, q, words, &b, r);
	if (code == DB_OK && !r->more)
		code = take_stored(s, q, words, &b, r);
	enum db_code ended = sql_run(s, SQL_END_READ, NULL);
	rows_reverse(r, 0);
	return code == DB_OK ? ended : code;
}

enum db_code search_answer(struct sql *s, struct tail *tail, const struct query *q,
			   struct rows *r)
{
	struct buf expression = {0};
	enum db_code code = DB_OK;

	if (n_places(q) && add_words(&expression, q->text))
		code = take_found(s, tail, q, buf_span(&expression), r);
	buf_clear(&expression);
	return code;
}
