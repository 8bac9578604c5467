// SPDX-License-Identifier: MIT
// Cells of a screen: what is written over what, and where it ends.
#include "client/ui/grid.h"
#include "client/ui/menu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

static void expect(const struct grid *g, int row, const char *wanted)
{
	struct buf got = {0};

	grid_text(g, row, &got);
	assert_string_equal(buf_str(&got), wanted);
	buf_clear(&got);
}

static void text_stays_inside(void **state)
{
	static const struct {
		int row, col, max;
		const char *text;
		int used;
		const char *shows; // the first row
	} rows[] = {
		{0, 0, 9, "abc", 3, "abc"},
		{0, 0, 2, "abc", 2, "ab"},
		{0, 4, 9, "abc", 2, "    ab"},
		{0, 6, 9, "abc", 0, ""},
		{0, -1, 9, "abc", 0, ""},
		{2, 0, 9, "abc", 0, ""},
		{-1, 0, 9, "abc", 0, ""},
		{0, 0, 9, "", 0, ""},
		{0, 1, 9, "a  b", 4, " a  b"},
		{0, 0, 3, "a\xe6\x97\xa5z", 3, "a\xe6\x97\xa5"},
		{0, 0, 2, "a\xe6\x97\xa5z", 1, "a"},
		{0, 5, 9, "\xe6\x97\xa5", 0, ""},
		{0, 4, 9, "\xe6\x97\xa5", 2, "    \xe6\x97\xa5"},
		// What has no width of its own is no cell.
		{0, 0, 9,
		 "\xe2\x80\x8b"
		 "ab",
		 2, "ab"},
		{0, 0, 9, "\xe2\x80\x8b", 0, ""},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct grid g;
		grid_init(&g, 6, 2);
		int used = grid_str(&g, rows[i].row, rows[i].col, rows[i].max, STYLE_TEXT,
				    rows[i].text);
		assert_int_equal(used, rows[i].used);
		expect(&g, 0, rows[i].shows);
		grid_clear(&g);
	}
}

static void no_half_of_a_wide_one_stays(void **state)
{
	static const struct {
		int col;
		const char *text, *shows;
	} rows[] = {
		{0, "x", "x \xe6\x9c\xac"},
		{1, "x", " x\xe6\x9c\xac"},
		{1, "xy", " xy"},
		{3, "x", "\xe6\x97\xa5 x"},
		{1, "\xe8\xaa\x9e", " \xe8\xaa\x9e"},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct grid g;
		grid_init(&g, 6, 1);
		grid_str(&g, 0, 0, 6, STYLE_TEXT, "\xe6\x97\xa5\xe6\x9c\xac");
		grid_str(&g, 0, rows[i].col, 6, STYLE_ERROR, rows[i].text);
		expect(&g, 0, rows[i].shows);
		int width = 0;
		for (int col = 0; col < 6; col++)
			width += grid_cell(&g, 0, col)->width;
		assert_int_equal(width, 6);
		grid_clear(&g);
	}
}

static void what_runs_from_the_right_is_kept_together(void **state)
{
	struct grid g;
	(void)state;

	grid_init(&g, 8, 1);
	grid_str(&g, 0, 0, 8, STYLE_TEXT, "\xd7\x90\xd7\x91");
	assert_int_equal(grid_cell(&g, 0, 0)->isolate, 0);
	g.isolates = true;
	grid_str(&g, 0, 1, 8, STYLE_TEXT, "ab");
	assert_int_equal(grid_cell(&g, 0, 1)->isolate, 0);
	grid_str(&g, 0, 9, 8, STYLE_TEXT, "\xd7\x90");
	grid_str(&g, 0, 6, 0, STYLE_TEXT, "\xd7\x90");
	assert_int_equal(grid_cell(&g, 0, 6)->isolate, 0);
	grid_str(&g, 0, 3, 2, STYLE_TEXT, "\xd7\x90\xd7\x91\xd7\x92");
	assert_int_equal(grid_cell(&g, 0, 3)->isolate, ISOLATE_STARTS);
	assert_int_equal(grid_cell(&g, 0, 4)->isolate, ISOLATE_ENDS);
	assert_int_equal(grid_cell(&g, 0, 5)->isolate, 0);
	grid_clear(&g);
}

static void paint_ink_and_links_stay_inside(void **state)
{
	struct grid g;
	(void)state;

	grid_init(&g, 4, 2);
	grid_str(&g, 0, 0, 4, STYLE_TEXT, "abcd");
	grid_paint(&g, 0, -2, 4, STYLE_ERROR);
	grid_paint(&g, 0, 3, 9, STYLE_ERROR);
	grid_paint(&g, 2, 0, 9, STYLE_ERROR);
	for (int col = 0; col < 4; col++)
		assert_int_equal(grid_cell(&g, 0, col)->style,
				 col == 2 ? STYLE_TEXT : STYLE_ERROR);
	assert_int_equal(grid_cell(&g, 1, 0)->style, 0);
	grid_ink(&g, 1, 3, 5, 6);
	grid_ink(&g, 1, 4, 7, 8);
	grid_ink(&g, 2, 0, 7, 8);
	grid_ink(&g, 0, 4, 7, 8);
	assert_int_equal(grid_cell(&g, 1, 0)->fg, 0);
	assert_int_equal(grid_cell(&g, 1, 3)->fg, 5);
	assert_int_equal(grid_cell(&g, 1, 3)->bg, 6);
	grid_link(&g, 0, 3, 3, SPAN("https://a"));
	grid_link(&g, 0, 0, 1, SPAN("https://b"));
	grid_link(&g, 1, -1, 2, SPAN("https://a"));
	assert_int_equal(g.n_links, 2);
	assert_int_equal(grid_cell(&g, 0, 3)->link, 1);
	assert_int_equal(grid_cell(&g, 0, 0)->link, 2);
	assert_int_equal(grid_cell(&g, 1, 0)->link, 1);
	assert_int_equal(grid_cell(&g, 1, 1)->link, 0);
	grid_fill(&g, 1, 1, 9, STYLE_TEXT, "-");
	expect(&g, 1, " ---");
	grid_blank(&g);
	assert_int_equal(g.n_links, 0);
	expect(&g, 0, "");
	grid_clear(&g);
}

static void of_many_links_the_first_are_known(void **state)
{
	struct grid g;
	char url[32];
	(void)state;

	grid_init(&g, 2, 1);
	for (int i = 0; i <= GRID_LINKS_MAX; i++) {
		snprintf(url, sizeof(url), "https://h/%d", i);
		grid_link(&g, 0, 0, 1, span_of(url));
		assert_int_equal(grid_cell(&g, 0, 0)->link, i < GRID_LINKS_MAX ? i + 1 : 0);
	}
	grid_clear(&g);
}

static void a_menu_ends_at_both_ends(void **state)
{
	static const struct {
		int by;
		size_t chosen;
	} rows[] = {{-1, 0}, {1, 1}, {3, 4}, {1, 4}, {-3, 1}, {-2, 0}, {9, 4}, {-9, 0}, {0, 0}};
	struct menu m = {0};
	(void)state;

	menu_move(&m, 1);
	assert_int_equal(m.chosen, 0);
	menu_open(&m, MENU_GOTO, SPAN("where"));
	for (uint64_t i = 0; i < 5; i++)
		menu_add(&m, SPAN("a\x1b[2Jb"), SPAN("c\nd"), i);
	assert_string_equal(m.items[4].text, "ab");
	assert_string_equal(m.items[4].detail, "c d");
	assert_int_equal(m.items[3].value, 3);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		menu_move(&m, rows[i].by);
		assert_int_equal(m.chosen, rows[i].chosen);
	}
	menu_close(&m);
	assert_int_equal(m.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_stays_inside),
		cmocka_unit_test(no_half_of_a_wide_one_stays),
		cmocka_unit_test(what_runs_from_the_right_is_kept_together),
		cmocka_unit_test(paint_ink_and_links_stay_inside),
		cmocka_unit_test(of_many_links_the_first_are_known),
		cmocka_unit_test(a_menu_ends_at_both_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
