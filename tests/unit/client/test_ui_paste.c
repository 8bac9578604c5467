// SPDX-License-Identifier: MIT
// Pasting, marked or not: nothing is sent and nothing runs without an Enter of the user's.
#include "tests/unit/client/ui_fixture.h"

static void a_burst_is_a_draft_and_runs_no_commands(void **state)
{
	struct fixture *f = *state;
	type(f, "aa\r/me waves\rcc\r");
	expect_asked(f, "");
	expect_row(f, -3, "ann › aa");
	expect_row(f, -2, "/me waves");
	expect_row(f, -1, "cc");
	type(f, "\x03");
	// An Enter behind a word that came in one piece with it is one.
	type(f, "hello\r");
	expect_asked(f, "typed in #den: hello\n");
}

static void send_piece(struct fixture *f, const char *piece)
{
	assert_int_equal(write(f->master, piece, strlen(piece)), strlen(piece));
	turn_for(f, 0);
}

static void a_burst_in_pieces_is_asked_about(void **state)
{
	struct fixture *f = *state;
	send_piece(f, "aa\r");
	send_piece(f, "/me waves\rcc");
	send_piece(f, "dd\r");
	settle(f);
	expect_asked(f, "");
	expect_row(f, -4, "send these 3 pasted lines to #den?");
	type(f, "n");
	expect_row(f, -4, "not sent: the lines stay here");
	type(f, "\ry");
	expect_asked(f, "typed in #den: aa\n/me waves\nccdd\n");
	type(f, "alone\r");
	expect_asked(f, "typed in #den: alone\n");
}

static void a_paste_of_four_lines_asks(void **state)
{
	struct fixture *f = *state;
	type(f, "\x1b[200~one\rtwo\rthree\rfour\r\x1b[201~");
	type(f, "\r");
	expect_asked(f, "");
	expect_row(f, -5, "send these 4 pasted lines to #den? [y/n]");
	// Who types on does not mean it.
	type(f, "x");
	assert_false(row_holds(f, -5, "pasted lines"));
	type(f, "y");
	expect_asked(f, "");
	expect_row(f, -1, "fourxy");
	type(f, "\ry");
	expect_asked(f, "typed in #den: one\ntwo\nthree\nfourxy\n");
}

static void a_paste_that_never_ends_gives_the_keys_back(void **state)
{
	struct fixture *f = *state;
	send_piece(f, "\x1b[200~half a li");
	turn_for(f, INPUT_HELD_MS);
	type(f, "x\x1b[D\x1b[D");
	expect_row(f, -1, "ann › half a lix");
	type(f, "y");
	expect_row(f, -1, "ann › half a lyix");
}

static void an_answer_that_never_ends_gives_the_keys_back(void **state)
{
	struct fixture *f = *state;
	send_piece(f, "\x1b]11;rgb:");
	send_piece(f, "hel");
	send_piece(f, "lo");
	turn_for(f, INPUT_HELD_MS);
	settle(f);
	expect_row(f, -1, "ann › hello");
	type(f, "\r");
	expect_asked(f, "typed in #den: hello\n");
}

static void who_types_on_does_not_revoke(void **state)
{
	struct fixture *f = *state;
	say(f, ":srv FAIL CERT CONFIRM_NEEDED 2 :that is the one in use");
	settle(f);
	expect_row(f, -2, "revoke the device that you are using now? [y/n]");
	type(f, "hello\r");
	expect_asked(f, "answer 3 n\ntyped in #den: hello\n");
	type(f, "y\r");
	expect_asked(f, "typed in #den: y\n");
	say(f, ":srv FAIL CERT CONFIRM_NEEDED 2 :that is the one in use");
	settle(f);
	type(f, "y");
	expect_asked(f, "answer 3 y\n");
}

static void who_types_on_does_not_quit(void **state)
{
	struct fixture *f = *state;
	type(f, "\x03\x03");
	expect_row(f, -2, "quit snug? [y/n]");
	type(f, "hello");
	assert_false(row_holds(f, -2, "quit snug?"));
	type(f, "\r");
	expect_asked(f, "typed in #den: hello\n");
	type(f, "y\r");
	expect_asked(f, "typed in #den: y\n");
	type(f, "\x03\x03y");
	expect_asked(f, "quit\n");
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	const struct CMUnitTest tests[] = {
		TEST(a_burst_is_a_draft_and_runs_no_commands),
		TEST(a_burst_in_pieces_is_asked_about),
		TEST(a_paste_of_four_lines_asks),
		TEST(a_paste_that_never_ends_gives_the_keys_back),
		TEST(an_answer_that_never_ends_gives_the_keys_back),
		TEST(who_types_on_does_not_quit),
		TEST(who_types_on_does_not_revoke),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
