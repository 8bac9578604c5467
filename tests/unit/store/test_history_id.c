// SPDX-License-Identifier: MIT
// A database knows which history it is; a copy of it is another one.
#include "tests/unit/store/fixture.h"

#include "server/store/sqlite/migrate.h"

#include <sodium.h>

static struct store_report look(const char *path)
{
	struct store_report report;
	char *error = NULL;

	if (!store_check(path, &report, &error))
		fail_msg("%s", error);
	assert_string_equal(buf_str(&report.problems), "");
	store_report_clear(&report);
	return report;
}

static bool is_same(const struct store_report *a, const struct store_report *b)
{
	return memcmp(a->history, b->history, HISTORY_ID_LEN) == 0;
}

static void keep_settings(void *arg, const struct entry *e)
{
	struct store_report *found = arg;
	uint64_t term;

	if (e->kind != ENTRY_SETTING)
		return;
	if (span_eq(e->setting.key, SPAN(SETTING_HISTORY))) {
		assert_int_equal(e->setting.value.len, HISTORY_ID_LEN);
		memcpy(found->history, e->setting.value.at, HISTORY_ID_LEN);
	} else if (span_eq(e->setting.key, SPAN(SETTING_TERM))) {
		assert_true(span_to_u64(e->setting.value, &term));
		found->term = (int64_t)term;
	}
}

static void it_is_drawn_once_and_loaded(void **state)
{
	struct fixture *f = *state, other;
	struct store_report first = look(f->path), loaded = {0}, second;
	char *error = NULL;

	assert_false(sodium_is_zero(first.history, HISTORY_ID_LEN));
	// Where nobody takes over it stays as it is.
	assert_int_equal(first.term, stored_is_pg() ? first.term : 1);
	reopen(f);
	second = look(f->path);
	assert_true(is_same(&first, &second));
	assert_true(store_load(f->store, keep_settings, &loaded, &error));
	assert_true(is_same(&first, &loaded));
	assert_int_equal(loaded.term, second.term);
	fixture_in(&other, getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	fixture_open(&other);
	second = look(other.path);
	assert_false(is_same(&first, &second));
	store_close(other.store);
	fixture_remove(&other, "snug.db");
	fixture_remove(&other, "lock");
	rmdir(other.folder);
	stored_drop(other.path);
	free(other.path);
}

static void copy_over(const char *from, const char *to)
{
	char bytes[4096];
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	size_t n;

	assert_true(in && out);
	while ((n = fread(bytes, 1, sizeof(bytes), in)))
		assert_int_equal(fwrite(bytes, 1, n, out), n);
	fclose(in);
	assert_int_equal(fclose(out), 0);
}

static void a_backup_draws_its_own(void **state)
{
	struct fixture *f = *state;
	struct store_report ours = look(f->path), copy, again;
	char file[128], *error = NULL;

	of_sqlite("its copies are files");
	snprintf(file, sizeof(file), "%s/copy.db", f->folder);
	put(f, account(1, "alice"));
	for (int i = 0; i < 2; i++) {
		unlink(file);
		again = i ? copy : ours;
		assert_true(store_backup(f->path, file, &error));
		copy = look(file);
		assert_false(sodium_is_zero(copy.history, HISTORY_ID_LEN));
		assert_false(is_same(&again, &copy));
		assert_false(is_same(&ours, &copy));
		assert_int_equal(copy.term, 1);
		assert_int_equal(copy.accounts, 1);
	}
	copy = look(f->path);
	assert_true(is_same(&ours, &copy));
}

static void a_copy_draws_another_each_time_it_is_put_back(void **state)
{
	struct fixture *f = *state;
	struct store_report seen[3];
	char file[128], *error = NULL;

	of_sqlite("its copies are files");
	snprintf(file, sizeof(file), "%s/copy.db", f->folder);
	assert_true(store_backup(f->path, file, &error));
	seen[0] = look(file);
	for (int i = 1; i < 3; i++) {
		struct store_report again;

		store_close(f->store);
		copy_over(file, f->path);
		fixture_open(f);
		seen[i] = look(f->path);
		assert_false(is_same(&seen[i], &seen[0]));
		reopen(f);
		again = look(f->path);
		assert_true(is_same(&seen[i], &again));
	}
	assert_false(is_same(&seen[1], &seen[2]));
}

// Put back, it would go another way than what ran meanwhile.
static void the_copy_before_a_migration_draws_its_own(void **state)
{
	static const char *const next[] = {"CREATE TABLE news (id INTEGER);\n", NULL};
	struct fixture *f = *state;
	struct store_report ours = look(f->path), copy;
	struct migration *all = calloc((size_t)n_migrations + 1, sizeof(*all));
	char *error = NULL, file[160];
	sqlite3 *db;

	of_sqlite("its copies are files");
	memcpy(all, migrations, (size_t)n_migrations * sizeof(*all));
	all[n_migrations] = (struct migration){"news", next};
	store_close(f->store);
	f->store = NULL;
	db = db_open(f->path, DB_WRITE, STORE_FULL, &error);
	assert_true(migrate(db, f->path, all, n_migrations + 1, &error));
	sqlite3_close(db);
	snprintf(file, sizeof(file), "%s.before-%04d", f->path, n_migrations + 1);
	copy = look(file);
	assert_false(is_same(&ours, &copy));
	unlink(file);
	free(all);
}

static void an_older_database_gets_one_at_its_next_start(void **state)
{
	struct fixture *f = *state;
	struct store_report report;
	char *error = NULL, file[160];
	sqlite3 *db;

	of_sqlite("its migrations, of before there was another engine");
	store_close(f->store);
	unlink(f->path);
	db = db_open(f->path, DB_WRITE, STORE_FULL, &error);
	assert_true(migrate(db, f->path, migrations, 4, &error));
	sqlite3_close(db);
	report = look(f->path);
	assert_true(sodium_is_zero(report.history, HISTORY_ID_LEN));
	fixture_open(f);
	report = look(f->path);
	assert_false(sodium_is_zero(report.history, HISTORY_ID_LEN));
	assert_int_equal(report.term, 1);
	snprintf(file, sizeof(file), "%s.before-0005", f->path);
	unlink(file);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(it_is_drawn_once_and_loaded),
		T(a_backup_draws_its_own),
		T(a_copy_draws_another_each_time_it_is_put_back),
		T(the_copy_before_a_migration_draws_its_own),
		T(an_older_database_gets_one_at_its_next_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
