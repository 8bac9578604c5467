// SPDX-License-Identifier: MIT
// What slash commands ask of a full screen.
#include "tests/unit/client/command_fixture.h"

static bool screen_act(void *arg, struct span name)
{
	buf_printf(arg, "act " SPAN_FMT "\n", SPAN_ARG(name));
	return !span_eq(name, SPAN("unknown"));
}

static bool screen_bind(void *arg, struct span key, struct span act)
{
	buf_printf(arg, "bind " SPAN_FMT "\n", SPAN_ARG(key));
	return !span_eq(act, SPAN("unknown"));
}

static bool screen_theme(void *arg, struct span name, struct buf *errors)
{
	buf_printf(arg, "theme " SPAN_FMT "\n", SPAN_ARG(name));
	if (!span_eq(name, SPAN("unknown")))
		return true;
	buf_add_str(errors, "no such theme");
	return false;
}

static bool screen_message_act(void *arg, struct span name, struct span text)
{
	buf_printf(arg, SPAN_FMT " '" SPAN_FMT "'\n", SPAN_ARG(name), SPAN_ARG(text));
	return true;
}

static void screen_search(void *arg, struct span text)
{
	buf_printf(arg, "search " SPAN_FMT "\n", SPAN_ARG(text));
}

static void screen_say(void *arg, struct span text)
{
	buf_printf(arg, "passing: " SPAN_FMT "\n", SPAN_ARG(text));
}

static bool screen_go(void *arg, struct span where)
{
	buf_printf(arg, "go " SPAN_FMT "\n", SPAN_ARG(where));
	return !span_eq(where, SPAN("unknown"));
}

static void what_is_for_a_screen_is_asked_of_it(void **state)
{
	static const struct {
		const char *typed, *asked, *noted; // noted NULL: nothing
	} rows[] = {
		{"/theme dark", "theme dark\n", NULL},
		{"/theme unknown", "theme unknown\n", "no such theme"},
		{"/bind F5 inbox", "bind F5\n", NULL},
		{"/bind F5 unknown", "bind F5\n", "the key or the act is unknown"},
		{"/act fold", "act fold\n", NULL},
		{"/act unknown", "act unknown\n", "there is no act unknown; these are: fold"},
		{"/act", "", "fold inbox"},
		{"/help", "act help\n", NULL},
		{"/search cake", "search cake\n", NULL},
		{"/search", "act search\n", NULL},
		{"/goto", "act go_to\n", NULL},
		{"/goto yesterday 14:00", "go yesterday 14:00\n", NULL},
		{"/goto unknown", "go unknown\n", "\"unknown\" is no time (14:00, today"},
		{"/members", "act members\n", NULL},
		{"/inbox", "act inbox\n", NULL},
		{"/reply a7 so be it", "reply 'a7 so be it'\n", NULL},
		{"/redact a7", "redact 'a7'\n", NULL},
		{"/redact a7 b8", "", "it takes no \"b8\""},
		{"/reactions", "reactions ''\n", NULL},
		{"/mute", "passing: #den is muted: no counts, no alerts\n", NULL},
	};
	struct fixture *f = *state;
	const struct screen_acts acts = {.arg = &f->asked,
					 .names = "fold inbox",
					 .act = screen_act,
					 .bind = screen_bind,
					 .set_theme = screen_theme,
					 .message_act = screen_message_act,
					 .search = screen_search,
					 .go = screen_go,
					 .say = screen_say};
	struct command_context c = {
		.model = f->m, .intents = &f->intents, .screen = &acts, .now_ms = 2000};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t before = f->m->current->log.count;
		buf_reset(&f->asked);
		command_typed(&c, f->m->current, span_of(rows[i].typed));
		assert_string_equal(buf_str(&f->asked), rows[i].asked);
		assert_int_equal(f->m->current->log.count, before + (rows[i].noted != NULL));
		assert_true(!rows[i].noted || note_says(f, rows[i].noted));
	}
}

// A face may have no keys and no colours, or be none at all.
static void what_a_face_lacks_is_said(void **state)
{
	static const char *const typed[] = {"/act", "/act fold", "/bind F5 inbox",
					    "/theme dark"};
	struct fixture *f = *state;
	const struct screen_acts lines = {.arg = &f->asked, .act = screen_act};
	struct command_context c = {.model = f->m, .intents = &f->intents, .screen = &lines};
	for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
		command_typed(&c, f->m->current, span_of(typed[i]));
		assert_true(note_says(f, "needs the full screen"));
	}
	say(f->m, ":srv 353 ann = #den :@bob ann");
	expect(f, "/members", "");
	assert_true(note_says(f, "2 in #den: ann @bob"));
	expect(f, "/goto", "");
	assert_true(note_says(f, "/goto needs the full screen"));
}

static void a_removal_is_taken_back(void **state)
{
	struct fixture *f = *state;
	expect(f, "/restore", "restore any\n");
	assert_true(note_says(f, "there is no removal that can be taken back"));
	f->has_removal = true;
	expect(f, "/restore", "restore any\n");
	assert_true(note_says(f, "the message stays"));
}

static void all_is_read_only_after_a_question(void **state)
{
	struct fixture *f = *state;
	expect(f, "/read all", "");
	assert_true(note_says(f, "nothing is unread anywhere"));
	say(f->m, "@msgid=a1 :bob!b@h PRIVMSG #den :one");
	say(f->m, "@msgid=a2 :bob!b@h PRIVMSG #den :two");
	say(f->m, "@msgid=a3 :bob!b@h PRIVMSG ann :three");
	expect(f, "/read all", "");
	assert_int_equal(f->m->question.id, QUESTION_READ);
	assert_string_equal(f->m->question.text, "mark all as read, on all your devices: 3 "
						 "messages in 2 places?");
	assert_int_equal(f->m->current->unread, 2);
	expect(f, "/read it", "");
	assert_true(note_says(f, "it takes no \"it\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_for_a_screen_is_asked_of_it),
		TEST(what_a_face_lacks_is_said),
		TEST(a_removal_is_taken_back),
		TEST(all_is_read_only_after_a_question),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
