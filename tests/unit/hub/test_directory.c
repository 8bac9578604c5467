// SPDX-License-Identifier: MIT
// The directory of rooms: LIST and `room list`.
#include "server/hub/people/account.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// The 322 of #den as p gets it, "" none.
static const char *row_of(struct peer *p)
{
	const char *found = "";

	peer_skip(p);
	peer_send(p, "LIST");
	for (const char *line; (line = peer_next(p));) {
		if (strstr(line, " #den "))
			found = line;
	}
	return found;
}

static bool tells(struct peer *p, const char *what)
{
	return strstr(row_of(p), what) != NULL;
}

static void it_has_the_members_and_when_something_was_last_said(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", "message-tags"),
		    *bob = fixture_login(f, "bob", "message-tags"),
		    *old = fixture_login(f, "old", "");
	const char *first;

	peer_join(ann, "#den");
	peer_join(bob, "#den");
	peer_close(bob);
	assert_true(tells(ann, "snug.chat/members=2 "));
	assert_true(tells(ann, " #den 1 :"));
	assert_false(tells(ann, "snug.chat/said"));
	assert_false(tells(old, "snug.chat"));
	peer_send(ann, "PRIVMSG #den :a word");
	first = row_of(ann);
	assert_non_null(strstr(first, ";snug.chat/said=20"));
	// What is no message is none.
	fixture_pass(f, 60000);
	peer_send(ann, "TOPIC #den :new");
	peer_send(ann, "TOPIC #den :");
	assert_string_equal(row_of(ann), first);
	fixture_restart(f, true);
	ann = fixture_login(f, "ann", "message-tags");
	assert_string_equal(row_of(ann), first);
}

static void when_is_told_to_who_could_hear_it(void **state)
{
	static const char *const closed[] = {"+i", "+k key", "+b eve"};
	static const char *const open[] = {"-i", "-k key", "-b eve"};
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", "message-tags"),
		    *eve = fixture_login(f, "eve", "message-tags");

	peer_join(ann, "#den");
	peer_send(ann, "PRIVMSG #den :a word");
	assert_true(tells(eve, "snug.chat/said"));
	for (size_t i = 0; i < ARRAY_LEN(closed); i++) {
		peer_send(ann, "MODE #den %s", closed[i]);
		assert_true(tells(eve, "snug.chat/members=1"));
		assert_false(tells(eve, "snug.chat/said"));
		assert_true(tells(ann, "snug.chat/said"));
		peer_send(ann, "MODE #den %s", open[i]);
	}
	assert_true(tells(eve, "snug.chat/said"));
	peer_send(ann, "MODE #den +s");
	assert_string_equal(row_of(eve), "");
}

static void lists(struct fixture *f, const char *words, const char *names)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);
	struct buf found = {0};

	assert_int_equal(a->code, ADMIN_DONE);
	for (size_t i = 0; i < a->n_rows; i++) {
		buf_add_char(&found, ' ');
		buf_add_span(&found, a->cells[i * a->n_columns].text);
	}
	assert_string_equal(buf_str(&found) + 1, names);
	buf_clear(&found);
	admin_answer_free(a);
}

static void the_command_line_sorts_it(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""), *bob = fixture_login(f, "bob", "");
	struct admin_answer *a;

	peer_join(ann, "#cats");
	peer_join(ann, "#ants");
	peer_join(ann, "#bees");
	peer_join(bob, "#bees");
	peer_send(ann, "PRIVMSG #bees :first");
	fixture_pass(f, 10);
	peer_send(ann, "PRIVMSG #cats :then");
	lists(f, "room list", "#ants #bees #cats");
	lists(f, "room list --sort members", "#bees #ants #cats");
	lists(f, "room list --sort said", "#cats #bees #ants");
	a = fixture_verb(f, "room list --sort size", NULL);
	assert_int_equal(a->code, ADMIN_USAGE);
	admin_answer_free(a);
	a = fixture_verb(f, "room list --sort said", NULL);
	assert_true(span_eq(a->columns[6], SPAN("said")));
	assert_true(a->cells[6].number > 0);
	assert_int_equal(a->cells[2 * a->n_columns + 6].number, 0);
	admin_answer_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(it_has_the_members_and_when_something_was_last_said),
		HUB_TEST(when_is_told_to_who_could_hear_it),
		HUB_TEST(the_command_line_sorts_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
