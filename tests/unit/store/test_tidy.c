// SPDX-License-Identifier: MIT
// What waits until the disk is idle: when it is due, and what one step of it does.
#include "tests/unit/store/history.h"

#include "server/store/sqlite/folder.h"
#include "server/store/sqlite/sqlite_private.h"
#include "tests/support/failing_sql.h"
#include "tests/unit/store/caught.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static int set_up_tidied(void **state)
{
	set_up_history(state);
	tidy_all(*state);
	return 0;
}

static struct sqlite_store *own(void **state)
{
	return sqlite_of(((struct fixture *)*state)->store);
}

// What waits, and how long a silence it waits for; the first that is true is what counts.
static const struct due {
	bool failed, halted;
	int n_unindexed;
	bool expiring;
	enum purge purge;
	bool shrinking, removed, log_is_read;
	message_id unindexed;
	int wal_pages, ms;
} dues[] = {
	{.ms = -1},
	{.failed = true, .halted = true, .ms = -1},
	{.halted = true, .n_unindexed = 1000, .ms = 500},
	{.n_unindexed = WORDS_STEP, .expiring = true, .ms = 0},
	{.n_unindexed = WORDS_STEP - 1, .ms = -1},
	{.expiring = true, .removed = true, .ms = 2},
	{.purge = PURGE_DUE, .removed = true, .ms = 2},
	{.purge = PURGE_RUNNING, .ms = 2},
	{.shrinking = true, .removed = true, .ms = 2},
	{.removed = true, .unindexed = 7, .ms = 20},
	{.removed = true, .log_is_read = true, .ms = 200},
	{.log_is_read = true, .ms = -1},
	{.unindexed = 7, .n_unindexed = 1, .ms = 1000},
	{.wal_pages = 256, .ms = 1000},
	{.wal_pages = 255, .ms = -1},
};

static void what_waits_longest_counts_least(void **state)
{
	struct sqlite_store *s = own(state);

	for (size_t i = 0; i < ARRAY_LEN(dues); i++) {
		const struct due *d = &dues[i];

		s->base.failed = d->failed;
		s->halted = d->halted;
		s->base.n_unindexed = d->n_unindexed;
		s->base.expiring = d->expiring;
		s->purge = d->purge;
		s->shrinking = d->shrinking;
		s->base.removed = d->removed;
		s->log_is_read = d->log_is_read;
		s->base.unindexed = d->unindexed;
		s->wal_pages = d->wal_pages;
		if (tidy_after_ms(&s->base) != d->ms)
			fail_msg("row %zu: %d", i, tidy_after_ms(&s->base));
	}
	s->base.failed = false;
}

static void the_log_is_looked_at_only_where_it_holds_something(void **state)
{
	struct sqlite_store *s = own(state);

	s->wal_pages = 0;
	s->base.removed = false;
	s->log_is_read = true; // as it was found at the last look
	tidy_checkpoint(s);
	assert_true(s->log_is_read);
	s->wal_pages = 1;
	tidy_checkpoint(s);
	assert_false(s->log_is_read);
	assert_int_equal(s->wal_pages, 0);
	s->log_is_read = s->base.removed = true;
	s->wal_is_short = false;
	tidy_checkpoint(s);
	assert_false(s->log_is_read);
	assert_false(s->base.removed);
	assert_true(s->wal_is_short);
	// Whole, it keeps its length.
	put(*state, account(40, "eve"));
	s->wal_is_short = false;
	assert_true(s->wal_pages > 0);
	tidy_checkpoint(s);
	assert_int_equal(s->wal_pages, 0);
	assert_false(s->wal_is_short);
}

static void a_reader_in_the_way_is_no_failure(void **state)
{
	struct fixture *f = *state;
	struct sqlite_store *s = own(state);
	sqlite3 *reader;

	assert_int_equal(sqlite3_open(f->path, &reader), SQLITE_OK);
	assert_int_equal(db_exec(reader, "BEGIN; SELECT count(*) FROM message"), SQLITE_OK);
	put(f, account(40, "eve"));
	s->base.removed = true;
	tidy_checkpoint(s);
	assert_true(s->log_is_read);
	assert_true(s->base.removed);
	assert_false(s->base.failed);
	sqlite3_close(reader);
	tidy_checkpoint(s);
	assert_false(s->log_is_read);
	assert_false(s->base.removed);
}

static int64_t n_messages(struct sqlite_store *s)
{
	return db_number(s->db, "SELECT count(*) FROM message", -1);
}

static void what_is_clean_has_no_step(void **state)
{
	struct sqlite_store *s = own(state);

	s->wal_pages = 5;
	s->halted = true;
	assert_false(store_tidy(&s->base));
	assert_int_equal(s->wal_pages, 0);
	assert_false(s->halted);
	s->wal_pages = 5;
	s->base.failed = true;
	assert_false(store_tidy(&s->base));
	assert_int_equal(s->wal_pages, 5);
	s->base.failed = false;
}

static void rows_go_before_pages_and_the_log_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct sqlite_store *s = own(state);
	int64_t n = n_messages(s);

	put(f, (struct entry){.kind = ENTRY_EXPIRE, .expire = {.stream = 3, .upto = 14}});
	s->shrinking = true;
	assert_true(s->wal_pages > 0);
	assert_true(store_tidy(f->store));
	assert_int_equal(n_messages(s), n - 5);
	assert_true(s->wal_pages > 0);
	tidy_all(f);
	assert_int_equal(s->wal_pages, 0);
	assert_false(s->shrinking);
}

static void between_commits_only_what_was_removed_is_due(void **state)
{
	struct fixture *f = *state;
	struct sqlite_store *s = own(state);
	int64_t n = n_messages(s), now_ms = 1000000;

	put(f, account(40, "eve"));
	assert_true(s->wal_pages > 0);
	assert_false(tidy_between(f->store, now_ms));
	assert_true(s->wal_pages > 0);

	put(f, (struct entry){.kind = ENTRY_EXPIRE, .expire = {.stream = 3, .upto = 14}});
	s->removal_ms = now_ms - 19;
	assert_false(tidy_between(f->store, now_ms));
	assert_int_equal(n_messages(s), n);
	s->halted = true;
	assert_false(tidy_between(f->store, now_ms + 1));
	s->halted = false;
	assert_true(tidy_between(f->store, now_ms + 1));
	assert_int_equal(n_messages(s), n - 5);
	assert_int_equal(s->removal_ms, now_ms + 1);
	// Nothing is touched any more.
	s->wal_pages = 1 << 20;
	s->base.failed = true;
	s->halted = true;
	assert_true(tidy_between(f->store, now_ms + 2));
	assert_int_equal(s->wal_pages, 1 << 20);
	s->base.failed = s->halted = false;
	assert_false(tidy_between(f->store, now_ms + 2));
	assert_true(s->wal_pages < 1 << 20);
}

// Each statement of a step in turn fails: it is as if it had not begun.
static void half_a_step_removes_nothing(void **state)
{
	struct fixture *f = *state;
	struct sqlite_store *s = own(state);
	int64_t n = n_messages(s);
	bool has = true;

	put(f, (struct entry){.kind = ENTRY_EXPIRE, .expire = {.stream = 3, .upto = 14}});
	for (unsigned at = 1; has; at++) {
		assert_int_equal(n_messages(s), n);
		assert_int_equal(
			db_number(s->db, "SELECT upto FROM expiry WHERE stream = 3", -1), 14);
		assert_true(s->base.expiring);
		failing_sql_at(at, SQLITE_FULL);
		bool is_stepped = store_tidy(f->store);
		has = failing_sql_has();
		failing_sql_at(0, 0);
		assert_int_equal(is_stepped, !has);
	}
	assert_int_equal(n_messages(s), n - 5);
}

static int64_t n_indexed(struct sqlite_store *s)
{
	return db_number(s->db, "SELECT count(*) FROM search WHERE search MATCH 's3'", -1);
}

// What has no words waits for no index, and has no place in it.
static void only_what_has_words_waits_for_the_index(void **state)
{
	struct fixture *f = *state;
	struct sqlite_store *s = own(state);

	assert_int_equal(n_indexed(s), 10);
	put(f, message(40, 3, 0, "joined"));
	put(f, message(41, 3, 11, ""));
	assert_int_equal(f->store->unindexed, 0);
	put(f, message(42, 3, 12, "to be removed"));
	put(f, message(43, 3, 13, "words that stay"));
	assert_int_equal(f->store->unindexed, 42);
	assert_int_equal(f->store->n_unindexed, 2);
	put(f, redaction(42, 3));
	tidy_all(f);
	assert_int_equal(f->store->unindexed, 0);
	assert_int_equal(f->store->n_unindexed, 0);
	assert_int_equal(n_indexed(s), 11);
	// Nor does it leave one.
	put(f, redaction(41, 3));
	assert_int_equal(s->purge, PURGE_NONE);
}

// Words go into the index once, however often that failed.
static void half_of_the_words_are_none(void **state)
{
	struct fixture *f = *state;
	struct sqlite_store *s = own(state);
	bool has = true;

	put(f, message(42, 3, 12, "one"));
	put(f, message(43, 3, 13, "two"));
	for (unsigned at = 1; has; at++) {
		assert_int_equal(n_indexed(s), 10);
		assert_int_equal(f->store->unindexed, 42);
		failing_sql_at(at, SQLITE_FULL);
		bool is_stepped = store_tidy(f->store);
		has = failing_sql_has();
		failing_sql_at(0, 0);
		assert_int_equal(is_stepped, !has);
	}
	assert_int_equal(n_indexed(s), 12);
	assert_int_equal(f->store->unindexed, 0);
	assert_true(words_sum_is_true(s->db));
}

static void a_log_that_is_too_long_goes_whatever_comes_of_a_step(void **state)
{
	struct fixture *f = *state;
	struct sqlite_store *s = own(state);

	put(f, message(42, 3, 12, "one"));
	s->wal_pages = 1 << 20;
	failing_sql_at(1, SQLITE_FULL);
	assert_false(store_tidy(f->store));
	failing_sql_at(0, 0);
	assert_true(s->wal_pages < 1 << 20);
}

static void a_step_without_room_is_told_once_and_tried_again(void **state)
{
	static const struct {
		int code;
		bool is_failed;
		int n_told; // in all
	} tries[] = {{SQLITE_FULL, false, 1},
		     {SQLITE_BUSY, false, 1},
		     {SQLITE_OK, false, 1},
		     {SQLITE_FULL, false, 2},
		     {SQLITE_IOERR_READ, true, 3}};
	struct fixture *f = *state;
	struct sqlite_store *s = own(state);
	struct caught log = catch_begin();

	for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
		// There is always one more step.
		s->base.expiring = true;
		if (tries[i].code != SQLITE_OK)
			failing_sql_at(2, tries[i].code);
		assert_int_equal(store_tidy(f->store), tries[i].code == SQLITE_OK);
		failing_sql_at(0, 0);
		assert_int_equal(s->halted, tries[i].code != SQLITE_OK);
		assert_int_equal(s->base.failed, tries[i].is_failed);
		assert_int_equal(caught_of(&log, "tidy-failed"), tries[i].n_told);
		assert_true(sqlite3_get_autocommit(s->db));
	}
	catch_end(&log);
	s->base.failed = false;
}

// The log's length, and what is kept for a full disk.

static int64_t log_bytes(const struct fixture *f)
{
	char file[128];
	struct stat st;

	snprintf(file, sizeof(file), "%s-wal", f->path);
	return stat(file, &st) == 0 ? st.st_size : -1;
}

static bool has_ballast(const struct fixture *f)
{
	char file[128];

	snprintf(file, sizeof(file), "%s/ballast", f->folder);
	return access(file, F_OK) == 0;
}

static void the_log_gets_its_length_where_there_is_room(void **state)
{
	struct fixture *f = *state;
	struct sqlite_store *s = own(state);
	struct rlimit limit, less;
	int64_t bytes;

	put(f, account(40, "eve"));
	bytes = log_bytes(f);
	store_set_low_water(f->store, INT64_MAX / 2);
	wal_lengthen(s);
	assert_int_equal(log_bytes(f), bytes);
	store_set_low_water(f->store, 0);
	if (free_space(f->path) < 8 * WAL_BYTES)
		skip();
	// What cannot be had is given back.
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	less = (struct rlimit){4 << 20, limit.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &less), 0);
	wal_lengthen(s);
	ballast_keep(f->path);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(log_bytes(f), bytes);
	assert_false(has_ballast(f));
	wal_lengthen(s);
	assert_int_equal(log_bytes(f), WAL_BYTES);
	put(f, account(41, "dan"));
	wal_lengthen(s);
	assert_int_equal(log_bytes(f), WAL_BYTES);
}

static void only_a_short_log_of_a_sound_store_is_made_ready(void **state)
{
	struct fixture *f = *state;
	struct sqlite_store *s = own(state);
	const struct store_engine *engine = f->store->engine;

	for (int i = 0; i < 4; i++) {
		f->store->low = i == 0;
		f->store->failed = i == 1;
		s->wal_is_short = i != 2;
		engine->ready(f->store);
		assert_int_equal(has_ballast(f), i == 3);
		assert_int_equal(s->wal_is_short, i < 2);
	}
	// It is there already.
	ballast_keep(f->path);
	assert_true(has_ballast(f));
	reopen(f);
	assert_true(has_ballast(f));
	assert_true(ballast_release(f->path));
	assert_false(has_ballast(f));
	assert_false(ballast_release(f->path));
}

static void ballast_comes_back_when_there_is_room_again(void **state)
{
	struct fixture *f = *state;
	const struct store_engine *engine = f->store->engine;
	int64_t free_bytes, size_bytes;

	assert_int_equal(engine->watch(f->store, &free_bytes, &size_bytes), DISK_FINE);
	assert_true(free_bytes > 0 && size_bytes >= free_bytes);
	assert_false(has_ballast(f));
	f->store->low_water = INT64_MAX / 4;
	assert_int_equal(engine->watch(f->store, &free_bytes, &size_bytes), DISK_LOW);
	assert_int_equal(engine->watch(f->store, &free_bytes, &size_bytes), DISK_LOW);
	assert_false(has_ballast(f));
	f->store->low_water = 0;
	assert_int_equal(engine->watch(f->store, &free_bytes, &size_bytes), DISK_FINE);
	assert_true(has_ballast(f));
}

// A commit that touches no word writes no sum of the index.
static void the_sum_of_the_words_is_put_with_them_alone(void **state)
{
	struct fixture *f = *state;
	struct sqlite_store *s = own(state);
	int before = sqlite3_total_changes(s->db);

	put(f, (struct entry){.kind = ENTRY_MARKER, .marker = {1, 3, 5}});
	assert_int_equal(sqlite3_total_changes(s->db), before + 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_tidied, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_waits_longest_counts_least),
		T(the_log_is_looked_at_only_where_it_holds_something),
		T(a_reader_in_the_way_is_no_failure),
		T(what_is_clean_has_no_step),
		T(rows_go_before_pages_and_the_log_is_left_alone),
		T(between_commits_only_what_was_removed_is_due),
		T(half_a_step_removes_nothing),
		T(only_what_has_words_waits_for_the_index),
		T(half_of_the_words_are_none),
		T(a_log_that_is_too_long_goes_whatever_comes_of_a_step),
		T(a_step_without_room_is_told_once_and_tried_again),
		T(the_log_gets_its_length_where_there_is_room),
		T(only_a_short_log_of_a_sound_store_is_made_ready),
		T(ballast_comes_back_when_there_is_room_again),
		T(the_sum_of_the_words_is_put_with_them_alone),
	};

	if (are_of_sqlite(ARRAY_LEN(tests), "what its file and its log want"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
