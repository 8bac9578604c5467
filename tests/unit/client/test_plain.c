// SPDX-License-Identifier: MIT
// A line of --plain says all of a message in words.
#include "tests/unit/client/plain_fixture.h"

#include "common/clock.h"

static void plain_lines_tell_who_is_shown_as_what(void **state)
{
	struct fixture *f = *state;
	struct buf out = {0};
	say(f->m, ":srv METADATA bob display-name * :Zo\u00eb");
	say(f->m, "@msgid=a :bob!b@h PRIVMSG ann :psst");
	struct target *t = target_find(f->m, SPAN("bob"));
	plain_line(&out, f->m, t, last(t), NULL);
	assert_non_null(strstr(buf_str(&out), " Zo\u00eb Zo\u00eb: psst\n"));
	say(f->m, ":srv METADATA cem display-name * :zo\u00eb");
	say(f->m, "@msgid=b :cem!b@h PRIVMSG #den :\1ACTION waves\1");
	buf_reset(&out);
	plain_line(&out, f->m, den(f), last(den(f)), NULL);
	assert_non_null(strstr(buf_str(&out), " #den * zo\u00eb (cem) waves\n"));
	say(f->m, ":srv METADATA cem display-name * :\u202ezo\u00eb");
	buf_reset(&out);
	plain_line(&out, f->m, den(f), last(den(f)), NULL);
	assert_non_null(strstr(buf_str(&out), " #den * cem waves\n"));
	buf_clear(&out);
}

// Lines of other days have their day above them.
static void what_was_said_on_other_days_is_dated(void **state)
{
	struct fixture *f = *state;
	struct intents none = {0};
	struct loop *loop = loop_new();
	int in[2], out[2];
	char printed[1000] = "", line[200], now[CLOCK_TEXT_LEN + 1];

	setenv("TZ", "UTC", 1);
	tzset();
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	struct plain *p = plain_new(loop, f->m, &none, in[0], out[1]);
	plain_set_handles(p, false);
	say(f->m, "@time=2026-01-04T12:05:00.000Z;msgid=a :bob!b@h PRIVMSG #den :one");
	say(f->m, "@time=2026-01-04T12:06:00.000Z;msgid=b :bob!b@h PRIVMSG #den :two");
	clock_text(clock_wall_ms(), now);
	snprintf(line, sizeof(line), "@time=%s;msgid=c :bob!b@h PRIVMSG #den :three", now);
	say(f->m, line);
	plain_free(p);
	close(out[1]);
	assert_true(read(out[0], printed, sizeof(printed) - 1) > 0);
	const char old[] = "--- Sun 4 Jan 2026\n12:05 #den bob: one\n12:06 #den bob: two\n--- ";
	assert_memory_equal(printed, old, sizeof(old) - 1);
	assert_non_null(strstr(printed, " #den bob: three\n"));
	close(out[0]);
	close(in[0]);
	close(in[1]);
	loop_free(loop);
}

static void messages_have_names_by_which_they_are_meant(void **state)
{
	struct lines *w = begin(*state);
	talk(w);
	assert_string_equal(printed(w), "12:05 #den bob: see https://wiki/x ok [a1]\n"
					"12:06 #den ann: mine [a2]\n"
					"12:07 cem cem: psst [a3]\n");
	act(w, "reply", "a1 yes");
	act(w, "reply", "[A3] later");
	act(w, "reply", "to the newest");
	act(w, "edit", "a2 ours");
	act(w, "edit", "yours");
	act(w, "react", "a3 :tada:");
	act(w, "report", "a1 he is rude");
	expect_asked(w, "say in #den to i1: yes\n"
			"say in cem to i3: later\n"
			"say in #den to i1: to the newest\n"
			"edit in #den to i2: ours\n"
			"edit in #den to i2: yours\n"
			"react in cem to i3: \xf0\x9f\x8e\x89\n"
			"PRIVMSG ChanServ :REPORT #den i1 he is rude\n");
	assert_string_equal(printed(w), "sent to ChanServ: it answers whether the moderators "
					"were told\n");
	act(w, "open", "a1");
	assert_string_equal(printed(w), "https://wiki/x\n");
	assert_false(plain_message_act(w->p, SPAN("frobnicate"), SPAN("a1")));
	end(w);
}

static void messages_are_saved_and_listed_by_their_names(void **state)
{
	struct lines *w = begin(*state);
	talk(w);
	say(w->f->m, ":srv CAP ann ACK :snug.chat/saved");
	(void)printed(w);
	act(w, "save", "a1");
	expect_asked(w, "SAVED ADD #den i1\n");
	say(w->f->m, ":srv SAVED ADD #den i1 2026-11-22T12:05:00.000Z");
	say(w->f->m, ":srv SAVED ADD #den i0 2026-11-22T12:01:00.000Z");
	(void)printed(w);
	assert_true(plain_act(w->p, SPAN("saved")));
	assert_string_equal(printed(w), "Saved, the newest last:\n#den, Sun 22 Nov 2026 12:01: "
					"not loaded, /goto a4 loads it\n"
					"12:05 #den bob: see https://wiki/x ok [a1]\n");
	end(w);
}

static void what_names_no_message_or_the_wrong_one_does_nothing(void **state)
{
	struct lines *w = begin(*state);
	talk(w);
	(void)printed(w);
	act(w, "reply", "b7 yes");
	assert_string_equal(printed(w), "No message is called b7 (any more).\n");
	act(w, "edit", "a1 his");
	assert_string_equal(printed(w), "only your own messages can be edited\n");
	act(w, "redact", "it");
	assert_string_equal(printed(w),
			    "/redact takes the name behind a message, as in /redact a7\n");
	act(w, "reply", "a1");
	assert_string_equal(printed(w), "/reply a7 TEXT: TEXT is missing\n");
	act(w, "open", "a2");
	assert_string_equal(printed(w), "there is no link in it\n");
	act(w, "reactions", "");
	assert_string_equal(printed(w), "nobody reacted to anything here\n");
	act(w, "report", "a3 he is rude");
	assert_string_equal(printed(w), "only messages of a room have moderators to report "
					"them to\n");
	say(w->f->m, ":bob!b@h REDACT #den i1");
	assert_string_equal(printed(w), "12:05 #den bob: (message removed) [a1]\n");
	act(w, "react", "a1 x");
	assert_string_equal(printed(w), "that message was removed\n");
	expect_asked(w, "");
	end(w);
}

static void a_code_is_given_behind_its_letter(void **state)
{
	struct lines *w = begin(*state);
	model_ask(w->f->m, QUESTION_CODE, SPAN("the login wants a code"), "cn");
	assert_string_equal(printed(w), "Question: the login wants a code (type: c and the "
					"code) [c/n]\n");
	type_line(w, "c\n");
	assert_string_equal(printed(w), "the code is missing: type c and the code\n");
	expect_asked(w, "");
	type_line(w, "c 524891\n");
	expect_asked(w, "prove 10 524891\n");
	model_ask(w->f->m, QUESTION_CODE, SPAN("the login wants a code"), "cn");
	type_line(w, "n\n");
	expect_asked(w, "answer 10 n\n");
	type_line(w, "c 524891\n"); // nobody asks any more
	expect_asked(w, "typed in #den: c 524891\n");
	end(w);
}

static void a_removal_is_asked_about_in_words(void **state)
{
	struct lines *w = begin(*state);
	talk(w);
	(void)printed(w);
	act(w, "redact", "a1");
	assert_string_equal(
		printed(w),
		"Question: remove bob's message \"see https://wiki/x ok\"? [y/n]\n");
	type_line(w, "y\n");
	expect_asked(w, "remove i1 in #den\n");
	act(w, "redact", "");
	(void)printed(w);
	// What is no answer is said, and takes the question back.
	type_line(w, "yes\ny\n");
	expect_asked(w, "typed in #den: yes\ntyped in #den: y\n");
	assert_string_equal(printed(w), "nothing was removed\n");
	end(w);
}

static void answers_edits_and_reactions_name_what_they_are_about(void **state)
{
	struct lines *w = begin(*state);
	talk(w);
	(void)printed(w);
	say(w->f->m, "@time=2026-11-22T12:08:00.000Z;msgid=i4;+reply=i1 "
		     ":cem!c@h PRIVMSG #den :sure");
	say(w->f->m, "@time=2026-11-22T12:09:00.000Z;msgid=i5;+reply=gone "
		     ":cem!c@h PRIVMSG #den :what");
	say(w->f->m, "@time=2026-11-22T12:10:00.000Z;msgid=i6;+draft/edit=i1 "
		     ":bob!b@h PRIVMSG #den :see it");
	assert_string_equal(printed(w), "12:08 #den cem: (to a1) sure [a4]\n"
					"12:09 #den cem: (to an older message) what [a5]\n"
					"12:10 #den bob edited: see it [a1]\n");
	say(w->f->m, "@+reply=i2;+draft/react=\xf0\x9f\x91\x8d :bob!b@h TAGMSG #den");
	say(w->f->m, "@+reply=i2;+draft/react=\xf0\x9f\x91\x8d :cem!b@h TAGMSG #den");
	assert_non_null(strstr(printed(w), " #den cem reacts \xf0\x9f\x91\x8d to a2\n"));
	act(w, "reactions", "a2");
	assert_string_equal(printed(w), "Reactions: \xf0\x9f\x91\x8d bob, cem\n");
	say(w->f->m, "@+reply=i2;+draft/unreact=\xf0\x9f\x91\x8d :bob!b@h TAGMSG #den");
	assert_non_null(strstr(printed(w), " bob takes back \xf0\x9f\x91\x8d from a2\n"));
	// What was reacted before is told by nobody in passing.
	say(w->f->m, ":srv BATCH +h chathistory #den");
	say(w->f->m, "@batch=h;+reply=i2;+draft/react=x :bob!b@h TAGMSG #den");
	say(w->f->m, ":srv BATCH -h");
	assert_string_equal(printed(w), "");
	assert_true(plain_act(w->p, SPAN("inbox")));
	assert_string_equal(printed(w), "Inbox, the newest last:\n"
					"12:06 #den ann: mine [a2]\n"
					"Reactions: \xf0\x9f\x91\x8d cem; x bob\n"
					"12:07 cem cem: psst [a3]\n");
	end(w);
}

static void without_names_lines_are_as_they_were_said(void **state)
{
	struct lines *w = begin(*state);
	plain_set_handles(w->p, false);
	talk(w);
	say(w->f->m, "@time=2026-11-22T12:08:00.000Z;msgid=i4;+reply=i1 "
		     ":cem!c@h PRIVMSG #den :sure");
	assert_string_equal(printed(w),
			    "12:05 #den bob: see https://wiki/x ok\n"
			    "12:06 #den ann: mine\n12:07 cem cem: psst\n"
			    "12:08 #den cem: (to \"see https://wiki/x ok\") sure\n");
	end(w);
}

static void what_is_found_has_names_and_is_gone_to(void **state)
{
	struct lines *w = begin(*state);
	say(w->f->m, AT("12:05", "i1") ":bob!b@h PRIVMSG #den :here");
	assert_string_equal(printed(w), "12:05 #den bob: here [a1]\n");
	plain_search(w->p, SPAN("wiki"));
	assert_string_equal(printed(w), "this server cannot search\n");
	say(w->f->m, ":srv CAP ann ACK :soju.im/search batch");
	plain_search(w->p, SPAN("the wiki"));
	expect_asked(w, "SEARCH limit=100;text=the\\swiki\n");
	say(w->f->m, ":srv BATCH +s soju.im/search");
	say(w->f->m, "@batch=s;time=2026-11-20T10:00:00.000Z;msgid=o1 "
		     ":bob!b@h PRIVMSG #den :the wiki is up");
	say(w->f->m, ":srv BATCH -s");
	assert_string_equal(printed(w), "Found on the server, 1:\n"
					"10:00 #den bob: the wiki is up [a2]\n");
	act(w, "reply", "a2 at last");
	act(w, "open", "a2");
	assert_string_equal(printed(w),
			    "that message is not loaded: /goto and its name loads it\n");
	assert_true(plain_go(w->p, SPAN("a2")));
	expect_asked(w, "say in #den to o1: at last\nseek o1 in #den\n");
	say(w->f->m, ":srv BATCH +h chathistory #den");
	say(w->f->m, "@batch=h;time=2026-11-20T10:00:00.000Z;msgid=o1 "
		     ":bob!b@h PRIVMSG #den :the wiki is up");
	say(w->f->m, "@batch=h;time=2026-11-20T10:01:00.000Z;msgid=o2 "
		     ":cem!c@h PRIVMSG #den :fine");
	say(w->f->m, ":srv BATCH -h");
	// Printed once, when the place is there.
	assert_string_equal(printed(w), "");
	model_sought(w->f->m, den(*state), scrollback_at(&den(*state)->log, 0), SOUGHT_HERE);
	const char *place = printed(w);
	assert_memory_equal(place, "10:00 #den bob: the wiki is up [a2]\n", 36);
	assert_non_null(strstr(place, "10:01 #den cem: fine [a3]\n"));
	model_sought(w->f->m, den(*state), NULL, SOUGHT_OFFLINE);
	assert_string_equal(printed(w), "that is not loaded, and there is no connection\n");
	assert_false(plain_go(w->p, SPAN("#ops")));
	assert_true(plain_go(w->p, SPAN("2026-11-20 10:00")));
	assert_true(plain_go(w->p, SPAN("abcdefgh1234")));
	expect_asked(w, "seek 1795168800000 in #den\nseek abcdefgh1234 in #den\n");
	assert_true(plain_go(w->p, SPAN("b7")));
	assert_string_equal(printed(w), "No message is called b7 (any more).\n");
	say(w->f->m, ":srv BATCH +s soju.im/search");
	say(w->f->m, ":srv BATCH -s");
	assert_string_equal(printed(w), "Nothing was found.\n");
	end(w);
}

static void a_muted_room_waits_until_one_goes_there(void **state)
{
	struct lines *w = begin(*state);
	say(w->f->m, ":ann!a@h JOIN #loud");
	(void)printed(w);
	struct target *loud = target_find(w->f->m, SPAN("#loud"));
	model_show(w->f->m, den(*state));
	loud->muted = true;
	// Later than when we came, which is now.
	say(w->f->m, "@time=2036-11-22T12:05:00.000Z;msgid=l1 :bob!b@h PRIVMSG #loud :noise");
	assert_string_equal(printed(w), "");
	model_show(w->f->m, loud);
	assert_string_equal(printed(w), "Now in #loud\n12:05 #loud bob: noise [a1]\n");
	say(w->f->m, "@time=2036-11-22T12:06:00.000Z;msgid=l2 :bob!b@h PRIVMSG #loud :more");
	assert_string_equal(printed(w), "12:06 #loud bob: more [a2]\n");
	assert_int_equal(loud->unread, 0);
	// Nobody knows whether a pipe has a reader.
	expect_asked(w, "");
	end(w);
}

static void names_are_given_again_late_and_mean_the_newest(void **state)
{
	(void)state;
	struct handles h = {0};
	for (size_t i = 0; i <= HANDLES_MAX; i++) {
		char id[16];
		snprintf(id, sizeof(id), "i%zu", i);
		handles_need(&h, 1, span_of(id));
	}
	assert_string_equal(handles_find(&h, SPAN("a1"))->id, "i2277");
	assert_string_equal(handles_find(&h, SPAN("z99"))->id, "i2276");
	assert_string_equal(handles_find(&h, SPAN("a2"))->id, "i1");
	assert_null(handles_of(&h, SPAN("i0")));
	assert_true(handles_is_name(SPAN("[a7]")) && handles_is_name(SPAN("Z12")));
	const char *const none[] = {"", "a", "7", "a07", "a100", "ab1", "[a7", "o7", "a7."};
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		assert_false(handles_is_name(span_of(none[i])));
	handles_clear(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain_lines_tell_who_is_shown_as_what),
		TEST(what_was_said_on_other_days_is_dated),
		TEST(messages_have_names_by_which_they_are_meant),
		TEST(messages_are_saved_and_listed_by_their_names),
		TEST(what_names_no_message_or_the_wrong_one_does_nothing),
		TEST(a_code_is_given_behind_its_letter),
		TEST(a_removal_is_asked_about_in_words),
		TEST(answers_edits_and_reactions_name_what_they_are_about),
		TEST(without_names_lines_are_as_they_were_said),
		TEST(what_is_found_has_names_and_is_gone_to),
		TEST(a_muted_room_waits_until_one_goes_there),
		TEST(names_are_given_again_late_and_mean_the_newest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
