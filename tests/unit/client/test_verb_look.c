// SPDX-License-Identifier: MIT
// snug tail, search, export, channels, members, status, whoami.
#include "tests/unit/client/verb.h"

#include "common/file.h"

#define AT(minute, id) "time=2026-11-22T12:0" #minute ":00.000Z;msgid=" id
#define BOB(tags, words) "@" tags " :bob!b@h PRIVMSG #den :" words "\r\n"
#define PAGE(lines) "$T:h BATCH +p$L chathistory #den\r\n" lines ":h BATCH -p$L"
#define IN_PAGE(minute, id, words) BOB("batch=p$L;" AT(minute, id), words)
#define ROOMS                                                                                  \
	VERB_LOGIN "\r\n:ann!a@h JOIN #den\r\n:h 332 ann #den :cake\r\n"                       \
		   ":h 353 ann = #den :@bob +cem ann\r\n:h 366 ann #den :end\r\n"              \
		   ":cem!c@h AWAY :lunch\r\n"                                                  \
		   ":h MARKREAD #den timestamp=2026-11-22T12:00:00.000Z"
#define TARGETS                                                                                \
	"$T:h BATCH +t draft/chathistory-targets\r\n"                                          \
	"@batch=t :h CHATHISTORY TARGETS dora 2026-11-22T12:00:00.000Z\r\n:h BATCH -t"

static const struct verb_answer two_lines[] = {
	{"CHATHISTORY LATEST ", PAGE(IN_PAGE(0, "x1", "one") IN_PAGE(1, "x2", "ann: two"))},
	{0}};

static void the_newest_lines_are_printed(void **state)
{
	struct verb_run *v = *state;
	v->answers = two_lines;
	verb_expect(v, SNUG(v, "", "tail", "#den"), EXIT_OK,
		    "2026-11-22 12:00 bob: one\nMention 2026-11-22 12:01 bob: ann: two\n",
		    NULL);
	verb_expect_said(v, " CHATHISTORY LATEST #den * 200\n");
	verb_expect(v, SNUG(v, "", "tail", "-n", "1", "#den"), EXIT_OK,
		    "Mention 2026-11-22 12:01 bob: ann: two\n", NULL);
	verb_expect(v, SNUG(v, "", "tail", "-n", "0", "#den"), EXIT_OK, "", NULL);
	verb_expect(v, SNUG(v, "", "tail", "--mentions", "#den"), EXIT_OK,
		    "Mention 2026-11-22 12:01 bob: ann: two\n", NULL);
	verb_expect(
		v, SNUG(v, "", "tail", "--json", "-n", "1", "#den"), EXIT_OK,
		"{\"v\":1,\"type\":\"message\",\"id\":\"x2\",\"time\":\"2026-11-22T12:01:00."
		"000Z\",\"target\":\"#den\",\"from\":\"bob\",\"text\":\"ann: "
		"two\",\"self\":false,\"mention\":true}\n",
		NULL);
	// Of several places each line says which.
	verb_expect(
		v, SNUG(v, "", "tail", "-n", "1", "#den", "#den"), EXIT_OK,
		"Mention 2026-11-22 12:01 #den bob: ann: two\nMention 2026-11-22 12:01 #den bob: ann: two\n",
		NULL);
}

static void from_a_time_on_pages_go_forward_up_to_another(void **state)
{
	static const struct verb_answer forward[] = {
		{"CHATHISTORY AFTER ", PAGE(IN_PAGE(1, "x1", "one") IN_PAGE(2, "x2", "two")
						    IN_PAGE(3, "x3", "three"))},
		{0}};
	struct verb_run *v = *state;
	v->answers = forward;
	verb_expect(v,
		    SNUG(v, "", "tail", "--since", "2026-11-22T12:00:00.000Z", "--until",
			 "2026-11-22T12:02:00.000Z", "#den"),
		    EXIT_OK, "2026-11-22 12:01 bob: one\n2026-11-22 12:02 bob: two\n", NULL);
	verb_expect_said(v, " CHATHISTORY AFTER #den timestamp=2026-11-22T12:00:00.000Z 200\n");
	verb_expect(
		v, SNUG(v, "", "tail", "--since", "m7", "-n", "0", "#den"), EXIT_OK,
		"2026-11-22 12:01 bob: one\n2026-11-22 12:02 bob: two\n2026-11-22 12:03 bob: three\n",
		NULL);
	verb_expect_said(v, " CHATHISTORY AFTER #den msgid=m7 200\n");
	verb_expect(
		v, SNUG(v, "", "tail", "--since", "2h", "#den"), EXIT_OK,
		"2026-11-22 12:01 bob: one\n2026-11-22 12:02 bob: two\n2026-11-22 12:03 bob: three\n",
		NULL);
	verb_expect_said(v, " CHATHISTORY AFTER #den timestamp=2");
}

static void before_a_time_the_newest_are_printed(void **state)
{
	static const struct verb_answer before[] = {
		{"CHATHISTORY BEFORE ", PAGE(IN_PAGE(1, "x1", "one"))}, {0}};
	struct verb_run *v = *state;
	v->answers = before;
	verb_expect(v, SNUG(v, "", "tail", "--until", "2026-11-22T12:02:00.000Z", "#den"),
		    EXIT_OK, "2026-11-22 12:01 bob: one\n", NULL);
	verb_expect_said(v,
			 " CHATHISTORY BEFORE #den timestamp=2026-11-22T12:02:00.000Z 200\n");
}

static void what_is_said_meanwhile_follows_the_page_once(void **state)
{
	static const struct verb_answer live[] = {
		{"CHATHISTORY LATEST ",
		 BOB(AT(2, "x2"), "two") BOB(AT(3, "x3"), "three")
			 PAGE(IN_PAGE(1, "x1", "one") IN_PAGE(2, "x2", "two")) "\r\n" BOB(AT(4, "x4"), "four") "@" AT(
				 5,
				 "x5") " :bob!b@h PRIVMSG #ops :elsewhere\r\n" BOB(AT(6, "x6"),
										   "ann: six") "$X"},
		{0}};
	struct verb_run *v = *state;
	v->answers = live;
	verb_expect(
		v, SNUG(v, "", "tail", "-f", "#den"), EXIT_UNREACHABLE,
		"2026-11-22 12:01 bob: one\n2026-11-22 12:02 bob: two\n2026-11-22 12:03 bob: three\n2026-11-22 12:04 bob: four\n"
		"Mention 2026-11-22 12:06 bob: ann: six\n",
		"127.0.0.1 ended the connection");
	verb_expect(v, SNUG(v, "", "tail", "-f", "--mentions", "#den"), EXIT_UNREACHABLE,
		    "Mention 2026-11-22 12:06 bob: ann: six\n", "ended the connection");
}

static void every_place_can_be_meant(void **state)
{
	static const struct verb_answer all[] = {
		{"CAP END", ROOMS},
		{"CHATHISTORY TARGETS ", TARGETS},
		{"CHATHISTORY LATEST #den ", PAGE(IN_PAGE(1, "x1", "one"))},
		{"CHATHISTORY LATEST dora ",
		 "$T:h BATCH +q chathistory dora\r\n@batch=q;" AT(
			 2, "d1") " :dora!d@h PRIVMSG ann :psst\r\n:h BATCH -q"},
		{"CHATHISTORY ", "$T:h ACK"},
		{"MARKREAD ", ":h MARKREAD dora timestamp=*"},
		{0}};
	struct verb_run *v = *state;
	v->answers = all;
	verb_expect(v, SNUG(v, "", "tail", "--all"), EXIT_OK,
		    "2026-11-22 12:01 #den bob: one\n2026-11-22 12:02 dora dora: psst\n", NULL);
	verb_expect(v, SNUG(v, "", "tail"), EXIT_USAGE, "", "usage: snug tail");
	verb_expect(v, SNUG(v, "", "tail", "-f"), EXIT_USAGE, "", "usage: snug tail");
	verb_expect(v, SNUG(v, "", "tail", "--mentions"), EXIT_USAGE, "", "usage: snug tail");
	verb_expect(v, SNUG(v, "", "tail", "--all", "#den"), EXIT_USAGE, "",
		    "usage: snug tail");
}

static void mentions_are_followed_everywhere(void **state)
{
	static const struct verb_answer all[] = {
		{"CAP END", ROOMS},
		{"CHATHISTORY TARGETS ", "$T:h ACK"},
		{"CHATHISTORY LATEST ",
		 PAGE("") "\r\n@" AT(5, "x5") " :bob!b@h PRIVMSG #ops :ann!\r\n$X"},
		{"CHATHISTORY ", "$T:h ACK"},
		{0}};
	struct verb_run *v = *state;
	v->answers = all;
	verb_expect(v, SNUG(v, "", "tail", "-f", "--mentions"), EXIT_UNREACHABLE,
		    "Mention 2026-11-22 12:05 bob: ann!\n", "ended the connection");
}

static void what_is_found_is_printed(void **state)
{
	static const struct verb_answer found[] = {
		{"SEARCH ", "$T:h BATCH +p$L soju.im/search\r\n" IN_PAGE(1, "x1", "cake")
				    IN_PAGE(2, "x2", "more cake") ":h BATCH -p$L"},
		{0}};
	struct verb_run *v = *state;
	v->answers = found;
	verb_expect(v, SNUG(v, "", "search", "cake"), EXIT_OK,
		    "2026-11-22 12:01 #den bob: cake\n2026-11-22 12:02 #den bob: more cake\n",
		    NULL);
	verb_expect_said(v, " SEARCH limit=20;text=cake\n");
	verb_expect(v,
		    SNUG(v, "", "search", "--in", "#den", "--from", "bob", "--since",
			 "2026-11-22T12:00:00.000Z", "--until", "2026-11-22T13:00:00.000Z",
			 "-n", "1", "a;b"),
		    EXIT_OK, "2026-11-22 12:01 #den bob: cake\n", NULL);
	verb_expect_said(v, " SEARCH in=#den;from=bob;after=2026-11-22T12:00:00.000Z;"
			    "before=2026-11-22T13:00:00.000Z;limit=1;text=a\\:b\n");
	// A time is meant, no message.
	verb_expect(v, SNUG(v, "", "search", "--since", "m1", "cake"), EXIT_OK,
		    "2026-11-22 12:01 #den bob: cake\n2026-11-22 12:02 #den bob: more cake\n",
		    NULL);
	verb_expect_said(v, " SEARCH limit=20;text=cake\n");
}

static void refusals_of_pages_and_searches_are_told(void **state)
{
	static const struct verb_answer refuses[] = {
		{"SEARCH ", "$T:h FAIL SEARCH INVALID_PARAMS text :too short"},
		{"CHATHISTORY ", "$T:h FAIL CHATHISTORY INVALID_TARGET #den :not yours"},
		{0}};
	struct verb_run *v = *state;
	v->answers = refuses;
	verb_expect(v, SNUG(v, "", "search", "x"), EXIT_REFUSED, "", "snug: too short\n");
	verb_expect(v, SNUG(v, "", "tail", "#den"), EXIT_REFUSED, "", "snug: not yours\n");
	v->caps = VERB_PLAIN_CAPS;
	verb_expect(v, SNUG(v, "", "search", "x"), EXIT_REFUSED, "", "cannot search");
	verb_expect(v, SNUG(v, "", "tail", "#den"), EXIT_REFUSED, "", "keeps no history");
}

static void a_break_while_a_page_comes_is_told(void **state)
{
	static const struct verb_answer breaks[] = {
		{"CHATHISTORY ",
		 "$T:h BATCH +p$L chathistory #den\r\n" IN_PAGE(1, "x1", "one") "$X"},
		{"SEARCH ", "$X"},
		{0}};
	struct verb_run *v = *state;
	v->answers = breaks;
	verb_expect(v, SNUG(v, "", "tail", "#den"), EXIT_UNREACHABLE, "",
		    "ended the connection");
	verb_expect(v, SNUG(v, "", "search", "x"), EXIT_UNREACHABLE, "",
		    "ended the connection");
}

static void everything_can_be_written_down(void **state)
{
	static const struct verb_answer pages[] = {
		{"CHATHISTORY AFTER ", PAGE(IN_PAGE(1, "x1", "one"))}, {0}};
	static const char json[] =
		"{\"v\":1,\"type\":\"message\",\"id\":\"x1\",\"time\":\"2026-11-22T12:01:00.000Z\","
		"\"target\":\"#den\",\"from\":\"bob\",\"text\":\"one\",\"self\":false,\"mention\":"
		"false}\n";
	struct verb_run *v = *state;
	v->answers = pages;
	verb_expect(v, SNUG(v, "", "export", "#den"), EXIT_OK, "2026-11-22 12:01 bob: one\n",
		    NULL);
	verb_expect_said(v, " CHATHISTORY AFTER #den timestamp=1970-01-01T00:00:00.000Z 200\n");
	verb_expect(v, SNUG(v, "", "export", "--format", "text", "#den"), EXIT_OK,
		    "2026-11-22 12:01 bob: one\n", NULL);
	verb_expect(v, SNUG(v, "", "export", "--format", "jsonl", "#den"), EXIT_OK, json, NULL);
	verb_expect(v, SNUG(v, "", "export", "--json", "--since", "m3", "#den"), EXIT_OK, json,
		    NULL);
	verb_expect_said(v, " CHATHISTORY AFTER #den msgid=m3 200\n");
	verb_expect(v, SNUG(v, "", "export", "--format", "pdf", "#den"), EXIT_USAGE, "",
		    "usage: snug export");
	verb_expect(v, SNUG(v, "", "export", "--until", "2026-11-22T12:00:00.000Z", "#den"),
		    EXIT_OK, "", NULL);
}

static void rooms_and_who_is_in_them_are_shown(void **state)
{
	static const struct verb_answer rooms[] = {
		{"CAP END", ROOMS},
		{"CHATHISTORY TARGETS ", TARGETS},
		{"CHATHISTORY AFTER #den ",
		 PAGE(IN_PAGE(1, "x1", "one") IN_PAGE(2, "x2", "ann: two"))},
		{"CHATHISTORY ", "$T:h ACK"},
		{"MARKREAD ", ":h MARKREAD dora timestamp=*"},
		{0}};
	struct verb_run *v = *state;
	v->answers = rooms;
	verb_expect(v, SNUG(v, "", "channels"), EXIT_OK,
		    "#den\t3\t2\t1\tcake\ndora\t0\t0\t0\t\n", NULL);
	verb_expect_said(v, "MARKREAD dora\n");
	verb_expect(v, SNUG(v, "", "members", "#den"), EXIT_OK,
		    "\tann\t\n@\tbob\t\n+\tcem\taway\n", NULL);
	verb_expect(v, SNUG(v, "", "members", "#ops"), EXIT_REFUSED, "",
		    "snug: we are not in that room\n");
	assert_int_equal(SNUG(v, "", "members", "--json", "#den"), EXIT_OK);
	verb_expect_part(v, &v->out,
			 "{\"v\":1,\"type\":\"member\",\"target\":\"#den\",\"name\":\"cem\","
			 "\"account\":\"\",\"prefix\":\"+\",\"away\":true,\"here\":true}\n");
	v->caps = VERB_PLAIN_CAPS;
	verb_expect(v, SNUG(v, "", "channels"), EXIT_OK, "#den\t3\t0\t0\tcake\n", NULL);
}

static void the_connection_and_whom_it_is_of_are_shown(void **state)
{
	struct verb_run *v = *state;
	char wanted[200], pin[PIN_TEXT_MAX];
	assert_int_equal(SNUG(v, "", "status"), EXIT_OK);
	verb_expect_part(v, &v->out, "online  ann at 127.0.0.1  ");
	verb_expect_part(v, &v->out, " ms  TLSv1.3 ");
	assert_null(strstr(buf_str(&v->out), "unsent"));
	assert_null(strstr(buf_str(&v->out), "den"));
	assert_int_equal(SNUG(v, "", "status", "--json"), EXIT_OK);
	verb_expect_part(v, &v->out, "{\"v\":1,\"type\":\"state\",\"state\":\"online\",");
	snprintf(wanted, sizeof(wanted), "ann at 127.0.0.1:%s  (profile den)\n",
		 v->server.port);
	verb_expect(v, SNUG(v, "", "whoami"), EXIT_OK, wanted, NULL);
	pin_text(v->server.pin, pin);
	snprintf(
		wanted, sizeof(wanted),
		"{\"v\":1,\"type\":\"whoami\",\"account\":\"ann\",\"host\":\"127.0.0.1\",\"port\":"
		"\"%s\",\"profile\":\"den\",\"pin\":\"%s\"}\n",
		v->server.port, pin);
	verb_expect(v, SNUG(v, "", "whoami", "--json"), EXIT_OK, wanted, NULL);
	verb_expect(v, SNUG(v, "", "-p", "work", "whoami"), EXIT_LOGIN, "",
		    "no server is known as work");
}

static void of_several_servers_the_last_is_marked(void **state)
{
	struct verb_run *v = *state;
	struct profile p = {.name = (char[]){"work"}};
	char wanted[100];
	verb_make_profile(v, "work", false);
	verb_expect(v, SNUG(v, "", "whoami"), EXIT_LOGIN, "", "no server is known yet");
	profile_set_last(&p, &v->paths);
	assert_int_equal(SNUG(v, "", "status"), EXIT_OK);
	snprintf(wanted, sizeof(wanted), "\n  den  ann at 127.0.0.1:%s\n", v->server.port);
	verb_expect_part(v, &v->out, wanted);
	snprintf(wanted, sizeof(wanted), "\n* work  ann at 127.0.0.1:%s\n", v->server.port);
	verb_expect_part(v, &v->out, wanted);
	assert_int_equal(SNUG(v, "", "status", "--json"), EXIT_OK);
	verb_expect_part(v, &v->out, "\"last\":true,\"running\":false}\n");
	// One that cannot be read is named.
	char *file = path_join(v->paths.data, "den", "profile");
	assert_true(file_put(file, SPAN("[server]\nport = 1\n"), 0600));
	free(file);
	assert_int_equal(SNUG(v, "", "status"), EXIT_OK);
	verb_expect_part(v, &v->err,
			 "host is missing; remove its folder, then run `snug login HOST`");
	verb_expect(v, SNUG(v, "", "-p", "den", "whoami"), EXIT_CONFIG, "", "host is missing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_newest_lines_are_printed),
		TEST(from_a_time_on_pages_go_forward_up_to_another),
		TEST(before_a_time_the_newest_are_printed),
		TEST(what_is_said_meanwhile_follows_the_page_once),
		TEST(every_place_can_be_meant),
		TEST(mentions_are_followed_everywhere),
		TEST(what_is_found_is_printed),
		TEST(refusals_of_pages_and_searches_are_told),
		TEST(a_break_while_a_page_comes_is_told),
		TEST(everything_can_be_written_down),
		TEST(rooms_and_who_is_in_them_are_shown),
		TEST(the_connection_and_whom_it_is_of_are_shown),
		TEST(of_several_servers_the_last_is_marked),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
