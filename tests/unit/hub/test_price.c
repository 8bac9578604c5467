// SPDX-License-Identifier: MIT
// What a line costs, before it runs: each form beside those that differ in one word.
#include "server/hub/price.h"

#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define CAPS "batch message-tags draft/multiline"

enum stores { STORES, NOTHING };

struct row {
	const char *line;
	enum purse_kind purse;
	int64_t tokens;
	enum stores stores;
};

static void expect_price(struct peer *p, const struct row *row)
{
	struct price got;
	struct msg m;

	assert_int_equal(msg_parse(&m, span_of(row->line)), MSG_OK);
	got = price_of(peer_session(p), &m);
	if (got.purse != row->purse || got.tokens != row->tokens ||
	    got.stores != (row->stores == STORES))
		fail_msg("%.60s: purse %d, %lld tokens, stores %d", row->line, got.purse,
			 (long long)got.tokens, got.stores);
}

static void expect_prices(struct peer *p, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect_price(p, &rows[i]);
}

// #den has alice in it, #other has not.
static struct peer *alice_of(struct fixture *f)
{
	struct peer *alice = fixture_login(f, "alice", CAPS),
		    *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#other");
	return alice;
}

static void each_target_and_each_word_of_a_list_is_paid(void **state)
{
	static const struct row rows[] = {
		{"NOSUCH a b", ASKS, 1, NOTHING},
		{"TIME", ASKS, 1, NOTHING},
		{"HELP a b", ASKS, 2, NOTHING},
		{"PING x", FREE, 0, NOTHING},
		{"PRIVMSG bob :hi", SAYS, 1, STORES},
		{"PRIVMSG", SAYS, 1, STORES},
		{"PRIVMSG bob,BOB,cem :hi", SAYS, 2, STORES},
		{"NOTICE bob,cem :hi", SAYS, 2, STORES},
		{"TAGMSG bob,cem", SAYS, 2, STORES},
		{"KICK #den bob,cem :a,b,c", SAYS, 4, STORES},
		{"PART #a,#b,#c", SAYS, 3, STORES},
		{"MONITOR + a,b,c", ASKS, 3, NOTHING},
		{"NAMES #a,#b", ASKS, 4, NOTHING},
		{"WHOWAS a,b", ASKS, 4, NOTHING},
		{"WHOIS a,b", ASKS, 4, NOTHING},
		{"WHOIS a,b c", ASKS, 2, NOTHING},
		{"WHOIS a b,c,d", ASKS, 6, NOTHING},
		{"ISON a b c", ASKS, 3, NOTHING},
		{"ISON a :b  c ", ASKS, 3, NOTHING},
		{"USERHOST a b", ASKS, 2, NOTHING},
		{"METADATA * GET a b c", ASKS, 3, NOTHING},
		{"MODE #den +vvv a b c", SAYS, 3, STORES},
		{"SETNAME :a b c d", SAYS, 1, STORES},
	};

	expect_prices(alice_of(*state), rows, ARRAY_LEN(rows));
}

static void what_only_asks_is_paid_as_a_question(void **state)
{
	static const struct row rows[] = {
		{"MODE #den", ASKS, 1, NOTHING},       {"MODE #den b", ASKS, 1, NOTHING},
		{"MODE #den +beI", ASKS, 1, NOTHING},  {"MODE #den -b", SAYS, 1, STORES},
		{"MODE #den +bi", SAYS, 1, STORES},    {"MODE #den +b bad", SAYS, 1, STORES},
		{"TOPIC #den", ASKS, 1, NOTHING},      {"TOPIC #den :", SAYS, 1, STORES},
		{"INVITE", ASKS, 2, NOTHING},          {"INVITE bob #den", SAYS, 2, STORES},
		{"INVITELINK list", ASKS, 5, NOTHING}, {"INVITELINK #den", SAYS, 5, STORES},
		{"METADATA * LIST", ASKS, 1, NOTHING}, {"METADATA * SET a :b", SAYS, 2, STORES},
		{"METADATA * CLEAR", SAYS, 1, STORES}, {"CERT LIST", ASKS, 1, NOTHING},
		{"CERT OTHERS", ASKS, 1, NOTHING},     {"CERT TOKEN LIST", ASKS, 1, NOTHING},
		{"CERT TOKEN ADD", SAYS, 1, STORES},   {"CERT ADD LIST", SAYS, 1, STORES},
		{"CLIENTCERT LIST", ASKS, 1, NOTHING}, {"CLIENTCERT ADD", SAYS, 1, STORES},
		{"JOIN #den", ASKS, 2, NOTHING},       {"JOIN #den,#DEN", ASKS, 2, NOTHING},
		{"JOIN #other", SAYS, 2, STORES},      {"JOIN #den,#other", SAYS, 4, STORES},
		{"JOIN #den,#new", SAYS, 4, STORES},
	};

	expect_prices(alice_of(*state), rows, ARRAY_LEN(rows));
}

static void what_takes_a_device_away_is_free_and_stores(void **state)
{
	static const struct row rows[] = {
		{"CERT DEL 1", FREE, 1, STORES},
		{"CERT REVOKE", FREE, 1, STORES},
		{"CERT TOKEN DEL 1", FREE, 1, STORES},
		{"CERT ADD DEL", SAYS, 1, STORES},
		{"CLIENTCERT DELETE 1", FREE, 1, STORES},
		{"CLIENTCERT ADD DELETE", SAYS, 1, STORES},
		{"MARKREAD #den timestamp=2026-01-01T00:00:00.000Z", FREE, 0, STORES},
		{"MARKREAD #den", FREE, 0, NOTHING},
	};

	expect_prices(alice_of(*state), rows, ARRAY_LEN(rows));
}

static void before_the_login_only_questions_are_asked(void **state)
{
	static const struct row rows[] = {
		{"CERT ADD", ASKS, 1, NOTHING},
		{"JOIN #den", SAYS, 2, STORES},
		{"NICK bob", SAYS, 2, STORES},
	};

	(void)alice_of(*state);
	expect_prices(fixture_open(*state), rows, ARRAY_LEN(rows));
}

static void each_kib_that_is_said_is_paid(void **state)
{
	static const struct {
		int tags, text;
		int64_t tokens;
	} rows[] = {{0, 896, 1}, {0, 897, 2}, {896, 0, 1}, {897, 0, 2}, {1000, 1000, 3}};
	struct peer *alice = alice_of(*state);
	struct row row = {.purse = SAYS, .stores = STORES};
	char topic[1024];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf line = {0};

		if (rows[i].tags)
			buf_printf(&line, "@%0*d ", rows[i].tags, 0);
		buf_add_str(&line, "PRIVMSG bob :");
		if (rows[i].text)
			buf_printf(&line, "%0*d", rows[i].text, 0);
		row.line = buf_str(&line);
		row.tokens = rows[i].tokens;
		expect_price(alice, &row);
		buf_clear(&line);
	}
	// Of what is not said to anybody the text is not looked at.
	snprintf(topic, sizeof(topic), "TOPIC #den :%01000d", 0);
	expect_price(alice, &(struct row){topic, SAYS, 1, STORES});
}

// Opens a batch and puts n lines of so many bytes in it.
static void put_lines(struct peer *p, int n, int bytes)
{
	peer_send(p, "BATCH +x draft/multiline #den");
	for (int i = 0; i < n; i++)
		peer_send(p, "@batch=x PRIVMSG #den :%0*d", bytes, 0);
}

static void a_message_of_many_lines_is_paid_at_its_end(void **state)
{
	static const struct {
		int lines, bytes;
		int64_t tokens;
	} rows[] = {{0, 0, 1}, {1, 1, 2}, {8, 1, 3}, {12, 1, 4}, {8, 400, 5}};
	struct peer *alice = alice_of(*state);

	expect_price(alice, &(struct row){"BATCH -x", SAYS, 1, STORES});
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		put_lines(alice, rows[i].lines, rows[i].bytes);
		expect_price(alice, &(struct row){"@batch=x PRIVMSG #den :a", SAYS, 0, STORES});
		expect_price(alice, &(struct row){"PRIVMSG #den :a", SAYS, 1, STORES});
		expect_price(alice, &(struct row){"BATCH", SAYS, 1, STORES});
		expect_price(alice, &(struct row){"BATCH :", SAYS, 1, STORES});
		expect_price(alice, &(struct row){"BATCH +y draft/multiline", SAYS, 1, STORES});
		expect_price(alice, &(struct row){"BATCH -x", SAYS, rows[i].tokens, STORES});
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(each_target_and_each_word_of_a_list_is_paid),
		HUB_TEST(what_only_asks_is_paid_as_a_question),
		HUB_TEST(what_takes_a_device_away_is_free_and_stores),
		HUB_TEST(before_the_login_only_questions_are_asked),
		HUB_TEST(each_kib_that_is_said_is_paid),
		HUB_TEST(a_message_of_many_lines_is_paid_at_its_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
