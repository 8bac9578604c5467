// SPDX-License-Identifier: MIT
// Saved messages: rows of the server, the key and the command that make them, their list.
#include "client/faces.h"
#include "client/model/saved.h"
#include "client/model/target.h"
#include "tests/unit/client/ui_fixture.h"

static void talk(struct fixture *f)
{
	say(f, ":srv CAP ann ACK :snug.chat/saved");
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=b1 :bob!b@h PRIVMSG #den :worth it");
	say(f, "@time=2026-11-22T12:01:00.000Z;msgid=b2 :bob!b@h PRIVMSG #den :the newest");
	settle(f);
	buf_reset(&f->asked);
}

static void save_three(struct fixture *f)
{
	talk(f);
	say(f, ":srv SAVED ADD #den b1 2026-11-22T12:00:00.000Z");
	say(f, ":srv SAVED ADD #attic x1 2026-11-20T12:00:00.000Z");
	say(f, ":srv SAVED ADD eve e1 2026-11-21T12:00:00.000Z");
	settle(f);
	buf_reset(&f->asked);
}

static void command(struct fixture *f, const char *text)
{
	struct screen_acts acts;
	faces_screen_acts(f->ui, &acts);
	struct command_context c = {.model = f->m,
				    .intents = &f->intents,
				    .screen = &acts,
				    .now_ms = 1795349200000};
	command_typed(&c, f->m->current, span_of(text));
	settle(f);
}

static bool shows(struct fixture *f, const char *part)
{
	bool is_there = false;
	for (int row = 0; row < f->vt.rows && !is_there; row++)
		is_there = row_holds(f, row, part);
	return is_there;
}

static void a_key_saves_the_chosen_one_and_lets_it_go(void **state)
{
	struct fixture *f = *state;
	talk(f);
	type(f, "\x1b");
	type(f, "k");
	type(f, "s");
	expect_asked(f, "raw SAVED ADD #den b1\n");
	expect_row(f, -2, "saved, on all your computers: /saved lists what is");
	say(f, ":srv SAVED ADD #den b1 2026-11-22T12:00:00.000Z");
	type(f, "s");
	expect_asked(f, "raw SAVED DEL b1\n");
	expect_row(f, -2, "let go: it is saved no more");
	say(f, ":srv SAVED DEL b1");
	type(f, "s");
	expect_asked(f, "raw SAVED ADD #den b1\n");
}

static void a_command_saves_the_newest_or_the_named_one(void **state)
{
	struct fixture *f = *state;
	talk(f);
	command(f, "/save");
	expect_asked(f, "raw SAVED ADD #den b2\n");
	command(f, "/save b1");
	expect_asked(f, "raw SAVED ADD #den b1\n");
	command(f, "/save b7");
	expect_asked(f, "");
	expect_row(f, -2, "no message here has this id");
}

static void what_cannot_be_saved_is_said(void **state)
{
	struct fixture *f = *state;
	say(f, "@msgid=b1 :bob!b@h PRIVMSG #den :hello");
	settle(f);
	buf_reset(&f->asked);
	command(f, "/saved");
	expect_row(f, -2, "this server keeps no list of saved messages");
	type(f, "\x1b");
	type(f, "s");
	expect_row(f, -2, "this server keeps no list of saved messages");
	say(f, ":srv CAP ann ACK :snug.chat/saved");
	command(f, "/saved");
	expect_row(f, -2, "nothing is saved: Esc chooses a message, s saves it");
	say(f, ":bob!b@h REDACT #den b1");
	type(f, "s");
	expect_row(f, -2, "that message was removed");
	type(f, "q");
	say(f, ":bob!b@h PRIVMSG #den :without an id");
	type(f, "\x1b");
	type(f, "s");
	expect_row(f, -2, "this message has no id on this server");
	expect_asked(f, "");
}

// The newest first: #den, eve, #attic.
static void the_list_goes_there_and_lets_go(void **state)
{
	struct fixture *f = *state;
	save_three(f);
	command(f, "/saved");
	assert_true(shows(f, "#den bob: worth it"));
	assert_true(shows(f, "eve: not loaded"));
	assert_true(shows(f, "#attic: not loaded"));
	type(f, "\x0e"); // C-n
	type(f, "d");
	expect_asked(f, "raw SAVED DEL e1\n");
	assert_true(shows(f, "eve: not loaded"));
	say(f, ":srv SAVED DEL e1");
	settle(f);
	assert_false(shows(f, "eve: not loaded"));
	type(f, "\r");
	assert_non_null(strstr(buf_str(&f->asked), "seek x1 0 in #attic\n"));
}

static void a_login_says_what_is_saved_now(void **state)
{
	struct fixture *f = *state;
	save_three(f);
	say(f, ":srv SAVED LIST *");
	assert_int_equal(f->m->n_saved, 3);
	say(f, ":srv SAVED ADD #den b1 2026-11-22T12:00:00.000Z");
	say(f, ":srv SAVED LIST *");
	assert_int_equal(f->m->n_saved, 1);
	assert_non_null(saved_find(f->m, SPAN("b1")));
}

static void rows_follow_names(void **state)
{
	struct fixture *f = *state;
	save_three(f);
	say(f, ":eve!e@h JOIN #den");
	say(f, ":eve!e@h NICK evelyn");
	say(f, ":bob!b@h RENAME #den #cave :");
	assert_string_equal(saved_find(f->m, SPAN("e1"))->target, "evelyn");
	assert_string_equal(saved_find(f->m, SPAN("b1"))->target, "#cave");
}

static void a_server_may_say_anything(void **state)
{
	struct fixture *f = *state;
	say(f, ":srv SAVED");
	say(f, ":srv SAVED ADD");
	say(f, ":srv SAVED ADD #den");
	say(f, ":srv SAVED DEL");
	say(f, ":srv SAVED DEL b1");
	say(f, ":srv SAVED BREAK b1 b1");
	assert_int_equal(f->m->n_saved, 0);
	for (int i = 0; i < 1100; i++) {
		char line[80];
		snprintf(line, sizeof(line), ":srv SAVED ADD #den x%d yesterday", i);
		say(f, line);
	}
	assert_int_equal(f->m->n_saved, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_key_saves_the_chosen_one_and_lets_it_go),
		TEST(a_command_saves_the_newest_or_the_named_one),
		TEST(what_cannot_be_saved_is_said),
		TEST(the_list_goes_there_and_lets_go),
		TEST(a_login_says_what_is_saved_now),
		TEST(rows_follow_names),
		TEST(a_server_may_say_anything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
