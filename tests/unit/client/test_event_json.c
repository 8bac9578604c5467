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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_has_every_member),
		cmocka_unit_test(a_file_is_named_beside_the_text),
		cmocka_unit_test(a_conversation_is_called_by_the_other_side),
		cmocka_unit_test(what_calls_the_room_calls_us),
		cmocka_unit_test(other_events_have_their_types),
		cmocka_unit_test(lines_for_people_are_plain),
		cmocka_unit_test(nothing_in_them_drives_a_terminal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
