// SPDX-License-Identifier: MIT
// What a frame costs: the very bytes that lead from one to the next, ESC written as ^.
#include "client/ui/screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#define COLS 12
#define ROWS 2

// A cell of the first row for each letter: x text, ! an error, _ a blank of an error's style, l
// and m those of a link, r red, b a blank on red, o green on red; s: a link and its style alone.
static void draw(struct grid *g, const char *cells)
{
	for (int col = 0; *cells; cells++, col++) {
		char text[2] = {*cells, '\0'};
		switch (*cells) {
		case '!':
			grid_str(g, 0, col, 1, STYLE_ERROR, "x");
			break;
		case '_':
			grid_paint(g, 0, col, 1, STYLE_ERROR);
			break;
		case 'l':
		case 'm':
			grid_str(g, 0, col, 1, STYLE_TEXT, "x");
			grid_link(g, 0, col, 1, span_of(*cells == 'l' ? "h/l" : "h/m"));
			break;
		case 's':
			grid_link(g, 0, col, 1, SPAN("h/l"));
			break;
		case 'r':
			grid_str(g, 0, col, 1, STYLE_TEXT, "x");
			grid_ink(g, 0, col, INK_PALETTE | 1, 0);
			break;
		case 'b':
			grid_ink(g, 0, col, 0, INK_PALETTE | 1);
			break;
		case 'o':
			grid_str(g, 0, col, 1, STYLE_TEXT, "x");
			grid_ink(g, 0, col, INK_RGB | 0xff00, INK_PALETTE | 17);
			break;
		default:
			grid_str(g, 0, col, 1, STYLE_TEXT, text);
		}
	}
}

static void flush(struct screen *s, struct buf *bytes)
{
	struct buf out = {0};
	screen_flush(s, theme_find(SPAN("mono")), &out);
	for (size_t i = 0; i < out.len; i++)
		buf_add_char(bytes, out.at[i] == '\x1b' ? '^' : out.at[i]);
	buf_clear(&out);
}

// Where nothing is to be written, nothing is; else the cursor is hidden first.
static void expect(struct buf *bytes, const char *wanted)
{
	struct buf all = {0};
	buf_printf(&all, "%s%s", wanted[0] ? "^[?25l" : "", wanted);
	assert_string_equal(buf_str(bytes), buf_str(&all));
	buf_clear(&all);
	buf_reset(bytes);
}

static void only_what_changed_is_written(void **state)
{
	static const struct {
		const char *before, *after, *bytes;
	} rows[] = {
		{"abc", "abc", ""},
		{"abc", "abd", "^[1;3H^[0md"},
		{"abc", "xbd", "^[1;1H^[0mx^[1;3Hd"},
		{"xxx", "x!x", "^[1;2H^[0;1mx^[0m"},
		{"xxx", "x!!", "^[1;2H^[0;1mxx^[0m"},
		{"x!!", "xxx", "^[1;2H^[0mxx"},
		{"xxx", "xlx", "^[1;2H^[0m^]8;id=1;h/l^\\x^]8;;^\\"},
		{"xlx", "xxx", "^[1;2H^[0mx"},
		{"xlx", "xlx", ""},
		{"xlx", "xmx", "^[1;2H^[0m^]8;id=1;h/m^\\x^]8;;^\\"},
		{"xll", "lll", "^[1;1H^[0m^]8;id=1;h/l^\\x^]8;;^\\"},
		{"xxx", "xrx", "^[1;2H^[0;31mx^[0m"},
		{"xrx", "xox", "^[1;2H^[0;38;2;0;255;0;48;5;17mx^[0m"},
		{"xxxxxxxxxxxx", "xxxxxxxx", "^[1;9H^[0m^[K"},
		{"xxxxxxxxxxxx", "xxxxxxxxx", "^[1;10H^[0m   "},
		{"xxxxxxxxxxxx", "xxxxxx  _   ", "^[1;7H^[0m  ^[0;1m ^[0m   "},
		{"xxxxxxxxxxxx", "xxxxxx  s   ", "^[1;7H^[0m  ^]8;id=1;h/l^\\ ^]8;;^\\   "},
		{"xxxxxxxxxxxx", "xxxxxx  b   ", "^[1;7H^[0m  ^[0;41m ^[0m   "},
		{"xxxxxxxxxxxx", "xxxxxx      ", "^[1;7H^[0m^[K"},
		{"xxxxxxxxxxxx", "xxxxxxxxxxxy", "^[1;12H^[0my"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct screen s;
		struct buf bytes = {0};
		screen_init(&s, COLS, ROWS);
		s.has_links = true;
		draw(&s.next, rows[i].before);
		flush(&s, &bytes);
		buf_reset(&bytes);
		grid_blank(&s.next);
		draw(&s.next, rows[i].after);
		flush(&s, &bytes);
		expect(&bytes, rows[i].bytes);
		buf_clear(&bytes);
		screen_clear(&s);
	}
}

static void a_first_frame_is_written_whole(void **state)
{
	struct screen s;
	struct buf bytes = {0};
	(void)state;
	screen_init(&s, COLS, ROWS);
	draw(&s.next, "xl!");
	flush(&s, &bytes);
	expect(&bytes, "^[0m^[2J^[1;1H^[0mxx^[0;1mx^[0m"); // no links here
	s.has_sync = true;
	screen_forget(&s);
	grid_blank(&s.next);
	draw(&s.next, "x");
	flush(&s, &bytes);
	assert_string_equal(buf_str(&bytes), "^[?2026h^[?25l^[0m^[2J^[1;1H^[0mx^[?2026l");
	buf_clear(&bytes);
	screen_clear(&s);
}

static void a_cursor_that_moved_is_a_frame(void **state)
{
	static const struct {
		int row, col;
		const char *bytes;
	} rows[] = {
		{0, 1, "^[0m^[1;2H^[?25h"}, {0, 1, ""},       {0, 2, "^[0m^[1;3H^[?25h"},
		{1, 2, "^[0m^[2;3H^[?25h"}, {-1, -1, "^[0m"}, {-1, -1, ""},
	};
	struct screen s;
	struct buf bytes = {0};
	(void)state;
	screen_init(&s, COLS, ROWS);
	flush(&s, &bytes);
	buf_reset(&bytes);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		grid_blank(&s.next);
		s.next.cursor_row = rows[i].row;
		s.next.cursor_col = rows[i].col;
		flush(&s, &bytes);
		expect(&bytes, rows[i].bytes);
	}
	buf_clear(&bytes);
	screen_clear(&s);
}

static void another_size_is_another_screen(void **state)
{
	static const struct {
		int cols, rows;
		bool is_unknown;
	} sizes[] = {{COLS, ROWS, false}, {COLS, 3, true}, {5, 3, true}, {5, 3, false}};
	struct screen s;
	struct buf bytes = {0};
	(void)state;
	screen_init(&s, COLS, ROWS);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		flush(&s, &bytes);
		screen_resize(&s, sizes[i].cols, sizes[i].rows);
		assert_int_equal(s.is_unknown, sizes[i].is_unknown);
		assert_int_equal(s.next.cols, sizes[i].cols);
		assert_int_equal(s.next.rows, sizes[i].rows);
	}
	buf_clear(&bytes);
	screen_clear(&s);
}

// An emoji may be drawn wider than it is counted: what stands behind it is drawn again. A wide
// letter that goes leaves half a cell.
static void what_may_spill_is_drawn_with_its_neighbours(void **state)
{
	static const struct {
		const char *before, *after, *bytes;
	} rows[] = {
		{"abcdefgh", "a\U0001f600defgh", "^[1;2H^[0m^[2X\U0001f600^[1;4Hdef"},
		{"a\U0001f600defgh", "abcdefgh", "^[1;2H^[0mbcdef"},
		{"a世defgh", "abcdefgh", "^[1;2H^[0mbc"},
		{"abcdefgh", "a世defgh", "^[1;2H^[0m世"},
		{"aéc", "aèc", "^[1;2H^[0mè"},
		{"ab", "a\u0301b", "^[1;1H^[0ma\u0301"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct screen s;
		struct buf bytes = {0};
		screen_init(&s, COLS, ROWS);
		grid_str(&s.next, 0, 0, COLS, STYLE_TEXT, rows[i].before);
		flush(&s, &bytes);
		buf_reset(&bytes);
		grid_blank(&s.next);
		grid_str(&s.next, 0, 0, COLS, STYLE_TEXT, rows[i].after);
		flush(&s, &bytes);
		expect(&bytes, rows[i].bytes);
		buf_clear(&bytes);
		screen_clear(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_changed_is_written),
		cmocka_unit_test(a_first_frame_is_written_whole),
		cmocka_unit_test(a_cursor_that_moved_is_a_frame),
		cmocka_unit_test(another_size_is_another_screen),
		cmocka_unit_test(what_may_spill_is_drawn_with_its_neighbours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
