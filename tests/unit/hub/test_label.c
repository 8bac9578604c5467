// SPDX-License-Identifier: MIT
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define CAPS "batch labeled-response"
#define NO_NAME                                                                                \
	" * INVALID_UTF8 :The line was not UTF-8 text, or held a NUL or a stray CR: nothing "  \
	"was done"

static void no_answer_becomes_an_ack(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", CAPS);

	peer_send(p, "@label=a1 PONG x");
	expect(p, "@label=a1;!batch server ACK");
	expect_none(p);
}

static void one_line_carries_the_label_itself(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", CAPS);

	peer_send(p, "@label=a2 PING x");
	expect(p, "@label=a2;!batch server PONG * :x");
	peer_send(p, "@label=a3 NO_SUCH_COMMAND");
	expect(p, "@label=a3 server 421 alice NO_SUCH_COMMAND :*");
	expect_none(p);
}

static void several_lines_stand_in_a_batch(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", CAPS);

	peer_send(p, "@label=a4 JOIN #den");
	expect(p, "@label=a4 server BATCH $ref labeled-response");
	expect(p, "@!label;batch=* alice JOIN #den");
	expect_later(p, "@batch=* server 366 alice #den :*");
	expect(p, "@!label;!batch server BATCH -*");
	expect_none(p);
}

static void an_escaped_label_comes_back_as_it_was(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", CAPS);
	const char *line;

	peer_send(p, "@label=a\\sb\\:c PING x");
	line = peer_next(p);
	assert_non_null(line);
	assert_int_equal(strncmp(line, "@label=a\\sb\\:c ", 15), 0);
}

static void what_others_say_meanwhile_has_no_label(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS " echo-message");
	struct peer *bob = fixture_login(f, "bob", CAPS);

	peer_send(alice, "JOIN #den");
	peer_send(bob, "JOIN #den");
	fixture_skip(f);
	peer_send(alice, "@label=a5 PRIVMSG #den :hello");
	expect(alice, "@label=a5 alice PRIVMSG #den :hello");
	expect(bob, "@!label alice PRIVMSG #den :hello");
}

static void an_answer_that_comes_later_is_labeled_too(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS " draft/chathistory server-time");

	peer_send(alice, "JOIN #den");
	peer_send(alice, "PRIVMSG #den :hello");
	fixture_skip(f);
	fixture_hold_answers(f, true);
	peer_send(alice, "@label=a6 CHATHISTORY LATEST #den * 10");
	peer_send(alice, "@label=a7 TIME");
	expect_none(alice);
	fixture_hold_answers(f, false);
	fixture_settle(f);
	expect(alice, "@label=a6 server BATCH +* labeled-response");
	expect_later(alice, "server BATCH -*");
	expect_later(alice, "@label=a7 server 391 ...");
	expect_none(alice);
}

static void a_refused_line_is_answered_in_its_place(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS " draft/chathistory server-time");

	peer_send(alice, "JOIN #den");
	peer_skip(alice);
	fixture_hold_answers(f, true);
	peer_put(alice, "@label=c1 CHATHISTORY LATEST #den * 10");
	peer_put_bad(alice, FAULT_TOO_LONG, "PRIVMSG");
	peer_put(alice, "TIME");
	fixture_settle(f);
	expect_none(alice);
	fixture_hold_answers(f, false);
	fixture_settle(f);
	expect(alice, "@label=c1 server BATCH * labeled-response");
	expect_later(alice, "server BATCH -*");
	expect_later(alice, "@!label;!batch server 417 alice :*");
	expect(alice, "@!batch server 391 ...");
}

static void a_refused_line_keeps_its_label(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS " draft/chathistory");

	peer_put_bad(alice, FAULT_TOO_LONG, "@label=r1 PRIVMSG");
	fixture_settle(f);
	expect(alice, "@label=r1 server 417 alice :*");
	peer_put_bad(alice, FAULT_BYTES, "@label=r2 PRIVMSG");
	fixture_settle(f);
	expect(alice, "@label=r2 server FAIL PRIVMSG INVALID_UTF8 :*");
	peer_put_bad(alice, FAULT_SYNTAX, "@label=r4 PRIVMSG");
	fixture_settle(f);
	expect(alice, "@label=r4 server ACK");
	peer_put_bad(alice, FAULT_BYTES, "SIXTEENLETTERSAB");
	fixture_settle(f);
	expect(alice, "server FAIL SIXTEENLETTERSAB INVALID_UTF8 :*");
	peer_put_bad(alice, FAULT_BYTES, "SEVENTEENLETTERSX");
	fixture_settle(f);
	assert_string_equal(strstr(peer_next(alice), "FAIL") + 4, NO_NAME);
	expect_none(alice);
	peer_send(alice, "JOIN #den");
	peer_skip(alice);
	fixture_hold_answers(f, true);
	peer_put(alice, "CHATHISTORY LATEST #den * 10");
	peer_put_bad(alice, FAULT_PARAMS, "@label=r3 MODE");
	fixture_settle(f);
	fixture_hold_answers(f, false);
	fixture_settle(f);
	expect_later(alice, "@label=r3 server FAIL MODE INVALID_PARAMS :*");
	expect_none(alice);
}

static void without_the_capability_labels_mean_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "message-tags");

	peer_send(p, "@label=a8 PING x");
	expect(p, "@!label server PONG * :x");
	peer_send(p, "@label=a9 PONG x");
	expect_none(p);
}

static void a_label_has_a_longest_and_is_none_without_a_letter(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", CAPS);

	peer_send(p, "@label= PING x");
	expect(p, "@!label server PONG * :x");
	peer_send(p, "@label PING x");
	expect(p, "@!label server PONG * :x");
	peer_send(p, "@label=%0*d PING x", LABEL_MAX, 7);
	expect(p, "@label=*7 server PONG * :x");
	peer_send(p, "@label=%0*d PING x", LABEL_MAX + 1, 7);
	expect(p, "@!label server PONG * :x");
	peer_send(p, "@label=%0*d PONG x", LABEL_MAX + 1, 7);
	expect_none(p);
}

static void expect_raw(struct peer *p, const char *start)
{
	const char *line = peer_next(p);

	if (!line || strncmp(line, start, strlen(start)) != 0)
		fail_msg("%s, not %s", line ? line : "nothing", start);
}

static void where_there_are_no_batches_the_first_line_has_the_label(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "labeled-response no-implicit-names");

	peer_send(p, "JOIN #den");
	peer_skip(p);
	peer_send(p, "@label=a NAMES #den");
	expect_raw(p, "@label=a :chat.test 353 ");
	expect_raw(p, ":chat.test 366 ");
	expect_none(p);
	peer_send(p, "MODE #den +be x y");
	peer_skip(p);
	peer_send(p, "@label=b MODE #den be");
	expect_raw(p, "@label=b :chat.test 367 ");
	expect_raw(p, ":chat.test 368 ");
	expect_raw(p, ":chat.test 348 ");
	expect_raw(p, ":chat.test 349 ");
	expect_none(p);
}

static void the_end_of_a_batch_has_no_tag_of_its_own(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", CAPS);

	peer_send(p, "@label=a JOIN #den");
	expect_raw(p, "@label=a :chat.test BATCH +");
	expect_raw(p, "@batch=");
	expect_raw(p, "@batch=");
	expect_raw(p, "@batch=");
	expect_raw(p, ":chat.test BATCH -");
	expect_none(p);
}

// It asked for something, and hears of something else meanwhile.
static void what_is_said_to_one_who_waits_is_no_part_of_the_answer(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS " draft/chathistory");

	peer_send(alice, "JOIN #den");
	peer_send(alice, "MONITOR + bob");
	peer_skip(alice);
	fixture_hold_answers(f, true);
	peer_send(alice, "@label=a CHATHISTORY LATEST #den * 10");
	(void)fixture_login(f, "bob", "");
	expect(alice, "@!label;!batch server 730 alice :bob!*");
	expect_none(alice);
	fixture_hold_answers(f, false);
	expect(alice, "@label=a server BATCH +* labeled-response");
}

static void what_overtakes_an_answer_has_its_own_label(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", CAPS " draft/chathistory draft/read-marker");

	peer_send(p, "JOIN #den");
	peer_skip(p);
	fixture_hold_answers(f, true);
	peer_send(p, "@label=a CHATHISTORY LATEST #den * 10");
	peer_send(p, "@label=b MARKREAD #den");
	expect(p, "@label=b server MARKREAD #den *");
	expect_none(p);
	fixture_hold_answers(f, false);
	expect(p, "@label=a server BATCH +* labeled-response");
	expect_later(p, "@batch=* server BATCH -*");
	expect(p, "@!batch server BATCH -*");
	expect_none(p);
}

// Proves B4.
static void a_labeled_quit_ends_the_connection(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", CAPS);

	peer_send(p, "@label=b1 QUIT :bye");
	expect_later(p, "ERROR :*bye*");
	assert_true(peer_is_closed(p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(no_answer_becomes_an_ack),
		HUB_TEST(one_line_carries_the_label_itself),
		HUB_TEST(several_lines_stand_in_a_batch),
		HUB_TEST(an_escaped_label_comes_back_as_it_was),
		HUB_TEST(what_others_say_meanwhile_has_no_label),
		HUB_TEST(an_answer_that_comes_later_is_labeled_too),
		HUB_TEST(a_refused_line_is_answered_in_its_place),
		HUB_TEST(a_refused_line_keeps_its_label),
		HUB_TEST(without_the_capability_labels_mean_nothing),
		HUB_TEST(a_label_has_a_longest_and_is_none_without_a_letter),
		HUB_TEST(where_there_are_no_batches_the_first_line_has_the_label),
		HUB_TEST(the_end_of_a_batch_has_no_tag_of_its_own),
		HUB_TEST(what_is_said_to_one_who_waits_is_no_part_of_the_answer),
		HUB_TEST(what_overtakes_an_answer_has_its_own_label),
		HUB_TEST(a_labeled_quit_ends_the_connection),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
