// SPDX-License-Identifier: MIT
// What commands do in line mode, and why some do nothing.
#include "tests/unit/client/plain_fixture.h"

#include "client/model/hush.h"
#include "client/model/line_file.h"

static void set_link(struct lines *w, enum link_state state)
{
	struct link_status s = {.state = state};

	model_set_link(w->f->m, &s);
	(void)printed(w);
}

struct act_row {
	const char *name, *text;
	const char *asked, *says;
};

static void play(struct lines *w, const struct act_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		act(w, rows[i].name, rows[i].text);
		if (strcmp(buf_str(&w->asked), rows[i].asked) != 0)
			fail_msg("/%s %s asks: %s", rows[i].name, rows[i].text,
				 buf_str(&w->asked));
		buf_reset(&w->asked);
		const char *said = printed(w);
		if (strcmp(said, rows[i].says) != 0)
			fail_msg("/%s %s says: %s", rows[i].name, rows[i].text, said);
	}
}

static void each_act_asks_or_says_why_not(void **state)
{
	static const struct act_row rows[] = {
		{"edit", "a2", "", "/edit a7 TEXT: TEXT is missing\n"},
		{"react", "a1", "", "/react a7 EMOJI: EMOJI is missing\n"},
		{"report", "a1", "", "/report a7 REASON: REASON is missing\n"},
		{"get", "a1", "", "there is no file in it\n"},
		{"get", "a4 /tmp", "get #den i4 \"/tmp\"\n", ""},
		{"get", "", "get #den i4 \"\"\n", ""},
		{"open", "", "get #den i4 \"\" opens\n", ""},
		{"open", "a1", "", "https://wiki/x\n"},
		{"open", "a5", "", "https://w\xd1\x96ki/ xn--wki-jhd\nhttps://other/\n"},
		{"open", "x", "", "/open takes the name behind a message, as in /open a7\n"},
		{"reactions", "a1", "", "nobody reacted to it\n"},
		{"save", "a1", "", "this server keeps no list of saved messages\n"},
	};
	struct lines *w = begin(*state);

	w->f->m->read_file = line_file_read;
	say(w->f->m, ":srv 005 ann draft/FILEHOST=https://h/f :are");
	talk(w);
	say(w->f->m, "@time=2026-11-22T12:08:00.000Z;msgid=i4;snug.chat/file=f1 "
		     ":cem!c@h PRIVMSG #den :look");
	say(w->f->m, AT("12:04", "i5") ":bob!b@h PRIVMSG #den :https://w\xd1\x96ki/ "
				       "https://other/");
	(void)printed(w);
	play(w, rows, ARRAY_LEN(rows));
	end(w);
}

static void without_a_connection_it_is_said(void **state)
{
	static const struct act_row rows[] = {
		{"report", "a1 rude", "", "not sent: there is no connection\n"},
		{"save", "a1", "", "not saved, nor let go: there is no connection\n"},
	};
	struct lines *w = begin(*state);

	talk(w);
	say(w->f->m, ":srv CAP ann ACK :snug.chat/saved soju.im/search");
	(void)printed(w);
	w->is_offline = true;
	play(w, rows, ARRAY_LEN(rows));
	plain_search(w->p, SPAN("wiki"));
	assert_string_equal(printed(w), "searching the server needs a connection\n");
	end(w);
}

static void a_removal_waits_for_a_connection(void **state)
{
	static const struct {
		enum link_state state;
		const char *caps, *answer, *asked, *says;
	} rows[] = {
		{LINK_ONLINE, "", NULL, "", "this server cannot remove messages\n"},
		{LINK_OFFLINE, "", "y", "remove i1 in #den\n",
		 "removed once there is a connection: /restore takes it back\n"},
		{LINK_OFFLINE, "", "n", "", "nothing was removed\n"},
		{LINK_ONLINE, ":srv CAP ann ACK :draft/message-redaction", "y",
		 "remove i1 in #den\n", "removed in 5 s: /restore takes it back\n"},
	};
	struct lines *w = begin(*state);

	talk(w);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		set_link(w, rows[i].state);
		if (rows[i].caps[0])
			say(w->f->m, rows[i].caps);
		act(w, "redact", "a1");
		if (rows[i].answer) {
			(void)printed(w);
			model_ask_done(w->f->m, PLAIN_REDACT);
			plain_redact_answer(w->p, rows[i].answer[0] == 'y');
		}
		expect_asked(w, rows[i].asked);
		assert_string_equal(printed(w), rows[i].says);
	}
	// Its place may be gone meanwhile.
	act(w, "redact", "a3");
	(void)printed(w);
	model_ask_done(w->f->m, PLAIN_REDACT);
	target_remove(w->f->m, target_find(w->f->m, SPAN("cem")));
	plain_redact_answer(w->p, true);
	expect_asked(w, "");
	assert_string_equal(printed(w), "nothing was removed\n");
	act(w, "reply", "a3 late");
	assert_string_equal(printed(w), "No message is called a3 (any more).\n");
	end(w);
}

static void each_list_says_when_it_is_empty(void **state)
{
	struct lines *w = begin(*state);
	static const char *const rows[][2] = {
		{"inbox", "The inbox is empty.\n"},
		{"saved", "this server keeps no list of saved messages\n"},
		{"search", "/search WORDS: what is searched for is missing\n"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(plain_act(w->p, span_of(rows[i][0])));
		assert_string_equal(printed(w), rows[i][1]);
	}
	assert_true(plain_act(w->p, SPAN("go_to")));
	assert_non_null(strstr(printed(w), "/goto PLACE: "));
	assert_false(plain_act(w->p, SPAN("dance")));
	say(w->f->m, ":srv CAP ann ACK :snug.chat/saved");
	assert_true(plain_act(w->p, SPAN("saved")));
	assert_string_equal(printed(w), "Nothing is saved: /save a7 saves a message.\n");
	// A letter is the name of a message where names are given, else its id is said.
	plain_set_handles(w->p, false);
	say(w->f->m, ":srv SAVED ADD #den o1 2026-11-22T12:01:00.000Z");
	(void)printed(w);
	assert_true(plain_act(w->p, SPAN("saved")));
	assert_string_equal(printed(w), "Saved, the newest last:\n#den, Sun 22 Nov 2026 12:01: "
					"not loaded, /goto o1 loads it\n");
	end(w);
}

static void a_long_inbox_shows_its_newest(void **state)
{
	struct lines *w = begin(*state);
	char line[120];

	for (int i = 0; i < 25; i++) {
		snprintf(
			line, sizeof(line),
			"@time=2026-11-22T12:%02d:00.000Z;msgid=n%d :bob!b@h PRIVMSG #den :ann",
			i, i);
		say(w->f->m, line);
	}
	(void)printed(w);
	assert_true(plain_act(w->p, SPAN("inbox")));
	const char *said = printed(w);
	assert_non_null(strstr(said, "last:\nMention 12:05 "));
	assert_non_null(strstr(said, "Mention 12:24 "));
	assert_null(strstr(said, "12:04"));
	end(w);
}

// Of what is around a place, so many lines before and behind it are printed.
static void around_a_place_are_its_neighbours(void **state)
{
	static const struct {
		size_t at;
		const char *first, *last;
	} rows[] = {{0, "12:00 ", "12:05 "},  {5, "12:00 ", "12:10 "},
		    {6, "12:01 ", "12:11 "},  {14, "12:09 ", "12:19 "},
		    {15, "12:10 ", "12:19 "}, {19, "12:14 ", "12:19 "}};
	struct lines *w = begin(*state);
	char line[120];

	for (int i = 0; i < 20; i++) {
		snprintf(line, sizeof(line),
			 "@time=2026-11-22T12:%02d:00.000Z;msgid=n%d :bob!b@h PRIVMSG #den :x",
			 i, i);
		say(w->f->m, line);
	}
	(void)printed(w);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct scrollback *log = &den(*state)->log;
		model_sought(w->f->m, den(*state), scrollback_at(log, rows[i].at), SOUGHT_HERE);
		const char *said = printed(w), *end_at = strrchr(said, ':');
		assert_memory_equal(said, rows[i].first, 6);
		while (end_at > said && end_at[-1] != '\n')
			end_at--;
		assert_memory_equal(end_at, rows[i].last, 6);
	}
	// Neither edits nor what is folded.
	say(w->f->m, "@time=2026-11-22T12:19:30.000Z;msgid=e;+draft/edit=n19 :bob!b@h PRIVMSG "
		     "#den :y");
	say(w->f->m, "@time=2026-11-22T12:20:00.000Z;msgid=n20 :cem!c@h PRIVMSG #den :z");
	hush_add(w->f->m, SPAN("ignore"), SPAN("bob"), INT64_MAX);
	(void)printed(w);
	model_sought(w->f->m, den(*state), scrollback_find(&den(*state)->log, SPAN("n20")),
		     SOUGHT_HERE);
	assert_string_equal(printed(w), "12:20 #den cem: z [a21]\n");
	end(w);
}

static void a_place_is_gone_to_by_its_name(void **state)
{
	struct lines *w = begin(*state);

	talk(w);
	(void)printed(w);
	assert_true(plain_go(w->p, SPAN("cem")));
	assert_string_equal(w->f->m->current->name, "cem");
	assert_string_equal(printed(w), "Now in cem\n");
	assert_true(plain_go(w->p, SPAN("a1")));
	expect_asked(w, "seek i1 in #den\n");
	assert_string_equal(w->f->m->current->name, "#den");
	assert_false(plain_go(w->p, SPAN("two words here")));
	assert_false(plain_go(w->p, SPAN("short")));
	model_sought(w->f->m, den(*state), NULL, SOUGHT_NO_HISTORY);
	assert_non_null(strstr(printed(w), "this server keeps no history\n"));
	model_sought(w->f->m, den(*state), NULL, SOUGHT_NOWHERE);
	assert_string_equal(printed(w),
			    "there is no such message, or it is not shown to you\n");
	end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_act_asks_or_says_why_not),    TEST(without_a_connection_it_is_said),
		TEST(a_removal_waits_for_a_connection), TEST(each_list_says_when_it_is_empty),
		TEST(a_long_inbox_shows_its_newest),    TEST(around_a_place_are_its_neighbours),
		TEST(a_place_is_gone_to_by_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
