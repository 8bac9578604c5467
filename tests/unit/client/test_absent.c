// SPDX-License-Identifier: MIT
// Members who are not connected (snug.chat/absent): known, completed, called, never taken for
// here.
#include "client/model/complete.h"
#include "client/model/mention.h"
#include "client/model/shown.h"
#include "tests/unit/client/model_fixture.h"

#include <stdio.h>

static void know_the_absent(struct fixture *f)
{
	say(f->m, ":srv CAP ann ACK :snug.chat/absent draft/metadata-2");
	say(f->m, ":srv 353 ann = #den :@bob +cem ann");
	say(f->m, ":srv ABSENT #den :@dora eve");
	say(f->m, ":srv 366 ann #den :End");
}

static void expect_member(struct fixture *f, const char *name, const char *prefix, bool absent)
{
	const struct room_member *who = people_member(den(f), span_of(name));

	assert_non_null(who);
	assert_string_equal(who->prefixes, prefix);
	assert_int_equal(who->is_absent, absent);
}

static void the_absent_are_listed_beside_who_is_here(void **state)
{
	struct fixture *f = *state;
	know_the_absent(f);
	expect_member(f, "bob", "@", false);
	expect_member(f, "dora", "@", true);
	expect_member(f, "eve", "", true);
	assert_int_equal(den(f)->n_members, 5);
	assert_int_equal(people_here(den(f)), 3);
	// Whatever comes first is of the same list, and a list that comes anew replaces it.
	say(f->m, ":srv ABSENT #den :eve");
	say(f->m, ":srv 353 ann = #den :ann dora");
	say(f->m, ":srv 366 ann #den :End");
	expect_member(f, "eve", "", true);
	expect_member(f, "dora", "", false);
	assert_null(people_member(den(f), SPAN("bob")));
	say(f->m, ":srv ABSENT #nowhere :eve");
	// A connection that nobody sees is its owner's all the same.
	say(f->m, ":srv ABSENT #den :ann bob");
	expect_member(f, "ann", "", false);
	expect_member(f, "bob", "", true);
}

static void a_quit_leaves_a_member_who_is_not_here_and_join_brings_them_back(void **state)
{
	struct fixture *f = *state;
	know_the_absent(f);
	say(f->m, ":bob!b@h QUIT :bye");
	expect_member(f, "bob", "@", true);
	say(f->m, ":bob!b@h JOIN #den");
	expect_member(f, "bob", "@", false);
	say(f->m, ":eve!e@h JOIN #den");
	expect_member(f, "eve", "", false);
	say(f->m, ":srv KICK #den dora :gone");
	assert_null(people_member(den(f), SPAN("dora")));
	say(f->m, ":srv MODE #den +v eve");
	say(f->m, ":eve!e@h QUIT :bye");
	say(f->m, ":eve!e@h NICK eva");
	expect_member(f, "eva", "+", true);
}

static void without_the_capability_a_quit_is_the_last_of_them(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":bob!b@h QUIT :bye");
	assert_null(people_member(den(f), SPAN("bob")));
}

// Nobody told us of what they did to their display name meanwhile.
static void who_comes_back_has_the_display_name_that_comes_with_them(void **state)
{
	struct fixture *f = *state;
	know_the_absent(f);
	say(f->m, ":srv METADATA bob display-name * :Bobby");
	assert_string_equal(person_find(f->m, SPAN("bob"))->display, "Bobby");
	say(f->m, ":bob!b@h QUIT :bye");
	assert_string_equal(person_find(f->m, SPAN("bob"))->display, "Bobby");
	say(f->m, ":bob!b@h JOIN #den");
	assert_null(person_find(f->m, SPAN("bob"))->display);
}

static void expect_completed(struct fixture *f, const char *text, const char *wanted)
{
	struct completion found;
	struct buf all = {0};

	complete(f->m, den(f), span_of(text), strlen(text), NULL, 0, &found);
	for (size_t i = 0; i < found.count; i++)
		buf_printf(&all, "%s|", found.items[i]);
	assert_string_equal(buf_str(&all), wanted);
	buf_clear(&all);
	completion_clear(&found);
}

static void the_absent_are_completed_behind_who_is_here(void **state)
{
	struct fixture *f = *state;
	know_the_absent(f);
	expect_completed(f, "d", "dora: |");
	say(f->m, ":srv 353 ann = #den :ann bob");
	say(f->m, ":srv ABSENT #den :bo");
	say(f->m, ":srv 366 ann #den :End");
	expect_completed(f, "bo", "bob: |bo: |");
}

static void a_command_is_about_anybody_who_is_known(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":ann!a@h JOIN #ops");
	say(f->m, ":srv 353 ann = #ops :ann zoe");
	expect_completed(f, "zo", "");
	expect_completed(f, "/invite zo", "zoe |");
	expect_completed(f, "/query zo", "zoe |");
}

static void at_room_calls_the_absent_and_at_here_does_not(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":srv CAP ann ACK :snug.chat/absent");
	say(f->m, ":srv 353 ann = #den :ann bob");
	for (int i = 0; i < 30; i++) {
		char line[64];
		snprintf(line, sizeof(line), ":srv ABSENT #den :p%d", i);
		say(f->m, line);
	}
	say(f->m, ":srv 366 ann #den :End");
	assert_int_equal(mention_crowd(den(f), LINE_MESSAGE, SPAN("@room hi")), 32);
	assert_int_equal(mention_crowd(den(f), LINE_MESSAGE, SPAN("@here hi")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_absent_are_listed_beside_who_is_here),
		TEST(a_quit_leaves_a_member_who_is_not_here_and_join_brings_them_back),
		TEST(without_the_capability_a_quit_is_the_last_of_them),
		TEST(who_comes_back_has_the_display_name_that_comes_with_them),
		TEST(the_absent_are_completed_behind_who_is_here),
		TEST(a_command_is_about_anybody_who_is_known),
		TEST(at_room_calls_the_absent_and_at_here_does_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
