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
	plain_line(&out, f->m, den(f), last(den(f)), true);
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
	plain_line(&out, f->m, den(f), last(den(f)), true);
	assert_string_equal(buf_str(&out),
			    "12:05 #den bob: (message removed by cem: no spam)\n");
	buf_clear(&out);
	say(f->m, ":srv BATCH +h chathistory #den");
	say(f->m, "@batch=h;time=2026-11-22T12:06:00.000Z;msgid=b;snug.chat/author=bob "
		  ":cem!c@h REDACT #den b :ann");
	say(f->m, ":srv BATCH -h");
	plain_line(&out, f->m, den(f), last(den(f)), true);
	assert_string_equal(buf_str(&out), "12:06 #den bob: (message removed by cem: ann)\n");
	buf_clear(&out);
}

static void plain_lines_tell_who_is_shown_as_what(void **state)
{
	struct fixture *f = *state;
	struct buf out = {0};
	say(f->m, ":srv METADATA bob display-name * :Zo\u00eb");
	say(f->m, "@msgid=a :bob!b@h PRIVMSG ann :psst");
	struct target *t = target_find(f->m, SPAN("bob"));
	plain_line(&out, f->m, t, last(t), true);
	assert_non_null(strstr(buf_str(&out), " Zo\u00eb Zo\u00eb: psst\n"));
	say(f->m, ":srv METADATA cem display-name * :zo\u00eb");
	say(f->m, "@msgid=b :cem!b@h PRIVMSG #den :\1ACTION waves\1");
	buf_reset(&out);
	plain_line(&out, f->m, den(f), last(den(f)), true);
	assert_non_null(strstr(buf_str(&out), " #den * zo\u00eb (cem) waves\n"));
	say(f->m, ":srv METADATA cem display-name * :\u202ezo\u00eb");
	buf_reset(&out);
	plain_line(&out, f->m, den(f), last(den(f)), true);
	assert_non_null(strstr(buf_str(&out), " #den * cem waves\n"));
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain_lines_tell_everything_in_words),
		TEST(plain_lines_tell_who_removed_a_message),
		TEST(plain_lines_tell_who_is_shown_as_what),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
