// SPDX-License-Identifier: MIT
#include "tests/unit/store/by_hand.h"

#include "common/buf.h"
#include "server/store/store.h"
#include "server/store/sqlite/check_private.h"
#include "server/store/sqlite/sum.h"

#include <sqlite3.h>

// Room 3 with messages 1 to 10.
static int set_up_room(void **state)
{
	set_up(state);
	put(*state, room(3, "#den"));
	for (unsigned i = 1; i <= 10; i++)
		put(*state, message(i, 3, i, "text"));
	return 0;
}

// Does to the closed store what no program of ours would.
static void spoil(struct fixture *f, const char *text)
{
	store_close(f->store);
	f->store = NULL;
	change_by_hand(f, text);
}

static void finds(void **state, const char *spoiling, const char *problem)
{
	struct fixture *f = *state;
	struct store_report report;
	char *error = NULL;

	spoil(f, spoiling);
	assert_true(store_check(f->path, &report, &error));
	if (!strstr(buf_str(&report.problems), problem))
		fail_msg("not %s: %s", problem, buf_str(&report.problems));
	assert_int_equal(report.is_damaged, !strstr(spoiling, "PRAGMA"));
	store_report_clear(&report);
}

static void a_sound_store_has_no_problem_and_a_newest_message(void **state)
{
	struct fixture *f = *state;
	struct store_report report;
	char *error = NULL;

	assert_true(store_check(f->path, &report, &error));
	assert_int_equal(report.n_problems, 0);
	assert_int_equal(report.messages, 10);
	assert_int_equal(report.newest_ms, 1010);
	store_report_clear(&report);
}

static void a_missing_number_is_found(void **state)
{
	finds(state, "DELETE FROM message WHERE seq = 5", "message 6 has number 6 after 4");
}

static void a_missing_beginning_is_found_unless_it_expired(void **state)
{
	finds(state, "DELETE FROM message WHERE seq < 3", "message 3 has number 3 after 0");
}

static void numbers_out_of_order_are_found(void **state)
{
	finds(state, "UPDATE message SET seq = 15 - seq WHERE seq IN (7, 8)",
	      "message 8 has number 7 after 8");
}

static void a_number_given_twice_is_found(void **state)
{
	finds(state, "UPDATE message SET seq = 4 WHERE seq = 5",
	      "message 5 has number 4 after 4");
}

static void a_time_that_falls_is_found(void **state)
{
	finds(state, "UPDATE message SET time_ms = 1 WHERE seq = 5",
	      "message 5 is not younger than the one before");
}

static void messages_of_no_room_are_found(void **state)
{
	finds(state, "DELETE FROM room", "10 messages of no room");
}

static void a_reference_to_nothing_is_found(void **state)
{
	of_sqlite("PostgreSQL refuses such a row, whoever writes it");
	finds(state, "INSERT INTO member (room, account, role, joined_ms) VALUES (3, 99, 0, 0)",
	      "refers to nothing");
}

// test_pg_schema.c has the same of PostgreSQL.
static const char header[] = "numbers in the header of its file";

static void a_newer_schema_is_named(void **state)
{
	of_sqlite(header);
	finds(state, "PRAGMA user_version = 900", "newer snugd (schema 900");
}

static void a_missing_history_id_is_found(void **state)
{
	finds(state, "DELETE FROM setting WHERE key = 'history_id'", "there is no history id");
}

static void an_empty_file_is_named(void **state)
{
	of_sqlite(header);
	finds(state, "PRAGMA user_version = 0", "start the server once");
}

static void another_programs_file_is_named(void **state)
{
	of_sqlite(header);
	finds(state, "PRAGMA application_id = 7", "another program");
}

// What each row of an answer says, and that it could not be read to its end.
static void rows_speak_for_themselves(UNUSED void **state)
{
	static const struct {
		const char *question, *problems;
	} rows[] = {
		{"SELECT 'ok'", ""},
		{"SELECT 'ok' UNION ALL SELECT 'not ok'", "not ok\n"},
		{"SELECT NULL", "a row that says nothing of itself\n"},
		{"SELECT 'b' || char(7, 127, 228) || ' ~'", "b???? ~\n"},
		{"SELECT 1 WHERE 0", ""},
		{"nonsense", "near \"nonsense\": syntax error\n"},
		{"SELECT 'first' UNION ALL SELECT abs(-9223372036854775807 - 1)",
		 "first\ninteger overflow\n"},
	};
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct store_report report = {0};

		check_rows(db, rows[i].question, &report);
		assert_string_equal(buf_str(&report.problems), rows[i].problems);
		store_report_clear(&report);
	}
	sqlite3_close(db);
}

static void of_many_problems_twenty_are_listed(UNUSED void **state)
{
	struct store_report report = {0};
	size_t n_lines = 0;

	for (int i = 0; i < 25; i++)
		check_problem(&report, "one");
	for (size_t i = 0; i < report.problems.len; i++)
		n_lines += report.problems.at[i] == '\n';
	assert_int_equal(n_lines, 20);
	assert_int_equal(report.n_problems, 25);
	store_report_clear(&report);
}

// What only the next start brings is not missed.
static void an_older_one_is_not_held_to_what_is_new(void **state)
{
	struct fixture *f = *state;
	struct store_report report;
	char *error = NULL, text[200];

	snprintf(text, sizeof(text),
		 "PRAGMA user_version = %lld; CREATE TABLE more (id);"
		 "DELETE FROM setting WHERE key = 'history_id'",
		 (long long)store_schema() - 1);
	spoil(f, text);
	assert_true(store_check_deep(f->path, &report, &error));
	assert_string_equal(buf_str(&report.problems), "");
	assert_int_equal(report.summed, 0);
	assert_int_equal(report.messages, 10);
	store_report_clear(&report);
}

static void sums_are_looked_at_where_that_is_asked_for(void **state)
{
	struct fixture *f = *state;
	struct store_report report;
	char *error = NULL;

	assert_true(store_check(f->path, &report, &error));
	assert_int_equal(report.summed, 0);
	store_report_clear(&report);
	assert_true(store_check_deep(f->path, &report, &error));
	assert_true(report.summed > 10);
	store_report_clear(&report);
}

static void an_id_of_another_length_is_none(void **state)
{
	finds(state, "UPDATE setting SET value = x'0102' WHERE key = 'history_id'",
	      "there is no history id");
}

static void no_entry(UNUSED void *arg, UNUSED const struct entry *e)
{
	fail();
}

static void what_was_put_into_the_schema_is_found(void **state)
{
	struct fixture *f = *state;
	char *error = NULL;

	finds(state, "CREATE TABLE more (id)", "the table more is not one of ours");
	// Nor is its state believed.
	assert_false(store_look(f->path, no_entry, NULL, &error));
	assert_non_null(strstr(error, "the table more is not one of ours"));
	free(error);
}

static void facts_are_of_a_database_that_is_ours(void **state)
{
	struct fixture *f = *state;
	struct store_report report;
	char *error = NULL;

	assert_true(store_facts(f->path, &report, &error));
	assert_null(error);
	assert_int_equal(report.messages, 10);
	assert_int_equal(report.schema, store_schema());
	assert_true(report.bytes > 0 && report.page_size > 0);
	store_report_clear(&report);
	assert_false(store_facts("/nowhere/snug.db", &report, &error));
	assert_non_null(strstr(error, "cannot open /nowhere/snug.db"));
	free(error);
	assert_false(store_check("/nowhere/snug.db", &report, &error));
	assert_non_null(strstr(error, "cannot open /nowhere/snug.db"));
	free(error);
	spoil(f, "PRAGMA user_version = 900");
	assert_false(store_facts(f->path, &report, &error));
	assert_non_null(strstr(error, "snug.db: it was written by a newer snugd"));
	assert_int_equal(report.messages, 0);
	store_report_clear(&report);
	free(error);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_room, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_sound_store_has_no_problem_and_a_newest_message),
		T(a_missing_number_is_found),
		T(a_missing_beginning_is_found_unless_it_expired),
		T(numbers_out_of_order_are_found),
		T(a_number_given_twice_is_found),
		T(a_time_that_falls_is_found),
		T(messages_of_no_room_are_found),
		T(a_reference_to_nothing_is_found),
		T(a_newer_schema_is_named),
		T(a_missing_history_id_is_found),
		T(an_empty_file_is_named),
		T(another_programs_file_is_named),
		T(rows_speak_for_themselves),
		T(of_many_problems_twenty_are_listed),
		T(an_older_one_is_not_held_to_what_is_new),
		T(sums_are_looked_at_where_that_is_asked_for),
		T(an_id_of_another_length_is_none),
		T(what_was_put_into_the_schema_is_found),
		T(facts_are_of_a_database_that_is_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
