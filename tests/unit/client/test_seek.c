// SPDX-License-Identifier: MIT
// Going to messages that are not loaded, with a server that really has a history.
#include "tests/unit/client/catchup_fixture.h"

struct answer {
	unsigned n;
	struct log_line *line;
	enum sought how;
};

static void on_sought(void *arg, struct target *t, struct log_line *l, enum sought how)
{
	struct answer *found = arg;
	assert_string_equal(t->name, "#a");
	found->n++;
	found->line = l;
	found->how = how;
}

static void connect(struct fixture *f, struct answer *found)
{
	struct model_watch watch = {.arg = found, .on_sought = on_sought};
	*found = (struct answer){0};
	wire_connect(&f->wire);
	settle(f);
	model_watch(f->wire.core.model, &watch);
	f->n_asked = 0;
}

static void seek(struct fixture *f, struct answer *found, const char *id, int64_t at_ms)
{
	found->n = 0;
	if (id)
		seek_message(f->wire.core.seek, room(f), span_of(id));
	else
		seek_time(f->wire.core.seek, room(f), at_ms);
	WAIT_UNTIL(found->n > 0, wire_settle(&f->wire));
	assert_int_equal(found->n, 1);
}

#define SECOND(n) (1795348800000 + (n)*1000) // when message n was said

static size_t count_gaps(const struct target *t)
{
	size_t n = 0;
	for (size_t i = 0; i < t->log.count; i++)
		n += (scrollback_at(&t->log, i)->flags & LINE_GAP) != 0;
	return n;
}

static void what_is_held_is_asked_from_nobody(void **state)
{
	struct fixture *f = *state;
	struct answer found;
	f->n_stored = 300;
	connect(f, &found);
	seek(f, &found, "m0295", 0);
	assert_int_equal(found.line->seq, 295);
	seek(f, &found, NULL, SECOND(293));
	assert_int_equal(found.line->seq, 293);
	// Behind all that was said: the newest.
	seek(f, &found, NULL, SECOND(9000));
	assert_int_equal(found.line->seq, 300);
	assert_int_equal(f->n_asked, 0);
}

static void what_is_not_held_comes_with_its_neighbours_and_the_holes_are_marked(void **state)
{
	struct fixture *f = *state;
	struct answer found;
	f->n_stored = 300;
	connect(f, &found);
	seek(f, &found, "m0100", 0);
	assert_int_equal(found.how, SOUGHT_HERE);
	assert_int_equal(found.line->seq, 100);
	struct target *t = room(f);
	// Above the page nothing is held, and below it all that lies between is missing.
	struct log_line *gap = target_gap(t);
	assert_int_equal(gap->seq, 291);
	assert_int_equal(count_gaps(t), 1);
	seek(f, &found, "m0200", 0);
	assert_int_equal(count_gaps(t), 2);
	for (int i = 0; i < 60 && (gap = target_gap(t)); i++) {
		catchup_history(f->wire.core.catchup, t, gap);
		settle(f);
	}
	assert_null(gap);
	assert_holds(f, 95, 300);
}

// Pages that touch, or lie over each other, leave no hole between them.
static void pages_that_touch_leave_no_hole(void **state)
{
	struct fixture *f = *state;
	struct answer found;
	f->n_stored = 300;
	connect(f, &found);
	seek(f, &found, "m0100", 0);
	size_t before = count_gaps(room(f));
	size_t held = room(f)->log.count;
	seek(f, &found, "m0109", 0);
	assert_int_equal(count_gaps(room(f)), before);
	seek(f, &found, "m0091", 0);
	assert_int_equal(count_gaps(room(f)), before);
	assert_true(room(f)->log.count > held);
}

static void a_time_leads_to_what_was_said_first_then(void **state)
{
	struct fixture *f = *state;
	struct answer found;
	f->n_stored = 300;
	connect(f, &found);
	seek(f, &found, NULL, SECOND(100) - 500);
	assert_int_equal(found.line->seq, 100);
	assert_int_equal(f->n_asked, 1);
	// Between pages it is asked again, though older and newer messages are here.
	seek(f, &found, NULL, SECOND(200));
	assert_int_equal(found.line->seq, 200);
	assert_int_equal(f->n_asked, 2);
	seek(f, &found, NULL, SECOND(1) - 3600000);
	assert_int_equal(found.line->seq, 1);
}

static void what_is_not_there_is_said(void **state)
{
	struct fixture *f = *state;
	struct answer found;
	f->n_stored = 300;
	f->n_kept = 150;
	connect(f, &found);
	seek(f, &found, "m0200", 0);
	assert_null(found.line);
	assert_int_equal(found.how, SOUGHT_NOWHERE);
	calls_lost(f->wire.core.calls);
	f->is_mute = true;
	found.n = 0;
	seek_message(f->wire.core.seek, room(f), SPAN("m0100"));
	// The connection goes before the answer comes.
	calls_lost(f->wire.core.calls);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.how, SOUGHT_OFFLINE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_held_is_asked_from_nobody),
		TEST(what_is_not_held_comes_with_its_neighbours_and_the_holes_are_marked),
		TEST(pages_that_touch_leave_no_hole),
		TEST(a_time_leads_to_what_was_said_first_then),
		TEST(what_is_not_there_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
