// SPDX-License-Identifier: MIT
#include "tests/unit/store/fixture.h"

#include "server/store/store.h"
#include "tests/support/wait.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct journal *one_message(entry_no number, stream_id stream, uint64_t seq)
{
	struct journal *j = journal_new(number);
	struct entry e = message(number, stream, seq, "words of some length for the disk");

	journal_add(j, &e);
	return j;
}

static struct durable wait_durable(struct mailbox *box, entry_no upto)
{
	struct durable d = {0};

	while (d.upto < upto && d.disk != DISK_FAILED) {
		struct letter *l = mailbox_wait(box, PATIENCE_MS);
		assert_non_null(l);
		for (struct letter *next; l; l = next) {
			next = l->next;
			assert_int_equal(l->kind, LETTER_DURABLE);
			struct durable *got = container_of(l, struct durable, letter);
			assert_true(got->upto >= d.upto);
			d = *got;
			free(got);
		}
	}
	return d;
}

static void drain(struct mailbox *box)
{
	for (struct letter *next, *l = mailbox_take(box); l; l = next) {
		next = l->next;
		free(l);
	}
	mailbox_free(box);
}

static void all_that_was_put_becomes_durable_in_order(void **state)
{
	struct fixture *f = *state;
	struct mailbox *box = mailbox_new();
	struct writer *w = writer_start(f->store, box);

	for (entry_no i = 1; i <= 3000; i++)
		writer_put(w, one_message(i, 3, i));
	struct durable d = wait_durable(box, 3000);
	assert_int_equal(d.upto, 3000);
	assert_int_equal(d.disk, DISK_FINE);
	assert_true(d.free_bytes > 0);
	writer_stop(w);
	drain(box);
}

static void what_waits_is_one_batch(void **state)
{
	struct fixture *f = *state;
	struct mailbox *box = mailbox_new();
	struct writer *w = writer_start(f->store, box);
	int n_letters = 0;

	wait_durable(box, 0);
	for (entry_no i = 1; i <= 5000; i++)
		writer_put(w, one_message(i, 3, i));
	writer_stop(w);
	for (struct letter *next, *l = mailbox_take(box); l; l = next, n_letters++) {
		next = l->next;
		free(l);
	}
	// One commit each would be 5000.
	assert_in_range(n_letters, 1, 2500);
	mailbox_free(box);
}

static void a_stop_stores_what_was_put_before(void **state)
{
	struct fixture *f = *state;
	struct mailbox *box = mailbox_new();
	struct writer *w = writer_start(f->store, box);
	struct store_report report;
	char *error = NULL;

	for (entry_no i = 1; i <= 500; i++)
		writer_put(w, one_message(i, 3, i));
	writer_stop(w);
	assert_true(store_check(f->path, &report, &error));
	assert_int_equal(report.messages, 500);
	store_report_clear(&report);
	drain(box);
}

static int64_t log_bytes(const struct fixture *f)
{
	char wal[128];
	struct stat file;

	of_sqlite("the size of its log");
	snprintf(wal, sizeof(wal), "%s-wal", f->path);
	return stat(wal, &file) == 0 ? file.st_size : -1;
}

static void the_log_has_its_length_before_it_is_needed_and_again_after_a_redaction(void **state)
{
	struct fixture *f = *state;
	struct mailbox *box = mailbox_new();
	struct journal *j = journal_new(200);
	struct entry secret = message(1, 3, 1, "a secret to be removed"), e = redaction(1, 3);

	writer_stop(writer_start(f->store, box));
	int64_t bytes = log_bytes(f);
	if (bytes < 16 << 20)
		skip(); // a disk with hardly any space
	struct writer *w = writer_start(f->store, box);
	struct journal *first = journal_new(1);
	journal_add(first, &secret);
	writer_put(w, first);
	for (entry_no i = 2; i < 200; i++)
		writer_put(w, one_message(i, 4, i));
	wait_durable(box, 199);
	assert_int_equal(log_bytes(f), bytes);

	journal_add(j, &e);
	writer_put(w, j);
	wait_durable(box, 200);
	WAIT_UNTIL(!database_holds(f, "a secret"), wait_step());
	WAIT_UNTIL(log_bytes(f) >= bytes, wait_step());
	assert_int_equal(log_bytes(f), bytes);
	writer_stop(w);
	drain(box);
}

// Messages without a pause, so that there is never a silence, until the letter says so or
// there were n.
static bool is_clean_by(struct writer *w, struct mailbox *box, entry_no *next, entry_no n)
{
	struct durable d = {0};

	for (entry_no last = *next + n; *next < last && !d.is_clean; ++*next) {
		writer_put(w, one_message(*next, 4, *next));
		if (*next % 4 == 0)
			d = wait_durable(box, *next - 2);
	}
	return d.is_clean;
}

// Proves S9.
static void what_was_removed_leaves_although_there_is_no_silence(void **state)
{
	struct fixture *f = *state;
	struct mailbox *box = mailbox_new();
	struct journal *j = journal_new(2);
	struct entry secret = message(1, 3, 1, "a xylophonequartz to be removed"),
		     e = redaction(1, 3);
	entry_no next = 3;
	sqlite3 *reader;

	of_sqlite("what its files hold");
	put(f, secret);
	tidy_all(f);
	assert_int_equal(sqlite3_open(f->path, &reader), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM message", NULL, NULL, NULL),
		SQLITE_OK);
	struct writer *w = writer_start(f->store, box);
	journal_add(j, &e);
	writer_put(w, j);
	wait_durable(box, 2);
	assert_false(is_clean_by(w, box, &next, 2000));
	assert_true(database_holds(f, "xylophonequartz"));

	sqlite3_close(reader);
	WAIT_UNTIL(is_clean_by(w, box, &next, 100), (void)0);
	assert_false(database_holds(f, "xylophonequartz"));
	writer_stop(w);
	drain(box);
}

static void the_first_letter_tells_how_the_disk_is(void **state)
{
	struct fixture *f = *state;
	struct mailbox *box = mailbox_new();

	of_sqlite("the disk that it is on");
	store_set_low_water(f->store, INT64_MAX / 4);
	struct writer *w = writer_start(f->store, box);
	struct letter *l = mailbox_wait(box, PATIENCE_MS);
	assert_non_null(l);
	assert_int_equal(container_of(l, struct durable, letter)->disk, DISK_LOW);
	assert_int_equal(container_of(l, struct durable, letter)->upto, 0);
	free(l);
	writer_stop(w);
	drain(box);
}

static void a_refused_entry_ends_the_writing_but_not_what_came_before(void **state)
{
	struct fixture *f = *state;
	struct mailbox *box = mailbox_new();
	struct writer *w = writer_start(f->store, box);
	struct journal *j = journal_new(1);
	const struct entry entries[] = {message(1, 3, 1, "a"), message(2, 3, 2, "b"),
					message(2, 3, 3, "again"), message(4, 3, 4, "d")};

	for (size_t i = 0; i < ARRAY_LEN(entries); i++)
		journal_add(j, &entries[i]);
	writer_put(w, j);
	struct durable d = wait_durable(box, 4);
	assert_int_equal(d.upto, 2);
	assert_int_equal(d.disk, DISK_FAILED);
	// Nothing is stored any more, and nothing leaks.
	writer_put(w, one_message(5, 3, 5));
	writer_stop(w);
	assert_null(mailbox_take(box));
	mailbox_free(box);
}

// Proves S2.
static void the_senders_id_is_unique_for_an_account(void **state)
{
	struct fixture *f = *state;
	struct entry e = message(1, 3, 1, "a");
	struct durable d;

	e.message.client_id = SPAN("mine");
	put(f, e);
	e.message.id = 2;
	e.message.seq = 2;
	e.message.account = 2;
	put(f, e);
	struct journal *j = journal_new(3);
	e.message.id = e.message.seq = 3;
	journal_add(j, &e);
	assert_false(writer_apply(f->store, j, &d));
	assert_int_equal(d.disk, DISK_FAILED);
	assert_int_equal(d.upto, 2);
	journal_free(j);
}

// A file system of 40 MiB of our own; false where that is not allowed.
static bool mount_small(const char *folder)
{
	return mount("none", folder, "tmpfs", 0, "size=40m") == 0;
}

static void fill_up(const char *file, bool leave_nothing)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
	char block[65536] = {1};

	while (write(fd, block, sizeof(block)) > 0)
		continue;
	while (leave_nothing && write(fd, block, 512) > 0)
		continue;
	close(fd);
}

static int set_up_small(void **state)
{
	set_up(state);
	struct fixture *f = *state;

	store_close(f->store);
	f->store = NULL;
	if (mount_small(f->folder))
		fixture_open(f);
	return 0;
}

static int tear_down_small(void **state)
{
	struct fixture *f = *state;

	store_close(f->store);
	f->store = NULL;
	umount2(f->folder, MNT_DETACH);
	return tear_down(state);
}

static void a_full_disk_is_reported_and_left_again(void **state)
{
	struct fixture *f = *state;
	struct mailbox *box = mailbox_new();
	char filler[96];

	of_sqlite("the disk that it is on");
	if (!f->store)
		skip();
	snprintf(filler, sizeof(filler), "%s/filler", f->folder);
	store_set_low_water(f->store, 15 << 20);
	struct writer *w = writer_start(f->store, box);
	wait_durable(box, 0);
	entry_no n = 1;
	writer_put(w, one_message(n, 3, n));
	assert_int_equal(wait_durable(box, n).disk, DISK_FINE);

	// Full: the ballast carries what is in flight, and new writes are refused by LOW.
	fill_up(filler, true);
	struct durable d = {0};
	do {
		n++;
		writer_put(w, one_message(n, 3, n));
		d = wait_durable(box, n);
		assert_int_equal(d.upto, n);
	} while (d.disk == DISK_LOW && n < 40);
	assert_int_equal(n, 40);

	unlink(filler);
	n++;
	writer_put(w, one_message(n, 3, n));
	d = wait_durable(box, n);
	assert_int_equal(d.upto, n);
	assert_int_equal(d.disk, DISK_FINE);
	writer_stop(w);
	drain(box);
}

// Writes to a full disk until it is told so; the number of the last entry.
static entry_no write_until_full(struct fixture *f, struct writer *w, struct mailbox *box,
				 const char *filler)
{
	char ballast[96];
	entry_no n = 1;

	of_sqlite("the disk that it is on");
	snprintf(ballast, sizeof(ballast), "%s/ballast", f->folder);
	wait_durable(box, 0);
	writer_put(w, one_message(n, 3, n));
	wait_durable(box, n);
	unlink(ballast);
	fill_up(filler, true);
	// The log has some room left at its end: write until it has not.
	struct durable d = {0};
	while (d.disk != DISK_FULL && n < 100000) {
		n++;
		writer_put(w, one_message(n, 3, n));
		struct letter *l = mailbox_wait(box, PATIENCE_MS);
		assert_non_null(l);
		for (struct letter *next; l; l = next) {
			next = l->next;
			d = *container_of(l, struct durable, letter);
			free(l);
		}
	}
	assert_int_equal(d.disk, DISK_FULL);
	assert_true(d.upto < n);
	return n;
}

// Proves S3.
static void nothing_is_durable_while_the_disk_is_full(void **state)
{
	struct fixture *f = *state;
	struct mailbox *box = mailbox_new();
	char filler[96];

	of_sqlite("the disk that it is on");
	if (!f->store)
		skip();
	snprintf(filler, sizeof(filler), "%s/filler", f->folder);
	struct writer *w = writer_start(f->store, box);
	entry_no n = write_until_full(f, w, box, filler);
	unlink(filler);
	struct durable d = wait_durable(box, n);
	assert_int_equal(d.upto, n);
	assert_int_equal(d.disk, DISK_FINE);
	writer_stop(w);
	drain(box);
	reopen(f);
}

#define TRIES_AT_STOP 10

static void a_stop_tries_a_full_disk_only_a_few_times_more(void **state)
{
	struct fixture *f = *state;
	struct mailbox *box = mailbox_new();
	struct durable d = {0};
	char filler[96];
	int n_tries = 0;

	of_sqlite("the disk that it is on");
	if (!f->store)
		skip();
	snprintf(filler, sizeof(filler), "%s/filler", f->folder);
	struct writer *w = writer_start(f->store, box);
	entry_no n = write_until_full(f, w, box, filler);
	writer_stop(w);
	for (struct letter *next, *l = mailbox_take(box); l; l = next, n_tries++) {
		next = l->next;
		d = *container_of(l, struct durable, letter);
		free(l);
	}
	assert_int_equal(d.disk, DISK_FAILED);
	assert_true(d.upto < n);
	assert_in_range(n_tries, 1, TRIES_AT_STOP);
	mailbox_free(box);
	unlink(filler);
	reopen(f);
}

// Proves S6.
static void a_store_opens_on_a_full_disk(void **state)
{
	struct fixture *f = *state;
	struct mailbox *box = mailbox_new();
	char filler[96];

	of_sqlite("the disk that it is on");
	if (!f->store)
		skip();
	snprintf(filler, sizeof(filler), "%s/filler", f->folder);
	put(f, room(3, "#den"));
	struct writer *w = writer_start(f->store, box);
	wait_durable(box, 0);
	writer_stop(w);
	drain(box);
	store_close(f->store);
	fill_up(filler, true);
	fixture_open(f);
}

// In a child: a limit on the size of files makes every write past it fail.
static int write_past_the_limit(struct fixture *f)
{
	struct rlimit limit = {256 * 1024, 256 * 1024};
	struct journal *j = journal_new(1);
	struct durable d;

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
		return 2;
	for (unsigned i = 1; i < 5000; i++) {
		struct entry e = message(i, 3, i, "words of some length for the disk");
		journal_add(j, &e);
	}
	bool stored = writer_apply(f->store, j, &d);
	journal_free(j);
	return stored || d.upto != 0 || d.disk != DISK_FAILED;
}

static void a_write_that_fails_stores_nothing(void **state)
{
	struct fixture *f = *state;
	int status;

	of_sqlite("the disk that it is on");
	store_close(f->store);
	f->store = NULL;
	pid_t child = fork();
	if (child == 0) {
		fixture_open(f);
		_exit(write_past_the_limit(f));
	}
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	fixture_open(f);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define SMALL(name) cmocka_unit_test_setup_teardown(name, set_up_small, tear_down_small)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(all_that_was_put_becomes_durable_in_order),
		T(what_waits_is_one_batch),
		T(a_stop_stores_what_was_put_before),
		T(the_log_has_its_length_before_it_is_needed_and_again_after_a_redaction),
		T(what_was_removed_leaves_although_there_is_no_silence),
		T(the_first_letter_tells_how_the_disk_is),
		T(a_refused_entry_ends_the_writing_but_not_what_came_before),
		T(the_senders_id_is_unique_for_an_account),
		SMALL(a_full_disk_is_reported_and_left_again),
		SMALL(nothing_is_durable_while_the_disk_is_full),
		SMALL(a_stop_tries_a_full_disk_only_a_few_times_more),
		SMALL(a_store_opens_on_a_full_disk),
		T(a_write_that_fails_stores_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
