// SPDX-License-Identifier: MIT
// Letters between snugd and the programs beside it, and when a program is started again.
#include "server/beside/beside.h"
#include "server/beside/child.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct span bytes_of(const struct beside_letter *l)
{
	return span_from(l, sizeof(*l));
}

static void a_letter_comes_as_it_was_written(void **state)
{
	struct beside_letter l, read;
	(void)state;

	beside_letter_write(&l, BESIDE_ECHO, 7, SPAN("gr\xc3\xbc\xc3\x9f"));
	assert_true(beside_letter_read(&read, bytes_of(&l), BESIDE_ECHO));
	assert_int_equal(read.number, 7);
	assert_true(span_eq(beside_letter_text(&read), SPAN("gr\xc3\xbc\xc3\x9f")));
	// Between characters: 248 of two bytes fill it.
	char text[2 * BESIDE_TEXT_LEN];
	for (size_t i = 0; i < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xbc", 2);
	beside_letter_write(&l, BESIDE_ECHO, 7, span_from(text + 0, sizeof(text)));
	assert_true(beside_letter_read(&read, bytes_of(&l), BESIDE_ECHO));
	assert_int_equal(read.len, BESIDE_TEXT_LEN);
}

// Proves X1.
static void what_is_not_exactly_a_letter_is_none(void **state)
{
	struct beside_letter good, l, read;
	(void)state;

	beside_letter_write(&good, BESIDE_ECHO, 7, SPAN("text"));
	assert_false(
		beside_letter_read(&read, span_from(&good, sizeof(good) - 1), BESIDE_ECHO));
	assert_false(beside_letter_read(&read, SPAN(""), BESIDE_ECHO));
	assert_false(beside_letter_read(&read, bytes_of(&good), BESIDE_ECHOED));
	char longer[sizeof(good) + 1] = {0};
	memcpy(longer, &good, sizeof(good));
	assert_false(beside_letter_read(&read, span_from(longer, sizeof(longer)), BESIDE_ECHO));
#define SPOILT(change)                                                                         \
	l = good;                                                                              \
	change;                                                                                \
	assert_false(beside_letter_read(&read, bytes_of(&l), BESIDE_ECHO))
	SPOILT(l.kind = 99);
	SPOILT(l.len = BESIDE_TEXT_LEN + 1);
	SPOILT(l.len = UINT16_MAX);
	SPOILT(l.len = 5); // a NUL
	SPOILT(l.len = 3); // something behind it
	SPOILT(l.text[BESIDE_TEXT_LEN - 1] = 'x');
	SPOILT(l.text[0] = '\xff');
	SPOILT(l.walls = 1);
	beside_letter_write(&l, BESIDE_ECHOED, 7, SPAN("text"));
	l.walls = 4;
	assert_false(beside_letter_read(&read, bytes_of(&l), BESIDE_ECHOED));
}

static void a_program_answers_letters_and_ends_at_anything_else(void **state)
{
	struct beside_letter asked, answer, read;
	(void)state;

	beside_letter_write(&asked, BESIDE_ECHO, 9, SPAN("there?"));
	assert_true(child_answer(bytes_of(&asked), BESIDE_WALL_FILES, &answer));
	assert_true(beside_letter_read(&read, bytes_of(&answer), BESIDE_ECHOED));
	assert_int_equal(read.number, 9);
	assert_int_equal(read.walls, BESIDE_WALL_FILES);
	assert_true(span_eq(beside_letter_text(&read), SPAN("there?")));
	assert_false(child_answer(bytes_of(&answer), 0, &answer));
	assert_false(child_answer(SPAN("garbage"), 0, &answer));
}

static void the_waits_double_up_to_a_minute(void **state)
{
	static const int64_t waits[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
	int64_t wait = 0;
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
		wait = beside_wait(wait, 500);
		assert_int_equal(wait, waits[i]);
	}
	// Up for as long as the longest wait: the next end is a first one.
	assert_int_equal(beside_wait(wait, BESIDE_WAIT_MAX_MS), 1000);
	assert_int_equal(beside_wait(wait, BESIDE_WAIT_MAX_MS - 1), 60000);
}

static bool keep_rights(void)
{
	return true;
}

// A program that is not there: started all the same, and gone at once.
static void the_starter_hands_over_an_end_that_closes_with_its_program(void **state)
{
	struct starter_order order = {.folder = "/nowhere", .drop_rights = keep_rights};
	enum program p = PROGRAM_ERRAND;
	int end = -1, fd = starter_fork(&order);
	char byte;
	(void)state;

	assert_true(fd >= 0);
	starter_start(fd, PROGRAM_ERRAND);
	while (starter_hear(fd, &p, &end) == STARTER_NOTHING)
		assert_int_equal(poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, -1), 1);
	assert_int_equal(p, PROGRAM_ERRAND);
	assert_true(end >= 0);
	assert_int_equal(recv(end, &byte, 1, 0), 0);
	close(end);
	starter_end(fd, PROGRAM_ERRAND);
	// With its socket it ends.
	shutdown(fd, SHUT_WR);
	assert_true(wait(NULL) > 0);
	assert_int_equal(starter_hear(fd, &p, &end), STARTER_GONE);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_letter_comes_as_it_was_written),
		cmocka_unit_test(what_is_not_exactly_a_letter_is_none),
		cmocka_unit_test(a_program_answers_letters_and_ends_at_anything_else),
		cmocka_unit_test(the_waits_double_up_to_a_minute),
		cmocka_unit_test(the_starter_hands_over_an_end_that_closes_with_its_program),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
