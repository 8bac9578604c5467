// SPDX-License-Identifier: MIT
// The purses of an account: what a line costs, and how its connections share it.
#include "server/hub/people/account.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/metadata.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// As shipped: snugd.conf(5).
static struct fixture *shipped(struct fixture *f)
{
	struct hub_config config = fixture_config();

	config.lines_per_second = 5;
	config.lines_burst = 20;
	config.asks_per_second = 20;
	config.asks_burst = 200;
	fixture_renew(f, &config);
	return f;
}

// Everybody is here for long, and has spent nothing.
static void settle_down(struct fixture *f)
{
	fixture_pass(f, 2 * 60 * 1000);
	fixture_skip(f);
}

static size_t count(struct peer *p, const char *words)
{
	size_t n = 0;

	for (const char *line; (line = peer_next(p));)
		n += strstr(line, words) != NULL;
	return n;
}

// Milliseconds until a line that was put comes to p.
static int64_t until(struct fixture *f, struct peer *p, const char *words)
{
	int64_t start = f->now.mono_ms;

	fixture_settle(f);
	while (!count(p, words) && f->now.mono_ms < start + 120 * 1000)
		fixture_pass(f, 10);
	return f->now.mono_ms - start;
}

static void each_target_costs_as_a_line(void **state)
{
	struct fixture *f = shipped(*state);
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");
	char line[512] = "";

	for (int i = 0; i < 20; i++) {
		char name[16];

		snprintf(name, sizeof(name), "friend%d", i);
		fixture_account(f, name);
		snprintf(line + strlen(line), sizeof(line) - strlen(line), "%s%s",
			 i ? "," : "PRIVMSG ", name);
	}
	settle_down(f);
	peer_put(alice, "%s :all of you", line);
	peer_put(alice, "PRIVMSG bob :and you");
	assert_in_range(until(f, bob, "and you"), 200, 220);
}

static void doubles_cost_nothing(void **state)
{
	struct fixture *f = shipped(*state);
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	settle_down(f);
	for (int i = 0; i < 10; i++)
		peer_put(alice, "PRIVMSG bob,BOB,bob,Bob,bob :x");
	peer_put(alice, "PRIVMSG bob :last");
	assert_in_range(until(f, bob, "last"), 0, 0);
}

static void tags_cost_as_what_is_stored(void **state)
{
	struct fixture *f = shipped(*state);
	struct peer *alice = fixture_login(f, "alice", "message-tags"),
		    *bob = fixture_login(f, "bob", "");
	char tags[4000];

	memset(tags, 'x', sizeof(tags));
	tags[sizeof(tags) - 1] = '\0';
	settle_down(f);
	for (int i = 0; i < 4; i++)
		peer_put(alice, "@+a=%s PRIVMSG bob :with tags", tags);
	peer_put(alice, "@+a=%s PRIVMSG bob :one more", tags);
	assert_in_range(until(f, bob, "one more"), 1000, 1020);
}

// Proves P2.
static void connections_share_what_their_account_has(void **state)
{
	struct fixture *f = shipped(*state);
	struct peer *bob = fixture_login(f, "bob", ""), *alice[8];
	size_t n;

	for (int i = 0; i < 8; i++)
		alice[i] = fixture_login(f, "alice", "");
	settle_down(f);
	for (int i = 0; i < 8; i++)
		for (int k = 0; k < 30; k++)
			peer_put(alice[i], "PRIVMSG bob :from %d", i);
	fixture_settle(f);
	fixture_pass(f, 4000);
	n = count(bob, " PRIVMSG bob ");
	assert_in_range(n, 20 + 4 * 5 - 1, 20 + 4 * 5 + 1);
}

// Of ten seconds, while one pastes without end.
static void each_connection_has_its_share(void **state)
{
	struct fixture *f = shipped(*state);
	struct peer *bob = fixture_login(f, "bob", "");
	struct peer *one = fixture_login(f, "alice", ""),
		    *other = fixture_login(f, "alice", "");
	size_t n_one = 0, n_other = 0;

	settle_down(f);
	for (int i = 0; i < 60; i++)
		peer_put(one, "PRIVMSG bob :one");
	fixture_settle(f);
	fixture_pass(f, 1000);
	peer_skip(bob);
	for (int i = 0; i < 30; i++)
		peer_put(other, "PRIVMSG bob :other");
	fixture_settle(f);
	fixture_pass(f, 4000);
	for (const char *line; (line = peer_next(bob));) {
		n_one += strstr(line, ":one") != NULL;
		n_other += strstr(line, ":other") != NULL;
	}
	assert_in_range(n_one, 9, 11);
	assert_in_range(n_other, 9, 11);
}

static void asking_does_not_use_up_what_one_may_say(void **state)
{
	struct fixture *f = shipped(*state);
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");
	struct peer *asker = fixture_login(f, "alice", "");

	settle_down(f);
	for (int i = 0; i < 60; i++)
		peer_put(asker, "WHO *");
	peer_put(alice, "PRIVMSG bob :hello");
	assert_in_range(until(f, bob, "hello"), 0, 0);
}

static void a_long_answer_is_paid_as_it_comes(void **state)
{
	struct fixture *f = shipped(*state);
	struct peer *p = fixture_login(f, "alice", "draft/metadata-3");
	char value[METADATA_VALUE_MAX];
	size_t before;

	memset(value, 'v', sizeof(value));
	peer_send(p, "METADATA * SUB key");
	peer_send(p, "JOIN #den");
	for (int i = 0; i < 4000; i++) {
		struct account *a;
		char name[16];

		snprintf(name, sizeof(name), "person%d", i);
		a = account_new(f->hub, span_of(name), SPAN(""));
		metadata_put(&a->metadata, SPAN("key"), span_from(value, sizeof(value)));
		member_join(room_find(f->hub, SPAN("#den")), a, MEMBER_PLAIN);
	}
	settle_down(f);
	before = peer_bytes(p);
	peer_send(p, "METADATA #den SYNC");
	assert_in_range(peer_bytes(p) - before, 150 * 4096, 202 * 4096);
	fixture_pass(f, 5000);
	assert_in_range(peer_bytes(p) - before, 250 * 4096, 302 * 4096);
	fixture_pass(f, 60 * 1000);
	assert_int_equal(count(p, " 761 "), 4000);
}

// 100 rooms, as WeeChat asks for them; the history is long.
static void make_rooms(struct fixture *f, struct peer *alice, struct peer *bob)
{
	for (int i = 0; i < 100; i++) {
		peer_send(alice, "JOIN #room%d", i);
		peer_send(bob, "JOIN #room%d", i);
		for (int k = 0; k < 20; k++)
			peer_send(bob, "PRIVMSG #room%d :%0300d", i, k);
		fixture_pass(f, 10 * 1000);
	}
}

static void rooms_at_connect_leave_room_for_a_word(void **state)
{
	struct fixture *f = shipped(*state);
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");
	int64_t pong = -1, start;

	make_rooms(f, alice, bob);
	settle_down(f);
	alice = fixture_login(f, "alice", "batch draft/chathistory draft/read-marker");
	fixture_skip(f);
	start = f->now.mono_ms;
	peer_put(alice, "PING first");
	for (int i = 0; i < 100; i++) {
		peer_put(alice, "MODE #room%d", i);
		peer_put(alice, "MODE #room%d b", i);
		peer_put(alice, "WHO #room%d %%cuhsnfdar", i);
		peer_put(alice, "MARKREAD #room%d", i);
		peer_put(alice, "CHATHISTORY LATEST #room%d * 100", i);
		fixture_settle(f);
		if (pong < 0 && count(alice, "PONG"))
			pong = f->now.mono_ms - start;
	}
	peer_put(alice, "PRIVMSG #room1 :hello");
	until(f, bob, ":hello");
	assert_in_range(pong, 0, 1000);
	assert_in_range(f->now.mono_ms - start, 0, 2000);
}

// The allowance is no way around the purse.
static void connecting_again_and_again_earns_nothing(void **state)
{
	struct fixture *f = shipped(*state);
	struct peer *alice, *bob = fixture_login(f, "bob", "");
	size_t made = 0;

	settle_down(f);
	for (int i = 0; i < 50; i++) {
		alice = fixture_login(f, "alice", "");
		for (int k = 0; k < 40; k++)
			peer_put(alice, "WHO *");
		fixture_pass(f, 1000);
		made += count(alice, " 315 ");
		peer_close(alice);
	}
	// Two allowances of 250, 200 at once and 20 a second; WHO costs 5.
	assert_in_range(made, 250, (2 * 250 + 200 + 50 * 20 + 50 * 2) / 5);
	(void)bob;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(each_target_costs_as_a_line),
		HUB_TEST(doubles_cost_nothing),
		HUB_TEST(tags_cost_as_what_is_stored),
		HUB_TEST(connections_share_what_their_account_has),
		HUB_TEST(each_connection_has_its_share),
		HUB_TEST(asking_does_not_use_up_what_one_may_say),
		HUB_TEST(a_long_answer_is_paid_as_it_comes),
		HUB_TEST(rooms_at_connect_leave_room_for_a_word),
		HUB_TEST(connecting_again_and_again_earns_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
