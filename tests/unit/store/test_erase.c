// SPDX-License-Identifier: MIT
// What an erasing takes out of messages, events, reasons and the log, and out of the index.
#include "tests/unit/store/history.h"

#include "server/store/sqlite/db.h"

static int64_t number_in(struct fixture *f, const char *question)
{
	char *error = NULL;
	sqlite3 *db = db_open(f->path, DB_READ, STORE_FULL, &error);
	int64_t number = db_number(db, question, -1);

	sqlite3_close(db);
	return number;
}

static void a_message_keeps_its_place_alone(void **state)
{
	struct fixture *f = *state;
	struct entry said = message(40, 3, 11, "a xylophonequartz");

	said.message.tags = SPAN("+reply=x");
	said.message.client_id = SPAN("mine");
	put(f, said);
	tidy_all(f);
	expect(state, search("xylophonequartz"), "40 ");
	assert_true(database_holds(f, "xylophonequartz"));
	put(f, (struct entry){.kind = ENTRY_ERASE, .erase = {40, SPAN("erased-1")}});
	assert_false(store_is_clean(f->store));
	expect(state, search("xylophonequartz"), "");
	assert_int_equal(number_in(f, "SELECT count(*) FROM message WHERE id = 40 AND seq = 11"
				      " AND text = '' AND tags = '' AND client_id IS NULL"
				      " AND redacted AND sender = 'erased-1'"),
			 1);
	tidy_all(f);
	assert_true(store_is_clean(f->store));
	assert_int_equal(number_in(f, "SELECT count(*) FROM search WHERE search MATCH 'xylo*'"),
			 0);
	assert_false(database_holds(f, "xylophonequartz"));
	expect(state, search("words"), "24 26 28 more");
}

static void who_removed_something_is_named_otherwise(void **state)
{
	struct fixture *f = *state;
	struct entry removed = redaction(12, 3);

	removed.redact.name = SPAN("eve");
	put(f, removed);
	removed.redact.id = 20;
	put(f, removed);
	put(f, (struct entry){.kind = ENTRY_ERASE_REASONS,
			      .erase_reasons = {1, 12, 20, SPAN("erased-1")}});
	assert_int_equal(number_in(f, "SELECT message FROM redaction WHERE name = 'erased-1'"
				      " AND reason = ''"),
			 20);
	assert_int_equal(number_in(f, "SELECT message FROM redaction WHERE name = 'eve'"
				      " AND reason = 'spam'"),
			 12);
	assert_false(store_is_clean(f->store));
}

static void events_and_the_log_are_worded_anew(void **state)
{
	struct fixture *f = *state;

	put(f,
	    (struct entry){.kind = ENTRY_REWORD_EVENT, .reword_event = {11, SPAN("erased-1")}});
	assert_int_equal(number_in(f, "SELECT count(*) FROM message WHERE text = 'erased-1'"),
			 1);
	assert_int_equal(number_in(f, "SELECT id FROM message WHERE text = 'erased-1'"), 11);
	for (int i = 0; i < 2; i++)
		put(f, (struct entry){.kind = ENTRY_AUDIT,
				      .audit = {.at_ms = 5,
						.actor = SPAN("eve"),
						.verb = SPAN("kick"),
						.detail = SPAN("bob"),
						.reason = SPAN("why")}});
	put(f, (struct entry){.kind = ENTRY_REWORD_AUDIT,
			      .reword_audit = {2, SPAN("erased-1"), SPAN("x"), SPAN("")}});
	assert_int_equal(number_in(f, "SELECT id FROM audit WHERE actor = 'erased-1' AND"
				      " detail = 'x' AND reason = '' AND verb = 'kick'"),
			 2);
	assert_int_equal(number_in(f, "SELECT id FROM audit WHERE actor = 'eve'"), 1);
	assert_int_equal(number_in(f, "SELECT count(*) FROM audit_salt WHERE id = 1"), 1);
	assert_int_equal(number_in(f, "SELECT count(*) FROM audit_salt WHERE id = 2"), 0);
	assert_int_equal(number_in(f, "SELECT count(*) FROM audit_link"), 2);
}

static void what_is_done_is_forgotten(void **state)
{
	struct fixture *f = *state;

	put(f, (struct entry){.kind = ENTRY_ERASURE, .erasure = {.account = 10}});
	put(f, (struct entry){.kind = ENTRY_ERASURE, .erasure = {.account = 8}});
	put(f,
	    (struct entry){
		    .kind = ENTRY_FILE,
		    .file = {.id = {1}, .account = 1, .name = SPAN("cat"), .type = SPAN("x")}});
	put(f,
	    (struct entry){
		    .kind = ENTRY_FILE,
		    .file = {.id = {2}, .account = 1, .name = SPAN("dog"), .type = SPAN("x")}});
	assert_int_equal(number_in(f, "SELECT count(*) FROM erasure"), 2);
	tidy_all(f);
	assert_true(store_is_clean(f->store));
	put(f, (struct entry){.kind = ENTRY_ERASURE_GONE, .erasure_gone = {10}});
	put(f, (struct entry){.kind = ENTRY_FILE_GONE, .file_gone = {{1}}});
	assert_int_equal(number_in(f, "SELECT account FROM erasure"), 8);
	assert_int_equal(number_in(f, "SELECT count(*) FROM file WHERE name = 'dog'"), 1);
	assert_int_equal(number_in(f, "SELECT count(*) FROM file"), 1);
	// Nor is it to be found in the log; and no message of that number lost its words.
	assert_false(store_is_clean(f->store));
	assert_int_equal(number_in(f, "SELECT count(*) FROM search WHERE search MATCH 'words'"),
			 10);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_history, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_message_keeps_its_place_alone),
		T(who_removed_something_is_named_otherwise),
		T(events_and_the_log_are_worded_anew),
		T(what_is_done_is_forgotten),
	};

	if (are_of_sqlite(ARRAY_LEN(tests), "its rows are read in its own words"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
