// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define TAGS "message-tags server-time echo-message batch labeled-response "
#define ALL TAGS "draft/multiline draft/chathistory"

static void a_batch_is_one_message_to_those_who_know_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "@label=xyz;+reply=abc BATCH +1 draft/multiline #den");
	peer_send(alice, "@batch=1 PRIVMSG #den :hello");
	peer_send(alice, "@batch=1 PRIVMSG #den :");
	peer_send(alice, "@batch=1 PRIVMSG #den :how is ");
	peer_send(alice, "@batch=1;draft/multiline-concat PRIVMSG #den :everyone?");
	expect_none(alice);
	peer_send(alice, "BATCH -1");
	expect(alice,
	       "@label=xyz;msgid=$i;time=$t;+reply=abc alice BATCH +* draft/multiline #den");
	expect(alice, "@!label;!msgid;batch=* alice PRIVMSG #den hello");
	expect(alice, "@batch=* alice PRIVMSG #den :");
	expect(alice, "@batch=*;!draft/multiline-concat alice PRIVMSG #den :how is ");
	expect(alice, "@batch=*;draft/multiline-concat alice PRIVMSG #den everyone?");
	expect(alice, "alice BATCH -*");
	expect_none(alice);
	expect(bob, "@!label;msgid=$i;time=$t;+reply=abc alice BATCH +* draft/multiline #den");
	expect_later(bob, "alice BATCH -*");
}

static void the_others_get_its_lines_without_the_blank_ones(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct peer *carol = fixture_login(f, "carol", TAGS);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_join(carol, "#den");
	peer_send(alice, "@label=xyz;+reply=abc BATCH +1 draft/multiline #den");
	peer_send(alice, "@batch=1 PRIVMSG #den :hello");
	peer_send(alice, "@batch=1 PRIVMSG #den :");
	peer_send(alice, "@batch=1 PRIVMSG #den :how is ");
	peer_send(alice, "@batch=1;draft/multiline-concat PRIVMSG #den :everyone?");
	expect_none(alice);
	peer_send(alice, "BATCH -1");
	expect(carol, "@msgid=$i;time=$t;+reply=abc;!batch alice PRIVMSG #den hello");
	expect(carol, "@!msgid;time=$t;+reply=abc alice PRIVMSG #den :how is ");
	expect(carol, "@!msgid;time=$t;!draft/multiline-concat alice PRIVMSG #den everyone?");
	expect_none(carol);
}

static void history_keeps_it_as_one(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "@label=xyz;+reply=abc BATCH +1 draft/multiline #den");
	peer_send(alice, "@batch=1 PRIVMSG #den :hello");
	peer_send(alice, "@batch=1 PRIVMSG #den :");
	peer_send(alice, "@batch=1 PRIVMSG #den :how is ");
	peer_send(alice, "@batch=1;draft/multiline-concat PRIVMSG #den :everyone?");
	expect_none(alice);
	peer_send(alice, "BATCH -1");
	fixture_skip(f);
	peer_send(bob, "CHATHISTORY LATEST #den * 1");
	expect(bob, "server BATCH +* chathistory #den");
	expect(bob, "@batch=*;msgid=*;+reply=abc alice BATCH +* draft/multiline #den");
	expect(bob, "@batch=* alice PRIVMSG #den hello");
	expect(bob, "@batch=* alice PRIVMSG #den :");
	expect(bob, "@batch=* alice PRIVMSG #den :how is everyone?");
	expect(bob, "alice BATCH -*");
	expect(bob, "server BATCH -*");
}

static void long_lines_are_cut_and_joined_again(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	char text[490];

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	memset(text, 'x', sizeof(text));
	text[489] = '\0';
	peer_send(alice, "BATCH +1 draft/multiline #den");
	peer_send(alice, "@batch=1 PRIVMSG #den :%s", text);
	peer_send(alice, "BATCH -1");
	expect(bob, "alice BATCH +* draft/multiline #den");
	expect(bob, "@!draft/multiline-concat alice PRIVMSG #den x*");
	expect(bob, "@draft/multiline-concat alice PRIVMSG #den x*");
	expect(bob, "alice BATCH -*");
}

static void mistakes_are_told_once_and_nothing_is_said(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "@label=l BATCH +1 draft/multiline #den");
	peer_send(alice, "@batch=1 PRIVMSG #den :a");
	peer_send(alice, "@batch=1;draft/multiline-concat PRIVMSG #den :");
	expect(alice, "@label=l server FAIL BATCH MULTILINE_INVALID :*");
	peer_send(alice, "@batch=1 PRIVMSG #den :b");
	peer_send(alice, "BATCH -1");
	expect_none(alice);
	peer_send(alice, "BATCH +2 draft/multiline #den");
	peer_send(alice, "@batch=2 PRIVMSG #den :");
	peer_send(alice, "BATCH -2");
	expect(alice, "server FAIL BATCH MULTILINE_INVALID :*");
	peer_send(alice, "BATCH +3 draft/multiline #den");
	peer_send(alice, "@batch=3 PRIVMSG #other :a");
	expect(alice, "server FAIL BATCH MULTILINE_INVALID_TARGET #den #other :*");
	peer_send(alice, "BATCH -3");
	peer_send(alice, "BATCH +4 draft/multiline #den");
	peer_send(alice, "@batch=4 PRIVMSG #den :a");
	peer_send(alice, "@batch=4 NOTICE #den :a");
	expect(alice, "server FAIL BATCH MULTILINE_INVALID :*");
	peer_send(alice, "BATCH -4");
	peer_send(alice, "BATCH +5 draft/other #den");
	expect(alice, "server FAIL BATCH UNKNOWN_TYPE 5 draft/other :*");
	peer_send(alice, "BATCH -6");
	expect(alice, "server FAIL BATCH INVALID_REFTAG -6 :*");
	expect_none(bob);
}

static void too_many_lines_or_bytes_are_refused(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	char text[450];

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	memset(text, 'x', sizeof(text));
	text[449] = '\0';
	peer_send(alice, "BATCH +1 draft/multiline #den");
	for (int i = 0; i < 101; i++)
		peer_send(alice, "@batch=1 PRIVMSG #den :%d", i);
	expect(alice, "server FAIL BATCH MULTILINE_MAX_LINES 100 :*");
	peer_send(alice, "BATCH -1");
	expect_none(alice);
	peer_send(alice, "BATCH +1 draft/multiline #den");
	for (int i = 0; i < 40; i++)
		peer_send(alice, "@batch=1 PRIVMSG #den :%s", text);
	expect(alice, "server FAIL BATCH MULTILINE_MAX_BYTES 16384 :*");
	peer_send(alice, "BATCH -1");
	expect_none(alice);
	expect_none(bob);
	peer_send(alice, "BATCH +1 draft/multiline #den");
	for (int i = 0; i < 100; i++)
		peer_send(alice, "@batch=1 PRIVMSG #den :%d", i);
	peer_send(alice, "BATCH -1");
	expect(bob, "alice BATCH +* draft/multiline #den");
	expect_later(bob, "alice PRIVMSG #den 99");
	expect(bob, "alice BATCH -*");
}

static void a_batch_of_one_line_is_a_plain_message(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "BATCH +1 draft/multiline #den");
	peer_send(alice, "@batch=1 PRIVMSG #den :alone");
	peer_send(alice, "BATCH -1");
	expect(bob, "@!batch;msgid=* alice PRIVMSG #den alone");
}

static void it_is_said_once_by_its_id(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL " snug.chat/exactly-once");
	struct peer *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	for (int i = 0; i < 2; i++) {
		peer_send(alice, "@snug.chat/id=a1 BATCH +1 draft/multiline #den");
		peer_send(alice, "@batch=1 PRIVMSG #den :one");
		peer_send(alice, "@batch=1 PRIVMSG #den :two");
		peer_send(alice, "BATCH -1");
		expect(alice, "@msgid=$id;snug.chat/id=a1 alice BATCH +* draft/multiline #den");
		expect(alice, "alice PRIVMSG #den one");
		expect(alice, "alice PRIVMSG #den two");
		expect(alice, "alice BATCH -*");
		expect_none(alice);
	}
	expect(bob, "@msgid=$id alice BATCH +* draft/multiline #den");
	expect_later(bob, "alice BATCH -*");
	expect_none(bob);
}

static void a_connection_that_ends_in_the_middle_says_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "BATCH +1 draft/multiline #den");
	peer_send(alice, "@batch=1 PRIVMSG #den :half");
	peer_close(alice);
	expect(bob, "alice QUIT *");
	expect_none(bob);
}

static void its_lines_pass_at_once_and_are_paid_for_at_its_end(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	struct peer *alice, *bob;

	config.lines_per_second = 5;
	config.lines_burst = 20;
	fixture_renew(f, &config);
	alice = fixture_login(f, "alice", ALL);
	bob = fixture_login(f, "bob", ALL);
	fixture_pass(f, 10000);
	peer_join(alice, "#den");
	peer_join(bob, "#den");
	fixture_pass(f, 10000);
	peer_send(alice, "BATCH +1 draft/multiline #den");
	for (int i = 0; i < 60; i++)
		peer_send(alice, "@batch=1 PRIVMSG #den :%d", i);
	peer_send(alice, "BATCH -1");
	expect_later(bob, "alice PRIVMSG #den 59");
	expect(bob, "alice BATCH -*");
	for (int i = 0; i < 10; i++)
		peer_send(alice, "PRIVMSG #den :more");
	expect(bob, "alice PRIVMSG #den more");
	peer_skip(bob);
	fixture_pass(f, 100);
	expect_none(bob);
	fixture_pass(f, 5000);
	expect(bob, "alice PRIVMSG #den more");
}

// Nothing but its lines stands in a batch: it would be done without being paid for, and heard
// before what it stands in.
static void no_other_command_stands_in_a_batch(void **state)
{
	static const char *const others[] = {
		"TAGMSG #den",   "JOIN #attic",
		"TOPIC #den :x", "WHO #den",
		"REDACT #den 1", "BATCH +2 draft/multiline #den",
		"MODE #den +i",  "PART #den",
		"NICK alicia",   "CHATHISTORY LATEST #den * 9",
		"AWAY :gone",    "PING x",
		"NONSENSE",
	};
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL " labeled-response"),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		peer_send(alice, "@label=open BATCH +1 draft/multiline #den");
		peer_send(alice, "@batch=1 PRIVMSG #den :one");
		peer_send(alice, "@batch=1 %s", others[i]);
		expect(alice, "@label=open server FAIL BATCH MULTILINE_INVALID :Only *");
		peer_send(alice, "@batch=1 %s", others[i]);
		peer_send(alice, "@batch=1 PRIVMSG #den :two");
		peer_send(alice, "BATCH -1");
		expect_none(alice);
		expect_none(bob);
	}
	// A label of its own is what it is refused with.
	peer_send(alice, "@label=open BATCH +1 draft/multiline #den");
	peer_send(alice, "@batch=1;label=own;+typing=active TAGMSG #den");
	expect(alice, "@label=own server FAIL BATCH MULTILINE_INVALID :Only *");
	peer_send(alice, "BATCH -1");
	peer_send(alice, "PRIVMSG #den :all is well");
	expect(alice, "alice PRIVMSG #den :all is well");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_batch_is_one_message_to_those_who_know_it),
		HUB_TEST(the_others_get_its_lines_without_the_blank_ones),
		HUB_TEST(history_keeps_it_as_one),
		HUB_TEST(long_lines_are_cut_and_joined_again),
		HUB_TEST(mistakes_are_told_once_and_nothing_is_said),
		HUB_TEST(too_many_lines_or_bytes_are_refused),
		HUB_TEST(a_batch_of_one_line_is_a_plain_message),
		HUB_TEST(it_is_said_once_by_its_id),
		HUB_TEST(a_connection_that_ends_in_the_middle_says_nothing),
		HUB_TEST(no_other_command_stands_in_a_batch),
		HUB_TEST(its_lines_pass_at_once_and_are_paid_for_at_its_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
