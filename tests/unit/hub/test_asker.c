// SPDX-License-Identifier: MIT
// Who asked: whose label a line gets, what passes a stall, what is counted as answered.
#include "server/hub/state/session.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define LABELS "batch labeled-response echo-message message-tags server-time draft/chathistory"
#define ZEROES "00000000000000000000000000000000000000000000000000000000000000"

// Alice at two devices and bob, all in #den.
struct den {
	struct fixture *f;
	struct peer *alice, *other, *bob;
};

static struct den den_of(struct fixture *f)
{
	struct den den = {.f = f,
			  .alice = fixture_login(f, "alice", LABELS),
			  .other = fixture_login(f, "alice", LABELS),
			  .bob = fixture_login(f, "bob", LABELS)};

	peer_join(den.alice, "#den");
	peer_join(den.bob, "#den");
	return den;
}

static size_t said(const struct peer *p)
{
	return peer_session(p)->said;
}

static void a_label_is_on_the_answer_and_on_no_other_copy(void **state)
{
	struct den den = den_of(*state);

	peer_send(den.alice, "@label=m PRIVMSG #den :hi");
	expect(den.alice, "@label=m;!batch alice PRIVMSG #den hi");
	expect(den.other, "@!label;!batch alice PRIVMSG #den hi");
	expect(den.bob, "@!label;!batch alice PRIVMSG #den hi");
	peer_send(den.alice, "@label=t TOPIC #den :news");
	expect(den.alice, "@label=t;!batch alice TOPIC #den news");
	expect(den.other, "@!label;!batch alice TOPIC #den news");
	peer_send(den.alice, "@label=j JOIN #attic");
	expect(den.alice, "@label=j server BATCH +* labeled-response");
	expect(den.alice, "@batch=* alice JOIN #attic");
	expect(den.other, "@!label;!batch alice JOIN #attic");
	expect(den.other, "@!label;!batch server 353 alice ...");
	expect(den.other, "@!label;!batch server 366 alice #attic ...");
	expect_none(den.other);
}

static void what_one_says_to_oneself_is_heard_beside_its_labeled_echo(void **state)
{
	struct den den = den_of(*state);

	peer_send(den.alice, "@label=m PRIVMSG alice :note");
	expect(den.alice, "@!label;!batch;msgid=$id alice PRIVMSG alice note");
	expect(den.alice, "@label=m;!batch;msgid=$id alice PRIVMSG alice note");
	expect_none(den.alice);
	expect(den.other, "@!label;!batch;msgid=$id alice PRIVMSG alice note");
	expect_none(den.other);
}

static void a_label_that_waits_takes_nothing_that_others_say(void **state)
{
	struct den den = den_of(*state);

	peer_send(den.alice, "PRIVMSG #den :one");
	fixture_skip(den.f);
	fixture_hold_answers(den.f, true);
	peer_send(den.alice, "@label=h CHATHISTORY LATEST #den * 10");
	peer_send(den.other, "PRIVMSG #den :two");
	expect(den.alice, "@!label;!batch alice PRIVMSG #den two");
	expect_none(den.alice);
	fixture_hold_answers(den.f, false);
	expect(den.alice, "@label=h server BATCH +* labeled-response");
	expect(den.alice, "@batch=* server BATCH +* chathistory #den");
	expect(den.alice, "@batch=* alice PRIVMSG #den one");
	expect(den.alice, "@batch=* alice PRIVMSG #den two");
	expect(den.alice, "@batch=* server BATCH -*");
	expect(den.alice, "@!label;!batch server BATCH -*");
	expect_none(den.alice);
}

static void what_was_missed_never_stands_under_a_label(void **state)
{
	struct den den = den_of(*state);

	peer_send(den.bob, "PRIVMSG #den :before");
	fixture_skip(den.f);
	fixture_hold_answers(den.f, true);
	peer_send(den.alice, "@label=h CHATHISTORY LATEST #den * 10");
	peer_stall(den.alice);
	peer_send(den.bob, "PRIVMSG #den :one");
	expect_none(den.alice);
	peer_drain(den.alice);
	expect(den.alice, "@!label;!batch bob PRIVMSG #den one");
	expect(den.alice, "@!label;!batch server 353 alice ...");
	expect(den.alice, "@!label;!batch server 366 alice #den ...");
	expect_none(den.alice);
	fixture_hold_answers(den.f, false);
	expect(den.alice, "@label=h server BATCH +* labeled-response");
}

static void an_answer_passes_a_stall(void **state)
{
	struct den den = den_of(*state);

	peer_stall(den.alice);
	peer_send(den.alice, "PING x");
	expect(den.alice, "server PONG * :x");
	peer_send(den.alice, "@label=t TOPIC #den :news");
	expect(den.alice, "@label=t alice TOPIC #den news");
	peer_send(den.alice, "@+typing=active TAGMSG #den");
	expect(den.alice, "alice TAGMSG #den");
	expect_none(den.alice);
}

static void a_labeled_answer_that_had_to_wait_passes_a_stall_to_its_end(void **state)
{
	struct den den = den_of(*state);

	peer_send(den.alice, "PRIVMSG #den :one");
	fixture_skip(den.f);
	peer_stall(den.alice);
	peer_send(den.alice, "@label=h CHATHISTORY LATEST #den * 10");
	expect(den.alice, "@label=h server BATCH +* labeled-response");
	expect_later(den.alice, "@batch=* server BATCH -*");
	expect(den.alice, "@!label;!batch server BATCH -*");
	// A single line, and nothing but the label itself.
	peer_send(den.alice, "@label=o OPER alice wrong-password");
	expect(den.alice, "@label=o server 491 alice :*");
	peer_send(den.alice, "@label=a PONG x");
	expect(den.alice, "@label=a server ACK");
	expect_none(den.alice);
}

static void what_nobody_asked_for_does_not_pass_a_stall(void **state)
{
	struct den den = den_of(*state);

	peer_stall(den.other);
	peer_send(den.alice, "@label=j JOIN #attic");
	peer_send(den.alice, "PRIVMSG alice :note");
	peer_send(den.alice, "TOPIC #den :news");
	peer_send(den.bob, "PRIVMSG alice :hi");
	peer_send(den.bob, "PART #den");
	expect_none(den.other);
	expect_later(den.alice, "bob PART #den");
}

static void what_one_says_to_oneself_is_no_answer_to_a_stalled_session(void **state)
{
	struct den den = den_of(*state);

	peer_stall(den.alice);
	peer_send(den.alice, "@+typing=active TAGMSG alice");
	expect(den.alice, "alice TAGMSG alice");
	expect_none(den.alice);
}

static void answers_and_what_was_missed_are_counted_and_nothing_else(void **state)
{
	struct den den = den_of(*state);
	size_t alice = said(den.alice), other = said(den.other), bob = said(den.bob);

	peer_send(den.alice, "@label=m PRIVMSG #den :hi");
	assert_int_equal(said(den.alice) - alice, strlen(peer_next(den.alice)) + 2);
	assert_int_equal(said(den.other), other);
	assert_int_equal(said(den.bob), bob);
	peer_stall(den.bob);
	peer_send(den.alice, "PRIVMSG #den :one");
	assert_int_equal(said(den.bob), bob);
	peer_skip(den.bob);
	peer_drain(den.bob);
	for (const char *line; (line = peer_next(den.bob));)
		bob += strlen(line) + 2;
	assert_int_equal(said(den.bob), bob);
}

static struct peer *by_pin(struct fixture *f)
{
	struct peer *p = fixture_open_as(f, &(struct inbox_opened){.host = SPAN("192.0.2.7"),
								   .has_pin = true,
								   .pin = {1},
								   .cert = {1}});

	fixture_account(f, "carol");
	peer_send(p, "CAP REQ :batch sasl soju.im/client-cert");
	peer_send(p, "PASS :carol:" FIXTURE_PASSWORD);
	peer_send(p, "NICK carol");
	peer_send(p, "USER carol 0 * :x");
	peer_send(p, "CAP END");
	peer_skip(p);
	return p;
}

static void who_revokes_its_own_key_hears_the_answer_and_others_end(void **state)
{
	static const struct {
		const char *line, *answer;
	} ways[] = {
		{"CERT DEL laptop CONFIRM", "server CERT DEL ..."},
		{"CLIENTCERT DELETE 01" ZEROES ZEROES "00", "server CLIENTCERT DELETE *"},
		{"PRIVMSG NickServ :CERT DEL laptop CONFIRM",
		 "NickServ NOTICE carol :Revoked*"},
	};

	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		struct peer *one = by_pin(f), *two = by_pin(f);

		peer_send(one, "CERT ADD laptop");
		fixture_skip(f);
		peer_send(one, "%s", ways[i].line);
		expect(one, ways[i].answer);
		assert_false(peer_is_closed(one));
		expect_later(two, "ERROR :*revoked*");
		assert_true(peer_is_closed(two));
		fixture_renew(f, NULL);
	}
}

// Proves A15.
static void when_an_administrator_revokes_a_key_all_its_sessions_end(void **state)
{
	struct fixture *f = *state;
	struct peer *one = by_pin(f), *two = by_pin(f);

	peer_send(one, "CERT ADD laptop");
	fixture_skip(f);
	admin_answer_free(fixture_verb(f, "user cert del carol laptop", NULL));
	assert_true(peer_is_closed(one) && peer_is_closed(two));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_label_is_on_the_answer_and_on_no_other_copy),
		HUB_TEST(what_one_says_to_oneself_is_heard_beside_its_labeled_echo),
		HUB_TEST(a_label_that_waits_takes_nothing_that_others_say),
		HUB_TEST(what_was_missed_never_stands_under_a_label),
		HUB_TEST(an_answer_passes_a_stall),
		HUB_TEST(a_labeled_answer_that_had_to_wait_passes_a_stall_to_its_end),
		HUB_TEST(what_nobody_asked_for_does_not_pass_a_stall),
		HUB_TEST(what_one_says_to_oneself_is_no_answer_to_a_stalled_session),
		HUB_TEST(answers_and_what_was_missed_are_counted_and_nothing_else),
		HUB_TEST(who_revokes_its_own_key_hears_the_answer_and_others_end),
		HUB_TEST(when_an_administrator_revokes_a_key_all_its_sessions_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
