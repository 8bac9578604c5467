// SPDX-License-Identifier: MIT
// Lines on a terminal: none is printed into one that is half typed.
#include "client/ui/teletype.h"
#include "tests/support/wait.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>

#define NEVER_MS (1000 * 1000)

struct fixture {
	struct loop *loop;
	struct teletype *t;
	int master, slave, written;
	char shown[4000]; // all that the terminal was given
	char taken[400];  // lines that were typed, each with an LF
	int ends;
};

static void on_text(void *arg, struct span line)
{
	struct fixture *f = arg;
	snprintf(f->taken + strlen(f->taken), sizeof(f->taken) - strlen(f->taken),
		 SPAN_FMT "\n", SPAN_ARG(line));
	teletype_print(f->t, SPAN("answer\n"));
}

static void on_end(void *arg)
{
	((struct fixture *)arg)->ends++;
}

static void on_written(void *arg)
{
	(void)arg;
}

static void open_teletype(struct fixture *f, int64_t hold_ms)
{
	struct teletype_order order = {.loop = f->loop,
				       .fd_in = f->slave,
				       .fd_out = f->written,
				       .hold_ms = hold_ms,
				       .arg = f,
				       .on_text = on_text,
				       .on_end = on_end,
				       .on_written = on_written};
	f->t = teletype_new(&order);
}

static int set_up(void **state)
{
	static struct fixture f;
	f = (struct fixture){.loop = loop_new()};
	f.master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	assert_true(f.master >= 0 && grantpt(f.master) == 0 && unlockpt(f.master) == 0);
	f.slave = open(ptsname(f.master), O_RDWR | O_NOCTTY);
	f.written = dup(f.slave);
	assert_true(f.slave >= 0 && f.written >= 0);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	teletype_free(f->t);
	loop_free(f->loop);
	close(f->slave);
	close(f->written);
	close(f->master);
	return 0;
}

static void look(struct fixture *f)
{
	size_t len = strlen(f->shown);
	ssize_t n = read(f->master, f->shown + len, sizeof(f->shown) - 1 - len);
	f->shown[len + (n > 0 ? (size_t)n : 0)] = '\0';
}

static void turn(struct fixture *f)
{
	loop_turn(f->loop, STEP_MS);
	look(f);
}

// All that it was given is this; then it is forgotten.
static void expect_shown(struct fixture *f, const char *all)
{
	WAIT_UNTIL(strlen(f->shown) >= strlen(all), turn(f));
	loop_turn(f->loop, 0);
	look(f);
	assert_string_equal(f->shown, all);
	f->shown[0] = '\0';
}

static void press(struct fixture *f, const char *keys)
{
	assert_int_equal(write(f->master, keys, strlen(keys)), (ssize_t)strlen(keys));
}

static void a_line_waits_for_the_end_of_the_one_that_is_typed(void **state)
{
	struct fixture *f = *state;
	open_teletype(f, NEVER_MS);
	teletype_print(f->t, SPAN("one\n"));
	expect_shown(f, "one\r\n");
	press(f, "hel");
	expect_shown(f, "hel");
	teletype_print(f->t, SPAN("two\n"));
	teletype_print(f->t, SPAN("three\n"));
	press(f, "lo");
	expect_shown(f, "lo");
	press(f, "\n");
	expect_shown(f, "\r\ntwo\r\nthree\r\nanswer\r\n");
	assert_string_equal(f->taken, "hello\n");
}

static void a_line_that_is_emptied_holds_nothing_back(void **state)
{
	struct fixture *f = *state;
	open_teletype(f, NEVER_MS);
	press(f, "a b\xc3\xa4");
	expect_shown(f, "a b\xc3\xa4");
	teletype_print(f->t, SPAN("two\n"));
	press(f, "\x7f"); // a letter, not a byte
	expect_shown(f, "\b \b");
	press(f, "\x17"); // a word
	expect_shown(f, "\b \b");
	press(f, "c\x15"); // the line
	expect_shown(f, "c\b \b\b \b\b \btwo\r\n");
	press(f, "\n"); // nothing is nothing
	expect_shown(f, "\r\n");
	assert_string_equal(f->taken, "");
}

static void what_is_left_half_typed_comes_again_behind_the_others(void **state)
{
	struct fixture *f = *state;
	open_teletype(f, 1);
	press(f, "half");
	expect_shown(f, "half");
	teletype_print(f->t, SPAN("two\n"));
	expect_shown(f, "\r\ntwo\r\nhalf");
	teletype_print(f->t, SPAN("three\n"));
	expect_shown(f, "\r\nthree\r\nhalf");
	press(f, " a line\n");
	expect_shown(f, " a line\r\nanswer\r\n");
	assert_string_equal(f->taken, "half a line\n");
}

static void keys_of_many_bytes_and_controls_are_no_text(void **state)
{
	struct fixture *f = *state;
	open_teletype(f, NEVER_MS);
	press(f, "a\x1b[A\x1b[1;5C\x1bOB\x1bx\x01"
		 "b\t\n");
	expect_shown(f, "ab\r\nanswer\r\n");
	assert_string_equal(f->taken, "ab\n");
	press(f, "x\x04y\x12"); // no end while something stands there; once more
	expect_shown(f, "xy\r\nxy");
	assert_int_equal(f->ends, 0);
	press(f, "\n\x04");
	expect_shown(f, "\r\nanswer\r\n");
	assert_int_equal(f->ends, 1);
}

static void the_terminal_is_given_back_as_it_was(void **state)
{
	struct fixture *f = *state;
	struct termios before, within, after;
	assert_int_equal(tcgetattr(f->slave, &before), 0);
	open_teletype(f, NEVER_MS);
	assert_int_equal(tcgetattr(f->slave, &within), 0);
	assert_int_equal(within.c_lflag & (ICANON | ECHO), 0);
	assert_true(within.c_lflag & ISIG); // C-c and C-z are the kernel's
	press(f, "half");
	expect_shown(f, "half");
	teletype_print(f->t, SPAN("two\n"));
	teletype_free(f->t);
	f->t = NULL;
	look(f);
	assert_string_equal(f->shown, "\r\ntwo\r\n"); // nothing that waited is lost
	assert_int_equal(tcgetattr(f->slave, &after), 0);
	assert_int_equal(after.c_lflag, before.c_lflag);
}

// Whoever runs us in a terminal without echo shows what is typed.
static void without_echo_the_line_is_left_to_others(void **state)
{
	struct fixture *f = *state;
	struct termios quiet, within;
	assert_int_equal(tcgetattr(f->slave, &quiet), 0);
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	assert_int_equal(tcsetattr(f->slave, TCSANOW, &quiet), 0);
	open_teletype(f, NEVER_MS);
	assert_int_equal(tcgetattr(f->slave, &within), 0);
	assert_true(within.c_lflag & ICANON);
	press(f, "one\ntwo\n");
	expect_shown(f, "answer\r\nanswer\r\n");
	assert_string_equal(f->taken, "one\ntwo\n");
}

// Keys of the line: what the terminal shows of them, and what line they make.
static void keys_of_the_line_are_the_kernels(void **state)
{
	static const struct {
		const char *keys, *shown, *taken;
	} rows[] = {
		{"ab\x7f\r", "ab\b \b\r\nanswer\r\n", "a\n"},
		{"ab\b\n", "ab\b \b\r\nanswer\r\n", "a\n"},
		{"\x7f"
		 "a\r",
		 "a\r\nanswer\r\n", "a\n"},
		{"\x17"
		 "a\r",
		 "a\r\nanswer\r\n", "a\n"},
		{"\xc3\xa9\x7f"
		 "a\r",
		 "\xc3\xa9\b \b"
		 "a\r\nanswer\r\n",
		 "a\n"},
		{"\xc3\x7f"
		 "a\r",
		 "\xc3\b \b"
		 "a\r\nanswer\r\n",
		 "a\n"},
		{"a b \x17z\r", "a b \b \b\b \bz\r\nanswer\r\n", "a z\n"},
		{"ab\x17z\r", "ab\b \b\b \bz\r\nanswer\r\n", "z\n"},
		{"ab\x15z\r", "ab\b \b\b \bz\r\nanswer\r\n", "z\n"},
		{"a\x04z\r", "az\r\nanswer\r\n", "az\n"},
		{"a\x1b[A\x1bOBz\r", "az\r\nanswer\r\n", "az\n"},
		{"a\x1b[1;5Cz\r", "az\r\nanswer\r\n", "az\n"},
		{"a\x1bxz\r", "az\r\nanswer\r\n", "az\n"},
		{"\r", "\r\n", ""},
	};
	struct fixture *f = *state;
	open_teletype(f, NEVER_MS);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		f->taken[0] = '\0';
		press(f, rows[i].keys);
		expect_shown(f, rows[i].shown);
		assert_string_equal(f->taken, rows[i].taken);
	}
	assert_int_equal(f->ends, 0);
	press(f, "\x04");
	WAIT_UNTIL(f->ends == 1, turn(f));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_waits_for_the_end_of_the_one_that_is_typed),
		TEST(keys_of_the_line_are_the_kernels),
		TEST(a_line_that_is_emptied_holds_nothing_back),
		TEST(what_is_left_half_typed_comes_again_behind_the_others),
		TEST(keys_of_many_bytes_and_controls_are_no_text),
		TEST(the_terminal_is_given_back_as_it_was),
		TEST(without_echo_the_line_is_left_to_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
