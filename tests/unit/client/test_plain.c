// SPDX-License-Identifier: MIT
// A line of --plain says all of a message in words.
#include "client/ui/plain.h"
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
	plain_line(&out, den(f), last(den(f)), true);
	assert_string_equal(buf_str(&out), "Mention 12:05 #den bob: ann: hi\n");
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain_lines_tell_everything_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
