// SPDX-License-Identifier: MIT
// Targets: which is shown, what stays in them, what of it is unread.
#include "tests/unit/client/model_fixture.h"

#include "client/model/model_private.h"

#include <stdio.h>

static struct log_line *add(struct model *m, struct target *t, int64_t at_ms, const char *id,
			    enum line_kind kind, unsigned flags)
{
	struct line_new n = {.at_ms = at_ms,
			     .id = span_of(id),
			     .text = SPAN("hi"),
			     .kind = kind,
			     .flags = flags,
			     .from = person_need(m, SPAN("bob"))};

	return target_add_line(m, t, &n, NULL);
}

static void what_is_shown_is_followed_by_a_neighbour(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;
	struct target *a = target_need(m, SPAN("#a")), *z = target_need(m, SPAN("zoe"));

	z->read_at = 7;
	model_show(m, z);
	assert_int_equal(z->new_at, 7);
	model_show(m, a);
	assert_ptr_equal(m->previous, z);
	uint64_t shown = a->shown_no;
	assert_int_equal(shown, z->shown_no + 1);
	// What is shown already is not shown again.
	model_show(m, a);
	assert_ptr_equal(m->previous, z);
	assert_int_equal(a->shown_no, shown);
	target_remove(m, z);
	assert_null(m->previous);
	assert_ptr_equal(m->current, a);
	// The last one is followed by the one before it.
	z = target_need(m, SPAN("zoe"));
	den((struct fixture *)*state)->read_at = 9;
	model_show(m, z);
	target_remove(m, z);
	assert_string_equal(m->current->name, "#den");
	assert_int_equal(m->current->new_at, 9);
	assert_int_equal(m->n_targets, 3);
	target_remove(m, m->server);
	assert_int_equal(m->n_targets, 3);
}

static void many_targets_are_found_and_in_order(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;
	char name[16];

	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), i % 2 ? "p%02d" : "#r%02d", i * 37 % 100);
		struct target *t = target_need(m, span_of(name));
		assert_ptr_equal(target_find(m, span_of(name)), t);
	}
	assert_int_equal(m->n_targets, 102);
	for (size_t i = 1; i + 1 < m->n_targets; i++) {
		const struct target *a = m->targets[i], *b = m->targets[i + 1];
		assert_true(a->kind < b->kind ||
			    (a->kind == b->kind && strcmp(a->key, b->key) < 0));
	}
	target_rename(m, target_find(m, SPAN("#r00")), SPAN("#zzz"));
	assert_null(target_find(m, SPAN("#r00")));
	assert_string_equal(target_find(m, SPAN("#ZZZ"))->name, "#zzz");
}

static void an_awaited_one_is_shown_at_once_where_it_is_there(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;
	struct target *pit = target_need(m, SPAN("#pit")), *zoe = target_need(m, SPAN("zoe"));

	model_await(m, SPAN("#pit"));
	assert_string_equal(m->awaited, "#pit");
	assert_string_equal(m->current->name, "#den");
	model_await(m, SPAN(""));
	assert_null(m->awaited);
	model_await(m, SPAN("#nowhere"));
	assert_string_equal(m->awaited, "#nowhere");
	model_await(m, SPAN("zoe"));
	assert_ptr_equal(m->current, zoe);
	assert_null(m->awaited);
	pit->joined = true;
	model_await(m, SPAN("#PIT"));
	assert_ptr_equal(m->current, pit);
}

static void notes_go_and_what_was_said_stays(void **state)
{
	struct fixture *f = *state;

	model_note(f->m, NULL, LINE_INFO, 5, SPAN("one"));
	add(f->m, den(f), 6, "a", LINE_MESSAGE, 0);
	model_note(f->m, den(f), LINE_ERROR, 7, SPAN("two"));
	model_note(f->m, f->m->server, LINE_INFO, 8, SPAN("elsewhere"));
	assert_int_equal(den(f)->log.count, 3);
	assert_true(target_newest(den(f)) == target_oldest(den(f)));
	model_clear_notes(f->m, den(f));
	assert_int_equal(den(f)->log.count, 1);
	assert_true(span_eq(line_id(last(den(f))), SPAN("a")));
	assert_int_equal(f->m->server->log.count, 1);
	model_clear_notes(f->m, den(f));
	assert_int_equal(den(f)->log.count, 1);
}

static void the_newest_and_the_oldest_have_ids(void **state)
{
	struct fixture *f = *state;
	struct target *t = den(f);

	assert_null(target_newest(t));
	assert_null(target_oldest(t));
	assert_null(target_gap(t));
	add(f->m, t, 1, "", LINE_MESSAGE, 0);
	assert_null(target_newest(t));
	assert_null(target_oldest(t));
	struct log_line *a = add(f->m, t, 2, "a", LINE_MESSAGE, 0);
	struct log_line *b = add(f->m, t, 3, "b", LINE_MESSAGE, 0);
	add(f->m, t, 4, "", LINE_MESSAGE, 0);
	assert_ptr_equal(target_oldest(t), a);
	assert_ptr_equal(target_newest(t), b);
	target_join(f->m, t, a, false);
	assert_ptr_equal(target_gap(t), a);
	target_join(f->m, t, b, false);
	assert_ptr_equal(target_gap(t), b);
	target_join(f->m, t, b, true);
	assert_ptr_equal(target_gap(t), a);
	// With the line goes the hole before it, to what stands behind.
	target_take_out(f->m, t, SPAN("a"));
	assert_ptr_equal(target_gap(t), b);
	target_take_out(f->m, t, SPAN("none"));
	target_join(f->m, t, b, true);
	size_t before = t->log.count;
	target_take_out(f->m, t, SPAN("b"));
	assert_int_equal(t->log.count, before - 1);
	assert_null(target_gap(t));
	// The last one has nothing behind it.
	struct log_line *c = add(f->m, t, 9, "c", LINE_MESSAGE, 0);
	target_join(f->m, t, c, false);
	target_take_out(f->m, t, SPAN("c"));
	assert_null(target_gap(t));
}

static void the_oldest_lines_are_let_go(void **state)
{
	struct fixture *f = *state;
	struct target *t = den(f);

	f->m->line_max = 2;
	target_set_history(f->m, t, HISTORY_ALL);
	add(f->m, t, 10, "a", LINE_MESSAGE, 0);
	add(f->m, t, 20, "b", LINE_MESSAGE, 0);
	assert_int_equal(t->history, HISTORY_ALL);
	add(f->m, t, 30, "c", LINE_MESSAGE, 0);
	assert_int_equal(t->history, HISTORY_MORE);
	assert_int_equal(t->log.count, 2);
	assert_null(scrollback_find(&t->log, SPAN("a")));
	assert_null(target_gap(t));
	// What just came stays, however old it is: behind it is a hole.
	add(f->m, t, 5, "old", LINE_MESSAGE, 0);
	assert_int_equal(t->log.count, 2);
	assert_true(span_eq(line_id(scrollback_at(&t->log, 0)), SPAN("old")));
	assert_ptr_equal(target_gap(t), scrollback_find(&t->log, SPAN("c")));
	// Of the past twice as many are kept.
	add(f->m, t, 6, "h1", LINE_MESSAGE, LINE_HISTORY);
	add(f->m, t, 7, "h2", LINE_MESSAGE, LINE_HISTORY);
	assert_int_equal(t->log.count, 4);
	add(f->m, t, 8, "h3", LINE_MESSAGE, LINE_HISTORY);
	assert_int_equal(t->log.count, 4);
}

// What others said behind the marker, and nothing else.
static void what_counts_as_unread(void **state)
{
	static const struct {
		enum line_kind kind;
		unsigned flags;
		int64_t at_ms;
		bool has_marker, counts;
	} rows[] = {
		{LINE_MESSAGE, 0, 11, true, true},
		{LINE_ACTION, 0, 11, true, true},
		{LINE_NOTICE, 0, 11, true, true},
		{LINE_JOIN, 0, 11, true, false},
		{LINE_INFO, 0, 11, true, false},
		{LINE_MESSAGE, 0, 10, true, false},
		{LINE_MESSAGE, LINE_SELF, 11, true, false},
		{LINE_MESSAGE, LINE_LOCAL, 11, true, false},
		{LINE_MESSAGE, LINE_REDACTED, 11, true, false},
		{LINE_MESSAGE, LINE_SEEN, 11, true, false},
		{LINE_MESSAGE, LINE_HISTORY, 11, true, true},
		{LINE_MESSAGE, LINE_HISTORY, 11, false, false},
		{LINE_MESSAGE, 0, 11, false, true},
		{LINE_MESSAGE, LINE_MENTION, 11, true, true},
	};
	struct fixture *f = *state;
	struct target *t = den(f);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		t->read_at = 10;
		t->has_marker = rows[i].has_marker;
		t->unread = t->mentions = 0;
		struct log_line *l =
			add(f->m, t, rows[i].at_ms, "x", rows[i].kind, rows[i].flags);
		if (target_counts(t, l) != rows[i].counts || t->unread != rows[i].counts ||
		    t->mentions != (rows[i].counts && (rows[i].flags & LINE_MENTION)))
			fail_msg("row %zu: %u unread, %u mentions", i, t->unread, t->mentions);
		target_recount(f->m, t);
		assert_int_equal(t->unread, rows[i].counts);
		target_take_out(f->m, t, SPAN("x"));
		// Without a marker it counts from when we came.
		t->read_at = 0;
		t->came_at = 20;
		assert_int_equal(add(f->m, t, 20, "x", LINE_MESSAGE, 0) != NULL, 1);
		assert_int_equal(t->unread, rows[i].counts);
		target_take_out(f->m, t, SPAN("x"));
	}
	assert_false(
		target_counts(f->m->server, add(f->m, f->m->server, 99, "s", LINE_MESSAGE, 0)));
}

static void coming_anew_the_count_begins_anew(void **state)
{
	struct fixture *f = *state;
	struct target *t = den(f);

	add(f->m, t, 10, "a", LINE_MESSAGE, 0);
	assert_int_equal(t->unread, 1);
	add(f->m, t, 20, "j", LINE_JOIN, LINE_SELF);
	assert_int_equal(t->came_at, 20);
	assert_int_equal(t->unread, 0);
	add(f->m, t, 30, "b", LINE_MESSAGE, 0);
	add(f->m, t, 40, "k", LINE_JOIN, 0);
	add(f->m, t, 15, "l", LINE_JOIN, LINE_SELF);
	add(f->m, t, 45, "m", LINE_MESSAGE, LINE_SELF);
	assert_int_equal(t->came_at, 20);
	assert_int_equal(t->unread, 1);
}

static void what_was_on_a_screen_is_seen(void **state)
{
	struct fixture *f = *state;
	struct target *t = den(f);

	target_set_read(f->m, t, 5);
	assert_int_equal(t->new_at, 5);
	add(f->m, t, 10, "a", LINE_MESSAGE, 0);
	add(f->m, t, 20, "b", LINE_MESSAGE, LINE_MENTION);
	add(f->m, t, 25, "", LINE_INFO, LINE_LOCAL);
	add(f->m, t, 30, "c", LINE_MESSAGE, 0);
	assert_int_equal(target_first_unread(t), 0);
	assert_int_equal(target_seen_to(t), 5);
	target_see(f->m, t, 1, 2);
	assert_int_equal(t->unread, 2);
	assert_int_equal(t->mentions, 0);
	assert_int_equal(target_seen_to(t), 5);
	target_see(f->m, t, 0, 0);
	assert_int_equal(target_first_unread(t), 3);
	// What has no id is passed over; what comes next is not seen.
	assert_int_equal(target_seen_to(t), 20);
	target_see(f->m, t, 3, 99);
	assert_int_equal(t->unread, 0);
	assert_int_equal(target_first_unread(t), t->log.count);
	assert_int_equal(target_seen_to(t), 30);
	// A hole hides what was on no screen, where there is more to be had.
	struct log_line *l = scrollback_find(&t->log, SPAN("b"));
	target_join(f->m, t, l, false);
	assert_int_equal(target_seen_to(t), 10);
	t->history = HISTORY_NONE;
	assert_int_equal(target_seen_to(t), 30);
	target_join(f->m, t, l, true);
	target_join(f->m, t, scrollback_at(&t->log, 0), false);
	t->history = HISTORY_ALL;
	assert_int_equal(target_seen_to(t), 30);
	target_set_read(f->m, t, 4);
	assert_int_equal(t->read_at, 5);
	target_set_read(f->m, t, 30);
	assert_int_equal(t->new_at, 5);
}

static void of_two_of_one_moment_one_may_be_unseen(void **state)
{
	struct fixture *f = *state;
	struct target *t = den(f);

	target_set_read(f->m, t, 5);
	add(f->m, t, 10, "a", LINE_MESSAGE, 0);
	add(f->m, t, 10, "b", LINE_MESSAGE, 0);
	target_see(f->m, t, 0, 0);
	assert_int_equal(target_seen_to(t), 9);
}

static void unread_may_be_before_what_is_here(void **state)
{
	static const struct {
		enum history_state history;
		bool has_marker;
		int64_t read_at;
		bool lacks;
	} rows[] = {
		{HISTORY_MORE, true, 5, true},     {HISTORY_LOADING, true, 5, true},
		{HISTORY_ALL, true, 5, false},     {HISTORY_NONE, true, 5, false},
		{HISTORY_UNKNOWN, true, 5, false}, {HISTORY_MORE, false, 5, false},
		{HISTORY_MORE, true, 0, false},    {HISTORY_MORE, true, 10, false},
		{HISTORY_MORE, true, 9, true},
	};
	struct fixture *f = *state;
	struct target *t = den(f), *zoe = target_need(f->m, SPAN("zoe"));

	t->history = HISTORY_MORE;
	t->has_marker = true;
	t->read_at = 5;
	assert_false(target_lacks_unread(t));
	add(f->m, t, 10, "a", LINE_MESSAGE, 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		t->history = rows[i].history;
		t->has_marker = rows[i].has_marker;
		t->read_at = rows[i].read_at;
		if (target_lacks_unread(t) != rows[i].lacks)
			fail_msg("row %zu", i);
	}
	assert_int_equal(target_seen_to(t), 9);
	// A person said all of it to us.
	add(f->m, zoe, 10, "z", LINE_MESSAGE, 0);
	zoe->history = HISTORY_MORE;
	assert_false(target_lacks_unread(zoe));
	zoe->has_marker = true;
	assert_true(target_lacks_unread(zoe));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_shown_is_followed_by_a_neighbour),
		TEST(many_targets_are_found_and_in_order),
		TEST(an_awaited_one_is_shown_at_once_where_it_is_there),
		TEST(notes_go_and_what_was_said_stays),
		TEST(the_newest_and_the_oldest_have_ids),
		TEST(the_oldest_lines_are_let_go),
		TEST(what_counts_as_unread),
		TEST(coming_anew_the_count_begins_anew),
		TEST(what_was_on_a_screen_is_seen),
		TEST(of_two_of_one_moment_one_may_be_unseen),
		TEST(unread_may_be_before_what_is_here),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
