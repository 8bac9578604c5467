// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"

#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ALL                                                                                    \
	"message-tags server-time echo-message batch labeled-response draft/chathistory "      \
	"snug.chat/sequence"

// Says "m1" to "m<n>" in #den, a second apart, and keeps their ids and times as $i1, $t1, ...
static void say(struct fixture *f, struct peer *p, int n)
{
	char pattern[96];

	for (int i = 1; i <= n; i++) {
		fixture_pass(f, 1000);
		peer_send(p, "PRIVMSG #den :m%d", i);
		snprintf(pattern, sizeof(pattern), "@msgid=$i%d;time=$t%d * PRIVMSG #den m%d",
			 i, i, i);
		expect(p, pattern);
	}
	fixture_skip(f);
}

// The next lines are a page of #den with these messages and nothing else.
static void expect_page(struct peer *p, int first, int last)
{
	char pattern[96];

	expect(p, "server BATCH +* chathistory #den");
	for (int i = first; i <= last; i++) {
		snprintf(pattern, sizeof(pattern),
			 "@msgid=$i%d;time=$t%d alice PRIVMSG #den m%d", i, i, i);
		expect(p, pattern);
	}
	expect(p, "server BATCH -*");
	expect_none(p);
}

static void latest_gives_the_newest_oldest_first(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);

	peer_join(alice, "#den");
	say(f, alice, 9);
	peer_send(alice, "CHATHISTORY LATEST #den * 3");
	expect_page(alice, 7, 9);
	peer_send(alice, "CHATHISTORY LATEST #den * 100");
	expect_page(alice, 1, 9);
	peer_send(alice, "CHATHISTORY LATEST #den msgid=$i5 2");
	expect_page(alice, 8, 9);
	peer_send(alice, "CHATHISTORY LATEST #den timestamp=$t6 100");
	expect_page(alice, 7, 9);
}

static void before_and_after_leave_out_the_bound(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);

	peer_join(alice, "#den");
	say(f, alice, 9);
	peer_send(alice, "CHATHISTORY BEFORE #den msgid=$i5 2");
	expect_page(alice, 3, 4);
	peer_send(alice, "CHATHISTORY BEFORE #den timestamp=$t5 100");
	expect_page(alice, 1, 4);
	peer_send(alice, "CHATHISTORY AFTER #den msgid=$i5 2");
	expect_page(alice, 6, 7);
	peer_send(alice, "CHATHISTORY AFTER #den timestamp=$t5 100");
	expect_page(alice, 6, 9);
}

static void between_counts_from_its_first_bound(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);

	peer_join(alice, "#den");
	say(f, alice, 9);
	peer_send(alice, "CHATHISTORY BETWEEN #den msgid=$i2 msgid=$i8 100");
	expect_page(alice, 3, 7);
	peer_send(alice, "CHATHISTORY BETWEEN #den msgid=$i2 msgid=$i8 2");
	expect_page(alice, 3, 4);
	peer_send(alice, "CHATHISTORY BETWEEN #den msgid=$i8 timestamp=$t2 2");
	expect_page(alice, 6, 7);
	peer_send(alice, "CHATHISTORY BETWEEN #den timestamp=$t8 timestamp=$t2 100");
	expect_page(alice, 3, 7);
	// No id is of that year.
	peer_send(alice, "CHATHISTORY BETWEEN #den timestamp=2560-01-01T00:00:00Z msgid=$i5 2");
	expect_page(alice, 8, 9);
}

static void around_has_its_message_in_the_middle(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);

	peer_join(alice, "#den");
	say(f, alice, 9);
	peer_send(alice, "CHATHISTORY AROUND #den msgid=$i5 3");
	expect_page(alice, 4, 6);
	peer_send(alice, "CHATHISTORY AROUND #den msgid=$i5 1");
	expect_page(alice, 5, 5);
}

static void sequence_numbers_are_bounds_for_clients_that_see_them(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);
	struct peer *plain = fixture_login(f, "alice", "batch draft/chathistory");
	struct peer *bob = fixture_login(f, "bob", ALL " draft/event-playback");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	say(f, alice, 9);
	// Events have no number.
	peer_send(bob, "CHATHISTORY AFTER #den snug.chat/seq=0 100");
	expect_page(bob, 1, 9);
	peer_send(alice, "CHATHISTORY AFTER #den snug.chat/seq=7 100");
	expect(alice, "server BATCH +* chathistory #den");
	expect(alice, "@snug.chat/seq=8 alice PRIVMSG #den m8");
	expect(alice, "@snug.chat/seq=9 alice PRIVMSG #den m9");
	expect(alice, "server BATCH -*");
	peer_send(alice, "CHATHISTORY BETWEEN #den snug.chat/seq=2 snug.chat/seq=5 100");
	expect_page(alice, 3, 4);
	peer_send(alice, "CHATHISTORY BEFORE #den snug.chat/seq=4 2");
	expect_page(alice, 2, 3);
	peer_send(alice, "CHATHISTORY BEFORE #den snug.chat/seq=1 2");
	expect_page(alice, 1, 0);
	peer_send(alice, "CHATHISTORY BEFORE #den snug.chat/seq=0 2");
	expect_page(alice, 1, 0);
	peer_send(alice, "CHATHISTORY BETWEEN #den snug.chat/seq=5 snug.chat/seq=0 2");
	expect_page(alice, 3, 4);
	peer_send(alice, "CHATHISTORY AROUND #den snug.chat/seq=5 2");
	expect(alice, "server FAIL CHATHISTORY INVALID_PARAMS AROUND * :*");
	peer_send(plain, "CHATHISTORY AFTER #den snug.chat/seq=7 100");
	expect(plain, "server FAIL CHATHISTORY INVALID_PARAMS AFTER * :*");
}

static void the_last_page_says_that_nothing_lies_beyond(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);

	peer_join(alice, "#den");
	say(f, alice, 9);
	peer_send(alice, "CHATHISTORY BEFORE #den msgid=$i5 2");
	expect(alice, "@!draft/chathistory-end server BATCH +* chathistory #den");
	peer_skip(alice);
	peer_send(alice, "CHATHISTORY BEFORE #den msgid=$i3 2");
	expect(alice, "@draft/chathistory-end server BATCH +* chathistory #den");
	peer_skip(alice);
	peer_send(alice, "CHATHISTORY BEFORE #den msgid=$i1 2");
	expect_page(alice, 1, 0);
}

static void a_label_stands_on_the_page(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);

	peer_join(alice, "#den");
	say(f, alice, 9);
	peer_send(alice, "@label=L CHATHISTORY LATEST #den * 1");
	expect(alice, "@label=L server BATCH +* labeled-response");
	expect(alice, "@batch=* server BATCH +* chathistory #den");
	expect(alice, "@batch=*;msgid=$i9 alice PRIVMSG #den m9");
	expect(alice, "server BATCH -*");
	expect(alice, "server BATCH -*");
}

static void mistakes_are_told_by_their_codes(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);

	peer_join(alice, "#den");
	say(f, alice, 9);
	peer_send(alice, "CHATHISTORY OLDEST #den * 5");
	expect(alice, "server FAIL CHATHISTORY INVALID_PARAMS OLDEST :Unknown command");
	peer_send(alice, "CHATHISTORY LATEST #den *");
	expect(alice, "server FAIL CHATHISTORY INVALID_PARAMS LATEST :Insufficient parameters");
	peer_send(alice, "CHATHISTORY LATEST #den * 5 6");
	expect(alice, "server FAIL CHATHISTORY INVALID_PARAMS LATEST :Too many parameters");
	peer_send(alice, "CHATHISTORY LATEST #den timestamp=noon 5");
	expect(alice, "server FAIL CHATHISTORY INVALID_PARAMS LATEST timestamp=noon :*");
	peer_send(alice, "CHATHISTORY BEFORE #den * 5");
	expect(alice, "server FAIL CHATHISTORY INVALID_PARAMS BEFORE * :*");
	peer_send(alice, "CHATHISTORY LATEST #den * none");
	expect(alice, "server FAIL CHATHISTORY INVALID_PARAMS LATEST none :*");
	peer_send(alice, "CHATHISTORY BEFORE #den msgid=0000000000001 5");
	expect(alice, "server FAIL CHATHISTORY MESSAGE_ERROR BEFORE #den :*");
	peer_send(alice, "CHATHISTORY");
	expect(alice, "server 461 alice CHATHISTORY ...");
}

static void a_room_one_is_not_in_is_like_one_that_does_not_exist(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);
	struct peer *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	say(f, alice, 9);
	peer_send(bob, "CHATHISTORY LATEST #den * 5");
	expect(bob, "server FAIL CHATHISTORY INVALID_TARGET LATEST #den :Messages could not be "
		    "retrieved");
	peer_send(bob, "CHATHISTORY LATEST #nil * 5");
	expect(bob, "server FAIL CHATHISTORY INVALID_TARGET LATEST #nil :Messages could not be "
		    "retrieved");
}

static void a_direct_conversation_has_the_words_of_both(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);
	struct peer *bob = fixture_login(f, "bob", ALL);

	peer_send(alice, "PRIVMSG bob :hi bob");
	peer_send(bob, "PRIVMSG alice :hi alice");
	fixture_skip(f);
	peer_send(alice, "CHATHISTORY LATEST bob * 5");
	expect(alice, "server BATCH +* chathistory bob");
	expect(alice, "alice PRIVMSG bob :hi bob");
	expect(alice, "bob PRIVMSG alice :hi alice");
	expect(alice, "server BATCH -*");
	peer_send(bob, "CHATHISTORY LATEST alice * 5");
	expect(bob, "server BATCH +* chathistory alice");
	expect(bob, "alice PRIVMSG bob :hi bob");
	expect(bob, "bob PRIVMSG alice :hi alice");
	expect(bob, "server BATCH -*");
}

static void targets_are_the_conversations_whose_newest_message_lies_between(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);
	struct peer *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	say(f, alice, 2);
	fixture_pass(f, 1000);
	peer_send(bob, "PRIVMSG alice :hi");
	expect(alice, "@time=$tb bob PRIVMSG alice hi");
	peer_send(alice, "CHATHISTORY TARGETS timestamp=2020-01-01T00:00:00.000Z "
			 "timestamp=2200-01-01T00:00:00.000Z 10");
	expect(alice, "server BATCH +* draft/chathistory-targets");
	expect(alice, "@batch=* server CHATHISTORY TARGETS #den $t2");
	expect(alice, "@batch=* server CHATHISTORY TARGETS bob $tb");
	expect(alice, "server BATCH -*");
	peer_send(alice,
		  "CHATHISTORY TARGETS timestamp=2020-01-01T00:00:00.000Z timestamp=$t2 10");
	expect(alice, "server BATCH +* draft/chathistory-targets");
	expect(alice, "server BATCH -*");
	peer_send(alice, "CHATHISTORY TARGETS msgid=abc timestamp=$t2 10");
	expect(alice, "server FAIL CHATHISTORY INVALID_PARAMS TARGETS * :*");
}

static void events_are_for_clients_with_event_playback(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);
	struct peer *full = fixture_login(f, "alice", ALL " draft/event-playback");

	peer_join(alice, "#den");
	peer_send(alice, "TOPIC #den :all about it");
	peer_send(alice, "@+draft/react=x TAGMSG #den");
	peer_send(alice, "PRIVMSG #den :hi");
	fixture_skip(f);
	peer_send(alice, "CHATHISTORY LATEST #den * 9");
	expect(alice, "server BATCH +* chathistory #den");
	expect(alice, "alice PRIVMSG #den hi");
	expect(alice, "server BATCH -*");
	peer_send(full, "CHATHISTORY LATEST #den * 9");
	expect(full, "server BATCH +* chathistory #den");
	expect(full, "alice JOIN #den");
	expect(full, "@msgid=*;batch=* alice TOPIC #den :all about it");
	expect(full, "@+draft/react=x alice TAGMSG #den");
	expect(full, "alice PRIVMSG #den hi");
	expect(full, "server BATCH -*");
}

static void without_the_capability_there_is_no_such_command(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_send(alice, "CHATHISTORY LATEST #den * 9");
	expect(alice, "server 421 alice CHATHISTORY ...");
}

static void a_page_is_kept_within_its_bytes_at_the_end_that_was_asked_for(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);
	char text[400];

	memset(text, 'x', sizeof(text));
	text[399] = '\0';
	peer_join(alice, "#den");
	for (int i = 0; i < 400; i++)
		peer_send(alice, "PRIVMSG #den :%d %s", i, text);
	fixture_skip(f);
	peer_send(alice, "CHATHISTORY LATEST #den * 500");
	expect(alice, "@!draft/chathistory-end server BATCH +* chathistory #den");
	expect_later(alice, "alice PRIVMSG #den :399 *");
	expect(alice, "server BATCH -*");
	peer_send(alice, "CHATHISTORY AFTER #den timestamp=2020-01-01T00:00:00.000Z 500");
	expect(alice, "@!draft/chathistory-end server BATCH +* chathistory #den");
	expect(alice, "alice PRIVMSG #den :0 *");
}

static void search_takes_two_words_that_are_beginnings(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL " soju.im/search");

	peer_send(alice, "SEARCH text=fox*\\sdog*");
	expect(alice, "server BATCH +* soju.im/search");
	expect(alice, "server BATCH -*");
	peer_send(alice, "SEARCH text=fox*\\sdog*\\scat*");
	expect(alice, "server FAIL SEARCH INVALID_PARAMS text :At most two words *");
	expect_none(alice);
}

static void search_finds_words_in_what_one_takes_part_in(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL " soju.im/search");
	struct peer *bob = fixture_login(f, "bob", ALL " soju.im/search");

	peer_join(alice, "#den");
	peer_send(alice, "PRIVMSG #den :the quick brown fox");
	peer_send(alice, "PRIVMSG bob :a lazy fox");
	fixture_skip(f);
	peer_send(alice, "SEARCH text=fox");
	expect(alice, "server BATCH +* soju.im/search");
	expect(alice, "@msgid=*;batch=* alice PRIVMSG #den :the quick brown fox");
	expect(alice, "alice PRIVMSG bob :a lazy fox");
	expect(alice, "server BATCH -*");
	peer_send(alice, "SEARCH in=#den;text=fox;limit=5");
	expect(alice, "server BATCH +* soju.im/search");
	expect(alice, "alice PRIVMSG #den :the quick brown fox");
	expect(alice, "server BATCH -*");
	peer_send(bob, "SEARCH text=fox");
	expect(bob, "server BATCH +* soju.im/search");
	expect(bob, "alice PRIVMSG bob :a lazy fox");
	expect(bob, "server BATCH -*");
	peer_send(bob, "SEARCH in=#den;text=fox");
	expect(bob, "server FAIL SEARCH INVALID_PARAMS in :*");
	peer_send(alice, "SEARCH text=\"fox\\s*)\\sOR\\s(");
	expect(alice, "server BATCH +* soju.im/search");
	expect_later(alice, "server BATCH -*");
}

static void numbers_of_another_history_are_refused(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL);
	const char *end;
	char id[40] = "";

	peer_join(alice, "#den");
	say(f, alice, 3);
	peer_send(alice, "ISUPPORT");
	while (!strstr(end = peer_next(alice), "snug.chat/HISTORY="))
		continue;
	snprintf(id, sizeof(id), "%.32s", strstr(end, "snug.chat/HISTORY=") + 18);
	fixture_skip(f);
	peer_send(alice, "CHATHISTORY AFTER #den snug.chat/seq=2@%s 10", id);
	expect_page(alice, 3, 3);
	peer_send(alice, "CHATHISTORY BEFORE #den snug.chat/seq=4 10");
	expect_page(alice, 1, 3);
	peer_send(alice, "CHATHISTORY AFTER #den snug.chat/seq=5 10");
	expect(alice, "server FAIL CHATHISTORY HISTORY_CHANGED AFTER #den :*LATEST*");
	id[0] = id[0] == '0' ? '1' : '0';
	peer_send(alice, "CHATHISTORY BETWEEN #den snug.chat/seq=1 snug.chat/seq=2@%s 10", id);
	expect(alice, "server FAIL CHATHISTORY HISTORY_CHANGED BETWEEN #den :*LATEST*");
	expect_none(alice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(latest_gives_the_newest_oldest_first),
		HUB_TEST(before_and_after_leave_out_the_bound),
		HUB_TEST(between_counts_from_its_first_bound),
		HUB_TEST(around_has_its_message_in_the_middle),
		HUB_TEST(sequence_numbers_are_bounds_for_clients_that_see_them),
		HUB_TEST(numbers_of_another_history_are_refused),
		HUB_TEST(the_last_page_says_that_nothing_lies_beyond),
		HUB_TEST(a_label_stands_on_the_page),
		HUB_TEST(mistakes_are_told_by_their_codes),
		HUB_TEST(a_room_one_is_not_in_is_like_one_that_does_not_exist),
		HUB_TEST(a_direct_conversation_has_the_words_of_both),
		HUB_TEST(targets_are_the_conversations_whose_newest_message_lies_between),
		HUB_TEST(events_are_for_clients_with_event_playback),
		HUB_TEST(without_the_capability_there_is_no_such_command),
		HUB_TEST(a_page_is_kept_within_its_bytes_at_the_end_that_was_asked_for),
		HUB_TEST(search_takes_two_words_that_are_beginnings),
		HUB_TEST(search_finds_words_in_what_one_takes_part_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
