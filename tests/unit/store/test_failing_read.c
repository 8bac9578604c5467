// SPDX-License-Identifier: MIT
// Every statement of a question in turn fails: half an answer is none.
#include "tests/unit/store/history.h"

#include "tests/support/failing_sql.h"

#include <sqlite3.h>

#define STATEMENTS_MAX 4000 // that one act may take

// Each kind of question, in each of its ways.

static struct query *q_page(void)
{
	struct query *q = page(3);
	q->from = at_seq(2);
	q->to = at_time(1026);
	q->either_way = true;
	return q;
}

static struct query *q_page_back(void)
{
	struct query *q = page(3);
	q->from = at_id(24);
	q->to = at_id(14);
	q->either_way = true;
	q->events = true;
	return q;
}

static struct query *q_around(void)
{
	struct query *q = page(5);
	q->kind = QUERY_AROUND;
	q->from = at_id(20);
	q->to = at_time(1028);
	return q;
}

static struct query *q_get(void)
{
	struct query *q = query_new(QUERY_GET, 7);
	q->from = at_id(20);
	return q;
}

static struct query *q_edits(void)
{
	struct query *q = q_get();
	q->kind = QUERY_EDITS;
	q->limit = 5;
	return q;
}

static struct query *q_client_id(void)
{
	struct query *q = query_new(QUERY_CLIENT_ID, 7);
	q->account = 1;
	q->client_id = SPAN("c4");
	return q;
}

static struct query *q_targets(void)
{
	return of_streams(QUERY_TARGETS, 3, 4);
}

static struct query *q_missed(void)
{
	struct query *q = of_streams(QUERY_MISSED, 3, 4);
	q->from = at_time(1020);
	q->limit = 3;
	return q;
}

static struct query *q_skipped(void)
{
	struct query *q = of_streams(QUERY_SKIPPED, 3, 4);
	q->from = at_id(12);
	q->limit = 2;
	return q;
}

static struct query *q_search(void)
{
	return search("words");
}

static struct query *q_search_within(void)
{
	struct query *q = search("words");
	q->stream = 0;
	q->streams = arena_alloc(&q->arena, 2 * sizeof(*q->streams));
	q->streams[0] = 3;
	q->streams[1] = 4;
	q->n_streams = 2;
	q->floors = arena_alloc(&q->arena, 2 * sizeof(*q->floors));
	q->floors[0] = 14;
	q->from = at_time(1012);
	q->to = at_time(1026);
	return q;
}

static struct query *q_audit(void)
{
	struct query *q = query_new(QUERY_AUDIT, 7);
	q->limit = 2;
	return q;
}

static struct query *q_stamped(void)
{
	struct query *q = query_new(QUERY_STAMPED, 7);
	q->from = at_time(1020);
	return q;
}

static struct query *q_expired(void)
{
	struct query *q = query_new(QUERY_EXPIRED, 7);
	q->keep = (struct keep){
		.now_ms = 1030, .keep_ms = 12, .keep_bytes = 2000, .total_bytes = 2000};
	return q;
}

static struct query *q_usage(void)
{
	struct query *q = query_new(QUERY_USAGE, 7);
	q->limit = 5;
	return q;
}

static struct query *q_written(void)
{
	struct query *q = query_new(QUERY_WRITTEN, 7);
	q->account = 1;
	q->limit = 5;
	return q;
}

static struct query *q_logged(void)
{
	struct query *q = query_new(QUERY_LOGGED, 7);
	q->limit = 2;
	return q;
}

typedef struct query *make_fn(void);
static make_fn *const questions[] = {
	q_page,    q_page_back, q_around,  q_get,     q_edits,         q_client_id,
	q_targets, q_missed,    q_skipped, q_search,  q_search_within, q_audit,
	q_stamped, q_expired,   q_usage,   q_written, q_logged};

static void add_audit(struct fixture *f, int64_t id)
{
	struct entry e = {.kind = ENTRY_AUDIT,
			  .audit = {.at_ms = id, .actor = SPAN("admin"), .verb = SPAN("did")}};
	put(f, e);
}

// What a whole answer says.
static char *words_of(const struct rows *rows)
{
	struct buf out = {0};

	add_ids(&out, rows);
	for (size_t i = 0; i < rows->n_targets; i++)
		buf_printf(&out, "%llu*%lld ", (unsigned long long)rows->targets[i].id,
			   (long long)rows->targets[i].n_messages);
	buf_printf(&out, "%zu", rows->n_audit);
	return buf_take(&out);
}

// Asked with the n-th statement failing; false: there are not so many.
static bool ask(struct fixture *f, make_fn *make, unsigned n, char **words)
{
	char *error = NULL;
	struct reader *r = reader_open(f->path, &error);
	struct query *first = make(), *q = make();

	assert_non_null(r);
	// The words in memory are made by the first search.
	if (first->kind == QUERY_SEARCH)
		rows_free(reader_answer(r, first));
	failing_sql_at(n, SQLITE_IOERR_READ);
	struct rows *rows = reader_answer(r, q);
	bool has = failing_sql_has();
	failing_sql_at(0, 0);
	if (rows->result != (has ? ROWS_FAILED : ROWS_OK))
		fail_msg("question %d, statement %u: result %d", (int)q->kind, n,
			 (int)rows->result);
	*words = words_of(rows);
	rows_free(rows);
	query_free(first);
	query_free(q);
	reader_close(r);
	return has;
}

static void half_an_answer_is_none(void **state)
{
	struct fixture *f = *state;

	for (int64_t id = 1; id <= 4; id++)
		add_audit(f, id);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
			char *whole, *words;
			unsigned n = 1;

			assert_false(ask(f, questions[i], 0, &whole));
			assert_string_not_equal(whole, "0");
			for (; ask(f, questions[i], n, &words); n++) {
				assert_string_equal(words, "0");
				free(words);
			}
			assert_string_equal(words, whole);
			assert_in_range(n, 2, STATEMENTS_MAX);
			free(words);
			free(whole);
		}
		// Once with words in memory, once with those on disk.
		tidy_all(f);
	}
}

// Opening.

static void what_cannot_be_read_whole_is_not_opened(void **state)
{
	struct fixture *f = *state;
	char *error = NULL;
	struct reader *r = NULL;
	unsigned n = 1;

	for (; !r; n++) {
		failing_sql_at(n, SQLITE_IOERR_READ);
		r = reader_open(f->path, &error);
		assert_int_equal(r == NULL, failing_sql_has());
		assert_int_equal(error == NULL, r != NULL);
		free(error);
		error = NULL;
	}
	failing_sql_at(0, 0);
	reader_close(r);
	assert_in_range(n, 20, STATEMENTS_MAX);
}

static void count_entry(void *arg, UNUSED const struct entry *e)
{
	++*(unsigned *)arg;
}

static void half_a_look_is_none(void **state)
{
	struct fixture *f = *state;
	unsigned n = 1, n_all = 0;
	char *error = NULL;
	bool has = true;

	assert_true(store_look(f->path, count_entry, &n_all, &error));
	for (; has; n++) {
		unsigned n_entries = 0;

		failing_sql_at(n, SQLITE_IOERR_READ);
		bool is_looked = store_look(f->path, count_entry, &n_entries, &error);
		has = failing_sql_has();
		failing_sql_at(0, 0);
		assert_int_equal(is_looked, !has);
		assert_int_equal(error == NULL, is_looked);
		assert_true(!is_looked || n_entries == n_all);
		free(error);
		error = NULL;
	}
	assert_in_range(n, 30, STATEMENTS_MAX);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_history, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(half_an_answer_is_none),
		T(what_cannot_be_read_whole_is_not_opened),
		T(half_a_look_is_none),
	};

	if (are_of_sqlite(ARRAY_LEN(tests), "its calls are made to fail"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
