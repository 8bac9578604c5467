// SPDX-License-Identifier: MIT
// What the thread that writes reports, and what it keeps for later, after each answer of an
// engine.
#include "tests/unit/store/scripted.h"

#include "tests/support/patience.h"

struct post {
	struct mailbox *box;
	struct letter *waiting;
};

static struct durable next(struct post *p)
{
	if (!p->waiting)
		p->waiting = mailbox_wait(p->box, PATIENCE_MS);
	assert_non_null(p->waiting);

	struct durable *got = container_of(p->waiting, struct durable, letter), d = *got;

	p->waiting = d.letter.next;
	free(got);
	return d;
}

static void expect_next(struct post *p, enum disk_state disk, entry_no upto)
{
	struct durable d = next(p);

	assert_int_equal(d.disk, disk);
	assert_int_equal(d.upto, upto);
}

// How many are left, the last of which is *d.
static int drain(struct post *p, struct durable *d)
{
	int n = 0;

	if (!p->waiting)
		p->waiting = mailbox_take(p->box);
	for (; p->waiting; n++)
		*d = next(p);
	mailbox_free(p->box);
	return n;
}

static void expect_no_more(struct post *p)
{
	struct durable d;

	assert_int_equal(drain(p, &d), 0);
}

static struct writer *begin(struct scripted *s, struct post *p)
{
	*p = (struct post){.box = mailbox_new()};
	struct writer *w = writer_start(&s->store, p->box);

	expect_next(p, DISK_FINE, 0);
	return w;
}

// What comes behind the last journal may be one step more.
static void expect_told(struct scripted *s, const char *told)
{
	struct buf *all = &s->told;
	static const char twice[] = " between:1 between:1";
	size_t len = sizeof(twice) - 1;

	while (all->len > len && memcmp(all->at + all->len - len, twice, len) == 0)
		all->len -= len / 2;
	assert_string_equal(buf_str(all), told);
}

static void what_comes_while_it_is_away_is_stored_behind_it(UNUSED void **state)
{
	struct scripted *s = scripted_new((struct answers){.begins = "aaa"});
	struct caught log = catch_begin();
	struct post p;
	struct writer *w = begin(s, &p);

	writer_put(w, markers(1, 1));
	expect_next(&p, DISK_AWAY, 0);
	writer_put(w, markers(2, 2));
	expect_next(&p, DISK_FINE, 1);
	expect_next(&p, DISK_FINE, 2);
	writer_stop(w);
	expect_no_more(&p);
	assert_int_equal(caught_of(&log, "store-away"), 1);
	catch_end(&log);
	expect_told(s, "begin:1 rollback:0 begin:1 rollback:0 begin:1 rollback:0 "
		       "begin:1 1 commit:1 between:1 begin:2 2 commit:2 between:1");
	scripted_free(s);
}

static void what_waits_when_it_stops_is_stored(UNUSED void **state)
{
	struct scripted *s = scripted_new((struct answers){.begins = "aa"});
	struct durable d = {0};
	struct post p;
	struct writer *w = begin(s, &p);

	writer_put(w, markers(1, 1));
	expect_next(&p, DISK_AWAY, 0);
	writer_put(w, markers(2, 3));
	writer_stop(w);
	assert_int_equal(drain(&p, &d), 2);
	assert_int_equal(d.upto, 3);
	scripted_free(s);
}

// More than a stop tries.
#define EVER "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void a_stop_waits_for_none_that_stays_away(UNUSED void **state)
{
	struct scripted *s = scripted_new((struct answers){.begins = EVER});
	struct caught log = catch_begin();
	struct durable d = {0};
	struct post p;
	struct writer *w = begin(s, &p);

	s->engine.keep = scripted_keep;
	writer_put(w, markers(1, 1));
	expect_next(&p, DISK_AWAY, 0);
	writer_stop(w);
	assert_int_equal(drain(&p, &d), 1);
	assert_int_equal(d.disk, DISK_AWAY);
	assert_int_equal(d.upto, 0);
	assert_int_equal(caught_of(&log, "store-away"), 1);
	catch_end(&log);
	assert_null(strstr(buf_str(&s->told), "commit"));
	assert_null(strstr(buf_str(&s->told), "keep"));
	assert_true(strlen(s->answers.begins) > 10);
	scripted_free(s);
}

static void of_a_full_disk_is_told_at_each_try_without_room(UNUSED void **state)
{
	struct scripted *s = scripted_new((struct answers){.begins = "uuu", .rooms = "y"});
	struct post p;
	struct writer *w = begin(s, &p);

	writer_put(w, markers(1, 1));
	expect_next(&p, DISK_FULL, 0);
	expect_next(&p, DISK_FULL, 0);
	expect_next(&p, DISK_FINE, 1);
	writer_stop(w);
	expect_no_more(&p);
	expect_told(s, "begin:1 rollback:0 room:1 begin:1 rollback:0 room:0 "
		       "begin:1 rollback:0 room:0 begin:1 1 commit:1 between:1");
	scripted_free(s);
}

static void a_stop_gives_a_full_disk_up(UNUSED void **state)
{
	struct scripted *s =
		scripted_new((struct answers){.begins = "uuuuuuuuuuuuuuuuuuuuuuuuuuuuuu"});
	struct caught log = catch_begin();
	struct durable d = {0};
	struct post p;
	struct writer *w = begin(s, &p);

	writer_put(w, markers(1, 1));
	expect_next(&p, DISK_FULL, 0);
	writer_stop(w);
	assert_true(drain(&p, &d) > 1);
	assert_int_equal(d.disk, DISK_FAILED);
	assert_int_equal(d.upto, 0);
	assert_true(s->store.failed);
	assert_int_equal(caught_of(&log, "disk-full"), 1);
	catch_end(&log);
	assert_true(strlen(s->answers.begins) > 10);
	scripted_free(s);
}

static void an_engine_keeps_what_is_stored_alone(UNUSED void **state)
{
	static const struct {
		struct answers answers;
		const char *told;
		entry_no upto;
	} rows[] = {
		{{0}, "begin:2 1 2 commit:2 keep:1 between:1", 2},
		{{.runs = "or"}, "begin:2 1 2 commit:1", 1},
		{{.begins = "x"}, "begin:2 rollback:0", 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scripted *s = scripted_new(rows[i].answers);
		struct caught log = catch_begin();
		struct post p;

		s->engine.keep = scripted_keep;

		struct writer *w = begin(s, &p);

		writer_put(w, markers(1, 2));
		expect_next(&p, rows[i].upto == 2 ? DISK_FINE : DISK_FAILED, rows[i].upto);
		writer_stop(w);
		expect_no_more(&p);
		catch_end(&log);
		expect_told(s, rows[i].told);
		scripted_free(s);
	}
}

static void change_by_steps(struct scripted *s)
{
	if (s->n_steps == 2)
		s->seen = DISK_LOW;
	if (s->n_steps == 4)
		s->is_clean = true;
	if (s->n_steps == 6)
		s->store.failed = true;
}

static void what_changes_in_an_idle_moment_is_told_once(UNUSED void **state)
{
	struct scripted *s = scripted_new((struct answers){0});
	struct durable d;
	struct post p;

	s->after_ms = 0;
	s->on_step = change_by_steps;

	struct writer *w = begin(s, &p);

	d = next(&p);
	assert_int_equal(d.disk, DISK_LOW);
	assert_false(d.is_clean);
	d = next(&p);
	assert_int_equal(d.disk, DISK_LOW);
	assert_true(d.is_clean);
	expect_next(&p, DISK_FAILED, 0);
	// Nothing is begun any more.
	writer_put(w, markers(1, 1));
	writer_stop(w);
	expect_no_more(&p);
	expect_told(s, "");
	assert_int_equal(s->n_steps, 6);
	scripted_free(s);
}

static void see_the_end(struct scripted *s)
{
	s->seen = s->store.low ? DISK_FENCED : DISK_FAILED;
}

static void what_is_seen_may_be_the_end(UNUSED void **state)
{
	for (int is_low = 0; is_low < 2; is_low++) {
		struct scripted *s = scripted_new((struct answers){0});
		struct post p;

		// Also where there is nothing to tidy, but somebody may make room.
		s->after_ms = is_low ? -1 : 0;
		s->store.low = is_low;
		s->on_step = see_the_end;

		struct writer *w = begin(s, &p);

		expect_next(&p, is_low ? DISK_FENCED : DISK_FAILED, 0);
		assert_true(s->store.failed);
		writer_stop(w);
		expect_no_more(&p);
		scripted_free(s);
	}
}

static void see_less(struct scripted *s)
{
	s->seen = DISK_LOW;
}

static void what_a_step_between_commits_changed_is_told(UNUSED void **state)
{
	for (int has_more = 0; has_more < 2; has_more++) {
		struct scripted *s = scripted_new((struct answers){0});
		struct post p;

		s->has_more = has_more;
		s->on_step = see_less;

		struct writer *w = begin(s, &p);

		writer_put(w, markers(1, 1));
		expect_next(&p, DISK_FINE, 1);
		if (has_more)
			expect_next(&p, DISK_LOW, 1);
		writer_stop(w);
		expect_no_more(&p);
		scripted_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_while_it_is_away_is_stored_behind_it),
		cmocka_unit_test(what_waits_when_it_stops_is_stored),
		cmocka_unit_test(a_stop_waits_for_none_that_stays_away),
		cmocka_unit_test(of_a_full_disk_is_told_at_each_try_without_room),
		cmocka_unit_test(a_stop_gives_a_full_disk_up),
		cmocka_unit_test(an_engine_keeps_what_is_stored_alone),
		cmocka_unit_test(what_changes_in_an_idle_moment_is_told_once),
		cmocka_unit_test(what_is_seen_may_be_the_end),
		cmocka_unit_test(what_a_step_between_commits_changed_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
