// SPDX-License-Identifier: MIT
// What may stand in a message of many lines, and what becomes of it: line by line.
#include "server/hub/pages/multiline.h"
#include "server/hub/state/session.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CAPS "message-tags batch labeled-response draft/multiline"
#define LINES_MAX 6

static struct msg parsed(const char *line)
{
	struct msg m;

	assert_int_equal(msg_parse(&m, span_of(line)), MSG_OK);
	return m;
}

// What is left of a batch that was opened by the first line; NULL: a mistake was told.
static struct multiline *batch_of(struct peer *p, const char *const lines[])
{
	struct session *s = peer_session(p);
	struct msg m = parsed(lines[0]);

	multiline_open(s, &m, span_after(msg_param(&m, 0), 1));
	for (size_t i = 1; lines[i]; i++) {
		m = parsed(lines[i]);
		bool is_notice = span_eq(m.command, SPAN("NOTICE"));

		assert_true(
			multiline_takes(s, &m, is_notice ? MESSAGE_NOTICE : MESSAGE_PRIVMSG));
	}
	return multiline_end(s);
}

#define OPEN "BATCH +1 draft/multiline #den"
#define SAY "@batch=1 PRIVMSG #den "
#define JOINED "@batch=1;draft/multiline-concat PRIVMSG #den "

static void lines_become_one_text(void **state)
{
	static const struct {
		const char *lines[LINES_MAX], *text; // NULL: a mistake
	} rows[] = {
		{{OPEN, SAY ":one"}, "one"},
		{{OPEN, SAY ":one", SAY ":two"}, "one\ntwo"},
		{{OPEN, SAY ":one", JOINED ":two"}, "onetwo"},
		{{OPEN, JOINED ":one", SAY ":two"}, "one\ntwo"},
		{{OPEN, SAY ":", SAY ":two", SAY ":"}, "\ntwo\n"},
		{{OPEN, "@batch=1 PRIVMSG #DEN one", SAY "two"}, "one\ntwo"},
		{{OPEN, "@batch=1 NOTICE #den :one", "@batch=1 NOTICE #den two"}, "one\ntwo"},
		{{OPEN, SAY ":"}, NULL},
		{{OPEN, SAY ":", SAY ":"}, NULL},
		{{OPEN}, NULL},
		{{OPEN, SAY ":one", JOINED ":"}, NULL},
		{{OPEN, SAY ":one", "@batch=1 NOTICE #den :two"}, NULL},
		{{OPEN, "@batch=1 NOTICE #den :one", SAY ":two"}, NULL},
		{{OPEN, SAY ":one", "@batch=2 PRIVMSG #den :two"}, NULL},
		{{OPEN, SAY ":one", "@batch=1 PRIVMSG #other :two"}, NULL},
		{{OPEN, SAY ":one", "@batch=1 PRIVMSG #other :two", SAY ":three"}, NULL},
	};
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", CAPS);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct multiline *b = batch_of(ann, rows[i].lines);

		if (!b != !rows[i].text || (b && strcmp(buf_str(&b->text), rows[i].text)))
			fail_msg("row %zu: %s", i, b ? buf_str(&b->text) : "a mistake");
		multiline_drop(b);
		fixture_settle(f);
		if (!rows[i].text)
			expect(ann, "server FAIL BATCH MULTILINE_INVALID* ...");
		expect_none(ann);
	}
}

static void its_tags_are_kept_in_order(void **state)
{
	static const struct {
		const char *open, *tags, *id, *file;
	} rows[] = {
		{OPEN, "", "", ""},
		{"@+a=1 " OPEN, "+a=1", "", ""},
		{"@+a=1;b=2;+c;+d=e\\s " OPEN, "+a=1;+c;+d=e\\s", "", ""},
		{"@snug.chat/id=x\\sy;+a;z=1 " OPEN, "+a", "x y", ""},
		{"@snug.chat/file=f;snug.chat/file=g;+a " OPEN, "+a", "", "g"},
	};
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", CAPS " snug.chat/exactly-once"),
		    *old = fixture_login(f, "bob", CAPS);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *const lines[] = {rows[i].open, SAY ":one", NULL};
		struct multiline *b = batch_of(ann, lines);

		assert_non_null(b);
		assert_string_equal(buf_str(&b->tags), rows[i].tags);
		assert_string_equal(buf_str(&b->client_id), rows[i].id);
		assert_string_equal(buf_str(&b->file), rows[i].file);
		multiline_drop(b);
		b = batch_of(old, lines);
		assert_int_equal(b->client_id.len, 0);
		assert_string_equal(buf_str(&b->tags), rows[i].tags);
		multiline_drop(b);
	}
}

static void an_opening_has_bounds(void **state)
{
	static char tags[CLIENT_TAGS_MAX + 40], id[CLIENT_ID_MAX + 40];
	static const struct {
		size_t tags_len, id_len;
		const char *target;
		bool is_open;
	} rows[] = {
		{0, 0, "#den", true},
		{CLIENT_TAGS_MAX, 0, "#den", true},
		{CLIENT_TAGS_MAX + 1, 0, "#den", false},
		{0, CLIENT_ID_MAX, "#den", true},
		{0, CLIENT_ID_MAX + 1, "#den", false},
		{0, 0, ":", false},
		{0, 0, "#den,#other", false},
	};
	struct fixture *f = *state;
	struct session *s =
		peer_session(fixture_login(f, "ann", CAPS " snug.chat/exactly-once"));

	memset(tags, 't', sizeof(tags) - 1);
	memset(id, 'i', sizeof(id) - 1);
	tags[0] = '+';
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf line = {0};
		struct msg m;

		if (rows[i].tags_len)
			buf_printf(&line, "@%.*s ", (int)rows[i].tags_len, tags);
		if (rows[i].id_len)
			buf_printf(&line, "@snug.chat/id=%.*s ", (int)rows[i].id_len, id);
		buf_printf(&line, "BATCH +1 draft/multiline %s", rows[i].target);
		m = parsed(buf_str(&line));
		multiline_open(s, &m, SPAN("1"));
		if (s->multiline->failed == rows[i].is_open)
			fail_msg("row %zu", i);
		buf_clear(&line);
	}
}

static void it_has_so_many_bytes_and_lines(void **state)
{
	static char text[MULTILINE_BYTES_MAX + 1];
	static const struct {
		size_t first, second;
		const char *tag;
		bool is_taken;
	} rows[] = {
		{MULTILINE_BYTES_MAX, 0, "", true},
		{MULTILINE_BYTES_MAX + 1, 0, "", false},
		{MULTILINE_BYTES_MAX - 2, 1, "", true}, // and the LF
		{MULTILINE_BYTES_MAX - 1, 1, "", false},
		{MULTILINE_BYTES_MAX - 1, 1, ";draft/multiline-concat", true},
		{MULTILINE_BYTES_MAX, 1, ";draft/multiline-concat", false},
	};
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", CAPS);
	struct session *s = peer_session(ann);
	struct msg open = parsed(OPEN), m;
	char line[80];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		multiline_open(s, &open, SPAN("1"));
		m = parsed(SAY "x");
		m.params[1] = span_from(text, rows[i].first);
		assert_true(multiline_takes(s, &m, MESSAGE_PRIVMSG));
		snprintf(line, sizeof(line), "@batch=1%s PRIVMSG #den x", rows[i].tag);
		m = parsed(line);
		if (rows[i].second)
			assert_true(multiline_takes(s, &m, MESSAGE_PRIVMSG));
		if (s->multiline->failed == rows[i].is_taken)
			fail_msg("row %zu", i);
	}
	multiline_open(s, &open, SPAN("1"));
	m = parsed(SAY "x");
	for (int i = 0; i < MULTILINE_LINES_MAX; i++)
		assert_true(multiline_takes(s, &m, MESSAGE_PRIVMSG));
	assert_false(s->multiline->failed);
	assert_true(multiline_takes(s, &m, MESSAGE_PRIVMSG));
	assert_true(s->multiline->failed);
	fixture_settle(f);
	expect_later(ann, "server FAIL BATCH MULTILINE_MAX_LINES 100 :*");
}

// What each line is to an open batch of the name 1.
static void what_stands_in_it_and_what_does_not(void **state)
{
	static const struct {
		const char *line;
		bool takes, refuses, has;
	} rows[] = {
		{"PRIVMSG #den :x", false, false, false},
		{"@batch=1 PRIVMSG #den :x", true, false, true},
		{"@batch=1 notice #den :x", true, false, true},
		{"@batch=2 PRIVMSG #den :x", true, false, false},
		{"@batch=1 JOIN #den", true, true, true},
		{"@batch=1 BATCH +2 draft/multiline #den", true, true, true},
		{"@batch=1 BATCH", true, true, true},
		{"@batch=1 JOIN -1", true, true, true},
		{"@batch=1 BATCH -1", true, false, true},
		{"BATCH -1", false, false, false},
		{"JOIN #den", false, false, false},
	};
	struct fixture *f = *state;
	struct session *s = peer_session(fixture_login(f, "ann", CAPS));
	struct msg open = parsed(OPEN);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct msg m = parsed(rows[i].line);

		multiline_free(s);
		assert_false(multiline_takes(s, &m, MESSAGE_PRIVMSG));
		assert_false(multiline_refuses(s, &m));
		assert_false(multiline_has(s, &m));
		assert_false(multiline_is(s, SPAN("1")));
		multiline_open(s, &open, SPAN("1"));
		assert_true(multiline_is(s, SPAN("1")));
		assert_false(multiline_is(s, SPAN("2")));
		if (multiline_has(s, &m) != rows[i].has ||
		    multiline_refuses(s, &m) != rows[i].refuses)
			fail_msg("%s", rows[i].line);
		multiline_open(s, &open, SPAN("1"));
		if (multiline_takes(s, &m, MESSAGE_PRIVMSG) != rows[i].takes)
			fail_msg("%s", rows[i].line);
	}
}

static void its_end_costs_by_its_lines(void **state)
{
	static const char *const free[] = {"PRIVMSG -1", "BATCH +1", "BATCH", "BATCH :"};
	struct fixture *f = *state;
	struct session *s = peer_session(fixture_login(f, "ann", CAPS));
	struct msg open = parsed(OPEN), end = parsed("batch -1"), line = parsed(SAY "x");

	assert_int_equal(multiline_cost(s, &end), 0);
	multiline_open(s, &open, SPAN("1"));
	for (int i = 0; i < 2 * MULTILINE_LINES_PER_COST; i++) {
		assert_int_equal(multiline_cost(s, &end), i / MULTILINE_LINES_PER_COST);
		assert_true(multiline_takes(s, &line, MESSAGE_PRIVMSG));
	}
	assert_int_equal(multiline_cost(s, &end), 2);
	for (size_t i = 0; i < ARRAY_LEN(free); i++) {
		struct msg m = parsed(free[i]);

		assert_int_equal(multiline_cost(s, &m), 0);
	}
}

// Each mistake is told once, with what it is about, and with the label of the line, else of the
// opening.
static void a_mistake_is_told_with_its_label(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", CAPS);

	peer_send(ann, "@label=open BATCH +1 draft/multiline #den");
	peer_send(ann, "@batch=1 PRIVMSG #other :x");
	expect(ann, "@label=open server FAIL BATCH MULTILINE_INVALID_TARGET #den #other :*");
	peer_send(ann, "@batch=1 JOIN #den");
	peer_send(ann, "BATCH -1");
	expect_none(ann);
	peer_send(ann, OPEN);
	peer_send(ann, "@batch=1;label=own PRIVMSG #other :x");
	expect(ann, "@label=own server FAIL BATCH MULTILINE_INVALID_TARGET #den #other :*");
	peer_send(ann, OPEN);
	peer_send(ann, "@batch=1 JOIN #den");
	expect(ann, "@!label server FAIL BATCH MULTILINE_INVALID :*");
	peer_send(ann, "@label=open BATCH +1 draft/multiline #den");
	peer_send(ann, "@label=end BATCH -1");
	expect(ann, "@label=end server FAIL BATCH MULTILINE_INVALID :*");
	expect_none(ann);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(lines_become_one_text),
		HUB_TEST(its_tags_are_kept_in_order),
		HUB_TEST(an_opening_has_bounds),
		HUB_TEST(it_has_so_many_bytes_and_lines),
		HUB_TEST(what_stands_in_it_and_what_does_not),
		HUB_TEST(its_end_costs_by_its_lines),
		HUB_TEST(a_mistake_is_told_with_its_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
