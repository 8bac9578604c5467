// SPDX-License-Identifier: MIT
// What of the typed lines is remembered, and where one is in it.
#include "client/ui/history.h"

#include "common/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void what_holds_a_password_is_told_apart(void **state)
{
	static const struct {
		const char *text, *target;
		bool is_secret;
	} rows[] = {
		{"hi", "#den", false},
		{"hi", "nickserv", true},
		{"hi", "AuthServ", true},
		{"", "nickserv", false},
		{"/help", "nickserv", false},
		{"/me set password x", "nickserv", true},
		{"/me hi", "nickserv", false},
		{"/whois nickserv", "#den", true},
		{"/whois authserv", "#den", true},
		{"nickserv is slow", "#den", false},
		{"identify x", "#den", true},
		{"identify", "#den", false},
		{"identifying", "#den", false},
		{"please identify x", "#den", false},
		{"/ns identify x", "#den", true},
		{"/ns ghost x", "#den", true},
		{"/ns set password x", "#den", true},
		{"/ns info x", "#den", false},
		{"/PASSWD x", "#den", true},
		{"/login x", "#den", true},
		{"/quote pass x", "#den", true},
		{"/quote part x", "#den", false},
		{"my /passwd", "#den", false},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (history_is_secret(span_of(rows[i].text), span_of(rows[i].target)) !=
		    rows[i].is_secret)
			fail_msg("\"%s\" in %s", rows[i].text, rows[i].target);
	}
}

static void steps_end_at_both_ends(void **state)
{
	struct history h;
	(void)state;

	history_open(&h, NULL);
	assert_null(history_step(&h, true, SPAN("x")));
	assert_null(history_step(&h, false, SPAN("x")));
	history_add(&h, SPAN(""), SPAN("#den"));
	history_add(&h, SPAN("one"), SPAN("#den"));
	history_add(&h, SPAN("one"), SPAN("#den"));
	history_add(&h, SPAN("two"), SPAN("#den"));
	history_add(&h, SPAN("one"), SPAN("#den"));
	assert_int_equal(h.count, 3);
	assert_string_equal(history_step(&h, true, SPAN("draft")), "one");
	assert_string_equal(history_step(&h, true, SPAN("seen")), "two");
	assert_string_equal(history_step(&h, true, SPAN("seen")), "one");
	assert_null(history_step(&h, true, SPAN("seen")));
	assert_string_equal(history_step(&h, false, SPAN("seen")), "two");
	assert_string_equal(history_step(&h, false, SPAN("seen")), "one");
	assert_string_equal(history_step(&h, false, SPAN("seen")), "draft");
	assert_null(history_step(&h, false, SPAN("seen")));
	// What is sent is no draft any more.
	assert_string_equal(history_step(&h, true, SPAN("draft")), "one");
	history_add(&h, SPAN("three"), SPAN("#den"));
	assert_string_equal(history_step(&h, true, SPAN("other")), "three");
	assert_string_equal(history_step(&h, false, SPAN("")), "other");
	assert_int_equal(history_search(&h, h.count, SPAN("e")), 3);
	assert_int_equal(history_search(&h, 3, SPAN("e")), 2);
	assert_int_equal(history_search(&h, 2, SPAN("one")), 0);
	assert_int_equal(history_search(&h, 2, SPAN("none")), h.count);
	history_clear(&h);
}

static void the_oldest_goes_where_there_are_too_many(void **state)
{
	struct history h;
	char text[16];
	(void)state;

	history_open(&h, NULL);
	for (int i = 0; i <= HISTORY_ENTRIES_MAX; i++) {
		snprintf(text, sizeof(text), "line %d", i);
		history_add(&h, span_of(text), SPAN("#den"));
	}
	assert_int_equal(h.count, HISTORY_ENTRIES_MAX);
	assert_string_equal(h.entries[0], "line 1");
	history_clear(&h);
}

// Of a long file its end is read, from the first whole line on.
static void of_a_long_file_its_end_is_read(void **state)
{
	char path[] = "/tmp/snug-history-XXXXXX";
	char dots[8000] = "";
	int fd = mkstemp(path);
	struct buf bytes = {0};
	struct history h;
	(void)state;

	assert_true(fd >= 0);
	memset(dots, '.', sizeof(dots) - 1);
	while (bytes.len < 1024 * 1024)
		buf_printf(&bytes, "line %zu %s\n", bytes.len, dots);
	buf_add_str(&bytes, "one\xe2\x90\xa4two\n/passwd secret\n\nlast\n");
	assert_int_equal(write(fd, bytes.at, bytes.len), bytes.len);
	history_open(&h, path);
	assert_true(h.count > 100);
	assert_int_equal(strncmp(h.entries[0], "line ", 5), 0);
	assert_string_equal(h.entries[h.count - 1], "last");
	assert_string_equal(h.entries[h.count - 2], "one\ntwo");
	assert_int_equal(h.at, h.count);
	history_clear(&h);
	// A short one is read from its beginning.
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(pwrite(fd, "one\ntwo", 7, 0), 7);
	history_open(&h, path);
	assert_int_equal(h.count, 2);
	assert_string_equal(h.entries[0], "one");
	history_clear(&h);
	close(fd);
	unlink(path);
	// None is none.
	history_open(&h, path);
	assert_int_equal(h.count, 0);
	history_clear(&h);
	buf_clear(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_holds_a_password_is_told_apart),
		cmocka_unit_test(steps_end_at_both_ends),
		cmocka_unit_test(the_oldest_goes_where_there_are_too_many),
		cmocka_unit_test(of_a_long_file_its_end_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
