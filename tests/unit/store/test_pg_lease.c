// SPDX-License-Identifier: MIT
// Whose a store in PostgreSQL is, and what becomes of a batch when things burn: with SNUG_STORE=pg,
// beside a server (tests/pg/postgres.py), else skipped.
#include "server/store/postgresql/pg_store.h"

#include "common/buf.h"
#include "common/clock.h"
#include "common/die.h"
#include "server/letters/letter.h"
#include "server/letters/limits.h"
#include "tests/support/stored.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct site {
	PGconn *database; // the test's own
	char *where;
};

static void tell(const struct site *site, const char *text)
{
	PGresult *r = PQexec(site->database, text);
	ExecStatusType status = PQresultStatus(r);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		fail_msg("%s: %s", text, PQerrorMessage(site->database));
	PQclear(r);
}

static int64_t ask(const struct site *site, const char *text)
{
	PGresult *r = PQexec(site->database, text);
	int64_t number = PQntuples(r) == 1 ? atoll(PQgetvalue(r, 0, 0)) : -1;

	PQclear(r);
	return number;
}

static int set_up(void **state)
{
	struct site *site;

	*state = NULL;
	if (!stored_is_pg())
		return 0;
	site = xcalloc(1, sizeof(*site));
	site->where = stored_new(NULL);
	site->database = PQconnectdb(site->where);
	assert_int_equal(PQstatus(site->database), CONNECTION_OK);
	*state = site;
	return 0;
}

static int tear_down(void **state)
{
	struct site *site = *state;

	if (!site)
		return 0;
	PQfinish(site->database);
	stored_drop(site->where);
	free(site->where);
	free(site);
	return 0;
}

// The first thing in each test.
static struct site *site_of(void **state)
{
	if (!*state)
		skip();
	return *state;
}

#define pg_test(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

// Longer than any step takes here; a wait for an event ends with it.
#define PATIENCE_MS 120000

static struct store *open_store(const struct site *site)
{
	char *error = NULL;
	struct store *s = store_open(site->where, STORE_FULL, &error);

	if (!s)
		fail_msg("%s", error);
	assert_null(error);
	return s;
}

static void expect_refused(const struct site *site, const char *why)
{
	char *error = NULL;

	assert_null(store_open(site->where, STORE_FULL, &error));
	if (!strstr(error, why))
		fail_msg("%s", error);
	free(error);
}

// Of `n` settings, from `first` on.
static struct journal *settings(entry_no first, size_t n)
{
	struct journal *j = journal_new(first);

	for (size_t i = 0; i < n; i++) {
		char key[32];

		snprintf(key, sizeof(key), "key %zu", (size_t)first + i);
		journal_add(j, &(struct entry){.kind = ENTRY_SETTING,
					       .setting = {span_of(key), SPAN("value")}});
	}
	return j;
}

static struct durable apply(struct store *s, entry_no first, size_t n)
{
	struct journal *j = settings(first, n);
	struct durable d;

	(void)!writer_apply(s, j, &d);
	journal_free(j);
	return d;
}

static int64_t n_stored(const struct site *site)
{
	return ask(site, "SELECT count(*) FROM setting WHERE key LIKE 'key %'");
}

static void what_is_stored_is_there_for_the_next(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);
	struct durable d = apply(s, 1, 3);

	assert_int_equal(d.disk, DISK_FINE);
	assert_int_equal(d.upto, 3);
	assert_int_equal(n_stored(site), 3);
	assert_int_equal(ask(site, "SELECT upto FROM head"), 3);
	store_close(s);
	assert_int_equal(ask(site, "SELECT held::int FROM head"), 0);
	s = open_store(site);
	assert_int_equal(ask(site, "SELECT before FROM head"), 3);
	d = apply(s, 1, 1);
	assert_int_equal(d.upto, 1);
	store_close(s);
}

// While nobody writes signs are given all the same.
static void one_has_it_and_the_other_is_told_who(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);

	for (int i = 0; i < 3; i++)
		expect_refused(site, "is in use by");
	assert_int_equal(apply(s, 1, 1).disk, DISK_FINE);
	store_close(s);
	store_close(open_store(site));
}

// Nobody listens there; who would wait for ever is told after some seconds, with the reason.
static void one_that_cannot_be_reached_is_told(void **state)
{
	const struct site nowhere = {.where = (char[]){"postgresql://x@127.0.0.1:1/x"}};

	(void)site_of(state);
	expect_refused(&nowhere, "refused");
}

static struct lease_news *next_news(struct mailbox *box)
{
	struct letter *l = mailbox_wait(box, PATIENCE_MS), *rest;

	assert_non_null(l);
	for (; l->next; l = rest) {
		rest = l->next;
		free(l);
	}
	return container_of(l, struct lease_news, letter);
}

static struct lease_news wait_for(struct mailbox *box, enum lease_stand stand)
{
	struct lease_news news = {.stand = LEASE_AWAY};

	while (news.stand != stand) {
		struct lease_news *n = next_news(box);

		news = *n;
		free(n);
	}
	return news;
}

static void who_waits_has_it_when_it_is_given_back(void **state)
{
	struct site *site = site_of(state);
	struct store *first = open_store(site), *second;
	struct mailbox *box = mailbox_new();
	char *error = NULL;
	struct lease *l = store_wait(site->where, STORE_FULL, box, &error);
	struct lease_news news = wait_for(box, LEASE_WAITS);
	int64_t term = news.term;

	assert_true(news.is_held);
	store_close(first);
	news = wait_for(box, LEASE_TAKEN);
	assert_int_equal(news.term, term + 1);
	second = store_open_waited(l, &error);
	assert_non_null(second);
	assert_int_equal(apply(second, 1, 1).disk, DISK_FINE);
	store_close(second);
	mailbox_free(box);
}

static void who_waits_may_give_up(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);
	struct mailbox *box = mailbox_new();
	char *error = NULL;
	struct lease *l = store_wait(site->where, STORE_FULL, box, &error);
	struct letter *rest;

	wait_for(box, LEASE_WAITS);
	store_wait_end(l);
	rest = mailbox_take(box);
	letters_free(&rest);
	mailbox_free(box);
	store_close(s);
}

// It lives, but gives no sign: as if its machine stood still.
static void stand_still(struct store *s)
{
	pg_lease_rest(pg_store_of(s)->lease);
}

static void who_stood_still_stores_nothing_any_more(void **state)
{
	struct site *site = site_of(state);
	struct store *first = open_store(site), *second;
	struct durable d;

	assert_int_equal(apply(first, 1, 2).disk, DISK_FINE);
	assert_true(proof_is_young(store_proof(first), clock_mono_ms()));
	stand_still(first);
	second = open_store(site);
	assert_false(proof_is_young(store_proof(first), clock_mono_ms()));
	d = apply(first, 3, 2);
	assert_int_equal(d.disk, DISK_FENCED);
	assert_int_equal(d.upto, 2);
	assert_int_equal(n_stored(site), 2);
	assert_false(proof_is_young(store_proof(first), clock_mono_ms()));
	assert_int_equal(apply(second, 1, 1).disk, DISK_FINE);
	store_close(first);
	// What was given up is not given back.
	assert_int_equal(ask(site, "SELECT held::int FROM head"), 1);
	store_close(second);
}

static void end_its_connections(const struct site *site)
{
	tell(site, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
		   " WHERE datname = current_database()"
		   " AND pid <> pg_backend_pid()");
}

static void a_connection_that_broke_is_made_anew(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);

	for (entry_no i = 1; i <= 5; i++) {
		end_its_connections(site);
		assert_int_equal(apply(s, i, 1).disk, DISK_FINE);
	}
	assert_int_equal(n_stored(site), 5);
	store_close(s);
}

// The head is moved as its batch would, so the first try must have been stored.
static void a_batch_that_is_there_already_is_not_stored_twice(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);

	assert_int_equal(apply(s, 1, 1).disk, DISK_FINE);
	tell(site, "UPDATE head SET upto = 3");
	assert_int_equal(apply(s, 2, 2).upto, 3);
	assert_int_equal(n_stored(site), 1);
	assert_int_equal(apply(s, 4, 1).upto, 4);
	store_close(s);
}

// As a cancelled wait for the standby has it: SQLSTATE 01000.
static void warn(const struct site *site)
{
	tell(site, "CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS"
		   " 'BEGIN RAISE WARNING ''cancelled''; RETURN NEW; END'");
	tell(site, "CREATE TRIGGER warn BEFORE UPDATE ON head FOR EACH ROW"
		   " EXECUTE FUNCTION warn()");
}

static void what_came_with_a_warning_is_not_durable(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);
	struct durable d;

	warn(site);
	d = apply(s, 1, 2);
	assert_int_equal(d.disk, DISK_AWAY);
	assert_int_equal(d.upto, 0);
	assert_int_equal(n_stored(site), 2);
	tell(site, "DROP TRIGGER warn ON head");
	// The same once more, as the writer does it.
	d = apply(s, 1, 2);
	assert_int_equal(d.disk, DISK_FINE);
	assert_int_equal(d.upto, 2);
	store_close(s);
}

static enum disk_state durable_of(struct mailbox *box, entry_no upto)
{
	enum disk_state disk = DISK_FINE;
	bool is_over = false;

	while (!is_over) {
		struct letter *l = mailbox_wait(box, PATIENCE_MS), *next;

		assert_non_null(l);
		for (; l; l = next) {
			struct durable *d = container_of(l, struct durable, letter);

			next = l->next;
			disk = d->disk;
			is_over = is_over || d->upto >= upto || disk == DISK_FAILED;
			free(d);
		}
	}
	return disk;
}

static void what_was_lost_is_stored_again_before_the_end(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);
	struct mailbox *box = mailbox_new();
	struct writer *w = writer_start(s, box);

	writer_put(w, settings(1, 3));
	writer_put(w, settings(4, 2));
	assert_int_equal(durable_of(box, 5), DISK_FINE);
	// In one transaction, as a primary that was rewound has it.
	tell(site, "DELETE FROM setting WHERE key >= 'key 2' AND key < 'key 9';"
		   "UPDATE head SET upto = 1");
	assert_int_equal(durable_of(box, 6), DISK_FAILED);
	assert_int_equal(n_stored(site), 5);
	assert_int_equal(ask(site, "SELECT upto FROM head"), 5);
	writer_stop(w);
	store_close(s);
	mailbox_free(box);
}

static void a_lost_row_is_said_and_ends_it(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);
	char folder[] = "/tmp/snug-lost-XXXXXX";
	struct durable d;

	assert_non_null(mkdtemp(folder));
	store_set_folder(s, folder);
	assert_int_equal(apply(s, 1, 5).disk, DISK_FINE);
	tell(site, "UPDATE head SET upto = 4");
	d = apply(s, 6, 1);
	assert_int_equal(d.disk, DISK_FAILED);
	assert_int_equal(n_stored(site), 5);
	store_close(s);
	struct buf command = {0};
	buf_printf(&command, "%s/lost-2-5-5.jsonl", folder);
	assert_int_equal(unlink(buf_str(&command)), 0);
	buf_clear(&command);
	assert_int_equal(rmdir(folder), 0);
}

static void what_stands_before_a_refused_entry_is_stored(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);
	struct journal *j = settings(1, 3);
	struct durable d;

	journal_add(j, &(struct entry){.kind = ENTRY_MESSAGE, .message = {.stream = 77}});
	journal_add(j, &(struct entry){.kind = ENTRY_MESSAGE, .message = {.stream = 77}});
	assert_false(writer_apply(s, j, &d));
	assert_int_equal(d.disk, DISK_FAILED);
	assert_in_range(d.upto, 3, 4);
	assert_int_equal(n_stored(site), 3);
	journal_free(j);
	store_close(s);
}

// They are sent as one, which is refused whole.
static void what_stands_before_a_refused_message_is_stored(void **state)
{
	static const message_id ids[] = {1, 2, 2, 3};
	struct site *site = site_of(state);
	struct store *s = open_store(site);
	struct journal *j = settings(1, 1);
	struct durable d;

	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		journal_add(j, &(struct entry){.kind = ENTRY_MESSAGE,
					       .message = {.id = ids[i], .stream = 77}});
	assert_false(writer_apply(s, j, &d));
	assert_int_equal(d.disk, DISK_FAILED);
	assert_int_equal(d.upto, 3);
	assert_int_equal(n_stored(site), 1);
	assert_int_equal(ask(site, "SELECT count(*) FROM message"), 2);
	assert_int_equal(ask(site, "SELECT upto FROM head"), 3);
	journal_free(j);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		pg_test(what_is_stored_is_there_for_the_next),
		pg_test(one_has_it_and_the_other_is_told_who),
		pg_test(one_that_cannot_be_reached_is_told),
		pg_test(who_waits_has_it_when_it_is_given_back),
		pg_test(who_waits_may_give_up),
		pg_test(who_stood_still_stores_nothing_any_more),
		pg_test(a_connection_that_broke_is_made_anew),
		pg_test(a_batch_that_is_there_already_is_not_stored_twice),
		pg_test(what_came_with_a_warning_is_not_durable),
		pg_test(what_was_lost_is_stored_again_before_the_end),
		pg_test(a_lost_row_is_said_and_ends_it),
		pg_test(what_stands_before_a_refused_entry_is_stored),
		pg_test(what_stands_before_a_refused_message_is_stored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
