// SPDX-License-Identifier: MIT
// The audit log as a chain: whatever is done to an entry behind the server's back is found, and
// what an erasing takes is not missed.
#include "tests/unit/store/by_hand.h"

#include "server/store/sqlite/folder.h"
#include "tests/support/failing_sql.h"

#include <fnmatch.h>

static struct entry deed(int64_t at_ms, const char *verb, const char *detail, stream_id room)
{
	return (struct entry){.kind = ENTRY_AUDIT,
			      .audit = {.at_ms = at_ms,
					.actor = SPAN("alice"),
					.verb = span_of(verb),
					.detail = span_of(detail),
					.room = room,
					.reason = SPAN("why"),
					.uid = SPAN("1000")}};
}

// Entries 1 to 5; of the fourth the room is 10.
static void put_five(struct fixture *f)
{
	put(f, room(10, "#den"));
	put(f, deed(1, "user add", "bob", 0));
	put(f, deed(2, "user role", "bob", 0));
	put(f, deed(3, "user disable", "carl", 0));
	put(f, deed(4, "kick", "dora", 10));
	put(f, deed(5, "ban add", "192.0.2.1", 0));
}

static struct store_chain look(struct fixture *f, const uint8_t *wanted)
{
	struct store_chain c;
	char *error = NULL;

	if (!store_audit(f->path, wanted, NULL, NULL, &c, &error))
		fail_msg("%s", error);
	return c;
}

static void expect_sound(struct fixture *f, int64_t n)
{
	struct store_chain c = look(f, NULL);

	if (c.n_problems)
		fail_msg("%s", buf_str(&c.problems));
	assert_int_equal(c.n, n);
	store_chain_clear(&c);
}

static void entries_hang_together(void **state)
{
	struct fixture *f = *state;
	struct store_chain c;

	put_five(f);
	c = look(f, NULL);
	assert_int_equal(c.n_problems, 0);
	assert_int_equal(c.n, 5);
	assert_int_equal(c.n_outside + c.n_erased + c.n_gone, 0);
	assert_int_equal(c.first_id, 1);
	assert_int_equal(c.first_ms, 1);
	assert_int_equal(c.last_ms, 5);
	store_chain_clear(&c);
	reopen(f);
	put(f, deed(6, "user kick", "bob", 0));
	expect_sound(f, 6);
}

// Copies of the rows of an entry, as somebody makes them who has the file and not the server.
#define FRESH(id)                                                                              \
	"INSERT INTO audit (id, at_ms, actor, verb, detail) VALUES (" id ", 9, 'x', 'y', 'z');"
#define LINKED(id)                                                                             \
	"INSERT INTO audit_link (id, at_ms, verb, room, words, hash) SELECT " id               \
	", 9, 'y', 0, words, hash FROM audit_link WHERE id = 5;"                               \
	"INSERT INTO audit_salt (id, salt) SELECT " id ", salt FROM audit_salt WHERE id = 5;"
#define GONE(id)                                                                               \
	"DELETE FROM audit WHERE id = " id "; DELETE FROM audit_salt WHERE id = " id ";"

static const struct {
	const char *deed, *problem;
} deeds[] = {
	// Changed.
	{"UPDATE audit SET actor = 'eve' WHERE id = 2", "entry 2: what it says was changed*"},
	{"UPDATE audit SET detail = 'eve' WHERE id = 2", "entry 2: what it says was changed*"},
	{"UPDATE audit SET reason = '' WHERE id = 2", "entry 2: what it says was changed*"},
	{"UPDATE audit SET uid = '0' WHERE id = 2", "entry 2: what it says was changed*"},
	{"UPDATE audit SET about = 9 WHERE id = 2", "entry 2: what it says was changed*"},
	{"UPDATE audit SET at_ms = 9 WHERE id = 2", "entry 2: its time, its verb*"},
	{"UPDATE audit SET verb = 'x' WHERE id = 2", "entry 2: its time, its verb*"},
	{"UPDATE audit SET room = 10 WHERE id = 2", "entry 2: its time, its verb*"},
	{"UPDATE audit SET verb = 'x' WHERE id = 2;"
	 "UPDATE audit_link SET verb = 'x' WHERE id = 2",
	 "entry 2: it does not follow*"},
	{"UPDATE audit_link SET at_ms = 9 WHERE id = 2", "entry 2: it does not follow*"},
	{"UPDATE audit_link SET words = hash WHERE id = 2", "entry 2: it does not follow*"},
	{"UPDATE audit_link SET words = substr(words, 1, 0) WHERE id = 2",
	 "entry 2: its link is none*"},
	{"UPDATE audit_link SET hash = words WHERE id = 2",
	 "entry 2: it does not follow*entry 3: it does not follow*"},
	{"UPDATE audit_salt SET salt = (SELECT salt FROM audit_salt WHERE id = 1)"
	 " WHERE id = 2",
	 "entry 2: what it says was changed*"},
	{"UPDATE audit_salt SET salt = substr(salt, 1, 1) WHERE id = 2",
	 "entry 2: what it says was changed*"},
	// Made to look as if erased, where nobody was.
	{"UPDATE audit SET detail = '' WHERE id = 2; DELETE FROM audit_salt WHERE id = 2",
	 "entry 2: something was taken out of it*"},
	// Removed.
	{"DELETE FROM audit WHERE id = 2", "entry 2: it was removed*"},
	{GONE("2"), "entry 2: it was removed*"},
	{GONE("2") "DELETE FROM audit_link WHERE id = 2", "entry 3: it does not follow*"},
	{GONE("1") "DELETE FROM audit_link WHERE id = 1", "entry 2: it does not follow*"},
	{"DELETE FROM audit_link WHERE id = 2", "entry 2: it is not of the chain*"},
	{"DELETE FROM audit_link WHERE id = 1", "entry 2: it does not follow*"},
	{GONE("4"), "entry 4: it was removed*"}, // its room is there
	{"DELETE FROM audit WHERE id = 4; DELETE FROM room", "entry 4: it was removed*"},
	// Put in.
	{FRESH("6"), "entry 6: it is not of the chain*"},
	{FRESH("6") LINKED("6"), "entry 6: it does not follow*"},
	// Put elsewhere.
	{"UPDATE audit SET id = 9 WHERE id = 2; UPDATE audit SET id = 2 WHERE id = 3;"
	 "UPDATE audit SET id = 3 WHERE id = 9",
	 "entry 2: its time*entry 3: its time*"},
	{"UPDATE audit SET id = id + 90 WHERE id = 2;"
	 "UPDATE audit_link SET id = id + 90 WHERE id = 2;"
	 "UPDATE audit_salt SET id = id + 90 WHERE id = 2",
	 "entry 3: it does not follow*entry 92: it does not follow*"},
};

// Proves S19.
static void whatever_is_done_to_an_entry_is_found(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
		struct fixture *f = *state;
		struct store_chain c;

		put_five(f);
		change_by_hand(f, deeds[i].deed);
		c = look(f, NULL);
		if (!c.n_problems || fnmatch(deeds[i].problem, buf_str(&c.problems), 0) != 0)
			fail_msg("%s: %s", deeds[i].deed, buf_str(&c.problems));
		store_chain_clear(&c);
		tear_down(state);
		set_up(state);
	}
}

// Nothing but a head that was noted elsewhere tells of the end.
static void a_cut_end_is_found_by_a_head(void **state)
{
	struct fixture *f = *state;
	struct store_chain c;
	uint8_t head[CHAIN_LEN], older[CHAIN_LEN];

	put_five(f);
	c = look(f, NULL);
	memcpy(older, c.head, sizeof(older));
	put(f, deed(6, "user add", "eve", 0));
	c = look(f, older);
	assert_int_equal(c.n_problems, 0);
	memcpy(head, c.head, sizeof(head));
	change_by_hand(f, GONE("6") "DELETE FROM audit_link WHERE id = 6");
	expect_sound(f, 5);
	c = look(f, head);
	assert_int_equal(c.n_problems, 1);
	assert_non_null(strstr(buf_str(&c.problems), "the head that was given"));
	store_chain_clear(&c);
	c = look(f, older);
	assert_int_equal(c.n_problems, 0);
}

// All links made anew: sound in itself, and not what the head says.
static void a_chain_made_anew_is_found_by_a_head(void **state)
{
	struct fixture *f = *state;
	struct store_chain c;
	uint8_t head[CHAIN_LEN];

	put_five(f);
	c = look(f, NULL);
	memcpy(head, c.head, sizeof(head));
	change_by_hand(f, "DELETE FROM audit; DELETE FROM audit_link; DELETE FROM audit_salt");
	put(f, deed(1, "user add", "bob", 0));
	expect_sound(f, 1);
	c = look(f, head);
	assert_int_equal(c.n_problems, 1);
	store_chain_clear(&c);
}

// Proves S19.
static void what_is_erased_or_goes_with_a_room_is_not_missed(void **state)
{
	struct fixture *f = *state;
	struct store_chain c;

	put_five(f);
	put(f, deed(6, "user erase", "erased-2", 0));
	put(f, (struct entry){.kind = ENTRY_REWORD_AUDIT,
			      .reword_audit = {2, SPAN("alice"), SPAN("erased-2"), SPAN("")}});
	put(f, deed(7, "user erased", "erased-2: 2", 0));
	put(f, (struct entry){.kind = ENTRY_ROOM_GONE, .room_gone = {10}});
	c = look(f, NULL);
	if (c.n_problems)
		fail_msg("%s", buf_str(&c.problems));
	assert_int_equal(c.n, 7);
	assert_int_equal(c.n_erased, 1);
	assert_int_equal(c.n_gone, 1);
	store_chain_clear(&c);
	change_by_hand(f, "UPDATE audit SET detail = 'eve' WHERE id = 3");
	c = look(f, NULL);
	assert_int_equal(c.n_problems, 1);
	store_chain_clear(&c);
}

#define EMPTIED(id)                                                                            \
	"UPDATE audit SET detail = '' WHERE id = " id "; DELETE FROM audit_salt WHERE id = " id

// An erasing is believed of the entries that it names alone, when it says so behind them.
// Proves S19.
static void an_erasing_covers_no_other_deed(void **state)
{
	struct fixture *f = *state;
	struct store_chain c;

	put_five(f);
	put(f, deed(6, "user erase", "erased-2", 0));
	put(f, deed(7, "user erased", "erased-2: 2 5 8 99 none 3", 0));
	put(f, deed(8, "user erase", "erased-2: 2", 0));
	change_by_hand(f, EMPTIED("2") ";" EMPTIED("3") ";" EMPTIED("5") ";" EMPTIED("8"));
	c = look(f, NULL);
	assert_int_equal(c.n_erased, 4);
	assert_int_equal(c.n_problems, 2);
	assert_int_equal(
		fnmatch("entry 3: something*\nentry 8: something*", buf_str(&c.problems), 0),
		0);
	store_chain_clear(&c);
	change_by_hand(f, "UPDATE audit SET detail = 'erased-2: 2 3 5' WHERE id = 7");
	c = look(f, NULL);
	assert_int_equal(c.n_problems, 5);
	store_chain_clear(&c);
}

// The number of an entry that went with its room is not given again.
static void no_entry_has_the_number_of_another(void **state)
{
	struct fixture *f = *state;

	put(f, room(10, "#den"));
	put(f, deed(1, "kick", "dora", 10));
	put(f, (struct entry){.kind = ENTRY_ROOM_GONE, .room_gone = {10}});
	put(f, deed(2, "user add", "bob", 0));
	expect_sound(f, 2);
}

static void what_was_there_before_stands_outside(void **state)
{
	struct fixture *f = *state;
	struct store_chain c;

	change_by_hand(f, FRESH("1") FRESH("2"));
	c = look(f, NULL);
	assert_int_equal(c.n, 0);
	assert_int_equal(c.n_outside, 2);
	store_chain_clear(&c);
	put(f, deed(5, "user add", "bob", 0));
	c = look(f, NULL);
	assert_int_equal(c.n_problems, 0);
	assert_int_equal(c.n_outside, 2);
	assert_int_equal(c.first_id, 3);
	store_chain_clear(&c);
}

static void note(void *arg, const struct store_audited *e)
{
	struct buf *out = arg;

	buf_printf(out, "%lld " SPAN_FMT " " SPAN_FMT " %zu%zu%zu\n", (long long)e->id,
		   SPAN_ARG(e->row.verb), SPAN_ARG(e->row.uid), e->hash.len / CHAIN_LEN,
		   e->words.len / CHAIN_LEN, e->salt.len / CHAIN_LEN);
}

static void each_entry_is_given_with_its_place(void **state)
{
	struct fixture *f = *state;
	struct store_chain c;
	struct buf out = {0};
	char *error = NULL;

	change_by_hand(f, FRESH("1"));
	put(f, deed(5, "user add", "bob", 0));
	assert_true(store_audit(f->path, NULL, note, &out, &c, &error));
	assert_string_equal(buf_str(&out), "1 y  000\n2 user add 1000 111\n");
	buf_clear(&out);
	store_chain_clear(&c);
}

// The writer tells of the newest hash when it is durable.
static void the_head_comes_with_what_is_durable(void **state)
{
	struct fixture *f = *state;
	struct durable d;
	struct store_chain c;

	writer_look(f->store, &d);
	for (size_t i = 0; i < CHAIN_LEN; i++)
		assert_int_equal(d.chain[i], 0);
	put_five(f);
	c = look(f, NULL);
	writer_look(f->store, &d);
	assert_memory_equal(d.chain, c.head, CHAIN_LEN);
	reopen(f);
	writer_look(f->store, &d);
	assert_memory_equal(d.chain, c.head, CHAIN_LEN);
}

static bool try(struct fixture *f, struct entry e)
{
	struct journal *j = journal_new(f->next);
	struct durable d;
	bool stored;

	journal_add(j, &e);
	stored = writer_apply(f->store, j, &d);
	f->next += stored;
	journal_free(j);
	return stored;
}

static void a_statement_that_fails_breaks_no_chain(void **state)
{
	struct fixture *f = *state;
	int64_t n = 5;
	bool has = true;

	of_sqlite("a statement of it is made to fail");
	put_five(f);
	for (unsigned at = 1; has; at++) {
		failing_sql_at(at, SQLITE_FULL);
		ballast_release(f->path);
		n += try(f, deed(6, "user add", "eve", 0));
		has = failing_sql_has();
		failing_sql_at(0, 0);
		expect_sound(f, n);
	}
	assert_int_equal(n, 6);
}

static void of_many_problems_some_are_told_and_all_are_counted(void **state)
{
	struct fixture *f = *state;
	struct store_chain c;
	size_t n_lines = 0;

	for (int64_t i = 0; i < CHAIN_PROBLEMS_MAX + 5; i++)
		put(f, deed(i, "user add", "bob", 0));
	change_by_hand(f, "UPDATE audit SET actor = 'eve'");
	c = look(f, NULL);
	for (size_t i = 0; i < c.problems.len; i++)
		n_lines += c.problems.at[i] == '\n';
	assert_int_equal(c.n_problems, CHAIN_PROBLEMS_MAX + 5);
	assert_int_equal(n_lines, CHAIN_PROBLEMS_MAX);
	store_chain_clear(&c);
}

static void a_head_of_another_length_is_none(void **state)
{
	static const uint8_t none[CHAIN_LEN];
	struct fixture *f = *state;
	struct durable d;

	put_five(f);
	change_by_hand(f, "UPDATE audit_link SET hash = substr(hash, 1, 1) WHERE id = 5");
	reopen(f);
	writer_look(f->store, &d);
	assert_memory_equal(d.chain, none, CHAIN_LEN);
}

static void half_a_look_is_none(void **state)
{
	struct fixture *f = *state;
	bool has = true;

	of_sqlite("a statement of it is made to fail");
	put_five(f);
	for (unsigned at = 1; has; at++) {
		struct store_chain c;
		char *error = NULL;

		failing_sql_at(at, SQLITE_IOERR_READ);
		bool is_looked = store_audit(f->path, NULL, NULL, NULL, &c, &error);
		has = failing_sql_has();
		failing_sql_at(0, 0);
		assert_int_equal(is_looked, !has);
		assert_int_equal(error != NULL, has);
		assert_true(!error || !strstr(error, "older snugd"));
		store_chain_clear(&c);
		free(error);
	}
}

static void what_is_no_store_has_no_chain(UNUSED void **state)
{
	static const struct {
		const char *where, *words;
	} rows[] = {{"/nowhere/snug.db", "cannot open /nowhere/snug.db"},
		    {"mysql://a/b", "mysql://a/b is no store"}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct store_chain c;
		char *error = NULL;

		assert_false(store_audit(rows[i].where, NULL, NULL, NULL, &c, &error));
		assert_non_null(strstr(error, rows[i].words));
		free(error);
	}
}

static void a_database_without_a_chain_says_so(void **state)
{
	struct fixture *f = *state;
	struct store_chain c;
	char *error = NULL;

	of_sqlite("its schemas of before there was another engine");
	change_by_hand(f, "DROP TABLE audit_link; PRAGMA user_version = 16");
	assert_false(store_audit(f->path, NULL, NULL, NULL, &c, &error));
	assert_non_null(strstr(error, "older snugd"));
	free(error);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(entries_hang_together),
		T(whatever_is_done_to_an_entry_is_found),
		T(a_cut_end_is_found_by_a_head),
		T(a_chain_made_anew_is_found_by_a_head),
		T(what_is_erased_or_goes_with_a_room_is_not_missed),
		T(an_erasing_covers_no_other_deed),
		T(no_entry_has_the_number_of_another),
		T(what_was_there_before_stands_outside),
		T(each_entry_is_given_with_its_place),
		T(the_head_comes_with_what_is_durable),
		T(a_statement_that_fails_breaks_no_chain),
		T(of_many_problems_some_are_told_and_all_are_counted),
		T(a_head_of_another_length_is_none),
		T(half_a_look_is_none),
		T(what_is_no_store_has_no_chain),
		T(a_database_without_a_chain_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
