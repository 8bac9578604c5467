// SPDX-License-Identifier: MIT
// Row by row through the messages: what is in sight, and what is remembered of it.
#include "tests/unit/client/scene.h"

#include "client/model/target.h"

static int set_up(void **state)
{
	static struct scene s;
	scene_init(&s, 80, 24);
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	scene_clear(*state);
	return 0;
}

static struct log_line *line_at(const struct scene *s, size_t i)
{
	return scrollback_at(&s->m->current->log, i);
}

static void fill(struct scene *s, int from, int count)
{
	for (int i = from; i < from + count; i++) {
		char clock[16], id[16], text[128];
		snprintf(clock, sizeof(clock), "%02d:%02d:%02d", i / 3600, i / 60 % 60, i % 60);
		snprintf(id, sizeof(id), "f%d", i);
		snprintf(text, sizeof(text), ":cem!b@h PRIVMSG #lounge :line %d", i);
		scene_at(s, clock, id, text);
	}
}

static void come_and_go(struct scene *s, int from, int count)
{
	for (int i = from; i < from + count; i++) {
		char clock[16], id[16];
		snprintf(clock, sizeof(clock), "%02d:%02d:%02d", i / 3600, i / 60 % 60, i % 60);
		snprintf(id, sizeof(id), "f%d", i);
		scene_at(s, clock, id,
			 i % 2 ? ":zoe!z@h PART #lounge" : ":zoe!z@h JOIN #lounge");
	}
}

static void say_long(struct scene *s, const char *clock, int words)
{
	struct buf line = {0};
	buf_printf(&line,
		   "@msgid=long%s;time=2026-11-22T%s.000Z :bob!b@h PRIVMSG #lounge :", clock,
		   clock);
	for (int i = 0; i < words; i++)
		buf_printf(&line, "word%d ", i);
	scene_say(s, buf_str(&line));
	buf_clear(&line);
}

// A row down is the row that was gone up: past folded runs, and messages of many rows.
static void each_row_up_comes_back_down(void **state)
{
	struct scene *s = *state;
	char *seen[120];
	int n = 0;
	fill(s, 100, 40);
	come_and_go(s, 140, 5);
	fill(s, 150, 10);
	say_long(s, "00:02:50", 80);
	come_and_go(s, 180, 4);
	say_long(s, "00:03:10", 90);
	do {
		assert_true(n < (int)ARRAY_LEN(seen));
		seen[n++] = scene_text(s);
		assert_true(s->view.anchor_rows < 15); // of one message, and no more
	} while (view_scroll(&s->view, 1));
	assert_true(n > 40);
	for (int i = n - 2; i >= 0; i--) {
		assert_true(view_scroll(&s->view, -1));
		char *text = scene_text(s);
		assert_string_equal(text, seen[i]);
		assert_int_equal(view_is_at_end(&s->view), i == 0);
		free(text);
	}
	assert_false(view_scroll(&s->view, -1));
	for (int i = 0; i < n; i++)
		free(seen[i]);
}

static void what_is_not_sent_yet_lies_under_the_end(void **state)
{
	struct scene *s = *state;
	fill(s, 100, 60);
	for (uint64_t id = 1; id <= 5; id++)
		own_add(s->m, s->m->current, id, LINE_MESSAGE, SPAN("mine"), SPAN(""),
			SCENE_NOW, OWN_QUEUED);
	char *end = scene_text(s);
	assert_ptr_equal(s->view.bottom_line, line_at(s, 59));
	assert_true(view_scroll(&s->view, 9));
	free(scene_text(s));
	assert_ptr_equal(s->view.anchor, line_at(s, 55));
	// Among what has no line of the log there is no place to stay at.
	assert_true(view_scroll(&s->view, -6));
	assert_true(view_is_at_end(&s->view));
	char *again = scene_text(s);
	assert_string_equal(again, end);
	free(again);
	free(end);
}

// Of a page that begins in the middle of what somebody said.
static void whose_the_page_begins_with_is_named(void **state)
{
	struct scene *s = *state;
	bool is_found = false;
	fill(s, 100, 30);
	scene_at(s, "00:02:20", "b1", ":bob!b@h PRIVMSG #lounge :first");
	scene_say(s, "@+draft/reply=b1;+draft/react=👍 :cem!c@h TAGMSG #lounge");
	scene_at(s, "00:02:21", "b2", ":bob!b@h PRIVMSG #lounge :second");
	fill(s, 150, 30);
	free(scene_text(s));
	for (int i = 0; i < 60 && !is_found; i++) {
		struct buf row = {0};
		assert_true(view_scroll(&s->view, 1));
		scene_row(s, s->view.layout.main_row, &row);
		is_found = strstr(buf_str(&row), "👍") != NULL;
		if (is_found)
			assert_null(strstr(buf_str(&row), "bob"));
		buf_clear(&row);
	}
	assert_true(is_found);
	scene_expect_row(s, s->view.layout.main_row + 1, "bob  second");
}

static void what_was_in_sight_is_known(void **state)
{
	struct scene *s = *state;
	const struct screen_view *v = &s->view;
	fill(s, 100, 60);
	free(scene_text(s));
	size_t n_rows = (size_t)v->layout.main_rows;
	assert_int_equal(v->sight_end, 60);
	assert_int_equal(v->sight_first, 60 - n_rows);
	assert_ptr_equal(v->bottom_line, line_at(s, 59));
	assert_ptr_equal(v->top_line, line_at(s, 60 - n_rows));
	assert_false(v->sees_all);
	assert_true(view_scroll(&s->view, 4));
	free(scene_text(s));
	assert_int_equal(v->sight_end, 56);
	assert_ptr_equal(v->bottom_line, line_at(s, 55));
}

static void a_line_that_goes_is_forgotten_alone(void **state)
{
	struct scene *s = *state;
	struct screen_view *v = &s->view;
	fill(s, 100, 3);
	struct log_line *gone = line_at(s, 1), *kept = line_at(s, 2);
	for (int i = 0; i < 2; i++) {
		struct log_line *l = i ? gone : kept;
		v->anchor = v->selected = v->marked = v->top_line = v->bottom_line = l;
		v->anchor_rows = 3;
		v->unfolded[0] = v->unfolded[15] = l;
		v->unfolded[1] = kept;
		view_forget(v, gone);
		struct log_line *left = i ? NULL : kept;
		assert_ptr_equal(v->anchor, left);
		assert_int_equal(v->anchor_rows, i ? 0 : 3);
		assert_ptr_equal(v->selected, left);
		assert_ptr_equal(v->marked, left);
		assert_ptr_equal(v->top_line, left);
		assert_ptr_equal(v->bottom_line, left);
		assert_ptr_equal(v->unfolded[0], left);
		assert_ptr_equal(v->unfolded[15], left);
		assert_ptr_equal(v->unfolded[1], kept);
	}
}

static void to_a_line_of_elsewhere_there_is_no_jump(void **state)
{
	struct scene *s = *state;
	fill(s, 100, 60);
	scene_at(s, "12:05:50", "d1", ":bob!b@h PRIVMSG #dev :build is green");
	free(scene_text(s));
	const struct scrollback *other = &target_find(s->m, SPAN("#dev"))->log;
	view_jump(&s->view, scrollback_at(other, other->count - 1));
	assert_null(s->view.marked);
	assert_true(view_is_at_end(&s->view));
	view_jump(&s->view, line_at(s, 20));
	assert_ptr_equal(s->view.marked, line_at(s, 20));
	assert_false(view_is_at_end(&s->view));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_row_up_comes_back_down),
		TEST(what_is_not_sent_yet_lies_under_the_end),
		TEST(whose_the_page_begins_with_is_named),
		TEST(what_was_in_sight_is_known),
		TEST(a_line_that_goes_is_forgotten_alone),
		TEST(to_a_line_of_elsewhere_there_is_no_jump),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
