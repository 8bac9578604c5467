// SPDX-License-Identifier: MIT
// A line of --plain says all of a message in words.
#include "client/ui/plain.h"
#include "tests/unit/client/model_fixture.h"

#include "common/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

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

// Lines of other days have their day above them.
static void what_was_said_on_other_days_is_dated(void **state)
{
	struct fixture *f = *state;
	struct intents none = {0};
	struct loop *loop = loop_new();
	int in[2], out[2];
	char printed[1000] = "", line[200], now[CLOCK_TEXT_LEN + 1];

	setenv("TZ", "UTC", 1);
	tzset();
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	struct plain *p = plain_new(loop, f->m, &none, in[0], out[1]);
	say(f->m, "@time=2026-01-04T12:05:00.000Z;msgid=a :bob!b@h PRIVMSG #den :one");
	say(f->m, "@time=2026-01-04T12:06:00.000Z;msgid=b :bob!b@h PRIVMSG #den :two");
	clock_text(clock_wall_ms(), now);
	snprintf(line, sizeof(line), "@time=%s;msgid=c :bob!b@h PRIVMSG #den :three", now);
	say(f->m, line);
	plain_free(p);
	close(out[1]);
	assert_true(read(out[0], printed, sizeof(printed) - 1) > 0);
	const char old[] = "--- Sun 4 Jan 2026\n12:05 #den bob: one\n12:06 #den bob: two\n--- ";
	assert_memory_equal(printed, old, sizeof(old) - 1);
	assert_non_null(strstr(printed, " #den bob: three\n"));
	close(out[0]);
	close(in[0]);
	close(in[1]);
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain_lines_tell_everything_in_words),
		TEST(plain_lines_tell_who_removed_a_message),
		TEST(plain_lines_tell_who_is_shown_as_what),
		TEST(what_was_said_on_other_days_is_dated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
