// SPDX-License-Identifier: MIT
// Behind an engine whose tables lag: whoever tells waits for durable, whoever asks for applied.
#include "server/hub/journal/post.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"
#include "tests/support/of_sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define ALL                                                                                    \
	"batch draft/chathistory echo-message labeled-response message-tags server-time "      \
	"snug.chat/exactly-once"

struct scene {
	struct fixture *f;
	struct peer *alice, *bob;
};

static struct scene scene_new(void)
{
	struct scene s = {.f = fixture_new(NULL)};

	s.alice = fixture_login(s.f, "alice", ALL);
	s.bob = fixture_login(s.f, "bob", ALL);
	peer_join(s.alice, "#den");
	peer_join(s.bob, "#den");
	fixture_tables_lag(s.f);
	return s;
}

static void what_is_durable_is_told_before_the_tables_have_it(void **state UNUSED)
{
	struct scene s = scene_new();

	peer_send(s.alice, "@label=7 PRIVMSG #den :hello");
	expect(s.alice, "@label=7 alice PRIVMSG #den :hello");
	expect(s.bob, "alice PRIVMSG #den :hello");
	peer_send(s.alice, "PING x");
	expect(s.alice, "$S PONG $S x");
	assert_true(s.f->hub->durable > s.f->hub->applied);
	fixture_free(s.f);
}

static void an_answer_of_the_command_line_does_not_wait_for_the_tables(void **state UNUSED)
{
	struct scene s = scene_new();
	struct admin_answer *answer = fixture_verb(s.f, "room add #attic", NULL);

	assert_non_null(answer);
	assert_int_equal(answer->code, ADMIN_DONE);
	assert_true(s.f->hub->durable > s.f->hub->applied);
	admin_answer_free(answer);
	fixture_free(s.f);
}

static void a_question_waits_until_the_tables_have_what_it_must_see(void **state UNUSED)
{
	struct scene s = scene_new();

	peer_send(s.alice, "PRIVMSG #den :hello");
	fixture_skip(s.f);
	peer_send(s.bob, "CHATHISTORY LATEST #den * 1");
	expect_none(s.bob);
	fixture_apply(s.f);
	expect_later(s.bob, "alice PRIVMSG #den :hello");
	fixture_free(s.f);
}

static void a_resend_waits_for_the_tables(void **state UNUSED)
{
	struct scene s = scene_new();

	peer_send(s.alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	expect(s.alice, "@msgid=$id alice PRIVMSG #den :hello");
	peer_send(s.alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	expect_none(s.alice);
	fixture_apply(s.f);
	expect(s.alice, "@msgid=$id alice PRIVMSG #den :hello");
	expect(s.bob, "alice PRIVMSG #den :hello");
	expect_none(s.bob);
	fixture_free(s.f);
}

// Its name is kept until a question to the tables finds it, however many come after it.
static void a_resend_is_known_however_far_the_tables_lag(void **state UNUSED)
{
	struct scene s = scene_new();

	peer_send(s.alice, "@snug.chat/id=first PRIVMSG #den :hello");
	expect(s.bob, "alice PRIVMSG #den :hello");
	for (int i = 0; i <= KEEPSAKES_MAX; i++)
		peer_send(s.alice, "@snug.chat/id=n%d PRIVMSG alice :more", i);
	peer_send(s.alice, "@snug.chat/id=first PRIVMSG #den :hello");
	fixture_apply(s.f);
	expect_none(s.bob);
	fixture_free(s.f);
}

static void the_hub_runs_only_so_far_ahead_of_the_tables(void **state UNUSED)
{
	struct scene s = scene_new();
	struct entry e = {.kind = ENTRY_SETTING, .setting = {SPAN("x"), SPAN("y")}};

	for (int i = 0; i < JOURNAL_AHEAD_MAX; i++)
		post(s.f->hub, &e);
	fixture_settle(s.f);
	assert_true(s.f->hub->durable == s.f->hub->head);
	assert_false(can_post(s.f->hub));
	assert_false(can_mend(s.f->hub));
	peer_send(s.alice, "@label=1 PRIVMSG #den :hello");
	expect(s.alice, "@label=1 $S FAIL PRIVMSG TEMPORARILY_UNAVAILABLE :*");
	fixture_apply(s.f);
	assert_true(can_post(s.f->hub));
	assert_true(can_mend(s.f->hub));
	fixture_free(s.f);
}

static void a_start_brings_the_tables_up_to_the_log(void **state UNUSED)
{
	struct scene s = scene_new();

	peer_send(s.alice, "PRIVMSG #den :hello");
	fixture_apply(s.f);
	peer_send(s.alice, "PRIVMSG #den :again");
	fixture_restart(s.f, true);
	s.alice = fixture_login(s.f, "alice", ALL);
	peer_send(s.alice, "CHATHISTORY LATEST #den * 2");
	fixture_apply(s.f);
	expect_later(s.alice, "alice PRIVMSG #den :hello");
	expect(s.alice, "alice PRIVMSG #den :again");
	fixture_free(s.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_durable_is_told_before_the_tables_have_it),
		cmocka_unit_test(an_answer_of_the_command_line_does_not_wait_for_the_tables),
		cmocka_unit_test(a_question_waits_until_the_tables_have_what_it_must_see),
		cmocka_unit_test(a_resend_waits_for_the_tables),
		cmocka_unit_test(a_resend_is_known_however_far_the_tables_lag),
		cmocka_unit_test(the_hub_runs_only_so_far_ahead_of_the_tables),
		cmocka_unit_test(a_start_brings_the_tables_up_to_the_log),
	};

	if (are_of_sqlite(ARRAY_LEN(tests), "a log in front of it, with numbers of its own"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
