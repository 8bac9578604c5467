// SPDX-License-Identifier: MIT
#include "tests/unit/store/by_hand.h"

#include "common/buf.h"
#include "common/encode.h"
#include "server/store/store.h"

#include <sys/stat.h>

// Rooms 3 and 4, message i (1 to 100) in room 3 + i % 2 at time 1000 + i; dialog 5 has
// message 101 and event 102.
static int set_up_rooms(void **state)
{
	set_up(state);
	struct fixture *f = *state;

	put(f, room(3, "#den"));
	put(f, room(4, "#lair"));
	put(f, (struct entry){.kind = ENTRY_DIALOG, .dialog = {5, 1, 1}});
	for (unsigned i = 1; i <= 100; i++)
		put(f, message(i, 3 + i % 2, (i + 1) / 2, "ten letter"));
	put(f, message(101, 5, 1, "ten letter"));
	put(f, message(102, 5, 0, "event"));
	tidy_all(f);
	return 0;
}

static struct rows *plan(struct fixture *f, struct keep keep)
{
	char *error = NULL;
	struct reader *r = reader_open(f->path, &error);
	struct query *q = query_new(QUERY_EXPIRED, 1);

	q->keep = keep;
	struct rows *rows = reader_answer(r, q);
	assert_int_equal(rows->result, ROWS_OK);
	query_free(q);
	reader_close(r);
	return rows;
}

static void expect_plan(void **state, struct keep keep, const char *text)
{
	struct rows *rows = plan(*state, keep);
	struct buf seen = {0};

	for (size_t i = 0; i < rows->n_targets; i++)
		buf_printf(&seen, "%lld: %lld up to %llu; ", (long long)rows->targets[i].stream,
			   (long long)rows->targets[i].n_messages,
			   (unsigned long long)rows->targets[i].id);
	assert_string_equal(buf_str(&seen), text);
	buf_clear(&seen);
	rows_free(rows);
}

static void expire(struct fixture *f, struct keep keep)
{
	struct rows *rows = plan(f, keep);

	for (size_t i = 0; i < rows->n_targets; i++)
		put(f,
		    (struct entry){.kind = ENTRY_EXPIRE,
				   .expire = {rows->targets[i].stream, rows->targets[i].id}});
	rows_free(rows);
	tidy_all(f);
}

static struct store_report check(struct fixture *f)
{
	struct store_report report;
	char *error = NULL;

	assert_true(store_check(f->path, &report, &error));
	assert_string_equal(buf_str(&report.problems), "");
	store_report_clear(&report);
	return report;
}

static void without_bounds_all_is_kept(void **state)
{
	expect_plan(state, (struct keep){.now_ms = 1000000}, "");
}

static void what_is_too_old_goes(void **state)
{
	// Kept: what is from time 1041 on.
	expect_plan(state, (struct keep){.now_ms = 2041, .keep_ms = 1000},
		    "3: 20 up to 40; 4: 20 up to 39; ");
	expect_plan(state, (struct keep){.now_ms = 20000, .keep_ms = 1000},
		    "3: 50 up to 100; 4: 50 up to 99; 5: 1 up to 102; ");
}

static void a_rooms_own_bound_goes_before_the_servers(void **state)
{
	struct entry own = room(4, "#lair");

	own.room.keep_ms = 100000;
	put(*state, own);
	expect_plan(state, (struct keep){.now_ms = 2041, .keep_ms = 1000}, "3: 20 up to 40; ");
	own.room.keep_ms = 1;
	put(*state, own);
	expect_plan(state, (struct keep){.now_ms = 1200}, "4: 50 up to 99; ");
}

static void what_is_too_much_goes(void **state)
{
	struct rows *rows = plan(*state, (struct keep){.keep_bytes = 1});
	int64_t one = rows->targets[0].bytes / rows->targets[0].n_messages;

	assert_int_equal(rows->n_targets, 3);
	assert_int_equal(rows->targets[0].n_messages, 50);
	rows_free(rows);
	expect_plan(state, (struct keep){.keep_bytes = 10 * one},
		    "3: 40 up to 80; 4: 40 up to 79; ");
	// Over all: equal shares; what the dialog leaves of its own is for the rooms.
	expect_plan(state, (struct keep){.total_bytes = 12 * one},
		    "3: 45 up to 90; 4: 45 up to 89; ");
}

static void what_is_going_already_is_not_told_again(void **state)
{
	put(*state, (struct entry){.kind = ENTRY_EXPIRE, .expire = {3, 40}});
	expect_plan(state, (struct keep){.now_ms = 2041, .keep_ms = 1000}, "4: 20 up to 39; ");
	expect_plan(state, (struct keep){.now_ms = 2061, .keep_ms = 1000},
		    "3: 10 up to 60; 4: 30 up to 59; ");
}

static void a_room_may_keep_less_bytes_and_be_empty(void **state)
{
	struct rows *rows = plan(*state, (struct keep){.keep_bytes = 1});
	struct entry own = room(4, "#lair");

	own.room.keep_bytes = 10 * rows->targets[0].bytes / rows->targets[0].n_messages;
	rows_free(rows);
	put(*state, own);
	put(*state, room(9, "#empty"));
	expect_plan(state, (struct keep){.now_ms = 5}, "4: 40 up to 79; ");
	expect_plan(state, (struct keep){.now_ms = 20000, .keep_ms = 1000, .total_bytes = 1},
		    "3: 50 up to 100; 4: 50 up to 99; 5: 1 up to 102; ");
	// Each bound at its edge: what all of it takes is kept.
	own.room.keep_bytes *= 5;
	put(*state, own);
	expect_plan(state, (struct keep){.now_ms = 5}, "");
	own.room.keep_bytes--;
	put(*state, own);
	expect_plan(state, (struct keep){.now_ms = 5}, "4: 1 up to 1; ");
}

static int64_t n_rows(const struct fixture *f, int stream)
{
	char question[64];

	snprintf(question, sizeof(question), "SELECT count(*) FROM message WHERE stream = %d",
		 stream);
	return number_by_hand(f, question);
}

// Ten times what may be kept, all of it in one room, some of it events.
static void a_flood_removes_no_row_of_who_is_under_its_share(void **state)
{
	struct fixture *f = *state;
	struct rows *rows = plan(f, (struct keep){.keep_bytes = 1});
	int64_t total = 3 * (rows->targets[0].bytes + rows->targets[1].bytes);

	rows_free(rows);
	for (unsigned i = 0; i < 3000; i++)
		put(f, message(1000 + i, 3, i % 3 ? 51 + i - i / 3 : 0, "flood flood"));
	expire(f, (struct keep){.total_bytes = total});
	assert_int_equal(n_rows(f, 4), 50);
	assert_int_equal(n_rows(f, 5), 2);
	assert_in_range(n_rows(f, 3), 100, 300);
}

static void what_goes_is_gone_and_its_numbers_stay_taken(void **state)
{
	struct fixture *f = *state;
	struct keep keep = {.now_ms = 2041, .keep_ms = 1000};

	expire(f, keep);
	assert_int_equal(check(f).messages, 61);
	expect_plan(state, keep, "");
	keep.now_ms = 1000000;
	expire(f, keep);
	assert_int_equal(check(f).messages, 0);
	assert_false(database_holds(f, "ten letter"));
	assert_false(database_holds(f, "letter"));
	put(f, message(103, 3, 51, "goes on"));
	assert_int_equal(check(f).messages, 1);
}

static void an_expired_edit_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct entry edit = message(200, 3, 51, "an edit");
	char original[ID_TEXT_LEN + 1], tag[40];

	encode_id(60, original);
	snprintf(tag, sizeof(tag), "+draft/edit=%s", original);
	edit.message.tags = span_of(tag);
	put(f, edit);
	assert_int_equal(number_by_hand(f, "SELECT original FROM edit"), 60);
	put(f, (struct entry){.kind = ENTRY_EXPIRE, .expire = {3, 200}});
	tidy_all(f);
	assert_int_equal(number_by_hand(f, "SELECT count(*) FROM edit"), 0);
}

// A verb without a server closes at once, and nobody else might come for long.
static void what_expired_is_gone_behind_a_close(void **state)
{
	struct fixture *f = *state;

	put(f, (struct entry){.kind = ENTRY_EXPIRE, .expire = {3, 100}});
	reopen(f);
	assert_int_equal(n_rows(f, 3), 0);
}

static void messages_that_come_meanwhile_are_kept(void **state)
{
	struct fixture *f = *state;

	put(f, (struct entry){.kind = ENTRY_EXPIRE, .expire = {3, 100}});
	put(f, message(200, 3, 51, "came later"));
	reopen(f);
	tidy_all(f);
	assert_int_equal(check(f).messages, 52);
	assert_true(database_holds(f, "came later"));
}

static size_t count_page(struct fixture *f, struct place from, struct place to,
			 enum rows_result result)
{
	char *error = NULL;
	struct reader *r = reader_open(f->path, &error);
	struct query *q = query_new(QUERY_PAGE, 1);

	q->stream = 3;
	q->from = from;
	q->to = to;
	q->limit = 100;
	struct rows *rows = reader_answer(r, q);
	size_t n = rows->n_messages;
	assert_int_equal(rows->result, result);
	rows_free(rows);
	query_free(q);
	reader_close(r);
	return n;
}

static void what_went_is_a_place_before_all_that_is_left(void **state)
{
	struct fixture *f = *state;
	struct place gone = {.is_set = true, .id = 20}, unset = {0};
	struct place other = {.is_set = true, .id = 51}, kept = {.is_set = true, .id = 50};

	(void)count_page(f, other, unset, ROWS_NO_PLACE);
	expire(f, (struct keep){.now_ms = 2041, .keep_ms = 1000});
	assert_int_equal(count_page(f, gone, unset, ROWS_OK), 30);
	assert_int_equal(count_page(f, gone, kept, ROWS_OK), 4);
	assert_int_equal(count_page(f, unset, gone, ROWS_OK), 0);
	(void)count_page(f, other, unset, ROWS_NO_PLACE);
	expire(f, (struct keep){.now_ms = 1000000, .keep_ms = 1000});
	assert_int_equal(count_page(f, gone, unset, ROWS_OK), 0);
	gone.id = 5000;
	(void)count_page(f, gone, unset, ROWS_NO_PLACE);
}

static void space_returns_to_the_file_system(void **state)
{
	struct fixture *f = *state;
	struct stat before, after;
	char text[1001];

	of_sqlite("the size of its file");
	memset(text, 'x', sizeof(text));
	text[1000] = '\0';
	for (unsigned i = 0; i < 4000; i++)
		put(f, message(1000 + i, 3, 51 + i, text));
	tidy_all(f);
	assert_int_equal(stat(f->path, &before), 0);
	put(f, (struct entry){.kind = ENTRY_EXPIRE, .expire = {3, 4900}});
	tidy_all(f);
	assert_int_equal(stat(f->path, &after), 0);
	assert_true(before.st_size > 4000000);
	assert_true(after.st_size < 1000000);
	assert_int_equal(check(f).messages, 150);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_rooms, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(without_bounds_all_is_kept),
		T(what_is_too_old_goes),
		T(a_rooms_own_bound_goes_before_the_servers),
		T(what_is_too_much_goes),
		T(what_is_going_already_is_not_told_again),
		T(a_room_may_keep_less_bytes_and_be_empty),
		T(a_flood_removes_no_row_of_who_is_under_its_share),
		T(what_goes_is_gone_and_its_numbers_stay_taken),
		T(an_expired_edit_is_forgotten),
		T(what_expired_is_gone_behind_a_close),
		T(messages_that_come_meanwhile_are_kept),
		T(what_went_is_a_place_before_all_that_is_left),
		T(space_returns_to_the_file_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
