// SPDX-License-Identifier: MIT
// What was read is told late, once, and not to a server that has no place for it.
#include "client/sync/marks.h"
#include "client/model/target.h"
#include "tests/unit/client/wire.h"

struct fixture {
	struct wire wire;
	struct marks *marks;
};

static void do_nothing(void *arg)
{
	(void)arg;
}

static void init(struct fixture *f, const char *caps)
{
	wire_init(&f->wire, caps);
	f->wire.online = f->wire.offline = do_nothing;
	f->marks = marks_new(f->wire.loop, f->wire.session);
}

static void clear(struct fixture *f)
{
	marks_free(f->marks);
	wire_clear(&f->wire);
}

static void read_in(struct fixture *f, const char *name, int64_t at_ms)
{
	marks_read(f->marks, target_need(f->wire.model, span_of(name)), at_ms);
}

static size_t times_heard(struct fixture *f, const char *text)
{
	size_t n = 0;
	wire_settle(&f->wire);
	for (const char *at = buf_str(&f->wire.server.heard); (at = strstr(at, text)); at++)
		n++;
	return n;
}

static void several_readings_are_one_line_with_the_last_time(void **state)
{
	struct fixture f;
	(void)state;
	init(&f, "draft/read-marker server-time");
	wire_connect(&f.wire);
	read_in(&f, "#a", 1000);
	read_in(&f, "#a", 2000);
	marks_read(f.marks, f.wire.model->server, 9000);
	assert_int_equal(times_heard(&f, "MARKREAD"), 0);
	marks_flush(f.marks);
	assert_int_equal(times_heard(&f, "MARKREAD"), 1);
	assert_int_equal(times_heard(&f, "MARKREAD #a timestamp=1970-01-01T00:00:02.000Z"), 1);
	// Nothing waits any more.
	marks_flush(f.marks);
	assert_int_equal(times_heard(&f, "MARKREAD"), 1);
	clear(&f);
}

static void another_target_has_the_first_told_at_once(void **state)
{
	struct fixture f;
	(void)state;
	init(&f, "draft/read-marker server-time");
	wire_connect(&f.wire);
	read_in(&f, "#a", 1000);
	read_in(&f, "#b", 2000);
	assert_int_equal(times_heard(&f, "MARKREAD #a"), 1);
	assert_int_equal(times_heard(&f, "MARKREAD #b"), 0);
	// By itself, when the time is up.
	WAIT_UNTIL(strstr(buf_str(&f.wire.server.heard), "MARKREAD #b"),
		   loop_turn(f.wire.loop, STEP_MS));
	clear(&f);
}

static void nobody_is_told_who_has_no_place_for_it(void **state)
{
	struct fixture f;
	(void)state;
	init(&f, "server-time");
	read_in(&f, "#a", 1000);
	marks_flush(f.marks); // not connected
	wire_connect(&f.wire);
	read_in(&f, "#a", 1000);
	marks_flush(f.marks);
	assert_int_equal(times_heard(&f, "MARKREAD"), 0);
	clear(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(several_readings_are_one_line_with_the_last_time),
		cmocka_unit_test(another_target_has_the_first_told_at_once),
		cmocka_unit_test(nobody_is_told_who_has_no_place_for_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
