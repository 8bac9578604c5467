// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"
#include "common/encode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ALL "message-tags server-time echo-message batch draft/chathistory snug.chat/sequence"

static void sequence_numbers_have_no_gap_and_count_words_only(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den :a");
	expect(bob, "@snug.chat/seq=1 alice PRIVMSG #den a");
	peer_send(alice, "TOPIC #den :t");
	expect(bob, "@!snug.chat/seq alice TOPIC #den t");
	peer_send(alice, "@+draft/react=x TAGMSG #den");
	expect(bob, "@!snug.chat/seq alice TAGMSG #den");
	peer_send(bob, "NOTICE #den :b");
	expect(bob, "@snug.chat/seq=2 bob NOTICE #den b");
	peer_send(alice, "PRIVMSG bob :c");
	expect(bob, "@snug.chat/seq=1 alice PRIVMSG bob c");
}

static void numbers_go_on_after_a_restart(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den :a");
	peer_send(alice, "PRIVMSG bob :b");
	fixture_restart(f, false);
	alice = fixture_login(f, "alice", ALL);
	bob = fixture_login(f, "bob", ALL);
	fixture_skip(f);
	peer_send(alice, "PRIVMSG #den :c");
	expect(bob, "@snug.chat/seq=2 alice PRIVMSG #den c");
	peer_send(bob, "PRIVMSG alice :d");
	expect(alice, "alice PRIVMSG #den c");
	expect(alice, "@snug.chat/seq=2 bob PRIVMSG alice d");
}

static void ids_and_times_rise_when_the_clock_falls(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	uint64_t before, after;

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den :a");
	expect(bob, "@msgid=$a;time=$t alice PRIVMSG #den a");
	f->now.wall_ms -= 3600 * 1000;
	peer_send(alice, "PRIVMSG #den :b");
	expect(bob, "@msgid=$b;time=$u alice PRIVMSG #den b");
	assert_true(decode_id(span_of(fixture_var(f, "a")), &before));
	assert_true(decode_id(span_of(fixture_var(f, "b")), &after));
	assert_true(after > before);
	assert_true(strcmp(fixture_var(f, "u"), fixture_var(f, "t")) > 0);
	fixture_restart(f, true);
	bob = fixture_login(f, "bob", ALL);
	peer_send(bob, "PRIVMSG #den :c");
	expect_later(bob, "@msgid=$c;time=$v bob PRIVMSG #den c");
	assert_true(strcmp(fixture_var(f, "v"), fixture_var(f, "u")) > 0);
	assert_true(decode_id(span_of(fixture_var(f, "c")), &before));
	assert_true(before > after);
}

static void the_live_line_and_its_history_are_the_same(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "@+reply=abc PRIVMSG #den :hi there");
	expect(bob,
	       "@msgid=$i;time=$t;snug.chat/seq=$s;+reply=abc alice PRIVMSG #den :hi there");
	peer_send(bob, "CHATHISTORY LATEST #den * 1");
	expect(bob, "server BATCH +* chathistory #den");
	expect(bob,
	       "@msgid=$i;time=$t;snug.chat/seq=$s;+reply=abc alice PRIVMSG #den :hi there");
}

static void what_was_said_to_the_moderators_is_not_in_history(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG @#den :secret");
	peer_send(alice, "PRIVMSG #den :open");
	fixture_skip(f);
	peer_send(bob, "CHATHISTORY LATEST #den * 9");
	expect(bob, "server BATCH +* chathistory #den");
	expect(bob, "@snug.chat/seq=1 alice PRIVMSG #den open");
	expect(bob, "server BATCH -*");
}

static void a_conversation_outlives_the_account_of_the_other(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct admin_answer *answer;

	peer_send(alice, "PRIVMSG bob :hi");
	answer = fixture_verb(f, "user delete bob --confirm bob", NULL);
	assert_int_equal(answer->code, ADMIN_DONE);
	admin_answer_free(answer);
	fixture_skip(f);
	assert_true(peer_is_closed(bob));
	peer_send(alice, "CHATHISTORY LATEST bob * 9");
	expect(alice, "server BATCH +* chathistory bob");
	expect(alice, "alice PRIVMSG bob :hi");
	expect(alice, "server BATCH -*");
	bob = fixture_login(f, "bob", ALL);
	peer_send(bob, "CHATHISTORY LATEST alice * 9");
	expect(bob, "server BATCH +* chathistory alice");
	expect(bob, "server BATCH -*");
	fixture_restart(f, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(sequence_numbers_have_no_gap_and_count_words_only),
		HUB_TEST(numbers_go_on_after_a_restart),
		HUB_TEST(ids_and_times_rise_when_the_clock_falls),
		HUB_TEST(the_live_line_and_its_history_are_the_same),
		HUB_TEST(what_was_said_to_the_moderators_is_not_in_history),
		HUB_TEST(a_conversation_outlives_the_account_of_the_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
