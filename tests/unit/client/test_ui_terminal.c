// SPDX-License-Identifier: MIT
// What the terminal answers decides how it is drawn on.
#include "tests/unit/client/ui_fixture.h"

// Where the cursor stood behind each sample, then DA1.
static const char as_tmux[] = "\x1b[2;3R\x1b[2;5R\x1b[2;2R\x1b[2;3R\x1b[2;1R\x1b[2;3R\x1b[2;3R"
			      "\x1b[2;2R\x1b[?62;4c";
// One that draws by clusters: signs of Hindi have no cell, vowels of Thai have one.
static const char by_clusters[] = "\x1b[2;3R\x1b[2;3R\x1b[2;3R\x1b[2;3R\x1b[2;1R\x1b[2;2R"
				  "\x1b[2;3R\x1b[2;3R\x1b[?62;4c";

static void the_probe_tells_how_wide_clusters_are(void **state)
{
	struct fixture *f = *state;
	say(f, "@msgid=a :bob!b@h PRIVMSG #den :x👍🏽y❤️z");
	settle(f);
	// By clusters both take two cells; in tmux the thumb takes four and the heart one.
	expect_written(f, as_tmux, "👍🏽\x1b[21;44Hy\x1b[1X❤️\x1b[21;46Hz");
	// An answer that is not whole changes nothing.
	expect_written(f, "\x1b[2;3R\x1b[?62;4c", "");
	expect_written(f, "\f", "\x1b[21;44Hy\x1b[1X❤️");
}

static void with_mode_2027_clusters_count(void **state)
{
	struct fixture *f = *state;
	expect_written(f, "\x1b[?2027;2$y", "\x1b[?2027h");
	say(f, "@msgid=a :bob!b@h PRIVMSG #den :x👍🏽y❤️z");
	type(f, as_tmux);
	expect_written(f, "\f", "👍🏽\x1b[21;42Hy\x1b[2X❤️\x1b[21;45Hz");
}

static void marks_of_scripts_are_measured(void **state)
{
	struct fixture *f = *state;
	say(f, "@msgid=a :bob!b@h PRIVMSG #den :xकिyกำzශ්\u200dරw");
	settle(f);
	// Before any answer: marks have cells, joiners join no letters.
	expect_written(f, "\f", "\x1b[2Xकि\x1b[21;42Hy\x1b[2Xกำ\x1b[21;45Hz");
	expect_written(f, by_clusters, "\x1b[1Xकि\x1b[21;41Hy\x1b[2Xกำ\x1b[21;44Hz");
	expect_written(f, as_tmux, "\x1b[2Xकि\x1b[21;42Hy\x1b[2Xกำ\x1b[21;45Hz\x1b[1Xශ්\u200dර");
}

// What mode 2027 changes is measured once more when it is on.
static void with_mode_2027_the_samples_are_asked_for_again(void **state)
{
	struct fixture *f = *state;
	expect_written(f, "\x1b[?2027;2$y", "\x1b[?2027h");
	expect_written(f, as_tmux, "👩‍👩‍👧‍👦\x1b[6n");
	say(f, "@msgid=a :bob!b@h PRIVMSG #den :xकिyกำz");
	settle(f);
	expect_written(f, by_clusters, "\x1b[2Xกำ\x1b[21;44Hz");
	expect_written(f, "\f", "\x1b[1Xकि\x1b[21;41Hy\x1b[2Xกำ\x1b[21;44Hz");
}

static void frames_are_whole_where_the_terminal_can_wait(void **state)
{
	struct fixture *f = *state;
	expect_written(f, "\x1b[?2026;2$yx", "\x1b[?2026h\x1b[?25l");
	expect_written(f, "y", "\x1b[?2026l");
}

static void the_background_chooses_the_theme_that_was_left_open(void **state)
{
	struct fixture *f = *state;
	struct buf errors = {0};
	setenv("TERM", "xterm-256color", 1);
	assert_true(ui_set_theme(f->ui, SPAN("auto"), &errors));
	say(f, "@msgid=a :bob!b@h PRIVMSG #den :ann: look");
	settle(f);
	expect_written(f, "\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "38;5;126m@");
	expect_written(f, "\x1b]11;rgb:1e1e/1e1e/1e1e\a", "38;5;215m@");
	assert_true(ui_set_theme(f->ui, SPAN("dark"), &errors));
	// What was chosen stays, and is made readable: no 215 on white.
	expect_written(f, "\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "38;5;95m@");
	assert_int_equal(errors.len, 0);
	assert_false(ui_set_theme(f->ui, SPAN("plaid"), &errors));
	assert_non_null(strstr(buf_str(&errors), "there is no theme 'plaid'"));
	buf_clear(&errors);
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	const struct CMUnitTest tests[] = {
		TEST(the_probe_tells_how_wide_clusters_are),
		TEST(with_mode_2027_clusters_count),
		TEST(marks_of_scripts_are_measured),
		TEST(with_mode_2027_the_samples_are_asked_for_again),
		TEST(frames_are_whole_where_the_terminal_can_wait),
		TEST(the_background_chooses_the_theme_that_was_left_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
