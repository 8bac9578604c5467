// SPDX-License-Identifier: MIT
// What people say, and what happens to it: where it stands, what it says, whom it calls.
#include "tests/unit/client/lines_fixture.h"

#include "client/model/model_private.h"

#include <stdio.h>

static void each_has_its_place_and_its_words(void **state)
{
	static const struct line_row rows[] = {
		{":bob!b@h PRIVMSG #den :hi", "#den", LINE_MESSAGE, "hi"},
		{":bob!b@h NOTICE #den :hi", "#den", LINE_NOTICE, "hi"},
		// To those with the sign only.
		{":bob!b@h PRIVMSG @#den :to some", "#den", LINE_MESSAGE, "to some"},
		{":bob!b@h PRIVMSG !#den :no sign", "bob", LINE_MESSAGE, "no sign"},
		{":bob!b@h PRIVMSG @ann :no room", "bob", LINE_MESSAGE, "no room"},
		{":bob!b@h PRIVMSG ann :psst", "bob", LINE_MESSAGE, "psst"},
		{":ann!a@h PRIVMSG cem :yes", "cem", LINE_MESSAGE, "yes"},
		{":ann!a@h PRIVMSG @cem :odd", "@cem", LINE_MESSAGE, "odd"},
		{":bob!b@h PRIVMSG", NULL, 0, NULL},
		{"PRIVMSG #den :by the server", "", LINE_MESSAGE, "by the server"},
		{"NOTICE #den :by the server", "", LINE_INFO, "by the server"},
		{":srv.test NOTICE ann :noon", "", LINE_INFO, "noon"},
		{":bob!b@h PRIVMSG #den :\1ACTION waves\1", "#den", LINE_ACTION, "waves"},
		{":bob!b@h PRIVMSG #den :\1action waves", "#den", LINE_ACTION, "waves"},
		{":bob!b@h PRIVMSG #den :\1VERSION\1", "#den", LINE_INFO,
		 "asked for CTCP VERSION"},
		{":bob!b@h PRIVMSG #den :\1", "#den", LINE_MESSAGE, "\1"},
		{":bob!b@h PRIVMSG #den :a\1", "#den", LINE_MESSAGE, "a\1"},
		{"@+draft/edit=m1 :bob!b@h PRIVMSG #den :\1ACTION waved\1", "#den", LINE_EDIT,
		 "waved"},
		{"@+edit=m1 :bob!b@h PRIVMSG #den :new", "#den", LINE_EDIT, "new"},
	};
	struct fixture *f = *state;

	expect_lines(f, rows, ARRAY_LEN(rows));
}

// Whom an answer or the whole room calls, and which lines are ours alone.
static void a_line_has_its_flags(void **state)
{
	static const struct {
		const char *line;
		unsigned flags; // of LINE_MENTION and LINE_LOCAL
	} rows[] = {
		{"@msgid=mine :ann!a@h PRIVMSG #den :mine", 0},
		{"@msgid=b;+reply=mine :bob!b@h PRIVMSG #den :x", LINE_MENTION},
		{"@msgid=c;+reply=mine :ann!a@h PRIVMSG #den :x", 0},
		{"@msgid=d;+reply=b :cem!c@h PRIVMSG #den :x", 0},
		{"@msgid=e;snug.chat/alert=room :bob!b@h PRIVMSG #den :x", LINE_MENTION},
		{"@msgid=f;snug.chat/alert=room :ann!a@h PRIVMSG #den :x", 0},
		{"@msgid=g;+reply=mine :bob!b@h TOPIC #den :x", 0},
		{":srv FAIL X CODE #den :x", LINE_LOCAL},
		{"@msgid=h :srv FAIL X CODE #den :x", 0},
		{":bob!b@h MODE #den +m", 0},
		{":bob!b@h PRIVMSG #den :Ann!", LINE_MENTION},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		say(f->m, rows[i].line);
		if ((last(den(f))->flags & (LINE_MENTION | LINE_LOCAL)) != rows[i].flags)
			fail_msg("%s: %u", rows[i].line, last(den(f))->flags);
	}
}

static size_t n_typing(const struct target *t)
{
	size_t n = 0;

	for (size_t i = 0; i < TYPING_MAX; i++)
		n += t->typing[i].until_ms > 0;
	return n;
}

static void who_types_is_known(void **state)
{
	static const struct {
		const char *line;
		int64_t until; // of Bob, behind now
	} rows[] = {
		{"@+typing=active :bob!b@h TAGMSG #den", 6000},
		{"@+typing=paused :bob!b@h TAGMSG #den", 30000},
		{"@+other=x :bob!b@h TAGMSG #den", 30000},
		{"@+typing=done :bob!b@h TAGMSG #den", 0},
		{"@batch=p;+typing=active :bob!b@h TAGMSG #den", 0},
		{"@+typing=active :ann!a@h TAGMSG #den", 0},
		{"@+typing=active :srv.test TAGMSG #den", 0},
		{"@+typing=active :bob!b@h TAGMSG #elsewhere", 0},
		{"@+other=active :bob!b@h TAGMSG #den", 0},
	};
	struct fixture *f = *state;
	const struct target *t = den(f);

	say(f->m, ":srv BATCH +p chathistory #den");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		say(f->m, rows[i].line);
		if (n_typing(t) != (rows[i].until > 0) ||
		    (rows[i].until && t->typing[0].until_ms != 1000000 + rows[i].until))
			fail_msg("%s: %zu", rows[i].line, n_typing(t));
	}
}

// The place of who ends first is for the next one.
static void of_many_who_type_the_latest_are_known(void **state)
{
	struct fixture *f = *state;
	struct target *t = den(f);
	const struct person *people[TYPING_MAX + 1];

	for (int i = 0; i <= TYPING_MAX; i++) {
		char name[8];
		snprintf(name, sizeof(name), "n%d", i);
		people[i] = person_need(f->m, span_of(name));
	}
	for (int i = 0; i < TYPING_MAX; i++)
		typing_set(t, people[i], 100 + (i * 7) % 4);
	// 100, 103, 102, 101: the second stays, the first gives way.
	typing_set(t, people[1], 110);
	typing_set(t, people[TYPING_MAX], 120);
	assert_ptr_equal(t->typing[0].who, people[TYPING_MAX]);
	assert_int_equal(t->typing[1].until_ms, 110);
	assert_int_equal(n_typing(t), TYPING_MAX);
	typing_set(t, people[2], 0);
	assert_null(t->typing[2].who);
	assert_int_equal(n_typing(t), TYPING_MAX - 1);
}

static void on_reacted(void *arg, struct target *t UNUSED, struct log_line *l UNUSED,
		       const struct reacted *what)
{
	buf_printf(arg, "%s%s" SPAN_FMT " ", what->who->name, what->is_back ? "-" : "+",
		   SPAN_ARG(what->text));
}

static void reactions_are_told_when_they_are_new(void **state)
{
	static const struct {
		const char *line, *told;
		size_t kinds;
	} rows[] = {
		{"@+draft/reply=a;+draft/react=o\\:\\s/ :cem!c@h TAGMSG #den", "cem+o; / ", 1},
		{"@+draft/reply=a;+draft/react=o\\:\\s/ :cem!c@h TAGMSG #den", "", 1},
		{"@+reply=a;+react=x :cem!c@h TAGMSG #den", "cem+x ", 2},
		{"@+reply=a;+draft/react= :cem!c@h TAGMSG #den", "", 2},
		{"@+draft/react=y :cem!c@h TAGMSG #den", "", 2},
		{"@+reply=none;+draft/react=y :cem!c@h TAGMSG #den", "", 2},
		{"@batch=p;+reply=a;+draft/react=old :bob!b@h TAGMSG #den", "", 3},
		{"@+reply=a;+unreact=x :bob!b@h TAGMSG #den", "", 3},
		{"@+reply=a;+unreact=x :cem!c@h TAGMSG #den", "cem-x ", 2},
		{"@+reply=a;+draft/unreact=o\\:\\s/ :cem!c@h TAGMSG #den", "cem-o; / ", 1},
	};
	struct fixture *f = *state;
	struct buf told = {0};
	struct model_watch watch = {.arg = &told, .on_reacted = on_reacted};

	model_watch(f->m, &watch);
	say(f->m, "@msgid=a :bob!b@h PRIVMSG #den :one");
	const struct log_line *l = last(den(f));
	say(f->m, ":srv BATCH +p chathistory #den");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_reset(&told);
		say(f->m, rows[i].line);
		if (strcmp(buf_str(&told), rows[i].told) != 0 || !l->extra ||
		    l->extra->n_reactions != rows[i].kinds)
			fail_msg("%s: %s", rows[i].line, buf_str(&told));
	}
	model_unwatch(f->m, &told);
	buf_clear(&told);
}

static void what_is_removed_says_by_whom(void **state)
{
	static const struct {
		const char *line, *words; // NULL: the text stays
	} rows[] = {
		{":bob!b@h REDACT #den ID", ""},
		{":bob!b@h REDACT #den ID :typo", "typo"},
		{":cem!c@h REDACT #den ID", "by cem"},
		{":cem!c@h REDACT #den ID :spam", "by cem: spam"},
		{":srv.test REDACT #den ID", "by the server"},
		{":srv.test REDACT #den ID :spam", "by the server: spam"},
		// The server need not name the place as we do, who speaks does.
		{":srv.test REDACT ann ID", "by the server"},
		{":cem!c@h REDACT ann ID", NULL},
		{":cem!c@h REDACT #none ID", NULL},
		{":cem!c@h REDACT #den other", NULL},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char line[120], id[8];
		const char *at = strstr(rows[i].line, "ID");
		snprintf(id, sizeof(id), "m%zu", i);
		snprintf(line, sizeof(line), "@msgid=%s :bob!b@h PRIVMSG #den :hi", id);
		say(f->m, line);
		snprintf(line, sizeof(line), "%.*s%s%s",
			 (int)(at ? at - rows[i].line : (long)strlen(rows[i].line)),
			 rows[i].line, at ? id : "", at ? at + 2 : "");
		say(f->m, line);
		const struct log_line *l = scrollback_find(&den(f)->log, span_of(id));
		bool is_gone = (l->flags & LINE_REDACTED) != 0;
		if (is_gone != (rows[i].words != NULL) ||
		    (is_gone && !span_eq(line_removal(l), span_of(rows[i].words))))
			fail_msg("%s: " SPAN_FMT, line, SPAN_ARG(line_removal(l)));
	}
	// A second word about it changes nothing.
	say(f->m, ":cem!c@h REDACT #den m1 :again");
	assert_true(
		span_eq(line_removal(scrollback_find(&den(f)->log, SPAN("m1"))), SPAN("typo")));
}

static void what_is_removed_calls_and_counts_no_more(void **state)
{
	struct fixture *f = *state;

	say(f->m, ":srv MARKREAD #den timestamp=1970-01-01T00:00:01.000Z");
	say(f->m, "@msgid=a :bob!b@h PRIVMSG #den :ann?");
	say(f->m, "@msgid=b :bob!b@h PRIVMSG #den :hi");
	assert_int_equal(den(f)->unread, 2);
	assert_int_equal(den(f)->mentions, 1);
	say(f->m, ":bob!b@h REDACT #den a");
	assert_int_equal(den(f)->unread, 1);
	assert_int_equal(den(f)->mentions, 0);
	assert_false(scrollback_find(&den(f)->log, SPAN("a"))->flags & LINE_MENTION);
}

// In a page stands who had said what was removed; nothing stands there without that.
static void the_removed_past_needs_its_author(void **state)
{
	static const struct {
		const char *line;
		bool is_there;
	} rows[] = {
		{"@batch=p;msgid=a :cem!c@h REDACT #den a", false},
		{"@batch=p;msgid=a;snug.chat/author= :cem!c@h REDACT #den a", false},
		{"@batch=p;snug.chat/author=bob :cem!c@h REDACT #den a", false},
		{"@msgid=a;snug.chat/author=bob :cem!c@h REDACT #den a", false},
		{"@batch=p;msgid=a;snug.chat/author=ann :cem!c@h REDACT #den a", true},
	};
	struct fixture *f = *state;

	say(f->m, ":srv BATCH +p chathistory #den");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		say(f->m, rows[i].line);
		if (den(f)->log.count != rows[i].is_there)
			fail_msg("%s", rows[i].line);
	}
	assert_true(last(den(f))->flags & LINE_SELF);
	assert_int_equal(last(den(f))->kind, LINE_MESSAGE);
	// A page's lines are of its target, whatever they name.
	say(f->m, "@batch=p;msgid=b;snug.chat/author=bob :cem!c@h REDACT #ops b");
	assert_int_equal(den(f)->log.count, 2);
	say(f->m, ":srv BATCH +q chathistory #none");
	say(f->m, "@batch=q;msgid=c;snug.chat/author=bob :cem!c@h REDACT #none c");
	assert_int_equal(den(f)->log.count, 2);
}

static void a_marker_is_a_moment(void **state)
{
	static const struct {
		const char *time;
		int64_t read_at;
	} rows[] = {
		{"soon", 0},
		{"timestamp=soon", 0},
		{"timestamp=1970-01-01T00:00:05.000Z", 5000},
		{"1970-01-01T00:00:06.000Z", 6000},
		{"*", 6000},
		{"timestamp=1970-01-01T00:00:02.000Z", 6000},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char line[120];
		snprintf(line, sizeof(line), ":srv MARKREAD #den %s", rows[i].time);
		say(f->m, line);
		assert_int_equal(den(f)->read_at, rows[i].read_at);
		assert_int_equal(den(f)->has_marker, i > 1);
	}
	say(f->m, ":ann!a@h JOIN #ops");
	say(f->m, ":srv MARKREAD #ops *");
	assert_true(target_find(f->m, SPAN("#ops"))->has_marker);
	assert_int_equal(target_find(f->m, SPAN("#ops"))->read_at, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_has_its_place_and_its_words),
		TEST(a_line_has_its_flags),
		TEST(who_types_is_known),
		TEST(of_many_who_type_the_latest_are_known),
		TEST(reactions_are_told_when_they_are_new),
		TEST(what_is_removed_says_by_whom),
		TEST(what_is_removed_calls_and_counts_no_more),
		TEST(the_removed_past_needs_its_author),
		TEST(a_marker_is_a_moment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
