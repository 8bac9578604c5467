// SPDX-License-Identifier: MIT
// Lines of one message become one; what is of no such message passes.
#include "client/api/assemble.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define OPEN "@msgid=m1 :bob!b@h BATCH +r draft/multiline #a"

// The last of the lines gives this; "" is nothing, "-" is the line itself.
static void the_last_line_gives_the_message_or_itself(void **state)
{
	static const struct {
		const char *lines[6], *given;
	} rows[] = {
		{{OPEN}, ""},
		{{OPEN, "@batch=r PRIVMSG #a :one"}, ""},
		{{OPEN, "@batch=r PRIVMSG #a :one", "@batch=r PRIVMSG #a :two", "BATCH -r"},
		 "PRIVMSG #a one\ntwo"},
		{{OPEN, "@batch=r;draft/multiline-concat NOTICE #a :one",
		  "@batch=r;draft/multiline-concat NOTICE #a :two",
		  "@batch=r NOTICE #a :", "BATCH -r"},
		 "NOTICE #a onetwo\n"},
		{{OPEN, "BATCH -r"}, "PRIVMSG #a "},
		// It is over.
		{{OPEN, "BATCH -r", "@batch=r PRIVMSG #a :late"}, "-"},
		{{OPEN, "BATCH -r", "BATCH -r"}, "-"},
		// Another one takes its place.
		{{OPEN, "@batch=r PRIVMSG #a :one", "BATCH +s draft/multiline #b",
		  "@batch=s PRIVMSG #b :two", "BATCH -s"},
		 "PRIVMSG #b two"},
		// What is none, or of another.
		{{"PRIVMSG +r draft/multiline #a"}, "-"},
		{{"BATCH -r draft/multiline #a"}, "-"},
		{{"BATCH +r chathistory #a"}, "-"},
		{{"BATCH + draft/multiline #a"}, "-"},
		{{"BATCH"}, "-"},
		{{"@batch= PRIVMSG #a :x"}, "-"},
		{{OPEN, "PRIVMSG #a :x"}, "-"},
		{{OPEN, "@batch=s PRIVMSG #a :x"}, "-"},
		{{OPEN, "PRIVMSG -r :x"}, "-"},
		{{OPEN, "BATCH +r chathistory"}, "-"},
		{{OPEN, "BATCH -s"}, "-"},
		{{OPEN, "BATCH -"}, "-"},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct assembly a = {0};
		const struct msg *given = NULL;
		struct buf got = {0};
		struct msg m;
		for (size_t k = 0; k < 6 && rows[i].lines[k]; k++) {
			assert_int_equal(msg_parse(&m, span_of(rows[i].lines[k])), MSG_OK);
			given = assembly_take(&a, &m);
		}
		if (given == &m)
			buf_add_str(&got, "-");
		else if (given)
			buf_printf(&got, SPAN_FMT " " SPAN_FMT " " SPAN_FMT,
				   SPAN_ARG(given->command), SPAN_ARG(given->params[0]),
				   SPAN_ARG(given->params[1]));
		if (strcmp(buf_str(&got), rows[i].given) != 0)
			fail_msg("row %zu: %s", i, buf_str(&got));
		buf_clear(&got);
		assembly_clear(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_line_gives_the_message_or_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
