// SPDX-License-Identifier: MIT
// What a line of --plain says of a message, and of one that was removed.
#include "client/ui/plain_private.h"
#include "tests/unit/client/model_fixture.h"

#include <stdlib.h>
#include <time.h>

static void plain_lines_tell_everything_in_words(void **state)
{
	struct fixture *f = *state;
	struct buf out = {0};

	setenv("TZ", "UTC", 1);
	tzset();
	say(f->m,
	    "@time=2026-11-22T12:05:00.000Z;msgid=a :bob!b@h PRIVMSG #den :ann: \x1b[2Jhi");
	plain_line(&out, f->m, den(f), last(den(f)), NULL);
	assert_string_equal(buf_str(&out), "Mention 12:05 #den bob: ann: hi\n");
	buf_clear(&out);
}

// What was there is told of again, with who removed it; what came removed says it as it comes.
static void plain_lines_tell_who_removed_a_message(void **state)
{
	struct fixture *f = *state;
	struct buf out = {0};

	setenv("TZ", "UTC", 1);
	tzset();
	say(f->m, "@time=2026-11-22T12:05:00.000Z;msgid=a :bob!b@h PRIVMSG #den :spam");
	say(f->m, ":cem!c@h REDACT #den a :no \x1b[2Jspam");
	plain_line(&out, f->m, den(f), last(den(f)), NULL);
	assert_string_equal(buf_str(&out),
			    "12:05 #den bob: (message removed by cem: no spam)\n");
	buf_clear(&out);
	say(f->m, ":srv BATCH +h chathistory #den");
	say(f->m, "@batch=h;time=2026-11-22T12:06:00.000Z;msgid=b;snug.chat/author=bob "
		  ":cem!c@h REDACT #den b :ann");
	say(f->m, ":srv BATCH -h");
	plain_line(&out, f->m, den(f), last(den(f)), NULL);
	assert_string_equal(buf_str(&out), "12:06 #den bob: (message removed by cem: ann)\n");
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain_lines_tell_everything_in_words),
		TEST(plain_lines_tell_who_removed_a_message),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
