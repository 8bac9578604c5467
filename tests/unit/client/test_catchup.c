// SPDX-License-Identifier: MIT
// Catching up with a server that really has a history: messages 1..n of #a, one a second.
#include "client/sync/catchup.h"
#include "tests/unit/client/wire.h"
#include "client/model/target.h"

#define CAPS                                                                                   \
	"message-tags server-time labeled-response batch echo-message draft/chathistory "      \
	"snug.chat/exactly-once snug.chat/sequence"

struct fixture {
	struct wire wire;
	int n_stored;
	int n_asked;    // CHATHISTORY but TARGETS
	int n_kept;     // 0: all; behind so many an older copy of the database was put back
	size_t longest; // limit asked for
	const char *history; // NULL: it is not named
	bool is_mute;        // answers no CHATHISTORY
	bool has_marker;     // all up to message 5 was read, on some device
	int n_spoken;        // 0: all; behind so many only events are stored
};

static struct fixture *of(struct scripted *s)
{
	return container_of(container_of(s, struct wire, server), struct fixture, wire);
}

#define ANOTHER 600 // added to the ids of what is said after the copy was put back

static void add_message(const struct fixture *f, struct buf *out, int n, const char *tags)
{
	int id = f->n_kept && n > f->n_kept ? n + ANOTHER : n;

	if (f->n_spoken && n > f->n_spoken) {
		buf_printf(out,
			   "@%smsgid=m%04d;time=2026-11-22T12:%02d:%02d.000Z;snug.chat/seq=%d "
			   ":cem!c@h %s #a\r\n",
			   tags, id, id / 60, id % 60, n, n % 2 ? "JOIN" : "PART");
		return;
	}
	buf_printf(out,
		   "@%smsgid=m%04d;time=2026-11-22T12:%02d:%02d.000Z;snug.chat/seq=%d "
		   ":bob!b@h PRIVMSG #a :text %d\r\n",
		   tags, id, id / 60, id % 60, n, id);
}

static int number_of(struct span ref)
{
	int n = 0;
	struct buf text = {0};
	buf_add_span(&text, ref);
	if (sscanf(buf_str(&text), "msgid=m%d", &n) != 1)
		n = 0;
	buf_clear(&text);
	return n;
}

// The messages after `low` and before `high`, the newest `limit` of them.
static void answer(struct fixture *f, struct span label, int low, int high, int limit)
{
	struct buf out = {0};
	int first = high - limit > low + 1 ? high - limit : low + 1;
	buf_printf(&out, "@label=" SPAN_FMT " :h BATCH +p chathistory #a\r\n", SPAN_ARG(label));
	for (int n = first; n < high; n++)
		add_message(f, &out, n, "batch=p;");
	buf_add_str(&out, ":h BATCH -p");
	scripted_say(&f->wire.server, buf_str(&out));
	buf_clear(&out);
}

// It is not in the copy.
static bool is_gone(const struct fixture *f, struct span ref)
{
	int n = number_of(ref);

	return f->n_kept && n > f->n_kept && n < ANOTHER;
}

static void on_history(struct fixture *f, const struct msg *m)
{
	struct span label, what = msg_param(m, 0), ref = msg_param(m, 2);
	assert_true(msg_tag(m, SPAN("label"), &label));
	uint64_t limit;
	assert_true(span_to_u64(msg_param(m, m->n_params - 1), &limit));
	if (span_eq(what, SPAN("TARGETS"))) {
		struct buf out = {0};
		buf_printf(&out,
			   "@label=" SPAN_FMT " :h BATCH +t draft/chathistory-targets\r\n"
			   "@batch=t :h CHATHISTORY TARGETS cem 2026-11-22T12:00:00.000Z\r\n"
			   ":h BATCH -t",
			   SPAN_ARG(label));
		scripted_say(&f->wire.server, buf_str(&out));
		buf_clear(&out);
		return;
	}
	if (span_eq(msg_param(m, 1), SPAN("cem"))) {
		struct buf out = {0};
		buf_printf(&out,
			   "@label=" SPAN_FMT " :h BATCH +c chathistory cem\r\n"
			   "@batch=c;msgid=d1;time=2026-11-22T12:00:00.000Z :cem!c@h PRIVMSG "
			   "ann :psst\r\n"
			   ":h BATCH -c",
			   SPAN_ARG(label));
		scripted_say(&f->wire.server, buf_str(&out));
		buf_clear(&out);
		return;
	}
	f->n_asked++;
	if (is_gone(f, ref) || is_gone(f, msg_param(m, 3))) {
		struct buf out = {0};
		buf_printf(&out,
			   "@label=" SPAN_FMT
			   " :h FAIL CHATHISTORY MESSAGE_ERROR LATEST #a :no",
			   SPAN_ARG(label));
		scripted_say(&f->wire.server, buf_str(&out));
		buf_clear(&out);
		return;
	}
	f->longest = limit > f->longest ? limit : f->longest;
	if (span_eq(what, SPAN("LATEST")))
		answer(f, label, number_of(ref) % ANOTHER, f->n_stored + 1, (int)limit);
	else if (span_eq(what, SPAN("BEFORE")))
		answer(f, label, 0, number_of(ref) % ANOTHER, (int)limit);
	else if (span_eq(what, SPAN("BETWEEN")))
		answer(f, label, number_of(msg_param(m, 3)) % ANOTHER, number_of(ref) % ANOTHER,
		       (int)limit);
}

static void script(struct scripted *s, struct span line)
{
	struct fixture *f = of(s);
	struct msg m;
	wire_script(s, line);
	if (span_eq(line, SPAN("CAP END")))
		scripted_say(
			s,
			":ann!a@h JOIN #a\r\n:h 353 ann = #a :ann bob\r\n:h 366 ann #a :end");
	if (span_eq(line, SPAN("CAP END")) && f->has_marker)
		scripted_say(s, ":h MARKREAD #a timestamp=2026-11-22T12:00:05.000Z");
	if (span_eq(line, SPAN("CAP END")) && f->history) {
		char named[80];
		snprintf(named, sizeof(named), ":h 005 ann snug.chat/HISTORY=%s :are",
			 f->history);
		scripted_say(s, named);
	}
	if (msg_parse(&m, line) == MSG_OK && span_eq(m.command, SPAN("CHATHISTORY")) &&
	    !f->is_mute)
		on_history(f, &m);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	wire_init(&f->wire, CAPS);
	f->wire.server.on_line = script;
	wire_start(&f->wire);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	calls_lost(f->wire.core.calls);
	wire_clear(&f->wire);
	free(f);
	return 0;
}

static void settle(struct fixture *f)
{
	wire_settle(&f->wire); // it may not have begun
	WAIT_UNTIL(catchup_n_open(f->wire.core.catchup) == 0, wire_settle(&f->wire));
}

static struct target *room(struct fixture *f)
{
	struct target *t = target_find(f->wire.core.model, SPAN("#a"));
	assert_non_null(t);
	return t;
}

static size_t count_messages(const struct target *t)
{
	size_t n = 0;
	for (size_t i = 0; i < t->log.count; i++)
		n += line_is_speech(scrollback_at(&t->log, i));
	return n;
}

// Messages from..to are held, each once, in order.
static void assert_holds(struct fixture *f, int from, int to)
{
	const struct target *t = room(f);
	int next = from;
	for (size_t i = 0; i < t->log.count; i++) {
		const struct log_line *l = scrollback_at(&t->log, i);
		if (line_is_speech(l))
			assert_int_equal(l->seq, next++);
	}
	assert_int_equal(next, to + 1);
}

static void the_newest_page_comes_after_the_login(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 35;
	wire_connect(&f->wire);
	settle(f);
	// The server gives ten at a time (005 CHATHISTORY=10).
	assert_int_equal(f->longest, 10);
	assert_holds(f, 26, 35);
	assert_int_equal(room(f)->history, HISTORY_MORE);
}

static void what_is_unread_is_loaded_down_to_the_marker(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 35;
	f->has_marker = true;
	wire_connect(&f->wire);
	settle(f);
	assert_holds(f, 1, 35);
	assert_int_equal(room(f)->unread, 30);
	assert_false(target_lacks_unread(room(f)));
}

static void more_than_is_loaded_is_said_to_be_more(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 300;
	f->has_marker = true;
	wire_connect(&f->wire);
	settle(f);
	assert_int_equal(f->n_asked, 10);
	assert_holds(f, 201, 300);
	assert_int_equal(room(f)->unread, 100);
	assert_true(target_lacks_unread(room(f)));
}

// Sixty people came and went behind the last word.
static void joins_and_parts_fill_no_window(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 80;
	f->n_spoken = 20;
	wire_connect(&f->wire);
	settle(f);
	assert_true(count_messages(room(f)) >= 10);
}

static void a_short_history_is_known_to_be_whole(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 4;
	wire_connect(&f->wire);
	settle(f);
	assert_holds(f, 1, 4);
	assert_int_equal(room(f)->history, HISTORY_ALL);
}

static void scrolling_up_loads_page_by_page(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 25;
	wire_connect(&f->wire);
	settle(f);
	catchup_history(f->wire.core.catchup, room(f), NULL);
	settle(f);
	assert_holds(f, 6, 25);
	catchup_history(f->wire.core.catchup, room(f), NULL);
	settle(f);
	assert_holds(f, 1, 25);
	assert_int_equal(room(f)->history, HISTORY_ALL);
}

static void what_was_missed_is_filled_without_a_gap(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 20;
	wire_connect(&f->wire);
	settle(f);
	f->n_stored = 23;
	wire_break(&f->wire);
	settle(f);
	assert_holds(f, 11, 23);
	assert_null(target_gap(room(f)));
	assert_int_equal(room(f)->n_missed, 3);
}

static void a_long_absence_is_filled_from_the_newest_backwards(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 20;
	wire_connect(&f->wire);
	settle(f);
	f->n_stored = 75;
	f->n_asked = 0;
	wire_break(&f->wire);
	settle(f);
	assert_holds(f, 11, 75);
	assert_null(target_gap(room(f)));
	assert_int_equal(f->n_asked, 6);
}

static void comes_live(struct fixture *f, int n)
{
	struct buf live = {0};

	f->n_stored = n;
	add_message(f, &live, n, "");
	live.len -= 2;
	scripted_say(&f->wire.server, buf_str(&live));
	buf_clear(&live);
	settle(f);
}

static void nothing_new_asks_once_and_leaves_no_gap(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 20;
	wire_connect(&f->wire);
	settle(f);
	f->n_asked = 0;
	wire_break(&f->wire);
	settle(f);
	assert_holds(f, 11, 20);
	assert_int_equal(f->n_asked, 1);
	assert_false(room(f)->gap_open);
	comes_live(f, 21);
	assert_holds(f, 11, 21);
	assert_int_equal(f->n_asked, 1);
	assert_null(target_gap(room(f)));
}

static void a_huge_absence_leaves_a_gap_that_can_be_loaded(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 20;
	wire_connect(&f->wire);
	settle(f);
	f->n_stored = 320;
	wire_break(&f->wire);
	settle(f);
	struct log_line *gap = target_gap(room(f));
	assert_non_null(gap);
	size_t before = count_messages(room(f));
	for (int i = 0; i < 40 && (gap = target_gap(room(f))); i++) {
		catchup_history(f->wire.core.catchup, room(f), gap);
		settle(f);
	}
	assert_null(gap);
	assert_true(count_messages(room(f)) > before);
	assert_holds(f, 11, 320);
}

static void a_hole_in_the_numbers_is_asked_for(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 5;
	wire_connect(&f->wire);
	settle(f);
	f->n_asked = 0;
	// 6 and 7 are swallowed somewhere.
	comes_live(f, 8);
	assert_int_equal(f->n_asked, 1);
	assert_holds(f, 1, 8);
	assert_null(target_gap(room(f)));
}

// Held were 1 to 5; the copy has 1 to 3, and numbers go on from there.
static void behind_an_older_copy_all_that_is_said_is_shown(void **state)
{
	struct fixture *f = *state;
	const struct log_line *last;

	f->n_stored = 5;
	wire_connect(&f->wire);
	settle(f);
	// First there is nothing new in it.
	f->n_kept = f->n_stored = 3;
	wire_break(&f->wire);
	settle(f);
	comes_live(f, 4);
	assert_int_equal(count_messages(room(f)), 6);
	assert_null(target_gap(room(f)));
	comes_live(f, 5);
	last = target_newest(room(f));
	assert_true(span_eq(line_says(last), SPAN("text 605")));
	assert_int_equal(count_messages(room(f)), 7);
	assert_null(target_gap(room(f)));
	// From here on it is a history like any other.
	f->n_stored = 7;
	wire_break(&f->wire);
	settle(f);
	assert_int_equal(count_messages(room(f)), 9);
	assert_null(target_gap(room(f)));
}

// Held were 1 to 5, the copy has 1 to 3. What comes next is the new 6, and the new 4 and 5 were
// not heard; then the connection breaks before anything was asked.
static void numbers_of_another_history_close_no_hole(void **state)
{
	struct fixture *f = *state;

	f->history = "h1";
	f->n_stored = 5;
	wire_connect(&f->wire);
	settle(f);
	f->n_kept = 3;
	f->history = "h2";
	f->is_mute = true;
	wire_break(&f->wire);
	wire_settle(&f->wire);
	struct buf live = {0};
	add_message(f, &live, 6, "");
	live.len -= 2;
	scripted_say(&f->wire.server, buf_str(&live));
	buf_clear(&live);
	wire_settle(&f->wire);
	f->n_stored = 6;
	f->is_mute = false;
	wire_break(&f->wire);
	settle(f);
	struct log_line *gap = target_gap(room(f));
	assert_non_null(gap);
	catchup_history(f->wire.core.catchup, room(f), gap);
	settle(f);
	// 1 to 5 of old, 604 to 606 of now.
	assert_int_equal(count_messages(room(f)), 8);
	assert_null(target_gap(room(f)));
}

// The last message held is in the copy, so its number counts again: a hole is seen.
static void numbers_of_what_the_copy_has_count_again(void **state)
{
	struct fixture *f = *state;

	f->history = "h1";
	f->n_stored = 5;
	wire_connect(&f->wire);
	settle(f);
	f->history = "h2";
	wire_break(&f->wire);
	settle(f);
	f->n_asked = 0;
	comes_live(f, 8);
	assert_int_equal(f->n_asked, 1);
	assert_holds(f, 1, 8);
	assert_null(target_gap(room(f)));
}

// 6 to 9 were said while we were out of the room, which hides them from us.
static void what_is_hidden_is_no_hole(void **state)
{
	static const char *const tellers[] = {
		"@snug.chat/history=since-joined;snug.chat/floor=10 :ann!a@h JOIN #a",
		":h BATCH +q chathistory #a\r\n:h BATCH -q\r\n"
		"@snug.chat/hidden=1-9 :h BATCH +r chathistory #a\r\n:h BATCH -r"};

	for (size_t i = 0; i < ARRAY_LEN(tellers); i++) {
		struct fixture *f = *state;
		struct log_line *last;

		f->n_stored = 5;
		wire_connect(&f->wire);
		settle(f);
		scripted_say(&f->wire.server, tellers[i]);
		settle(f);
		f->n_asked = 0;
		comes_live(f, 10);
		assert_int_equal(f->n_asked, 0);
		assert_null(target_gap(room(f)));
		last = scrollback_at(&room(f)->log, room(f)->log.count - 1);
		assert_int_equal(last->seq, 10);
		// What comes after that may still be missing.
		comes_live(f, 13);
		assert_int_equal(f->n_asked, 1);
		tear_down(state);
		set_up(state);
	}
}

// Each name that a room had was wanted once: what waits is bounded by what there is.
static void what_is_wanted_of_lost_names_goes(void **state)
{
	struct fixture *f = *state;

	f->is_mute = true;
	wire_connect(&f->wire);
	wire_settle(&f->wire);
	scripted_say(&f->wire.server, ":ann!a@h JOIN #n0");
	for (int i = 0; i < 40; i++) {
		struct buf line = {0};

		buf_printf(&line, ":h RENAME #n%d #n%d :\r\n:ann!a@h JOIN #n%d", i, i + 1,
			   i + 1);
		scripted_say(&f->wire.server, buf_str(&line));
		buf_clear(&line);
		wire_settle(&f->wire);
	}
	assert_non_null(target_find(f->wire.core.model, SPAN("#n40")));
	assert_in_range(catchup_n_open(f->wire.core.catchup), 2,
			f->wire.core.model->n_targets + CATCHUP_OPEN_MAX);
}

static void conversations_with_news_open_by_themselves(void **state)
{
	struct fixture *f = *state;
	wire_connect(&f->wire);
	settle(f);
	const struct target *cem = target_find(f->wire.core.model, SPAN("cem"));
	assert_non_null(cem);
	assert_int_equal(count_messages(cem), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_newest_page_comes_after_the_login),
		TEST(what_is_unread_is_loaded_down_to_the_marker),
		TEST(more_than_is_loaded_is_said_to_be_more),
		TEST(joins_and_parts_fill_no_window),
		TEST(a_short_history_is_known_to_be_whole),
		TEST(scrolling_up_loads_page_by_page),
		TEST(what_was_missed_is_filled_without_a_gap),
		TEST(a_long_absence_is_filled_from_the_newest_backwards),
		TEST(nothing_new_asks_once_and_leaves_no_gap),
		TEST(a_huge_absence_leaves_a_gap_that_can_be_loaded),
		TEST(a_hole_in_the_numbers_is_asked_for),
		TEST(behind_an_older_copy_all_that_is_said_is_shown),
		TEST(numbers_of_another_history_close_no_hole),
		TEST(numbers_of_what_the_copy_has_count_again),
		TEST(what_is_hidden_is_no_hole),
		TEST(what_is_wanted_of_lost_names_goes),
		TEST(conversations_with_news_open_by_themselves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
