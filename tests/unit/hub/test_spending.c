// SPDX-License-Identifier: MIT
// What is taken out of which purse, token by token.
#include "server/hub/flood.h"

#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SAY_MS 200             // of a token, at 5 in a second,
#define SAY_FULL_MS 4000       // ... of which 20 are at once
#define ASK_MS 50              // at 20 in a second,
#define ASK_FULL_MS 10000      // ... of which 200 are at once
#define LOGIN_TOKENS (2 * 250) // beside them, of who has just come and is in no room

static struct fixture *shipped(struct fixture *f)
{
	struct hub_config config = fixture_config();

	config.lines_per_second = 5;
	config.lines_burst = 20;
	config.asks_per_second = 20;
	config.asks_burst = 200;
	config.bot_times = 3;
	config.bridge_times = 0;
	fixture_renew(f, &config);
	return f;
}

// Somebody who is here for long.
static struct session *alice_of(struct fixture *f)
{
	struct peer *alice = fixture_login(f, "alice", "");

	fixture_pass(f, 2 * 60 * 1000);
	return peer_session(alice);
}

static bool take(struct session *s, enum purse_kind kind, int64_t tokens)
{
	return flood_take(s, &(struct price){.purse = kind, .tokens = tokens});
}

static int64_t level(const struct session *s, const struct purse *p)
{
	int64_t now = s->hub->now.mono_ms;

	return p->full_ms > now ? p->full_ms - now : 0;
}

static int64_t level_of(const struct session *s, enum purse_kind kind)
{
	return level(s, &s->account->purses[kind]);
}

// It waits in the purse for so long, and no more.
static void waits(struct session *s, enum purse_kind kind, int64_t ms)
{
	struct purse *p = &s->account->purses[kind];

	assert_false(list_is_empty(&s->in_purse));
	assert_true(p->on_time.is_set);
	assert_int_equal(p->on_time.at_ms - s->hub->now.mono_ms, ms);
	flood_leave(s);
	timer_stop(&p->on_time);
}

static void a_purse_is_emptied_to_the_last_token(void **state)
{
	struct session *s = alice_of(shipped(*state));

	assert_true(take(s, SAYS, 19));
	assert_true(take(s, SAYS, 1));
	assert_int_equal(s->paid, 1);
	assert_int_equal(level_of(s, SAYS), SAY_FULL_MS);
	assert_true(take(s, SAYS, 0));
	assert_true(take(s, FREE, 7));
	assert_int_equal(s->paid, 1);
	assert_false(take(s, SAYS, 3));
	waits(s, SAYS, 3 * SAY_MS);
	assert_int_equal(level_of(s, SAYS), SAY_FULL_MS);
	assert_true(take(s, ASKS, 200));
	assert_int_equal(level_of(s, ASKS), ASK_FULL_MS);
	assert_false(flood_take_page(s));
	waits(s, ASKS, ASK_MS);
	assert_int_equal(level_of(s, GOODS), 0);
}

static void what_costs_more_than_all_waits_for_a_full_purse(void **state)
{
	struct session *s = alice_of(shipped(*state));

	assert_true(take(s, SAYS, 1));
	assert_false(take(s, SAYS, 50));
	waits(s, SAYS, SAY_MS);
	s->hub->now.mono_ms += SAY_MS;
	assert_true(take(s, SAYS, 50));
	assert_int_equal(level_of(s, SAYS), 50 * SAY_MS);
	assert_true(take(s, SAYS, 0)); // the lines of a message that is paid at its end
	assert_false(take(s, SAYS, 1));
	waits(s, SAYS, 50 * SAY_MS + SAY_MS - SAY_FULL_MS);
}

static void the_earliest_of_those_who_wait_is_waited_for(void **state)
{
	struct fixture *f = shipped(*state);
	struct session *s = alice_of(f), *other = peer_session(fixture_login(f, "alice", ""));

	fixture_pass(f, 2 * 60 * 1000);
	assert_true(take(s, SAYS, 20));
	assert_false(take(s, SAYS, 5));
	assert_false(take(other, SAYS, 2));
	assert_int_equal(s->account->purses[SAYS].on_time.at_ms - f->hub->now.mono_ms,
			 2 * SAY_MS);
	assert_false(take(s, SAYS, 9)); // later: nothing changes
	flood_leave(other);
	waits(s, SAYS, 2 * SAY_MS);
}

static void who_spent_less_is_next(void **state)
{
	struct fixture *f = shipped(*state);
	struct session *s = alice_of(f), *other = peer_session(fixture_login(f, "alice", ""));

	fixture_pass(f, 2 * 60 * 1000);
	assert_true(take(s, SAYS, 20));
	assert_false(take(other, SAYS, 1));
	s->hub->now.mono_ms += 10 * SAY_MS;
	assert_false(take(s, SAYS, 1)); // there is enough for both, and other comes first
	assert_true(take(other, SAYS, 1));
	assert_true(list_is_empty(&other->in_purse));
	assert_true(take(s, SAYS, 1));
	assert_true(list_is_empty(&s->in_purse));
	timer_stop(&s->account->purses[SAYS].on_time);
}

static void whoever_waits_first_gives_way_to_who_spent_less(void **state)
{
	struct fixture *f = shipped(*state);
	struct session *s = alice_of(f), *other = peer_session(fixture_login(f, "alice", ""));

	fixture_pass(f, 2 * 60 * 1000);
	assert_true(take(s, SAYS, 20));
	assert_false(take(s, SAYS, 1));
	assert_false(take(other, SAYS, 1));
	s->hub->now.mono_ms += 10 * SAY_MS;
	assert_false(take(s, SAYS, 1));
	assert_true(take(other, SAYS, 1));
	assert_true(take(s, SAYS, 1));
	timer_stop(&s->account->purses[SAYS].on_time);
}

static void who_has_just_come_asks_from_an_allowance(void **state)
{
	struct fixture *f = shipped(*state);
	struct session *s = peer_session(fixture_login(f, "alice", ""));

	fixture_pass(f, 30 * 1000);
	s->account->purses[GOODS].full_ms = s->account->purses[ASKS].full_ms = 0;
	assert_true(take(s, SAYS, 1));
	assert_int_equal(level_of(s, GOODS), 0);
	assert_true(take(s, ASKS, LOGIN_TOKENS - 1));
	assert_int_equal(level_of(s, ASKS), 0);
	assert_true(take(s, ASKS, 2)); // more than is left of it
	assert_int_equal(level_of(s, ASKS), 2 * ASK_MS);
	assert_true(take(s, ASKS, 1));
	assert_int_equal(level_of(s, GOODS), ALLOWANCE_FULL_MS);
	assert_int_equal(level_of(s, ASKS), 2 * ASK_MS);
}

static void the_allowance_grows_with_rooms_and_conversations(void **state)
{
	struct fixture *f = shipped(*state);
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");
	struct session *s = peer_session(alice);

	peer_join(alice, "#a");
	peer_join(alice, "#b");
	peer_send(bob, "PRIVMSG alice :hello");
	fixture_pass(f, 30 * 1000);
	s->account->purses[GOODS].full_ms = 0;
	assert_true(take(s, ASKS, LOGIN_TOKENS + 2 * 3 * ALLOWANCE_PER_ROOM));
	assert_int_equal(level_of(s, GOODS), ALLOWANCE_FULL_MS);
	assert_int_equal(level_of(s, ASKS), 0);
}

static void the_burst_is_larger_for_who_has_just_come(void **state)
{
	struct fixture *f = shipped(*state);
	struct session *s = peer_session(fixture_login(f, "alice", ""));

	s->account->purses[SAYS].full_ms = 0;
	f->hub->now.wall_ms = s->opened_ms + FLOOD_NEW_MS - 1;
	assert_true(take(s, SAYS, 1));
	assert_true(take(s, SAYS, FLOOD_NEW_TIMES * 20 - 1));
	assert_false(take(s, SAYS, 1));
	waits(s, SAYS, SAY_MS);
	f->hub->now.wall_ms++;
	assert_false(take(s, SAYS, 1));
	waits(s, SAYS, FLOOD_NEW_TIMES * SAY_FULL_MS + SAY_MS - SAY_FULL_MS);
}

static void what_an_answer_came_to_is_owed_in_whole_tokens(void **state)
{
	static const struct {
		size_t made, looked;
		int64_t tokens;
	} rows[] = {
		{BYTES_PER_TOKEN, 0, 0},
		{2 * BYTES_PER_TOKEN, 0, 1},
		{0, 2 * LOOKED_PER_TOKEN, 1},
		{3 * BYTES_PER_TOKEN, 4 * LOOKED_PER_TOKEN, 3},
		{4 * BYTES_PER_TOKEN + 9, 3 * LOOKED_PER_TOKEN, 3},
	};
	struct session *s = alice_of(shipped(*state));

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		s->account->purses[ASKS].full_ms = 0;
		s->made = rows[i].made;
		s->looked = rows[i].looked;
		s->paid = 1;
		flood_settle(s);
		assert_int_equal(level_of(s, ASKS), rows[i].tokens * ASK_MS);
		assert_int_equal(s->paid, 0);
		assert_int_equal(s->looked, 0);
	}
	assert_int_equal(s->made, 9);
}

static void who_is_closing_owes_nothing_and_who_is_new_pays_from_the_allowance(void **state)
{
	struct fixture *f = shipped(*state);
	struct session *s = peer_session(fixture_login(f, "alice", ""));

	s->account->purses[GOODS].full_ms = s->account->purses[ASKS].full_ms = 0;
	s->made = 3 * BYTES_PER_TOKEN;
	s->closing = true;
	flood_settle(s);
	assert_int_equal(level_of(s, GOODS), 0);
	s->closing = false;
	s->made = 3 * BYTES_PER_TOKEN;
	flood_settle(s);
	assert_int_equal(level_of(s, GOODS), 3 * ALLOWANCE_FULL_MS / LOGIN_TOKENS);
	assert_int_equal(level_of(s, ASKS), 0);
}

static void before_the_login_a_connection_pays_by_itself(void **state)
{
	struct fixture *f = shipped(*state);
	struct session *s = peer_session(fixture_open(f));

	assert_true(take(s, ASKS, 200));
	assert_int_equal(level(s, &s->purses[ASKS]), ASK_FULL_MS);
	assert_false(take(s, ASKS, 1));
	flood_leave(s);
	timer_stop(&s->purses[ASKS].on_time);
}

static void a_class_may_so_many_times_as_much(void **state)
{
	struct fixture *f = shipped(*state);
	struct session *s = alice_of(f);

	s->account->class = CLASS_BOT;
	assert_true(take(s, SAYS, 3));
	assert_int_equal(level_of(s, SAYS), SAY_MS);
	assert_true(take(s, ASKS, 3));
	assert_int_equal(level_of(s, ASKS), ASK_MS);
	s->account->class = CLASS_BRIDGE;
	assert_true(take(s, SAYS, 100000));
	assert_int_equal(level_of(s, SAYS), SAY_MS);
	s->made = 9 * BYTES_PER_TOKEN;
	flood_settle(s);
	assert_int_equal(level_of(s, ASKS), ASK_MS);
}

static void a_rate_of_a_token_is_never_more_than_the_accounts(void **state)
{
	static const struct {
		int64_t rate, say_ms, ask_ms;
	} rows[] = {{60, 1000, 250},
		    {299, 60000 / 299, 60000 / (4 * 299)},
		    {300, 200, 50},
		    {6000, 200, 50}};
	struct fixture *f = shipped(*state);
	struct session *s = alice_of(f);
	char text[TOKEN_TEXT_MAX + 1];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct credential *c = token_new(s->account, SPAN("bot"), 0, text);

		token_set_rate(c, rows[i].rate);
		s->token = c->id;
		assert_true(take(s, SAYS, 1));
		assert_int_equal(level(s, &c->purses[SAYS]), rows[i].say_ms);
		assert_true(take(s, ASKS, 1));
		assert_int_equal(level(s, &c->purses[ASKS]), rows[i].ask_ms);
	}
	assert_int_equal(level_of(s, SAYS), 0);
	// An account without a bound has tokens with one.
	struct credential *c = token_new(s->account, SPAN("bot"), 0, text);

	f->hub->config.lines_per_second = 0;
	token_set_rate(c, 60);
	s->token = c->id;
	assert_true(take(s, SAYS, 1));
	assert_int_equal(level(s, &c->purses[SAYS]), 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_purse_is_emptied_to_the_last_token),
		HUB_TEST(what_costs_more_than_all_waits_for_a_full_purse),
		HUB_TEST(the_earliest_of_those_who_wait_is_waited_for),
		HUB_TEST(who_spent_less_is_next),
		HUB_TEST(whoever_waits_first_gives_way_to_who_spent_less),
		HUB_TEST(who_has_just_come_asks_from_an_allowance),
		HUB_TEST(the_allowance_grows_with_rooms_and_conversations),
		HUB_TEST(the_burst_is_larger_for_who_has_just_come),
		HUB_TEST(what_an_answer_came_to_is_owed_in_whole_tokens),
		HUB_TEST(who_is_closing_owes_nothing_and_who_is_new_pays_from_the_allowance),
		HUB_TEST(before_the_login_a_connection_pays_by_itself),
		HUB_TEST(a_class_may_so_many_times_as_much),
		HUB_TEST(a_rate_of_a_token_is_never_more_than_the_accounts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
