// SPDX-License-Identifier: MIT
// Files on the screen: a dropped one is asked about, one that came is kept or opened by keys.
#include "tests/unit/client/ui_fixture.h"

#include "client/model/line_file.h"

static char dropped[] = "/tmp/snug-dropped-XXXXXX";

static int with_files(void **state)
{
	strcpy(dropped + sizeof(dropped) - 7, "XXXXXX");
	int fd = mkstemp(dropped);
	if (fd < 0 || write(fd, "hello", 5) != 5 || close(fd) < 0 || set_up(state) != 0)
		return -1;
	struct fixture *f = *state;
	f->m->read_file = line_file_read;
	say(f, ":srv 005 ann draft/FILEHOST=https://h/f :are here");
	return 0;
}

static int without_files(void **state)
{
	return unlink(dropped) | tear_down(state);
}

static void drop(struct fixture *f, const char *text)
{
	struct buf paste = {0};
	buf_printf(&paste, "\x1b[200~%s\x1b[201~", text);
	type(f, buf_str(&paste));
	buf_clear(&paste);
	settle(f);
}

static void a_dropped_file_is_asked_about(void **state)
{
	struct fixture *f = *state;
	struct buf wanted = {0};
	drop(f, dropped);
	expect_row(f, -2, "send this file, snug-dropped-");
	expect_row(f, -2, " (5 B), to #den? [y/n]");
	buf_reset(&f->asked);
	type(f, "y");
	settle(f);
	buf_printf(&wanted, "upload #den \"%s\"\n", dropped);
	expect_asked(f, buf_str(&wanted));
	// With no, and whatever else is typed, it is a text.
	drop(f, dropped);
	type(f, "n");
	settle(f);
	expect_row(f, -1, dropped);
	buf_clear(&wanted);
}

static void other_pastes_are_texts(void **state)
{
	struct fixture *f = *state;
	drop(f, "/no/such/file");
	expect_row(f, -1, "/no/such/file");
	type(f, " ");
	drop(f, dropped); // behind a text
	expect_row(f, -1, dropped);
	assert_int_equal(f->m->question.id, 0);
}

#define TAGS "@msgid=m1;snug.chat/file=ID;snug.chat/file-name=a.txt;snug.chat/file-size=5 "

static void a_file_is_kept_and_opened_by_keys(void **state)
{
	struct fixture *f = *state;
	say(f, TAGS ":bob!b@h PRIVMSG #den :see https://h/f/ID");
	settle(f);
	buf_reset(&f->asked);
	type(f, "\x1b");
	settle(f);
	expect_row(f, -4, "see a.txt (5 B)");
	type(f, "f");
	settle(f);
	expect_asked(f, "get #den m1 \"\"\n");
	assert_true(ui_message_act(f->ui, SPAN("open"), SPAN("")));
	expect_asked(f, "get #den m1 \"\" opens\n");
	assert_true(ui_message_act(f->ui, SPAN("get"), SPAN("m1 there.txt")));
	expect_asked(f, "get #den m1 \"there.txt\"\n");
}

static void what_is_on_its_way_is_shown_and_stopped(void **state)
{
	struct fixture *f = *state;
	model_set_progress(f->m, SPAN("sending a.txt 45 %"));
	settle(f);
	expect_row(f, -2, "sending a.txt 45 %");
	buf_reset(&f->asked);
	type(f, "\x03");
	settle(f);
	expect_asked(f, "upload #den cancel\n");
	model_set_progress(f->m, SPAN(""));
	settle(f);
	assert_false(row_holds(f, -2, "sending"));
}

#define FILE_TEST(fn) cmocka_unit_test_setup_teardown(fn, with_files, without_files)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FILE_TEST(a_dropped_file_is_asked_about),
		FILE_TEST(other_pastes_are_texts),
		FILE_TEST(a_file_is_kept_and_opened_by_keys),
		FILE_TEST(what_is_on_its_way_is_shown_and_stopped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
