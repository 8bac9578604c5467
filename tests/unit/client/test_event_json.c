// SPDX-License-Identifier: MIT
// The stable form of what was said, and its line for people.
#include "client/api/event_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

static json_t *event_of(const char *line)
{
	struct msg m;
	assert_int_equal(msg_parse(&m, span_of(line)), MSG_OK);
	return event_json(&m, SPAN("ann"), 0);
}

static void assert_event(const char *line, const char *wanted)
{
	json_t *event = event_of(line), *expected = json_loads(wanted, 0, NULL);
	assert_non_null(expected);
	if (!json_equal(event, expected)) {
		char *text = json_dumps(event, 0);
		fail_msg("%s", text ? text : "nothing");
	}
	json_decref(event);
	json_decref(expected);
}

#define AT "@time=2026-11-22T12:05:31.204Z"

static void a_message_has_every_member(void **state)
{
	(void)state;
	assert_event(AT ";msgid=m1;account=bob;+reply=m0;snug.chat/seq=7 "
			":bob!b@h PRIVMSG #a :hi ann",
		     "{\"v\":1,\"type\":\"message\",\"id\":\"m1\","
		     "\"time\":\"2026-11-22T12:05:31.204Z\",\"target\":\"#a\",\"from\":\"bob\","
		     "\"account\":\"bob\",\"text\":\"hi ann\",\"reply\":\"m0\",\"seq\":7,"
		     "\"self\":false,\"mention\":true}");
}

static void a_file_is_named_beside_the_text(void **state)
{
	(void)state;
	static const char line[] =
		AT ";msgid=m1;snug.chat/file=f1;snug.chat/file-name=a\\sb.png;"
		   "snug.chat/file-type=image/png;snug.chat/file-size=2048 "
		   ":bob!b@h PRIVMSG #a :look https://h/f/f1 there";
	assert_event(line, "{\"v\":1,\"type\":\"message\",\"id\":\"m1\","
			   "\"time\":\"2026-11-22T12:05:31.204Z\",\"target\":\"#a\","
			   "\"from\":\"bob\",\"text\":\"look https://h/f/f1 there\","
			   "\"file\":{\"id\":\"f1\",\"name\":\"a b.png\","
			   "\"type\":\"image/png\",\"size\":2048},"
			   "\"self\":false,\"mention\":false}");
	json_t *event = event_of(line);
	struct buf text = {0};
	event_text(&text, event, true);
	assert_non_null(strstr(buf_str(&text), " #a bob: look a b.png (2.0 KiB) there\n"));
	buf_clear(&text);
	json_decref(event);
}

static void a_conversation_is_called_by_the_other_side(void **state)
{
	(void)state;
	json_t *event = event_of(":bob!b@h PRIVMSG ann :psst");
	assert_string_equal(json_string_value(json_object_get(event, "target")), "bob");
	assert_true(json_is_true(json_object_get(event, "mention")));
	json_decref(event);
	event = event_of(":ann!a@h PRIVMSG bob :psst");
	assert_string_equal(json_string_value(json_object_get(event, "target")), "bob");
	assert_true(json_is_true(json_object_get(event, "self")));
	assert_false(json_is_true(json_object_get(event, "mention")));
	json_decref(event);
}

static void what_calls_the_room_calls_us(void **state)
{
	static const struct {
		const char *line;
		bool is_mention;
	} rows[] = {
		{"@snug.chat/alert=room :bob!b@h PRIVMSG #a :@room", true},
		{"@batch=p;snug.chat/alert=room :bob!b@h PRIVMSG #a :@room", true},
		{"@snug.chat/alert=none :ci[hook]!hook@h PRIVMSG #a :ann: @room", false},
		{"@snug.chat/alert=here :bob!b@h PRIVMSG #a :@here", true},
		{"@batch=p;snug.chat/alert=here :bob!b@h PRIVMSG #a :@here", false},
		{"@snug.chat/alert=room :ann!a@h PRIVMSG #a :@room", false},
		{":bob!b@h PRIVMSG #a :@room", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *event = event_of(rows[i].line);
		if (json_is_true(json_object_get(event, "mention")) != rows[i].is_mention)
			fail_msg("%s", rows[i].line);
		json_decref(event);
	}
}

static void other_events_have_their_types(void **state)
{
	(void)state;
	static const char *const lines[][2] = {
		{":bob!b@h JOIN #a", "join"},
		{":bob!b@h PART #a :bye", "part"},
		{":ann!a@h KICK #a bob :rude", "part"},
		{":bob!b@h TOPIC #a :cake", "topic"},
		{":bob!b@h REDACT #a m1 :typo", "redact"},
		{"@+draft/edit=m1 :bob!b@h PRIVMSG #a :cake", "edit"},
		{"@+reply=m1;+draft/react=x :bob!b@h TAGMSG #a", "reaction"},
		{":h FAIL PRIVMSG INVALID_ID x :No", "error"},
		{":h WARN * SOMETHING :Mind it", "error"},
		{":h MARKREAD #a timestamp=2026-11-22T12:05:31.204Z", "read"},
	};
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		json_t *event = event_of(lines[i][0]);
		assert_string_equal(json_string_value(json_object_get(event, "type")),
				    lines[i][1]);
		json_decref(event);
	}
	assert_null(event_of("@label=1 :h FAIL PRIVMSG INVALID_ID x :No"));
	assert_null(event_of(":h 005 ann A=B :are supported"));
	assert_null(event_of("@+typing=active :bob!b@h TAGMSG #a"));
}

static void assert_text(const char *line, const char *wanted)
{
	json_t *event = event_of(line);
	struct buf out = {0};
	event_text(&out, event, true);
	assert_non_null(strstr(buf_str(&out), wanted));
	buf_clear(&out);
	json_decref(event);
}

static void lines_for_people_are_plain(void **state)
{
	(void)state;
	setenv("TZ", "EAST-12", 1);
	tzset();
	assert_text(AT " :bob!b@h PRIVMSG #a :hello", "2026-11-23 00:05 #a bob: hello\n");
	assert_text(AT " :bob!b@h PRIVMSG #a :\1ACTION waves\1", " #a * bob waves\n");
	assert_text(AT " :bob!b@h NOTICE #a :done", " #a -bob-: done\n");
	assert_text(AT " :bob!b@h PRIVMSG #a :ann: look", "Mention ");
	assert_text(AT " :bob!b@h PART #a :bye", " #a bob left: bye\n");
	assert_text("@+draft/edit=x;time=2026-11-22T12:05:31.204Z :bob!b@h PRIVMSG #a :cake",
		    " #a bob edited: cake\n");
}

static void nothing_in_them_drives_a_terminal(void **state)
{
	(void)state;
	json_t *event =
		event_of(AT " :bob\x1b[2J!b@h PRIVMSG #a\x1b]0;x :\x1b[31mred\x07 \xc2\x9b"
			    "1m");
	struct buf out = {0};
	event_text(&out, event, true);
	for (size_t i = 0; i < out.len; i++) {
		unsigned char c = (unsigned char)out.at[i];
		assert_true(c == '\n' || (c >= ' ' && c != 0x7f && c != 0x9b));
	}
	buf_clear(&out);
	json_decref(event);
}

#define HEAD(type) "{\"v\":1,\"type\":\"" type "\",\"time\":\"2026-11-22T12:05:31.204Z\","
#define OF_BOB HEAD("message") "\"target\":\"#a\",\"from\":\"bob\","
#define CALLS(mention) "\"self\":false,\"mention\":" mention "}"

static void each_part_of_a_line_has_its_member(void **state)
{
	static const char *const rows[][2] = {
		{AT " :bob!b@h PRIVMSG @#a :hi", OF_BOB "\"text\":\"hi\"," CALLS("false")},
		{AT " :bob!b@h PRIVMSG #a :", OF_BOB "\"text\":\"\"," CALLS("false")},
		{AT " :bob!b@h PRIVMSG #a :\1ACTION waves\1",
		 OF_BOB "\"text\":\"waves\",\"kind\":\"action\"," CALLS("false")},
		{AT " :bob!b@h PRIVMSG #a :\1ACTION waves",
		 OF_BOB "\"text\":\"waves\",\"kind\":\"action\"," CALLS("false")},
		{AT " :bob!b@h NOTICE #a :hi",
		 OF_BOB "\"text\":\"hi\",\"kind\":\"notice\"," CALLS("false")},
		{AT ";+draft/reply=m0 :bob!b@h PRIVMSG #a :hi",
		 OF_BOB "\"text\":\"hi\",\"reply\":\"m0\"," CALLS("false")},
		{AT ";snug.chat/seq=x;snug.chat/file= :bob!b@h PRIVMSG #a :hi",
		 OF_BOB "\"text\":\"hi\"," CALLS("false")},
		{AT ";snug.chat/file=f1;snug.chat/file-size=big :bob!b@h PRIVMSG #a :hi",
		 OF_BOB "\"text\":\"hi\",\"file\":{\"id\":\"f1\"}," CALLS("false")},
		// A program's words call nobody by name.
		{AT ";snug.chat/alert=none :bob!b@h PRIVMSG #a :ann",
		 OF_BOB "\"text\":\"ann\"," CALLS("false")},
		{AT ";snug.chat/alert=other :bob!b@h PRIVMSG #a :ann",
		 OF_BOB "\"text\":\"ann\"," CALLS("true")},
		// The time is ours where there is none.
		{":bob!b@h JOIN #a", "{\"v\":1,\"type\":\"join\",\"time\":"
				     "\"1970-01-01T00:00:00.000Z\",\"target\":\"#a\","
				     "\"from\":\"bob\"}"},
		{AT " :ann!a@h KICK #a bob :rude",
		 HEAD("part") "\"target\":\"#a\",\"from\":\"bob\",\"by\":\"ann\","
			      "\"text\":\"rude\"}"},
		{AT ";+draft/reply=m1;+draft/react=x :bob!b@h TAGMSG #a",
		 HEAD("reaction") "\"target\":\"#a\",\"from\":\"bob\",\"reply\":\"m1\","
				  "\"text\":\"x\",\"removed\":false}"},
		{AT ";+reply=m1;+react=x :bob!b@h TAGMSG #a",
		 HEAD("reaction") "\"target\":\"#a\",\"from\":\"bob\",\"reply\":\"m1\","
				  "\"text\":\"x\",\"removed\":false}"},
		{AT ";+reply=m1;+draft/unreact=x :bob!b@h TAGMSG #a",
		 HEAD("reaction") "\"target\":\"#a\",\"from\":\"bob\",\"reply\":\"m1\","
				  "\"text\":\"x\",\"removed\":true}"},
		{AT ";+reply=m1;+unreact=x :bob!b@h TAGMSG #a",
		 HEAD("reaction") "\"target\":\"#a\",\"from\":\"bob\",\"reply\":\"m1\","
				  "\"text\":\"x\",\"removed\":true}"},
		{AT " :h FAIL PRIVMSG CODE #a :no",
		 HEAD("error") "\"command\":\"PRIVMSG\",\"code\":\"CODE\",\"text\":\"no\"}"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_event(rows[i][0], rows[i][1]);
	// What nobody said, and what says nothing.
	assert_null(event_of("PRIVMSG #a :hi"));
	assert_null(event_of(":!b@h PRIVMSG #a :hi"));
	assert_null(event_of(":h MARKREAD #a *"));
	assert_null(event_of(":h FAIL PRIVMSG CODE"));
}

static void a_line_for_people_shows_what_there_is(void **state)
{
	static const struct {
		const char *event;
		bool with_target;
		const char *text;
	} rows[] = {
		{"{'type':'message','target':'#a','from':'bob','text':'hi'}", true,
		 "#a bob: hi\n"},
		{"{'type':'message','target':'#a','from':'bob','text':'hi'}", false,
		 "bob: hi\n"},
		{"{'type':'message','time':'soon','from':'bob','text':'hi'}", true,
		 "bob: hi\n"},
		{"{'type':'message','target':'#a','from':'bob','text':'hi','mention':true}",
		 false, "Mention bob: hi\n"},
		{"{'type':'message','target':'bob','from':'bob','text':'hi','mention':true}",
		 false, "bob: hi\n"},
		{"{'type':'state','state':'offline'}", true, "connection: offline\n"},
		{"{'type':'gap','text':'ask'}", true, "gap: ask\n"},
		{"{'type':'join','target':'#a','from':'bob'}", false, "bob joined\n"},
		{"{'type':'read','target':'#a','from':'bob','text':'x'}", true, ""},
		{"{'type':'message','from':'bob','text':'see f1 xf2 a/f1','file':{'id':'f1',"
		 "'name':'','size':5}}",
		 true, "bob: see f1 xf2 file (5 B)\n"},
		{"{'type':'message','from':'bob','text':'see a/f1 ','file':{'id':'','name':'n'}}",
		 true, "bob: see a/f1\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *text = strdup(rows[i].event);
		struct buf out = {0};
		for (char *c = text; *c; c++)
			*c = *c == '\'' ? '"' : *c;
		json_t *event = json_loads(text, 0, NULL);
		event_text(&out, event, rows[i].with_target);
		assert_string_equal(buf_str(&out), rows[i].text);
		buf_clear(&out);
		json_decref(event);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_has_every_member),
		cmocka_unit_test(a_file_is_named_beside_the_text),
		cmocka_unit_test(a_conversation_is_called_by_the_other_side),
		cmocka_unit_test(what_calls_the_room_calls_us),
		cmocka_unit_test(other_events_have_their_types),
		cmocka_unit_test(each_part_of_a_line_has_its_member),
		cmocka_unit_test(lines_for_people_are_plain),
		cmocka_unit_test(a_line_for_people_shows_what_there_is),
		cmocka_unit_test(nothing_in_them_drives_a_terminal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
