// SPDX-License-Identifier: MIT
// What is asked for on the terminal, in a process of its own with one: keys go in, what is shown
// and what was understood come out.
#include "client/verbs/prompt.h"
#include "common/buf.h"
#include "tests/support/wait.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define ROOM 8 // bytes for a line, and its NUL

enum kind { LINE, SECRET, CHOICE };

static const char *const results[] = {[PROMPT_OK] = "ok",
				      [PROMPT_CANCELLED] = "cancelled",
				      [PROMPT_NO_TERMINAL] = "no terminal"};

static void ask(enum kind kind, const char *more, int out)
{
	struct secret s;
	char line[ROOM] = "";
	enum prompt_result result = PROMPT_CANCELLED;
	struct buf told = {0};

	switch (kind) {
	case LINE:
		result = prompt_line("Q", more, line, sizeof(line));
		buf_printf(&told, "%s %s", results[result], line);
		break;
	case SECRET:
		secret_init(&s);
		result = prompt_secret("Q", &s);
		buf_printf(&told, "%s %zu %s", results[result], s.len, s.at);
		secret_free(&s);
		break;
	case CHOICE:
		result = prompt_choice("Q: ", more, line);
		buf_printf(&told, "%s %c", results[result], line[0]);
		break;
	}
	_exit(write(out, told.at, told.len) == (ssize_t)told.len ? 0 : 1);
}

static void become(enum kind kind, const char *more, const char *tty, int out)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid();
	if (tty && open(tty, O_RDWR) < 0)
		_exit(99);
	ask(kind, more, out);
}

// What comes until it ends, or until `end` is there.
static void read_until(int fd, struct buf *got, const char *end)
{
	char bytes[256];

	while (!end || !strstr(buf_str(got), end)) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
		ssize_t n = read(fd, bytes, sizeof(bytes));
		if (n <= 0)
			return;
		buf_add(got, bytes, (size_t)n);
	}
}

// keys NULL: there is no terminal.
static void expect(enum kind kind, const char *more, const char *keys, const char *understood,
		   const char *shown)
{
	int ends[2], master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), status;
	struct buf told = {0}, seen = {0};
	struct termios modes;

	assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	int slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(slave >= 0 && pipe2(ends, O_CLOEXEC) == 0);
	tcgetattr(slave, &modes);
	modes.c_oflag &= ~(tcflag_t)OPOST; // shown as it was written
	tcsetattr(slave, TCSANOW, &modes);
	fflush(NULL);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		become(kind, more, keys ? ptsname(master) : NULL, ends[1]);
	close(ends[1]);
	if (keys) {
		read_until(master, &seen, ": ");
		assert_int_equal(write(master, keys, strlen(keys)), strlen(keys));
	}
	// First: who changes a terminal's modes waits until it was read.
	if (keys)
		read_until(master, &seen, shown);
	read_until(ends[0], &told, NULL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_string_equal(buf_str(&told), understood);
	close(ends[0]);
	close(slave);
	close(master);
	buf_clear(&told);
	buf_clear(&seen);
}

static void a_line_is_what_is_left_of_the_keys(void **state)
{
	static const struct {
		const char *preset, *keys, *understood, *shown;
	} rows[] = {
		{NULL, "ab\r", "ok ab", "Q: ab\r\n"},
		{"", "ab\n", "ok ab", "Q: ab\r\n"},
		{"pre", "\r", "ok pre", "Q [pre]: \r\n"},
		{"pre", "x\r", "ok x", "Q [pre]: x\r\n"},
		{NULL, "\r", "ok ", "Q: \r\n"},
		{NULL,
		 "ab\x7f"
		 "c\r",
		 "ok ac", "ab\b \bc\r\n"},
		{NULL, "ab\bc\r", "ok ac", "ab\b \bc\r\n"},
		{NULL, "\x7fx\r", "ok x", "Q: x\r\n"},
		{NULL, "a\xc3\xa9\x7f\r", "ok a", "a\xc3\xa9\b \b\r\n"},
		{NULL, "abc\x15z\r", "ok z", "abc\b \b\b \b\b \bz\r\n"},
		{NULL, "a\x1b[Db\r", "ok ab", "Q: ab\r\n"},
		{NULL, "a\x1b[3~b\r", "ok ab", "Q: ab\r\n"},
		{NULL, "a\x1b[1;5cb\r", "ok ab", "Q: ab\r\n"},
		{NULL, "a\x01z\r", "ok az", "Q: az\r\n"},
		{NULL, "123456789\r", "ok 1234567", "Q: 1234567\r\n"},
		{NULL, "ab\x03", "cancelled ", "ab\r\n"},
		{"pre", "\x04", "cancelled ", "\r\n"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(LINE, rows[i].preset, rows[i].keys, rows[i].understood, rows[i].shown);
}

static void a_secret_is_stars(void **state)
{
	(void)state;
	expect(SECRET, NULL, "a\xc3\xa9z\r", "ok 4 a\xc3\xa9z", "Q: ***\r\n");
	expect(SECRET, NULL, "ab\x7f\r", "ok 1 a", "Q: **\b \b\r\n");
	expect(SECRET, NULL, "\x03", "cancelled 0 ", "Q: \r\n");
}

static void what_is_no_choice_is_the_last(void **state)
{
	static const struct {
		const char *keys, *understood;
	} rows[] = {{"t\r", "ok t"}, {"T\r", "ok t"}, {"trust\r", "ok t"},    {"n\r", "ok n"},
		    {"x\r", "ok n"}, {"\r", "ok n"},  {"\x03", "cancelled n"}};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(CHOICE, "tn", rows[i].keys, rows[i].understood, "\r\n");
}

static void without_a_terminal_nothing_is_asked(void **state)
{
	(void)state;
	expect(LINE, "pre", NULL, "no terminal ", NULL);
	expect(SECRET, NULL, NULL, "no terminal 0 ", NULL);
	expect(CHOICE, "tn", NULL, "no terminal n", NULL);
}

static void a_secret_is_read_up_to_the_end_of_its_line(void **state)
{
	static const struct {
		const char *bytes;
		bool is_read;
		const char *secret;
	} rows[] = {{"pass\nmore", true, "pass"},
		    {"pass\r\n", true, "pass"},
		    {"pass", true, "pass"},
		    {"pa\rss", true, "pa\rss"},
		    {"\n", false, ""},
		    {"\r\n", false, ""},
		    {"", false, ""}};
	struct secret s;
	int ends[2];
	(void)state;
	secret_init(&s);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(pipe(ends), 0);
		assert_int_equal(write(ends[1], rows[i].bytes, strlen(rows[i].bytes)),
				 strlen(rows[i].bytes));
		close(ends[1]);
		assert_int_equal(secret_read(&s, ends[0]), rows[i].is_read);
		close(ends[0]);
		assert_string_equal(s.at, rows[i].secret);
		assert_int_equal(s.len, strlen(rows[i].secret));
	}
	char big[SECRET_MAX + 1];
	memset(big, 'x', sizeof(big));
	for (size_t more = 0; more < 2; more++) {
		assert_int_equal(pipe(ends), 0);
		assert_int_equal(write(ends[1], big, SECRET_MAX + more), SECRET_MAX + more);
		close(ends[1]);
		assert_int_equal(secret_read(&s, ends[0]), more == 0);
		close(ends[0]);
	}
	secret_invent(&s);
	assert_int_equal(s.len, strlen("baba-baba-baba-baba-baba-baba"));
	assert_int_equal(s.at[4], '-');
	secret_free(&s);
}

int main(void)
{
	if (sodium_init() < 0)
		return 1;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_what_is_left_of_the_keys),
		cmocka_unit_test(a_secret_is_stars),
		cmocka_unit_test(what_is_no_choice_is_the_last),
		cmocka_unit_test(without_a_terminal_nothing_is_asked),
		cmocka_unit_test(a_secret_is_read_up_to_the_end_of_its_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
