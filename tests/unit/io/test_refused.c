// SPDX-License-Identifier: MIT
// What is told of a line that is refused.
#include "tests/unit/io/world.h"

#include <string.h>

// Proves P1.
static void refused_lines_are_told_by_their_fault(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);
	char text[700];

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text + 600, "\r\nA\xff\r\n@a=b\r\n", 13);
	peer_say(w, &p, text);
	assert_int_equal(count(w, INBOX_BAD), 3);
	assert_int_equal(w->heard[1].fault, FAULT_TOO_LONG);
	assert_int_equal(w->heard[2].fault, FAULT_BYTES);
	assert_int_equal(w->heard[3].fault, FAULT_SYNTAX);
	peer_free(&p);
	world_free(w);
}

// So the answer to it carries its label.
static void tags_and_command_of_a_refused_line_are_told(void **state)
{
	static const char many[] = "@label=d MODE 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\r\n";
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);
	char text[700];

	(void)state;
	peer_say(w, &p, "@label=a PRIVMSG #r :\xff\r\n@label=\xff PRIVMSG #r :hello\r\n");
	memset(text, 'a', sizeof(text));
	memcpy(text, "@label=c :me NOTICE #r :", 24);
	memcpy(text + 640, "\r\n", 3);
	peer_say(w, &p, text);
	peer_say(w, &p, many);
	assert_int_equal(count(w, INBOX_BAD), 4);
	assert_string_equal(w->heard[1].text, "label=a PRIVMSG");
	assert_string_equal(w->heard[2].text, " PRIVMSG");
	assert_string_equal(w->heard[3].text, "label=c NOTICE");
	assert_string_equal(w->heard[4].text, "label=d MODE");
	peer_free(&p);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused_lines_are_told_by_their_fault),
		cmocka_unit_test(tags_and_command_of_a_refused_line_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
