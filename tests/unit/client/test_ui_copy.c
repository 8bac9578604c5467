// SPDX-License-Identifier: MIT
// Copying a message or a link: what is said is what came of it.
#include "client/model/hand_out.h"
#include "tests/unit/client/ui_fixture.h"

#define ASKS "\x1b]52;c;"

static void say_link(struct fixture *f)
{
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=a :bob!b@h PRIVMSG #den :see "
	       "https://x.example/y");
	settle(f);
}

// Whether the terminal was asked to copy this.
static bool was_asked(struct fixture *f, const char *keys, const char *sequence)
{
	assert_int_equal(write(f->master, keys, strlen(keys)), strlen(keys));
	wait_for_frame(f);
	bool found = memmem(f->bytes.at, f->bytes.len, sequence, strlen(sequence));
	digest(f);
	return found;
}

static void copy_chosen(struct fixture *f, bool is_asked)
{
	type(f, "\x1b");
	assert_int_equal(was_asked(f, "y", ASKS "c2VlIGh0dHBzOi8veC5leGFtcGxlL3k=\x1b\\"),
			 is_asked);
}

static void a_terminal_does_not_say_whether_it_copied(void **state)
{
	struct fixture *f = *state;
	say_link(f);
	copy_chosen(f, true);
	expect_row(f, -2, "copied, if the terminal lets programs copy");
	type(f, "/open\r");
	type(f, "\x1b");
	type(f, "o");
	expect_row(f, 19, "links: Enter copies one for your browser");
	assert_true(was_asked(f, "\r", ASKS "aHR0cHM6Ly94LmV4YW1wbGUveQ==\x1b\\"));
	expect_row(f, -2, "copied, if the terminal lets programs copy: https://x.example/y");
}

static void what_hands_nothing_on_is_asked_nothing(void **state)
{
	struct fixture *f = *state;
	say_link(f);
	setenv("STY", "1.pts", 1);
	copy_chosen(f, false);
	expect_row(f, -2, "not copied: screen hands nothing on");
	unsetenv("STY");
	f->ui->screen.has_links = false; // the console
	copy_chosen(f, false);
	expect_row(f, -2, "not copied: this terminal has no clipboard");
	f->ui->screen.has_links = true;
	struct buf line = {0};
	buf_add_str(&line, "@time=2026-11-22T12:00:01.000Z;msgid=b :bob!b@h PRIVMSG #den :");
	for (int i = 0; i < 65537; i++)
		buf_add_char(&line, 'x');
	struct msg m = {.command = SPAN("PRIVMSG"), .source = SPAN("bob!b@h")};
	m.params[0] = SPAN("#den");
	m.params[1] = span_after(buf_span(&line), line.len - 65537);
	m.n_params = 2;
	handle_line(f->m, &m, 1795349200001);
	settle(f);
	type(f, "\x1b");
	assert_false(was_asked(f, "y", ASKS));
	expect_row(f, -2, "not copied: that is longer than 64 KiB");
	buf_clear(&line);
}

// A tmux that keeps what it gets, and ends as it is told.
static void put_tmux(char *dir, int code)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/tmux", dir);
	FILE *script = fopen(path, "we");
	assert_non_null(script);
	fprintf(script, "#!/bin/sh\necho \"$@\" >%s/asked\ncat >%s/kept\nexit %d\n", dir, dir,
		code);
	assert_int_equal(fclose(script), 0);
	assert_int_equal(chmod(path, 0700), 0);
}

static void expect_file(const char *dir, const char *name, const char *wanted)
{
	char path[64], text[200] = "";
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
	assert_int_equal(fclose(file), 0);
	assert_string_equal(text, wanted);
	unlink(path);
}

static void tmux_is_told_and_says_whether_it_took_it(void **state)
{
	struct fixture *f = *state;
	char dir[] = "/tmp/snug-tmux-XXXXXX", tmux[64];
	struct buf path = {0};
	char *before = strdup(getenv("PATH"));
	assert_non_null(mkdtemp(dir));
	buf_printf(&path, "%s:%s", dir, before); // however long that is
	setenv("PATH", buf_str(&path), 1);
	buf_clear(&path);
	f->ui->settings.in_tmux = true;
	say_link(f);
	put_tmux(dir, 0);
	copy_chosen(f, false);
	expect_row(f, -2, "copied: tmux pastes it, by its prefix and ]");
	expect_file(dir, "asked", "load-buffer -w -\n");
	expect_file(dir, "kept", "see https://x.example/y");
	put_tmux(dir, 1);
	copy_chosen(f, false);
	expect_row(f, -2, "not copied: tmux did not take it");
	expect_file(dir, "asked", "load-buffer -w -\n");
	expect_file(dir, "kept", "see https://x.example/y");
	setenv("PATH", before, 1);
	free(before);
	snprintf(tmux, sizeof(tmux), "%s/tmux", dir);
	assert_int_equal(unlink(tmux), 0);
	assert_int_equal(rmdir(dir), 0);
}

// It has the whole screen, keeps every key but its own, and is gone with Esc.
static void a_link_to_be_handed_on_waits_for_its_keys(void **state)
{
	struct fixture *f = *state;
	struct span words = SPAN("One person may come");

	hand_out(f->m, words, SPAN("snug://chat.example/den,invite=x"), 0);
	settle(f);
	expect_row(f, 0, "One person may come");
	expect_row(f, 2, "snug://chat.example/den,invite=x");
	type(f, "xzy");
	expect_row(f, 6, "copied, if the terminal lets programs copy");
	expect_row(f, -1, "");
	type(f, "\x1b");
	expect_row(f, 0, "#den");
	expect_row(f, -1, "ann \u203a");
	for (int y = 0; y < f->vt.rows; y++)
		assert_false(row_holds(f, y, "snug://"));
	assert_int_equal(edit_text(&f->ui->edit).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_terminal_does_not_say_whether_it_copied),
		TEST(what_hands_nothing_on_is_asked_nothing),
		TEST(tmux_is_told_and_says_whether_it_took_it),
		TEST(a_link_to_be_handed_on_waits_for_its_keys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
