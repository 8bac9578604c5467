// SPDX-License-Identifier: MIT
// Requests that change something: what is said to the server, and what comes back.
#include "client/model/mention.h"
#include "tests/unit/client/requests_fixture.h"

#define DONE "{'v':1,'type':'end','code':0}\n"
#define OPENED " :h BATCH +b labeled-response\n"
#define REFUSED(words) "{'v':1,'type':'end','code':1,'text':'" words "'}\n"
#define MISUSED(words) "{'v':1,'type':'end','code':2,'text':'" words "'}\n"
#define MISSING(key) MISUSED("\\'" key "\\' is missing or malformed")
#define UNKNOWN                                                                                \
	"{'v':1,'type':'end','code':75,'text':'the connection broke before the server "        \
	"answered'}\n"
#define STORED(id, more)                                                                       \
	"{'v':1,'type':'stored','id':'" id                                                     \
	"','time':'2026-11-22T12:00:00.000Z','target':'#den'" more "}\n"

static void play_all(struct asked *a, const char *caps, const struct asked_row *rows, size_t n)
{
	core_log_in(a->core, caps);
	core_hear(a->core, ":ann!a@h JOIN #den");
	for (size_t i = 0; i < n; i++)
		asked_play(a, &rows[i]);
}

static void what_is_said_is_answered_by_how_it_is_stored(void **state)
{
	static const struct asked_row rows[] = {
		{"{'op':'send','target':'#den','text':'hi','id':'x','req':7}",
		 {{";snug.chat/id=x PRIVMSG #den :hi\n",
		   ";msgid=m1;time=2026-11-22T11:59:01.000Z;snug.chat/seq=5 :ann!a@h PRIVMSG "
		   "#den :hi"}},
		 "{'v':1,'type':'stored','id':'m1','time':'2026-11-22T11:59:01.000Z','target':"
		 "'#den','seq':5,'req':7}\n{'v':1,'type':'end','code':0,'req':7}\n"},
		// Where the server tells no time and no number, our clock stands in.
		{"{'op':'send','target':'#den','text':'waves','id':'x','kind':'action',"
		 "'reply':'m0'}",
		 {{";snug.chat/id=x;+reply=m0 PRIVMSG #den :\1ACTION waves\1\n",
		   ";msgid=m1 :ann!a@h PRIVMSG #den :\1ACTION waves\1"}},
		 STORED("m1", "") DONE},
		{"{'op':'send','target':'#den','text':'mind','id':'x','kind':'notice'}",
		 {{";snug.chat/id=x NOTICE #den :mind\n",
		   ";msgid=m1 :ann!a@h NOTICE #den :mind"}},
		 STORED("m1", "") DONE},
		{"{'op':'send','target':'#den','text':'one\\ntwo','id':'x'}",
		 {{";snug.chat/id=x-2 PRIVMSG #den :two\n",
		   ";msgid=m2 :ann!a@h PRIVMSG #den :two"},
		  {";snug.chat/id=x PRIVMSG #den :one\n",
		   ";msgid=m1 :ann!a@h PRIVMSG #den :one"}},
		 STORED("m2", "") STORED("m1", "") DONE},
		// What the server has to say about it; the first of it counts.
		{"{'op':'send','target':'#den','text':'hi','id':'x'}",
		 {{" PRIVMSG #den :hi\n",
		   OPENED "@batch=b :h NOTE PRIVMSG CODE\n@batch=b :h WARN PRIVMSG CODE :no\n"
			  "@batch=b :h NOTE PRIVMSG CODE :all are away\n"
			  "@batch=b :h NOTE PRIVMSG CODE :second\n"
			  "@batch=b;msgid=m1 :ann!a@h PRIVMSG #den :hi\n:h BATCH -b"}},
		 STORED("m1", ",'note':'all are away'") DONE},
		{"{'op':'send','target':'#den','text':'hi','id':'x'}",
		 {{" PRIVMSG #den :hi\n", " :h FAIL PRIVMSG DISK_FULL #den :the disk is full"}},
		 REFUSED("the disk is full")},
		// One refused of two.
		{"{'op':'send','target':'#den','text':'one\\ntwo','id':'x'}",
		 {{":one\n", " :h FAIL PRIVMSG DISK_FULL #den :the disk is full"},
		  {":two\n", ";msgid=m2 :ann!a@h PRIVMSG #den :two"}},
		 STORED("m2", "") REFUSED("the disk is full")},
		{"{'op':'send','text':'hi'}", {{NULL}}, MISSING("target")},
		{"{'op':'send','target':'','text':'hi'}", {{NULL}}, MISSING("target")},
		{"{'op':'send','target':'#den\\r\\nQUIT','text':'hi'}",
		 {{NULL}},
		 MISSING("target")},
		{"{'op':'send','target':'#den'}", {{NULL}}, MISSING("text")},
		{"{'op':'send','target':5,'text':'hi'}", {{NULL}}, MISSING("target")},
	};

	play_all(*state, ASKED_CAPS, rows, ARRAY_LEN(rows));
}

static void without_an_id_one_is_made(void **state)
{
	struct asked *a = *state;

	core_log_in(a->core, ASKED_CAPS);
	asked_run(a, "{'op':'send','target':'#den','text':'one'}");
	asked_run(a, "{'op':'send','target':'#den','text':'two'}");
	assert_int_equal(core_said(a->core, ";snug.chat/id="), 2);
	assert_int_equal(core_said(a->core, ";snug.chat/id= "), 0);
	// A server that knows none is given none.
	core_break(a->core, CORE_CAPS);
	asked_run(a, "{'op':'send','target':'#den','text':'hi','id':'x'}");
	core_expect_said(a->core, "snug.chat/id", 0);
	core_expect_said(a->core, " PRIVMSG #den :hi\n", 1);
}

// The server tells nothing of what we say: it is shown here as it was said.
static void what_is_not_echoed_is_shown(void **state)
{
	struct asked *a = *state;
	const struct asked_row row = {"{'op':'send','target':'#den','text':'hi','id':'x'}",
				      {{" PRIVMSG #den :hi\n", " :h ACK"}},
				      STORED("", "") DONE};

	core_log_in(a->core, ASKED_CAPS);
	core_hear(a->core, ":ann!a@h JOIN #den");
	asked_play(a, &row);
	const struct log_line *l = core_newest(core_room(a->core, "#den"));
	assert_true(span_eq(line_says(l), SPAN("hi")));
	assert_true(l->flags & LINE_SELF);
	// One that comes back is shown once.
	const struct asked_row echoed = {"{'op':'send','target':'#den','text':'ho','id':'y'}",
					 {{":ho\n", ";msgid=m1 :ann!a@h PRIVMSG #den :ho"}},
					 STORED("m1", "") DONE};
	size_t before = core_room(a->core, "#den")->log.count;
	asked_play(a, &echoed);
	assert_int_equal(core_room(a->core, "#den")->log.count, before + 1);
}

static void what_was_not_answered_is_not_known(void **state)
{
	static const char request[] = "{'op':'send','target':'#den','text':'hi','id':'x'}";
	struct asked *a = *state;

	core_log_in(a->core, ASKED_CAPS);
	asked_run(a, request);
	loose_world_break(&a->core->world);
	asked_expect(a, request, UNKNOWN);
	core_break(a->core, ASKED_CAPS);
	// What was stored before the connection broke is stored.
	asked_run(a, request);
	core_answer(a->core, ":hi\n", OPENED "@batch=b;msgid=m1 :ann!a@h PRIVMSG #den :hi");
	loose_world_break(&a->core->world);
	asked_expect(a, request, STORED("m1", "") DONE);
	core_break(a->core, ASKED_CAPS);
	asked_run(a, "{'op':'redact','target':'#den','id':'m1'}");
	loose_world_break(&a->core->world);
	asked_expect(a, "redact", UNKNOWN);
	core_break(a->core, ASKED_CAPS);
	asked_run(a, "{'op':'redact','target':'#den','id':'m1'}");
	core_answer(a->core, "REDACT", OPENED "@batch=b :h FAIL REDACT X #den m1 :not yours");
	loose_world_break(&a->core->world);
	asked_expect(a, "redact", REFUSED("not yours"));
}

// A room of more than so many is called by who said yes.
static void a_crowd_is_called_on_purpose(void **state)
{
	static const char asks[] = "{'op':'send','target':'#den','text':'@room cake','id':'x'}";
	struct asked *a = *state;
	const struct asked_row means_it = {
		"{'op':'send','target':'#den','text':'@room cake','id':'x','yes':true}",
		{{":@room cake\n", ";msgid=m1 :ann!a@h PRIVMSG #den :@room cake"}},
		STORED("m1", "") DONE};
	char name[40];

	core_log_in(a->core, ASKED_CAPS);
	core_hear(a->core, ":ann!a@h JOIN #den");
	for (int i = 1; i < MENTION_CROWD; i++) {
		snprintf(name, sizeof(name), ":h 353 ann = #den :ann n%d", i);
		core_hear(a->core, name);
	}
	asked_run(a, asks);
	core_expect_said(a->core, "@room cake", 1);
	core_answer(a->core, "@room cake", ";msgid=m0 :ann!a@h PRIVMSG #den :@room cake");
	asked_expect(a, asks, STORED("m0", "") DONE);
	core_hear(a->core, ":one-more!m@h JOIN #den");
	asked_run(a, asks);
	asked_expect(a, asks,
		     MISUSED("not sent: it tells all 21 of #den; say --yes if that is meant"));
	core_expect_said(a->core, "@room cake", 1);
	asked_play(a, &means_it);
	// One who is nowhere known is no crowd.
	asked_run(a, "{'op':'send','target':'#elsewhere','text':'@room'}");
	core_expect_said(a->core, " PRIVMSG #elsewhere :@room\n", 1);
}

static void an_edit_is_one_line(void **state)
{
	static const struct asked_row rows[] = {
		{"{'op':'edit','target':'#den','id':'m1','text':'cake'}",
		 {{";+draft/edit=m1 PRIVMSG #den :cake\n",
		   ";msgid=m2;+draft/edit=m1 :ann!a@h PRIVMSG #den :cake"}},
		 STORED("m2", "") DONE},
		{"{'op':'edit','id':'m1','text':'cake'}", {{NULL}}, MISSING("target")},
		{"{'op':'edit','target':'#den','text':'cake'}", {{NULL}}, MISSING("id")},
		{"{'op':'edit','target':'#den','id':'m1'}", {{NULL}}, MISSING("text")},
		{"{'op':'edit','target':'#den','id':'m1','text':'a\\nb'}",
		 {{NULL}},
		 MISUSED("an edit is one line, and no longer than a line can be")},
	};
	struct asked *a = *state;
	char text[400], request[500];

	play_all(a, ASKED_CAPS, rows, ARRAY_LEN(rows));
	// 512 bytes, less what stands around the text.
	for (int len = 376; len <= 377; len++) {
		memset(text, 'a', sizeof(text));
		text[len] = '\0';
		snprintf(request, sizeof(request),
			 "{'op':'edit','target':'#den','id':'m1','text':'%s'}", text);
		asked_run(a, request);
		core_expect_said(a->core, ":aaa", 1);
	}
	asked_expect(a, "too long", rows[4].answers);
}

static void what_only_answers_with_its_end(void **state)
{
	static const struct asked_row rows[] = {
		{"{'op':'react','target':'#den','id':'m 1','text':'o; /'}",
		 {{";+reply=m\\s1;+draft/react=o\\:\\s/ TAGMSG #den\n", " :h ACK"}},
		 DONE},
		{"{'op':'react','target':'#den','id':'m1','text':'x','removed':true}",
		 {{";+reply=m1;+draft/unreact=x TAGMSG #den\n", " :ann!a@h TAGMSG #den"}},
		 DONE},
		{"{'op':'react','target':'#den','id':'m1','text':'x'}",
		 {{" TAGMSG #den\n", " :h FAIL TAGMSG X #den :not here"}},
		 REFUSED("not here")},
		{"{'op':'react','target':'#den','id':'m1','text':'x'}",
		 {{" TAGMSG #den\n", " :h FAIL TAGMSG X :"}},
		 REFUSED("refused")},
		// An error is one by its number, too; the last one's words count.
		{"{'op':'react','target':'#den','id':'m1','text':'x'}",
		 {{" TAGMSG #den\n",
		   OPENED "@batch=b :h 499 ann #den :first\n@batch=b :h 599 ann :second\n"
			  "@batch=b :h 305 ann :here\n:h BATCH -b"}},
		 REFUSED("second")},
		{"{'op':'react','id':'m1','text':'x'}", {{NULL}}, MISSING("target")},
		{"{'op':'react','target':'#den','text':'x'}", {{NULL}}, MISSING("id")},
		{"{'op':'react','target':'#den','id':'m1'}", {{NULL}}, MISSING("text")},
		{"{'op':'redact','target':'#den','id':'m1'}",
		 {{" REDACT #den m1\n", ";msgid=r1 :ann!a@h REDACT #den m1"}},
		 DONE},
		{"{'op':'redact','target':'#den','id':'m1','text':'a typo'}",
		 {{" REDACT #den m1 :a typo\n", " :h ACK"}},
		 DONE},
		{"{'op':'redact','target':'#den','id':'m2','text':'a\\nb'}",
		 {{" REDACT #den m2\n", " :h ACK"}},
		 DONE},
		{"{'op':'redact','id':'m1'}", {{NULL}}, MISSING("target")},
		{"{'op':'redact','target':'#den'}", {{NULL}}, MISSING("id")},
		{"{'op':'read','target':'#den'}",
		 {{" MARKREAD #den timestamp=2026-11-22T12:00:00.000Z\n",
		   " :h MARKREAD #den timestamp=2026-11-22T12:00:00.000Z"}},
		 DONE},
		{"{'op':'read'}", {{NULL}}, MISSING("target")},
		{"{'op':'join','target':'#ops'}",
		 {{" JOIN #ops\n", " :ann!a@h JOIN #ops"}},
		 DONE},
		{"{'op':'join','target':'#pit','text':'key'}",
		 {{" JOIN #pit key\n", " :h 475 ann #pit :no key"}},
		 REFUSED("#pit has a key, and that was not it")},
		{"{'op':'part','target':'#ops','text':'so long'}",
		 {{" PART #ops :so long\n", " :ann!a@h PART #ops :so long"}},
		 DONE},
		{"{'op':'part','target':'#ant','text':'a\\rb'}",
		 {{" PART #ant\n", " :h ACK"}},
		 DONE},
		{"{'op':'part','text':'bye'}", {{NULL}}, MISSING("target")},
	};

	play_all(*state, ASKED_CAPS, rows, ARRAY_LEN(rows));
}

static void what_the_server_does_not_know_is_refused(void **state)
{
	static const struct asked_row rows[] = {
		{"{'op':'edit','target':'#den','id':'m1','text':'x'}",
		 {{NULL}},
		 REFUSED("this server knows no edits")},
		{"{'op':'react','target':'#den','id':'m1','text':'x'}",
		 {{NULL}},
		 REFUSED("this server knows no reactions")},
		{"{'op':'redact','target':'#den','id':'m1'}",
		 {{NULL}},
		 REFUSED("this server takes no message back")},
		{"{'op':'read','target':'#den'}",
		 {{NULL}},
		 REFUSED("this server keeps no read markers")},
	};
	struct asked *a = *state;

	play_all(a, "labeled-response batch", rows, ARRAY_LEN(rows));
	core_expect_said(a->core, "#den", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ASKED(what_is_said_is_answered_by_how_it_is_stored),
		ASKED(without_an_id_one_is_made),
		ASKED(what_is_not_echoed_is_shown),
		ASKED(what_was_not_answered_is_not_known),
		ASKED(a_crowd_is_called_on_purpose),
		ASKED(an_edit_is_one_line),
		ASKED(what_only_answers_with_its_end),
		ASKED(what_the_server_does_not_know_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
