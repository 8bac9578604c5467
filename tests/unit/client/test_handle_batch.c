// SPDX-License-Identifier: MIT
// Batches: which lines they hold, and what a page makes of holes.
#include "tests/unit/client/lines_fixture.h"

#include "client/model/target.h"

#include <stdio.h>

#define AT(second) "@time=2026-11-22T12:00:" second ".000Z;msgid=m" second
#define PAGED(second) AT(second) ";batch=p :bob!b@h PRIVMSG #den :x"
#define LIVE(second) AT(second) " :bob!b@h PRIVMSG #den :x"

static void only_a_page_is_history(void **state)
{
	static const struct {
		const char *open;
		unsigned flags; // of what is in it
	} rows[] = {
		{":srv BATCH +b chathistory #den", LINE_HISTORY},
		{":srv BATCH +b labeled-response", 0},
		{":srv BATCH +b netsplit a b", 0},
		{"@batch=none :srv BATCH +b netsplit a b", 0},
		{"@batch=page :srv BATCH +b netsplit a b", LINE_HISTORY},
	};
	struct fixture *f = *state;

	say(f->m, ":srv BATCH +page chathistory #den");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t before = den(f)->log.count;
		char line[80];
		say(f->m, rows[i].open);
		snprintf(line, sizeof(line), "@batch=b;msgid=h%zu :bob!b@h PRIVMSG #den :hi",
			 i);
		say(f->m, line);
		assert_int_equal(den(f)->log.count, before + 1);
		if ((last(den(f))->flags & LINE_HISTORY) != rows[i].flags)
			fail_msg("%s", rows[i].open);
		say(f->m, ":srv BATCH -b");
	}
}

static void many_lines_in_a_page_are_history(void **state)
{
	static const char *const types[] = {"multiline", "draft/multiline"};
	struct fixture *f = *state;
	char line[120];

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		say(f->m, ":srv BATCH +p chathistory #den");
		snprintf(line, sizeof(line), "@batch=p;msgid=big%zu :bob!b@h BATCH +m %s #den",
			 i, types[i]);
		say(f->m, line);
		say(f->m, "@batch=m :bob!b@h PRIVMSG #den :one");
		say(f->m, "@batch=m :bob!b@h PRIVMSG #den :two");
		say(f->m, ":srv BATCH -m");
		say(f->m, ":srv BATCH -p");
		assert_true(span_eq(line_says(last(den(f))), SPAN("one\ntwo")));
		assert_true(last(den(f))->flags & LINE_HISTORY);
		assert_int_equal(f->seen.page.count, 1);
	}
}

static void what_was_found_stays_until_the_next_search(void **state)
{
	struct fixture *f = *state;

	say(f->m, ":srv BATCH +s soju.im/search");
	say(f->m, "@batch=s :bob!b@h PRIVMSG #den :cake");
	say(f->m, "@batch=s :srv.test PRIVMSG #den :nobody's");
	say(f->m, "@batch=s :bob!b@h PRIVMSG");
	say(f->m, ":srv BATCH -s");
	assert_int_equal(f->m->n_found, 1);
	say(f->m, ":srv BATCH +o netsplit");
	say(f->m, ":srv BATCH -o");
	assert_int_equal(f->m->n_found, 1);
	// Of very many the first are kept.
	say(f->m, ":srv BATCH +s soju.im/search");
	for (int i = 0; i < 510; i++)
		say(f->m, "@batch=s :bob!b@h PRIVMSG #den :cake");
	assert_int_equal(f->m->n_found, 500);
}

static void a_name_of_a_batch_is_not_empty(void **state)
{
	struct fixture *f = *state;

	say(f->m, ":srv BATCH + soju.im/search");
	say(f->m, "@batch= :bob!b@h PRIVMSG #den :hi");
	assert_int_equal(f->m->n_found, 0);
	assert_int_equal(den(f)->log.count, 1);
}

static void a_floor_is_of_a_page_and_its_room(void **state)
{
	struct fixture *f = *state;

	say(f->m, "@snug.chat/floor=5 :srv BATCH +o netsplit #den");
	assert_int_equal(den(f)->floor, 0);
	say(f->m, "@snug.chat/floor=5 :srv BATCH +q chathistory #none");
	say(f->m, ":srv BATCH -q");
	assert_int_equal(f->seen.pages, 0);
	say(f->m, "@snug.chat/floor=5 :srv BATCH +p chathistory #den");
	assert_int_equal(den(f)->floor, 5);
	say(f->m, ":srv BATCH -p");
	assert_int_equal(f->seen.pages, 1);
	assert_int_equal(f->seen.page.count, 0);
}

// Which lines have a hole in front of them, by their seconds.
static void expect_holes(struct fixture *f, const char *wanted)
{
	struct buf got = {0};
	const struct scrollback *log = &den(f)->log;

	for (size_t i = 0; i < log->count; i++) {
		if (scrollback_at(log, i)->flags & LINE_GAP)
			buf_printf(&got, SPAN_FMT " ",
				   SPAN_ARG(line_id(scrollback_at(log, i))));
	}
	assert_string_equal(buf_str(&got), wanted);
	buf_clear(&got);
}

static void cut(struct fixture *f)
{
	struct link_status online = {.state = LINK_ONLINE}, offline = {.state = LINK_OFFLINE};

	model_set_link(f->m, &online);
	model_set_link(f->m, &offline);
	model_set_link(f->m, &online);
}

static void a_page_makes_no_hole_where_there_is_none(void **state)
{
	struct fixture *f = *state;

	say(f->m, LIVE("10"));
	say(f->m, LIVE("40"));
	say(f->m, ":srv BATCH +p chathistory #den");
	say(f->m, PAGED("21"));
	say(f->m, PAGED("20"));
	say(f->m, PAGED("22"));
	say(f->m, ":srv BATCH -p");
	expect_holes(f, "");
	assert_true(span_eq(line_id(f->seen.page.oldest), SPAN("m20")));
	assert_true(span_eq(line_id(f->seen.page.newest), SPAN("m22")));
	cut(f);
	say(f->m, LIVE("50"));
	expect_holes(f, "m50 ");
	// One that ends elsewhere leaves it; one that reaches it moves it to its own beginning.
	say(f->m, ":srv BATCH +p chathistory #den");
	say(f->m, PAGED("30"));
	say(f->m, ":srv BATCH -p");
	expect_holes(f, "m50 ");
	say(f->m, ":srv BATCH +p chathistory #den");
	say(f->m, PAGED("45"));
	say(f->m, PAGED("50"));
	say(f->m, ":srv BATCH -p");
	expect_holes(f, "m45 ");
	// From before all of it on, nothing is missing.
	say(f->m, ":srv BATCH +p chathistory #den");
	say(f->m, PAGED("05"));
	say(f->m, PAGED("50"));
	say(f->m, ":srv BATCH -p");
	expect_holes(f, "");
}

// What the page held may be gone before it ends.
static void a_page_whose_lines_are_gone_is_empty(void **state)
{
	struct fixture *f = *state;

	say(f->m, LIVE("10"));
	say(f->m, ":srv BATCH +p chathistory #den");
	say(f->m, PAGED("20"));
	say(f->m, PAGED("21"));
	target_take_out(f->m, den(f), SPAN("m10"));
	say(f->m, ":srv BATCH -p");
	assert_non_null(f->seen.page.oldest);
	say(f->m, ":srv BATCH +p chathistory #den");
	say(f->m, PAGED("30"));
	say(f->m, PAGED("31"));
	target_take_out(f->m, den(f), SPAN("m31"));
	say(f->m, ":srv BATCH -p");
	assert_null(f->seen.page.oldest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_a_page_is_history),
		TEST(many_lines_in_a_page_are_history),
		TEST(what_was_found_stays_until_the_next_search),
		TEST(a_name_of_a_batch_is_not_empty),
		TEST(a_floor_is_of_a_page_and_its_room),
		TEST(a_page_makes_no_hole_where_there_is_none),
		TEST(a_page_whose_lines_are_gone_is_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
