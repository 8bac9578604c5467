// SPDX-License-Identifier: MIT
// Frames go through the bytes into a terminal in memory and are compared there.
#include "client/ui/screen.h"
#include "tests/unit/client/vt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

static void flush(struct screen *s, struct vt *t, size_t *bytes)
{
	struct buf out = {0};
	screen_flush(s, theme_find(SPAN("dark")), &out);
	vt_feed(t, buf_span(&out));
	if (bytes)
		*bytes = out.len;
	buf_clear(&out);
	assert_false(t->has_unknown);
}

static void expect_row(const struct vt *t, int row, const char *text)
{
	struct buf out = {0};
	vt_text(t, row, &out);
	assert_string_equal(buf_str(&out), text);
	buf_clear(&out);
}

static void a_frame_reaches_the_terminal(void **state)
{
	struct screen s;
	struct vt t;
	(void)state;
	screen_init(&s, 20, 3);
	vt_init(&t, 20, 3, 0);
	grid_str(&s.next, 0, 0, 20, STYLE_TEXT, "hello 世界");
	grid_str(&s.next, 2, 18, 20, STYLE_ERROR, "xyz");
	flush(&s, &t, NULL);
	expect_row(&t, 0, "hello 世界");
	expect_row(&t, 2, "                  xy");
	screen_clear(&s);
}

static void an_equal_frame_writes_nothing(void **state)
{
	struct screen s;
	struct vt t;
	size_t bytes;
	(void)state;
	screen_init(&s, 20, 2);
	vt_init(&t, 20, 2, 0);
	grid_str(&s.next, 0, 0, 20, STYLE_TEXT, "same");
	flush(&s, &t, NULL);
	grid_blank(&s.next);
	grid_str(&s.next, 0, 0, 20, STYLE_TEXT, "same");
	flush(&s, &t, &bytes);
	assert_int_equal(bytes, 0);
	screen_clear(&s);
}

static void one_letter_costs_few_bytes(void **state)
{
	struct screen s;
	struct vt t;
	size_t bytes;
	(void)state;
	screen_init(&s, 80, 24);
	vt_init(&t, 80, 24, 0);
	for (int row = 0; row < 24; row++)
		grid_str(&s.next, row, 0, 80, STYLE_TEXT, "some text that fills this row");
	flush(&s, &t, NULL);
	grid_blank(&s.next);
	for (int row = 0; row < 24; row++)
		grid_str(&s.next, row, 0, 80, STYLE_TEXT, "some text that fills this row");
	grid_str(&s.next, 7, 5, 1, STYLE_TEXT, "X");
	flush(&s, &t, &bytes);
	expect_row(&t, 7, "some Xext that fills this row");
	assert_true(bytes < 40);
	screen_clear(&s);
}

static void half_a_wide_character_never_stays(void **state)
{
	struct grid g;
	struct buf out = {0};
	(void)state;
	grid_init(&g, 10, 1);
	grid_str(&g, 0, 0, 10, STYLE_TEXT, "世界");
	grid_str(&g, 0, 1, 1, STYLE_TEXT, "x");
	grid_text(&g, 0, &out);
	assert_string_equal(buf_str(&out), " x界");
	buf_reset(&out);
	grid_str(&g, 0, 2, 1, STYLE_TEXT, "y");
	grid_text(&g, 0, &out);
	assert_string_equal(buf_str(&out), " xy");
	assert_int_equal(grid_str(&g, 0, 9, 5, STYLE_TEXT, "世"), 0);
	buf_clear(&out);
	grid_clear(&g);
}

static const char *const words[] = {
	"❤️",
	"👩‍👩‍👧‍👦",
	"🇩🇪",
	"👍🏽",
	"🏳️‍🌈",
	"1️⃣",
	"ab",
	"世界",
	"x",
	" ",
	"é",
	"क्षि",
	"नाम",
	"คำ",
	"ကြောင့်",
	"ශ්\u200dරී",
	"plain text",
};

static void draw_random(struct grid *g)
{
	grid_blank(g);
	for (int row = 0; row < g->rows; row++) {
		int col = 1;
		while (col < g->cols - 2) {
			const char *word = words[random() % (long)ARRAY_LEN(words)];
			int used = grid_str(g, row, col, g->cols - 2 - col, STYLE_TEXT, word);
			if (!used)
				break;
			col += used;
		}
		grid_str(g, row, 0, 1, STYLE_BORDER, "│");
		grid_str(g, row, g->cols - 1, 1, STYLE_BORDER, "│");
	}
}

static void expect_borders(const struct vt *t)
{
	for (int row = 0; row < t->rows; row++) {
		assert_string_equal(t->cells[row][0], "│");
		assert_string_equal(t->cells[row][t->cols - 1], "│");
	}
}

// Each cell that shows a character of ours, or nothing, does so whatever the terminal
// thinks of the emoji before it.
static void expect_plain_cells(const struct vt *t, const struct grid *g)
{
	for (int row = 0; row < g->rows; row++) {
		for (int col = 0; col < g->cols; col++) {
			const struct grid_cell *c = grid_cell(g, row, col);
			bool is_blank = c->len == 0 && c->width == 1;
			if (c->len != 1 && !is_blank)
				continue;
			char text[2] = {is_blank ? ' ' : c->text[0], '\0'};
			const char *seen = t->cells[row][col];
			if (strcmp(seen, text) != 0 && !(is_blank && !seen[0]))
				fail_msg("%d:%d shows '%s' for '%s'", row, col, seen, text);
		}
	}
}

static void borders_stand_whatever_the_terminal_thinks_of_emoji(void **state)
{
	(void)state;
	for (int kind = 0; kind <= 3; kind++) {
		struct screen s;
		struct vt t;
		srandom(3);
		screen_init(&s, 60, 10);
		vt_init(&t, 60, 10, kind < 3 ? kind : 0);
		t.sums = kind == 3;
		for (int round = 0; round < 200; round++) {
			draw_random(&s.next);
			flush(&s, &t, NULL);
			expect_borders(&t);
			expect_plain_cells(&t, &s.shown);
		}
		screen_clear(&s);
	}
}

static void a_cluster_of_eight_cells_is_one(void **state)
{
	static const struct widths sums = {.sums_joined = true, .sums_tones = true};
	struct grid g;
	struct buf out = {0};
	(void)state;
	grid_init(&g, 12, 1);
	g.widths = &sums;
	assert_int_equal(grid_str(&g, 0, 0, 12, STYLE_TEXT, "👩‍👩‍👧‍👦ab"), 10);
	grid_str(&g, 0, 5, 1, STYLE_TEXT, "x");
	grid_text(&g, 0, &out);
	assert_string_equal(buf_str(&out), "     x  ab");
	buf_clear(&out);
	grid_clear(&g);
}

// FSI and PDI around what runs from the right, and around nothing else.
static void what_runs_from_the_right_is_isolated(void **state)
{
	struct screen s;
	struct buf out = {0};
	(void)state;
	screen_init(&s, 30, 2);
	s.next.isolates = true;
	grid_str(&s.next, 0, 0, 30, STYLE_TEXT, "שלום");
	grid_str(&s.next, 0, 10, 30, STYLE_TEXT, "abc é 世界");
	screen_flush(&s, theme_find(SPAN("mono")), &out);
	const char *text = buf_str(&out);
	assert_non_null(strstr(text, "\u2068ש"));
	assert_non_null(strstr(text, "ם\u2069"));
	assert_null(strstr(strstr(text, "\u2068") + 3, "\u2068"));
	buf_reset(&out);
	// On the terminal the mark stands in the cell before the text: that one is drawn too.
	s.next.isolates = true;
	grid_str(&s.next, 0, 10, 30, STYLE_TEXT, "שלום");
	screen_flush(&s, theme_find(SPAN("mono")), &out);
	buf_reset(&out);
	grid_blank(&s.next);
	grid_str(&s.next, 0, 10, 30, STYLE_TEXT, "plain");
	screen_flush(&s, theme_find(SPAN("mono")), &out);
	assert_non_null(strstr(buf_str(&out), "\x1b[1;10H\x1b[0m plain"));
	buf_reset(&out);
	grid_blank(&s.next);
	s.next.isolates = false;
	grid_str(&s.next, 0, 0, 30, STYLE_TEXT, "שלום");
	screen_flush(&s, theme_find(SPAN("mono")), &out);
	assert_null(strstr(buf_str(&out), "\u2068"));
	buf_clear(&out);
	screen_clear(&s);
}

static void links_are_written_once_and_ended(void **state)
{
	struct screen s;
	struct buf out = {0};
	(void)state;
	screen_init(&s, 30, 1);
	s.has_links = true;
	grid_str(&s.next, 0, 0, 30, STYLE_LINK, "https://a.example x");
	grid_link(&s.next, 0, 0, 17, SPAN("https://a.example"));
	screen_flush(&s, theme_find(SPAN("dark")), &out);
	const char *text = buf_str(&out);
	const char *first = strstr(text, "\x1b]8;id=1;https://a.example\x1b\\");
	assert_non_null(first);
	assert_null(strstr(first + 5, "\x1b]8;id=1"));
	assert_non_null(strstr(first, "\x1b]8;;\x1b\\"));
	buf_clear(&out);
	screen_clear(&s);
}

static void mono_writes_no_colour(void **state)
{
	struct buf out = {0};
	struct screen s;
	(void)state;
	screen_init(&s, 40, STYLE_COUNT);
	for (int i = 0; i < STYLE_COUNT; i++)
		grid_str(&s.next, i, 0, 40, (enum style)i, "text");
	screen_flush(&s, theme_find(SPAN("mono")), &out);
	assert_null(strstr(buf_str(&out), "38;"));
	assert_null(strstr(buf_str(&out), "48;"));
	buf_clear(&out);
	screen_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_reaches_the_terminal),
		cmocka_unit_test(an_equal_frame_writes_nothing),
		cmocka_unit_test(one_letter_costs_few_bytes),
		cmocka_unit_test(half_a_wide_character_never_stays),
		cmocka_unit_test(borders_stand_whatever_the_terminal_thinks_of_emoji),
		cmocka_unit_test(a_cluster_of_eight_cells_is_one),
		cmocka_unit_test(what_runs_from_the_right_is_isolated),
		cmocka_unit_test(links_are_written_once_and_ended),
		cmocka_unit_test(mono_writes_no_colour),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
