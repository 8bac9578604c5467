// SPDX-License-Identifier: MIT
// What never waits: PING, PONG, MARKREAD, QUIT, taking a device away; and what it may overtake.
#include "server/hub/people/credential.h"
#include "server/hub/state/session.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct fixture *limited(struct fixture *f)
{
	struct hub_config config = fixture_config();

	config.lines_per_second = config.asks_per_second = 5;
	config.lines_burst = config.asks_burst = 5;
	fixture_renew(f, &config);
	return f;
}

static struct peer *quiet(struct fixture *f, const char *caps)
{
	struct peer *p = fixture_login(f, "alice", caps);

	fixture_pass(f, 2 * 60 * 1000);
	peer_skip(p);
	return p;
}

static void a_ping_passes_questions_that_wait(void **state)
{
	struct fixture *f = limited(*state);
	struct peer *p = quiet(f, "");

	for (int i = 0; i < 5; i++)
		peer_put(p, "WHO *");
	peer_put(p, "MODE alice");
	peer_put(p, "PING x");
	fixture_settle(f);
	expect(p, "server 352 ...");
	expect(p, "server 315 ...");
	expect(p, "server PONG * :x");
	expect_none(p);
}

static void a_ping_never_passes_what_is_said(void **state)
{
	struct fixture *f = limited(*state);
	struct peer *p = quiet(f, "echo-message");

	for (int i = 0; i < 8; i++)
		peer_put(p, "PRIVMSG alice :x");
	peer_put(p, "WHO *");
	peer_put(p, "PING behind");
	fixture_settle(f);
	for (int i = 0; i < 10; i++)
		expect(p, "alice PRIVMSG alice :x");
	expect_none(p);
	fixture_pass(f, 600);
	for (int i = 0; i < 6; i++)
		expect(p, "alice PRIVMSG alice :x");
	expect_later(p, "server PONG * :behind");
}

static void a_ping_passes_what_waits_and_no_answer_that_is_looked_up(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "draft/chathistory batch labeled-response");

	peer_send(p, "JOIN #den");
	peer_send(p, "PRIVMSG #den :hello");
	peer_skip(p);
	fixture_hold_answers(f, true);
	peer_put(p, "@label=1 CHATHISTORY LATEST #den * 10");
	peer_put(p, "@label=2 WHO #den");
	peer_put(p, "@label=3 PING x");
	peer_put(p, "@label=4 PING y");
	fixture_settle(f);
	expect_none(p);
	fixture_hold_answers(f, false);
	expect(p, "@label=1 server BATCH +* labeled-response");
	expect_later(p, "@label=3 server PONG * :x");
	expect(p, "@label=4 server PONG * :y");
	expect(p, "@label=2 server BATCH +* labeled-response");
}

// A message that the store is asked about is not stored yet.
static void a_ping_waits_for_a_message_that_is_looked_up(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "message-tags snug.chat/exactly-once");

	fixture_hold_answers(f, true);
	peer_put(p, "@snug.chat/id=1 PRIVMSG alice :hello");
	peer_put(p, "PING x");
	fixture_settle(f);
	expect_none(p);
	fixture_hold_answers(f, false);
	expect(p, "alice PRIVMSG alice :hello");
	expect_later(p, "server PONG * :x");
}

static void a_marker_passes_questions_that_wait(void **state)
{
	struct fixture *f = limited(*state);
	struct peer *p = quiet(f, "draft/read-marker");

	peer_put(p, "WHO *");
	peer_put(p, "WHO *");
	peer_put(p, "MARKREAD alice timestamp=2026-01-01T00:00:01.000Z");
	fixture_settle(f);
	expect_later(p, "server MARKREAD alice timestamp=2026-01-01T00:00:01.000Z");
	expect_none(p);
}

static void a_device_is_taken_away_at_once(void **state)
{
	struct fixture *f = limited(*state);
	struct peer *p = quiet(f, "");
	uint8_t pin[32] = {7};

	credential_new(peer_session(p)->account, CREDENTIAL_CERT, pin, SPAN("phone"), 0);
	peer_put(p, "WHO *");
	peer_put(p, "WHO *");
	peer_put(p, "CERT DEL phone");
	fixture_settle(f);
	expect_later(p, "server CERT DEL * * phone");
}

static void a_quit_passes_questions_but_nothing_that_is_said(void **state)
{
	struct fixture *f = limited(*state);
	struct peer *p = quiet(f, ""), *bob = fixture_login(f, "bob", "");

	fixture_pass(f, 2 * 60 * 1000);
	fixture_skip(f);
	for (int i = 0; i < 10; i++)
		peer_put(p, "PRIVMSG bob :%d", i);
	peer_put(p, "QUIT");
	fixture_settle(f);
	assert_false(peer_is_closed(p));
	fixture_pass(f, 2000);
	assert_true(peer_is_closed(p));
	for (int i = 0; i < 10; i++)
		expect(bob, "alice PRIVMSG bob :?");
	p = quiet(f, "");
	peer_put(p, "WHO *");
	peer_put(p, "WHO *");
	peer_put(p, "QUIT");
	fixture_settle(f);
	assert_true(peer_is_closed(p));
}

static void nothing_overtakes_a_login(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	(void)fixture_account(f, "alice");
	fixture_hold_hashes(f, true);
	peer_send(p, "PASS :alice:" FIXTURE_PASSWORD);
	peer_send(p, "NICK alice");
	peer_send(p, "USER a 0 * :a");
	peer_send(p, "PONG x");
	peer_send(p, "QUIT :bye");
	assert_false(peer_is_closed(p));
	fixture_hold_hashes(f, false);
	expect_later(p, "server 001 * :*");
	assert_true(peer_is_closed(p));
}

static void a_marker_waits_for_a_message_that_is_looked_up(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice",
				       "snug.chat/exactly-once draft/read-marker "
				       "message-tags");

	fixture_hold_answers(f, true);
	peer_put(p, "@snug.chat/id=1 PRIVMSG alice :hello");
	peer_put(p, "MARKREAD alice timestamp=2026-01-01T00:00:01.000Z");
	fixture_settle(f);
	expect_none(p);
	fixture_hold_answers(f, false);
	expect(p, "alice PRIVMSG alice :hello");
	expect_later(p, "server MARKREAD alice timestamp=*");
}

static void nothing_is_made_for_who_does_not_read(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", ""), *open = fixture_open(f);

	peer_reads(p, false);
	peer_session(p)->said = OUTQ_PAUSE;
	peer_send(p, "PING a");
	peer_send(p, "TIME");
	peer_send(p, "PING b");
	expect_none(p);
	peer_reads(p, true);
	expect(p, "server PONG * :a");
	expect(p, "server 391 ...");
	expect(p, "server PONG * :b");
	peer_reads(open, false);
	peer_session(open)->said = OUTQ_PAUSE;
	peer_send(open, "PING a");
	expect_none(open);
	peer_reads(open, true);
	expect(open, "server PONG * :a");
}

// It took what it was told; the answer that it waits for is another matter.
static void a_line_behind_a_question_waits_for_the_answer(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "draft/chathistory batch");

	peer_join(p, "#den");
	fixture_hold_answers(f, true);
	peer_send(p, "CHATHISTORY LATEST #den * 10");
	peer_send(p, "TIME");
	peer_reads(p, true);
	expect_none(p);
	fixture_hold_answers(f, false);
	expect(p, "server BATCH +* chathistory #den");
	expect(p, "server BATCH -*");
	expect(p, "server 391 ...");
}

static void a_refused_line_is_answered_behind_what_waits_to_be_paid(void **state)
{
	struct fixture *f = limited(*state);
	struct peer *p = quiet(f, "");

	peer_put(p, "WHO *");
	peer_put(p, "TIME");
	peer_put_bad(p, FAULT_TOO_LONG, "PRIVMSG");
	fixture_settle(f);
	expect(p, "server 352 ...");
	expect(p, "server 315 ...");
	expect_none(p);
	fixture_pass(f, 2000);
	expect(p, "server 391 ...");
	expect(p, "server 417 alice :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_ping_passes_questions_that_wait),
		HUB_TEST(a_ping_never_passes_what_is_said),
		HUB_TEST(a_ping_passes_what_waits_and_no_answer_that_is_looked_up),
		HUB_TEST(a_ping_waits_for_a_message_that_is_looked_up),
		HUB_TEST(a_marker_passes_questions_that_wait),
		HUB_TEST(a_device_is_taken_away_at_once),
		HUB_TEST(a_quit_passes_questions_but_nothing_that_is_said),
		HUB_TEST(nothing_overtakes_a_login),
		HUB_TEST(a_marker_waits_for_a_message_that_is_looked_up),
		HUB_TEST(nothing_is_made_for_who_does_not_read),
		HUB_TEST(a_line_behind_a_question_waits_for_the_answer),
		HUB_TEST(a_refused_line_is_answered_behind_what_waits_to_be_paid),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
