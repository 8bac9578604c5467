// SPDX-License-Identifier: MIT
// The letters of snug-door.
#include "server/beside/door_letter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct door_question usual = {.number = 7,
					   .act = DOOR_PASSWORD,
					   .service = {"snug", 4},
					   .name = {"ann", 3},
					   .password = {"secret", 6}};

static struct span bytes_of(const void *letter, size_t len)
{
	return span_from(letter, len);
}

static void a_question_comes_as_it_was_written(void **state)
{
	struct door_question standing = usual, q;
	struct door_ask l, again;
	(void)state;

	assert_true(door_ask_write(&l, &usual));
	assert_true(door_ask_read(&again, bytes_of(&l, sizeof(l)), &q));
	assert_int_equal(q.number, 7);
	assert_int_equal(q.act, DOOR_PASSWORD);
	assert_true(span_eq(q.service, usual.service) && span_eq(q.name, usual.name) &&
		    span_eq(q.password, usual.password));
	standing.act = DOOR_STANDING;
	standing.password = SPAN("");
	assert_true(door_ask_write(&l, &standing));
	assert_true(door_ask_read(&again, bytes_of(&l, sizeof(l)), &q));
	assert_int_equal(q.act, DOOR_STANDING);
}

#define REFUSED(change)                                                                        \
	do {                                                                                   \
		struct door_question q = usual;                                                \
		struct door_ask l;                                                             \
		change;                                                                        \
		assert_false(door_ask_write(&l, &q));                                          \
	} while (0)

// Proves A25.
static void what_no_stack_is_asked_is_no_question(void **state)
{
	char letters[600];
	(void)state;

	memset(letters, 'x', sizeof(letters));
	REFUSED(q.name = SPAN(""));
	REFUSED(q.name = SPAN("a/b"));
	REFUSED(q.name = SPAN("../etc"));
	REFUSED(q.name = SPAN("a b"));
	REFUSED(q.name = SPAN("a\nb"));
	REFUSED(q.name = SPAN("a\xff"));
	REFUSED(q.name = span_from("a\0b", 3));
	REFUSED(q.name = span_from(letters, DOOR_NAME_MAX + 1));
	REFUSED(q.password = SPAN(""));
	REFUSED(q.password = span_from("a\0b", 3));
	REFUSED(q.password = span_from(letters, DOOR_PASSWORD_MAX + 1));
	REFUSED(q.service = SPAN(""));
	REFUSED(q.service = SPAN("../su"));
	REFUSED(q.service = SPAN(".su"));
	REFUSED(q.service = SPAN("s u"));
	REFUSED(q.service = span_from(letters, DOOR_SERVICE_MAX + 1));
	REFUSED(q.act = DOOR_STANDING); // it has a password
	REFUSED(q.act = (enum door_act)3);
}

// Every part as long as it may be fits.
static void the_longest_question_fits(void **state)
{
	char letters[600];
	struct door_question q = {.number = UINT64_MAX,
				  .act = DOOR_PASSWORD,
				  .service = span_from(letters, DOOR_SERVICE_MAX),
				  .name = span_from(letters, DOOR_NAME_MAX),
				  .password = span_from(letters, DOOR_PASSWORD_MAX)};
	struct door_ask l, again;
	(void)state;

	memset(letters, 'x', sizeof(letters));
	assert_true(door_ask_write(&l, &q));
	assert_true(door_ask_read(&again, bytes_of(&l, sizeof(l)), &q));
	assert_int_equal(q.password.len, DOOR_PASSWORD_MAX);
}

#define SPOILT_ASK(change)                                                                     \
	do {                                                                                   \
		struct door_question q;                                                        \
		struct door_ask l, read;                                                       \
		assert_true(door_ask_write(&l, &usual));                                       \
		change;                                                                        \
		assert_false(door_ask_read(&read, bytes_of(&l, sizeof(l)), &q));               \
	} while (0)

static void a_question_has_one_size(void **state)
{
	struct door_question q;
	struct door_ask l, read;
	(void)state;

	assert_true(door_ask_write(&l, &usual));
	assert_false(door_ask_read(&read, bytes_of(&l, sizeof(l) - 1), &q));
	assert_false(door_ask_read(&read, SPAN("garbage"), &q));
}

static void what_is_not_exactly_a_question_is_none(void **state)
{
	(void)state;

	SPOILT_ASK(l.kind = BESIDE_ERRAND);
	SPOILT_ASK(l.act = 0);
	SPOILT_ASK(l.zero[2] = 1);
	SPOILT_ASK(l.lens[0] = UINT16_MAX);
	SPOILT_ASK(l.lens[2] = 5); // something is left over
	SPOILT_ASK(l.lens[2] = 7); // a NUL
	SPOILT_ASK(l.bytes[sizeof(l.bytes) - 1] = 'x');
	SPOILT_ASK(l.bytes[4] = '/');
}

static void an_answer_comes_as_it_was_written(void **state)
{
	struct door_answer yes = {.number = 9, .result = DOOR_YES, .name = SPAN("ann")}, a;
	struct door_tell l, again;
	(void)state;

	door_tell_write(&l, &yes);
	assert_true(door_tell_read(&again, bytes_of(&l, sizeof(l)), &a));
	assert_int_equal(a.number, 9);
	assert_int_equal(a.result, DOOR_YES);
	assert_true(span_eq(a.name, SPAN("ann")));
	door_tell_write(&l, &(struct door_answer){.result = DOOR_NO, .delay_ms = 1 << 30});
	assert_true(door_tell_read(&again, bytes_of(&l, sizeof(l)), &a));
	assert_int_equal(a.delay_ms, DOOR_DELAY_MAX);
	assert_string_equal(door_result_word(a.result), "wrong");
	// A yes about nobody is none.
	door_tell_write(&l, &(struct door_answer){.result = DOOR_YES});
	assert_true(door_tell_read(&again, bytes_of(&l, sizeof(l)), &a));
	assert_int_equal(a.result, DOOR_LATER);
}

#define SPOILT_TELL(change)                                                                    \
	do {                                                                                   \
		struct door_answer a = {.number = 9, .result = DOOR_YES, .name = SPAN("ann")}; \
		struct door_tell l, read;                                                      \
		door_tell_write(&l, &a);                                                       \
		change;                                                                        \
		assert_false(door_tell_read(&read, bytes_of(&l, sizeof(l)), &a));              \
	} while (0)

static void what_is_not_exactly_an_answer_is_none(void **state)
{
	(void)state;

	SPOILT_TELL(l.kind = BESIDE_DOOR);
	SPOILT_TELL(l.result = DOOR_RESULTS);
	SPOILT_TELL(l.result = DOOR_NO); // with a name
	SPOILT_TELL(l.zero = 1);
	SPOILT_TELL(l.zero_too = 1);
	SPOILT_TELL(l.len = 0);
	SPOILT_TELL(l.len = UINT16_MAX);
	SPOILT_TELL(l.len = 2);
	SPOILT_TELL(l.name[0] = '/');
	SPOILT_TELL(l.name[sizeof(l.name) - 1] = 'x');
	SPOILT_TELL(l.delay_ms = DOOR_DELAY_MAX + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_comes_as_it_was_written),
		cmocka_unit_test(what_no_stack_is_asked_is_no_question),
		cmocka_unit_test(the_longest_question_fits),
		cmocka_unit_test(a_question_has_one_size),
		cmocka_unit_test(what_is_not_exactly_a_question_is_none),
		cmocka_unit_test(an_answer_comes_as_it_was_written),
		cmocka_unit_test(what_is_not_exactly_an_answer_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
