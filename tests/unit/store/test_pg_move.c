// SPDX-License-Identifier: MIT
// From a file into PostgreSQL and back: the same rows, the same history. With SNUG_STORE=pg,
// beside a server (tests/pg/postgres.py), else skipped.
#include "server/store/store.h"

#include "common/buf.h"
#include "common/die.h"
#include "server/letters/field.h"
#include "server/letters/letter.h"
#include "tests/support/stored.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MESSAGES 5000 // more than one transaction of a copy

struct files {
	char folder[64], first[96], second[96];
};

static struct files new_folder(void)
{
	const char *base = getenv("TMPDIR");
	struct files f;

	snprintf(f.folder, sizeof(f.folder), "%s/snug-move-XXXXXX", base ? base : "/tmp");
	assert_non_null(mkdtemp(f.folder));
	snprintf(f.first, sizeof(f.first), "%s/first.db", f.folder);
	snprintf(f.second, sizeof(f.second), "%s/second.db", f.folder);
	return f;
}

static void remove_all(const struct files *f)
{
	static const char *const names[] = {"first.db",  "first.db-wal",  "first.db-shm",
					    "second.db", "second.db-wal", "second.db-shm",
					    "lock"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", f->folder, names[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(f->folder), 0);
}

static void add_state(struct journal *j)
{
	const struct entry state[] = {
		{.kind = ENTRY_SETTING, .setting = {SPAN("token_key"), SPAN("k\0y\xff")}},
		{.kind = ENTRY_ACCOUNT,
		 .account = {.id = 1, .name = SPAN("J\xc3\xb6rg"), .created_ms = 7}},
		{.kind = ENTRY_ACCOUNT, .account = {.id = 2, .name = SPAN("bob"), .role = 1}},
		{.kind = ENTRY_ROOM, .room = {.id = 3, .name = SPAN("#den"), .flags = 128}},
		{.kind = ENTRY_MEMBER, .member = {3, 1, MEMBER_FOUNDER, 5}},
		{.kind = ENTRY_CREDENTIAL,
		 .credential = {.id = 5, .account = 1, .hash = {0, 1, 255}}},
		{.kind = ENTRY_METADATA, .metadata = {3, 0, SPAN("url"), SPAN("x\ty")}},
		{.kind = ENTRY_AUDIT,
		 .audit = {.at_ms = 5, .actor = SPAN("bob"), .verb = SPAN("kick")}},
		{.kind = ENTRY_AUDIT,
		 .audit = {.at_ms = 6, .actor = SPAN("bob"), .verb = SPAN("ban")}},
	};

	for (size_t i = 0; i < ARRAY_LEN(state); i++)
		journal_add(j, &state[i]);
}

static void add_messages(struct journal *j)
{
	for (unsigned i = 1; i <= MESSAGES; i++) {
		char id[16];

		snprintf(id, sizeof(id), "c%u", i);
		journal_add(j,
			    &(struct entry){
				    .kind = ENTRY_MESSAGE,
				    .message = {.id = 10 + i,
						.stream = 3,
						.seq = i,
						.time_ms = 1000 + i,
						.account = 1,
						.sender = SPAN("J\xc3\xb6rg"),
						.text = i == 7 ? SPAN("a rare herring")
							       : SPAN("some words"),
						.client_id = i % 2 ? span_of(id) : SPAN("")}});
	}
}

static void fill(const char *path)
{
	char *error = NULL;
	struct store *s = store_open(path, STORE_FULL, &error);
	struct journal *j = journal_new(1);
	struct durable d;

	assert_non_null(s);
	store_set_low_water(s, 0);
	add_state(j);
	add_messages(j);
	assert_true(writer_apply(s, j, &d));
	journal_free(j);
	store_close(s);
}

static void add_row(void *arg, const struct entry *e)
{
	struct buf *out = arg;
	const void *row = entry_row_const(e);

	// An engine's own.
	if (e->kind == ENTRY_SETTING && (span_eq(e->setting.key, SPAN(SETTING_TERM)) ||
					 span_eq(e->setting.key, SPAN("schema_version"))))
		return;
	buf_printf(out, "%s", entry_name(e->kind));
	for (const struct field *d = entry_fields(e->kind); d->name; d++) {
		if (d->type == FIELD_NUMBER)
			buf_printf(out, " %llu", (unsigned long long)field_number(d, row));
		else
			buf_printf(out, " " SPAN_FMT, SPAN_ARG(field_bytes(d, row)));
	}
	buf_add_char(out, '\n');
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

// Lines in an order of their own: an engine may give rows without one.
static char *state_of(const char *where)
{
	struct buf out = {0}, sorted = {0};
	char *error = NULL, *text, *lines[64];
	size_t n = 0;

	if (!store_look(where, add_row, &out, &error))
		fail_msg("%s", error);
	text = buf_take(&out);
	for (char *l = strtok(text, "\n"); l && n < ARRAY_LEN(lines); l = strtok(NULL, "\n"))
		lines[n++] = l;
	qsort(lines, n, sizeof(*lines), by_text);
	for (size_t i = 0; i < n; i++)
		buf_printf(&sorted, "%s\n", lines[i]);
	free(text);
	return buf_take(&sorted);
}

static void expect_same(const char *a, const char *b)
{
	char *one = state_of(a), *two = state_of(b);

	assert_string_equal(one, two);
	free(one);
	free(two);
}

static void move(const char *from, const char *to)
{
	char *error = NULL;

	if (!store_move(from, to, NULL, NULL, &error))
		fail_msg("%s", error);
}

static void expect_sound(const char *where)
{
	struct store_report report;
	char *error = NULL;

	if (!store_check(where, &report, &error))
		fail_msg("%s", error);
	assert_string_equal(buf_str(&report.problems), "");
	assert_int_equal(report.messages, MESSAGES);
	store_report_clear(&report);
}

static size_t n_found(const char *where, const char *word)
{
	char *error = NULL;
	struct reader *r = reader_open(where, &error);
	struct query *q = query_new(QUERY_SEARCH, 1);
	struct rows *rows;
	size_t n;

	if (!r)
		fail_msg("%s", error);
	q->stream = 3;
	q->limit = 50;
	q->text = span_of(word);
	rows = reader_answer(r, q);
	assert_int_equal(rows->result, ROWS_OK);
	n = rows->n_messages;
	rows_free(rows);
	query_free(q);
	reader_close(r);
	return n;
}

static int set_up(void **state)
{
	*state = stored_is_pg() ? stored_new(NULL) : NULL;
	return 0;
}

static int tear_down(void **state)
{
	if (*state)
		stored_drop(*state);
	free(*state);
	return 0;
}

// The first thing in each test.
static const char *where_of(void **state)
{
	if (!*state)
		skip();
	return *state;
}

#define on_pg(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static void there_and_back_is_the_same(void **state)
{
	const char *where = where_of(state);
	struct files f = new_folder();

	fill(f.first);
	move(f.first, where);
	expect_same(f.first, where);
	expect_sound(where);
	assert_int_equal(n_found(where, "herring"), 1);
	move(where, f.second);
	expect_same(f.first, f.second);
	expect_sound(f.second);
	assert_int_equal(n_found(f.second, "herring"), 1);
	remove_all(&f);
}

static void the_audit_log_hangs_together_there(void **state)
{
	const char *where = where_of(state);
	struct files f = new_folder();
	struct store_chain chain;
	char *error = NULL;

	fill(f.first);
	move(f.first, where);
	if (!store_audit(where, NULL, NULL, NULL, &chain, &error))
		fail_msg("%s", error);
	assert_int_equal(chain.n, 2);
	assert_string_equal(buf_str(&chain.problems), "");
	store_chain_clear(&chain);
	remove_all(&f);
}

static void what_is_not_empty_is_left_alone(void **state)
{
	const char *where = where_of(state);
	struct files f = new_folder();
	char *error = NULL;

	fill(f.first);
	move(f.first, where);
	assert_false(store_move(f.first, where, NULL, NULL, &error));
	if (!strstr(error, "is not empty: table account has rows"))
		fail_msg("%s", error);
	free(error);
	expect_sound(where);
	remove_all(&f);
}

static void a_backup_of_it_is_a_file(void **state)
{
	const char *where = where_of(state);
	struct store_report ours, copy;
	struct files f = new_folder();
	char *error = NULL;

	fill(f.first);
	move(f.first, where);
	// Beside whoever has it.
	struct store *s = store_open(where, STORE_FULL, &error);
	assert_non_null(s);
	if (!store_backup(where, f.second, &error))
		fail_msg("%s", error);
	store_close(s);
	expect_sound(f.second);
	assert_true(store_facts(where, &ours, &error));
	assert_true(store_facts(f.second, &copy, &error));
	assert_memory_equal(copy.copied, ours.history, HISTORY_ID_LEN);
	assert_memory_not_equal(copy.history, ours.history, HISTORY_ID_LEN);
	store_report_clear(&ours);
	store_report_clear(&copy);
	remove_all(&f);
}

static void what_is_for_files_is_refused(void **state)
{
	const char *where = where_of(state);
	char *error = NULL;

	assert_int_equal(store_redo(where, NULL, NULL, NULL, &error), REDO_FAILED);
	assert_non_null(strstr(error, "that is for a database in a file"));
	free(error);
	assert_false(store_lost(where, where, NULL, NULL, &error));
	assert_non_null(strstr(error, "that is for a database in a file"));
	free(error);
	assert_false(store_note_older(where, 1, "x", "y", &error));
	assert_non_null(strstr(error, "that is for a database in a file"));
	free(error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		on_pg(there_and_back_is_the_same),
		on_pg(the_audit_log_hangs_together_there),
		on_pg(what_is_not_empty_is_left_alone),
		on_pg(a_backup_of_it_is_a_file),
		on_pg(what_is_for_files_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
