// SPDX-License-Identifier: MIT
// Slash commands at the edges of what they take: of this program, of rooms and of people.
#include "tests/unit/client/command_fixture.h"

static bool no_act(void *arg, struct span name)
{
	buf_printf(arg, "act " SPAN_FMT "\n", SPAN_ARG(name));
	return false;
}

static bool no_message_act(void *arg, struct span name, struct span text UNUSED)
{
	buf_printf(arg, "on a message " SPAN_FMT "\n", SPAN_ARG(name));
	return false;
}

static bool theme(void *arg UNUSED, struct span name UNUSED, struct buf *errors UNUSED)
{
	return true;
}

static bool no_set(void *arg UNUSED, struct span key UNUSED, struct span value UNUSED,
		   struct buf *words)
{
	buf_add_str(words, "the disk is full\n");
	return false;
}

static void upload(void *arg, struct target *t, struct span text)
{
	buf_printf(&((struct fixture *)arg)->asked, "upload to %s: " SPAN_FMT "\n", t->name,
		   SPAN_ARG(text));
}

struct row {
	const char *typed, *asked, *noted; // noted NULL: nothing is
};

static void play(struct fixture *f, const struct screen_acts *screen, const struct row *rows,
		 size_t n)
{
	struct command_context c = {
		.model = f->m, .intents = &f->intents, .screen = screen, .now_ms = 2000};

	for (size_t i = 0; i < n; i++) {
		size_t before = f->m->current->log.count;
		buf_reset(&f->asked);
		command_typed(&c, f->m->current, span_of(rows[i].typed));
		bool is_noted = f->m->current->log.count > before;
		if (strcmp(buf_str(&f->asked), rows[i].asked) != 0 ||
		    is_noted != (rows[i].noted != NULL) ||
		    (is_noted && !note_says(f, rows[i].noted)))
			fail_msg("%s: %s" SPAN_FMT, rows[i].typed, buf_str(&f->asked),
				 SPAN_ARG(is_noted ? last_note(f) : SPAN("")));
	}
}

// A screen that does none of it.
static void what_a_screen_does_not_do_is_said(void **state)
{
	static const struct row rows[] = {
		{"/inbox", "act inbox\n", "/inbox needs the full screen"},
		{"/members", "act members\n", "0 in #den:"},
		{"/reply a7 x", "on a message reply\n", "/reply needs the full screen"},
		{"/2fa on", "on a message 2fa\n", "knows no second factor"},
		{"/act fold", "act fold\n", "there is no act fold; these are: fold"},
		{"/theme dark", "", "the theme is not kept: the disk is full"},
		{"/upload a.txt", "act upload\n", "/upload needs the full screen"},
		{"/bind F5 inbox", "", "/bind needs the full screen"},
	};
	struct fixture *f = *state;
	const struct screen_acts acts = {.arg = &f->asked,
					 .names = "fold",
					 .act = no_act,
					 .set_theme = theme,
					 .message_act = no_message_act};

	say(f->m, ":srv 353 ann = #den :bob");
	say(f->m, ":bob!b@h PART #den");
	f->intents.set = no_set;
	play(f, &acts, rows, ARRAY_LEN(rows));
	size_t before = f->m->current->log.count;
	static const struct row help = {"/help", "act help\n", "/"};
	play(f, &acts, &help, 1);
	assert_true(f->m->current->log.count > before + 20);
}

static void without_a_screen_it_is_needed(void **state)
{
	static const struct row rows[] = {
		{"/search cake", "", "/search needs the full screen"},
		{"/bind F5 inbox", "", "/bind needs the full screen"},
		{"/reply a7 x", "", "/reply needs the full screen"},
		{"/theme dark", "", "/theme needs the full screen"},
		{"/upload a.txt", "upload to #den: a.txt\n", NULL},
	};
	struct fixture *f = *state;

	f->intents.upload = upload;
	play(f, NULL, rows, ARRAY_LEN(rows));
}

static void what_is_mistyped_is_guessed_where_it_is_near(void **state)
{
	static const struct row rows[] = {
		{"/k", "", "there is no /k; nothing"},
		{"/zz", "", "there is no /zz; nothing"},
		{"/ki", "", "did you mean /kick?"},
		{"/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "", "; nothing was sent"},
	};
	struct fixture *f = *state;
	struct buf line = {0};

	play(f, NULL, rows, ARRAY_LEN(rows));
	buf_add_str(&line, "/raw ");
	memset(buf_space(&line, 9000), 'a', 9000);
	line.len += 9000;
	expect(f, buf_str(&line), "");
	assert_true(note_says(f, "not sent: the line is too long"));
	buf_clear(&line);
}

static void times_and_numbers_are_more_than_none(void **state)
{
	static const struct row rows[] = {
		{"/invite-link 0h", "", "not 0h"},
		{"/invite-link 1h", "INVITELINK ADD #den 1 1970-01-01T01:00:02.000Z\n", NULL},
		{"/invite-link list now", "", "not list"},
		{"/slow 1s", "MODE #den +W 1\n", NULL},
		{"/slow 0s", "", "not 0s"},
		{"/ignore bob 0h", "", "not 0h"},
		{"/ignore bob 1h", "QUIET ADD ignore bob 1970-01-01T01:00:02.000Z\n", NULL},
	};
	struct fixture *f = *state;

	say(f->m, ":srv CAP ann ACK :snug.chat/quiet");
	play(f, NULL, rows, ARRAY_LEN(rows));
}

static void what_is_muted_here_is_unmuted_here(void **state)
{
	struct fixture *f = *state;

	say(f->m, ":srv CAP ann ACK :snug.chat/quiet");
	f->m->current->muted = true;
	expect(f, "/mute 2h", "");
	assert_false(f->m->current->muted);
	// For so long instead of for ever.
	f->m->current->is_hushed = true;
	expect(f, "/mute 1h", "QUIET ADD mute #den 1970-01-01T01:00:02.000Z\n");
	expect(f, "/mute", "QUIET DEL mute #den\n");
	say(f->m, ":srv CAP ann DEL :snug.chat/quiet");
	f->m->current->is_hushed = false;
	expect(f, "/mute 2h", "");
	assert_false(f->m->current->muted);
	expect(f, "/mute", "");
	assert_true(f->m->current->muted);
}

static void elsewhere_than_in_a_room_is_said(void **state)
{
	static const char *const typed[] = {"/slow 1m", "/key tea", "/private", "/names"};
	struct fixture *f = *state;

	model_show(f->m, f->m->server);
	for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
		expect(f, typed[i], "");
		assert_true(note_says(f, "works in a room"));
	}
}

// '+' begins rooms on some servers, and modes everywhere.
static void a_plus_is_a_mode(void **state)
{
	struct fixture *f = *state;

	say(f->m, ":srv 005 ann CHANTYPES=#+ :are");
	expect(f, "/mode +m", "MODE #den +m\n");
	expect(f, "/mode #ops +m", "MODE #ops +m\n");
	expect(f, "/join +local", "JOIN +local\n");
}

static void rooms_that_are_there_are_only_shown(void **state)
{
	struct fixture *f = *state;

	expect(f, "/join #den", "");
	expect(f, "/join ops", "JOIN #ops\n");
	say(f->m, ":ann!a@h JOIN #pit");
	say(f->m, ":bob!b@h KICK #pit ann");
	model_show(f->m, target_find(f->m, SPAN("#pit")));
	expect(f, "/join #pit", "JOIN #pit\n");
	expect(f, "/part", "");
	assert_null(target_find(f->m, SPAN("#pit")));
}

static void names_say_who_is_here_and_who_is_not(void **state)
{
	struct fixture *f = *state;

	say(f->m, ":srv 353 ann = #den :@bob cem ann");
	expect(f, "/names", "");
	assert_true(span_eq(last_note(f), SPAN("3 in #den: ann @bob cem")));
	say(f->m, ":srv ABSENT #den :+dora");
	say(f->m, ":srv 366 ann #den :end");
	say(f->m, ":srv METADATA bob display-name * :Zo\u00eb");
	say(f->m, ":cem!c@h AWAY :lunch");
	say(f->m, ":dora!d@h AWAY :lunch");
	expect(f, "/names", "");
	assert_true(span_eq(last_note(f), SPAN("members who are not here: +dora")));
	const struct scrollback *log = &f->m->current->log;
	assert_true(span_eq(line_says(scrollback_at(log, log->count - 2)),
			    SPAN("3 in #den: ann @bob \"Zo\u00eb\" cem (away)")));
}

static void the_newest_message_is_read(void **state)
{
	struct fixture *f = *state;

	expect(f, "/read", "");
	say(f->m, "@time=1970-01-01T00:00:05.000Z;msgid=a :bob!b@h PRIVMSG #den :hi");
	expect(f, "/read", "read #den 5000\n");
	assert_int_equal(f->m->current->new_at, 5000);
	assert_int_equal(f->m->current->unread, 0);
}

static void a_query_is_for_one_or_for_several(void **state)
{
	struct fixture *f = *state;

	say(f->m, ":srv 353 ann = #den :bob cem");
	expect(f, "/query bob  cem", "say to bob: cem\n");
	expect(f, "/whois", "WHOIS bob\n");
	expect(f, "/query bob,cem hi", "say to bob,cem: hi\n");
	expect(f, "/query bob,cem", "TALK bob,cem\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_a_screen_does_not_do_is_said),
		TEST(without_a_screen_it_is_needed),
		TEST(what_is_mistyped_is_guessed_where_it_is_near),
		TEST(times_and_numbers_are_more_than_none),
		TEST(what_is_muted_here_is_unmuted_here),
		TEST(elsewhere_than_in_a_room_is_said),
		TEST(a_plus_is_a_mode),
		TEST(rooms_that_are_there_are_only_shown),
		TEST(names_say_who_is_here_and_who_is_not),
		TEST(the_newest_message_is_read),
		TEST(a_query_is_for_one_or_for_several),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
