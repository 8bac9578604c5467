// SPDX-License-Identifier: MIT
// Requests for what was said: which pages are asked for, and what of them is told.
#include "tests/unit/client/requests_fixture.h"

#define DONE "{'v':1,'type':'end','code':0}\n"
#define ENDS(code, words) "{'v':1,'type':'end','code':" #code ",'text':'" words "'}\n"
#define BROKE ENDS(69, "the connection broke")
#define LATEST(more) "{'op':'history','target':'#den'" more "}"

// A page of the messages number `from` up to before `to`, one a second from 11:00 on.
static void answer_page(struct asked *a, const char *ask, int from, int to, const char *with)
{
	struct buf page = {0};

	buf_add_str(&page, " :h BATCH +p chathistory #den\n");
	for (int i = from; i < to; i++)
		buf_printf(&page,
			   "@batch=p;msgid=m%d;time=2026-11-22T11:%02d:%02d.000Z :bob!b@h %s\n",
			   i, i / 60, i % 60, with);
	buf_add_str(&page, ":h BATCH -p");
	core_answer(a->core, ask, buf_str(&page));
	buf_clear(&page);
}

// The ids that were told, "m3 m4 end".
static void expect_told(struct asked *a, const char *told)
{
	struct span rest = buf_span(&a->answers);
	struct buf ids = {0};

	while (rest.len) {
		struct span line = span_cut(&rest, '\n');
		json_t *answer = json_loadb(line.at, line.len, 0, NULL);
		const char *id = json_string_value(json_object_get(answer, "id"));
		buf_printf(&ids, "%s ", id ? id : "end");
		json_decref(answer);
	}
	buf_reset(&a->answers);
	assert_string_equal(buf_str(&ids), told);
	buf_clear(&ids);
}

// How many were told before the end, from which to which.
static void expect_range(struct asked *a, int from, int to)
{
	char first[24], last[24];
	size_t n = 0;

	for (size_t i = 0; i < a->answers.len; i++)
		n += a->answers.at[i] == '\n';
	assert_int_equal(n, to - from + 1);
	snprintf(first, sizeof(first), "\"id\":\"m%d\"", from);
	snprintf(last, sizeof(last), "\"id\":\"m%d\"", to - 1);
	const char *at_first = strstr(buf_str(&a->answers), first);
	const char *at_last = strstr(buf_str(&a->answers), last);
	assert_non_null(at_first);
	assert_non_null(at_last);
	assert_true(at_first < strchr(buf_str(&a->answers), '\n'));
	assert_true(at_last > at_first || to == from + 1);
	buf_reset(&a->answers);
}

static void what_is_asked_for(void **state)
{
	static const struct {
		const char *request, *said;
	} rows[] = {
		{LATEST(""), " CHATHISTORY LATEST #den * 200\n"},
		{LATEST(",'count':5"), " CHATHISTORY LATEST #den * 200\n"},
		{LATEST(",'until':'2026-11-22T11:00:02.000Z'"),
		 " CHATHISTORY BEFORE #den timestamp=2026-11-22T11:00:02.000Z 200\n"},
		{LATEST(",'until':'m5'"), " CHATHISTORY BEFORE #den msgid=m5 200\n"},
		{LATEST(",'since':'2026-11-22T11:00:02.000Z'"),
		 " CHATHISTORY AFTER #den timestamp=2026-11-22T11:00:02.000Z 200\n"},
		{LATEST(",'since':'2h'"),
		 " CHATHISTORY AFTER #den timestamp=2026-11-22T10:00:00.000Z 200\n"},
		{LATEST(",'since':'m5','until':'1h'"),
		 " CHATHISTORY AFTER #den msgid=m5 200\n"},
		{"{'op':'search','text':'cake day'}", " SEARCH limit=20;text=cake\\sday\n"},
		{"{'op':'search','text':'x','target':'#den','from':'bob','since':'2h',"
		 "'until':'2026-11-22T11:00:00.000Z','count':5}",
		 " SEARCH in=#den;from=bob;after=2026-11-22T10:00:00.000Z;"
		 "before=2026-11-22T11:00:00.000Z;limit=5;text=x\n"},
		// A message's id is no time.
		{"{'op':'search','text':'x','since':'message-one','until':'message-two'}",
		 " SEARCH limit=20;text=x\n"},
	};
	struct asked *a = *state;

	core_log_in(a->core, ASKED_CAPS);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_reset(&a->core->world.said);
		asked_run(a, rows[i].request);
		core_expect_said(a->core, rows[i].said, 1);
	}
}

static void what_cannot_be_asked_is_refused(void **state)
{
	static const struct asked_row rows[] = {
		{"{'op':'history'}", {{NULL}}, ENDS(2, "\\'target\\' is missing or malformed")},
		{"{'op':'search'}", {{NULL}}, ENDS(2, "\\'text\\' is missing or malformed")},
		{LATEST(""), {{NULL}}, ENDS(1, "this server keeps no history")},
		{"{'op':'search','text':'x'}", {{NULL}}, ENDS(1, "this server cannot search")},
	};
	struct asked *a = *state;

	core_log_in(a->core, "labeled-response batch");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		asked_play(a, &rows[i]);
	core_expect_said(a->core, "CHATHISTORY", 0);
	core_expect_said(a->core, "SEARCH", 0);
}

static void the_newest_so_many_are_told_oldest_first(void **state)
{
	static const struct {
		const char *more, *told;
	} rows[] = {
		{",'count':3", "m2 m3 m4 end "},
		{",'count':5", "m0 m1 m2 m3 m4 end "},
		{",'count':6", "m0 m1 m2 m3 m4 end "},
		{",'count':0", "end "},
		{",'count':-3", "end "},
		{",'count':'3'", "m0 m1 m2 m3 m4 end "},
		{",'until':'2026-11-22T11:00:02.000Z'", "m0 m1 m2 end "},
		{",'until':'m3'", "m0 m1 m2 m3 m4 end "},
		{",'since':'m0','count':2", "m0 m1 m2 m3 m4 end "},
		{",'since':'m0','until':'2026-11-22T11:00:02.000Z'", "m0 m1 m2 end "},
	};
	struct asked *a = *state;
	char request[120];

	core_log_in(a->core, ASKED_CAPS);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		snprintf(request, sizeof(request), LATEST("%s"), rows[i].more);
		asked_run(a, request);
		answer_page(a, "CHATHISTORY ", 0, 5, "PRIVMSG #den :hi");
		expect_told(a, rows[i].told);
	}
	asked_run(a, LATEST(""));
	answer_page(a, "CHATHISTORY ", 0, 25, "PRIVMSG #den :hi");
	expect_range(a, 5, 25);
}

static void full_pages_are_followed_back(void **state)
{
	struct asked *a = *state;

	core_log_in(a->core, ASKED_CAPS);
	asked_run(a, LATEST(",'count':300"));
	answer_page(a, "LATEST #den * 200\n", 400, 600, "PRIVMSG #den :hi");
	answer_page(a, "BEFORE #den msgid=m400 200\n", 200, 400, "PRIVMSG #den :hi");
	expect_range(a, 300, 600);
	asked_run(a, LATEST(",'count':300"));
	answer_page(a, "LATEST #den * 200\n", 400, 600, "PRIVMSG #den :hi");
	answer_page(a, "BEFORE #den msgid=m400 200\n", 350, 400, "PRIVMSG #den :hi");
	expect_range(a, 350, 600);
	// Enough is enough.
	buf_reset(&a->core->world.said);
	asked_run(a, LATEST(",'count':200"));
	answer_page(a, "LATEST #den * 200\n", 400, 600, "PRIVMSG #den :hi");
	expect_range(a, 400, 600);
	core_expect_said(a->core, "BEFORE", 0);
}

static void full_pages_are_followed_forward(void **state)
{
	struct asked *a = *state;

	core_log_in(a->core, ASKED_CAPS);
	asked_run(a, LATEST(",'since':'2h'"));
	answer_page(a, "AFTER #den timestamp=", 0, 200, "PRIVMSG #den :hi");
	// A page is told as soon as it is there.
	assert_non_null(strstr(buf_str(&a->answers), "\"id\":\"m199\""));
	answer_page(a, "AFTER #den msgid=m199 200\n", 200, 210, "PRIVMSG #den :hi");
	expect_range(a, 0, 210);
	asked_run(a, LATEST(",'since':'m0','count':201"));
	answer_page(a, "AFTER #den msgid=m0 200\n", 1, 201, "PRIVMSG #den :hi");
	answer_page(a, "AFTER #den msgid=m200 200\n", 201, 401, "PRIVMSG #den :hi");
	expect_range(a, 1, 401);
	// Up to a moment: 11:03:00.
	buf_reset(&a->core->world.said);
	asked_run(a, LATEST(",'since':'m0','until':'2026-11-22T11:03:00.000Z'"));
	answer_page(a, "AFTER #den msgid=m0 200\n", 1, 201, "PRIVMSG #den :hi");
	expect_range(a, 1, 181);
	core_expect_said(a->core, "AFTER", 1);
	// Of a full page of people who came nothing is told, and it goes on all the same.
	asked_run(a, LATEST(",'since':'m0','until':'2026-11-22T11:03:00.000Z'"));
	answer_page(a, "AFTER #den msgid=m0 200\n", 1, 201, "JOIN #den");
	answer_page(a, "AFTER #den msgid=m200 200\n", 10, 12, "PRIVMSG #den :hi");
	expect_told(a, "m10 m11 end ");
}

// There is no next page where no message has an id to begin at.
static void without_ids_a_full_page_is_the_last(void **state)
{
	struct asked *a = *state;
	struct buf page = {0};

	core_log_in(a->core, ASKED_CAPS);
	asked_run(a, LATEST(",'since':'m0'"));
	buf_add_str(&page, " :h BATCH +p chathistory #den\n");
	for (int i = 0; i < 200; i++)
		buf_add_str(&page, "@batch=p :bob!b@h PRIVMSG #den :hi\n");
	buf_add_str(&page, ":h BATCH -p");
	core_answer(a->core, "AFTER", buf_str(&page));
	buf_clear(&page);
	assert_non_null(strstr(buf_str(&a->answers), "\"code\":0"));
}

static void of_a_page_what_was_said_is_told(void **state)
{
	static const struct asked_row row = {
		LATEST(""),
		{{"LATEST",
		  " :h BATCH +p chathistory #den\n"
		  "@batch=p;msgid=j1 :bob!b@h JOIN #den\n"
		  "@batch=p;msgid=r1;+draft/reply=m1;+draft/react=x :bob!b@h TAGMSG #den\n"
		  "@batch=p :h 305 ann :here\n"
		  "@batch=p;msgid=big;time=2026-11-22T11:00:00.000Z :bob!b@h BATCH +m "
		  "draft/multiline #den\n"
		  "@batch=m :bob!b@h PRIVMSG #den :one\n"
		  "@batch=m :bob!b@h PRIVMSG #den :two\n"
		  ":h BATCH -m\n"
		  "@batch=p;msgid=e1;time=2026-11-22T11:00:01.000Z;+draft/edit=m1 :bob!b@h "
		  "PRIVMSG #den :new\n"
		  ":h BATCH -p"}},
		"{'v':1,'type':'message','id':'big','time':'2026-11-22T11:00:00.000Z',"
		"'target':'#den','from':'bob','text':'one\\ntwo','self':false,'mention':false}\n"
		"{'v':1,'type':'edit','id':'e1','time':'2026-11-22T11:00:01.000Z',"
		"'target':'#den','from':'bob','edits':'m1','text':'new','self':false,"
		"'mention':false}\n" DONE};
	struct asked *a = *state;

	core_log_in(a->core, ASKED_CAPS);
	asked_play(a, &row);
}

#define FOUND(id)                                                                              \
	"{'v':1,'type':'message','id':'" id                                                    \
	"','time':'2026-11-22T11:00:00.000Z','target':'#den','from':'bob','text':'cake',"      \
	"'self':false,'mention':false}\n"
#define HIT(id, time)                                                                          \
	"@batch=s;msgid=" id ";time=2026-11-22T" time ".000Z :bob!b@h PRIVMSG #den :cake\n"

static void what_is_found_is_told_up_to_the_count(void **state)
{
	static const struct asked_row rows[] = {
		{"{'op':'search','text':'cake','count':2}",
		 {{"SEARCH", " :h BATCH +s soju.im/search\n" HIT("a", "11:00:00")
				     HIT("b", "11:00:00") HIT("c", "11:00:00") ":h BATCH -s"}},
		 FOUND("a") FOUND("b") DONE},
		{"{'op':'search','text':'cake','count':-2}",
		 {{"SEARCH",
		   " :h BATCH +s soju.im/search\n" HIT("a", "11:00:00") ":h BATCH -s"}},
		 DONE},
		{"{'op':'search','text':'cake','until':'2026-11-22T11:00:00.000Z'}",
		 {{"SEARCH", " :h BATCH +s soju.im/search\n" HIT("a", "11:00:00")
				     HIT("b", "11:00:01") ":h BATCH -s"}},
		 FOUND("a") DONE},
		{"{'op':'search','text':'cake'}",
		 {{"SEARCH", " :h FAIL SEARCH INVALID_PARAMS text :too short"}},
		 ENDS(1, "too short")},
		{"{'op':'search','text':'cake'}",
		 {{"SEARCH",
		   " :h BATCH +s soju.im/search\n" HIT(
			   "a",
			   "11:00:00") "@batch=s :h FAIL SEARCH INTERNAL :it broke\n:h BATCH -s"}},
		 ENDS(1, "it broke")},
	};
	struct asked *a = *state;

	core_log_in(a->core, ASKED_CAPS);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		asked_play(a, &rows[i]);
}

static void what_was_refused_or_broke_off_is_no_past(void **state)
{
	static const char hello[] = "@batch=p;msgid=m1 :bob!b@h PRIVMSG #den :hi\n";
	static const char *const requests[] = {LATEST(""), LATEST(",'since':'m0'"),
					       "{'op':'search','text':'hi'}"};
	struct asked *a = *state;

	core_log_in(a->core, ASKED_CAPS);
	for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
		struct buf lines = {0};
		const char *word = strstr(requests[i], "search") ? "SEARCH" : "CHATHISTORY";
		buf_printf(&lines, " :h BATCH +p chathistory #den\n%s", hello);
		asked_run(a, requests[i]);
		core_answer(a->core, word, buf_str(&lines));
		loose_world_break(&a->core->world);
		asked_expect(a, requests[i], BROKE);
		core_break(a->core, ASKED_CAPS);
		// What was refused before it broke was refused.
		buf_add_str(&lines, "@batch=p :h FAIL CHATHISTORY X #den :not yours");
		asked_run(a, requests[i]);
		core_answer(a->core, word, buf_str(&lines));
		loose_world_break(&a->core->world);
		asked_expect(a, requests[i], ENDS(1, "not yours"));
		core_break(a->core, ASKED_CAPS);
		buf_clear(&lines);
	}
}

// A batch within a page is none of its messages; what was refused is followed by no page.
static void only_a_full_page_is_followed(void **state)
{
	struct asked *a = *state;
	struct buf page = {0};

	core_log_in(a->core, ASKED_CAPS);
	buf_add_str(&page, " :h BATCH +p chathistory #den\n@batch=p :h BATCH +q other\n");
	for (int i = 0; i < 199; i++)
		buf_printf(&page, "@batch=p;msgid=m%d :bob!b@h PRIVMSG #den :hi\n", i);
	for (int is_full = 0; is_full < 2; is_full++) {
		buf_reset(&a->core->world.said);
		asked_run(a, LATEST(",'count':300"));
		if (is_full)
			buf_add_str(&page, "@batch=p;msgid=m200 :bob!b@h PRIVMSG #den :hi\n"
					   "@batch=p :h FAIL CHATHISTORY X #den :no more\n");
		size_t len = page.len;
		buf_add_str(&page, ":h BATCH -p");
		core_answer(a->core, "LATEST", buf_str(&page));
		page.len = len;
		core_expect_said(a->core, "BEFORE", 0);
		assert_non_null(strstr(buf_str(&a->answers), "\"type\":\"end\""));
		buf_reset(&a->answers);
	}
	buf_clear(&page);
}

static void who_is_gone_has_no_more_pages_asked_for(void **state)
{
	struct asked *a = *state;

	core_log_in(a->core, ASKED_CAPS);
	asked_run(a, LATEST(",'count':300"));
	requests_cancel(a->r, &a->answers);
	answer_page(a, "LATEST", 400, 600, "PRIVMSG #den :hi");
	core_expect_said(a->core, "BEFORE", 0);
	asked_expect(a, "cancelled", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ASKED(what_is_asked_for),
		ASKED(what_cannot_be_asked_is_refused),
		ASKED(the_newest_so_many_are_told_oldest_first),
		ASKED(full_pages_are_followed_back),
		ASKED(full_pages_are_followed_forward),
		ASKED(without_ids_a_full_page_is_the_last),
		ASKED(of_a_page_what_was_said_is_told),
		ASKED(what_is_found_is_told_up_to_the_count),
		ASKED(what_was_refused_or_broke_off_is_no_past),
		ASKED(only_a_full_page_is_followed),
		ASKED(who_is_gone_has_no_more_pages_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
