// SPDX-License-Identifier: MIT
// More than one person may say (user set --class), and less (user token add --rate).
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "tests/support/hub_fixture.h"

#include "common/die.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct hub_config shipped(void)
{
	struct hub_config config = fixture_config();

	config.lines_per_second = 5;
	config.lines_burst = 20;
	config.asks_per_second = 20;
	config.asks_burst = 200;
	config.bot_times = 4;
	config.bridge_times = 20;
	return config;
}

static int set_up(void **state)
{
	struct hub_config config = shipped();

	*state = fixture_new(&config);
	return 0;
}

static void verb(struct fixture *f, const char *words, enum admin_code code, const char *says)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);
	char *text = span_dup(a->words);

	if (a->code != code || !strstr(text, says))
		fail_msg("%s: %d, %s", words, a->code, text);
	free(text);
	admin_answer_free(a);
}

// The cell of that column in the first row.
static void shows(struct fixture *f, const char *words, const char *column, const char *text)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);
	size_t i = 0;

	while (i < a->n_columns && !span_eq(a->columns[i], span_of(column)))
		i++;
	assert_true(i < a->n_columns && a->n_rows > 0);
	if (!span_eq(a->cells[i].text, span_of(text)))
		fail_msg("%s: %s is " SPAN_FMT, words, column, SPAN_ARG(a->cells[i].text));
	admin_answer_free(a);
}

static struct peer *by_token(struct fixture *f, const char *words)
{
	struct admin_answer *a;
	struct peer *p;

	fixture_account(f, "alice");
	a = fixture_verb(f, words, NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	p = fixture_open(f);
	peer_send(p, "PASS :" SPAN_FMT, SPAN_ARG(a->plain));
	peer_send(p, "NICK alice");
	peer_send(p, "USER u 0 * :A");
	expect_later(p, "server 001 alice :*");
	admin_answer_free(a);
	return p;
}

// Everybody is here for long, and has spent nothing.
static void settle_down(struct fixture *f)
{
	fixture_pass(f, 5 * 60 * 1000);
	fixture_skip(f);
}

static size_t count(struct peer *p, const char *words)
{
	size_t n = 0;

	for (const char *line; (line = peer_next(p));)
		n += strstr(line, words) != NULL;
	return n;
}

// Lines of one that has more to say than it may, in so many seconds.
static size_t said(struct fixture *f, struct peer *from, struct peer *to, int seconds)
{
	size_t n = 0;

	for (int i = 0; i < 20 * seconds; i++) {
		for (int k = 0; k < 8; k++)
			peer_put(from, "PRIVMSG bob :more");
		fixture_settle(f);
		n += count(to, ":more");
		fixture_pass(f, 50);
		n += count(to, ":more");
		if (peer_is_closed(from))
			fail_msg("ended after %zu", n);
	}
	return n;
}

// No more lines wait than its connection may have unanswered.
static size_t says(struct fixture *f, struct peer *from, struct peer *to, int n, int seconds)
{
	for (int i = 0; i < n; i++)
		peer_put(from, "PRIVMSG bob :more");
	fixture_settle(f);
	fixture_pass(f, 1000 * seconds);
	return count(to, ":more");
}

static void a_class_says_so_many_times_as_much(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	settle_down(f);
	assert_in_range(says(f, alice, bob, 60, 4), 39, 41);
	// It counts for what waits, too.
	verb(f, "user set alice --class bot", ADMIN_DONE, "has the class bot");
	assert_in_range(says(f, alice, bob, 1, 2), 20, 22);
	settle_down(f);
	assert_in_range(says(f, alice, bob, 64, 0), 64, 64);
	settle_down(f);
	verb(f, "user set alice --class person", ADMIN_DONE, "has the class person");
	assert_in_range(says(f, alice, bob, 60, 0), 20, 20);
}

static void a_bridge_says_what_a_bot_may_not(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	verb(f, "user set alice --class bridge", ADMIN_DONE, "has the class bridge");
	settle_down(f);
	// 400 at once and 100 a second; a bot would be cut off.
	assert_int_equal(said(f, alice, bob, 2), 320);
}

static void a_token_has_a_purse_of_its_own(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");
	struct peer *bot = by_token(f, "user token add alice bot --rate 30/m");

	settle_down(f);
	// Two at once, as the account has 20 of 5 a second; then one each other second.
	assert_in_range(says(f, bot, bob, 30, 20), 11, 13);
	// The account's own purse is full.
	assert_int_equal(says(f, alice, bob, 20, 0), 20);
}

static void a_token_asks_in_proportion(void **state)
{
	struct fixture *f = *state;
	struct peer *bot = by_token(f, "user token add alice bot --rate 1/s");

	settle_down(f);
	// Four a second, of which it holds those of ten.
	for (int i = 0; i < 60; i++)
		peer_put(bot, "TIME");
	fixture_settle(f);
	assert_in_range(count(bot, " 391 "), 39, 41);
	fixture_pass(f, 4000);
	assert_in_range(count(bot, " 391 "), 15, 17);
}

static void a_token_is_never_faster_than_its_account(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = fixture_login(f, "bob", "");
	struct peer *bot = by_token(f, "user token add alice bot --rate 1000/s");

	settle_down(f);
	assert_in_range(says(f, bot, bob, 60, 4), 39, 41);
}

static void both_outlive_the_process_and_are_shown(void **state)
{
	struct fixture *f = *state;

	fixture_account(f, "alice");
	shows(f, "user list", "class", "person");
	verb(f, "user set alice --class bridge", ADMIN_DONE, "bridge");
	verb(f, "user token add alice bot --rate 2/s", ADMIN_DONE, "called bot");
	verb(f, "user token add alice free", ADMIN_DONE, "called free");
	for (int i = 0; i < 2; i++) {
		shows(f, "user list", "class", "bridge");
		shows(f, "user show alice", "class", "bridge");
		shows(f, "user token list alice", "rate", "120/m");
		shows(f, "audit list", "verb", "user set");
		fixture_restart(f, true);
	}
}

static void a_purse_goes_with_its_token(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = fixture_login(f, "bob", "");
	struct peer *bot = by_token(f, "user token add alice bot --rate 1/m");

	settle_down(f);
	assert_int_equal(says(f, bot, bob, 20, 1), 1);
	verb(f, "user token revoke alice bot", ADMIN_DONE, "revoked");
	assert_true(peer_is_closed(bot));
	fixture_pass(f, 120 * 1000);
	assert_int_equal(count(bob, ":more"), 0);
}

static void bad_values_are_named(void **state)
{
	static const char *const rates[] = {
		"0/m",    "0/s",   "30",      "-1/m", "1/h",    "/m",
		"1001/s", "1.5/s", "60001/m", "m",    "30/m/s", "18446744073709551615/s"};
	struct fixture *f = *state;
	char words[100];

	fixture_account(f, "alice");
	for (size_t i = 0; i < ARRAY_LEN(rates); i++) {
		snprintf(words, sizeof(words), "user token add alice bot --rate %s", rates[i]);
		verb(f, words, ADMIN_USAGE, rates[i]);
		verb(f, words, ADMIN_USAGE, "from 1/m to 1000/s");
	}
	assert_int_equal(credentials_count(account_find(f->hub, SPAN("alice"))), 0);
	verb(f, "user set alice --class admiral", ADMIN_USAGE,
	     "person, bot or bridge, not admiral");
	verb(f, "user set alice --class Bot", ADMIN_USAGE, "not Bot");
	verb(f, "user set alice", ADMIN_USAGE, "--class");
	verb(f, "user set nobody --class bot", ADMIN_NOT_FOUND, "nobody");
	assert_int_equal(account_find(f->hub, SPAN("alice"))->class, CLASS_PERSON);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST_WITH(a_class_says_so_many_times_as_much, set_up),
		HUB_TEST_WITH(a_bridge_says_what_a_bot_may_not, set_up),
		HUB_TEST_WITH(a_token_has_a_purse_of_its_own, set_up),
		HUB_TEST_WITH(a_token_asks_in_proportion, set_up),
		HUB_TEST_WITH(a_token_is_never_faster_than_its_account, set_up),
		HUB_TEST_WITH(both_outlive_the_process_and_are_shown, set_up),
		HUB_TEST_WITH(a_purse_goes_with_its_token, set_up),
		HUB_TEST_WITH(bad_values_are_named, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
