// SPDX-License-Identifier: MIT
// What a disk can do to a store: crashes at every act, errors, an end of space.
#include "tests/unit/store/fixture.h"

#include "server/store/sqlite/sqlite_private.h"
#include "tests/support/disk.h"
#include "tests/support/wait.h"

#include <sqlite3.h>

struct sick {
	struct fixture f;
	struct disk *disk;
};

static int set_up_disk(void **state)
{
	struct sick *s = calloc(1, sizeof(*s));

	fixture_in(&s->f, "/tmp");
	*state = s;
	return 0;
}

static int tear_down_disk(void **state)
{
	struct sick *s = *state;

	fixture_remove(&s->f, "lock");
	rmdir(s->f.folder);
	stored_drop(s->f.path);
	free(s->f.path);
	free(s);
	return 0;
}

// A fresh disk of this seed with an empty store on it.
static void start(struct sick *s, uint64_t seed)
{
	s->disk = disk_new(seed);
	fixture_open(&s->f);
	s->f.next = 1;
	put(&s->f, room(3, "#den"));
}

static void stop(struct sick *s)
{
	store_close(s->f.store);
	s->f.store = NULL;
	disk_free(s->disk);
}

// Stores messages from `from` on, two a commit, until one is not stored or `upto` is.
// The number of those acknowledged.
static uint64_t write_messages(struct sick *s, uint64_t from, uint64_t upto, struct durable *d)
{
	for (uint64_t i = from; i < upto; i += 2) {
		struct journal *j = journal_new(s->f.next);
		struct entry first = message(i, 3, i, "not to be lost");
		struct entry second = message(i + 1, 3, i + 1, "nor this");

		journal_add(j, &first);
		journal_add(j, &second);
		s->f.next += 2;
		bool stored = writer_apply(s->f.store, j, d);
		journal_free(j);
		if (!stored)
			return i - 1;
		if (i % 16 == 1)
			store_tidy(s->f.store);
	}
	return upto - 1;
}

// The messages that are there: 1 to the answer without a gap, or the test fails.
static uint64_t whole_messages(struct sick *s)
{
	struct store_report report;
	char *error = NULL;

	if (!store_check(s->f.path, &report, &error))
		fail_msg("%s", error);
	if (report.n_problems)
		fail_msg("%s", buf_str(&report.problems));
	uint64_t n = (uint64_t)report.messages;
	store_report_clear(&report);
	return n;
}

static void after_a_crash_at_any_act_all_that_was_acknowledged_is_there(void **state)
{
	struct sick *s = *state;
	struct durable d;

	for (unsigned n = 1; n < 400; n++) {
		start(s, n);
		disk_crash_at(s->disk, DISK_WRITE | DISK_SYNC, n);
		uint64_t acked = write_messages(s, 1, 41, &d);
		disk_crash(s->disk);
		store_close(s->f.store);
		fixture_open(&s->f);
		uint64_t there = whole_messages(s);
		// The commit that was under way may have got through, as a whole.
		assert_in_range(there, acked, acked + 2);
		assert_true(there % 2 == 0);
		// And writing goes on.
		assert_int_equal(write_messages(s, there + 1, there + 9, &d), there + 8);
		stop(s);
	}
}

static void a_sync_that_does_nothing_is_found_by_such_a_test(void **state)
{
	struct sick *s = *state;
	struct durable d;
	bool lost = false;

	for (unsigned n = 1; n < 50 && !lost; n++) {
		start(s, n);
		disk_skip_syncs(s->disk, true);
		uint64_t acked = write_messages(s, 1, 41, &d);
		disk_crash(s->disk);
		store_close(s->f.store);
		char *error = NULL;
		struct store_report report = {0};
		s->f.store = store_open(s->f.path, STORE_FULL, &error);
		lost = !s->f.store || !store_check(s->f.path, &report, &error) ||
		       report.n_problems || (uint64_t)report.messages < acked;
		free(error);
		store_report_clear(&report);
		stop(s);
	}
	assert_true(lost);
}

static void an_error_of_any_write_or_sync_ends_the_writing(void **state)
{
	struct sick *s = *state;
	struct durable d;

	for (unsigned n = 1; n < 120; n++) {
		bool sync = n % 2;
		start(s, n);
		disk_fail(s->disk, sync ? DISK_SYNC : DISK_WRITE, n / 2 + 1,
			  sync ? SQLITE_IOERR_FSYNC : SQLITE_IOERR_WRITE, false);
		uint64_t acked = write_messages(s, 1, 1001, &d);
		if (acked < 1000)
			assert_int_equal(d.disk, DISK_FAILED);
		// The handle is not used again, though the disk would answer.
		assert_int_equal(write_messages(s, acked + 1, acked + 3, &d),
				 acked < 1000 ? acked : acked + 2);
		disk_crash(s->disk);
		store_close(s->f.store);
		fixture_open(&s->f);
		assert_in_range(whole_messages(s), acked, acked + 2);
		stop(s);
	}
}

static void without_space_nothing_is_stored_and_with_space_again_all_is(void **state)
{
	struct sick *s = *state;
	struct durable d;

	start(s, 1);
	uint64_t acked = write_messages(s, 1, 101, &d);
	disk_limit(s->disk, 600 * 1024);
	acked = write_messages(s, acked + 1, 10001, &d);
	assert_true(acked < 10000);
	assert_int_equal(d.disk, DISK_FULL);
	assert_int_equal(write_messages(s, acked + 1, acked + 3, &d), acked);
	assert_int_equal(d.disk, DISK_FULL);
	disk_limit(s->disk, 0);
	assert_int_equal(write_messages(s, acked + 1, acked + 3, &d), acked + 2);
	assert_int_equal(whole_messages(s), acked + 2);
	stop(s);
}

static void what_could_not_be_stored_leaves_no_work_behind(void **state)
{
	struct sick *s = *state;
	struct entry gone = {.kind = ENTRY_ROOM_GONE, .room_gone = {.id = 3}};
	struct durable d;

	start(s, 1);
	assert_int_equal(write_messages(s, 1, 41, &d), 40);
	tidy_all(&s->f);
	int idle_ms = tidy_after_ms(s->f.store);
	struct journal *j = journal_new(s->f.next);
	journal_add(j, &gone);
	disk_fail(s->disk, DISK_WRITE, 1, SQLITE_FULL, false);
	assert_false(writer_apply(s->f.store, j, &d));
	assert_int_equal(d.disk, DISK_FULL);
	assert_int_equal(tidy_after_ms(s->f.store), idle_ms);
	assert_int_equal(whole_messages(s), 40);
	assert_true(writer_apply(s->f.store, j, &d));
	assert_int_not_equal(tidy_after_ms(s->f.store), idle_ms);
	tidy_all(&s->f);
	assert_int_equal(whole_messages(s), 0);
	journal_free(j);
	stop(s);
}

static void a_thread_reports_a_failed_disk_and_stores_no_more(void **state)
{
	struct sick *s = *state;
	struct mailbox *box;
	entry_no upto = 0;
	bool failed = false;

	start(s, 1);
	box = mailbox_new();
	disk_delay(s->disk, 500);
	struct writer *w = writer_start(s->f.store, box);
	disk_fail(s->disk, DISK_SYNC, 5, SQLITE_IOERR_FSYNC, true);
	for (unsigned i = 1; i <= 200 && !failed; i++) {
		struct journal *j = journal_new(i);
		struct entry e = message(i, 3, i, "x");
		journal_add(j, &e);
		writer_put(w, j);
		struct letter *l = mailbox_wait(box, PATIENCE_MS);
		assert_non_null(l);
		for (struct letter *next; l; l = next) {
			const struct durable *d = container_of(l, struct durable, letter);
			next = l->next;
			assert_true(d->upto >= upto);
			upto = d->upto;
			failed = d->disk == DISK_FAILED;
			free(l);
		}
	}
	assert_true(failed);
	writer_stop(w);
	assert_null(mailbox_take(box));
	mailbox_free(box);
	disk_crash(s->disk);
	store_close(s->f.store);
	fixture_open(&s->f);
	assert_true(whole_messages(s) >= upto);
	stop(s);
}

static void what_is_seen_after_a_start_was_synced_by_it(void **state)
{
	struct sick *s = *state;
	struct durable d;

	for (unsigned seed = 1; seed < 40; seed++) {
		start(s, seed);
		// Written, not synced, and the process ended.
		disk_fail(s->disk, DISK_SYNC, 1, SQLITE_IOERR_FSYNC, true);
		assert_int_equal(write_messages(s, 1, 9, &d), 0);
		store_close(s->f.store);
		disk_fail(s->disk, DISK_SYNC, 0, 0, false);
		fixture_open(&s->f);
		uint64_t seen = whole_messages(s);
		disk_crash(s->disk);
		store_close(s->f.store);
		fixture_open(&s->f);
		assert_int_equal(whole_messages(s), seen);
		stop(s);
	}
}

// Texts of 16,000 bytes that make the log longer than the 16 MiB it has.
#define N_LONG 1500

static void a_checkpoint_that_fails_under_load_is_reported(void **state)
{
	struct sick *s = *state;
	struct mailbox *box = mailbox_new();
	char *text = calloc(1, 16001);
	enum disk_state disk = DISK_FINE;
	entry_no upto = 0;

	start(s, 1);
	// Nothing is left to tidy in an idle moment, whose syncs would count as well.
	tidy_all(&s->f);
	struct writer *w = writer_start(s->f.store, box);
	struct journal *j = journal_new(s->f.next);
	memset(text, 'x', 16000);
	for (unsigned i = 1; i <= N_LONG; i++) {
		struct entry e = message(i, 3, i, text);
		journal_add(j, &e);
	}
	// Two syncs are the commit's, whose log is so long that a checkpoint follows.
	disk_fail(s->disk, DISK_SYNC, 3, SQLITE_IOERR_FSYNC, true);
	writer_put(w, j);
	while (disk != DISK_FAILED) {
		struct letter *l = mailbox_wait(box, PATIENCE_MS);

		assert_non_null(l);
		for (struct letter *next; l; l = next) {
			next = l->next;
			disk = container_of(l, struct durable, letter)->disk;
			upto = container_of(l, struct durable, letter)->upto;
			free(l);
		}
	}
	assert_true(upto >= N_LONG);
	writer_stop(w);
	mailbox_free(box);
	free(text);
	stop(s);
}

static void the_same_seed_gives_the_same_disk(void **state)
{
	struct sick *s = *state;
	uint64_t there[2];
	struct durable d;

	for (int i = 0; i < 2; i++) {
		start(s, 99);
		disk_crash_at(s->disk, DISK_WRITE | DISK_SYNC, 77);
		write_messages(s, 1, 201, &d);
		assert_true(disk_has_crashed(s->disk));
		store_close(s->f.store);
		fixture_open(&s->f);
		there[i] = whole_messages(s) << 32 | disk_writes(s->disk);
		stop(s);
	}
	assert_int_equal(there[0], there[1]);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_disk, tear_down_disk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(after_a_crash_at_any_act_all_that_was_acknowledged_is_there),
		T(a_sync_that_does_nothing_is_found_by_such_a_test),
		T(an_error_of_any_write_or_sync_ends_the_writing),
		T(without_space_nothing_is_stored_and_with_space_again_all_is),
		T(what_could_not_be_stored_leaves_no_work_behind),
		T(a_thread_reports_a_failed_disk_and_stores_no_more),
		T(what_is_seen_after_a_start_was_synced_by_it),
		T(a_checkpoint_that_fails_under_load_is_reported),
		T(the_same_seed_gives_the_same_disk),
	};

	if (are_of_sqlite(ARRAY_LEN(tests), "the disk under it is simulated"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
