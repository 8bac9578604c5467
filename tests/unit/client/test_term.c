// SPDX-License-Identifier: MIT
// The terminal as a device: its size, what is written to it, how it is left.
#include "client/ui/term.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

struct tty {
	int master, slave;
	struct term term;
	char bytes[4096];
};

static int set_up(void **state)
{
	static struct tty t;

	t = (struct tty){.master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)};
	assert_true(t.master >= 0 && grantpt(t.master) == 0 && unlockpt(t.master) == 0);
	t.slave = open(ptsname(t.master), O_RDWR | O_NOCTTY);
	assert_true(t.slave >= 0);
	assert_true(term_init(&t.term, t.slave, t.slave));
	*state = &t;
	return 0;
}

static int tear_down(void **state)
{
	struct tty *t = *state;

	term_clear(&t->term);
	close(t->slave);
	close(t->master);
	return 0;
}

// What came to the terminal since the last time.
static const char *written(struct tty *t)
{
	ssize_t got = 0;

	assert_true(term_push(&t->term));
	got = read(t->master, t->bytes, sizeof(t->bytes) - 1);
	t->bytes[got > 0 ? got : 0] = '\0';
	return t->bytes;
}

static void what_is_no_terminal_is_none(void **state)
{
	struct tty *t = *state;
	struct term none;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_false(term_init(&none, t->slave, ends[1]));
	assert_false(term_init(&none, ends[0], t->slave));
	close(ends[0]);
	close(ends[1]);
	// Written to without waiting, by a way of its own.
	assert_int_not_equal(t->term.fd_write, t->slave);
	assert_true(fcntl(t->term.fd_write, F_GETFL) & O_NONBLOCK);
	assert_false(fcntl(t->slave, F_GETFL) & O_NONBLOCK);
}

static void a_size_is_within_bounds(void **state)
{
	static const struct {
		struct winsize size;
		int cols, rows, width, height;
	} rows[] = {
		{{.ws_col = 100, .ws_row = 30, .ws_xpixel = 900, .ws_ypixel = 600},
		 100,
		 30,
		 9,
		 20},
		{{.ws_col = 0, .ws_row = 30, .ws_xpixel = 9, .ws_ypixel = 9}, 80, 24, 0, 0},
		{{.ws_col = 100, .ws_row = 0, .ws_xpixel = 9, .ws_ypixel = 9}, 80, 24, 0, 0},
		{{.ws_col = 5000, .ws_row = 5000}, 1000, 500, 0, 0},
		{{.ws_col = 999, .ws_row = 499}, 999, 499, 0, 0},
	};
	struct tty *t = *state;
	int cols, height, n_rows, width, ends[2];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(ioctl(t->slave, TIOCSWINSZ, &rows[i].size), 0);
		term_size(&t->term, &cols, &n_rows);
		term_cell(&t->term, &width, &height);
		assert_int_equal(cols, rows[i].cols);
		assert_int_equal(n_rows, rows[i].rows);
		assert_int_equal(width, rows[i].width);
		assert_int_equal(height, rows[i].height);
	}
	assert_int_equal(pipe(ends), 0);
	struct term none = {.fd_out = ends[1]};
	term_size(&none, &cols, &n_rows);
	term_cell(&none, &width, &height);
	assert_int_equal(cols * 1000 + n_rows, 80024);
	assert_int_equal(width + height, 0);
	close(ends[0]);
	close(ends[1]);
}

static void it_is_left_as_it_was(void **state)
{
	struct tty *t = *state;
	struct termios before, inside, after;

	tcgetattr(t->slave, &before);
	term_close(&t->term); // not begun
	assert_string_equal(written(t), "");
	term_open(&t->term);
	tcgetattr(t->slave, &inside);
	assert_false(inside.c_lflag & ICANON);
	assert_non_null(strstr(written(t), "\x1b[?1049h"));
	term_open(&t->term);
	assert_string_equal(written(t), "");
	term_close(&t->term);
	assert_null(strstr(written(t), "\x1b[<u"));
	tcgetattr(t->slave, &after);
	assert_int_equal(after.c_lflag, before.c_lflag);
	term_open(&t->term);
	(void)written(t);
	t->term.has_kitty = t->term.has_clusters = true;
	term_close(&t->term);
	const char *left = written(t);
	assert_non_null(strstr(left, "\x1b[<u"));
	assert_non_null(strstr(left, "\x1b[?2027l"));
	assert_non_null(strstr(left, "\x1b[?1049l"));
}

static void samples_are_asked_where_they_do_no_harm(void **state)
{
	struct tty *t = *state;

	unsetenv("TERM_PROGRAM");
	term_probe_widths(&t->term);
	assert_non_null(strstr(written(t), "\x1b[6n"));
	setenv("TERM_PROGRAM", "WezTerm", 1);
	term_probe_widths(&t->term);
	assert_non_null(strstr(written(t), "\x1b[6n"));
	setenv("TERM_PROGRAM", "Apple_Terminal", 1);
	term_probe_widths(&t->term);
	assert_string_equal(written(t), "\x1b[c");
	unsetenv("TERM_PROGRAM");
}

// A terminal that takes nothing is not written to without end; what has to go goes.
static void what_waits_has_a_bound(void **state)
{
	struct tty *t = *state;
	static char much[200 * 1024];

	memset(much, 'a', sizeof(much));
	term_put(&t->term, span_from(much, sizeof(much)));
	term_put(&t->term, span_from(much, sizeof(much)));
	assert_int_equal(t->term.pending.len, sizeof(much));
	term_put(&t->term, span_from(much, 56 * 1024));
	assert_int_equal(t->term.pending.len, 256 * 1024);
	term_put(&t->term, SPAN("x"));
	assert_int_equal(t->term.pending.len, 256 * 1024);
	term_put_whole(&t->term, SPAN("x"));
	assert_int_equal(t->term.pending.len, 256 * 1024 + 1);
	assert_false(term_push(&t->term));
	assert_true(t->term.pending.len < 256 * 1024 && t->term.pending.len > 0);
	// What is gone takes nothing any more.
	close(t->master);
	assert_true(term_push(&t->term));
	t->master = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void terminals_that_can_be_drawn_on_have_names(void **state)
{
	static const char *const without[] = {"", "dumb", "vt100", "unknown"};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(without); i++)
		assert_false(term_has_screen(without[i]));
	assert_false(term_has_screen(NULL));
	assert_true(term_has_screen("xterm-256color"));
	assert_true(term_has_screen("vt1000"));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_no_terminal_is_none),
		TEST(a_size_is_within_bounds),
		TEST(it_is_left_as_it_was),
		TEST(samples_are_asked_where_they_do_no_harm),
		TEST(what_waits_has_a_bound),
		cmocka_unit_test(terminals_that_can_be_drawn_on_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
