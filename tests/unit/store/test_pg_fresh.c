// SPDX-License-Identifier: MIT
// What a running server's readers may answer: nothing of another term, nothing older than what
// was told.
#include "tests/unit/store/history.h"
#include "tests/unit/store/pg_fixture.h"

#include "server/store/postgresql/pg_schema.h"
#include "server/store/postgresql/pg_sql.h"
#include "tests/support/wait.h"

#include <stdatomic.h>

#define ANSWER_MS 60000 // long: nothing here is to end by it

// A reader's handle, whose driver is looked at.

static void open_reader(const struct site *site, struct sql *s)
{
	char *error = NULL;

	if (!pg_sql_open(s, site->where, STORE_FULL, false, ANSWER_MS, &error))
		fail_msg("%s", error);
	assert_int_equal(pg_sql_connect(s), DB_OK);
	if (!pg_schema_bring(pg_sql_link(s), &error))
		fail_msg("%s", error);
	if (!sql_prepare(s, SQL_READER, &error))
		fail_msg("%s", error);
}

static enum db_code read_chore(struct sql *s, int64_t *value)
{
	*value = 0;
	return sql_number(s, SQL_UNINDEXED_FROM, NULL, value);
}

static void expect_chore(struct sql *s, int64_t expected)
{
	int64_t value;

	assert_int_equal(read_chore(s, &value), DB_OK);
	assert_int_equal(value, expected);
}

static void expect_away(struct sql *s)
{
	int64_t value;

	assert_int_equal(read_chore(s, &value), DB_AWAY);
}

static void an_answer_is_of_one_moment(void **state)
{
	struct site *site = site_of(state);
	struct fresh fresh = {1, 0};
	struct sql s;

	open_reader(site, &s);
	s.driver->moment(&s, &fresh);
	expect_chore(&s, 0);
	tell(site, "INSERT INTO chore (name, value) VALUES ('unindexed', 7)");
	expect_chore(&s, 0);
	s.driver->moment(&s, NULL);
	s.driver->moment(&s, &fresh);
	assert_int_equal(sql_run(&s, SQL_BEGIN_READ, NULL), DB_OK);
	expect_chore(&s, 7);
	tell(site, "UPDATE chore SET value = 8");
	expect_chore(&s, 7);
	assert_int_equal(sql_run(&s, SQL_END_READ, NULL), DB_OK);
	expect_chore(&s, 7);
	s.driver->moment(&s, NULL);
	expect_chore(&s, 8);
	sql_close(&s);
}

// Also where nobody asks again; and not since the server ends what stands still.
static void its_transaction_ends_with_it(void **state)
{
	static const char n_idle[] =
		"SELECT count(*) FROM pg_stat_activity WHERE application_name = 'snugd'"
		" AND datname = current_database() AND state = 'idle'";
	struct site *site = site_of(state);
	struct fresh fresh = {1, 0};
	struct sql s;

	open_reader(site, &s);
	s.driver->moment(&s, &fresh);
	expect_chore(&s, 0);
	assert_int_equal(ask(site, n_idle), 0);
	s.driver->moment(&s, NULL);
	WAIT_UNTIL(ask(site, n_idle) == 1, wait_step());
	sql_close(&s);
}

static void read_audit(struct sql *s, int64_t n)
{
	struct statement *row = sql_bind(s, SQL_AUDIT, (struct value[]){of_int(0)});
	int64_t read = 0;

	while (sql_step(row) == DB_ROW)
		assert_int_equal(sql_int(row, 0), n - read++);
	sql_reset(row);
	assert_int_equal(read, n);
}

static void it_may_be_long(void **state)
{
	struct site *site = site_of(state);
	struct fresh fresh = {1, 0};
	struct sql s;

	open_reader(site, &s);
	tell(site, "INSERT INTO audit (id, at_ms, actor, verb, detail) SELECT i, i, 'a', 'b',"
		   " 'c' FROM generate_series(1, 2500) AS i");
	for (int i = 0; i < 3; i++) {
		s.driver->moment(&s, &fresh);
		read_audit(&s, 2500);
		expect_chore(&s, 0);
		read_audit(&s, 2500);
		s.driver->moment(&s, NULL);
	}
	sql_close(&s);
}

// The next one goes elsewhere, where there is another.
static void one_that_is_not_fresh_is_none(void **state)
{
	struct site *site = site_of(state);
	struct fresh wrong[] = {{2, 0}, {1, 6}, {0, 5}}, right = {1, 5};
	struct sql s;

	open_reader(site, &s);
	tell(site, "UPDATE head SET upto = 5");
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		s.driver->moment(&s, &wrong[i]);
		expect_away(&s);
		assert_null(pg_sql_link(&s)->conn);
		assert_true(pg_sql_link(&s)->avoid);
		expect_away(&s); // nor what is asked behind it
		s.driver->moment(&s, NULL);
		s.driver->moment(&s, &right);
		expect_chore(&s, 0);
		s.driver->moment(&s, NULL);
	}
	sql_close(&s);
}

static void what_was_told_before_it_began_counts(void **state)
{
	struct site *site = site_of(state);
	struct fresh fresh = {1, 5};
	struct sql s;

	open_reader(site, &s);
	tell(site, "UPDATE head SET upto = 5");
	s.driver->moment(&s, &fresh);
	fresh.applied = 6;
	expect_chore(&s, 0);
	s.driver->moment(&s, NULL);
	s.driver->moment(&s, &fresh);
	expect_away(&s);
	s.driver->moment(&s, NULL);
	sql_close(&s);
}

static void a_lost_connection_is_made_anew_behind_it(void **state)
{
	struct site *site = site_of(state);
	struct fresh fresh = {1, 0};
	struct sql s;

	open_reader(site, &s);
	s.driver->moment(&s, &fresh);
	expect_chore(&s, 0);
	pg_link_drop(pg_sql_link(&s));
	expect_away(&s);
	s.driver->moment(&s, NULL);
	s.driver->moment(&s, &fresh);
	expect_chore(&s, 0);
	s.driver->moment(&s, NULL);
	sql_close(&s);
}

// The readers of a store.

struct served {
	struct fixture f;
	struct mailbox *box;
	struct readers *readers;
};

static void serve(const struct site *site, struct served *s)
{
	char *error = NULL;

	*s = (struct served){.f = {.path = site->where, .next = 1}, .box = mailbox_new()};
	fixture_open(&s->f);
	s->f.store->engine->ready(s->f.store); // nobody gives signs, or looks at the head
	put(&s->f, account(1, "alice"));
	put(&s->f, room(3, "#den"));
	put(&s->f, message(10, 3, 1, "some words"));
	s->readers = readers_start(s->f.store, 2, s->box, &error);
	if (!s->readers)
		fail_msg("%s", error);
}

static void serve_no_more(struct served *s)
{
	(void)readers_stop(s->readers);
	mailbox_free(s->box);
	store_close(s->f.store);
}

static struct rows *answer_of(struct served *s, struct query *q)
{
	readers_put(s->readers, q);
	return container_of(mailbox_wait(s->box, -1), struct rows, letter);
}

static void expect_answer(struct served *s, struct query *q)
{
	struct rows *rows = answer_of(s, q);

	assert_int_equal(rows->result, ROWS_OK);
	assert_int_equal(rows->n_messages, 1);
	assert_int_equal(rows->messages[0].id, 10);
	rows_free(rows);
}

// It comes back, to be put again.
static void expect_back(struct served *s, struct query *q)
{
	struct rows *rows = answer_of(s, q);

	assert_int_equal(rows->result, ROWS_AWAY);
	assert_ptr_equal(rows->query, q);
	assert_int_equal(rows->n_messages, 0);
	rows->query = NULL;
	rows_free(rows);
}

// Pages and searches.
static void expect_refusal_while(const struct site *site, struct served *s, const char *how,
				 const char *back)
{
	struct query *asked[] = {page(5), search("words")};

	tell(site, how);
	for (size_t i = 0; i < ARRAY_LEN(asked); i++)
		expect_back(s, asked[i]);
	tell(site, back);
	for (size_t i = 0; i < ARRAY_LEN(asked); i++)
		expect_answer(s, asked[i]);
}

static void a_reader_on_a_deposed_primary_gives_the_question_back(void **state)
{
	struct site *site = site_of(state);
	struct served s;

	serve(site, &s);
	expect_answer(&s, page(5));
	expect_refusal_while(site, &s, "UPDATE head SET upto = upto - 1",
			     "UPDATE head SET upto = upto + 1");
	expect_refusal_while(site, &s, "UPDATE head SET term = term + 1",
			     "UPDATE head SET term = term - 1");
	expect_refusal_while(site, &s, "UPDATE head SET term = term - 1",
			     "UPDATE head SET term = term + 1");
	serve_no_more(&s);
}

// Whoever reads beside a server has no term.
static void who_reads_offline_takes_what_there_is(void **state)
{
	struct site *site = site_of(state);
	struct query *q = page(5);
	struct served s;
	struct rows *rows;

	serve(site, &s);
	tell(site, "UPDATE head SET term = term + 1, upto = 0");
	rows = answer(&s.f, q);
	assert_int_equal(rows->result, ROWS_OK);
	assert_int_equal(rows->n_messages, 1);
	rows_free(rows);
	query_free(q);
	serve_no_more(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		pg_test(an_answer_is_of_one_moment),
		pg_test(its_transaction_ends_with_it),
		pg_test(it_may_be_long),
		pg_test(one_that_is_not_fresh_is_none),
		pg_test(what_was_told_before_it_began_counts),
		pg_test(a_lost_connection_is_made_anew_behind_it),
		pg_test(a_reader_on_a_deposed_primary_gives_the_question_back),
		pg_test(who_reads_offline_takes_what_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
