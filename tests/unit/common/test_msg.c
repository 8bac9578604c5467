// SPDX-License-Identifier: MIT
#include "common/buf.h"
#include "common/msg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void assert_span(struct span s, const char *wanted)
{
	assert_int_equal(s.len, strlen(wanted));
	assert_non_null(s.at);
	assert_memory_equal(s.at, wanted, s.len);
}

static struct msg parse(const char *line)
{
	struct msg m;

	assert_int_equal(msg_parse(&m, span_of(line)), MSG_OK);
	return m;
}

static enum msg_result result_of(const char *line)
{
	struct msg m;

	return msg_parse(&m, span_of(line));
}

static void all_parts_are_found(void **state UNUSED)
{
	struct msg m = parse("@a=1;b :nick!u@h PRIVMSG #den :hello  there ");

	assert_span(m.tags, "a=1;b");
	assert_span(m.source, "nick!u@h");
	assert_span(m.command, "PRIVMSG");
	assert_int_equal(m.n_params, 2);
	assert_span(m.params[0], "#den");
	assert_span(m.params[1], "hello  there ");
}

static void missing_parts_are_empty(void **state UNUSED)
{
	struct msg m = parse("quit");

	assert_span(m.tags, "");
	assert_span(m.source, "");
	assert_span(m.command, "quit");
	assert_int_equal(m.n_params, 0);
	assert_span(msg_param(&m, 0), "");
	assert_span(msg_param(&m, 99), "");
}

static void any_number_of_spaces_parts_words(void **state UNUSED)
{
	struct msg m = parse("  @t   :s    JOIN   #a     #b   ");

	assert_span(m.tags, "t");
	assert_span(m.source, "s");
	assert_int_equal(m.n_params, 2);
	assert_span(m.params[1], "#b");
}

static void the_last_parameter_may_be_empty_or_hold_colons(void **state UNUSED)
{
	struct msg m = parse("TOPIC #a :");

	assert_int_equal(m.n_params, 2);
	assert_span(m.params[1], "");
	m = parse("TOPIC #a ::)");
	assert_span(m.params[1], ":)");
	m = parse("TOPIC #a b:c");
	assert_span(m.params[1], "b:c");
}

static void three_digits_are_a_command_and_four_are_not(void **state UNUSED)
{
	assert_span(parse(":h 001 a :hi").command, "001");
	assert_int_equal(result_of("0001 a"), MSG_BAD_COMMAND);
	assert_int_equal(result_of("01 a"), MSG_BAD_COMMAND);
	assert_int_equal(result_of("0a1 a"), MSG_BAD_COMMAND);
	assert_int_equal(result_of("PRIV-MSG a"), MSG_BAD_COMMAND);
	assert_int_equal(result_of("\xc3\xa9 a"), MSG_BAD_COMMAND);
}

static void spaces_alone_are_empty(void **state UNUSED)
{
	assert_int_equal(result_of(" "), MSG_EMPTY);
	assert_int_equal(result_of("     "), MSG_EMPTY);
	assert_int_equal(result_of(""), MSG_EMPTY);
}

static void tags_or_a_source_alone_are_no_command(void **state UNUSED)
{
	assert_int_equal(result_of("@"), MSG_NO_COMMAND);
	assert_int_equal(result_of("@a=b"), MSG_NO_COMMAND);
	assert_int_equal(result_of("@a=b "), MSG_NO_COMMAND);
	assert_int_equal(result_of(":nick"), MSG_NO_COMMAND);
	assert_int_equal(result_of("@a :nick  "), MSG_NO_COMMAND);
}

static void fifteen_parameters_are_enough(void **state UNUSED)
{
	struct msg m = parse("X 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 ");

	assert_int_equal(m.n_params, 15);
	assert_span(m.params[14], "15");
	m = parse("X 1 2 3 4 5 6 7 8 9 10 11 12 13 14 :15 16");
	assert_span(m.params[14], "15 16");
	assert_int_equal(result_of("X 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"), MSG_TOO_MANY);
	assert_int_equal(result_of("X 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 :"), MSG_TOO_MANY);
}

static void a_line_at_fault_still_tells_its_command(void **state UNUSED)
{
	struct msg m;

	assert_int_equal(msg_parse(&m, SPAN("@label=1 X- a b")), MSG_BAD_COMMAND);
	assert_span(m.tags, "label=1");
	assert_span(m.command, "X-");
	assert_int_equal(m.n_params, 2);
}

static void the_last_of_equal_tags_counts(void **state UNUSED)
{
	struct msg m = parse("@a=1;+b;vendor.org/c=x=y;a=2;+x/d= PING");
	struct span value;

	assert_true(msg_tag(&m, SPAN("a"), &value));
	assert_span(value, "2");
	assert_true(msg_tag(&m, SPAN("+b"), &value));
	assert_span(value, "");
	assert_true(msg_tag(&m, SPAN("vendor.org/c"), &value));
	assert_span(value, "x=y");
	assert_true(msg_tag(&m, SPAN("+x/d"), &value));
	assert_span(value, "");
	assert_false(msg_tag(&m, SPAN("b"), &value));
	assert_false(msg_tag(&m, SPAN("A"), &value));
}

// Proves B7.
static void what_is_no_tag_is_skipped(void **state UNUSED)
{
	struct span tags = SPAN(";;=;=x;+;++a;a/;/b;a/b/c;a.b;a_b;\xc3\xa9=1;-;ok"), key, value;

	assert_true(msg_tag_next(&tags, &key, &value));
	assert_span(key, "-");
	assert_true(msg_tag_next(&tags, &key, &value));
	assert_span(key, "ok");
	assert_false(msg_tag_next(&tags, &key, &value));
}

static void assert_unescaped(const char *raw, const char *wanted)
{
	struct buf out = {0};

	msg_tag_unescape(&out, span_of(raw));
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

static void tag_values_are_escaped_and_back(void **state UNUSED)
{
	struct buf out = {0};

	msg_tag_escape(&out, SPAN("a;b c\\d\r\n"));
	assert_string_equal(buf_str(&out), "a\\:b\\sc\\\\d\\r\\n");
	assert_unescaped(out.at, "a;b c\\d\r\n");
	buf_clear(&out);
	assert_unescaped("\\b\\", "b");
	assert_unescaped("\\", "");
	assert_unescaped("a\\\\", "a\\");
	assert_unescaped("", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_parts_are_found),
		cmocka_unit_test(missing_parts_are_empty),
		cmocka_unit_test(any_number_of_spaces_parts_words),
		cmocka_unit_test(the_last_parameter_may_be_empty_or_hold_colons),
		cmocka_unit_test(three_digits_are_a_command_and_four_are_not),
		cmocka_unit_test(spaces_alone_are_empty),
		cmocka_unit_test(tags_or_a_source_alone_are_no_command),
		cmocka_unit_test(fifteen_parameters_are_enough),
		cmocka_unit_test(a_line_at_fault_still_tells_its_command),
		cmocka_unit_test(the_last_of_equal_tags_counts),
		cmocka_unit_test(what_is_no_tag_is_skipped),
		cmocka_unit_test(tag_values_are_escaped_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
