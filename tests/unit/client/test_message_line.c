// SPDX-License-Identifier: MIT
// From texts to lines and back: splitting, receipts, messages of many lines.
#include "client/api/assemble.h"
#include "client/sync/message_line.h"
#include "client/sync/multiline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static struct msg parse(const char *line)
{
	struct msg m;
	assert_int_equal(msg_parse(&m, span_of(line)), MSG_OK);
	return m;
}

static size_t split(const char *text, struct span *parts, size_t max)
{
	struct message_parts p;
	size_t n = 0;
	message_parts_init(&p, span_of(text), LINE_MESSAGE, SPAN("#lounge"), 512);
	while (n < max && message_parts_next(&p, &parts[n]))
		n++;
	return n;
}

static void a_short_text_is_one_line(void **state)
{
	(void)state;
	struct span parts[4];
	assert_int_equal(split("hello", parts, 4), 1);
	assert_true(span_eq(parts[0], SPAN("hello")));
}

static void lines_are_parts_and_empty_ones_are_left_out(void **state)
{
	(void)state;
	struct span parts[4];
	assert_int_equal(split("one\r\n\n\ntwo\n", parts, 4), 2);
	assert_true(span_eq(parts[0], SPAN("one")));
	assert_true(span_eq(parts[1], SPAN("two")));
	assert_int_equal(split("\n", parts, 4), 1);
	assert_int_equal(split("\r\r\n", parts, 4), 1);
	assert_true(span_eq(parts[0], SPAN(" ")));
	// What makes it an action takes its room.
	assert_int_equal(message_text_max(LINE_ACTION, SPAN("#a"), 512),
			 message_text_max(LINE_MESSAGE, SPAN("#a"), 512) - 9);
}

static void long_lines_break_at_blanks_and_never_inside_a_character(void **state)
{
	(void)state;
	char text[1200];
	struct span parts[8];
	size_t len = 0;
	while (len + 8 < sizeof(text)) {
		memcpy(text + len, "wörter ", 8);
		len += 8;
	}
	text[len] = '\0';
	size_t n = split(text, parts, 8), total = 0;
	assert_true(n >= 3);
	for (size_t i = 0; i < n; i++) {
		assert_true(parts[i].len <= 380);
		assert_int_equal(parts[i].at[0], 'w');
		total += parts[i].len;
	}
	assert_int_equal(total, len);
	// Without a blank: at a character.
	for (size_t i = 0; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "ö", 2);
	text[sizeof(text) - 2] = '\0';
	n = split(text, parts, 8);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(parts[i].len % 2, 0);
}

static void actions_and_notices_have_their_forms(void **state)
{
	(void)state;
	struct buf line = {0};
	message_line(&line, &(struct message_words){LINE_ACTION, SPAN("#a"), SPAN("waves"),
						    SPAN(""), SPAN("")});
	assert_string_equal(buf_str(&line), "PRIVMSG #a :\1ACTION waves\1");
	buf_reset(&line);
	message_line(&line, &(struct message_words){LINE_NOTICE, SPAN("bob"), SPAN("ready"),
						    SPAN(""), SPAN("")});
	assert_string_equal(buf_str(&line), "NOTICE bob :ready");
	buf_clear(&line);
}

static void each_kind_has_its_line_and_its_tags(void **state)
{
	static const struct {
		enum line_kind kind;
		const char *text, *id, *reply_to, *line, *tags;
	} rows[] = {
		{LINE_MESSAGE, "hi", "a;b", "m1", "PRIVMSG #a :hi",
		 "snug.chat/id=a\\:b;+reply=m1"},
		{LINE_EDIT, "hi", "x", "m1", "PRIVMSG #a :hi", "snug.chat/id=x;+draft/edit=m1"},
		{LINE_REACTION, "o; /", "x", "m1", "TAGMSG #a",
		 "snug.chat/id=x;+draft/reply=m1;+draft/react=o\\:\\s/"},
		{LINE_REMOVAL, "", "x", "m1", "REDACT #a m1", "snug.chat/id=x"},
		{LINE_REMOVAL, "a typo\nQUIT", "", "m1", "REDACT #a m1 :a typo QUIT", ""},
		{LINE_TOPIC, "cake\r\nQUIT", "x", "", "TOPIC #a :cake  QUIT",
		 "snug.chat/id=x;snug.chat/was="},
		{LINE_TOPIC, "", "x", "old one",
		 "TOPIC #a :", "snug.chat/id=x;snug.chat/was=old\\sone"},
		{LINE_TOPIC, "cake", "", "old", "TOPIC #a :cake", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct message_words w = {rows[i].kind, SPAN("#a"), span_of(rows[i].text),
					  span_of(rows[i].id), span_of(rows[i].reply_to)};
		struct buf line = {0}, tags = {0};

		message_line(&line, &w);
		message_tags(&tags, &w);
		assert_string_equal(buf_str(&line), rows[i].line);
		assert_string_equal(buf_str(&tags), rows[i].tags);
		buf_clear(&line);
		buf_clear(&tags);
	}
}

static enum message_fate fate_of(const char *line, bool is_labeled)
{
	struct message_receipt r = {0};
	struct msg m = parse(line);
	message_receipt_take(&r, &m, SPAN("ann"), SPAN("#a"),
			     is_labeled ? (struct span){0} : SPAN("hello"));
	free(r.reason);
	return r.fate;
}

static void the_servers_answers_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(fate_of(":ann!a@h PRIVMSG #a :hello", false), MESSAGE_STORED);
	assert_int_equal(fate_of(":Ann!a@h PRIVMSG #A :hello", false), MESSAGE_STORED);
	assert_int_equal(fate_of(":ann!a@h PRIVMSG #a :other", false), MESSAGE_UNRELATED);
	assert_int_equal(fate_of(":ann!a@h PRIVMSG #a :other", true), MESSAGE_STORED);
	assert_int_equal(fate_of(":bob!a@h PRIVMSG #a :hello", false), MESSAGE_UNRELATED);
	assert_int_equal(fate_of(":ann!a@h PRIVMSG #b :hello", false), MESSAGE_UNRELATED);
	assert_int_equal(fate_of(":h 404 ann #a :no", false), MESSAGE_REFUSED);
	assert_int_equal(fate_of(":h 404 ann #b :no", false), MESSAGE_UNRELATED);
	assert_int_equal(fate_of(":h 404 ann #b :no", true), MESSAGE_REFUSED);
	assert_int_equal(fate_of(":h FAIL PRIVMSG FULL #a :no", true), MESSAGE_REFUSED);
	assert_int_equal(fate_of(":h FAIL REDACT X #a :no", false), MESSAGE_UNRELATED);
	assert_int_equal(fate_of(":h 301 ann bob :away", true), MESSAGE_UNRELATED);
	// Of other lines of ours none is an echo; of many lines the one that opens them is.
	assert_int_equal(fate_of(":ann!a@h JOIN #a", true), MESSAGE_UNRELATED);
	assert_int_equal(fate_of(":ann!a@h TOPIC #a :hello", true), MESSAGE_STORED);
	assert_int_equal(fate_of(":ann!a@h BATCH +x draft/multiline #a", true), MESSAGE_STORED);
	assert_int_equal(fate_of(":ann!a@h BATCH +x netsplit #a", true), MESSAGE_UNRELATED);
	assert_int_equal(fate_of(":bob!b@h BATCH +x draft/multiline #a", true),
			 MESSAGE_UNRELATED);
}

static void a_receipt_keeps_id_time_and_sequence(void **state)
{
	(void)state;
	struct message_receipt r = {0};
	struct msg m = parse("@msgid=m7;time=2026-11-22T12:00:00.500Z;snug.chat/seq=42 "
			     ":ann!a@h PRIVMSG #a :x");
	assert_true(message_receipt_take(&r, &m, SPAN("ann"), SPAN("#a"), (struct span){0}));
	assert_string_equal(r.id, "m7");
	assert_int_equal(r.seq, 42);
	assert_int_equal(r.at_ms % 1000, 500);
	// Nothing that comes behind changes it.
	m = parse(":h 404 ann #a :no");
	assert_false(message_receipt_take(&r, &m, SPAN("ann"), SPAN("#a"), (struct span){0}));
	assert_int_equal(r.fate, MESSAGE_STORED);
}

static void batches_keep_the_servers_limits(void **state)
{
	(void)state;
	struct multiline_limits limits;
	struct buf lines = {0};
	multiline_limits_parse(&limits, SPAN("max-bytes=30,max-lines=3"));
	assert_int_equal(limits.bytes, 30);
	assert_int_equal(limits.lines, 3);
	struct span rest = SPAN("a\nb\nc\nd");
	multiline_add(&lines, &rest, &limits, "r", LINE_MESSAGE, SPAN("#a"), 10);
	assert_string_equal(buf_str(&lines), "@batch=r PRIVMSG #a :a\n@batch=r PRIVMSG #a :b\n"
					     "@batch=r PRIVMSG #a :c\n");
	assert_true(span_eq(rest, SPAN("d")));
	buf_reset(&lines);
	rest = SPAN("0123456789ABCDE");
	multiline_add(&lines, &rest, &limits, "r", LINE_MESSAGE, SPAN("#a"), 10);
	assert_string_equal(buf_str(&lines),
			    "@batch=r PRIVMSG #a :0123456789\n"
			    "@batch=r;draft/multiline-concat PRIVMSG #a :ABCDE\n");
	buf_clear(&lines);
	multiline_limits_parse(&limits, SPAN(""));
	assert_int_equal(limits.bytes, 0);
}

static void a_batch_is_put_together_again(void **state)
{
	(void)state;
	struct assembly a = {0};
	const char *lines[] = {
		"@msgid=m1;batch=outer :ann!a@h BATCH +z draft/multiline #a",
		"@batch=z :ann!a@h PRIVMSG #a :one",
		"@batch=z :ann!a@h PRIVMSG #a :",
		"@batch=z :ann!a@h PRIVMSG #a :two",
		"@batch=z;draft/multiline-concat :ann!a@h PRIVMSG #a : and more",
	};
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct msg m = parse(lines[i]);
		assert_null(assembly_take(&a, &m));
	}
	struct msg between = parse(":bob!b@h PRIVMSG #a :live");
	assert_ptr_equal(assembly_take(&a, &between), &between);
	struct msg end = parse(":h BATCH -z");
	const struct msg *whole = assembly_take(&a, &end);
	assert_non_null(whole);
	struct span id;
	assert_true(msg_tag(whole, SPAN("msgid"), &id) && span_eq(id, SPAN("m1")));
	assert_true(span_eq(whole->params[1], SPAN("one\n\ntwo and more")));
	assert_ptr_equal(assembly_take(&a, &between), &between);
	assembly_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_text_is_one_line),
		cmocka_unit_test(lines_are_parts_and_empty_ones_are_left_out),
		cmocka_unit_test(long_lines_break_at_blanks_and_never_inside_a_character),
		cmocka_unit_test(actions_and_notices_have_their_forms),
		cmocka_unit_test(each_kind_has_its_line_and_its_tags),
		cmocka_unit_test(the_servers_answers_are_told_apart),
		cmocka_unit_test(a_receipt_keeps_id_time_and_sequence),
		cmocka_unit_test(batches_keep_the_servers_limits),
		cmocka_unit_test(a_batch_is_put_together_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
