// SPDX-License-Identifier: MIT
// What a half-typed word may become, in rows.
#include "tests/unit/client/model_fixture.h"

#include "client/model/complete.h"

#include <stdio.h>

// '|' in the text is the cursor. The answer is "START item,item".
static void expect(struct fixture *f, const struct target *t, const char *typed,
		   const char *wanted)
{
	static const char *const words[] = {"join", "Jump", "part"};
	const char *bar = strchr(typed, '|');
	struct buf text = {0}, got = {0};
	struct completion c;

	buf_add(&text, typed, (size_t)(bar - typed));
	buf_add_str(&text, bar + 1);
	complete(f->m, t, buf_span(&text), (size_t)(bar - typed), words, ARRAY_LEN(words), &c);
	buf_printf(&got, "%zu ", c.start);
	for (size_t i = 0; i < c.count; i++)
		buf_printf(&got, "%s%s", i ? "," : "", c.items[i]);
	if (strcmp(buf_str(&got), wanted) != 0)
		fail_msg("\"%s\": %s", typed, buf_str(&got));
	completion_clear(&c);
	buf_clear(&text);
	buf_clear(&got);
}

static void each_word_becomes_what_it_may_be(void **state)
{
	static const char *const rows[][2] = {
		{"/j|", "0 /join ,/Jump "},
		{"/J|x", "0 /join ,/Jump "},
		{"/x|", "0 "},
		{"//b|", "0 "},
		{"see /j|", "4 "},
		{"#d|", "0 #den "},
		{"#D|", "0 #den "},
		{"go #d|en", "3 #den "},
		{"#x|", "0 "},
		{"b|", "0 bob: "},
		{"hi b|", "3 bob "},
		{"hi\nb|", "3 bob "},
		{"@b|", "0 @bob "},
		{"hi @|", "3 @cem ,@bob "},
		{"a|", "0 cem: "},
		// Whom nobody here knows by name may be known by what he is shown as.
		{"ada|", "0 cem: "},
		{"da|", "0 "},
		{"zo|", "0 zoe: "},
		{"/msg zo|", "5 zoe "},
		{"/msg st|", "5 stranger "},
		{"st|", "0 "},
		{"/msg |", "5 cem ,bob "},
		{"in:d|", "0 in:#den "},
		{"in:#d|", "0 in:#den "},
		{"in:z|", "0 in:zoe "},
		{"in:oe|", "0 "},
		{"in:E|", "0 "},
		{"from:b|", "0 from:bob "},
		{"from:st|", "0 "},
		{":tad|", "0 \xf0\x9f\x8e\x89 "},
		{":ta|", "0 \xf0\x9f\x8e\x89 "},
		{":t|", "0 "},
	};
	struct fixture *f = *state;

	say(f->m, ":srv 005 ann NETWORK=Example :are");
	say(f->m, ":srv METADATA cem display-name * :Ada Builder");
	say(f->m, ":zoe!z@h PRIVMSG ann :hi");
	say(f->m, "@time=2026-11-22T12:00:00.000Z :bob!b@h PRIVMSG #den :one");
	say(f->m, "@time=2026-11-22T12:00:01.000Z :cem!c@h PRIVMSG #den :two");
	say(f->m, "@time=2026-11-22T12:00:02.000Z :bob!b@h TOPIC #den :no message");
	(void)person_need(f->m, SPAN("stranger"));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(f, den(f), rows[i][0], rows[i][1]);
}

// Who is here comes before who is not; who left a room is not called there, but is searched for.
static void who_is_here_comes_first(void **state)
{
	struct fixture *f = *state;

	say(f->m, ":srv 353 ann = #den :bob cem ann");
	say(f->m, ":srv ABSENT #den :ada");
	expect(f, den(f), "|", "0 bob: ,cem: ,ada: ");
	say(f->m, ":dora!d@h JOIN #den");
	say(f->m, ":dora!d@h PRIVMSG #den :hi");
	expect(f, den(f), "d|", "0 dora: ");
	say(f->m, ":dora!d@h PART #den");
	expect(f, den(f), "d|", "0 ");
	expect(f, den(f), "from:d|", "0 from:dora ");
	// Where nobody is a member, nobody is offered for nothing.
	expect(f, target_need(f->m, SPAN("zoe")), "|", "0 ");
	expect(f, target_need(f->m, SPAN("zoe")), "z|", "0 ");
	say(f->m, ":zoe!z@h PRIVMSG ann :hi");
	expect(f, target_need(f->m, SPAN("zoe")), "z|", "0 zoe: ");
}

static void no_more_are_offered_than_can_be_looked_at(void **state)
{
	struct fixture *f = *state;
	struct completion c;
	char line[80];

	for (int i = 0; i < COMPLETIONS_MAX + 10; i++) {
		snprintf(line, sizeof(line), ":srv 353 ann = #den :x%02d", i);
		say(f->m, line);
	}
	complete(f->m, den(f), SPAN("x"), 1, NULL, 0, &c);
	assert_int_equal(c.count, COMPLETIONS_MAX);
	completion_clear(&c);
}

static void letters_score_by_where_they_stand(void **state)
{
	static const struct {
		const char *pattern, *text;
		int score;
	} rows[] = {
		{"", "#den", -4},
		{"x", "#den", -1},
		{"d", "#den", 7 * 8 - 4},
		{"D", "#den", 7 * 8 - 4},
		{"e", "#den", 1 * 8 - 4},
		{"de", "#den", (7 + 5) * 8 - 4},
		{"dn", "#den", (7 + 1) * 8 - 4},
		{"a", "b-a", 7 * 8 - 3},
		{"a", "ba", 1 * 8 - 2},
		{"ed", "#den", -1},
	};
	char text[100];
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int score = fuzzy_score(span_of(rows[i].pattern), span_of(rows[i].text));
		if (score != rows[i].score)
			fail_msg("%s in %s: %d", rows[i].pattern, rows[i].text, score);
	}
	memset(text, 'a', sizeof(text));
	assert_int_equal(fuzzy_score(SPAN("a"), span_from(text, 100)), 7 * 8 - 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_word_becomes_what_it_may_be),
		TEST(who_is_here_comes_first),
		TEST(no_more_are_offered_than_can_be_looked_at),
		TEST(letters_score_by_where_they_stand),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
