// SPDX-License-Identifier: MIT
// What was read is told late, once, and not to a server that has no place for it.
#include "client/sync/marks.h"
#include "client/model/handle.h"
#include "client/model/target.h"
#include "tests/unit/client/wire.h"

static void begin(struct wire *w, const char *caps)
{
	wire_init(w, caps);
	wire_start(w);
}

static void read_in(struct wire *w, const char *name, int64_t at_ms)
{
	marks_read(w->core.marks, target_need(w->core.model, span_of(name)), at_ms);
}

static size_t times_heard(struct wire *w, const char *text)
{
	size_t n = 0;
	wire_settle(w);
	for (const char *at = buf_str(&w->server.heard); (at = strstr(at, text)); at++)
		n++;
	return n;
}

static void several_readings_are_one_line_with_the_last_time(void **state)
{
	struct wire w;
	(void)state;
	begin(&w, "draft/read-marker server-time");
	wire_connect(&w);
	read_in(&w, "#a", 1000);
	read_in(&w, "#a", 2000);
	marks_read(w.core.marks, w.core.model->server, 9000);
	assert_int_equal(times_heard(&w, "MARKREAD"), 0);
	marks_flush(w.core.marks);
	assert_int_equal(times_heard(&w, "MARKREAD"), 1);
	assert_int_equal(times_heard(&w, "MARKREAD #a timestamp=1970-01-01T00:00:02.000Z"), 1);
	// Nothing waits any more.
	marks_flush(w.core.marks);
	assert_int_equal(times_heard(&w, "MARKREAD"), 1);
	wire_clear(&w);
}

static void another_target_has_the_first_told_at_once(void **state)
{
	struct wire w;
	(void)state;
	begin(&w, "draft/read-marker server-time");
	wire_connect(&w);
	read_in(&w, "#a", 1000);
	read_in(&w, "#b", 2000);
	assert_int_equal(times_heard(&w, "MARKREAD #a"), 1);
	assert_int_equal(times_heard(&w, "MARKREAD #b"), 0);
	// By itself, when the time is up.
	WAIT_UNTIL(strstr(buf_str(&w.server.heard), "MARKREAD #b"), loop_turn(w.loop, STEP_MS));
	wire_clear(&w);
}

static void nobody_is_told_who_has_no_place_for_it(void **state)
{
	struct wire w;
	(void)state;
	begin(&w, "server-time");
	read_in(&w, "#a", 1000);
	marks_flush(w.core.marks); // not connected
	wire_connect(&w);
	read_in(&w, "#a", 1000);
	marks_flush(w.core.marks);
	assert_int_equal(times_heard(&w, "MARKREAD"), 0);
	wire_clear(&w);
}

static void hear(struct wire *w, const char *line)
{
	struct msg msg;
	assert_int_equal(msg_parse(&msg, span_of(line)), MSG_OK);
	handle_line(w->core.model, &msg, 1000);
}

// Only what there was to read is told; without a yes nothing is.
static void all_is_read_at_once_when_the_user_says_so(void **state)
{
	struct wire w;
	(void)state;
	begin(&w, "draft/read-marker server-time");
	wire_connect(&w);
	struct model *m = w.core.model;
	for (const char *const *name = (const char *const[]){"#a", "#b", "#c", NULL}; *name;
	     name++) {
		char line[200];
		snprintf(line, sizeof(line), ":%s!a@h JOIN %s", m->me->name, *name);
		hear(&w, line);
		snprintf(line, sizeof(line),
			 "@time=2026-11-22T12:00:00.000Z;msgid=x%s :bob!b@h PRIVMSG %s :hi",
			 *name, *name);
		hear(&w, line);
	}
	struct target *b = target_find(m, SPAN("#b"));
	target_set_read(m, b, target_newest(b)->at_ms);
	marks_answer(w.core.marks, m, 'n');
	assert_int_equal(target_find(m, SPAN("#a"))->unread, 1);
	assert_int_equal(times_heard(&w, "MARKREAD"), 0);
	model_ask(m, QUESTION_READ, SPAN("?"), "yn");
	marks_answer(w.core.marks, m, 'y');
	assert_int_equal(m->question.id, 0);
	assert_int_equal(target_find(m, SPAN("#a"))->unread, 0);
	assert_int_equal(target_find(m, SPAN("#c"))->unread, 0);
	assert_int_equal(times_heard(&w, "MARKREAD #a timestamp=2026-11-22T12:00:00.000Z"), 1);
	assert_int_equal(times_heard(&w, "MARKREAD #c timestamp=2026-11-22T12:00:00.000Z"), 1);
	assert_int_equal(times_heard(&w, "MARKREAD"), 2);
	wire_clear(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(several_readings_are_one_line_with_the_last_time),
		cmocka_unit_test(another_target_has_the_first_told_at_once),
		cmocka_unit_test(nobody_is_told_who_has_no_place_for_it),
		cmocka_unit_test(all_is_read_at_once_when_the_user_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
