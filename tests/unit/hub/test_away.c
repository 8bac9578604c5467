// SPDX-License-Identifier: MIT
// A store that is away is waited for: by what is said, and by what is asked.
#include "server/hub/journal/post.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define ALL                                                                                    \
	"batch draft/chathistory echo-message labeled-response message-tags server-time "      \
	"snug.chat/exactly-once"

static struct peer *in_den(struct fixture *f, const char *name)
{
	struct peer *p = fixture_login(f, name, ALL);

	peer_join(p, "#den");
	return p;
}

static void what_is_said_is_kept_and_said_when_it_is_back(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = in_den(f, "alice"), *bob = in_den(f, "bob");

	fixture_store_leaves(f);
	peer_send(alice, "@label=7 PRIVMSG #den :hello");
	peer_send(alice, "TOPIC #den :news");
	fixture_pass(f, 60000);
	expect_none(alice);
	expect_none(bob);
	fixture_store_returns(f);
	expect(alice, "@label=7 alice PRIVMSG #den :hello");
	expect(bob, "alice PRIVMSG #den :hello");
	expect(bob, "alice TOPIC #den :news");
}

static void what_is_asked_is_asked_when_it_is_back(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = in_den(f, "alice");
	int64_t asked;

	peer_send(alice, "PRIVMSG #den :hello");
	peer_skip(alice);
	fixture_store_leaves(f);
	asked = fixture_asked(f);
	peer_send(alice, "CHATHISTORY LATEST #den * 1");
	fixture_pass(f, 60000);
	expect_none(alice);
	assert_int_equal(fixture_asked(f), asked);
	fixture_store_returns(f);
	expect_later(alice, "alice PRIVMSG #den :hello");
}

static int waiting_in_order(const struct hub *h)
{
	ticket_id last = 0;
	int n = 0;

	for (struct letter *l = h->held_queries; l; l = l->next) {
		const struct query *q = container_of(l, struct query, letter);

		assert_true(q->ticket > last);
		last = q->ticket;
		n++;
	}
	return n;
}

static void what_was_asked_when_it_left_is_asked_again_in_order(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = in_den(f, "alice"), *bob = in_den(f, "bob"),
		    *carol = in_den(f, "carol");

	peer_send(alice, "PRIVMSG #den :hello");
	fixture_skip(f);
	fixture_hold_answers(f, true);
	peer_send(alice, "CHATHISTORY LATEST #den * 1");
	peer_send(bob, "CHATHISTORY LATEST #den * 1");
	fixture_store_leaves(f);
	peer_send(carol, "CHATHISTORY LATEST #den * 1");
	fixture_hold_answers(f, false);
	expect_none(alice);
	assert_int_equal(waiting_in_order(f->hub), 3);
	fixture_store_returns(f);
	expect_later(alice, "alice PRIVMSG #den :hello");
	expect_later(bob, "alice PRIVMSG #den :hello");
}

// The writer has its engine all the time: nobody tells when a reader has its own again.
static void a_reader_that_lost_it_is_asked_again_by_and_by(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = in_den(f, "alice");
	int64_t asked;

	peer_send(alice, "PRIVMSG #den :hello");
	peer_skip(alice);
	fixture_readers_leave(f, true);
	asked = fixture_asked(f);
	peer_send(alice, "CHATHISTORY LATEST #den * 1");
	fixture_pass(f, 2000);
	expect_none(alice);
	assert_in_range(fixture_asked(f) - asked, 4, 12);
	fixture_readers_leave(f, false);
	fixture_pass(f, 500);
	expect_later(alice, "alice PRIVMSG #den :hello");
}

static void a_resend_waits_and_is_answered_with_the_first(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = in_den(f, "alice"), *bob = in_den(f, "bob");

	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	expect(alice, "@msgid=$id alice PRIVMSG #den :hello");
	fixture_skip(f);
	fixture_store_leaves(f);
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	peer_send(alice, "@snug.chat/id=a2 PRIVMSG #den :next");
	fixture_pass(f, 60000);
	expect_none(alice);
	fixture_store_returns(f);
	expect(alice, "@msgid=$id alice PRIVMSG #den :hello");
	expect(alice, "alice PRIVMSG #den :next");
	expect(bob, "alice PRIVMSG #den :next");
	expect_none(bob);
}

static void who_logs_in_is_in_when_it_is_back(void **state)
{
	struct fixture *f = *state;
	struct peer *alice;

	fixture_account(f, "alice");
	fixture_store_leaves(f);
	alice = fixture_open(f);
	peer_send(alice, "PASS :" FIXTURE_PASSWORD);
	peer_send(alice, "NICK alice");
	peer_send(alice, "USER alice 0 * :Alice");
	peer_send(alice, "JOIN #den");
	fixture_pass(f, 60000);
	assert_false(peer_is_closed(alice));
	fixture_store_returns(f);
	expect_later(alice, "$S 001 alice :*");
	expect_later(alice, "alice JOIN #den");
}

static void only_what_has_no_room_is_refused(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = in_den(f, "alice");
	struct entry e = {.kind = ENTRY_SETTING, .setting = {SPAN("x"), SPAN("y")}};

	fixture_store_leaves(f);
	peer_send(alice, "PRIVMSG #den :the last");
	while (can_post(f->hub))
		post(f->hub, &e);
	assert_int_equal(f->hub->head - f->hub->applied, JOURNAL_AHEAD_MAX);
	peer_send(alice, "@label=1 PRIVMSG #den :one more");
	expect_none(alice);
	fixture_store_returns(f);
	expect(alice, "alice PRIVMSG #den :the last");
	expect(alice, "@label=1 $S FAIL PRIVMSG TEMPORARILY_UNAVAILABLE :Storing waits*");
	peer_send(alice, "PRIVMSG #den :again");
	expect(alice, "alice PRIVMSG #den :again");
}

static void what_waits_is_bounded_in_bytes_too(void **state)
{
	static char text[16384];
	struct fixture *f = *state;
	struct entry e = {.kind = ENTRY_MESSAGE, .message = {.text = {text, sizeof(text)}}};
	struct entry small = {.kind = ENTRY_SETTING, .setting = {SPAN("x"), SPAN("y")}};
	int64_t bytes = 0;

	in_den(f, "alice");
	// Whatever went before counts no more once it is in the tables.
	for (int i = 0; i < 3; i++) {
		post(f->hub, &small);
		fixture_settle(f);
	}
	fixture_store_leaves(f);
	for (; can_post(f->hub); bytes += (int64_t)sizeof(text))
		post(f->hub, &e);
	assert_in_range(bytes, JOURNAL_AHEAD_BYTES / 2 - 16384, JOURNAL_AHEAD_BYTES);
	fixture_readers_leave(f, false);
	fixture_restart(f, true);
	assert_true(can_post(f->hub));
}

static void an_account_has_so_many_questions_waiting(void **state)
{
	struct fixture *f = *state;
	struct peer *peers[QUESTIONS_WAIT_MAX + 1], *last;
	struct peer *bob = in_den(f, "bob");

	for (size_t i = 0; i < ARRAY_LEN(peers); i++)
		peers[i] = fixture_login(f, "alice", ALL);
	peer_join(peers[0], "#den");
	peer_send(bob, "PRIVMSG #den :hello");
	last = peers[QUESTIONS_WAIT_MAX];
	fixture_store_leaves(f);
	fixture_skip(f);
	for (size_t i = 0; i < QUESTIONS_WAIT_MAX; i++)
		peer_send(peers[i], "CHATHISTORY LATEST #den * 1");
	expect_none(peers[0]);
	peer_send(last, "CHATHISTORY LATEST #den * 1");
	expect(last, "$S FAIL CHATHISTORY MESSAGE_ERROR LATEST #den :*");
	peer_send(bob, "CHATHISTORY LATEST #den * 1");
	expect_none(bob);
	// Whoever goes makes room.
	peer_close(peers[0]);
	fixture_settle(f);
	peer_send(last, "CHATHISTORY LATEST #den * 1");
	expect_none(last);
	fixture_store_returns(f);
	for (size_t i = 1; i < ARRAY_LEN(peers); i++)
		expect_later(peers[i], "bob PRIVMSG #den :hello");
	expect_later(bob, "bob PRIVMSG #den :hello");
	assert_int_equal(f->hub->asking.n_items, 0);
}

static void who_goes_takes_the_question_along(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = in_den(f, "alice"), *bob = in_den(f, "bob");
	int64_t asked;

	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	fixture_hold_answers(f, true);
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	fixture_store_leaves(f);
	peer_send(bob, "@snug.chat/id=b1 PRIVMSG #den :mine");
	peer_close(alice);
	fixture_settle(f);
	fixture_hold_answers(f, false); // hers comes back, and she is gone
	peer_close(bob);
	fixture_settle(f);
	asked = fixture_asked(f);
	fixture_store_returns(f);
	assert_int_equal(fixture_asked(f), asked);
	assert_int_equal(f->hub->tickets.n_items, 0);
	assert_null(f->hub->held_queries);
}

static void a_server_that_ends_meanwhile_drops_them(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = in_den(f, "alice");

	fixture_store_leaves(f);
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	peer_send(alice, "CHATHISTORY LATEST #den * 1");
	fixture_readers_leave(f, false);
	fixture_restart(f, true);
	fixture_disk_works(f);
	alice = in_den(f, "alice");
	peer_send(alice, "@snug.chat/id=a1 PRIVMSG #den :hello");
	expect(alice, "alice PRIVMSG #den :hello");
}

static void status_says_so_at_once(void **state)
{
	struct fixture *f = *state;
	struct admin_answer *answer;

	fixture_store_leaves(f);
	answer = fixture_verb(f, "room add #attic", NULL);
	assert_null(answer); // it is not stored
	answer = fixture_verb(f, "status", NULL);
	assert_non_null(answer);
	for (size_t i = 0; i < answer->n_columns; i++) {
		if (span_eq(answer->columns[i], SPAN("disk")))
			assert_true(
				span_starts(answer->cells[i].text,
					    SPAN("away: the store cannot be reached, storing "
						 "waits since 2026-")));
	}
	admin_answer_free(answer);
	fixture_store_returns(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(what_is_said_is_kept_and_said_when_it_is_back),
		HUB_TEST(what_is_asked_is_asked_when_it_is_back),
		HUB_TEST(what_was_asked_when_it_left_is_asked_again_in_order),
		HUB_TEST(a_reader_that_lost_it_is_asked_again_by_and_by),
		HUB_TEST(a_resend_waits_and_is_answered_with_the_first),
		HUB_TEST(who_logs_in_is_in_when_it_is_back),
		HUB_TEST(only_what_has_no_room_is_refused),
		HUB_TEST(what_waits_is_bounded_in_bytes_too),
		HUB_TEST(an_account_has_so_many_questions_waiting),
		HUB_TEST(who_goes_takes_the_question_along),
		HUB_TEST(a_server_that_ends_meanwhile_drops_them),
		HUB_TEST(status_says_so_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
