// SPDX-License-Identifier: MIT
// Refusals of the server in sentences for people.
#include "client/model/saying.h"

#include "client/model/handle.h"
#include "common/numerics.h"

#include "tests/unit/client/model_fixture.h"

static const int numbers[] = {
#define SAYING(number, sentence) number,
#define OR_OWN(number, sentence) number,
#include "client/model/sayings.def"
#undef SAYING
#undef OR_OWN
};

static void expect(const char *line, const char *wanted)
{
	struct msg m;
	struct buf out = {0};
	assert_int_equal(msg_parse(&m, span_of(line)), MSG_OK);
	saying_add(&out, &m);
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

static void a_refusal_is_a_sentence(void **state UNUSED)
{
	expect(":srv 401 ann carol :No such nick", "there is nobody called carol");
	expect(":srv 401 ann carol :No such nick/channel", "there is nobody called carol");
	expect(":srv 441 ann bob #den :They aren't on that channel", "bob is not in #den");
	expect(":srv 473 ann #den :Cannot join channel (+i)", "#den is for who was invited");
	expect(":srv 461 ann KICK :Not enough parameters", "KICK needs more words");
}

static void what_the_server_says_besides_is_shown(void **state UNUSED)
{
	expect(":srv 404 ann #den :Cannot send to channel", "that cannot be said in #den");
	expect(":srv 404 ann #den :Cannot send to channel: no links here (+L)",
	       "no links here (+L)");
	expect(":srv 404 ann #den :You are muted", "You are muted");
	expect(":srv 476 ann #d :The name looks like that of #den: join that one",
	       "The name looks like that of #den: join that one");
}

static void what_no_row_knows_or_what_lacks_its_names_keeps_its_words(void **state UNUSED)
{
	expect(":srv 999 ann x :something new", "something new");
	expect(":srv 441 ann bob :They aren't there", "They aren't there");
	expect(":srv 401 ann :No such nick", "No such nick");
	expect("FAIL REDACT UNKNOWN_MSGID #den x :There is no such message",
	       "There is no such message");
	expect("401", "");
}

static void what_says_no_is_known(void **state UNUSED)
{
	static const struct {
		const char *line;
		bool wanted;
	} rows[] = {
		{":srv 401 ann carol :No such nick", true},
		{":srv 524 ann x :Help not found", true},
		{"FAIL REDACT UNKNOWN_MSGID x :none", true},
		{"fail REDACT UNKNOWN_MSGID x :none", true},
		{":srv 366 ann #den :End of /NAMES list", false},
		{"WARN REDACT X :careful", false},
		{"NOTE * X :told", false},
	};
	struct msg m;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(msg_parse(&m, span_of(rows[i].line)), MSG_OK);
		assert_int_equal(saying_is_refusal(&m), rows[i].wanted);
	}
}

// A refusal that the server may send has a row: those of the login have words elsewhere.
static void each_refusal_that_is_known_has_a_row(void **state UNUSED)
{
	static const struct {
		int number;
		const char *symbol;
	} all[] = {
#define NUMERIC(symbol, number, text) {number, #symbol},
#include "common/numerics.def"
#undef NUMERIC
	};
	static const int of_the_login[] = {410, 422, 902, 904, 905, 906, 907};
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		bool is_there = strncmp(all[i].symbol, "ERR_", 4) != 0;
		for (size_t k = 0; k < ARRAY_LEN(numbers); k++)
			is_there |= numbers[k] == all[i].number;
		for (size_t k = 0; k < ARRAY_LEN(of_the_login); k++)
			is_there |= of_the_login[k] == all[i].number;
		if (!is_there)
			fail_msg("%s has no sentence", all[i].symbol);
	}
}

static void the_screen_shows_it_and_no_codes(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":srv 401 ann carol :No such nick");
	assert_true(
		span_eq(line_says(last(f->m->current)), SPAN("there is nobody called carol")));
	assert_int_equal(last(f->m->current)->kind, LINE_ERROR);
	say(f->m, "FAIL TOPIC TEXT_TOO_LONG #den :The topic is longer than 400 bytes");
	assert_true(
		span_eq(line_says(last(den(f))), SPAN("The topic is longer than 400 bytes")));
	say(f->m, "WARN * SOMETHING :Mind it");
	assert_true(span_eq(line_says(last(f->m->current)), SPAN("Mind it")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_refusal_is_a_sentence),
		TEST(what_the_server_says_besides_is_shown),
		TEST(what_no_row_knows_or_what_lacks_its_names_keeps_its_words),
		TEST(what_says_no_is_known),
		TEST(each_refusal_that_is_known_has_a_row),
		TEST(the_screen_shows_it_and_no_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
