// SPDX-License-Identifier: MIT
// A picture as cells: what is read of it, and each thing for which all of it is refused.
#include "client/ui/mosaic.h"
#include "client/ui/screen.h"
#include "client/ui/style.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define R INK_PALETTE

static const struct mosaic_cell *cell(const struct mosaic *m, int row, int col)
{
	return &m->cells[row * m->n_cols + col];
}

static void colours_and_rows_are_read(void **state)
{
	struct mosaic m;
	const char *why = mosaic_parse(&m,
				       SPAN("\x1b[0m\x1b[38;2;1;2;3;48;5;200m▀\x1b[0m x\n"
					    "\x1b[31;102m▄\x1b[39mA\x1b[49m▟\x1b[m█"),
				       4, 2);
	(void)state;
	assert_null(why);
	assert_int_equal(m.cols, 4);
	assert_int_equal(m.rows, 2);
	assert_memory_equal(cell(&m, 0, 0)->text, "▀", 3);
	assert_int_equal(cell(&m, 0, 0)->fg, INK_RGB | 0x010203);
	assert_int_equal(cell(&m, 0, 0)->bg, R | 200);
	assert_int_equal(cell(&m, 0, 1)->len, 0);
	assert_int_equal(cell(&m, 0, 1)->fg, 0);
	assert_int_equal(cell(&m, 1, 0)->fg, R | 1);
	assert_int_equal(cell(&m, 1, 0)->bg, R | 10);
	assert_int_equal(cell(&m, 1, 1)->fg, 0);
	assert_int_equal(cell(&m, 1, 1)->bg, R | 10);
	assert_int_equal(cell(&m, 1, 2)->bg, 0);
	assert_int_equal(cell(&m, 1, 3)->fg, 0);
	mosaic_clear(&m);
}

static const char *const bad[] = {
	"\x1b]52;c;aGk=\a",
	"\x1b]0;title\a",
	"\x1b[6n",
	"\x1b[c",
	"\x1b[2J",
	"\x1b[1;1Hx",
	"\x1b[?25lx",
	"\x1b[1b",
	"\x1bPqx\x1b\\",
	"\x1b_Gx\x1b\\",
	"\x1b",
	"\x1b[",
	"\x1b[31",
	"\x1b[31;m",
	"\x1b[;31m",
	"\x1b[38m",
	"\x1b[38;5m",
	"\x1b[38;2;1;2m",
	"\x1b[38;7;1m",
	"\x1b[256m",
	"\x1b[0031m",
	"\x1b[1m",
	"\x1b[4m",
	"\x1b[5m",
	"\x1b[7m",
	"\x1b[38:5:1m",
	"\x1b[-1m",
	"\x1b[31 m",
	"\x1b[0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0m",
	"\r",
	"\t",
	"\b",
	"\a",
	"\x0e",
	"\x7f",
	"\x9b"
	"31m",
	"\xc2\x9b"
	"31m",
	"é",
	"─",
	"\xe2\x80\xae",
	"\xe2\x96",
	"\xff",
	"👍",
	"",
	"\n\n",
};

// Proves X12.
static void whatever_else_is_in_it_refuses_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct buf text = {0};
		struct mosaic m;
		if (bad[i][0] && bad[i][0] != '\n')
			buf_add_str(&text, "x");
		buf_add_str(&text, bad[i]);
		if (!mosaic_parse(&m, buf_span(&text), 60, 12))
			fail_msg("\"%s\" is taken", bad[i]);
		assert_null(m.cells);
		assert_int_equal(m.rows, 0);
		buf_clear(&text);
	}
	struct mosaic m;
	assert_non_null(mosaic_parse(&m, span_from("x\0y", 3), 60, 12));
}

static void more_than_was_asked_for_refuses_it(void **state)
{
	struct mosaic m;
	(void)state;
	assert_null(mosaic_parse(&m, SPAN("xx\nxx\n"), 2, 2));
	assert_int_equal(m.rows, 2);
	mosaic_clear(&m);
	assert_non_null(mosaic_parse(&m, SPAN("xxx"), 2, 2));
	assert_non_null(mosaic_parse(&m, SPAN("x\nx\nx"), 2, 2));
}

static void it_is_drawn_by_cells(void **state)
{
	struct screen s;
	struct mosaic m;
	struct buf out = {0};
	(void)state;
	screen_init(&s, 6, 1);
	assert_null(mosaic_parse(
		&m, SPAN("\x1b[38;2;9;8;7;44m▀\x1b[91m▄\x1b[0m \x1b[48;5;99m "), 5, 1));
	mosaic_draw_row(&m, 0, &s.next, 0, 1, 5);
	screen_flush(&s, theme_find(SPAN("mono")), &out);
	const char *text = buf_str(&out);
	assert_non_null(strstr(text, "\x1b[0;38;2;9;8;7;44m▀"));
	assert_non_null(strstr(text, "\x1b[0;91;44m▄"));
	assert_non_null(strstr(text, "\x1b[0;48;5;99m "));
	// The same again is nothing; another colour is a cell.
	buf_reset(&out);
	grid_blank(&s.next);
	mosaic_draw_row(&m, 0, &s.next, 0, 1, 5);
	screen_flush(&s, theme_find(SPAN("mono")), &out);
	assert_int_equal(out.len, 0);
	m.cells[0].fg = R | 3;
	grid_blank(&s.next);
	mosaic_draw_row(&m, 0, &s.next, 0, 1, 5);
	screen_flush(&s, theme_find(SPAN("mono")), &out);
	assert_non_null(strstr(buf_str(&out), "\x1b[0;33;44m▀"));
	assert_null(strstr(buf_str(&out), "▄"));
	// What has no room is cut.
	grid_blank(&s.next);
	mosaic_draw_row(&m, 0, &s.next, 0, 4, 1);
	assert_int_equal(grid_cell(&s.next, 0, 4)->fg, R | 3);
	assert_int_equal(grid_cell(&s.next, 0, 5)->len, 0);
	mosaic_clear(&m);
	screen_clear(&s);
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(colours_and_rows_are_read),
		cmocka_unit_test(whatever_else_is_in_it_refuses_it),
		cmocka_unit_test(more_than_was_asked_for_refuses_it),
		cmocka_unit_test(it_is_drawn_by_cells),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
