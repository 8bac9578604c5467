// SPDX-License-Identifier: MIT
// What is done to single messages, by keys on a chosen one and by commands.
#include "client/faces.h"
#include "client/model/target.h"
#include "client/model/own.h"
#include "tests/unit/client/ui_fixture.h"

static void a_chosen_message_is_answered_and_removed(void **state)
{
	struct fixture *f = *state;
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=a1 :bob!b@h PRIVMSG #den :question?");
	say(f, ":srv CAP ann ACK :draft/message-redaction");
	settle(f);
	buf_reset(&f->asked);
	type(f, "\x1b");
	type(f, "r");
	type(f, "answer!\r");
	expect_asked(f, "message to #den: answer! (answers a1)\n");
	type(f, "\x1b");
	type(f, "d");
	expect_row(f, -2, "remove bob's message \"question?\"? [y/n]");
	expect_asked(f, "");
	type(f, "y");
	expect_asked(f, "remove a1 in #den\n");
	expect_row(f, -2, "removed once there is a connection: C-_ takes it back");
	type(f, "\x1b");
	type(f, "+");
	type(f, "party\r");
	expect_asked(f, "message to #den: 🎉 (reacts to a1)\n");
}

static void expect_no_redaction(struct fixture *f)
{
	assert_null(strstr(buf_str(&f->asked), "remove"));
	assert_int_equal(f->m->question.id, 0);
}

// Every way out of the question but "y", and a "y" that comes later.
static void what_is_not_confirmed_is_not_removed(void **state)
{
	static const char *const ways[] = {
		"n", "\x1b", "k", "q", "hello", "\r", "\x1b[200~y\x1b[201~"};
	struct fixture *f = *state;
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=a0 :bob!b@h PRIVMSG #den :before");
	say(f, "@time=2026-11-22T12:00:01.000Z;msgid=a1 :bob!b@h PRIVMSG #den :question?");
	say(f, ":srv CAP ann ACK :draft/message-redaction");
	settle(f);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		type(f, "\x1b");
		type(f, "d");
		expect_row(f, -2, "remove bob's message");
		type(f, ways[i]);
		expect_no_redaction(f);
		type(f, "y");
		expect_no_redaction(f);
		type(f, "\x1b");
		type(f, "\x1b");
		type(f, "\x03");
	}
	say(f, ":bob!b@h REDACT #den a1");
	type(f, "\x1b");
	type(f, "d");
	expect_row(f, -2, "that message was removed before");
	expect_no_redaction(f);
}

static void a_removal_is_taken_back_before_what_was_typed(void **state)
{
	struct fixture *f = *state;
	struct link_status online = {.state = LINK_ONLINE};
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=a1 :bob!b@h PRIVMSG #den :question?");
	say(f, ":srv CAP ann ACK :draft/message-redaction");
	model_set_link(f->m, &online);
	target_set_history(f->m, f->m->current, HISTORY_ALL);
	settle(f);
	buf_reset(&f->asked);
	type(f, "\x1b");
	type(f, "d");
	type(f, "y");
	expect_row(f, -2, "removed in 5 s: C-_ takes it back");
	expect_asked(f, "remove a1 in #den\n");
	f->has_removal = true;
	type(f, "half");
	type(f, "\x1f");
	expect_asked(f, "restore\n");
	expect_row(f, -2, "taken back: nothing is removed");
	expect_row(f, -1, "ann › half");
	// There is none any more: the line is what is undone.
	type(f, "\x1f");
	expect_asked(f, "");
	assert_false(row_holds(f, -1, "half"));
	f->has_removal = true;
	type(f, "\x1f");
	expect_asked(f, "restore any\n");
	// A server that cannot is asked nothing.
	say(f, ":srv CAP ann DEL :draft/message-redaction");
	type(f, "\x1b");
	type(f, "d");
	expect_row(f, -2, "this server cannot remove messages");
}

static void over_a_draft_esc_d_is_a_word_less(void **state)
{
	struct fixture *f = *state;
	say(f, "@msgid=a1 :bob!b@h PRIVMSG #den :question?");
	say(f, ":srv CAP ann ACK :draft/message-redaction");
	type(f, "one two\x01");
	type(f, "\x1b");
	type(f, "d");
	expect_no_redaction(f);
	expect_row(f, -1, "ann ›  two");
	type(f, "y");
	expect_no_redaction(f);
}

// A long name and text leave the answers in sight.
static void the_question_keeps_its_answers_in_sight(void **state)
{
	struct fixture *f = *state;
	say(f, "@msgid=a1 :somebodywithaverylongnameindeed!b@h PRIVMSG #den :a text that is so "
	       "long that it would fill the row and more than the row with all its words");
	say(f, ":srv CAP ann ACK :draft/message-redaction");
	type(f, "\x1b");
	type(f, "d");
	expect_row(f, -2, "remove somebodywithaver...'s message \"a text that is so long");
	expect_row(f, -2, "...\"? [y/n]");
}

// Two of bob's, two of ann's; commands go to command_typed as the program does it.
static void talk(struct fixture *f)
{
	say(f, ":srv CAP ann ACK :draft/message-redaction");
	say(f,
	    "@time=2026-11-22T12:00:00.000Z;msgid=b1 :bob!b@h PRIVMSG #den :see https://x.example");
	say(f, "@time=2026-11-22T12:00:01.000Z;msgid=a1 :ann!a@h PRIVMSG #den :helo all");
	say(f, "@time=2026-11-22T12:00:02.000Z;msgid=b2 :bob!b@h PRIVMSG #den :hello");
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

static void an_own_message_is_edited(void **state)
{
	struct fixture *f = *state;
	talk(f);
	type(f, "half a dr");
	type(f, "\x1b");
	type(f, "k");
	type(f, "e");
	expect_row(f, -1, "edit › helo all");
	type(f, "\x01\x06\x06\x06l\r");
	expect_asked(f, "message to #den: hello all (edits a1)\n");
	expect_row(f, -1, "ann ›");
	// The draft that stood there is in the kill ring.
	type(f, "\x19");
	expect_row(f, -1, "ann › half a dr");
	say(f,
	    "@time=2026-11-22T12:00:03.000Z;msgid=a2;+draft/edit=a1 :ann!a@h PRIVMSG #den :hello all");
	settle(f);
	expect_row(f, 19, "hello all (edited)");
}

static void escape_and_another_room_end_an_edit(void **state)
{
	struct fixture *f = *state;
	talk(f);
	command(f, "/edit");
	expect_row(f, -1, "edit › helo all");
	type(f, "\x1b");
	expect_row(f, -1, "ann ›");
	assert_null(strstr(buf_str(&f->asked), "message"));
	command(f, "/edit");
	command(f, "/query bob");
	command(f, "/query #den");
	// It would go out as a new message.
	type(f, "new\r");
	assert_non_null(strstr(buf_str(&f->asked), "typed in #den: new\n"));
}

static void what_is_not_ones_own_is_not_edited(void **state)
{
	struct fixture *f = *state;
	talk(f);
	type(f, "\x1b");
	type(f, "e");
	expect_row(f, -2, "only your own messages can be edited");
	expect_row(f, -1, "ann ›");
}

static void commands_take_the_newest_message_that_fits(void **state)
{
	struct fixture *f = *state;
	talk(f);
	command(f, "/reply so be it");
	expect_asked(f, "message to #den: so be it (answers b2)\n");
	command(f, "/react :tada:");
	expect_asked(f, "message to #den: 🎉 (reacts to b2)\n");
	command(f, "/react \\o/");
	expect_asked(f, "message to #den: \\o/ (reacts to b2)\n");
	command(f, "/edit hello, all");
	expect_asked(f, "message to #den: hello, all (edits a1)\n");
	command(f, "/redact");
	expect_row(f, -2, "remove your message \"helo all\"? [y/n]");
	type(f, "y");
	expect_asked(f, "remove a1 in #den\n");
	command(f, "/open");
	expect_row(f, -4, "https://x.example");
	command(f, "/reply");
	expect_row(f, -1, "reply ›");
	type(f, "\x1b");
}

static void commands_take_the_message_that_is_named(void **state)
{
	struct fixture *f = *state;
	talk(f);
	say(f, "@+draft/reply=a1;+draft/react=👍 :bob!b@h TAGMSG #den");
	command(f, "/reply b1 so be it");
	expect_asked(f, "message to #den: so be it (answers b1)\n");
	command(f, "/edit b1 his");
	expect_row(f, -2, "only your own messages can be edited");
	command(f, "/redact nope");
	expect_row(f, -2, "no message here has this id");
	command(f, "/redact b1");
	expect_row(f, -2, "remove bob's message");
	type(f, "n");
	command(f, "/reactions a1");
	expect_row(f, -2, "👍 bob");
	command(f, "/reactions b1");
	expect_row(f, -2, "nobody reacted to it");
	expect_asked(f, "");
}

static void a_message_is_reported_with_a_reason(void **state)
{
	struct fixture *f = *state;
	talk(f);
	type(f, "half a dr");
	type(f, "\x1b");
	type(f, "!");
	expect_row(f, -1, "report, because ›");
	expect_asked(f, "");
	type(f, "he /shouts\r");
	expect_asked(f, "raw PRIVMSG ChanServ :REPORT #den b2 he /shouts\n");
	expect_row(f, -2, "sent to ChanServ: it answers");
	expect_row(f, -1, "ann ›");
	command(f, "/report rude");
	expect_asked(f, "raw PRIVMSG ChanServ :REPORT #den b2 rude\n");
	// Neither Esc nor another room leaves anything that would be said aloud.
	command(f, "/report");
	type(f, "he is\x1b");
	expect_row(f, -1, "ann ›");
	command(f, "/report");
	type(f, "he is");
	command(f, "/query bob");
	command(f, "/query #den");
	expect_row(f, -1, "ann ›");
	assert_null(strstr(buf_str(&f->asked), "he is"));
	// One's own is not, nor what was said to nobody else.
	type(f, "\x1b");
	type(f, "k");
	type(f, "!");
	expect_row(f, -2, "that message is your own: remove it");
	type(f, "\x1b");
	say(f, "@msgid=p1 :bob!b@h PRIVMSG ann :psst");
	command(f, "/query bob");
	command(f, "/report rude");
	expect_row(f, -2, "only messages of a room have moderators");
	assert_null(strstr(buf_str(&f->asked), "REPORT"));
}

static void without_a_message_they_say_so(void **state)
{
	struct fixture *f = *state;
	command(f, "/edit");
	expect_row(f, -2, "there is no message of yours here");
	command(f, "/reply x");
	expect_row(f, -2, "there is no message of somebody else here");
	command(f, "/open");
	expect_row(f, -2, "there is no link here");
	expect_asked(f, "");
}

static void the_inbox_shows_answers_and_reactions(void **state)
{
	struct fixture *f = *state;
	talk(f);
	say(f,
	    "@time=2026-11-22T12:00:04.000Z;msgid=b3;+draft/reply=a1 :bob!b@h PRIVMSG #den :sure");
	say(f, "@+draft/reply=a1;+draft/react=👍 :bob!b@h TAGMSG #den");
	type(f, "\x1bi");
	expect_row(f, -5, "#den bob: sure");
	expect_row(f, -4, "#den 👍 1 ann: helo all");
}

static void what_a_key_does_is_a_command_too(void **state)
{
	struct fixture *f = *state;
	struct buf row = {0};
	expect_row(f, 1, "Inbox");
	command(f, "/act targets");
	vt_text(&f->vt, 1, &row);
	assert_string_equal(buf_str(&row), "");
	buf_clear(&row);
	command(f, "/act help");
	expect_row(f, 3, "Enter");
	type(f, "\x1b");
	command(f, "/act fly");
	const struct scrollback *log = &f->m->current->log;
	struct span note = line_says(scrollback_at(log, log->count - 1));
	assert_true(span_starts(note,
				SPAN("there is no act fly; these are: send newline complete")));
	// What needs a chosen message does nothing without one.
	command(f, "/act chosen_redact");
	assert_null(strstr(buf_str(&f->asked), "remove"));
}

static void a_few_letters_find_a_command(void **state)
{
	struct fixture *f = *state;
	type(f, "\x1bg"
		"topi");
	expect_row(f, -4, "/topic");
	type(f, "\r");
	expect_row(f, -1, "ann › /topic");
	expect_asked(f, "");
}

// The frame before showed lines of a room that is gone when the key comes.
static void a_message_is_chosen_in_what_is_left(void **state)
{
	struct fixture *f = *state;
	say(f, "@msgid=c1 :bob!b@h PRIVMSG ann :are you there?");
	talk(f);
	say(f, ":ann!a@h PART #den");
	assert_string_equal(f->m->current->name, "bob");
	type(f, "\x1bOQ");
	expect_row(f, -2, "r reply");
	type(f, "r");
	type(f, "yes\r");
	assert_non_null(strstr(buf_str(&f->asked), "message to bob: yes (answers c1)\n"));
}

// Acts that wait for the server say what they are, and of which message.
static void what_is_done_offline_is_shown_waiting(void **state)
{
	struct fixture *f = *state;
	struct target *t = f->m->current;

	talk(f);
	own_add(f->m, t, 1, LINE_TOPIC, SPAN("tea"), SPAN("cake"), 1000, OWN_QUEUED);
	own_add(f->m, t, 2, LINE_REMOVAL, SPAN(""), SPAN("a1"), 1000, OWN_QUEUED);
	own_add(f->m, t, 3, LINE_REACTION, SPAN("+1"), SPAN("b2"), 1000, OWN_QUEUED);
	settle(f);
	expect_row(f, -4, "reacts with +1");
	expect_row(f, -4, "queued");
	expect_row(f, -5, "bob: hello");
	expect_row(f, -6, "removes the message");
	expect_row(f, -7, "ann: helo all");
	expect_row(f, -8, "changes the topic to: tea");
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	const struct CMUnitTest tests[] = {
		TEST(a_chosen_message_is_answered_and_removed),
		TEST(what_is_not_confirmed_is_not_removed),
		TEST(a_removal_is_taken_back_before_what_was_typed),
		TEST(over_a_draft_esc_d_is_a_word_less),
		TEST(the_question_keeps_its_answers_in_sight),
		TEST(an_own_message_is_edited),
		TEST(escape_and_another_room_end_an_edit),
		TEST(what_is_not_ones_own_is_not_edited),
		TEST(commands_take_the_newest_message_that_fits),
		TEST(commands_take_the_message_that_is_named),
		TEST(a_message_is_reported_with_a_reason),
		TEST(without_a_message_they_say_so),
		TEST(the_inbox_shows_answers_and_reactions),
		TEST(what_a_key_does_is_a_command_too),
		TEST(a_few_letters_find_a_command),
		TEST(a_message_is_chosen_in_what_is_left),
		TEST(what_is_done_offline_is_shown_waiting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
