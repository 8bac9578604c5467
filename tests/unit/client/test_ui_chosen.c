// SPDX-License-Identifier: MIT
// What can be done to a chosen message, and what cannot; and lines that go while the screen
// remembers them.
#include "tests/unit/client/ui_fixture.h"

#define AT(seconds, id) "@time=2026-11-22T12:00:" seconds ".000Z;msgid=" id " "

// The newest message is chosen, then comes this key, then the row says that.
static void expect_key(struct fixture *f, const char *key, const char *words)
{
	type(f, "\x1b");
	type(f, key);
	expect_row(f, -2, words);
	assert_null(f->ui->reply_to);
	assert_int_equal(f->m->question.id, 0);
	act_chosen_leave(f->ui);
	expect_asked(f, "");
}

static void a_removed_message_has_nothing_to_change(void **state)
{
	struct fixture *f = *state;
	say(f, AT("01", "a") ":ann!a@h PRIVMSG #den :mine");
	say(f, ":ann!a@h REDACT #den a :oops");
	settle(f);
	buf_reset(&f->asked);
	expect_key(f, "e", "that message was removed: there is nothing to edit");
	expect_key(f, "d", "that message was removed before");
	expect_key(f, "!", "that message is your own: remove it");
	say(f, AT("02", "b") ":bob!b@h PRIVMSG #den :his");
	say(f, ":bob!b@h REDACT #den b :oops");
	settle(f);
	buf_reset(&f->asked);
	expect_key(f, "e", "only your own messages can be edited");
	expect_key(f, "!", "that message was removed: there is nothing to report");
}

static void what_has_no_id_is_not_referred_to(void **state)
{
	static const char *const keys[] = {"r", "+", "e", "d"};
	struct fixture *f = *state;
	say(f, "@time=2026-11-22T12:00:01.000Z :ann!a@h PRIVMSG #den :mine");
	settle(f);
	buf_reset(&f->asked);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		expect_key(f, keys[i], "this message has no id on this server");
		assert_int_equal(f->ui->view.menu.kind, MENU_NONE);
	}
	expect_key(f, "f", "there is no file in it");
	expect_key(f, "g", "it answers no other message");
	say(f, "@time=2026-11-22T12:00:02.000Z :bob!b@h PRIVMSG #den :his");
	settle(f);
	buf_reset(&f->asked);
	expect_key(f, "!", "this message has no id on this server");
	say(f, "@time=2026-11-22T12:00:03.000Z;msgid=q :bob!b@h PRIVMSG ann :his");
	model_show(f->m, target_find(f->m, SPAN("bob")));
	settle(f);
	buf_reset(&f->asked);
	expect_key(f, "!", "only messages of a room have moderators to report them to");
}

static bool send_nothing(void *arg UNUSED, struct span line UNUSED)
{
	return false;
}

static void what_is_not_sent_is_said(void **state)
{
	struct fixture *f = *state;
	struct link_status online = {.state = LINK_ONLINE, .text = (char[]){""}};
	say(f, AT("01", "a") ":bob!b@h PRIVMSG #den :his");
	settle(f);
	target_set_history(f->m, f->m->current, HISTORY_ALL);
	f->intents.raw = send_nothing;
	type(f, "\x1b");
	type(f, "!rude\r");
	expect_row(f, -2, "not sent: there is no connection");
	model_set_link(f->m, &online);
	settle(f);
	buf_reset(&f->asked);
	expect_key(f, "d", "this server cannot remove messages");
}

// Esc ends what is open, one thing after another.
static void escape_ends_one_thing_at_a_time(void **state)
{
	struct fixture *f = *state;
	say(f, AT("01", "a") ":bob!b@h PRIVMSG #den :his");
	settle(f);
	menu_open(&f->ui->view.menu, MENU_COMPLETE, SPAN("names"));
	act_select(f->ui);
	assert_int_equal(f->ui->view.menu.kind, MENU_NONE);
	assert_null(f->ui->view.selected);
	type(f, "\x1b");
	type(f, "r");
	assert_non_null(f->ui->reply_to);
	type(f, "\x1b");
	assert_null(f->ui->reply_to);
	assert_null(f->ui->view.selected);
	f->ui->view.layout.over_left = 1;
	f->ui->view.lays_targets = true;
	act_select(f->ui);
	assert_false(f->ui->view.lays_targets);
	assert_null(f->ui->view.selected);
	ui_changed(f->ui);
	settle(f);
	type(f, "\x1b");
	assert_non_null(f->ui->view.selected);
}

static void a_letter_marks_as_new_from_there_on(void **state)
{
	struct fixture *f = *state;
	say(f, AT("01", "a") ":bob!b@h PRIVMSG #den :one");
	say(f, AT("02", "b") ":bob!b@h PRIVMSG #den :two");
	settle(f);
	type(f, "\x1b");
	type(f, "k");
	assert_true(span_eq(line_id(f->ui->view.selected), SPAN("a")));
	type(f, "k"); // there is none before
	assert_true(span_eq(line_id(f->ui->view.selected), SPAN("a")));
	type(f, "j");
	assert_true(span_eq(line_id(f->ui->view.selected), SPAN("b")));
	type(f, "j");
	assert_true(span_eq(line_id(f->ui->view.selected), SPAN("b")));
	type(f, "u");
	expect_row(f, -2, "marked as new from here on");
	expect_row(f, -5, "new since");
	expect_row(f, -4, "two");
}

static void fill(struct fixture *f, const char *room, int from, int n)
{
	for (int i = from; i < from + n; i++) {
		char line[120];
		snprintf(line, sizeof(line),
			 "@time=2026-11-22T12:%02d:%02d.000Z;msgid=f%d :bob!b@h PRIVMSG %s "
			 ":line %d",
			 i / 60, i % 60, i, room, i);
		say(f, line);
	}
	settle(f);
}

// Each address of a line that goes is forgotten, and no other.
static void a_line_that_goes_is_remembered_nowhere(void **state)
{
	struct fixture *f = *state;
	struct screen_view *v = &f->ui->view;
	say(f, ":ann!a@h JOIN #ops");
	fill(f, "#den", 0, 6);
	struct scrollback *log = &f->m->current->log;
	struct log_line *a = scrollback_at(log, log->count - 6), *b = scrollback_at(log, 4);
	v->anchor = a;
	v->selected = b;
	ui_jump_keep(f->ui);
	v->anchor = b;
	v->selected = a;
	ui_jump_keep(f->ui);
	v->anchor = a;
	ui_show(f->ui, target_find(f->m, SPAN("#ops")));
	v->anchor = v->selected = v->marked = v->top_line = v->bottom_line = b;
	v->unfolded[0] = a;
	v->unfolded[1] = b;
	target_take_out(f->m, target_find(f->m, SPAN("#den")), SPAN("f0"));
	assert_ptr_equal(f->ui->jumps[0].anchor, NULL);
	assert_ptr_equal(f->ui->jumps[0].chosen, b);
	assert_ptr_equal(f->ui->jumps[1].anchor, b);
	assert_ptr_equal(f->ui->jumps[1].chosen, NULL);
	assert_ptr_equal(f->ui->places[0].anchor, NULL);
	assert_ptr_equal(v->unfolded[0], NULL);
	assert_ptr_equal(v->unfolded[1], b);
	assert_ptr_equal(v->anchor, b);
	assert_ptr_equal(v->selected, b);
	assert_ptr_equal(v->marked, b);
	assert_ptr_equal(v->top_line, b);
	assert_ptr_equal(v->bottom_line, b);
	target_take_out(f->m, target_find(f->m, SPAN("#den")), line_id(b));
	assert_null(v->unfolded[1]);
	assert_null(v->anchor);
	assert_null(v->selected);
	assert_null(v->marked);
	assert_null(v->top_line);
	assert_null(v->bottom_line);
	f->ui->n_jumps = 0;
}

static void only_so_many_jumps_are_known(void **state)
{
	struct fixture *f = *state;
	fill(f, "#den", 0, 30);
	struct scrollback *log = &f->m->current->log;
	for (size_t i = 0; i <= JUMPS_MAX; i++) {
		f->ui->view.anchor = scrollback_at(log, i);
		ui_jump_keep(f->ui);
	}
	assert_int_equal(f->ui->n_jumps, JUMPS_MAX);
	assert_ptr_equal(f->ui->jumps[0].anchor, scrollback_at(log, 1));
	assert_ptr_equal(f->ui->jumps[JUMPS_MAX - 1].anchor, scrollback_at(log, JUMPS_MAX));
	for (size_t i = JUMPS_MAX; i > 0; i--) {
		act_jump_back(f->ui);
		assert_ptr_equal(f->ui->view.anchor, scrollback_at(log, i));
	}
	act_jump_back(f->ui);
	settle(f);
	expect_row(f, -2, "there was no jump to come back from");
}

// Where one was scrolled to is where one comes back to.
static void each_target_keeps_its_place(void **state)
{
	struct fixture *f = *state;
	say(f, ":ann!a@h JOIN #ops");
	fill(f, "#den", 0, 60);
	type(f, "\x1b[5~");
	struct log_line *anchor = f->ui->view.anchor;
	int rows = f->ui->view.anchor_rows;
	assert_non_null(anchor);
	type(f, "\x1b"
		"2");
	assert_null(f->ui->view.anchor);
	type(f, "\x1b"
		"1");
	assert_ptr_equal(f->ui->view.anchor, anchor);
	assert_int_equal(f->ui->view.anchor_rows, rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNMARKED(a_removed_message_has_nothing_to_change),
		UNMARKED(what_has_no_id_is_not_referred_to),
		UNMARKED(what_is_not_sent_is_said),
		UNMARKED(escape_ends_one_thing_at_a_time),
		UNMARKED(a_letter_marks_as_new_from_there_on),
		UNMARKED(a_line_that_goes_is_remembered_nowhere),
		UNMARKED(only_so_many_jumps_are_known),
		UNMARKED(each_target_keeps_its_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
