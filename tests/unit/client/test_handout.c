// SPDX-License-Identifier: MIT
// A link for somebody else: shown with its code, copied, gone; never in a log.
#include "client/model/hand_out.h"
#include "client/ui/ui_private.h"
#include "tests/unit/client/scene.h"

#define LINK                                                                                   \
	"snug://chat.example.org/lounge,invite=k7Qm9xT2k7Qm9xT2k7Qm9xT2k7Q,"                   \
	"pin=oDtbI7oDtbI7oDtbI7oDtbI7oDtbI7oDtbI7oDtbI7o"

static char *shown(int cols, int rows, bool ascii)
{
	struct scene s;

	scene_init(&s, cols, rows);
	s.view.ascii = ascii;
	handout_set(&s.view.handout, SPAN("One may come into #lounge by this"), SPAN(LINK));
	char *text = scene_text(&s);
	scene_clear(&s);
	return text;
}

// Every module, as the half blocks of the screen say it.
static void expect_code(const char *screen, int col)
{
	struct qr qr;
	struct grid g;
	struct buf row = {0};

	assert_true(qr_make(&qr, SPAN(LINK)));
	grid_init(&g, qr_cols(&qr), qr_rows(&qr));
	qr_draw(&qr, &g, 0, 0);
	struct span rest = span_of(screen);
	for (int y = 0; y < g.rows; y++) {
		struct span line = span_cut(&rest, '\n');
		buf_reset(&row);
		grid_text(&g, y, &row);
		if (row.len == 0)
			continue;
		assert_true(line.len >= row.len);
		assert_memory_equal(line.at + line.len - row.len, row.at, row.len);
		assert_int_equal(width_of(NULL, line), col + width_of(NULL, buf_span(&row)));
	}
	buf_clear(&row);
	grid_clear(&g);
	qr_clear(&qr);
}

static void a_usual_screen_shows_link_and_code(void **state)
{
	(void)state;
	char *text = shown(80, 24, false);
	assert_non_null(strstr(text, " One may come into #lounge by"));
	assert_non_null(strstr(text, "snug://chat.example.org/lounge,"));
	assert_non_null(strstr(text, "y copies it, Esc leaves"));
	assert_null(strstr(text, "larger window"));
	expect_code(text, 80 - 45);
	free(text);
}

// The three corners by which a reader finds a code.
static void the_code_has_its_corners_and_light_around_it(void **state)
{
	(void)state;
	struct qr qr;
	struct grid g;
	struct buf row = {0};

	assert_true(qr_make(&qr, SPAN(LINK)));
	assert_int_equal(qr.size, 41);
	grid_init(&g, qr_cols(&qr), qr_rows(&qr));
	qr_draw(&qr, &g, 0, 0);
	assert_int_equal(grid_cell(&g, 0, 20)->len, 0);
	grid_text(&g, 1, &row);
	assert_memory_equal(row.at, "  █▀▀▀▀▀█ ", strlen("  █▀▀▀▀▀█ "));
	assert_int_equal(grid_cell(&g, 1, 2)->style, STYLE_CODE);
	assert_int_equal(grid_cell(&g, 0, 0)->style, STYLE_CODE);
	buf_clear(&row);
	grid_clear(&g);
	qr_clear(&qr);
}

static void a_small_screen_shows_the_whole_link(void **state)
{
	(void)state;
	char *text = shown(40, 12, false), *joined = text;
	struct buf link = {0};

	assert_non_null(strstr(text, "a larger window shows its"));
	joined = strstr(text, "snug://");
	assert_non_null(joined);
	for (const char *c = joined; *c && link.len < strlen(LINK); c++) {
		if (*c != ' ' && *c != '\n')
			buf_add_char(&link, *c);
	}
	assert_string_equal(buf_str(&link), LINK);
	buf_clear(&link);
	free(text);
}

static void ascii_has_no_code_and_says_so(void **state)
{
	(void)state;
	char *text = shown(100, 28, true);
	assert_non_null(strstr(text, "a QR code needs a terminal with UTF-8"));
	assert_null(strstr(text, "█"));
	free(text);
}

static void a_link_that_is_too_long_is_shown_without(void **state)
{
	(void)state;
	struct buf link = {0};
	struct handout h = {0};

	for (int i = 0; i < 4000; i++)
		buf_add_char(&link, 'x');
	handout_set(&h, SPAN("words"), buf_span(&link));
	assert_int_equal(h.code.size, 0);
	assert_string_equal(h.link, buf_str(&link));
	handout_clear(&h);
	assert_null(h.link);
	buf_clear(&link);
}

static void where_nobody_shows_links_it_is_said_in_lines(void **state)
{
	(void)state;
	struct model *m = model_new(SPAN("ann"));
	const struct scrollback *log = &m->current->log;

	hand_out(m, SPAN("by this one may come"), SPAN(LINK), SCENE_NOW);
	assert_int_equal(log->count, 2);
	assert_memory_equal(line_says(scrollback_at(log, 1)).at, LINK, strlen(LINK));
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_usual_screen_shows_link_and_code),
		cmocka_unit_test(the_code_has_its_corners_and_light_around_it),
		cmocka_unit_test(a_small_screen_shows_the_whole_link),
		cmocka_unit_test(ascii_has_no_code_and_says_so),
		cmocka_unit_test(a_link_that_is_too_long_is_shown_without),
		cmocka_unit_test(where_nobody_shows_links_it_is_said_in_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
