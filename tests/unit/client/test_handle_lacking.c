// SPDX-License-Identifier: MIT
// Lines that lack something, or are about a room or a person that we do not know: nothing of what
// we know changes, and nothing is made of them.
#include "tests/unit/client/model_fixture.h"

#include <stdio.h>

// Whole lines; ELSE stands for a room that we are not in.
static const char *const lines[] = {
	":bob!b@h KICK ELSE cem :bye",
	":bob!b@h PART ELSE :bye",
	":bob!b@h TOPIC ELSE :another",
	":bob!b@h MODE ELSE +o cem",
	":bob!b@h MODE ELSE -o bob",
	":bob!b@h REDACT ELSE m1 :why",
	":bob!b@h RENAME ELSE #new :why",
	":srv 353 ann = ELSE :@bob +eve",
	":srv 366 ann ELSE :End",
	":srv 332 ann ELSE :another",
	":srv 333 ann ELSE bob 1790000000",
	":srv 331 ann ELSE :No topic",
	":srv 324 ann ELSE +im",
	":srv 329 ann ELSE 1790000000",
	":srv 352 ann ELSE u h srv eve H@ :0 Eve",
	":srv 367 ann ELSE eve!*@* bob 1790000000",
	":srv 368 ann ELSE :End",
	":srv MARKREAD ELSE timestamp=2026-11-22T12:00:00.000Z",
	"@+typing=active :eve!e@h TAGMSG ELSE",
	"@+draft/react=x;+draft/reply=m1 :eve!e@h TAGMSG ELSE",
};

static void expect_same(struct fixture *f, size_t n_targets, const char *line)
{
	const struct target *t = den(f);

	if (f->m->n_targets != n_targets || t->n_members != 3 || !t->joined ||
	    strcmp(t->topic, "Release Friday") != 0)
		fail_msg("%s: %zu targets, %zu members, \"%s\"", line, f->m->n_targets,
			 t->n_members, t->topic);
	assert_string_equal(people_member(t, SPAN("bob"))->prefixes, "@");
	assert_ptr_equal(f->m->current, t);
}

static void replace(char *out, size_t room, const char *line, const char *with)
{
	const char *at = strstr(line, "ELSE");

	snprintf(out, room, "%.*s%s%s", (int)(at - line), line, with, at + 4);
}

static void of_rooms_that_we_are_not_in_nothing_is_made(void **state)
{
	struct fixture *f = *state;
	size_t n_targets = f->m->n_targets;

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		char line[200];
		replace(line, sizeof(line), lines[i], "#elsewhere");
		say(f->m, line);
		expect_same(f, n_targets, line);
		assert_null(target_find(f->m, SPAN("#elsewhere")));
	}
}

// The same with one word less, and less, down to the command alone; and with an empty one.
static void what_lacks_its_words_changes_nothing(void **state)
{
	struct fixture *f = *state;
	size_t n_targets = f->m->n_targets;

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		char line[200];
		char *end;
		replace(line, sizeof(line), lines[i], "#elsewhere");
		while ((end = strrchr(line, ' ')) && strchr(line, ' ') != end) {
			struct msg m;
			*end = '\0';
			if (msg_parse(&m, span_of(line)) != MSG_OK)
				continue;
			handle_line(f->m, &m, 1000000);
			expect_same(f, n_targets, line);
			size_t len = strlen(line);
			snprintf(line + len, sizeof(line) - len, " :");
			if (msg_parse(&m, span_of(line)) == MSG_OK)
				handle_line(f->m, &m, 1000000);
			expect_same(f, n_targets, line);
			line[len] = '\0';
		}
	}
}

// People whom nobody here has met.
static void of_strangers_nothing_is_changed(void **state)
{
	static const char *const strange[] = {
		":zoe!z@h QUIT :bye",      ":zoe!z@h NICK zed",
		":zoe!z@h AWAY :lunch",    ":zoe!z@h AWAY",
		":zoe!z@h ACCOUNT zoe",    ":zoe!z@h ACCOUNT *",
		":zoe!z@h CHGHOST u h2",   ":zoe!z@h SETNAME :Zoe",
		":zoe!z@h PART #den",      ":bob!b@h KICK #den zoe",
		":srv 301 ann zoe :lunch", ":srv 401 ann zoe :No such",
		":srv 730 ann :zoe!z@h",   ":srv 731 ann :zoe"};
	struct fixture *f = *state;
	size_t n_targets = f->m->n_targets;

	for (size_t i = 0; i < ARRAY_LEN(strange); i++) {
		say(f->m, strange[i]);
		expect_same(f, n_targets, strange[i]);
		assert_null(target_find(f->m, SPAN("zoe")));
	}
}

static void only_a_number_is_asked_about(void **state)
{
	static const char *const others[] = {
		":srv FAIL CERT CONFIRM_NEEDED x :words", ":srv FAIL CERT CONFIRM_NEEDED",
		":srv FAIL CERT OTHER 3 :words", ":srv FAIL OTHER CONFIRM_NEEDED 3 :words"};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		say(f->m, others[i]);
		assert_int_equal(f->m->question.id, 0);
	}
	say(f->m, ":srv FAIL CERT CONFIRM_NEEDED 3 :words");
	assert_int_equal(f->m->question.id, QUESTION_DEVICE);
	assert_int_equal(f->m->question.about, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_rooms_that_we_are_not_in_nothing_is_made),
		TEST(what_lacks_its_words_changes_nothing),
		TEST(of_strangers_nothing_is_changed),
		TEST(only_a_number_is_asked_about),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
