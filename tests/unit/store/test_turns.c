// SPDX-License-Identifier: MIT
// Whose question is answered next. A thread begins when all of them wait, so that their order
// is known.
#include "tests/unit/store/history.h"

#include "tests/support/failing_sql.h"
#include "tests/unit/store/caught.h"

#include <semaphore.h>
#include <sqlite3.h>

#define ACCOUNTS 65 // one more than are known

static void wait_for_all(void *arg, UNUSED enum thread_role role)
{
	while (sem_wait(arg) < 0)
		continue;
}

static void put_page(struct readers *r, account_id account, ticket_id ticket)
{
	struct query *q = page(1);

	q->account = account;
	q->ticket = ticket;
	readers_put(r, q);
}

// The accounts of the questions in the order of their answers; each's ticket is its place.
static char *answered(struct fixture *f, const account_id *accounts, size_t n)
{
	struct mailbox *box = mailbox_new();
	struct readers *readers;
	struct buf out = {0};
	char *error = NULL;
	size_t n_rows = 0;
	sem_t all;

	sem_init(&all, 0, 0);
	store_set_begin(f->store, (struct thread_begin){wait_for_all, &all});
	readers = readers_start(f->store, 0, box, &error);
	assert_non_null(readers);
	for (size_t i = 0; i < n; i++)
		put_page(readers, accounts[i], i);
	sem_post(&all);
	while (n_rows < n) {
		for (struct letter *next, *l = mailbox_wait(box, -1); l; l = next, n_rows++) {
			struct rows *rows = container_of(l, struct rows, letter);

			next = l->next;
			assert_int_equal(rows->result, ROWS_OK);
			assert_null(rows->query);
			buf_printf(&out, "%zu ", (size_t)rows->ticket);
			rows_free(rows);
		}
	}
	(void)readers_stop(readers);
	assert_null(mailbox_take(box));
	mailbox_free(box);
	sem_destroy(&all);
	return buf_take(&out);
}

static void who_was_answered_longest_ago_is_next(void **state)
{
	static const struct {
		account_id accounts[8];
		size_t n;
		const char *order; // of places
	} rows[] = {
		{{1, 1, 1, 2, 1, 3}, 6, "0 3 5 1 2 4 "},
		{{1, 2, 1, 3}, 4, "0 1 3 2 "},
		{{1, 2, 1, 2, 3, 3}, 6, "0 1 4 2 3 5 "},
		// The server itself is one of them.
		{{0, 0, 1, 0, 1, 2}, 6, "0 2 5 1 4 3 "},
		{{5}, 1, "0 "},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *order = answered(*state, rows[i].accounts, rows[i].n);

		if (strcmp(order, rows[i].order) != 0)
			fail_msg("row %zu: %s", i, order);
		free(order);
	}
}

// The first of more than are known is as if it had never asked, the second is not.
static void who_asked_long_ago_is_forgotten(void **state)
{
	account_id accounts[ACCOUNTS + 2];
	struct buf expected = {0};
	char *order;

	for (size_t i = 0; i < ACCOUNTS; i++) {
		accounts[i] = (account_id)i + 1;
		buf_printf(&expected, "%zu ", i);
	}
	accounts[ACCOUNTS] = 2;
	accounts[ACCOUNTS + 1] = 1;
	buf_printf(&expected, "%d %d ", ACCOUNTS + 1, ACCOUNTS);
	order = answered(*state, accounts, ACCOUNTS + 2);
	assert_string_equal(order, buf_str(&expected));
	buf_clear(&expected);
	free(order);
}

static void what_cannot_be_opened_has_no_readers(void **state)
{
	struct fixture *f = *state;
	char *error = NULL, away[160];

	of_sqlite("its file is moved away");

	struct mailbox *box = mailbox_new();

	snprintf(away, sizeof(away), "%s.away", f->path);
	assert_int_equal(rename(f->path, away), 0);
	assert_null(readers_start(f->store, 2, box, &error));
	assert_non_null(strstr(error, "cannot open"));
	free(error);
	assert_int_equal(rename(away, f->path), 0);
	assert_null(reader_open("mysql://a/b", &error));
	assert_non_null(strstr(error, "is no store"));
	free(error);
	mailbox_free(box);
}

static void what_cannot_be_answered_is_logged(void **state)
{
	struct fixture *f = *state;
	char *error = NULL;

	of_sqlite("its calls are made to fail");

	struct reader *r = reader_open(f->path, &error);
	struct query *q = page(5);
	struct caught log = catch_begin();

	rows_free(reader_answer(r, q));
	assert_int_equal(caught_of(&log, "query-failed"), 0);
	failing_sql_at(1, SQLITE_IOERR_READ);
	rows_free(reader_answer(r, q));
	assert_int_equal(caught_of(&log, "query-failed"), 1);
	failing_sql_at(1, SQLITE_INTERRUPT);
	rows_free(reader_answer(r, q));
	failing_sql_at(0, 0);
	assert_int_equal(caught_of(&log, "query-failed"), 1);
	catch_end(&log);
	query_free(q);
	reader_close(r);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_history, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(who_was_answered_longest_ago_is_next),
		T(who_asked_long_ago_is_forgotten),
		T(what_cannot_be_opened_has_no_readers),
		T(what_cannot_be_answered_is_logged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
