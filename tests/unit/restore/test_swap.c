// SPDX-License-Identifier: MIT
// Whatever a restore left when it was cut short: the state is the old one or the new one.
#include "server/restore/swap.h"

#include "common/attr.h"
#include "server/backup/unpack.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
	char state[64];
	struct swap swap;
};

static void path(const struct place *p, const char *name, char out[static 160])
{
	snprintf(out, 160, "%s/%s", p->state, name);
}

static void put(const struct place *p, const char *name, const char *text)
{
	char file[160];

	path(p, name, file);
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

// NULL: it is not there.
static void expect(const struct place *p, const char *name, const char *text)
{
	char file[160], found[64] = "";

	path(p, name, file);
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	assert_int_equal(fd >= 0, text != NULL);
	if (!text)
		return;
	assert_true(read(fd, found, sizeof(found) - 1) >= 0);
	assert_string_equal(found, text);
	close(fd);
}

static void folder(const struct place *p, const char *name)
{
	char text[160];

	path(p, name, text);
	assert_int_equal(mkdir(text, 0700), 0);
}

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	const char *base = getenv("TMPDIR");

	snprintf(p->state, sizeof(p->state), "%s/snug-swap-XXXXXX", base ? base : "/tmp");
	assert_non_null(mkdtemp(p->state));
	put(p, "snug.db", "old");
	put(p, "snug.db-wal", "old log");
	put(p, "key.pem", "old key");
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	swap_abandon(&p->swap);
	assert_true(unpack_remove(p->state));
	free(p);
	return 0;
}

// What comes: a database, a key, a configuration.
static void begin(struct place *p)
{
	char *error = NULL;

	assert_true(swap_begin(&p->swap, p->state, &error));
	put(p, "incoming.unfinished/snug.db", "new");
	put(p, "incoming.unfinished/key.pem", "new key");
	put(p, "incoming.unfinished/snugd.conf", "new settings");
}

static void expect_new(const struct place *p, const char *aside)
{
	char name[160];

	expect(p, "snug.db", "new");
	expect(p, "snug.db-wal", NULL);
	expect(p, "key.pem", "old key");
	expect(p, "snugd.conf", "new settings");
	snprintf(name, sizeof(name), "%s/snug.db", aside + strlen(p->state) + 1);
	expect(p, name, "old");
	strcat(name, "-wal");
	expect(p, name, "old log");
	assert_false(swap_is_left(p->state));
}

static void expect_old(const struct place *p)
{
	expect(p, "snug.db", "old");
	expect(p, "snug.db-wal", "old log");
	expect(p, "snugd.conf", NULL);
	assert_false(swap_is_left(p->state));
}

static void it_comes_whole_and_the_old_is_kept(void **state)
{
	struct place *p = *state;
	char *aside = NULL, *error = NULL;

	begin(p);
	assert_true(swap_commit(&p->swap, "restore", &aside, &error));
	assert_non_null(strstr(aside, "/before-restore-2"));
	expect_new(p, aside);
	free(aside);
}

static void it_is_given_up_and_nothing_was_touched(void **state)
{
	struct place *p = *state;

	begin(p);
	swap_abandon(&p->swap);
	expect_old(p);
}

// Those of one second have names of their own.
static void nothing_that_was_kept_is_written_over(void **state)
{
	struct place *p = *state;
	char *first = NULL, *second = NULL, *error = NULL;

	begin(p);
	assert_true(swap_commit(&p->swap, "restore", &first, &error));
	begin(p);
	assert_true(swap_commit(&p->swap, "restore", &second, &error));
	assert_string_not_equal(first, second);
	free(first);
	free(second);
}

static void where_nothing_was_nothing_is_kept(void **state)
{
	struct place *p = *state;
	char *aside = NULL, *error = NULL, file[160];

	path(p, "snug.db", file);
	unlink(file);
	path(p, "snug.db-wal", file);
	unlink(file);
	begin(p);
	assert_true(swap_commit(&p->swap, "restore", &aside, &error));
	assert_null(aside);
	expect(p, "snug.db", "new");
}

static void before_it_is_decided_it_is_undone(void **state)
{
	struct place *p = *state;
	char *aside = NULL, *error = NULL;

	assert_int_equal(swap_settle(p->state, &aside, &error), SWAP_NONE);
	begin(p);
	close(p->swap.lock);
	free(p->swap.folder);
	p->swap = (struct swap){0};
	assert_true(swap_is_left(p->state));
	assert_false(swap_is_decided(p->state));
	assert_int_equal(swap_settle(p->state, &aside, &error), SWAP_UNDONE);
	assert_null(aside);
	expect_old(p);
}

// As it lies there when it was decided, with so many of its steps done.
static void decide(struct place *p, int steps)
{
	static const char *const moves[][2] = {
		{"snug.db-wal", "before-restore-X/snug.db-wal"},
		{"snug.db", "before-restore-X/snug.db"},
		{"incoming/snug.db", "snug.db"},
		{"incoming/snugd.conf", "snugd.conf"},
		{"incoming", "incoming.done"},
		{"incoming.done/key.pem", "incoming.done/snugd.conf"},
	};
	char from[160], to[160];

	folder(p, "incoming");
	put(p, "incoming/snug.db", "new");
	put(p, "incoming/key.pem", "new key");
	put(p, "incoming/snugd.conf", "new settings");
	put(p, "incoming/aside", "before-restore-X");
	if (steps)
		folder(p, "before-restore-X");
	for (int i = 0; i + 1 < steps; i++) {
		path(p, moves[i][0], from);
		path(p, moves[i][1], to);
		assert_int_equal(rename(from, to), 0);
	}
}

// Proves S17.
static void once_it_is_decided_it_is_finished_from_wherever_it_was_cut_short(void **state)
{
	for (int steps = 0; steps <= 7; steps++) {
		struct place *p = *state;
		char *aside = NULL, *error = NULL;

		decide(p, steps);
		assert_int_equal(swap_is_decided(p->state), steps < 6);
		assert_int_equal(swap_settle(p->state, &aside, &error), SWAP_FINISHED);
		expect_new(p, aside);
		free(aside);
		tear_down(state);
		set_up(state);
	}
}

static void a_name_that_leads_elsewhere_is_not_followed(void **state)
{
	static const char *const names[] = {"", "../before-x", "before-/../../x", "snug.db"};
	struct place *p = *state;
	char *aside = NULL, *error = NULL;

	decide(p, 0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		put(p, "incoming/aside", names[i]);
		assert_int_equal(swap_settle(p->state, &aside, &error), SWAP_STUCK);
		assert_non_null(strstr(error, "look at it by hand"));
		free(error);
		expect(p, "snug.db", "old");
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(it_comes_whole_and_the_old_is_kept),
		T(it_is_given_up_and_nothing_was_touched),
		T(nothing_that_was_kept_is_written_over),
		T(where_nothing_was_nothing_is_kept),
		T(before_it_is_decided_it_is_undone),
		T(once_it_is_decided_it_is_finished_from_wherever_it_was_cut_short),
		T(a_name_that_leads_elsewhere_is_not_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
