// SPDX-License-Identifier: MIT
// One of every kind of line, as whole screens: wide and narrow, folded and not.
#include "client/model/hush.h"
#include "client/model/people.h"
#include "client/model/target.h"
#include "tests/unit/client/scene.h"

static void join(struct scene *s, const char *id, bool joined)
{
	struct target *t = s->m->current;
	target_join(s->m, t, scrollback_find(&t->log, span_of(id)), joined);
}

static void say_on(struct scene *s, const char *at, const char *id, const char *rest)
{
	char line[512];
	snprintf(line, sizeof(line), "@time=2026-11-%s.000Z;msgid=%s%s", at, id, rest);
	scene_say(s, line);
}

static void holes_and_days(struct scene *s)
{
	say_on(s, "18T08:00:00", "a1", " :bob!b@h PRIVMSG #lounge :monday");
	say_on(s, "20T08:00:00", "a2", " :bob!b@h PRIVMSG #lounge :two days");
	say_on(s, "20T09:59:00", "a3", " :bob!b@h PRIVMSG #lounge :two hours");
	say_on(s, "20T10:00:00", "a4", " :bob!b@h PRIVMSG #lounge :a minute");
	say_on(s, "20T10:00:30", "a5", " :bob!b@h PRIVMSG #lounge :less");
	say_on(s, "20T10:00:40", "a6", " :bob!b@h PRIVMSG #lounge :on");
	join(s, "a2", false);
	join(s, "a3", false);
	join(s, "a4", false);
	join(s, "a5", false);
}

static void speech(struct scene *s)
{
	say_on(s, "22T10:00:00", "b1", " :cem!c@h NOTICE #lounge :a notice");
	say_on(s, "22T10:00:10", "b2", " :cem!c@h PRIVMSG #lounge :\1ACTION acts\1");
	say_on(s, "22T10:00:20", "b3", ";+draft/reply=b1 :eve!e@h PRIVMSG #lounge :answers");
	say_on(s, "22T10:00:30", "b4", ";+draft/reply=zz :eve!e@h PRIVMSG #lounge :an old one");
	say_on(s, "22T10:00:40", "b5", " :eve!e@h PRIVMSG #lounge :again");
	say_on(s, "22T10:09:59", "b6", " :eve!e@h PRIVMSG #lounge :in the same span");
	say_on(s, "22T10:10:00", "b7", " :eve!e@h PRIVMSG #lounge :in the next");
	say_on(s, "22T10:10:05", "b8", " :ann!e@h PRIVMSG #lounge :mine");
	say_on(s, "22T10:10:06", "b9", " :bob!e@h PRIVMSG #lounge :ann: for you");
	say_on(s, "22T10:11:00", "e1", ";+draft/edit=b7 :eve!e@h PRIVMSG #lounge :in another");
	scene_say(s, ":eve!e@h REDACT #lounge b5 :spam");
	scene_say(s, ":eve!e@h REDACT #lounge b6");
	scene_say(s, "@+draft/reply=b4;+draft/react=👍 :bob!b@h TAGMSG #lounge");
	scene_say(s, "@+draft/reply=b4;+draft/react=🎉 :bob!b@h TAGMSG #lounge");
}

static void events(struct scene *s)
{
	say_on(s, "22T10:20:00", "c1", " :zoe!z@h JOIN #lounge");
	say_on(s, "22T10:20:01", "c2", " :zoe!z@h PART #lounge :bye");
	say_on(s, "22T10:20:02", "c3", " :zac!z@h JOIN #lounge");
	say_on(s, "22T10:20:03", "c4", " :zac!z@h NICK zed");
	say_on(s, "22T10:20:04", "c5", " :zed!z@h QUIT :gone");
	say_on(s, "22T10:21:00", "c6", " :bob!b@h TOPIC #lounge :Cake");
	model_note(s->m, NULL, LINE_ERROR, SCENE_NOW, SPAN("something is wrong"));
	model_note(s->m, NULL, LINE_INFO, SCENE_NOW, SPAN("something is so"));
}

static void own(struct scene *s)
{
	struct target *t = s->m->current;
	own_add(s->m, t, 1, LINE_MESSAGE, SPAN("first"), SPAN(""), SCENE_NOW, OWN_KEEPING);
	own_add(s->m, t, 2, LINE_ACTION, SPAN("acts"), SPAN(""), SCENE_NOW, OWN_QUEUED);
	own_add(s->m, t, 3, LINE_MESSAGE, SPAN("so"), SPAN("b1"), SCENE_NOW, OWN_SENDING);
	own_add(s->m, t, 4, LINE_MESSAGE, SPAN("old"), SPAN(""), SCENE_NOW, OWN_HELD);
	own_add(s->m, t, 5, LINE_MESSAGE, SPAN("lost"), SPAN(""), SCENE_NOW, OWN_LOST);
	own_add(s->m, t, 6, LINE_MESSAGE, SPAN("no"), SPAN(""), SCENE_NOW, OWN_SENDING);
	own_set_state(s->m, 6, OWN_REFUSED, SPAN("it is closed"));
	own_add(s->m, t, 7, LINE_MESSAGE, SPAN("not"), SPAN(""), SCENE_NOW, OWN_SENDING);
	own_set_state(s->m, 7, OWN_REFUSED, SPAN(""));
}

// clang-format off
static const char wide[] =
	" #lounge · Cake ────────────────────────────────────────────────────────────────\n"
	"\n"
	"\n"
	"\n"
	"\n"
	"\n"
	"─────────────────────────────── Wed 18 Nov 2026 ────────────────────────────────\n"
	" 08:00          bob  monday\n"
	"────────────────── 2 days not loaded, Enter or PgUp loads it ───────────────────\n"
	"─────────────────────────────── Fri 20 Nov 2026 ────────────────────────────────\n"
	" 08:00          bob  two days\n"
	"──────────────── 1 h 59 min not loaded, Enter or PgUp loads it ─────────────────\n"
	" 09:59          bob  two hours\n"
	"─────────────────── 1 min not loaded, Enter or PgUp loads it ───────────────────\n"
	" 10:00          bob  a minute\n"
	"───────────────── something not loaded, Enter or PgUp loads it ─────────────────\n"
	" 10:00          bob  less\n"
	"                     on\n"
	"─────────────────────────────── Sun 22 Nov 2026 ────────────────────────────────\n"
	" 10:00        -cem-  a notice\n"
	"              * cem  acts\n"
	"                     ┌ cem: a notice\n"
	"                eve  answers\n"
	"                     ┌ answers an older message\n"
	"                     an old one\n"
	"                     ┊ 👍 1  🎉 1\n"
	"                     (message removed spam)\n"
	" 10:09               (message removed)\n"
	" 10:10          eve  in another (edited)\n"
	"                ann  mine\n"
	"@               bob  ann: for you\n"
	" 10:20            ·  2 joined, 2 left, 1 renamed (F6 unfolds)\n"
	" 10:21            ·  bob changed the topic to: Cake\n"
	" 12:06            !  something is wrong\n"
	"                  ·  something is so\n"
	" 12:06          ann  first                                              keeping\n"
	" 12:06        * ann  acts                                                queued\n"
	"                     ┌ cem: a notice\n"
	" 12:06          ann  so                                                 sending\n"
	" 12:06          ann  old                                                   held\n"
	"                     └ not sent, too old to go out unasked (/retry, /drop)\n"
	" 12:06          ann  lost                                                  lost\n"
	"                     └ the server had this, and lost it (/retry, /drop)\n"
	" 12:06          ann  no                                                not sent\n"
	"                     └ not sent: it is closed (/retry, /drop)\n"
	" 12:06          ann  not                                               not sent\n"
	"                     └ not sent (/retry, /drop)\n"
	"────────────────────────────────────────────────────────────────────────────────\n"
	" ◌ connecting… · #lounge · 7 unsent                                     F1 help\n"
	" ann ›\n";
// clang-format on

// clang-format off
static const char open[] =
	" #lounge · Cake ──────────────────────────────────── ▲ 6 older, M-u: 12 unread ─\n"
	" 10:00        -cem-  a notice\n"
	"              * cem  acts\n"
	"                     ┌ cem: a notice\n"
	"                eve  answers\n"
	"                     ┌ answers an older message\n"
	"                     an old one\n"
	"                     ┊ 👍 1  🎉 1\n"
	"                     (message removed spam)\n"
	" 10:09               (message removed)\n"
	" 10:10          eve  in another (edited)\n"
	"                ann  mine\n"
	"@               bob  ann: for you\n"
	" 10:20            ·  zoe joined\n"
	"                  ·  zoe left: bye\n"
	"                  ·  zac joined\n"
	"                  ·  zac is now known as zed\n"
	"                  ·  zed quit: gone\n"
	" 10:21            ·  bob changed the topic to: Cake\n"
	" 12:06            !  something is wrong\n"
	"                  ·  something is so\n"
	" 12:06          ann  first                                              keeping\n"
	" 12:06        * ann  acts                                                queued\n"
	"                     ┌ cem: a notice\n"
	" 12:06          ann  so                                                 sending\n"
	" 12:06          ann  old                                                   held\n"
	"                     └ not sent, too old to go out unasked (/retry, /drop)\n"
	" 12:06          ann  lost                                                  lost\n"
	"                     └ the server had this, and lost it (/retry, /drop)\n"
	" 12:06          ann  no                                                not sent\n"
	"                     └ not sent: it is closed (/retry, /drop)\n"
	" 12:06          ann  not                                               not sent\n"
	"                     └ not sent (/retry, /drop)\n"
	"────────────────────────────────────────────────────────────────────────────────\n"
	" ◌ connecting… · #lounge · 7 unsent                                     F1 help\n"
	" ann ›\n";
// clang-format on

// clang-format off
static const char narrow[] =
	" #lounge - Cake ----------------------------\n"
	"\n"
	"\n"
	"\n"
	"\n"
	"\n"
	"------------- Wed 18 Nov 2026 --------------\n"
	" 08:00 bob: monday\n"
	"- 2 days not loaded, Enter or PgUp loads it\n"
	"------------- Fri 20 Nov 2026 --------------\n"
	" 08:00 bob: two days\n"
	"- 1 h 59 min not loaded, Enter or PgUp load\n"
	" 09:59 bob: two hours\n"
	"- 1 min not loaded, Enter or PgUp loads it -\n"
	" 10:00 bob: a minute\n"
	"- something not loaded, Enter or PgUp loads\n"
	" 10:00 bob: less\n"
	"       bob: on\n"
	"------------- Sun 22 Nov 2026 --------------\n"
	" 10:00 cem: a notice\n"
	"       * cem acts\n"
	"       + cem: a notice\n"
	"       eve: answers\n"
	"       + answers an older message\n"
	"       eve: an old one\n"
	"       | 👍 1  🎉 1\n"
	"       eve: (message removed spam)\n"
	" 10:09 eve: (message removed)\n"
	" 10:10 eve: in another (edited)\n"
	"       ann: mine\n"
	"@      bob: ann: for you\n"
	" 10:20 - 2 joined, 2 left, 1 renamed (F6\n"
	"       unfolds)\n"
	" 10:21 - bob changed the topic to: Cake\n"
	" 12:06 ! something is wrong\n"
	"       - something is so\n"
	" 12:06 ann: first                   keeping\n"
	" 12:06 * ann acts                    queued\n"
	"       + cem: a notice\n"
	" 12:06 ann: so                      sending\n"
	" 12:06 ann: old                        held\n"
	"       + not sent, too old to go out\n"
	"         unasked (/retry, /drop)\n"
	" 12:06 ann: lost                       lost\n"
	"       + the server had this, and lost it\n"
	"         (/retry, /drop)\n"
	" 12:06 ann: no                     not sent\n"
	"       + not sent: it is closed (/retry,\n"
	"         /drop)\n"
	" 12:06 ann: not                    not sent\n"
	"       + not sent (/retry, /drop)\n"
	"--------------------------------------------\n"
	" ~ connecting~ - #lounge - 7 unsent\n"
	" ann >\n";
// clang-format on

static void expect(struct scene *s, const char *screen)
{
	char *text = scene_text(s);
	if (strcmp(text, screen) != 0)
		fail_msg("not as it was, but:\n%s", text);
	free(text);
}

static void all(struct scene *s, int cols, int rows)
{
	scene_init(s, cols, rows);
	s->view.hides_targets = true;
	holes_and_days(s);
	speech(s);
	events(s);
	own(s);
}

static void a_wide_screen_has_a_row_for_each(void **state)
{
	struct scene s;
	(void)state;
	all(&s, 80, 50);
	expect(&s, wide);
	scene_clear(&s);
}

static void unfolded_each_event_has_its_own(void **state)
{
	struct scene s;
	(void)state;
	all(&s, 80, 36);
	s.view.unfolds = true;
	expect(&s, open);
	scene_clear(&s);
}

static void a_narrow_screen_has_names_in_the_text(void **state)
{
	struct scene s;
	(void)state;
	all(&s, 44, 54);
	s.view.ascii = true;
	expect(&s, narrow);
	scene_clear(&s);
}

// What stands in the first and the last row of messages.
static void expect_edges(struct scene *s, const char *first, const char *last)
{
	scene_expect_row(s, 1, first);
	scene_expect_row(s, s->view.layout.main_rows, last);
}

// By rows, not by messages; what is not stored yet is scrolled over, too.
static void scrolling_goes_by_rows_and_over_what_is_own(void **state)
{
	static const struct {
		int by;
		bool moves;
		const char *first, *last;
	} rows[] = {
		{0, false, "line 9", "own 2"},       {-1, false, "line 9", "own 2"},
		{1, true, "line 6", "line 19"},      {1, true, "line 5", "line 18"},
		{3, true, "line 2", "line 15"},      {-2, true, "line 4", "line 17"},
		{-2, true, "line 6", "line 19"},     {-1, true, "line 9", "own 2"},
		{20, true, "Sun 22 Nov", "line 12"}, {1, false, "Sun 22 Nov", "line 12"},
		{-100, true, "line 9", "own 2"},
	};
	struct scene s;
	(void)state;
	scene_init(&s, 60, 18);
	for (int i = 0; i < 20; i++) {
		char at[16], id[8], text[80];
		snprintf(at, sizeof(at), "22T10:%02d:00", i * 2);
		snprintf(id, sizeof(id), "l%d", i);
		snprintf(text, sizeof(text), " :bob!b@h PRIVMSG #lounge :line %d", i);
		say_on(&s, at, id, text);
	}
	for (int i = 0; i < 3; i++) {
		char text[16];
		snprintf(text, sizeof(text), "own %d", i);
		own_add(s.m, s.m->current, (uint64_t)i, LINE_MESSAGE, span_of(text), SPAN(""),
			SCENE_NOW, OWN_QUEUED);
	}
	free(scene_text(&s));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].by)
			assert_int_equal(view_scroll(&s.view, rows[i].by), rows[i].moves);
		expect_edges(&s, rows[i].first, rows[i].last);
	}
	assert_true(view_is_at_end(&s.view));
	scene_clear(&s);
}

// Of a message that is in sight in part only the part is drawn, and it was not seen.
static void what_is_cut_at_an_edge_was_not_seen(void **state)
{
	static const struct {
		const char *first, *last;
		size_t from, to; // that are in sight as a whole
	} rows[] = {
		{" 10:04 bob: begin 2", "       one row", 2, 6},
		{" 10:02 one row", " 10:10 bob: begin 5", 2, 5},
		{" 10:02 bob: begin 1", "       one row", 1, 5},
		{" 10:00 one row", " 10:08 bob: begin 4", 1, 4},
		{" 10:00 bob: begin 0", "       one row", 1, 4},
		{"Sun 22 Nov", " 10:06 bob: begin 3", 0, 3},
	};
	struct scene s;
	(void)state;
	scene_init(&s, 40, 12);
	for (int i = 0; i < 6; i++) {
		char at[16], id[8], text[120];
		snprintf(at, sizeof(at), "22T10:%02d:00", i * 2);
		snprintf(id, sizeof(id), "l%d", i);
		snprintf(text, sizeof(text),
			 " :bob!b@h PRIVMSG #lounge :begin %d so many words that one row is "
			 "not enough for them",
			 i);
		say_on(&s, at, id, text);
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		expect_edges(&s, rows[i].first, rows[i].last);
		assert_int_equal(s.view.sight_first, rows[i].from);
		assert_int_equal(s.view.sight_end, rows[i].to);
		view_scroll(&s.view, 1);
	}
	scene_clear(&s);
}

// By people who are ignored: one row for all, until they are unfolded.
static void who_is_ignored_is_folded(void **state)
{
	struct scene s;
	(void)state;
	scene_init(&s, 79, 24);
	say_on(&s, "22T10:00:00", "a", " :bob!b@h PRIVMSG #lounge :one");
	say_on(&s, "22T10:00:01", "b", " :cem!b@h PRIVMSG #lounge :two");
	say_on(&s, "22T10:00:02", "c", " :cem!b@h PRIVMSG #lounge :three");
	say_on(&s, "22T10:00:03", "d", " :zoe!b@h JOIN #lounge");
	person_find(s.m, SPAN("cem"))->ignored_until = INT64_MAX;
	scene_expect_row(&s, 20, "·  1 joined, 2 by people you ignore (F6 unfolds)");
	scene_expect_row(&s, 19, "bob  one");
	s.view.unfolds = true;
	scene_expect_row(&s, 18, "cem  two");
	scene_expect_row(&s, 20, "zoe joined");
	scene_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wide_screen_has_a_row_for_each),
		cmocka_unit_test(unfolded_each_event_has_its_own),
		cmocka_unit_test(a_narrow_screen_has_names_in_the_text),
		cmocka_unit_test(scrolling_goes_by_rows_and_over_what_is_own),
		cmocka_unit_test(what_is_cut_at_an_edge_was_not_seen),
		cmocka_unit_test(who_is_ignored_is_folded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
