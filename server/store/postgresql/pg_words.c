// SPDX-License-Identifier: MIT
// 1. What is taken out of the index are the words of the text that was put in: the row is still
//    there when they go.
// 2. Removed rows are dead at once: no statement finds them. Their bytes go by VACUUM, which
//    0037_start.sql makes come soon.
#include "server/store/postgresql/pg_words.h"

#include "common/log.h"
#include "server/store/chore.h"
#include "server/store/postgresql/pg_array.h"
#include "server/store/postgresql/pg_sql.h"
#include "server/store/sqlite/tokens.h"

// Messages whose words go in by one step: commits wait meanwhile.
#define INDEX_STEP 32
// Messages removed in one step.
#define EXPIRE_STEP 512
// Between two steps of them, so that whoever writes comes first.
#define BUSY_MS 2

// Rows of the table, a list for each column.
struct rows_of_words {
	struct pg_array words, streams, messages;
	stream_id stream;
	message_id message; // of the text that is looked at
};

struct span pg_word_cut(struct span word)
{
	size_t n = word.len;

	if (n <= PG_WORD_BYTES)
		return word;
	for (n = PG_WORD_BYTES; n > 0 && ((unsigned char)word.at[n] & 0xc0) == 0x80; n--)
		continue;
	return span_from(word.at, n);
}

static struct rows_of_words begin_rows(void)
{
	return (struct rows_of_words){.words = {.type = PG_TEXTS},
				      .streams = {.type = PG_NUMBERS},
				      .messages = {.type = PG_NUMBERS}};
}

static void clear_rows(struct rows_of_words *r)
{
	pg_array_clear(&r->words);
	pg_array_clear(&r->streams);
	pg_array_clear(&r->messages);
}

static void add_word(void *arg, struct span word)
{
	struct rows_of_words *r = arg;

	pg_array_add_text(&r->words, pg_word_cut(word));
	pg_array_add_number(&r->streams, r->stream);
	pg_array_add_number(&r->messages, (int64_t)r->message);
}

static void add_text(struct store *s, struct rows_of_words *r, message_id id, stream_id stream,
		     struct span text)
{
	r->message = id;
	r->stream = stream;
	tokens_each(pg_sql_tokens(&s->sql), text, add_word, r);
}

static enum db_code run_rows(struct store *s, enum pg_id id, struct rows_of_words *r)
{
	if (r->words.n == 0)
		return DB_OK;
	return sql_run(&s->sql, (enum sql_id)id,
		       (struct value[]){pg_array_value(&r->words), pg_array_value(&r->streams),
					pg_array_value(&r->messages)});
}

static bool is_indexed(const struct store *s, message_id id)
{
	return !s->unindexed || id < s->unindexed;
}

enum db_code pg_forget_words(struct store *s, message_id id)
{
	struct statement *row = sql_bind(&s->sql, SQL_MESSAGE, (struct value[]){of_u64(id)});
	struct rows_of_words gone = begin_rows();
	enum db_code code = sql_step(row);
	struct entry_message m = {0};

	if (code == DB_ROW)
		row_read(ENTRY_MESSAGE, row, &m);
	if (m.seq > 0 && is_indexed(s, id))
		add_text(s, &gone, id, m.stream, m.text);
	sql_reset(row);
	code = code == DB_ROW || code == DB_END ? run_rows(s, PG_REMOVE_WORD_ROWS, &gone)
						: code;
	clear_rows(&gone);
	return code;
}

static enum db_code catch_up(struct store *s)
{
	struct statement *row =
		sql_bind(&s->sql, SQL_UNINDEXED,
			 (struct value[]){of_u64(s->unindexed), of_int(INDEX_STEP)});
	struct rows_of_words fresh = begin_rows();
	message_id last = 0;
	enum db_code code;
	int n = 0;

	for (; (code = sql_step(row)) == DB_ROW; n++) {
		last = (message_id)sql_int(row, 0);
		add_text(s, &fresh, last, sql_int(row, 1), sql_span(row, 2));
	}
	sql_reset(row);
	if (code == DB_END)
		code = run_rows(s, PG_ADD_WORD_ROWS, &fresh);
	clear_rows(&fresh);
	if (code != DB_OK)
		return code;
	s->unindexed = n < INDEX_STEP ? 0 : last + 1;
	s->n_unindexed -= n;
	// As many may wait again: it is not known of what was there at the start.
	if (!s->unindexed || s->n_unindexed < INDEX_STEP)
		s->n_unindexed = s->unindexed ? INDEX_STEP : 0;
	return chore_put(s, SPAN("unindexed"), (int64_t)s->unindexed);
}

// Of all messages in the list: their words, who removed them, what they edit, they themselves.
static enum db_code remove_all(struct store *s, struct rows_of_words *words,
			       struct pg_array *ids)
{
	static const enum pg_id statements[] = {PG_REMOVE_REDACTIONS, PG_REMOVE_EDITS,
						PG_REMOVE_MESSAGES};
	const struct value value = pg_array_value(ids);
	enum db_code code = run_rows(s, PG_REMOVE_WORD_ROWS, words);

	for (size_t i = 0; i < ARRAY_LEN(statements) && code == DB_OK; i++)
		code = sql_run(&s->sql, (enum sql_id)statements[i], &value);
	return code;
}

static enum db_code remove_some(struct store *s, stream_id stream, int64_t upto,
				uint32_t *n_removed)
{
	struct statement *row =
		sql_bind(&s->sql, SQL_EXPIRED,
			 (struct value[]){of_int(stream), of_int(upto), of_int(EXPIRE_STEP)});
	struct rows_of_words words = begin_rows();
	struct pg_array ids = {.type = PG_NUMBERS};
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW) {
		message_id id = (message_id)sql_int(row, 0);

		pg_array_add_number(&ids, (int64_t)id);
		if (sql_int(row, 2) == 0 && is_indexed(s, id))
			add_text(s, &words, id, stream, sql_span(row, 1));
	}
	sql_reset(row);
	*n_removed = ids.n;
	code = code == DB_END && ids.n ? remove_all(s, &words, &ids) : code;
	clear_rows(&words);
	pg_array_clear(&ids);
	return code == DB_END ? DB_OK : code;
}

static enum db_code expire(struct store *s)
{
	struct statement *row = sql_bind(&s->sql, SQL_NEXT_EXPIRY, NULL);
	enum db_code code = sql_step(row);
	stream_id stream = code == DB_ROW ? sql_int(row, 0) : 0;
	int64_t upto = code == DB_ROW ? sql_int(row, 1) : 0;
	uint32_t n_removed = 0;

	sql_reset(row);
	if (code != DB_ROW) {
		s->expiring = false;
		return code == DB_END ? DB_OK : code;
	}
	code = remove_some(s, stream, upto, &n_removed);
	if (code == DB_OK && n_removed == 0)
		code = sql_run(&s->sql, SQL_DELETE_EXPIRY, (struct value[]){of_int(stream)});
	return code;
}

bool pg_has_to_tidy(const struct store *s)
{
	return s->unindexed || s->expiring;
}

bool pg_is_clean(const struct store *s)
{
	return !s->expiring;
}

int pg_tidy_after_ms(const struct store *s)
{
	if (s->n_unindexed >= INDEX_STEP)
		return 0;
	return s->expiring ? BUSY_MS : -1;
}

// What went wrong is tried another time, but for what ends all: the commit's own code says
// which.
static bool run_step(struct store *s, enum db_code (*step)(struct store *s))
{
	enum db_code code = s->engine->begin(s, 0);

	if (code == DB_OK)
		code = step(s);
	if (code == DB_OK)
		code = s->engine->commit(s, 0);
	if (code == DB_OK)
		return true;
	s->failed = code == DB_FAILED || code == DB_FENCED || code == DB_REFUSED;
	log_event(LOG_WARN, "tidy-failed", "why", sql_error(&s->sql), NULL);
	s->engine->rollback(s);
	return false;
}

bool pg_tidy_step(struct store *s)
{
	s->removed = false;
	if (s->failed || !pg_has_to_tidy(s))
		return false;
	return run_step(s, s->unindexed ? catch_up : expire) && pg_has_to_tidy(s);
}

bool pg_removal_step(struct store *s)
{
	return run_step(s, expire);
}
