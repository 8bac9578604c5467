// SPDX-License-Identifier: MIT
// Enter, and what it means: a line that is doubtful, one that is empty, one that answers; and
// what a dropped path has to be.
#include "tests/unit/client/ui_fixture.h"

#include "client/model/line_file.h"

#define AT(seconds, id) "@time=2026-11-22T12:00:" seconds ".000Z;msgid=" id " "

static void what_may_be_a_command_is_not_published(void **state)
{
	static const struct {
		const char *typed;
		bool is_sent;
	} rows[] = {
		{" /msg x", false}, {"   /msg x", false}, {" /m", false},
		{" //msg x", true}, {" / x", true},       {" /", true},
		{"x /msg", true},   {"/msg x", true},     {" x", true},
	};
	struct fixture *f = *state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf wanted = {0};
		buf_reset(&f->asked);
		type(f, rows[i].typed);
		type(f, "\r");
		if (rows[i].is_sent)
			buf_printf(&wanted, "typed in #den: %s\n", rows[i].typed);
		else
			expect_row(f, -3, "not sent: remove the blank before /");
		expect_asked(f, buf_str(&wanted));
		buf_clear(&wanted);
		type(f, "\x15");
	}
}

static void enter_on_nothing_does_what_is_offered(void **state)
{
	static const struct {
		enum link_state state;
		const char *asked;
	} rows[] = {
		{LINK_OFFLINE, "reconnect\n"},
		{LINK_CONNECTING, "reconnect\n"},
		{LINK_REFUSED, "reconnect\n"},
		{LINK_LOGIN, "history of #den before a gap\n"},
		{LINK_ONLINE, "history of #den before a gap\n"},
	};
	struct fixture *f = *state;
	struct link_status link = {.text = (char[]){""}};
	say(f, AT("01", "a") ":bob!b@h PRIVMSG #den :one");
	say(f, AT("02", "b") ":bob!b@h PRIVMSG #den :two");
	target_set_history(f->m, f->m->current, HISTORY_ALL);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		link.state = rows[i].state;
		model_set_link(f->m, &link);
		target_join(f->m, f->m->current, scrollback_at(&f->m->current->log, 1), false);
		settle(f);
		buf_reset(&f->asked);
		type(f, " \r");
		expect_asked(f, rows[i].asked);
		type(f, "\x15");
	}
	target_join(f->m, f->m->current, scrollback_at(&f->m->current->log, 1), true);
	f->ui->view.anchor = scrollback_at(&f->m->current->log, 0);
	settle(f);
	buf_reset(&f->asked);
	type(f, "\r");
	expect_asked(f, "");
	assert_null(f->ui->view.anchor);
}

static void up_moves_in_a_draft_of_lines_first(void **state)
{
	struct fixture *f = *state;
	type(f, "before\r");
	type(f, "a\nb");
	type(f, "\x1b[A");
	assert_true(span_eq(edit_text(&f->ui->edit), SPAN("a\nb")));
	type(f, "x");
	assert_true(span_eq(edit_text(&f->ui->edit), SPAN("ax\nb")));
	type(f, "\x1b[A");
	assert_true(span_eq(edit_text(&f->ui->edit), SPAN("before")));
	type(f, "\x1b[B");
	assert_true(span_eq(edit_text(&f->ui->edit), SPAN("ax\nb")));
	// In a menu's own line there is nothing before.
	type(f, "\x13zz");
	act_older_input(f->ui);
	assert_true(span_eq(edit_text(&f->ui->query), SPAN("zz")));
	assert_true(span_eq(edit_text(&f->ui->edit), SPAN("ax\nb")));
	type(f, "\x1b");
}

static void a_command_is_no_answer_but_may_be_a_new_text(void **state)
{
	struct fixture *f = *state;
	say(f, AT("01", "a") ":ann!a@h PRIVMSG #den :one");
	settle(f);
	buf_reset(&f->asked);
	type(f, "\x1b");
	type(f, "r");
	expect_row(f, -1, "reply \u203a");
	type(f, "/away\r");
	expect_asked(f, "typed in #den: /away\n");
	expect_row(f, -1, "reply \u203a");
	type(f, "so be it\r");
	expect_asked(f, "message to #den: so be it (answers a)\n");
	expect_row(f, -1, "ann \u203a");
	type(f, "\x1b");
	type(f, "e");
	type(f, "\x15/away\r");
	expect_asked(f, "message to #den: /away (edits a)\n");
	type(f, "kept");
	type(f, "\x1b");
	type(f, "r");
	expect_row(f, -1, "reply \u203a kept"); // what was typed answers
	type(f, "\x1b");
	expect_row(f, -1, "ann \u203a kept");
}

// Dropped: what is pasted. Where it is no file that can be sent, it is a text.
static void only_the_path_of_a_file_is_a_file(void **state)
{
	struct fixture *f = *state;
	char folder[] = "/tmp/snug \"quoted\\ XXXXXX", path[64], text[100], quoted[100] = "";
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/f", folder);
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	fclose(out);
	const char *before = getenv("HOME");
	setenv("HOME", folder, 1);
	say(f, ":srv 005 ann draft/FILEHOST=https://h/f :are here");
	const char *const texts[] = {"f", "~f", "~/", "~/g", folder, "", "~/f\n~/f", "/"};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		assert_false(ui_drop(f->ui, span_of(texts[i])));
		assert_int_equal(f->m->question.id, 0);
	}
	unsetenv("HOME");
	assert_false(ui_drop(f->ui, SPAN("~/f")));
	setenv("HOME", folder, 1);
	snprintf(text, sizeof(text), "'%s'", path);
	assert_true(ui_drop(f->ui, span_of(text)));
	settle(f);
	expect_row(f, -2, "send this file, f (0 B), to #den? [y/n]");
	buf_reset(&f->asked);
	type(f, "y");
	snprintf(quoted, sizeof(quoted), "upload #den \"/tmp/snug \\\"quoted\\\\ %s/f\"\n",
		 folder + strlen(folder) - 6);
	expect_asked(f, quoted);
	assert_true(ui_drop(f->ui, SPAN("~/f")));
	assert_int_equal(unlink(path) | rmdir(folder), 0);
	type(f, "y");
	expect_row(f, -2, "that file is gone");
	expect_asked(f, "");
	ui_drop_answer(f->ui, false); // nothing is dropped any more
	assert_int_equal(edit_text(&f->ui->edit).len, 0);
	if (before)
		setenv("HOME", before, 1);
}

static void tell_typing(void *arg, struct target *t, bool active)
{
	buf_printf(&((struct fixture *)arg)->asked, "%s in %s\n", active ? "types" : "stops",
		   t->name);
}

static void who_types_on_says_so_every_few_seconds(void **state)
{
	struct fixture *f = *state;
	f->intents.typing = tell_typing;
	type(f, "a");
	expect_asked(f, "types in #den\n");
	f->ui->typing_told_at -= 3000;
	type(f, "b");
	expect_asked(f, "types in #den\n");
	type(f, "c");
	expect_asked(f, "");
	type(f, "\x15/");
	buf_reset(&f->asked);
	type(f, "\x7f");
	expect_asked(f, ""); // a command is told to nobody, nor its end
	type(f, "x");
	expect_asked(f, "types in #den\n");
	type(f, "\r");
	expect_asked(f, "typed in #den: x\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNMARKED(what_may_be_a_command_is_not_published),
		UNMARKED(enter_on_nothing_does_what_is_offered),
		UNMARKED(up_moves_in_a_draft_of_lines_first),
		UNMARKED(a_command_is_no_answer_but_may_be_a_new_text),
		UNMARKED(only_the_path_of_a_file_is_a_file),
		UNMARKED(who_types_on_says_so_every_few_seconds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
