// SPDX-License-Identifier: MIT
// What is read: what was on the screen of somebody who looks, and nothing else.
#include "tests/unit/client/ui_fixture.h"
#include "client/model/target.h"

#define N_UNREAD 300

static struct target *room(struct fixture *f, const char *name)
{
	struct target *t = target_find(f->m, span_of(name));
	assert_non_null(t);
	return t;
}

// Minutes of one hour each, from 12:00 on: the marker stands at the first of them.
static void say_at(struct fixture *f, const char *tags, int second, const char *rest)
{
	char line[256];
	snprintf(line, sizeof(line), "@%stime=2026-11-22T12:%02d:%02d.000Z;msgid=m%d %s", tags,
		 second / 60, second % 60, second, rest);
	say(f, line);
}

static void fill(struct fixture *f)
{
	say(f, ":ann!a@h JOIN #big");
	say(f, ":srv MARKREAD #big timestamp=2026-11-22T12:00:00.000Z");
	for (int i = 1; i <= N_UNREAD; i++)
		say_at(f, "", i, ":bob!b@h PRIVMSG #big :word");
	settle(f);
}

static void show(struct fixture *f, const char *name)
{
	model_show(f->m, room(f, name));
	settle(f);
}

static int64_t second_of(int second)
{
	int64_t at_ms = 0;
	assert_true(clock_parse(SPAN("2026-11-22T12:00:00.000Z"), &at_ms));
	return at_ms + second * 1000;
}

static void what_was_on_no_screen_stays_unread(void **state)
{
	struct fixture *f = *state;
	fill(f);
	struct target *big = room(f, "#big");
	assert_int_equal(big->unread, N_UNREAD);
	show(f, "#big");
	assert_int_equal(big->unread, N_UNREAD - 20);
	assert_int_equal(big->read_at, second_of(0));
	expect_row(f, 0, "280 older, M-u: 280 unread");
	// Nor when somebody goes on and comes back.
	show(f, "#den");
	show(f, "#big");
	turn_for(f, 1000);
	expect_asked(f, "");
	assert_int_equal(big->unread, N_UNREAD - 20);
}

static void pages_that_are_scrolled_are_read(void **state)
{
	struct fixture *f = *state;
	fill(f);
	struct target *big = room(f, "#big");
	show(f, "#big");
	for (int i = 0; i < N_UNREAD && big->unread; i++) {
		assert_int_equal(big->read_at, second_of(0));
		type(f, "\x1b[5~");
	}
	assert_int_equal(big->unread, 0);
	assert_int_equal(big->read_at, second_of(N_UNREAD));
	turn_for(f, 1000);
	expect_asked(f, "read #big\n");
}

static void the_marker_goes_as_far_as_nothing_was_passed_over(void **state)
{
	struct fixture *f = *state;
	fill(f);
	struct target *big = room(f, "#big");
	show(f, "#big");
	type(f, "\x1bu"); // to the first unread one
	int64_t first = big->read_at;
	assert_true(first > second_of(5) && first < second_of(N_UNREAD / 2));
	type(f, "\x1b[6~");
	assert_true(big->read_at > first && big->read_at < second_of(N_UNREAD / 2));
	type(f, "\x1b>");
	assert_true(big->read_at < second_of(N_UNREAD / 2));
	assert_true(big->unread > N_UNREAD / 2);
	// What was seen at the end is not where it goes on.
	type(f, "\x1bu");
	assert_true(big->read_at < second_of(N_UNREAD / 2));
	assert_true(f->ui->view.sight_first < N_UNREAD / 2);
}

static void a_count_that_was_cut_says_so(void **state)
{
	struct fixture *f = *state;
	fill(f);
	struct target *big = room(f, "#big");
	target_set_history(f->m, big, HISTORY_MORE);
	say_at(f, "", 400, ":bob!b@h PRIVMSG #big :ann: look");
	settle(f);
	expect_row(f, 1, "@1+");
	expect_row(f, -2, "@1+  M-a next");
	expect_row(f, 5, "@1+ 301+");
	type(f, "\x1bgbig");
	expect_row(f, 20, "301+ new");
	type(f, "\x1b");
	show(f, "#big");
	expect_row(f, 0, "281+ older, M-u: 281+ unread");
	assert_int_equal(big->read_at, second_of(0));
}

static void what_a_hole_hides_is_not_read(void **state)
{
	struct fixture *f = *state;
	struct target *den = room(f, "#den");
	say(f, ":srv MARKREAD #den timestamp=2026-11-22T12:00:00.000Z");
	say_at(f, "", 1, ":bob!b@h PRIVMSG #den :before");
	settle(f);
	assert_int_equal(den->read_at, second_of(1));
	struct link_status online = {.state = LINK_ONLINE}, offline = {.state = LINK_OFFLINE};
	model_set_link(f->m, &online);
	target_set_history(f->m, den, HISTORY_ALL);
	model_set_link(f->m, &offline);
	say_at(f, "", 9, ":bob!b@h PRIVMSG #den :behind");
	settle(f);
	assert_int_equal(den->read_at, second_of(1));
	target_join(f->m, den, target_newest(den), true);
	settle(f);
	assert_int_equal(den->read_at, second_of(9));
}

static void what_a_list_covers_is_not_read(void **state)
{
	struct fixture *f = *state;
	type(f, "\x1bi");
	say_at(f, "", 1, ":bob!b@h PRIVMSG #den :behind the inbox");
	settle(f);
	assert_int_equal(room(f, "#den")->unread, 1);
	expect_asked(f, "");
	type(f, "\x1b");
	assert_int_equal(room(f, "#den")->unread, 0);
	expect_asked(f, "read #den\n");
}

static void a_message_longer_than_the_window_is_read_at_its_end(void **state)
{
	struct fixture *f = *state;
	struct buf line = {0};
	buf_add_str(&line, ":bob!b@h PRIVMSG #den :");
	for (int i = 0; i < 600; i++)
		buf_add_str(&line, "word ");
	say(f, buf_str(&line));
	buf_clear(&line);
	settle(f);
	assert_int_equal(room(f, "#den")->unread, 0);
}

static void who_comes_has_missed_nothing(void **state)
{
	struct fixture *f = *state;
	say(f, ":ann!a@h JOIN #new");
	say(f, ":srv MARKREAD #new *");
	say(f, ":srv BATCH +h chathistory #new");
	say_at(f, "batch=h;", 1, ":bob!b@h PRIVMSG #new :ann: before you came");
	say_at(f, "batch=h;", 2, ":ann!a@h JOIN #new");
	say_at(f, "batch=h;", 3, ":bob!b@h PRIVMSG #new :welcome, ann");
	say(f, ":srv BATCH -h");
	assert_int_equal(room(f, "#new")->unread, 1);
	assert_int_equal(room(f, "#new")->mentions, 1);
}

static void a_window_with_room_asks_for_more(void **state)
{
	struct fixture *f = *state;
	struct link_status online = {.state = LINK_ONLINE};
	struct target *den = room(f, "#den");
	target_set_history(f->m, den, HISTORY_ALL);
	model_set_link(f->m, &online);
	say_at(f, "", 1, ":bob!b@h PRIVMSG #den :one");
	settle(f);
	expect_asked(f, "read #den\n");
	target_set_history(f->m, den, HISTORY_MORE);
	settle(f);
	expect_asked(f, "history of #den before all\n");
	target_set_history(f->m, den, HISTORY_LOADING);
	settle(f);
	expect_asked(f, "");
	// However many come and go, it ends.
	for (int i = 0; i < 30; i++) {
		target_set_history(f->m, den, HISTORY_MORE);
		settle(f);
		target_set_history(f->m, den, HISTORY_LOADING);
	}
	size_t count = 0;
	for (const char *at = buf_str(&f->asked); (at = strstr(at, "history")); at++)
		count++;
	assert_int_equal(count, 9);
	buf_reset(&f->asked);
	for (int i = 2; i < 40; i++)
		say_at(f, "", i, ":bob!b@h PRIVMSG #den :more");
	model_show(f->m, f->m->server);
	settle(f);
	show(f, "#den");
	target_set_history(f->m, den, HISTORY_MORE);
	settle(f);
	assert_null(strstr(buf_str(&f->asked), "history"));
}

// A "y" that comes later is text.
static void who_goes_on_has_not_marked_all_as_read(void **state)
{
	struct fixture *f = *state;
	buf_reset(&f->asked);
	model_ask(f->m, QUESTION_READ, SPAN("mark all?"), "yn");
	type(f, "\x1b[6~");
	expect_asked(f, "answer 9 n\n");
	type(f, "y");
	expect_row(f, -1, "› y");
	expect_asked(f, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_goes_on_has_not_marked_all_as_read),
		TEST(what_was_on_no_screen_stays_unread),
		TEST(pages_that_are_scrolled_are_read),
		TEST(the_marker_goes_as_far_as_nothing_was_passed_over),
		TEST(a_count_that_was_cut_says_so),
		TEST(what_a_hole_hides_is_not_read),
		TEST(what_a_list_covers_is_not_read),
		TEST(a_message_longer_than_the_window_is_read_at_its_end),
		TEST(who_comes_has_missed_nothing),
		TEST(a_window_with_room_asks_for_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
