// SPDX-License-Identifier: MIT
// 1. The index gives candidates, newest first, some hundred at a time: the messages that have
//    the rarest word, and have the others too. Where only beginnings of words are asked for,
//    those that have a word which begins so.
// 2. The text of each is looked at: side by side, beginnings, and words that stand cut in the
//    index are judged there, by the tokenizer that made the index.
// 3. Each statement is bounded, and what it looked at is counted before the next: so a search
//    ends soon after its limit.
#include "server/store/postgresql/pg_search.h"

#include "common/die.h"
#include "common/grow.h"
#include "server/letters/query.h"
#include "server/store/postgresql/pg_array.h"
#include "server/store/postgresql/pg_phrase.h"
#include "server/store/postgresql/pg_words.h"

#include <stdlib.h>

// Candidates at a time: fewer of each stream, where there are many.
#define CANDIDATES_MAX 256 // inside: the next come with the next question
#define CANDIDATES_LEAST 32
#define ENTRIES 4096
// Rows that are read at once.
#define ROWS 64
// Entries of the index, up to which a word is counted to find the rarest.
#define COUNT_MAX 2000 // inside: above it all words are the same
// Of a beginning: what is more costs more steps than a search has.
#define RANGE_MAX (SEARCH_STEPS_MAX * RANGE_OF_STEP) // inside: a search ends before
// What is counted for each: a microsecond or two are one of SQLite's steps.
#define STEPS_STATEMENT 50
#define STEPS_CANDIDATE 4
#define STEPS_ROW 4
#define RANGE_OF_STEP 4

struct search {
	struct statement base;
	struct sql *sql;
	struct pg_wanted wanted;
	struct pg_array streams, floors; // where, and above which id there
	struct pg_array others;          // words that must be there beside the rarest
	struct span rarest;              // "": only beginnings are asked for
	struct span beginning;
	bool is_begun;
	int64_t from, to; // exclusive; `to` goes down
	bool is_last;     // there are no more candidates
	int64_t *ids;     // of candidates that are not read yet
	size_t n_ids, at, space;
	struct statement *rows; // being read; NULL: none
};

static struct search *of_base(struct statement *base)
{
	return container_of(base, struct search, base);
}

static const struct search *of_const(const struct statement *base)
{
	return (const struct search *)(const void *)base;
}

// What is asked for, as entries of the index.

static bool stands_for_more(const struct pg_phrase *p, size_t i)
{
	return p->is_prefix && i + 1 == p->n_words;
}

static void gather_words(struct search *s, struct pg_array *words)
{
	for (size_t i = 0; i < s->wanted.n_phrases; i++) {
		const struct pg_phrase *p = &s->wanted.phrases[i];

		for (size_t k = 0; k < p->n_words; k++) {
			struct span word = pg_word_cut(p->words[k]);

			if (!stands_for_more(p, k)) {
				pg_array_add_text(words, word);
				s->rarest = s->rarest.len ? s->rarest : word;
			} else if (word.len > s->beginning.len) {
				s->beginning = word;
			}
		}
	}
}

static struct span nth_word(const struct search *s, uint32_t n)
{
	for (size_t i = 0; i < s->wanted.n_phrases; i++) {
		const struct pg_phrase *p = &s->wanted.phrases[i];

		for (size_t k = 0; k < p->n_words; k++) {
			if (!stands_for_more(p, k) && n-- == 0)
				return pg_word_cut(p->words[k]);
		}
	}
	return SPAN("");
}

static enum db_code find_rarest(struct search *s)
{
	struct statement *row;
	int64_t least = INT64_MAX;
	enum db_code code;

	row = sql_bind(s->sql, (enum sql_id)PG_COUNT_WORDS,
		       (struct value[]){pg_array_value(&s->others), pg_array_value(&s->streams),
					of_int(s->from), of_int(s->to), of_int(COUNT_MAX)});
	for (uint32_t n = 0; (code = sql_step(row)) == DB_ROW; n++) {
		if (sql_int(row, 0) >= least)
			continue;
		least = sql_int(row, 0);
		s->rarest = nth_word(s, n);
	}
	sql_reset(row);
	s->is_last = least == 0;
	return code == DB_END ? pg_sql_count(s->sql, STEPS_STATEMENT + (int64_t)s->others.n *
									       COUNT_MAX / 8)
			      : code;
}

static enum db_code begin(struct search *s)
{
	s->is_begun = true;
	gather_words(s, &s->others);
	if (s->wanted.n_phrases == 0 || s->streams.n == 0) {
		s->is_last = true;
		return DB_OK;
	}
	return s->others.n > 1 ? find_rarest(s) : DB_OK;
}

// Candidates.

static int64_t at_a_time(const struct search *s)
{
	int64_t n = ENTRIES / (int64_t)s->streams.n;

	return n > CANDIDATES_MAX     ? CANDIDATES_MAX
	       : n < CANDIDATES_LEAST ? CANDIDATES_LEAST
				      : n;
}

static void add_id(struct search *s, int64_t id)
{
	s->ids = grow(s->ids, s->n_ids, &s->space, sizeof(*s->ids));
	s->ids[s->n_ids++] = id;
}

static enum db_code by_word(struct search *s)
{
	const int64_t limit = at_a_time(s);
	struct statement *row;
	enum db_code code;
	int64_t n = 0;

	row = sql_bind(s->sql, (enum sql_id)PG_FIND_WORD,
		       (struct value[]){of_text(s->rarest), pg_array_value(&s->others),
					pg_array_value(&s->streams), pg_array_value(&s->floors),
					of_int(s->from), of_int(s->to), of_int(limit)});
	for (; (code = sql_step(row)) == DB_ROW; n++) {
		s->to = sql_int(row, 0);
		if (sql_int(row, 1))
			add_id(s, s->to);
	}
	sql_reset(row);
	s->is_last = n < limit;
	return code == DB_END ? pg_sql_count(s->sql, STEPS_STATEMENT + (int64_t)s->streams.n +
							     n * STEPS_CANDIDATE)
			      : code;
}

// All at once: an entry of a later word may be of a newer message.
static enum db_code by_beginning(struct search *s)
{
	struct statement *row;
	int64_t n = 0;
	enum db_code code;

	code = sql_number(s->sql, (enum sql_id)PG_COUNT_BEGINNING,
			  (struct value[]){of_text(s->beginning), pg_array_value(&s->streams),
					   of_int(RANGE_MAX + 1)},
			  &n);
	if (code == DB_OK)
		code = pg_sql_count(s->sql, STEPS_STATEMENT + n / RANGE_OF_STEP);
	s->is_last = true;
	if (code != DB_OK)
		return code;
	row = sql_bind(s->sql, (enum sql_id)PG_FIND_BEGINNING,
		       (struct value[]){of_text(s->beginning), pg_array_value(&s->streams),
					pg_array_value(&s->floors), of_int(s->from),
					of_int(s->to), of_int(SEARCH_EXAMINED_MAX + 1)});
	while ((code = sql_step(row)) == DB_ROW)
		add_id(s, sql_int(row, 0));
	sql_reset(row);
	return code == DB_END ? pg_sql_count(s->sql, STEPS_STATEMENT) : code;
}

// Rows.

static enum db_code open_rows(struct search *s)
{
	struct pg_array ids = {.type = PG_NUMBERS};
	struct value value;

	while (s->at < s->n_ids && ids.n < ROWS)
		pg_array_add_number(&ids, s->ids[s->at++]);
	value = pg_array_value(&ids);
	s->rows = sql_bind(s->sql, SQL_SEARCH, &value);
	enum db_code code = pg_sql_count(s->sql, STEPS_STATEMENT + (int64_t)ids.n * STEPS_ROW);
	if (code == DB_OK)
		code = sql_step(s->rows);
	pg_array_clear(&ids);
	return code;
}

static void close_rows(struct search *s)
{
	if (s->rows)
		sql_reset(s->rows);
	s->rows = NULL;
}

// DB_ROW: it stands on one; DB_END: of those that are read none is left.
static enum db_code next_row(struct search *s)
{
	enum db_code code = s->rows ? sql_step(s->rows) : DB_END;

	if (code == DB_END) {
		close_rows(s);
		if (s->at < s->n_ids)
			code = open_rows(s);
	}
	return code;
}

static enum db_code next_candidates(struct search *s)
{
	s->n_ids = s->at = 0;
	return s->rarest.len ? by_word(s) : by_beginning(s);
}

static bool is_found(const struct search *s)
{
	struct entry_message m;

	row_read(ENTRY_MESSAGE, s->rows, &m);
	return pg_wanted_is_in(&s->wanted, pg_sql_tokens(s->sql), m.text);
}

static enum db_code step(struct statement *base)
{
	struct search *s = of_base(base);
	enum db_code code = s->is_begun ? DB_OK : begin(s);

	while (code == DB_OK) {
		code = next_row(s);
		if (code == DB_END && s->at < s->n_ids)
			code = DB_OK;
		else if (code == DB_END && !s->is_last)
			code = next_candidates(s);
		else if (code == DB_ROW && !is_found(s))
			code = DB_OK;
	}
	return code;
}

static int64_t number(const struct statement *base, int column)
{
	return sql_int(of_const(base)->rows, column);
}

static bool is_null(const struct statement *base, int column)
{
	return sql_is_null(of_const(base)->rows, column);
}

static struct span span(const struct statement *base, int column)
{
	return sql_span(of_const(base)->rows, column);
}

static void reset(struct statement *base)
{
	struct search *s = of_base(base);

	close_rows(s);
	pg_wanted_clear(&s->wanted);
	pg_array_clear(&s->streams);
	pg_array_clear(&s->floors);
	pg_array_clear(&s->others);
	free(s->ids);
	free(s);
}

static const struct driver driver = {
	.step = step, .number = number, .is_null = is_null, .span = span, .reset = reset};

static void add_stream(struct search *s, stream_id stream, message_id floor)
{
	pg_array_add_number(&s->streams, stream);
	pg_array_add_number(&s->floors, (int64_t)floor);
}

static void add_streams(struct search *s, const struct query *q)
{
	if (q->stream)
		add_stream(s, q->stream, q->floor);
	for (size_t i = 0; !q->stream && i < q->n_streams; i++)
		add_stream(s, q->streams[i], q->floors ? q->floors[i] : q->floor);
}

struct statement *pg_find(struct sql *sql, const struct query *q, UNUSED struct span expression,
			  int64_t from, int64_t to)
{
	struct search *s = xcalloc(1, sizeof(*s));

	s->base.driver = &driver;
	s->sql = sql;
	s->from = from;
	s->to = to;
	s->streams.type = s->floors.type = PG_NUMBERS;
	s->others.type = PG_TEXTS;
	pg_wanted_read(&s->wanted, pg_sql_tokens(s->sql), q->text);
	add_streams(s, q);
	return &s->base;
}
