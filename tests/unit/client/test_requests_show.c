// SPDX-License-Identifier: MIT
// Requests for what the client knows, and for what lets one in where files are.
#include "tests/unit/client/requests_fixture.h"

#define DONE "{'v':1,'type':'end','code':0}\n"
#define ENDS(code, words) "{'v':1,'type':'end','code':" #code ",'text':'" words "'}\n"
#define CHANNEL(name, room, topic, members, unread, mentions)                                  \
	"{'v':1,'type':'channel','target':'" name "','room':" room ",'topic':'" topic          \
	"','members':" members ",'unread':" unread ",'mentions':" mentions "}\n"

static void fill(struct asked *a, const char *caps)
{
	core_log_in(a->core, caps);
	core_hear(a->core, ":ann!a@h JOIN #den");
	core_hear(a->core, ":h 332 ann #den :cake");
	core_hear(a->core, ":h 353 ann = #den :@bob +cem ann");
	core_hear(a->core, ":h 366 ann #den :end");
	core_hear(a->core, ":ann!a@h JOIN #gone");
	core_hear(a->core, ":h KICK #gone ann :out");
}

static void channels_are_rooms_and_conversations(void **state)
{
	static const struct asked_row row = {"{'op':'channels'}",
					     {{NULL}},
					     CHANNEL("#den", "true", "cake", "3", "2", "1")
						     CHANNEL("bob", "false", "", "0", "1", "1")
							     DONE};
	struct asked *a = *state;

	fill(a, "labeled-response batch message-tags");
	core_hear(a->core, "@msgid=a :bob!b@h PRIVMSG #den :ann: hi");
	core_hear(a->core, "@msgid=b :bob!b@h PRIVMSG #den :hi");
	core_hear(a->core, "@msgid=c :bob!b@h PRIVMSG ann :hi");
	asked_play(a, &row);
	// It takes both to ask for more than what is here.
	core_hear(a->core, ":h CAP ann NEW :draft/chathistory");
	core_hear(a->core, ":h CAP ann ACK :draft/chathistory");
	asked_play(a, &row);
	core_hear(a->core, ":h CAP ann DEL :draft/chathistory");
	core_hear(a->core, ":h CAP ann NEW :draft/read-marker");
	core_hear(a->core, ":h CAP ann ACK :draft/read-marker");
	asked_play(a, &row);
}

#define TARGETS(who)                                                                           \
	" :h BATCH +t draft/chathistory-targets\n"                                             \
	"@batch=t :h CHATHISTORY TARGETS " who " 2026-11-22T11:00:00.000Z\n:h BATCH -t"

static void what_is_unread_is_asked_for_behind_the_markers(void **state)
{
	static const char asks[] = "{'op':'channels'}";
	struct asked *a = *state;

	fill(a, ASKED_CAPS);
	asked_run(a, asks);
	core_expect_said(a->core,
			 " CHATHISTORY TARGETS timestamp=2026-10-23T12:00:00.000Z "
			 "timestamp=2026-11-23T12:00:00.000Z 200\n",
			 2);
	buf_printf(&a->core->world.said, "\n");
	core_answer(a->core, "TARGETS",
		    " :h BATCH +t draft/chathistory-targets\n"
		    "@batch=t :h CHATHISTORY TARGETS dora 2026-11-22T11:00:00.000Z\n"
		    "@batch=t :h CHATHISTORY TARGETS #ops 2026-11-22T11:00:00.000Z\n"
		    "@batch=t :h CHATHISTORY TARGETS\n"
		    "@batch=t :h NOTE TARGETS eve :x\n"
		    ":h BATCH -t");
	core_expect_said(a->core, "MARKREAD dora\n", 1);
	core_expect_said(a->core, "MARKREAD", 1);
	core_hear(a->core, ":h MARKREAD dora timestamp=2026-11-22T10:00:00.000Z");
	core_answer(a->core, "PING markers", " :h PONG h markers");
	core_answer(
		a->core, "CHATHISTORY AFTER dora timestamp=2026-11-22T10:00:00.000Z 500\n",
		" :h BATCH +p chathistory dora\n"
		"@batch=p;msgid=d1;time=2026-11-22T11:00:00.000Z :dora!d@h PRIVMSG ann :hi\n"
		":h BATCH -p");
	asked_expect(a, asks,
		     CHANNEL("#den", "true", "cake", "3", "0", "0")
			     CHANNEL("dora", "false", "", "0", "1", "1") DONE);
	// What is held is counted already.
	asked_run(a, asks);
	core_answer(a->core, "TARGETS", TARGETS("dora"));
	core_answer(a->core, "PING markers", " :h PONG h markers");
	core_expect_said(a->core, "CHATHISTORY AFTER", 1);
	asked_expect(a, asks,
		     CHANNEL("#den", "true", "cake", "3", "0", "0")
			     CHANNEL("dora", "false", "", "0", "1", "1") DONE);
}

// What broke off on the way asks for no more, and tells what is known.
static void a_break_ends_the_question_for_channels(void **state)
{
	struct asked *a = *state;

	fill(a, ASKED_CAPS);
	for (int step = 0; step < 2; step++) {
		asked_run(a, "{'op':'channels'}");
		if (step == 1)
			core_answer(a->core, "TARGETS", TARGETS("bob"));
		core_hear(a->core, ":h MARKREAD bob timestamp=2026-11-22T10:00:00.000Z");
		loose_world_break(&a->core->world);
		assert_non_null(strstr(buf_str(&a->answers), "\"type\":\"end\",\"code\":0"));
		buf_reset(&a->answers);
		core_break(a->core, ASKED_CAPS);
		core_expect_said(a->core, "PING markers", 0);
		core_expect_said(a->core, "AFTER", 0);
		core_hear(a->core, ":ann!a@h JOIN #den");
	}
}

#define MEMBER(name, account, prefix, away, here)                                              \
	"{'v':1,'type':'member','target':'#den','name':'" name "','account':'" account         \
	"','prefix':'" prefix "','away':" away ",'here':" here "}\n"

static void members_are_told_of_rooms_we_are_in(void **state)
{
	static const struct asked_row rows[] = {
		{"{'op':'members','target':'#den'}",
		 {{NULL}},
		 MEMBER("ann", "", "", "false", "true")
			 MEMBER("bob", "bob", "@", "true", "true")
				 MEMBER("cem", "", "+", "false", "true")
					 MEMBER("dora", "", "", "false", "false") DONE},
		{"{'op':'members','target':'#gone'}",
		 {{NULL}},
		 ENDS(1, "we are not in that room")},
		{"{'op':'members','target':'#none'}",
		 {{NULL}},
		 ENDS(1, "we are not in that room")},
		{"{'op':'members'}", {{NULL}}, ENDS(2, "\\'target\\' is missing or malformed")},
	};
	struct asked *a = *state;

	fill(a, ASKED_CAPS);
	core_hear(a->core, ":bob!b@h AWAY :lunch");
	core_hear(a->core, ":bob!b@h ACCOUNT bob");
	core_hear(a->core, ":h 353 ann = #den :@bob +cem ann");
	core_hear(a->core, ":h ABSENT #den :dora");
	core_hear(a->core, ":h 366 ann #den :end");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		asked_play(a, &rows[i]);
}

static void the_status_says_what_there_is(void **state)
{
	static const struct asked_row row = {
		"{'op':'status'}",
		{{NULL}},
		"{'v':1,'type':'state','state':'online','host':'h','account':'ann','network':"
		"'Example','lag_ms':0,'unsent':1,'tls':'none','text':''}\n" DONE};
	struct asked *a = *state;

	fill(a, ASKED_CAPS);
	core_hear(a->core, ":h 005 ann NETWORK=Example :are");
	own_add(a->core->e.model, core_room(a->core, "#den"), 1, LINE_MESSAGE, SPAN("hi"),
		SPAN(""), NOW_MS, OWN_QUEUED);
	asked_play(a, &row);
}

#define SPACE "{'v':1,'type':'file_space','url':'https://h/files','token':'t0'}\n"
#define TOKEN " :h FILEHOST TOKEN t0"
#define AROUND " :h BATCH +p chathistory #den\n"
#define FILE_OF "{'op':'file','target':'#den','id':'m1'}"
#define NO_FILE ENDS(1, "there is no such message here with a file")

static void a_token_lets_in_where_files_are(void **state)
{
	static const struct asked_row rows[] = {
		{"{'op':'file'}", {{" FILEHOST TOKEN\n", TOKEN}}, SPACE DONE},
		{"{'op':'file'}", {{" FILEHOST TOKEN\n", " :h FILEHOST TOKEN"}}, DONE},
		{"{'op':'file'}", {{" FILEHOST TOKEN\n", " :h FILEHOST OTHER t0"}}, DONE},
		{"{'op':'file'}", {{" FILEHOST TOKEN\n", " :h NOTE TOKEN t0 :x"}}, DONE},
		{"{'op':'file'}",
		 {{" FILEHOST TOKEN\n", " :h FAIL FILEHOST NO :too many"}},
		 ENDS(1, "too many")},
		{FILE_OF,
		 {{" FILEHOST TOKEN\n", TOKEN},
		  {"CHATHISTORY AROUND #den msgid=m1 1\n",
		   AROUND "@batch=p;msgid=m0;snug.chat/file=f0 :bob!b@h PRIVMSG #den :hi\n"
			  "@batch=p;snug.chat/file=f2 :bob!b@h PRIVMSG #den :hi\n"
			  "@batch=p;msgid=m1;snug.chat/file=f1;snug.chat/file-name=a\\sb.png "
			  ":bob!b@h PRIVMSG #den :hi\n:h BATCH -p"}},
		 SPACE "{'v':1,'type':'file','id':'f1','name':'a b.png'}\n" DONE},
		{FILE_OF,
		 {{" FILEHOST TOKEN\n", TOKEN},
		  {"AROUND", AROUND "@batch=p;msgid=m1;snug.chat/file=f1 :bob!b@h PRIVMSG #den "
				    ":hi\n:h BATCH -p"}},
		 SPACE "{'v':1,'type':'file','id':'f1','name':''}\n" DONE},
		{FILE_OF,
		 {{" FILEHOST TOKEN\n", TOKEN},
		  {"AROUND",
		   AROUND "@batch=p;msgid=m1 :bob!b@h PRIVMSG #den :hi\n:h BATCH -p"}},
		 SPACE NO_FILE},
		{FILE_OF,
		 {{" FILEHOST TOKEN\n", TOKEN},
		  {"AROUND", " :h FAIL CHATHISTORY X :not yours"}},
		 SPACE ENDS(1, "not yours")},
		{FILE_OF,
		 {{" FILEHOST TOKEN\n", " :h FAIL FILEHOST NO :too many"}},
		 ENDS(1, "too many")},
		{"{'op':'file','id':'m1'}",
		 {{NULL}},
		 ENDS(2, "\\'target\\' is missing or malformed")},
		{"{'op':'file','id':'m1\\n','target':'#den'}",
		 {{NULL}},
		 ENDS(2, "\\'id\\' is missing or malformed")},
	};
	struct asked *a = *state;

	core_log_in(a->core, ASKED_CAPS);
	asked_run(a, "{'op':'file'}");
	asked_expect(a, "file", ENDS(1, "this server takes no files"));
	core_hear(a->core, ":h 005 ann draft/FILEHOST=https://h/files :are");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		asked_play(a, &rows[i]);
}

static void without_a_connection_there_is_no_token(void **state)
{
	static const char broke[] = ENDS(69, "the connection broke");
	struct asked *a = *state;

	core_log_in(a->core, ASKED_CAPS);
	core_hear(a->core, ":h 005 ann draft/FILEHOST=https://h/files :are");
	asked_run(a, FILE_OF);
	loose_world_break(&a->core->world);
	asked_expect(a, "file", broke);
	core_break(a->core, ASKED_CAPS);
	core_expect_said(a->core, "AROUND", 0);
	asked_run(a, FILE_OF);
	core_answer(a->core, "FILEHOST TOKEN",
		    " :h BATCH +b labeled-response\n@batch=b :h FAIL FILEHOST NO :too many");
	loose_world_break(&a->core->world);
	asked_expect(a, "file", ENDS(1, "too many"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ASKED(channels_are_rooms_and_conversations),
		ASKED(what_is_unread_is_asked_for_behind_the_markers),
		ASKED(a_break_ends_the_question_for_channels),
		ASKED(members_are_told_of_rooms_we_are_in),
		ASKED(the_status_says_what_there_is),
		ASKED(a_token_lets_in_where_files_are),
		ASKED(without_a_connection_there_is_no_token),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
