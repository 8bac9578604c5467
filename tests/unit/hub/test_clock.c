// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"

#include "common/clock.h"
#include "server/hub/history/marker.h"
#include "server/hub/people/account.h"
#include "server/hub/rooms/room.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define ALL                                                                                    \
	"message-tags server-time echo-message batch draft/chathistory draft/read-marker "     \
	"snug.chat/sequence"
#define DAY INT64_C(86400000)
#define AHEAD (400 * DAY)

static int64_t time_of(const struct fixture *f, const char *name)
{
	int64_t ms;

	if (!clock_parse(span_of(fixture_var(f, name)), &ms))
		fail_msg("%s is no time", name);
	return ms;
}

// The clock says something else from now on, and is believed.
static void step(struct fixture *f, int64_t shift_ms)
{
	struct hub_step step = {.over_ms = f->now.wall_ms + (shift_ms < 0 ? shift_ms : 0),
				.shift_ms = shift_ms};

	hub_clock_stepped(f->hub, &step);
	f->now.wall_ms += shift_ms;
	fixture_settle(f);
}

// "m1" to "m3" before the clock went wrong, "m4" to "m6" while it was.
static struct peer *spoil(struct fixture *f)
{
	struct peer *alice = fixture_login(f, "alice", ALL);

	peer_join(alice, "#den");
	for (int i = 1; i <= 6; i++) {
		char pattern[64];

		if (i == 4)
			step(f, AHEAD);
		fixture_pass(f, 1000);
		peer_send(alice, "PRIVMSG #den :m%d", i);
		snprintf(pattern, sizeof(pattern), "@msgid=$i%d;time=$t%d * PRIVMSG #den m%d",
			 i, i, i);
		expect(alice, pattern);
	}
	assert_true(time_of(f, "t4") - time_of(f, "t3") > AHEAD);
	return alice;
}

static void expect_mended(struct fixture *f, struct peer *p)
{
	peer_send(p, "CHATHISTORY LATEST #den * 100");
	expect(p, "server BATCH +* chathistory #den");
	for (int i = 1; i <= 6; i++) {
		char pattern[96];

		snprintf(pattern, sizeof(pattern),
			 "@msgid=$i%d;time=$n%d;snug.chat/seq=%d alice PRIVMSG #den m%d", i, i,
			 i, i);
		expect(p, pattern);
	}
	expect(p, "server BATCH -*");
	for (int i = 1; i <= 6; i++) {
		char old[8], new[8];

		snprintf(old, sizeof(old), "t%d", i);
		snprintf(new, sizeof(new), "n%d", i);
		assert_int_equal(time_of(f, new), time_of(f, old) - (i > 3 ? AHEAD : 0));
	}
}

static void what_a_wrong_clock_stamped_is_stamped_anew(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = spoil(f);

	step(f, -AHEAD);
	expect_mended(f, alice);
	fixture_restart(f, true);
	alice = fixture_login(f, "alice", ALL);
	expect_mended(f, alice);
}

static void times_go_on_at_once_after_the_step(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = spoil(f);

	step(f, -AHEAD);
	peer_send(alice, "PRIVMSG #den :now");
	expect(alice, "@time=$now * PRIVMSG #den now");
	assert_in_range(time_of(f, "now"), time_of(f, "t6") - AHEAD, f->now.wall_ms);
	fixture_restart(f, true);
	alice = fixture_login(f, "alice", ALL);
	peer_send(alice, "PRIVMSG #den :later");
	expect(alice, "@time=$later * PRIVMSG #den later");
	assert_in_range(time_of(f, "later"), time_of(f, "now") + 1, f->now.wall_ms);
}

static void what_is_said_while_the_store_is_asked_moves_too(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = spoil(f);

	fixture_hold_answers(f, true);
	step(f, -AHEAD);
	peer_send(alice, "PRIVMSG #den :meanwhile");
	expect(alice, "@time=$old * PRIVMSG #den meanwhile");
	fixture_hold_answers(f, false);
	peer_send(alice, "CHATHISTORY LATEST #den * 1");
	expect_later(alice, "@time=$new alice PRIVMSG #den meanwhile");
	assert_int_equal(time_of(f, "new"), time_of(f, "old") - AHEAD);
	peer_send(alice, "PRIVMSG #den :behind");
	expect_later(alice, "@time=$behind * PRIVMSG #den behind");
	assert_in_range(time_of(f, "behind"), time_of(f, "new") + 1, f->now.wall_ms);
}

static void who_had_read_all_still_has(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = spoil(f), *desk = fixture_login(f, "alice", ALL);
	int64_t mark;

	peer_send(alice, "MARKREAD #den timestamp=$t6");
	expect(alice, "server MARKREAD #den timestamp=$t6");
	expect(desk, "server MARKREAD #den timestamp=$t6");
	step(f, -AHEAD);
	expect(desk, "server MARKREAD #den $mark");
	assert_true(clock_parse(span_after(span_of(fixture_var(f, "mark")), 10), &mark));
	assert_in_range(mark, time_of(f, "t6") - AHEAD, f->now.wall_ms);
	peer_send(desk, "PRIVMSG #den :unread");
	expect(desk, "@time=$unread * PRIVMSG #den unread");
	assert_true(time_of(f, "unread") > mark);
	fixture_restart(f, true);
	alice = fixture_login(f, "alice", ALL);
	peer_send(alice, "MARKREAD #den");
	expect(alice, "server MARKREAD #den $mark");
}

static void a_marker_on_a_message_of_the_future_stays_on_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = spoil(f);

	f->now.wall_ms -= AHEAD; // set right, and not yet taken over
	peer_send(alice, "MARKREAD #den timestamp=$t5");
	expect(alice, "server MARKREAD #den timestamp=$t5");
	peer_send(alice, "MARKREAD #den timestamp=9999-01-01T00:00:00.000Z");
	expect(alice, "server MARKREAD #den timestamp=$t6");
}

static void a_ban_ends_by_the_time_that_is_believed(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +b ~t:1h:bob");
	expect_later(alice, "alice MODE #den +b bob*");
	step(f, DAY);
	expect_later(alice, "server MODE #den -b bob*");
}

static void a_step_is_carried_out_once_the_disk_takes_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = spoil(f);

	fixture_disk_is(f, DISK_FULL);
	step(f, -AHEAD);
	assert_true(f->hub->on_steps.is_set);
	fixture_disk_is(f, DISK_FINE);
	fixture_pass(f, 60000);
	expect_mended(f, alice);
}

static void status_shows_a_held_clock_and_accept_says_if_there_was_one(void **state)
{
	struct fixture *f = *state;
	struct wish_about about;
	struct admin_answer *a = fixture_verb(f, "clock accept", NULL);

	assert_int_equal(a->code, ADMIN_DONE);
	assert_int_equal(a->changed, ADMIN_UNCHANGED);
	admin_answer_free(a);
	f->now.clock_ms = f->now.wall_ms + AHEAD;
	f->now.taken_ms = f->now.clock_ms + 60000;
	a = fixture_verb(f, "status", NULL);
	for (size_t i = 0; i < a->n_columns; i++) {
		if (span_eq(a->columns[i], SPAN("clock")))
			assert_true(span_starts(a->cells[i].text,
						SPAN("held: the machine's clock stepped by "
						     "34560000 s and says 2027-02-05T")));
	}
	admin_answer_free(a);
	a = fixture_verb(f, "clock accept", NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	assert_int_equal(a->changed, ADMIN_CHANGED);
	assert_int_equal(hub_wish(f->hub, &about), WISH_CLOCK);
	admin_answer_free(a);
}

// One after the other, each by what the store says of it.
static void two_steps_are_carried_out_in_order(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = spoil(f);
	int64_t asked = fixture_asked(f);

	fixture_hold_answers(f, true);
	step(f, -AHEAD / 2);
	step(f, -AHEAD / 2);
	fixture_hold_answers(f, false);
	assert_int_equal(fixture_asked(f), asked + 2);
	expect_mended(f, alice);
}

static void a_step_over_nothing_stores_nothing(void **state)
{
	struct fixture *f = *state;
	entry_no head;

	(void)spoil(f);
	fixture_pass(f, 5000);
	head = f->hub->head;
	step(f, -1000);
	assert_int_equal(f->hub->head, head);
	assert_true(list_is_empty(&f->hub->steps));
}

static void a_step_that_the_store_did_not_hear_of_is_asked_again(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = spoil(f);
	int64_t asked = fixture_asked(f);

	fixture_readers_fail(f, true);
	step(f, -AHEAD);
	assert_int_equal(fixture_asked(f), asked + 1);
	fixture_readers_fail(f, false);
	fixture_pass(f, 59000);
	assert_int_equal(fixture_asked(f), asked + 1);
	fixture_pass(f, 1000);
	expect_mended(f, alice);
}

static void who_stops_carries_out_no_step(void **state)
{
	struct fixture *f = *state;
	entry_no head;

	(void)spoil(f);
	fixture_hold_answers(f, true);
	step(f, -AHEAD);
	f->hub->stopping = true;
	head = f->hub->head;
	fixture_hold_answers(f, false);
	assert_int_equal(f->hub->head, head);
	assert_false(f->hub->on_steps.is_set);
	f->hub->stopping = false;
}

// What was stamped before it stays; markers of what is gone are nobody's.
static void what_was_before_a_step_keeps_its_times(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);
	struct account *a = account_find(f->hub, SPAN("alice"));
	const struct stream *early, *late;
	int64_t before_ms;

	peer_join(alice, "#early");
	peer_send(alice, "PRIVMSG #early :one");
	early = &room_find(f->hub, SPAN("#early"))->stream;
	before_ms = early->last_ms;
	marker_set(a, early, SPAN("#early"), before_ms, NULL);
	step(f, AHEAD);
	peer_join(alice, "#late");
	peer_send(alice, "PRIVMSG #late :two");
	late = &room_find(f->hub, SPAN("#late"))->stream;
	marker_set(a, late, SPAN("#late"), late->said_ms, NULL);
	marker_load(f->hub, &(struct entry_marker){a->id, 424242, f->now.wall_ms});
	assert_true(late->said_ms > before_ms + AHEAD);
	step(f, -AHEAD);
	assert_int_equal(early->last_ms, before_ms);
	assert_int_equal(early->said_ms, before_ms);
	assert_int_equal(marker_time(a, early->id), before_ms);
	assert_in_range(late->last_ms, before_ms + 1, f->now.wall_ms);
	assert_in_range(late->said_ms, before_ms + 1, f->now.wall_ms);
	assert_in_range(marker_time(a, late->id), before_ms + 1, f->now.wall_ms);
	assert_in_range(f->hub->last_ms, before_ms + 1, f->now.wall_ms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(what_a_wrong_clock_stamped_is_stamped_anew),
		HUB_TEST(times_go_on_at_once_after_the_step),
		HUB_TEST(what_is_said_while_the_store_is_asked_moves_too),
		HUB_TEST(who_had_read_all_still_has),
		HUB_TEST(a_marker_on_a_message_of_the_future_stays_on_it),
		HUB_TEST(a_ban_ends_by_the_time_that_is_believed),
		HUB_TEST(a_step_is_carried_out_once_the_disk_takes_it),
		HUB_TEST(two_steps_are_carried_out_in_order),
		HUB_TEST(a_step_over_nothing_stores_nothing),
		HUB_TEST(a_step_that_the_store_did_not_hear_of_is_asked_again),
		HUB_TEST(who_stops_carries_out_no_step),
		HUB_TEST(what_was_before_a_step_keeps_its_times),
		HUB_TEST(status_shows_a_held_clock_and_accept_says_if_there_was_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
