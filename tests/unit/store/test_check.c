// SPDX-License-Identifier: MIT
#include "tests/unit/store/by_hand.h"

#include "common/buf.h"
#include "server/store/store.h"

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
