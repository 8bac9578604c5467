// SPDX-License-Identifier: MIT
// The lists of targets and members where they have no room beside the messages.
#include "tests/unit/client/ui_fixture.h"

#include "client/model/target.h"

#define F7 "\x1b[18~"
#define F8 "\x1b[19~"

static void resize(struct fixture *f, int cols, int rows)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
	ioctl(f->slave, TIOCSWINSZ, &size);
	vt_init(&f->vt, cols, rows, 0);
	screen_resize(&f->ui->screen, cols, rows);
	ui_redraw(f->ui);
	settle(f);
}

static void say_long(struct fixture *f)
{
	say(f,
	    "@time=2026-11-22T12:00:00.000Z;msgid=a :bob!b@h PRIVMSG #den :a text that is long "
	    "enough for the end");
	settle(f);
}

static void members_lie_over_the_messages(void **state)
{
	struct fixture *f = *state;
	say_long(f);
	expect_row(f, 20, "for the end");
	type(f, F8);
	expect_row(f, 0, "│@bob");
	expect_row(f, 1, "│ ann");
	expect_row(f, 2, "│ bert");
	assert_false(row_holds(f, 20, "for the end"));
	type(f, F8);
	assert_false(row_holds(f, 0, "@bob"));
	expect_row(f, 20, "for the end");
	// So do Esc, and another target.
	type(f, F8);
	type(f, "\x1b");
	assert_false(row_holds(f, 0, "@bob"));
	assert_null(f->ui->view.selected);
	type(f, F8);
	model_show(f->m, f->m->server);
	settle(f);
	type(f, F8);
	expect_row(f, -2, "only a room has members");
	model_show(f->m, target_find(f->m, SPAN("#den")));
	settle(f);
	assert_false(row_holds(f, 0, "@bob"));
}

static void both_fit_into_the_smallest_screen(void **state)
{
	struct fixture *f = *state;
	say_long(f);
	resize(f, 40, 12);
	assert_false(row_holds(f, 1, "Inbox"));
	type(f, F7);
	expect_row(f, 1, "  Inbox            │");
	expect_row(f, 5, "#den");
	type(f, F8);
	expect_row(f, 0, "│@bob");
	resize(f, 10, 12);
	expect_row(f, 0, "│@bob");
	type(f, "\x1b");
	assert_false(row_holds(f, 0, "@bob"));
}

static void what_a_list_lies_over_is_not_read(void **state)
{
	struct fixture *f = *state;
	type(f, F8);
	say_long(f);
	assert_int_equal(f->m->current->unread, 1);
	type(f, F8);
	assert_int_equal(f->m->current->unread, 0);
}

static void beside_the_messages_they_come_and_go_as_before(void **state)
{
	struct fixture *f = *state;
	resize(f, 100, 24);
	expect_row(f, 0, "@bob");
	type(f, F8);
	assert_false(row_holds(f, 0, "@bob"));
	type(f, F8);
	expect_row(f, 0, "@bob");
	assert_int_equal(f->ui->view.layout.over_right, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(members_lie_over_the_messages),
		TEST(both_fit_into_the_smallest_screen),
		TEST(what_a_list_lies_over_is_not_read),
		TEST(beside_the_messages_they_come_and_go_as_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
