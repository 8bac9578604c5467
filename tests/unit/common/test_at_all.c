// SPDX-License-Identifier: MIT
#include "common/at_all.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void a_word_of_its_own_calls(void **state UNUSED)
{
	static const struct {
		const char *text;
		enum at_all all;
	} rows[] = {
		{"@room", AT_ALL_ROOM},
		{"@here", AT_ALL_HERE},
		{"@Room: cake", AT_ALL_ROOM},
		{"cake (@HERE), now", AT_ALL_HERE},
		{"\"@room\"!?", AT_ALL_ROOM},
		{"one\ntwo @here\nthree", AT_ALL_HERE},
		{"@here\n@room", AT_ALL_ROOM},
		{"@room @here", AT_ALL_ROOM},
		{"\002@room\002", AT_ALL_ROOM},
		{"**@here**", AT_ALL_HERE},
		{"\001ACTION waves @room\001", AT_ALL_ROOM},
		{"", AT_ALL_NONE},
		{"@", AT_ALL_NONE},
		{"room here", AT_ALL_NONE},
		{"`@room`", AT_ALL_NONE},
		{"ann@room", AT_ALL_NONE},
		{"@room.example", AT_ALL_NONE},
		{"@roommate", AT_ALL_NONE},
		{"@room's", AT_ALL_NONE},
		{"@@room", AT_ALL_NONE},
		{"https://x.example/@here", AT_ALL_NONE},
		{"\001PING @room\001", AT_ALL_NONE},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (at_all_in(span_of(rows[i].text)) != rows[i].all)
			fail_msg("\"%s\" calls %d", rows[i].text,
				 (int)at_all_in(span_of(rows[i].text)));
	}
}

static void the_tag_names_it(void **state UNUSED)
{
	assert_int_equal(at_all_of_tag(span_of(at_all_tag(AT_ALL_ROOM))), AT_ALL_ROOM);
	assert_int_equal(at_all_of_tag(SPAN("here")), AT_ALL_HERE);
	assert_int_equal(at_all_of_tag(SPAN("@here")), AT_ALL_NONE);
	assert_int_equal(at_all_of_tag(SPAN("Room")), AT_ALL_NONE);
	assert_int_equal(at_all_of_tag(SPAN("")), AT_ALL_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_of_its_own_calls),
		cmocka_unit_test(the_tag_names_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
