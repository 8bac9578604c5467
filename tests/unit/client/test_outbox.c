// SPDX-License-Identifier: MIT
#include "client/outbox.h"
#include "client/paths.h"
#include "common/attr.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int make_dir(void **state)
{
	char *dir = strdup("/tmp/snug-outbox-XXXXXX");
	*state = mkdtemp(dir);
	return *state ? 0 : -1;
}

static int remove_dir(void **state)
{
	const char *names[] = {"outbox", "outbox.lock", "outbox.2", "outbox.2.lock"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char *path = path_join(*state, names[i], NULL);
		unlink(path);
		free(path);
	}
	rmdir(*state);
	free(*state);
	return 0;
}

static struct outbox *open_at(const char *dir)
{
	char *error = NULL;
	struct outbox *o = outbox_open(dir, &error);
	if (!o)
		fail_msg("%s", error);
	return o;
}

static size_t count(struct outbox *o)
{
	size_t n = 0;
	list_for_each(item, outbox_entries(o))
		n++;
	return n;
}

static struct outbox_entry *first(struct outbox *o)
{
	assert_true(count(o) > 0);
	return container_of(outbox_entries(o)->next, struct outbox_entry, in_outbox);
}

static void what_was_queued_is_there_after_a_restart(void **state)
{
	struct outbox *o = open_at(*state);
	struct outbox_entry *e = outbox_add(o, SPAN("#lounge"), SPAN("two\nlines \xc3\xa9"),
					    SPAN("m1"), 1, 1234);
	char id[65];
	snprintf(id, sizeof(id), "%s", e->id);
	assert_int_equal(strlen(id), CLIENT_ID_LEN);
	outbox_free(o);
	o = open_at(*state);
	assert_int_equal(count(o), 1);
	e = first(o);
	assert_string_equal(e->id, id);
	assert_string_equal(e->target, "#lounge");
	assert_string_equal(e->text, "two\nlines \xc3\xa9");
	assert_string_equal(e->reply_to, "m1");
	assert_int_equal(e->kind, 1);
	assert_int_equal(e->at_ms, 1234);
	assert_false(e->was_sent);
	outbox_free(o);
}

static void the_order_is_kept(void **state)
{
	struct outbox *o = open_at(*state);
	for (int i = 0; i < 50; i++) {
		char text[16];
		snprintf(text, sizeof(text), "%d", i);
		assert_non_null(outbox_add(o, SPAN("#a"), span_of(text), SPAN(""), 0, i));
	}
	outbox_done(o, first(o));
	outbox_free(o);
	o = open_at(*state);
	int next = 1;
	list_for_each(item, outbox_entries(o)) {
		struct outbox_entry *e = container_of(item, struct outbox_entry, in_outbox);
		assert_int_equal(atoi(e->text), next++);
	}
	assert_int_equal(next, 50);
	outbox_free(o);
}

static void what_is_done_does_not_come_back(void **state)
{
	struct outbox *o = open_at(*state);
	struct outbox_entry *a = outbox_add(o, SPAN("#a"), SPAN("a"), SPAN(""), 0, 1);
	struct outbox_entry *b = outbox_add(o, SPAN("#a"), SPAN("b"), SPAN(""), 0, 2);
	outbox_sent(o, a);
	outbox_sent(o, b);
	outbox_done(o, a);
	outbox_free(o);
	o = open_at(*state);
	assert_int_equal(count(o), 1);
	assert_string_equal(first(o)->text, "b");
	assert_true(first(o)->was_sent);
	outbox_free(o);
}

static void the_file_is_empty_when_all_is_done(void **state)
{
	struct outbox *o = open_at(*state);
	outbox_done(o, outbox_add(o, SPAN("#a"), SPAN("a"), SPAN(""), 0, 1));
	char *path = path_join(*state, "outbox", NULL);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	free(path);
	outbox_free(o);
}

static void a_torn_last_line_costs_nothing_else(void **state)
{
	struct outbox *o = open_at(*state);
	assert_non_null(outbox_add(o, SPAN("#a"), SPAN("whole"), SPAN(""), 0, 1));
	outbox_free(o);
	char *path = path_join(*state, "outbox", NULL);
	int fd = open(path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "{\"id\":\"x\",\"te", 13), 13);
	close(fd);
	free(path);
	o = open_at(*state);
	assert_int_equal(count(o), 1);
	assert_int_equal(outbox_n_broken(o), 1);
	assert_non_null(outbox_add(o, SPAN("#a"), SPAN("next"), SPAN(""), 0, 2));
	outbox_free(o);
	o = open_at(*state);
	assert_int_equal(count(o), 2);
	outbox_free(o);
}

static void every_cut_of_the_file_gives_a_prefix(void **state)
{
	struct outbox *o = open_at(*state);
	for (int i = 0; i < 3; i++)
		assert_non_null(outbox_add(o, SPAN("#a"), SPAN("text"), SPAN(""), 0, i));
	outbox_free(o);
	char *path = path_join(*state, "outbox", NULL);
	struct buf whole = {0};
	assert_true(path_read(path, &whole));
	size_t last = 0;
	for (size_t len = 0; len <= whole.len; len++) {
		assert_true(path_write(path, span_from(whole.at, len), 0600));
		o = open_at(*state);
		assert_true(count(o) >= last && count(o) <= 3);
		last = count(o);
		outbox_free(o);
	}
	assert_int_equal(last, 3);
	buf_clear(&whole);
	free(path);
}

static void a_second_process_takes_another_file(void **state)
{
	struct outbox *one = open_at(*state), *two = open_at(*state);
	assert_non_null(outbox_add(one, SPAN("#a"), SPAN("one"), SPAN(""), 0, 1));
	assert_non_null(outbox_add(two, SPAN("#a"), SPAN("two"), SPAN(""), 0, 2));
	assert_int_equal(count(one), 1);
	assert_int_equal(count(two), 1);
	outbox_free(two);
	outbox_free(one);
	// The next one finds both.
	one = open_at(*state);
	assert_int_equal(count(one), 2);
	outbox_free(one);
	one = open_at(*state);
	assert_int_equal(count(one), 2);
	outbox_free(one);
}

static void text_that_is_no_utf8_is_refused(void **state)
{
	struct outbox *o = open_at(*state);
	assert_null(outbox_add(o, SPAN("#a"), SPAN("\xff\xfe"), SPAN(""), 0, 1));
	assert_int_equal(count(o), 0);
	outbox_free(o);
}

static void ids_are_not_repeated(void **state)
{
	(void)state;
	char a[CLIENT_ID_LEN + 1], b[CLIENT_ID_LEN + 1];
	client_id_make(a);
	client_id_make(b);
	assert_string_not_equal(a, b);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, make_dir, remove_dir)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(what_was_queued_is_there_after_a_restart),
		IN_DIR(the_order_is_kept),
		IN_DIR(what_is_done_does_not_come_back),
		IN_DIR(the_file_is_empty_when_all_is_done),
		IN_DIR(a_torn_last_line_costs_nothing_else),
		IN_DIR(every_cut_of_the_file_gives_a_prefix),
		IN_DIR(a_second_process_takes_another_file),
		IN_DIR(text_that_is_no_utf8_is_refused),
		cmocka_unit_test(ids_are_not_repeated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
