// SPDX-License-Identifier: MIT
// What each key does where: in a menu, before a question, over a draft, in a draft.
#include "tests/unit/client/ui_fixture.h"

#include "client/model/model_private.h"
#include "client/model/target.h"

static void tell_typing(void *arg, struct target *t, bool active)
{
	buf_printf(&((struct fixture *)arg)->asked, "%s in %s\n", active ? "types" : "stops",
		   t->name);
}

static void keys_are_bound_to_acts(void **state)
{
	struct fixture *f = *state;
	size_t n = f->ui->n_bindings;

	assert_false(ui_bind(f->ui, SPAN("F5"), SPAN("dance")));
	assert_false(ui_bind(f->ui, SPAN("X-a"), SPAN("inbox")));
	assert_int_equal(f->ui->n_bindings, n);
	assert_true(ui_bind(f->ui, SPAN("F5"), SPAN("inbox")));
	assert_int_equal(f->ui->n_bindings, n + 1);
	type(f, "\x1b[15~");
	assert_int_equal(f->ui->view.menu.kind, MENU_INBOX);
	// A key has one act: the last.
	assert_true(ui_bind(f->ui, SPAN("F5"), SPAN("go_to")));
	assert_int_equal(f->ui->n_bindings, n + 1);
	type(f, "\x1b");
	type(f, "\x1b[15~");
	assert_int_equal(f->ui->view.menu.kind, MENU_GOTO);
	type(f, "\x07"); // C-g
	assert_int_equal(f->ui->view.menu.kind, MENU_NONE);
	type(f, "\x1b[15~");
	type(f, "\x03");
	assert_int_equal(f->ui->view.menu.kind, MENU_NONE);
	assert_int_equal(f->ui->interrupts, 0);
}

static void who_types_is_told_to_others(void **state)
{
	struct fixture *f = *state;

	f->intents.typing = tell_typing;
	type(f, "a");
	expect_asked(f, "types in #den\n");
	type(f, "b");
	expect_asked(f, ""); // not each letter
	type(f, "\x7f\x7f");
	expect_asked(f, "stops in #den\n");
	type(f, "\x7f");
	expect_asked(f, "");
	type(f, "/me");
	expect_asked(f, "");
	type(f, "\x03");
	expect_asked(f, "");
	model_show(f->m, f->m->server);
	settle(f);
	type(f, "a");
	expect_asked(f, "");
	// What is typed into a menu is told to nobody.
	model_show(f->m, target_find(f->m, SPAN("#den")));
	settle(f);
	buf_reset(&f->asked);
	type(f, "\x1bg");
	type(f, "a");
	expect_asked(f, "");
	type(f, "\x1b");
}

static void a_menu_is_walked_by_its_keys(void **state)
{
	static const struct {
		const char *keys;
		size_t chosen;
	} rows[] = {
		{"\x1b[B", 1},   {"\x0e", 2},    {"\x1b[A", 1},   {"\x10", 0},
		{"\x1b[6~", 18}, {"\x1b[5~", 0}, {"\x0e\x0e", 2}, {"\x12", 1},
	};
	struct fixture *f = *state;
	char line[60];

	for (int i = 0; i < 40; i++) {
		snprintf(line, sizeof(line), ":ann!a@h JOIN #r%02d", i);
		say(f, line);
	}
	settle(f);
	type(f, "\x1bg");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		type(f, rows[i].keys);
		if (f->ui->view.menu.chosen != rows[i].chosen)
			fail_msg("row %zu: %zu", i, f->ui->view.menu.chosen);
	}
	type(f, "\x1b");
}

static void only_its_letter_alone_declines(void **state)
{
	struct fixture *f = *state;

	say(f, "@time=2026-11-22T12:00:00.000Z :bob!b@h INVITE ann #ops");
	type(f, "\x1bi");
	type(f, "\x1b"
		"d");
	expect_asked(f, "");
	type(f, "\x1bi");
	type(f, "x");
	expect_asked(f, "");
	assert_int_equal(f->ui->view.menu.kind, MENU_NONE);
	assert_true(span_eq(edit_text(&f->ui->edit), SPAN("x")));
}

static void a_draft_is_no_answer(void **state)
{
	struct fixture *f = *state;

	model_ask(f->m, 77, SPAN("really?"), "yn");
	settle(f);
	type(f, "\x1by"); // with Alt it is no letter
	expect_asked(f, "");
	assert_int_equal(f->m->question.id, 77);
	model_ask_done(f->m, 77);
	type(f, "a");
	model_ask(f->m, 77, SPAN("really?"), "yn");
	settle(f);
	type(f, "y");
	expect_asked(f, "");
	assert_true(span_eq(edit_text(&f->ui->edit), SPAN("ay")));
	type(f, "\x1b");
	expect_asked(f, "answer 77 n\n");
	type(f, "\x03");
	// One without choices is none.
	model_ask(f->m, 77, SPAN("look"), "");
	settle(f);
	type(f, "z\x1b");
	expect_asked(f, "");
	model_ask_done(f->m, 77);
	// Where there is no no, the last is it.
	type(f, "\x03");
	model_ask(f->m, 77, SPAN("which?"), "abc");
	settle(f);
	type(f, "\x1b");
	expect_asked(f, "answer 77 c\n");
	model_ask(f->m, 77, SPAN("which?"), "abc");
	settle(f);
	type(f, "b");
	expect_asked(f, "answer 77 b\n");
}

static void keys_that_mean_nothing_type_nothing(void **state)
{
	struct fixture *f = *state;

	type(f, "\x1bq\x1b[113;5u");
	expect_row(f, -1, "ann \u203a");
	assert_int_equal(edit_text(&f->ui->edit).len, 0);
	// Behind a prefix one key is taken, whatever it is.
	type(f, "\x18z");
	assert_int_equal(edit_text(&f->ui->edit).len, 0);
	assert_false(f->ui->has_prefix);
	type(f, "z");
	assert_true(span_eq(edit_text(&f->ui->edit), SPAN("z")));
	type(f, "\x1b[113;2u");
	assert_true(span_eq(edit_text(&f->ui->edit), SPAN("zQ")));
	type(f, "\x03");
}

static void a_paste_ends_what_is_open(void **state)
{
	struct fixture *f = *state;

	type(f, "\x1bi");
	assert_int_equal(f->ui->view.menu.kind, MENU_INBOX);
	type(f, "\x1b[200~one\n\n\x1b[201~");
	assert_int_equal(f->ui->view.menu.kind, MENU_NONE);
	assert_true(span_eq(edit_text(&f->ui->edit), SPAN("one")));
	type(f, "\x03");
	// A menu with a line of its own takes it.
	type(f, "\x1bg");
	type(f, "\x1b[200~den\x1b[201~");
	assert_int_equal(f->ui->view.menu.kind, MENU_GOTO);
	assert_true(span_eq(edit_text(&f->ui->query), SPAN("den")));
	assert_int_equal(edit_text(&f->ui->edit).len, 0);
	type(f, "\x1b");
	type(f, "\x1b[200~\n\n\x1b[201~");
	assert_int_equal(edit_text(&f->ui->edit).len, 0);
}

static void what_came_unseen_gets_its_line(void **state)
{
	struct fixture *f = *state;
	struct target *t = target_find(f->m, SPAN("#den"));

	target_set_read(f->m, t, 1795349200500);
	t->new_at = 5;
	type(f, "\x1b[I"); // it was looked at
	assert_int_equal(t->new_at, 5);
	type(f, "\x1b[O");
	type(f, "\x1b[I"); // nothing came
	assert_int_equal(t->new_at, 5);
	type(f, "\x1b[O");
	say(f, "@time=2026-11-22T12:07:00.000Z;msgid=a :bob!b@h PRIVMSG #den :news");
	assert_int_equal(t->unread, 1);
	type(f, "\x1b[I");
	assert_int_equal(t->new_at, 1795349200500);
	buf_reset(&f->asked);
}

static void what_is_on_its_way_is_interrupted_first(void **state)
{
	struct fixture *f = *state;

	model_set_progress(f->m, SPAN("half"));
	type(f, "\x03\x03");
	expect_asked(f, "upload #den cancel\nupload #den cancel\n");
	f->intents.upload = NULL;
	type(f, "\x03");
	expect_row(f, -2, "once more asks");
	type(f, "a\x03");
	type(f, "\x03");
	assert_int_equal(f->m->question.id, 0);
	type(f, "\x03");
	expect_row(f, -2, "quit snug?");
	// Whoever goes on does not mean it.
	type(f, "a");
	assert_int_equal(f->m->question.id, 0);
	type(f, "\x03");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keys_are_bound_to_acts),
		TEST(who_types_is_told_to_others),
		TEST(a_menu_is_walked_by_its_keys),
		TEST(only_its_letter_alone_declines),
		TEST(a_draft_is_no_answer),
		TEST(keys_that_mean_nothing_type_nothing),
		TEST(a_paste_ends_what_is_open),
		TEST(what_came_unseen_gets_its_line),
		TEST(what_is_on_its_way_is_interrupted_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
