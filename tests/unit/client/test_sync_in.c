// SPDX-License-Identifier: MIT
// What is asked of the history: for which places, how much, from where on, and when no more.
#include "tests/unit/client/core.h"

#define MARKER_CAPS CORE_CAPS " draft/read-marker"

static void join(struct core *c, const char *room)
{
	char line[80];

	snprintf(line, sizeof(line), ":ann!a@h JOIN %s", room);
	core_hear(c, line);
}

// Answers the newest request that holds `text` with messages from..to of #den, numbered.
static void page(struct core *c, const char *text, int from, int to)
{
	struct buf lines = {0};

	buf_add_str(&lines, " :h BATCH +p$ chathistory #den\n");
	for (int i = from; i <= to; i++)
		buf_printf(&lines,
			   "@batch=p$;msgid=m%d;time=2026-11-22T11:%02d:%02d.000Z :bob!b@h "
			   "PRIVMSG #den :text %d\n",
			   i, i / 60, i % 60, i);
	buf_add_str(&lines, ":h BATCH -p$");
	core_answer(c, text, buf_str(&lines));
	buf_clear(&lines);
}

static size_t count_messages(const struct target *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->log.count; i++)
		n += line_is_speech(scrollback_at(&t->log, i));
	return n;
}

static void only_our_own_coming_asks(void **state)
{
	struct core *c = *state;
	core_log_in(c, CORE_CAPS);
	core_expect_said(c,
			 " CHATHISTORY TARGETS timestamp=2026-10-23T12:00:00.000Z "
			 "timestamp=2026-11-23T12:00:00.000Z 200\n",
			 1);
	core_hear(c, ":bob!b@h JOIN #den");
	core_hear(c, ":h BATCH +x chathistory #den");
	core_hear(c, "@batch=x :ann!a@h JOIN #den");
	core_hear(c, ":h BATCH -x");
	core_hear(c, ":ann!a@h NICK ann");
	core_expect_said(c, "CHATHISTORY LATEST", 0);
	join(c, "#den");
	core_expect_said(c, " CHATHISTORY LATEST #den * 100\n", 1);
	// It is wished already.
	join(c, "#den");
	core_expect_said(c, "CHATHISTORY LATEST", 1);
	assert_int_equal(core_room(c, "#den")->history, HISTORY_LOADING);
}

static void without_a_history_nothing_is_asked(void **state)
{
	struct core *c = *state;
	struct target *t = core_room(c, "#den");
	core_log_in(c, "message-tags labeled-response batch");
	join(c, "#den");
	catchup_history(c->e.catchup, t, NULL);
	core_expect_said(c, "CHATHISTORY", 0);
	assert_int_equal(catchup_n_open(c->e.catchup), 0);
	assert_int_equal(t->history, HISTORY_UNKNOWN);
}

static void pages_are_as_long_as_the_server_gives_them(void **state)
{
	static const struct {
		const char *told;
		const char *rooms, *current;
	} rows[] = {{"CHATHISTORY=50", "50", "50"},     {"CHATHISTORY=150", "100", "150"},
		    {"CHATHISTORY=0", "100", "200"},    {"CHATHISTORY=900", "100", "200"},
		    {"CHATHISTORY=many", "100", "100"}, {"MSGREFTYPES=msgid", "100", "100"}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct core *c = *state;
		char line[120];
		core_log_in(c, CORE_CAPS);
		snprintf(line, sizeof(line), ":h 005 ann %s :are supported", rows[i].told);
		core_hear(c, line);
		model_show(c->e.model, core_room(c, "#dev"));
		join(c, "#den");
		snprintf(line, sizeof(line), " CHATHISTORY LATEST #den * %s\n", rows[i].rooms);
		core_expect_said(c, line, 1);
		join(c, "#dev");
		snprintf(line, sizeof(line), " CHATHISTORY LATEST #dev * %s\n",
			 rows[i].current);
		core_expect_said(c, line, 1);
		core_tear_down(state);
		core_set_up_stored(state);
	}
}

static void four_pages_are_open_at_a_time_the_one_in_view_first(void **state)
{
	struct core *c = *state;
	core_log_in(c, CORE_CAPS);
	for (int i = 1; i <= 6; i++) {
		char name[8];
		snprintf(name, sizeof(name), "#r%d", i);
		join(c, name);
	}
	core_expect_said(c, "CHATHISTORY LATEST", 4);
	model_show(c->e.model, core_room(c, "#r6"));
	core_answer(c, "LATEST #r1 ", " :h FAIL CHATHISTORY INVALID_TARGET #r1 :no");
	assert_int_equal(core_room(c, "#r1")->history, HISTORY_NONE);
	core_expect_said(c, "LATEST #r6 ", 1);
	core_expect_said(c, "LATEST #r5 ", 0);
	core_answer(c, "LATEST #r2 ", " :h 403 ann #r2 :no");
	assert_int_equal(core_room(c, "#r2")->history, HISTORY_NONE);
	core_expect_said(c, "LATEST #r5 ", 1);
	assert_int_equal(catchup_n_open(c->e.catchup), 4);
	core_answer(c, "LATEST #r3 ", " :h BATCH +q$ chathistory #r3\n:h BATCH -q$");
	assert_int_equal(core_room(c, "#r3")->history, HISTORY_ALL);
	assert_int_equal(catchup_n_open(c->e.catchup), 3);
}

static void a_full_page_says_that_there_is_more(void **state)
{
	struct core *c = *state;
	struct target *t = core_room(c, "#den");
	core_log_in(c, CORE_CAPS);
	core_hear(c, ":h 005 ann CHATHISTORY=3 :are");
	join(c, "#den");
	page(c, "LATEST #den ", 10, 12);
	assert_int_equal(t->history, HISTORY_MORE);
	assert_int_equal(count_messages(t), 3);
	catchup_history(c->e.catchup, t, NULL);
	assert_int_equal(t->history, HISTORY_LOADING);
	core_expect_said(c, " CHATHISTORY BEFORE #den msgid=m10 3\n", 1);
	page(c, "BEFORE #den ", 8, 9);
	assert_int_equal(t->history, HISTORY_ALL);
	assert_int_equal(count_messages(t), 5);
}

static void where_ids_are_unknown_times_are_asked_from(void **state)
{
	struct core *c = *state;
	struct target *t = core_room(c, "#den");
	core_log_in(c, CORE_CAPS);
	core_hear(c, ":h 005 ann CHATHISTORY=3 MSGREFTYPES=timestamp :are");
	join(c, "#den");
	page(c, "LATEST #den ", 10, 12);
	catchup_history(c->e.catchup, t, NULL);
	core_expect_said(c, " CHATHISTORY BEFORE #den timestamp=2026-11-22T11:00:10.000Z 3\n",
			 1);
}

static void what_was_missed_is_asked_for_backwards_until_a_page_is_short(void **state)
{
	struct core *c = *state;
	struct target *t = core_room(c, "#den");
	core_log_in(c, CORE_CAPS);
	core_hear(c, ":h 005 ann CHATHISTORY=3 :are");
	join(c, "#den");
	page(c, "LATEST #den ", 10, 12);
	core_break(c, CORE_CAPS);
	core_hear(c, ":h 005 ann CHATHISTORY=3 :are");
	// For conversations it is asked from where we were on.
	core_expect_said(c, " CHATHISTORY TARGETS timestamp=2026-11-22T10:59:12.000Z ", 1);
	join(c, "#den");
	core_expect_said(c, " CHATHISTORY LATEST #den msgid=m12 3\n", 1);
	page(c, "LATEST #den ", 18, 20);
	core_expect_said(c, " CHATHISTORY BETWEEN #den msgid=m18 msgid=m12 3\n", 1);
	page(c, "BETWEEN #den ", 15, 17);
	core_expect_said(c, " CHATHISTORY BETWEEN #den msgid=m15 msgid=m12 3\n", 1);
	page(c, "BETWEEN #den msgid=m15", 13, 14);
	assert_int_equal(count_messages(t), 11);
	assert_null(target_gap(t));
	assert_int_equal(catchup_n_open(c->e.catchup), 0);
	assert_false(t->gap_open);
}

static void a_page_that_brings_nothing_new_is_the_last(void **state)
{
	struct core *c = *state;
	struct target *t = core_room(c, "#den");
	core_log_in(c, CORE_CAPS);
	core_hear(c, ":h 005 ann CHATHISTORY=2 :are");
	join(c, "#den");
	page(c, "LATEST #den ", 11, 12);
	core_break(c, CORE_CAPS);
	core_hear(c, ":h 005 ann CHATHISTORY=2 :are");
	join(c, "#den");
	page(c, "LATEST #den ", 19, 20);
	page(c, "BETWEEN #den msgid=m19", 19, 20);
	core_expect_said(c, "CHATHISTORY BETWEEN", 1);
	assert_int_equal(catchup_n_open(c->e.catchup), 0);
	assert_int_equal(count_messages(t), 4);
}

static void ten_pages_fill_a_hole_by_themselves(void **state)
{
	struct core *c = *state;
	struct target *t = core_room(c, "#den");
	core_log_in(c, CORE_CAPS);
	core_hear(c, ":h 005 ann CHATHISTORY=2 :are");
	join(c, "#den");
	page(c, "LATEST #den ", 11, 12);
	core_break(c, CORE_CAPS);
	core_hear(c, ":h 005 ann CHATHISTORY=2 :are");
	join(c, "#den");
	page(c, "LATEST #den ", 99, 100);
	for (int i = 99; catchup_n_open(c->e.catchup); i -= 2)
		page(c, "BETWEEN #den ", i - 2, i - 1);
	core_expect_said(c, "CHATHISTORY BETWEEN", 9);
	assert_non_null(target_gap(t));
	assert_int_equal(t->history, HISTORY_MORE);
	// The user gets there: it is asked for between its two ends.
	size_t before = count_messages(t);
	catchup_history(c->e.catchup, t, target_gap(t));
	core_expect_said(c, " CHATHISTORY BETWEEN #den msgid=m81 msgid=m12 2\n", 1);
	page(c, "BETWEEN #den msgid=m81", 80, 80);
	assert_null(target_gap(t));
	assert_int_equal(count_messages(t), before + 1);
}

static void conversations_are_opened_rooms_are_not(void **state)
{
	struct core *c = *state;
	size_t before = c->e.model->n_targets;
	core_log_in(c, MARKER_CAPS);
	core_answer(
		c, "CHATHISTORY TARGETS",
		" :h BATCH +t$ draft/chathistory-targets\n"
		"@batch=t$ :h CHATHISTORY TARGETS #other 2026-11-22T11:00:00.000Z\n"
		"@batch=t$ :h CHATHISTORY TARGETS\n"
		"@batch=t$ :h CHATHISTORY OTHERS eve 2026-11-22T11:00:00.000Z\n"
		"@batch=t$ :h NOTICE ann eve :hello\n"
		"@batch=t$ :h CHATHISTORY TARGETS cem 2026-11-22T11:00:00.000Z\n:h BATCH -t$");
	assert_int_equal(c->e.model->n_targets, before + 1);
	core_expect_said(c, "\nMARKREAD cem\n", 1);
	core_expect_said(c, " CHATHISTORY LATEST cem * 100\n", 1);
	core_expect_said(c, "CHATHISTORY LATEST", 1);
	// What is open already is asked for from its newest line on, after a break.
	core_answer(
		c, "LATEST cem",
		" :h BATCH +q$ chathistory cem\n@batch=q$;msgid=d1;time=2026-11-22T11:00:00."
		"000Z :cem!c@h PRIVMSG ann :psst\n:h BATCH -q$");
	core_room(c, "dora");
	core_break(c, CORE_CAPS);
	core_expect_said(c, " CHATHISTORY LATEST cem msgid=d1 100\n", 1);
	core_expect_said(c, "dora", 0);
	core_expect_said(c, "MARKREAD", 0);
}

static void what_is_in_view_is_asked_for_at_once(void **state)
{
	struct core *c = *state;
	model_show(c->e.model, core_room(c, "#den"));
	core_log_in(c, CORE_CAPS);
	core_expect_said(c, " CHATHISTORY LATEST #den * 100\n", 1);
	const char *said = buf_str(&c->world.said);
	assert_true(strstr(said, "LATEST #den") < strstr(said, "CHATHISTORY TARGETS"));
	join(c, "#den");
	core_expect_said(c, "CHATHISTORY LATEST", 1);
	// What a break leaves open is asked for anew.
	core_break(c, CORE_CAPS);
	core_expect_said(c, " CHATHISTORY LATEST #den * ", 1);
	assert_int_equal(catchup_n_open(c->e.catchup), 1);
}

static void live(struct core *c, int seq, const char *tags)
{
	char line[200];

	snprintf(
		line, sizeof(line),
		"@%smsgid=s%d;time=2026-11-22T12:00:%02d.000Z;snug.chat/seq=%d :bob!b@h PRIVMSG "
		"#den :%d",
		tags, seq, seq, seq, seq);
	core_hear(c, line);
}

static void a_number_that_is_missing_is_asked_for_once(void **state)
{
	struct core *c = *state;
	struct target *t = core_room(c, "#den");
	core_log_in(c, CORE_CAPS);
	join(c, "#den");
	core_answer(c, "LATEST #den ", " :h BATCH +q$ chathistory #den\n:h BATCH -q$");
	live(c, 1, "");
	live(c, 2, "");
	core_hear(c, ":bob!b@h PRIVMSG #den :without a number");
	live(c, 3, "");
	core_expect_said(c, "BETWEEN", 0);
	assert_null(target_gap(t));
	// Once more, and an older one: nothing is missing for that.
	live(c, 2, "");
	live(c, 6, "");
	core_expect_said(c, " CHATHISTORY BETWEEN #den msgid=s6 msgid=s3 100\n", 1);
	assert_non_null(target_gap(t));
	live(c, 9, "");
	core_expect_said(c, "BETWEEN", 1);
	core_answer(c, "BETWEEN #den ",
		    " :h BATCH +q$ chathistory #den\n"
		    "@batch=q$;msgid=s4;time=2026-11-22T12:00:04.000Z;snug.chat/seq=4 :bob!b@h "
		    "PRIVMSG #den :4\n"
		    "@batch=q$;msgid=s5;time=2026-11-22T12:00:05.000Z;snug.chat/seq=5 :bob!b@h "
		    "PRIVMSG #den :5\n:h BATCH -q$");
	assert_int_equal(count_messages(t), 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CORE(only_our_own_coming_asks),
		CORE(without_a_history_nothing_is_asked),
		CORE(pages_are_as_long_as_the_server_gives_them),
		CORE(four_pages_are_open_at_a_time_the_one_in_view_first),
		CORE(a_full_page_says_that_there_is_more),
		CORE(where_ids_are_unknown_times_are_asked_from),
		CORE(what_was_missed_is_asked_for_backwards_until_a_page_is_short),
		CORE(a_page_that_brings_nothing_new_is_the_last),
		CORE(ten_pages_fill_a_hole_by_themselves),
		CORE(conversations_are_opened_rooms_are_not),
		CORE(what_is_in_view_is_asked_for_at_once),
		CORE(a_number_that_is_missing_is_asked_for_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
