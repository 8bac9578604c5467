// SPDX-License-Identifier: MIT
// Code and long messages on the screen.
#include "tests/unit/client/ui_fixture.h"

static void say_lines(struct fixture *f, const char *id, const char *const *lines, size_t count)
{
	char line[400];
	snprintf(
		line, sizeof(line),
		"@time=2026-11-22T12:00:00.000Z;msgid=%s :bob!b@h BATCH +m draft/multiline #den",
		id);
	say(f, line);
	for (size_t i = 0; i < count; i++) {
		snprintf(line, sizeof(line), "@batch=m :bob!b@h PRIVMSG #den :%s", lines[i]);
		say(f, line);
	}
	say(f, ":bob!b@h BATCH -m");
	settle(f);
}

static void code_keeps_its_blanks_and_its_lines(void **state)
{
	static const char *const lines[] = {
		"look:",  "```",
		"if (x)", "\treturn very_long_name(of_a_function, with_words, and more);",
		"```",    "https://wiki.example/a",
		"so"};
	struct fixture *f = *state;
	say_lines(f, "c1", lines, ARRAY_LEN(lines));
	expect_row(f, 13, "bob  look:");
	expect_row(f, 15, "                  if (x)");
	// Cut in the middle of a word, at the edge.
	expect_row(f, 16, "                          return very_long_name(of_a_fun");
	assert_false(row_holds(f, 17, "          with"));
	expect_row(f, 20, "so");
}

static void a_long_message_is_folded_until_enter(void **state)
{
	struct fixture *f = *state;
	char texts[54][16];
	const char *lines[54];
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		snprintf(texts[i], sizeof(texts[i]), "row %zu", i + 1);
		lines[i] = texts[i];
	}
	say_lines(f, "long", lines, ARRAY_LEN(lines));
	expect_row(f, 20, "… 34 more lines (Enter unfolds)");
	expect_row(f, 19, "row 20");
	type(f, "\x1b");
	type(f, "\r");
	expect_row(f, 20, "row 54");
	assert_null(f->ui->thread.root);
	// It stays so, and Enter is what it was.
	type(f, "\r");
	assert_non_null(f->ui->thread.root);
	type(f, "\x1b");
	say(f, ":bob!b@h REDACT #den long");
	settle(f);
	expect_row(f, 20, "(message removed");
}

static void twenty_lines_are_shown_whole(void **state)
{
	struct fixture *f = *state;
	const char *lines[20];
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		lines[i] = i + 1 < ARRAY_LEN(lines) ? "row" : "the last";
	say_lines(f, "whole", lines, ARRAY_LEN(lines));
	expect_row(f, 20, "the last");
}

// What is pasted with tabs is sent with them; here each takes one cell.
static void a_draft_keeps_its_tabs(void **state)
{
	struct fixture *f = *state;
	type(f, "\x1b[200~\tif (x)\x1b[201~");
	expect_row(f, -1, "ann ›  if (x)");
	type(f, "\x1b[D\x1b[D!");
	expect_row(f, -1, "ann ›  if (!x)");
	type(f, "\r");
	expect_asked(f, "typed in #den: \tif (!x)\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(code_keeps_its_blanks_and_its_lines),
		TEST(a_long_message_is_folded_until_enter),
		TEST(twenty_lines_are_shown_whole),
		TEST(a_draft_keeps_its_tabs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
