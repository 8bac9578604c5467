// SPDX-License-Identifier: MIT
// What becomes of a journal after each answer that an engine may give.
#include "tests/unit/store/scripted.h"

static const struct row_of_codes {
	struct answers answers;
	bool has_refused; // the engine tells which entry it was, of `bad`
	entry_no bad, most, stored;
	entry_no n; // entries
	const char *told;
	entry_no upto;
	enum disk_state disk;
	int n_refused, n_failed; // lines of the log
} rows[] = {
	{{0}, false, 0, 0, 0, 3, "begin:3 1 2 3 commit:3 between:0", 3, DISK_FINE, 0, 0},
	// Refused: what stands before it is kept.
	{{.runs = "or"}, false, 0, 0, 0, 3, "begin:3 1 2 commit:1", 1, DISK_FAILED, 1, 1},
	{{.runs = "or", .commits = "u"},
	 false,
	 0,
	 0,
	 0,
	 3,
	 "begin:3 1 2 commit:1 rollback:0 room:0",
	 0,
	 DISK_FULL,
	 1,
	 1},
	{{.runs = "or"},
	 true,
	 2,
	 0,
	 0,
	 3,
	 "begin:3 1 2 refused:2 rollback:0 begin:1 1 commit:1",
	 1,
	 DISK_FAILED,
	 1,
	 1},
	{{.commits = "r"},
	 true,
	 3,
	 0,
	 0,
	 3,
	 "begin:3 1 2 3 commit:3 refused:3 rollback:0 begin:2 1 2 commit:2",
	 2,
	 DISK_FAILED,
	 1,
	 1},
	{{.commits = "r"},
	 true,
	 1,
	 0,
	 0,
	 3,
	 "begin:3 1 2 3 commit:3 refused:1 rollback:0",
	 0,
	 DISK_FAILED,
	 1,
	 1},
	{{.commits = "r"},
	 true,
	 0,
	 0,
	 0,
	 3,
	 "begin:3 1 2 3 commit:3 refused:0 rollback:0 begin:3 1 2 3 commit:3 between:0",
	 3,
	 DISK_FINE,
	 0,
	 0},
	{{.commits = "rr"},
	 true,
	 0,
	 0,
	 0,
	 3,
	 "begin:3 1 2 3 commit:3 refused:0 rollback:0 begin:3 1 2 3 commit:3 refused:0 "
	 "rollback:0",
	 0,
	 DISK_FAILED,
	 0,
	 1},
	{{.commits = "r"},
	 true,
	 4,
	 0,
	 0,
	 3,
	 "begin:3 1 2 3 commit:3 refused:4 rollback:0",
	 0,
	 DISK_FAILED,
	 0,
	 1},
	{{.commits = "r"},
	 false,
	 0,
	 0,
	 0,
	 3,
	 "begin:3 1 2 3 commit:3 rollback:0",
	 0,
	 DISK_FAILED,
	 0,
	 1},
	// Failed: it is not asked which entry it was.
	{{.commits = "x"},
	 true,
	 3,
	 0,
	 0,
	 3,
	 "begin:3 1 2 3 commit:3 rollback:0",
	 0,
	 DISK_FAILED,
	 0,
	 1},
	{{.begins = "x"}, false, 0, 0, 0, 3, "begin:3 rollback:0", 0, DISK_FAILED, 0, 1},
	// Full: once more, where room is made.
	{{.runs = "ou"},
	 false,
	 0,
	 0,
	 0,
	 3,
	 "begin:3 1 2 rollback:0 room:0",
	 0,
	 DISK_FULL,
	 0,
	 1},
	{{.runs = "i"}, false, 0, 0, 0, 3, "begin:3 1 rollback:0 room:0", 0, DISK_FULL, 0, 1},
	{{.begins = "u", .rooms = "y"},
	 false,
	 0,
	 0,
	 0,
	 3,
	 "begin:3 rollback:0 room:1 begin:3 1 2 3 commit:3 between:0",
	 3,
	 DISK_FINE,
	 0,
	 1},
	// Away: again, also where what was run says that another has it.
	{{.begins = "a"},
	 false,
	 0,
	 0,
	 0,
	 3,
	 "begin:3 rollback:0 begin:3 1 2 3 commit:3 between:0",
	 3,
	 DISK_FINE,
	 0,
	 0},
	{{.commits = "a"},
	 false,
	 0,
	 0,
	 0,
	 1,
	 "begin:1 1 commit:1 rollback:0 begin:1 1 commit:1 between:0",
	 1,
	 DISK_FINE,
	 0,
	 0},
	{{.runs = "f"},
	 false,
	 0,
	 0,
	 0,
	 1,
	 "begin:1 1 rollback:0 begin:1 1 commit:1 between:0",
	 1,
	 DISK_FINE,
	 0,
	 0},
	{{.begins = "f"}, false, 0, 0, 0, 3, "begin:3 rollback:0", 0, DISK_FENCED, 0, 0},
	{{.commits = "f"},
	 false,
	 0,
	 0,
	 0,
	 1,
	 "begin:1 1 commit:1 rollback:0",
	 0,
	 DISK_FENCED,
	 0,
	 0},
	// A commit of which nothing was known is durable.
	{{.begins = "e"},
	 false,
	 0,
	 0,
	 2,
	 3,
	 "begin:3 begin:3 3 commit:3 between:0",
	 3,
	 DISK_FINE,
	 0,
	 0},
	{{.begins = "e"}, false, 0, 0, 3, 3, "begin:3 between:0", 3, DISK_FINE, 0, 0},
	// So many of one transaction.
	{{0},
	 false,
	 0,
	 2,
	 0,
	 5,
	 "begin:2 1 2 commit:2 begin:4 3 4 commit:4 begin:5 5 commit:5 between:0",
	 5,
	 DISK_FINE,
	 0,
	 0},
	{{0}, false, 0, 2, 0, 2, "begin:2 1 2 commit:2 between:0", 2, DISK_FINE, 0, 0},
};

static struct scripted *play(const struct row_of_codes *r)
{
	struct scripted *s = scripted_new(r->answers);

	s->bad = r->bad;
	s->engine.most = r->most;
	s->engine.refused = r->has_refused ? scripted_refused : NULL;
	s->store.stored = r->stored;
	return s;
}

static void expect_row(size_t i, const struct row_of_codes *r)
{
	struct scripted *s = play(r);
	struct journal *j = markers(1, r->n);
	struct caught log = catch_begin();
	struct durable d;
	bool stored = writer_apply(&s->store, j, &d);
	int n_refused = caught_of(&log, "entry-refused");
	int n_failed = caught_of(&log, "commit-failed");

	catch_end(&log);
	if (strcmp(buf_str(&s->told), r->told) != 0)
		fail_msg("row %zu: %s", i, buf_str(&s->told));
	assert_int_equal(stored, r->disk == DISK_FINE);
	assert_int_equal(d.disk, r->disk);
	assert_int_equal(d.upto, r->upto);
	assert_int_equal(d.applied, r->upto);
	assert_int_equal(s->store.fresh.applied, stored ? r->upto : 0);
	assert_int_equal(n_refused, r->n_refused);
	assert_int_equal(n_failed, r->n_failed);
	assert_int_equal(s->store.low, n_failed && r->disk < DISK_AWAY);
	assert_int_equal(s->store.failed, r->disk >= DISK_FAILED);
	journal_free(j);
	scripted_free(s);
}

static void each_answer_has_its_end(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_row(i, &rows[i]);
}

static void after_a_final_answer_nothing_is_asked_any_more(UNUSED void **state)
{
	static const char *const finals[] = {"x", "f"};

	for (size_t i = 0; i < ARRAY_LEN(finals); i++) {
		struct scripted *s = scripted_new((struct answers){.begins = finals[i]});
		struct journal *j = markers(1, 1);
		struct durable d;

		assert_false(writer_apply(&s->store, j, &d));
		assert_string_equal(buf_str(&s->told), "begin:1 rollback:0");
		assert_false(writer_apply(&s->store, j, &d));
		assert_string_equal(buf_str(&s->told), "begin:1 rollback:0");
		assert_int_equal(d.disk, DISK_FAILED);
		assert_int_equal(d.upto, 0);
		journal_free(j);
		scripted_free(s);
	}
}

static void who_wants_to_know_is_told_which_entry_comes(UNUSED void **state)
{
	struct scripted *s = scripted_new((struct answers){0});
	struct journal *j = markers(7, 8);
	struct durable d;

	s->engine.mark = scripted_mark;
	assert_true(writer_apply(&s->store, j, &d));
	assert_string_equal(buf_str(&s->told), "begin:8 mark:7 7 mark:8 8 commit:8 between:0");
	journal_free(j);
	scripted_free(s);
}

static void a_look_asks_and_changes_nothing(UNUSED void **state)
{
	struct scripted *s = scripted_new((struct answers){0});
	struct journal *j = markers(1, 3);
	struct durable d;

	assert_true(writer_apply(&s->store, j, &d));
	s->seen = DISK_LOW;
	s->is_clean = true;
	writer_look(&s->store, &d);
	assert_int_equal(d.disk, DISK_LOW);
	assert_true(d.is_clean);
	assert_int_equal(d.upto, 0);
	assert_int_equal(s->store.fresh.applied, 3);
	journal_free(j);
	scripted_free(s);
}

// The head of the chain is that of the newest entry that is durable.
static void a_chain_moves_on_with_a_commit_alone(UNUSED void **state)
{
	static const struct {
		const char *commits;
		uint8_t chains, head;
	} steps[] = {{"", 1, 1}, {"", 0, 1}, {"u", 2, 1}, {"", 0, 1}, {"", 3, 3}};
	struct scripted *s = scripted_new((struct answers){0});

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		struct journal *j = markers(i + 1, i + 1);
		struct durable d;

		s->answers.commits = steps[i].commits;
		s->chains = steps[i].chains;
		memset(s->store.next_chain, 9, CHAIN_LEN);
		assert_int_equal(writer_apply(&s->store, j, &d), !steps[i].commits[0]);
		assert_int_equal(d.chain[0], steps[i].head);
		assert_int_equal(d.chain[CHAIN_LEN - 1], steps[i].head);
		journal_free(j);
	}
	scripted_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_answer_has_its_end),
		cmocka_unit_test(after_a_final_answer_nothing_is_asked_any_more),
		cmocka_unit_test(who_wants_to_know_is_told_which_entry_comes),
		cmocka_unit_test(a_look_asks_and_changes_nothing),
		cmocka_unit_test(a_chain_moves_on_with_a_commit_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
