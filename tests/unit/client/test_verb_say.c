// SPDX-License-Identifier: MIT
// snug send, edit, react, redact, read.
#include "tests/unit/client/verb.h"

#define STORED                                                                                 \
	"@label=$L;msgid=m1;time=2026-11-22T12:00:00.000Z;snug.chat/seq=7 :ann!a@h PRIVMSG $R"

static const struct verb_answer stores[] = {{"PRIVMSG ", STORED},
					    {"TAGMSG ", "$T:h ACK"},
					    {"REDACT ", "$T:h ACK"},
					    {"MARKREAD ", "$T:h ACK"},
					    {0}};

static void what_is_sent_is_stored_and_its_id_printed(void **state)
{
	struct verb_run *v = *state;
	v->answers = stores;
	verb_expect(v, SNUG(v, "", "send", "#den", "good", "day"), EXIT_OK, "m1\n", NULL);
	verb_expect_said(v, " PRIVMSG #den :good day\n");
	verb_expect(v, SNUG(v, "", "send", "--json", "#den", "day"), EXIT_OK,
		    "{\"v\":1,\"type\":\"stored\",\"id\":\"m1\",\"time\":\"2026-11-22T12:00:00."
		    "000Z\",\"target\":\"#den\",\"seq\":7}\n",
		    NULL);
	verb_expect(v,
		    SNUG(v, "", "send", "--me", "--id", "k7", "--reply", "m0", "#den", "waves"),
		    EXIT_OK, "m1\n", NULL);
	verb_expect_said(v, ";snug.chat/id=k7;+reply=m0 PRIVMSG #den :\1ACTION waves\1\n");
}

static void a_text_is_read_from_the_input(void **state)
{
	struct verb_run *v = *state;
	v->answers = stores;
	verb_expect(v, SNUG(v, "one\ntwo\n\n", "send", "#den"), EXIT_OK, "m1\nm1\n", NULL);
	verb_expect_said(v, " PRIVMSG #den :one\n");
	verb_expect_said(v, "-2 PRIVMSG #den :two\n");
	verb_expect(v, SNUG(v, "three", "send", "#den", "-"), EXIT_OK, "m1\n", NULL);
	verb_expect_said(v, " PRIVMSG #den :three\n");
	// A dash among words is a word.
	verb_expect(v, SNUG(v, "three", "send", "#den", "-", "four"), EXIT_OK, "m1\n", NULL);
	verb_expect_said(v, " PRIVMSG #den :- four\n");
}

static void what_is_no_text_is_not_sent(void **state)
{
	struct verb_run *v = *state;
	char *long_text = calloc(1, 1024 * 1024 + 2);
	memset(long_text, 'x', 1024 * 1024 + 1);
	verb_expect(v, SNUG(v, "\n", "send", "#den"), EXIT_USAGE, "",
		    "snug: there is no text\n");
	verb_expect(v, SNUG(v, "\xff", "send", "#den"), EXIT_USAGE, "",
		    "snug: the text is not UTF-8: nothing was sent\n");
	verb_expect(v, SNUG(v, long_text, "send", "#den"), EXIT_USAGE, "",
		    "snug: the text is longer than 1048576 bytes: nothing was sent; send it in "
		    "parts\n");
	// That is all that is wrong with it.
	assert_null(strstr(buf_str(&v->err), "there is no text"));
	verb_expect(v, SNUG(v, "", "edit", "--in", "#den", "m1"), EXIT_USAGE, "", "no text");
	assert_int_equal(v->server.n_accepted, 0);
	free(long_text);
}

// Behind the 64 KiB that were all it took once, and in one piece that has no line's end.
static void a_long_text_goes_out_whole_and_in_order(void **state)
{
	struct verb_run *v = *state;
	struct buf text = {0}, ids = {0};
	v->answers = stores;
	for (int i = 0; i < 2000; i++) {
		buf_printf(&text, "line %04d of a text that is as long as a log\n", i);
		buf_add_str(&ids, "m1\n");
	}
	verb_expect(v, SNUG(v, buf_str(&text), "send", "--id", "k7", "#den", "-"), EXIT_OK,
		    buf_str(&ids), NULL);
	const char *at = buf_str(&v->server.heard);
	for (int i = 0; i < 2000; i++) {
		char line[80];
		snprintf(line, sizeof(line), " PRIVMSG #den :line %04d of", i);
		at = strstr(at, line);
		if (!at)
			fail_msg("line %d is missing", i);
	}
	// Each has an id of its own, which is the same the next time.
	verb_expect_said(v, "snug.chat/id=k7 PRIVMSG #den :line 0000 ");
	verb_expect_said(v, "snug.chat/id=k7-2 PRIVMSG #den :line 0001 ");
	verb_expect_said(v, "snug.chat/id=k7.2 PRIVMSG #den :line 0364 ");
	buf_reset(&text);
	for (int i = 0; i < 20000; i++)
		buf_add_str(&text, "日");
	assert_int_equal(SNUG(v, buf_str(&text), "send", "#den", "-"), EXIT_OK);
	buf_clear(&text);
	buf_clear(&ids);
}

static void what_was_sent_before_a_refusal_is_told(void **state)
{
	static const struct verb_answer fills[] = {
		{"PRIVMSG #den :three", "$T:h FAIL PRIVMSG QUOTA #den :The room is full"},
		{"PRIVMSG ", STORED},
		{0}};
	static const struct verb_answer stops[] = {
		{"PRIVMSG #den :three", ""}, {"PRIVMSG ", STORED}, {0}};
	struct verb_run *v = *state;
	v->answers = fills;
	verb_expect(v, SNUG(v, "one\ntwo\nthree\n", "send", "#den"), EXIT_REFUSED, "m1\nm1\n",
		    "snug: 2 messages were stored before that\n");
	assert_null(strstr(buf_str(&v->err), "--id"));
	v->answers = stops;
	verb_expect(v, SNUG(v, "one\nthree\n", "send", "--id", "k9", "--timeout", "1", "#den"),
		    EXIT_UNKNOWN, "m1\n", "snug: 1 message was stored before that\n");
	verb_expect_part(v, &v->err, "the same text with --id k9 sends what is missing\n");
}

static void a_refusal_is_told_and_the_sign_of_a_room_is_hinted_at(void **state)
{
	static const struct verb_answer refuses[] = {
		{"PRIVMSG ", "$T:h 404 ann #den :You are muted"}, {0}};
	struct verb_run *v = *state;
	v->answers = refuses;
	verb_expect(v, SNUG(v, "", "send", "#den", "day"), EXIT_REFUSED, "",
		    "snug: You are muted\n");
	assert_null(strstr(buf_str(&v->err), "if a room is meant"));
	verb_expect(v, SNUG(v, "", "send", "den", "day"), EXIT_REFUSED, "",
		    "snug: if a room is meant, it is written '#den'\n");
}

static void no_answer_is_an_end_of_its_own(void **state)
{
	static const struct verb_answer silence[] = {{"PRIVMSG ", ""}, {0}};
	struct verb_run *v = *state;
	v->answers = silence;
	verb_expect(v, SNUG(v, "", "send", "--timeout", "1", "#den", "day"), EXIT_UNKNOWN, "",
		    "127.0.0.1 did not answer within 1 s");
}

static void a_message_is_named_by_its_place_and_id(void **state)
{
	struct verb_run *v = *state;
	v->answers = stores;
	verb_expect(v, SNUG(v, "", "react", "m1", "+"), EXIT_USAGE, "",
		    "say where the message stands: --in TARGET");
	verb_expect(v, SNUG(v, "", "redact", "m1"), EXIT_USAGE, "", "--in TARGET");
	verb_expect(v, SNUG(v, "", "edit", "m1", "cake"), EXIT_USAGE, "", "--in TARGET");
	verb_expect(v, SNUG(v, "", "react", "--in", "#den", "m1", "+"), EXIT_OK, "", NULL);
	verb_expect_said(v, ";+reply=m1;+draft/react=+ TAGMSG #den\n");
	verb_expect(v, SNUG(v, "", "redact", "--in", "#den", "m1"), EXIT_OK, "", NULL);
	verb_expect_said(v, " REDACT #den m1\n");
	verb_expect(v, SNUG(v, "", "redact", "--in", "#den", "m1", "a slip"), EXIT_OK, "",
		    NULL);
	verb_expect_said(v, " REDACT #den m1 :a slip\n");
	verb_expect(v, SNUG(v, "", "edit", "--in", "#den", "m1", "cake"), EXIT_OK, "m1\n",
		    NULL);
	verb_expect_said(v, ";+draft/edit=m1 PRIVMSG #den :cake\n");
	verb_expect(v, SNUG(v, "", "read", "#den"), EXIT_OK, "", NULL);
	verb_expect_said(v, " MARKREAD #den timestamp=2");
}

static void what_the_server_cannot_is_said(void **state)
{
	struct verb_run *v = *state;
	v->caps = VERB_PLAIN_CAPS;
	verb_expect(v, SNUG(v, "", "react", "--in", "#den", "m1", "+"), EXIT_REFUSED, "",
		    "this server knows no reactions");
	verb_expect(v, SNUG(v, "", "redact", "--in", "#den", "m1"), EXIT_REFUSED, "",
		    "this server takes no message back");
	verb_expect(v, SNUG(v, "", "edit", "--in", "#den", "m1", "x"), EXIT_REFUSED, "",
		    "this server knows no edits");
	verb_expect(v, SNUG(v, "", "read", "#den"), EXIT_REFUSED, "",
		    "this server keeps no read markers");
	// Without labels the PONG behind it tells that it was taken; there is no id then.
	verb_expect(v, SNUG(v, "", "send", "#den", "day"), EXIT_OK, "", NULL);
	verb_expect_said(v, "\nPRIVMSG #den :day\n");
}

static void an_edit_is_one_line_that_fits(void **state)
{
	struct verb_run *v = *state;
	char words[600];
	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	verb_expect(v, SNUG(v, "a\nb", "edit", "--in", "#den", "m1"), EXIT_USAGE, "",
		    "an edit is one line");
	verb_expect(v, SNUG(v, words, "edit", "--in", "#den", "m1"), EXIT_USAGE, "",
		    "no longer than a line can be");
}

#define NAMES "ann a b c d e f g h i j k l m n o p q r s"

static void a_crowd_is_called_by_who_says_yes(void **state)
{
	static const struct verb_answer crowd[] = {
		{"CAP END",
		 VERB_LOGIN "\r\n:ann!a@h JOIN #den\r\n:h 353 ann = #den :" NAMES
			    " t\r\n:h 366 ann #den :End\r\n:ann!a@h JOIN #nook\r\n"
			    ":h 353 ann = #nook :" NAMES "\r\n:h 366 ann #nook :End"},
		{"PRIVMSG ", STORED},
		{0}};
	struct verb_run *v = *state;

	v->answers = crowd;
	verb_expect(v, SNUG(v, "", "send", "#den", "@here", "cake"), EXIT_USAGE, "",
		    "snug: not sent: it tells all 21 of #den; say --yes if that is meant\n");
	assert_null(strstr(buf_str(&v->server.heard), "PRIVMSG"));
	verb_expect(v, SNUG(v, "", "send", "--yes", "#den", "@here", "cake"), EXIT_OK, "m1\n",
		    NULL);
	verb_expect_said(v, " PRIVMSG #den :@here cake\n");
	verb_expect(v, SNUG(v, "", "send", "#den", "here", "is", "cake"), EXIT_OK, "m1\n",
		    NULL);
	verb_expect(v, SNUG(v, "", "send", "#nook", "@room", "cake"), EXIT_OK, "m1\n", NULL);
}

static void what_the_server_notes_is_told(void **state)
{
	static const struct verb_answer notes[] = {
		{"PRIVMSG ", "@label=$L :h BATCH +l labeled-response\r\n"
			     "@batch=l;msgid=m1 :ann!a@h PRIVMSG $R\r\n"
			     "@batch=l :h NOTE PRIVMSG NOT_ALERTED #den :nobody was alerted\r\n"
			     ":h BATCH -l"},
		{0}};
	struct verb_run *v = *state;

	v->answers = notes;
	verb_expect(v, SNUG(v, "", "send", "#den", "@room", "cake"), EXIT_OK, "m1\n",
		    "snug: nobody was alerted\n");
}

static void whom_nothing_is_known_of_has_to_log_in(void **state)
{
	struct verb_run *v = *state;
	verb_expect(v, SNUG(v, "", "send", "#den", "day"), EXIT_LOGIN, "",
		    "no server is known yet");
	verb_expect(v, SNUG(v, "", "-p", "work", "send", "#den", "day"), EXIT_LOGIN, "",
		    "no server is known as work");
}

static void a_server_that_is_not_there_or_another_is_told_apart(void **state)
{
	struct verb_run *v = *state;
	scripted_make_key(&v->server);
	verb_expect(v, SNUG(v, "", "send", "#den", "day"), EXIT_KEY, "",
		    "shows another key than the one that was trusted: it shows sha256:");
	scripted_hide(&v->server);
	verb_expect(v, SNUG(v, "", "send", "#den", "day"), EXIT_UNREACHABLE, "",
		    "127.0.0.1 refused the connection");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_sent_is_stored_and_its_id_printed),
		TEST(a_text_is_read_from_the_input),
		TEST(what_is_no_text_is_not_sent),
		TEST(a_long_text_goes_out_whole_and_in_order),
		TEST(what_was_sent_before_a_refusal_is_told),
		TEST(a_refusal_is_told_and_the_sign_of_a_room_is_hinted_at),
		TEST(no_answer_is_an_end_of_its_own),
		TEST(a_message_is_named_by_its_place_and_id),
		TEST(what_the_server_cannot_is_said),
		TEST(an_edit_is_one_line_that_fits),
		TEST(a_crowd_is_called_by_who_says_yes),
		TEST(what_the_server_notes_is_told),
		TEST_NEW(whom_nothing_is_known_of_has_to_log_in),
		TEST(a_server_that_is_not_there_or_another_is_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
