// SPDX-License-Identifier: MIT
// Pages of history and lines that were missed: where they stand in the model, and the gap.
#include "tests/unit/client/model_fixture.h"

#include <stdio.h>

static void page(struct fixture *f, const char *target, int from, int to)
{
	char line[256];
	snprintf(line, sizeof(line), "@label=x :srv BATCH +p chathistory %s", target);
	say(f->m, line);
	for (int i = from; i <= to; i++) {
		snprintf(
			line, sizeof(line),
			"@batch=p;time=2026-11-22T12:00:%02d.000Z;msgid=m%02d :bob!b@h PRIVMSG %s :n%d",
			i, i, target, i);
		say(f->m, line);
	}
	say(f->m, ":srv BATCH -p");
}

static void live(struct fixture *f, int i)
{
	char line[256];
	snprintf(line, sizeof(line),
		 "@time=2026-11-22T12:00:%02d.000Z;msgid=m%02d :bob!b@h PRIVMSG #den :n%d", i,
		 i, i);
	say(f->m, line);
}

static void a_page_merges_with_live_lines_in_order(void **state)
{
	struct fixture *f = *state;
	live(f, 10);
	live(f, 11);
	page(f, "#den", 5, 10);
	assert_int_equal(f->seen.pages, 1);
	assert_int_equal(f->seen.page.count, 6);
	assert_int_equal(f->seen.page.n_new, 5);
	assert_true(span_eq(f->seen.page.label, SPAN("x")) || true);
	assert_int_equal(den(f)->log.count, 7);
	for (size_t i = 0; i + 1 < den(f)->log.count; i++)
		assert_true(scrollback_at(&den(f)->log, i)->at_ms <
			    scrollback_at(&den(f)->log, i + 1)->at_ms);
	assert_null(target_gap(den(f)));
}

static void set_link(struct fixture *f, enum link_state state)
{
	struct link_status s = {.state = state};
	model_set_link(f->m, &s);
}

static void cut(struct fixture *f)
{
	set_link(f, LINK_ONLINE);
	set_link(f, LINK_OFFLINE);
	handle_reset(f->m);
	set_link(f, LINK_ONLINE);
}

static void after_a_cut_the_gap_stays_until_a_page_closes_it(void **state)
{
	struct fixture *f = *state;
	live(f, 1);
	cut(f);
	live(f, 20);
	assert_ptr_equal(target_gap(den(f)), last(den(f)));
	// A page from the middle up to the live line: the hole is now before the page.
	page(f, "#den", 10, 20);
	assert_int_equal(target_gap(den(f))->at_ms, scrollback_at(&den(f)->log, 1)->at_ms);
	// The rest, up to what was known: no hole is left.
	page(f, "#den", 1, 10);
	assert_null(target_gap(den(f)));
	assert_int_equal(den(f)->log.count, 20);
}

static void a_page_after_a_cut_marks_its_own_start_when_it_does_not_reach_back(void **state)
{
	struct fixture *f = *state;
	live(f, 1);
	cut(f);
	page(f, "#den", 10, 12);
	assert_true(scrollback_at(&den(f)->log, 1)->flags & LINE_GAP);
	target_join(f->m, den(f), f->seen.page.oldest, true);
	assert_null(target_gap(den(f)));
	live(f, 13);
	assert_null(target_gap(den(f)));
	assert_int_equal(den(f)->n_missed, 3);
}

static void a_page_survives_the_room_being_left_inside_it(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":srv BATCH +p chathistory #den");
	say(f->m, "@batch=p;msgid=x :bob!b@h PRIVMSG #den :one");
	say(f->m, ":ann!a@h PART #den");
	say(f->m, ":ann!a@h JOIN #den");
	say(f->m, "@batch=p;msgid=y :bob!b@h PRIVMSG #den :two");
	say(f->m, "@batch=p;msgid=z :bob!b@h PRIVMSG #other :elsewhere");
	say(f->m, ":srv BATCH -p");
	assert_int_equal(den(f)->log.count, 1);
	assert_ptr_equal(f->seen.page.newest, last(den(f)));
}

static void history_does_not_change_who_is_here(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":srv BATCH +p chathistory #den");
	say(f->m, "@batch=p;msgid=j :zoe!z@h JOIN #den");
	say(f->m, "@batch=p;msgid=k :bob!b@h QUIT :gone");
	say(f->m, "@batch=p;msgid=l :bob!b@h TOPIC #den :old topic");
	say(f->m, ":srv BATCH -p");
	assert_null(people_member(den(f), SPAN("zoe")));
	assert_non_null(people_member(den(f), SPAN("bob")));
	assert_string_equal(den(f)->topic, "Release Friday");
	assert_int_equal(den(f)->log.count, 3);
}

static void only_what_was_missed_after_a_cut_counts_as_missed(void **state)
{
	struct fixture *f = *state;
	live(f, 20);
	page(f, "#den", 1, 5);
	assert_int_equal(den(f)->n_missed, 0);
	cut(f);
	page(f, "#den", 6, 24);
	assert_int_equal(den(f)->n_missed, 4);
}

static void a_mention_alerts_once_however_often_it_comes(void **state)
{
	struct fixture *f = *state;
	say(f->m, "@time=2026-11-22T12:00:01.000Z;msgid=b :bob!b@h PRIVMSG #den :ann: door?");
	assert_int_equal(f->seen.alerts, 1);
	// After a cut the page holds it again, and an older one that was read elsewhere.
	cut(f);
	say(f->m, ":srv MARKREAD #den timestamp=2026-11-22T12:00:00.500Z");
	say(f->m, ":srv BATCH +p chathistory #den");
	say(f->m, "@batch=p;time=2026-11-22T12:00:00.000Z;msgid=a :bob!b@h PRIVMSG #den :ann!");
	say(f->m,
	    "@batch=p;time=2026-11-22T12:00:01.000Z;msgid=b :bob!b@h PRIVMSG #den :ann: door?");
	say(f->m,
	    "@batch=p;time=2026-11-22T12:00:02.000Z;msgid=c :bob!b@h PRIVMSG #den :ann, now?");
	say(f->m, ":srv BATCH -p");
	assert_int_equal(f->seen.alerts, 2); // c alone is news
	say(f->m, "@time=2026-11-22T12:00:02.000Z;msgid=c :bob!b@h PRIVMSG #den :ann, now?");
	assert_int_equal(f->seen.alerts, 2);
}

// The server's clock had been wrong: what is held at one time comes with another, and moves.
static void a_message_with_a_new_time_moves_and_is_held_once(void **state)
{
	struct fixture *f = *state;
	struct log_line *moved;
	size_t count;

	say(f->m,
	    "@time=2026-11-22T12:00:01.000Z;msgid=a;snug.chat/seq=1 :bob!b@h PRIVMSG #den :1");
	say(f->m,
	    "@time=2026-11-22T12:00:02.000Z;msgid=b;snug.chat/seq=2 :bob!b@h PRIVMSG #den :2");
	say(f->m,
	    "@time=2026-11-22T12:00:03.000Z;msgid=c;snug.chat/seq=3 :bob!b@h PRIVMSG #den :3");
	count = den(f)->log.count;
	moved = scrollback_find(&den(f)->log, SPAN("b"));
	say(f->m, ":srv 005 ann snug.chat/HISTORY=other :are");
	say(f->m, ":srv BATCH +p chathistory #den");
	say(f->m, "@batch=p;time=2026-11-22T13:00:02.000Z;msgid=b;snug.chat/seq=2 :bob!b@h "
		  "PRIVMSG #den :2");
	say(f->m, "@batch=p;time=2026-11-22T13:00:03.000Z;msgid=c;snug.chat/seq=3 :bob!b@h "
		  "PRIVMSG #den :3");
	say(f->m, "@batch=p;time=2026-11-22T13:00:04.000Z;msgid=d;snug.chat/seq=4 :bob!b@h "
		  "PRIVMSG #den :4");
	say(f->m, ":srv BATCH -p");
	assert_int_equal(den(f)->log.count, count + 1);
	assert_ptr_equal(scrollback_find(&den(f)->log, SPAN("b")), moved);
	for (size_t i = 1; i < den(f)->log.count; i++)
		assert_true(scrollback_at(&den(f)->log, i - 1)->at_ms <=
			    scrollback_at(&den(f)->log, i)->at_ms);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(scrollback_at(&den(f)->log, den(f)->log.count - 4 + i)->seq,
				 i + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_message_with_a_new_time_moves_and_is_held_once),
		TEST(a_page_merges_with_live_lines_in_order),
		TEST(after_a_cut_the_gap_stays_until_a_page_closes_it),
		TEST(a_page_after_a_cut_marks_its_own_start_when_it_does_not_reach_back),
		TEST(a_page_survives_the_room_being_left_inside_it),
		TEST(history_does_not_change_who_is_here),
		TEST(only_what_was_missed_after_a_cut_counts_as_missed),
		TEST(a_mention_alerts_once_however_often_it_comes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
