// SPDX-License-Identifier: MIT
// Requests as such: which there are, when, and who follows what is said.
#include "tests/unit/client/requests_fixture.h"

#define END(code, more) "{'v':1,'type':'end','code':" #code more "}\n"
#define SAID(id, target, text, mention)                                                        \
	"{'v':1,'type':'message','id':'" id                                                    \
	"','time':'2026-11-22T12:00:00.000Z','target':'" target "','from':'bob','text':'" text \
	"','self':false,'mention':" mention "}\n"

static void what_is_no_request_is_refused(void **state)
{
	static const struct asked_row rows[] = {
		{"{'op':'dance','req':'a'}",
		 {{NULL}},
		 END(2, ",'text':'there is no such \\'op\\'','req':'a'")},
		{"{}", {{NULL}}, END(2, ",'text':'there is no such \\'op\\''")},
		{"['op','status']", {{NULL}}, END(2, ",'text':'there is no such \\'op\\''")},
		{"{'op':7}", {{NULL}}, END(2, ",'text':'there is no such \\'op\\''")},
	};
	struct asked *a = *state;

	core_log_in(a->core, ASKED_CAPS);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		asked_play(a, &rows[i]);
}

static void without_a_connection_only_the_status_is_told(void **state)
{
	struct asked *a = *state;

	core_log_in(a->core, ASKED_CAPS);
	loose_world_break(&a->core->world);
	unsigned opened = a->core->world.n_opened;
	asked_run(a, "{'op':'status'}");
	asked_expect(a, "status",
		     "{'v':1,'type':'state','state':'offline','host':'h','account':'ann',"
		     "'network':'','lag_ms':-1,'unsent':0,'tls':'none',"
		     "'text':'the connection to h broke: cut.'}\n" END(0, ""));
	assert_int_equal(a->core->world.n_opened, opened);
	// Whoever asks for more wants it back at once.
	asked_run(a, "{'op':'history','target':'#den','req':3}");
	asked_expect(a, "history", END(69, ",'text':'not connected','req':3"));
	assert_int_equal(a->core->world.n_opened, opened + 1);
	asked_run(a, "{'op':'status'}");
	assert_non_null(strstr(buf_str(&a->answers), "\"state\":\"connecting\""));
}

static void who_follows_hears_what_is_asked_for(void **state)
{
	static const char line[] = "@msgid=m1 :bob!b@h PRIVMSG #den :hi ann";
	static const struct {
		const char *request, *line, *told;
	} rows[] = {
		{"{'op':'follow'}", line, SAID("m1", "#den", "hi ann", "true")},
		{"{'op':'follow','targets':[]}", line, SAID("m1", "#den", "hi ann", "true")},
		{"{'op':'follow','targets':['#ops','#DEN']}", line,
		 SAID("m1", "#den", "hi ann", "true")},
		{"{'op':'follow','targets':['#ops']}", line, ""},
		{"{'op':'follow','targets':['bob']}", "@msgid=m2 :bob!b@h PRIVMSG ann :hi",
		 SAID("m2", "bob", "hi", "true")},
		{"{'op':'follow','mentions':true}", line, SAID("m1", "#den", "hi ann", "true")},
		{"{'op':'follow','mentions':true}", "@msgid=m3 :bob!b@h PRIVMSG #den :hi", ""},
		{"{'op':'follow','mentions':false}", "@msgid=m3 :bob!b@h PRIVMSG #den :hi",
		 SAID("m3", "#den", "hi", "false")},
		{"{'op':'follow','mentions':true,'targets':['#ops']}", line, ""},
		{"{'op':'follow','req':8}", "@msgid=m4 :bob!b@h JOIN #den",
		 "{'v':1,'type':'join','id':'m4','time':'2026-11-22T12:00:00.000Z','target':"
		 "'#den','from':'bob','req':8}\n"},
		// Where there is no target, none is wanted.
		{"{'op':'follow','targets':['#den']}", ":h WARN X CODE :mind it", ""},
		{"{'op':'follow'}", ":h 305 ann :here", ""},
		// The past is no news.
		{"{'op':'follow'}", "@batch=p;msgid=m5 :bob!b@h PRIVMSG #den :old", ""},
	};
	struct asked *a = *state;

	core_log_in(a->core, ASKED_CAPS);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		asked_run(a, rows[i].request);
		core_hear(a->core, rows[i].line);
		asked_expect(a, rows[i].request, rows[i].told);
		requests_cancel(a->r, &a->answers);
	}
	core_hear(a->core, line);
	asked_expect(a, "nothing", "");
}

static void many_lines_are_followed_as_one(void **state)
{
	struct asked *a = *state;

	core_log_in(a->core, ASKED_CAPS);
	asked_run(a, "{'op':'follow'}");
	core_hear(a->core, "@msgid=big :bob!b@h BATCH +m draft/multiline #den");
	core_hear(a->core, "@batch=m :bob!b@h PRIVMSG #den :one");
	core_hear(a->core, "@msgid=m1 :bob!b@h PRIVMSG #den :between");
	core_hear(a->core, "@batch=m;draft/multiline-concat :bob!b@h PRIVMSG #den :more");
	core_hear(a->core, "@batch=m :bob!b@h PRIVMSG #den :two");
	core_hear(a->core, ":h BATCH -other");
	core_hear(a->core, ":h BATCH -m");
	core_hear(a->core, "@msgid=m2 :bob!b@h PRIVMSG #den :behind");
	asked_expect(a, "follow",
		     SAID("m1", "#den", "between", "false")
			     SAID("big", "#den", "onemore\\ntwo", "false")
				     SAID("m2", "#den", "behind", "false"));
}

#define STATE(state) "{'v':1,'type':'state','time':'2026-11-22T12:00:0" state "'}\n"

static void who_follows_hears_of_the_connection(void **state)
{
	struct asked *a = *state;

	asked_run(a, "{'op':'status'}");
	assert_non_null(strstr(buf_str(&a->answers), "\"state\":\"off\""));
	buf_reset(&a->answers);
	core_log_in(a->core, ASKED_CAPS);
	asked_run(a, "{'op':'follow','targets':['#ops'],'mentions':true}");
	requests_link(a->r, true);
	asked_expect(a, "online", STATE("0.000Z','state':'online"));
	loose_world_break(&a->core->world);
	asked_expect(a, "offline", STATE("0.000Z','state':'offline"));
	loose_world_pass(&a->core->world, 0);
	core_break(a->core, ASKED_CAPS);
	asked_expect(
		a, "online again",
		STATE("0.000Z','state':'online") "{'v':1,'type':'gap','time':'2026-11-22T12:00:00.000Z','text':'what was "
						 "said since then may be missing: ask for the history'}\n");
	requests_link(a->r, true);
	asked_expect(a, "online", STATE("0.000Z','state':'online"));
	requests_link(a->r, false);
	requests_link(a->r, false);
	asked_expect(a, "offline",
		     STATE("0.000Z','state':'offline") STATE("0.000Z','state':'offline"));
}

// Without labels what comes before the PONG may be of something else.
static void without_labels_what_is_refused_may_be_anothers(void **state)
{
	static const char *const requests[] = {"{'op':'part','target':'#den'}",
					       "{'op':'history','target':'#den'}",
					       "{'op':'search','text':'x'}", "{'op':'file'}"};
	struct asked *a = *state;
	char pong[40];

	core_log_in(a->core, "batch draft/chathistory soju.im/search");
	calls_lost(a->core->e.calls);
	core_hear(a->core, ":h 005 ann draft/FILEHOST=https://h/files :are");
	for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
		buf_reset(&a->core->world.said);
		asked_run(a, requests[i]);
		const char *ping = strstr(buf_str(&a->core->world.said), "PING snug-call-");
		assert_non_null(ping);
		snprintf(pong, sizeof(pong), ":h PONG h %.*s", (int)strcspn(ping + 5, "\n"),
			 ping + 5);
		core_hear(a->core, ":h 442 ann #pit :not there");
		core_hear(a->core, pong);
		asked_expect(a, requests[i], END(0, ""));
	}
}

static void count(void *arg, const json_t *answer UNUSED, bool is_last UNUSED)
{
	++*(unsigned *)arg;
}

static void who_is_cancelled_hears_no_more_the_others_do(void **state)
{
	struct asked *a = *state;
	json_t *follow = json_pack("{s:s}", "op", "follow");
	json_t *part = json_pack("{s:s, s:s}", "op", "part", "target", "#den");
	unsigned n_one = 0, n_other = 0;

	core_log_in(a->core, ASKED_CAPS);
	requests_run(a->r, follow, count, &n_one);
	requests_run(a->r, follow, count, &n_other);
	requests_run(a->r, part, count, &n_one);
	requests_cancel(a->r, &n_one);
	core_hear(a->core, "@msgid=m1 :bob!b@h PRIVMSG #den :hi");
	assert_int_equal(n_one, 0);
	assert_int_equal(n_other, 1);
	// What it asked for ends all the same.
	core_answer(a->core, "PART #den\n", " :h ACK");
	assert_int_equal(n_one, 0);
	json_decref(follow);
	json_decref(part);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ASKED(what_is_no_request_is_refused),
		ASKED(without_a_connection_only_the_status_is_told),
		ASKED(who_follows_hears_what_is_asked_for),
		ASKED(many_lines_are_followed_as_one),
		ASKED(who_follows_hears_of_the_connection),
		ASKED(without_labels_what_is_refused_may_be_anothers),
		ASKED(who_is_cancelled_hears_no_more_the_others_do),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
