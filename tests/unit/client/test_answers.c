// SPDX-License-Identifier: MIT
// What belongs to a thread.
#include "client/model/answers.h"
#include "tests/unit/client/model_fixture.h"

#include <stdio.h>

static void expect_thread(struct fixture *f, struct answers *th, const char *ids)
{
	struct buf got = {0};
	const struct target *t = den(f);
	answers_follow(th, f->m, t);
	for (size_t i = 0; i < th->n_lines; i++)
		buf_printf(&got, "%s" SPAN_FMT, i ? " " : "",
			   SPAN_ARG(line_id(scrollback_at(&t->log, th->lines[i]))));
	assert_string_equal(buf_str(&got), ids);
	buf_clear(&got);
}

// Each a second behind the one before.
static void say_at(struct fixture *f, int second, const char *tags, const char *rest)
{
	char line[300];
	snprintf(line, sizeof(line), "@time=2026-11-22T12:00:%02d.000Z;%s %s", second, tags,
		 rest);
	say(f->m, line);
}

static void talk(struct fixture *f)
{
	say_at(f, 1, "msgid=a", ":bob!b@h PRIVMSG #den :question");
	say_at(f, 2, "msgid=x", ":cem!c@h PRIVMSG #den :something else");
	say_at(f, 3, "msgid=b;+draft/reply=a", ":cem!c@h PRIVMSG #den :answer");
	say_at(f, 4, "msgid=y;+draft/reply=x", ":bob!b@h PRIVMSG #den :of the other");
	say_at(f, 5, "msgid=c;+draft/reply=b", ":bob!b@h PRIVMSG #den :answer to that");
	say_at(f, 6, "msgid=e;+draft/edit=b", ":cem!c@h PRIVMSG #den :an edit is none");
	say_at(f, 7, "+draft/reply=a;+draft/react=x", ":cem!c@h TAGMSG #den");
}

static void answers_and_answers_to_them_belong_to_it(void **state)
{
	struct fixture *f = *state;
	struct answers th = {0};
	talk(f);
	answers_open(&th, den(f), SPAN("a"));
	expect_thread(f, &th, "a b c");
	assert_int_equal(th.n_answers, 2);
	assert_true(th.has_root && answers_has(&th, SPAN("c")));
	assert_false(answers_has(&th, SPAN("x")) || answers_has(&th, SPAN("")));
	say_at(f, 8, "msgid=d;+reply=a", ":bob!b@h PRIVMSG #den :late");
	expect_thread(f, &th, "a b c d");
	size_t place;
	assert_true(answers_before(&th, th.lines[3], &place));
	assert_int_equal(place, th.lines[2]);
	assert_false(answers_before(&th, th.lines[0], &place));
	answers_close(&th);
}

static void its_first_message_is_found_from_any(void **state)
{
	struct fixture *f = *state;
	talk(f);
	static const char *const ids[] = {"a", "b", "c"};
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		const struct log_line *l = scrollback_find(&den(f)->log, span_of(ids[i]));
		assert_true(span_eq(answers_root(den(f), l), SPAN("a")));
	}
	say_at(f, 9, "msgid=z;+draft/reply=old", ":bob!b@h PRIVMSG #den :of long ago");
	const struct log_line *l = scrollback_find(&den(f)->log, SPAN("z"));
	assert_true(span_eq(answers_root(den(f), l), SPAN("old")));
}

// Whoever makes a ring of answers gets no loop.
static void a_ring_of_answers_ends(void **state)
{
	struct fixture *f = *state;
	struct answers th = {0};
	say_at(f, 1, "msgid=a;+draft/reply=b", ":bob!b@h PRIVMSG #den :hen");
	say_at(f, 2, "msgid=b;+draft/reply=a", ":bob!b@h PRIVMSG #den :egg");
	const struct log_line *l = scrollback_find(&den(f)->log, SPAN("a"));
	assert_int_equal(answers_root(den(f), l).len, 1);
	answers_open(&th, den(f), answers_root(den(f), l));
	expect_thread(f, &th, "a b");
	answers_close(&th);
}

static void holes_behind_its_beginning_are_known(void **state)
{
	struct fixture *f = *state;
	struct answers th = {0};
	talk(f);
	struct log_line *before = scrollback_find(&den(f)->log, SPAN("a"));
	target_join(f->m, den(f), before, false);
	answers_open(&th, den(f), SPAN("a"));
	expect_thread(f, &th, "a b c");
	assert_null(th.hole);
	struct log_line *l = scrollback_find(&den(f)->log, SPAN("y"));
	target_join(f->m, den(f), l, false);
	expect_thread(f, &th, "a b c");
	assert_ptr_equal(th.hole, l);
	// What is gone is in it no more.
	target_take_out(f->m, den(f), SPAN("b"));
	expect_thread(f, &th, "a");
	answers_open(&th, den(f), SPAN("gone"));
	expect_thread(f, &th, "");
	assert_false(th.has_root);
	answers_close(&th);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers_and_answers_to_them_belong_to_it),
		TEST(its_first_message_is_found_from_any),
		TEST(a_ring_of_answers_ends),
		TEST(holes_behind_its_beginning_are_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
