// SPDX-License-Identifier: MIT
#include "server/store/postgresql/pg_check.h"

#include "common/buf.h"
#include "server/store/error.h"
#include "server/store/postgresql/pg_engine.h"
#include "server/store/postgresql/pg_schema.h"
#include "server/store/postgresql/pg_sql.h"
#include "server/store/postgresql/pg_value.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LISTED 20 // inside: problems in words; the rest is counted

struct look {
	struct sql sql;
	struct store_report *report;
	const char *shown;
};

static void problem(struct store_report *r, struct span words)
{
	if (r->n_problems++ >= LISTED)
		return;
	// They may quote what is damaged, and go to a terminal.
	for (size_t i = 0; i < words.len; i++)
		buf_add_char(&r->problems,
			     words.at[i] >= ' ' && words.at[i] <= '~' ? words.at[i] : '?');
	buf_add_char(&r->problems, '\n');
}

static struct statement *ask(struct look *l, enum pg_id id)
{
	return sql_bind(&l->sql, (enum sql_id)id, NULL);
}

// Each row says what is wrong.
static void find(struct look *l, enum pg_id id)
{
	struct statement *row = ask(l, id);
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW)
		problem(l->report, sql_span(row, 0));
	if (code != DB_END)
		problem(l->report, span_of(sql_error(&l->sql)));
	sql_reset(row);
}

static void find_risks(struct look *l)
{
	struct statement *row = ask(l, PG_RISKS);

	while (sql_step(row) == DB_ROW) {
		buf_add_span(&l->report->risks, sql_span(row, 0));
		buf_add_char(&l->report->risks, '\n');
	}
	sql_reset(row);
}

typedef void answer_fn(struct store_report *r, const PGresult *answer);

// Asks each question whose words are a row of the answer to that one.
static void ask_each(struct look *l, enum pg_id id, answer_fn *fn)
{
	struct statement *row = ask(l, id);
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW) {
		char *question = span_dup(sql_span(row, 0));
		PGresult *answer = NULL;

		if (pg_link_run(pg_sql_link(&l->sql), question, NULL, &answer) == DB_OK)
			fn(l->report, answer);
		else
			problem(l->report, span_of(sql_error(&l->sql)));
		PQclear(answer);
		free(question);
	}
	if (code != DB_END)
		problem(l->report, span_of(sql_error(&l->sql)));
	sql_reset(row);
}

static void add_rows(struct store_report *r, const PGresult *answer)
{
	r->summed += pg_value_number(answer, 0, 0);
}

// Each row says what is wrong.
static void add_problems(struct store_report *r, const PGresult *answer)
{
	for (int i = 0; i < PQntuples(answer); i++)
		problem(r, pg_value_of(answer, i, 0).bytes);
}

static void take_bytes(const struct statement *row, int column, uint8_t *out, size_t len)
{
	struct span found = sql_span(row, column);

	if (found.len == len)
		memcpy(out, found.at, len);
}

enum { HISTORY, COPIED, TERM, CLOCK, KEY, RESTORED, MIGRATED, CHAIN, FIRST_NUMBER };

static bool read_facts(struct look *l, char **error)
{
	struct store_report *r = l->report;
	struct statement *row = ask(l, PG_FACTS);
	int64_t *const numbers[] = {&r->accounts,  &r->rooms,     &r->messages, &r->audit,
				    &r->newest_ms, &r->page_size, &r->bytes};
	bool found = sql_step(row) == DB_ROW;

	if (!found) {
		sql_explain(&l->sql, "read", l->shown, error);
	} else {
		take_bytes(row, HISTORY, r->history, sizeof(r->history));
		take_bytes(row, COPIED, r->copied, sizeof(r->copied));
		take_bytes(row, CHAIN, r->chain, sizeof(r->chain));
		r->term = sql_int(row, TERM);
		buf_add_span(&r->clock, sql_span(row, CLOCK));
		buf_add_span(&r->key, sql_span(row, KEY));
		buf_add_span(&r->restored, sql_span(row, RESTORED));
		buf_add_span(&r->migrated, sql_span(row, MIGRATED));
		for (int i = 0; i < (int)ARRAY_LEN(numbers); i++)
			*numbers[i] = sql_int(row, FIRST_NUMBER + i);
		r->newest = (message_id)sql_int(row, FIRST_NUMBER + (int)ARRAY_LEN(numbers));
	}
	sql_reset(row);
	return found;
}

// Of another program or another time: then nothing else can be asked.
static bool is_ours(struct look *l, char **error)
{
	struct store_report *r = l->report;
	int64_t newest = pg_schema_newest();
	struct buf words = {0};

	if (!pg_schema_look(pg_sql_link(&l->sql), &r->schema, error))
		return false;
	if (r->schema > newest)
		buf_printf(&words,
			   "it was written by a newer snugd (schema %" PRId64
			   ", this one knows %" PRId64 "): run that one, or restore a backup",
			   r->schema, newest);
	else if (r->schema == 0)
		buf_add_str(&words, "nothing is in it yet: start the server once");
	if (words.len)
		problem(r, buf_span(&words));
	buf_clear(&words);
	return true;
}

// Its tables are not those that the questions know.
static bool is_older(const struct look *l)
{
	return l->report->schema < pg_schema_newest();
}

static bool read_all_facts(struct look *l, char **error)
{
	return pg_link_run(pg_sql_link(&l->sql), pg_text(PG_SET_CHECKER), NULL, NULL) ==
		       DB_OK &&
	       sql_prepare(&l->sql, SQL_CHECKER, error) && read_facts(l, error);
}

// True: *l is to be closed.
static bool open_look(struct look *l, const char *where, struct store_report *report,
		      char **error)
{
	*report = (struct store_report){0};
	*l = (struct look){.report = report};
	if (!pg_engine_read(where, SQL_NOBODY, &l->sql, error))
		return false;
	l->shown = pg_sql_link(&l->sql)->where.shown;
	if (is_ours(l, error) &&
	    (report->n_problems || is_older(l) || read_all_facts(l, error)))
		return true;
	sql_close(&l->sql);
	return false;
}

static void find_all(struct look *l)
{
	static const uint8_t none[HISTORY_ID_LEN];
	static const enum pg_id questions[] = {PG_BY_FOREIGN,  PG_BY_INDEX, PG_BY_CHECKSUM,
					       PG_BY_SEQUENCE, PG_BY_TIME,  PG_BY_OWNER,
					       PG_BY_WORD};

	if (memcmp(l->report->history, none, sizeof(none)) == 0)
		problem(l->report, SPAN("there is no history id in it"));
	for (size_t i = 0; i < ARRAY_LEN(questions); i++)
		find(l, questions[i]);
	ask_each(l, PG_REFERENCES, add_problems);
	find_risks(l);
}

bool pg_engine_check(const char *where, bool is_deep, struct store_report *report, char **error)
{
	struct look l;

	if (!open_look(&l, where, report, error))
		return false;
	pg_set_patience(&l.sql, -1);
	if (!report->n_problems && is_older(&l)) {
		problem(report, SPAN("it is of an older snugd: start the server once"));
	} else if (!report->n_problems) {
		find_all(&l);
		if (is_deep)
			ask_each(&l, PG_TABLES, add_rows);
		report->is_damaged = report->n_problems > 0;
	}
	sql_close(&l.sql);
	return true;
}

bool pg_engine_facts(const char *where, struct store_report *report, char **error)
{
	struct look l;

	if (!open_look(&l, where, report, error))
		return false;
	if (report->n_problems)
		error_words(error, "%s: " SPAN_FMT, l.shown,
			    SPAN_ARG(span_trim(buf_span(&report->problems))));
	sql_close(&l.sql);
	return !report->n_problems;
}
