// SPDX-License-Identifier: MIT
// What one search may take, and whose turn it is.
#include "tests/unit/store/history.h"

#include "server/letters/limits.h"
#include "tests/support/wait.h"
#include "tests/unit/store/by_hand.h"

#include <sqlite3.h>

#define MANY 45000
#define SEARCHES 100

static void put_many(struct fixture *f)
{
	struct entry *entries = calloc(MANY, sizeof(*entries));

	assert_non_null(entries);
	for (unsigned i = 0; i < MANY; i++)
		entries[i] = message(100 + i, 3, 11 + i, "plenty of the same words again");
	entries[5].message.sender = SPAN("carol");
	put_all(f, entries, MANY);
	free(entries);
	tidy_all(f);
}

// Proves B27.
static void a_search_that_meets_its_limit_goes_on_where_it_ended(void **state)
{
	int64_t to_ms = 0;
	size_t n = 0;
	int tries = 0;

	put_many(*state);
	do {
		struct query *q = search("plenty same");
		struct rows *rows;

		q->sender = SPAN("carol");
		if (to_ms)
			q->to = at_time(to_ms);
		rows = answer(*state, q);
		assert_int_equal(rows->result, ROWS_OK);
		assert_in_range(rows->steps, 0, SEARCH_STEPS_MAX + 1000);
		n += rows->n_messages;
		assert_true(!to_ms || rows->searched_to_ms < to_ms);
		to_ms = rows->searched_to_ms;
		rows_free(rows);
		query_free(q);
	} while (to_ms && ++tries < 50);
	assert_int_equal(n, 1);
	assert_in_range(tries, 1, 20);
}

#define OPEN_TRANSACTIONS                                                                      \
	"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"             \
	" AND state LIKE 'idle in transaction%'"

// The log can be written back whole; of PostgreSQL, nobody has a transaction and asks nothing
// in it (the writer has, for a moment).
static void expect_nothing_held(const struct fixture *f)
{
	int in_log, moved;
	sqlite3 *db;

	if (stored_is_pg()) {
		WAIT_UNTIL(number_by_hand(f, OPEN_TRANSACTIONS) == 0, wait_step());
		return;
	}
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_RESTART, &in_log, &moved),
		SQLITE_OK);
	assert_int_equal(moved, in_log);
	sqlite3_close(db);
}

// What a reader has read of would else keep the log from being written back, and it grew.
// Proves S5.
static void a_reader_that_has_answered_holds_no_old_state(void **state)
{
	struct fixture *f = *state;
	char *error = NULL;

	put_many(f);
	struct reader *r = reader_open(f->path, &error);
	assert_non_null(r);
	struct query *asked[] = {search("plenty same"), query_new(QUERY_PAGE, 7),
				 query_new(QUERY_MISSED, 7), query_new(QUERY_GET, 7)};
	asked[0]->sender = SPAN("carol"); // meets its limit, in the middle
	asked[1]->stream = 3;
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		asked[i]->limit = 10;
		rows_free(reader_answer(r, asked[i]));
		query_free(asked[i]);
		put(f, message(100 + MANY + i, 3, 11 + MANY + i, "later"));
		expect_nothing_held(f);
	}
	reader_close(r);
}

// Many searches of one account, and one of another behind them.
static void accounts_have_their_searches_answered_in_turns(void **state)
{
	struct fixture *f = *state;
	struct mailbox *box = mailbox_new();
	struct readers *readers;
	struct letter *rest;
	char *error = NULL;
	size_t n = 0, place = 0;

	put_many(f);
	readers = readers_start(f->store, 2, box, &error);
	for (ticket_id t = 1; t <= SEARCHES + 1; t++) {
		struct query *q = search("plenty same");

		q->ticket = t;
		q->sender = SPAN("nobody");
		q->account = t > SEARCHES ? 2 : 1;
		readers_put(readers, q);
	}
	while (n < SEARCHES + 1 && !place) {
		for (struct letter *next, *l = mailbox_wait(box, -1); l; l = next) {
			struct rows *rows = container_of(l, struct rows, letter);

			next = l->next;
			n++;
			if (rows->ticket == SEARCHES + 1)
				place = n;
			rows_free(rows);
		}
	}
	(void)readers_stop(readers);
	while ((rest = mailbox_take(box)))
		letters_free(&rest);
	mailbox_free(box);
	assert_in_range(place, 1, SEARCHES / 2);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_history, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_search_that_meets_its_limit_goes_on_where_it_ended),
		T(a_reader_that_has_answered_holds_no_old_state),
		T(accounts_have_their_searches_answered_in_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
