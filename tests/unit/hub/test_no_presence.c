// SPDX-License-Identifier: MIT
// Sessions that only send: nobody sees by them that their account is here.
#include "server/hub/people/account.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NO_PRESENCE "snug.chat/no-presence"

static struct peer *by_token(struct fixture *f, const char *words)
{
	struct admin_answer *a;
	struct peer *p = fixture_open(f);

	fixture_account(f, "bob");
	a = fixture_verb(f, words, NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	peer_send(p, "PASS :" SPAN_FMT, SPAN_ARG(a->plain));
	peer_send(p, "NICK bob");
	peer_send(p, "USER robot 0 * :A machine");
	expect_later(p, "server 001 bob :*");
	peer_skip(p);
	admin_answer_free(a);
	return p;
}

static struct peer *watcher(struct fixture *f)
{
	struct peer *alice = fixture_login(f, "alice", "away-notify extended-monitor chghost");

	peer_send(alice, "MONITOR + bob");
	expect(alice, "server 731 alice :bob");
	return alice;
}

static void a_token_may_be_for_sending_only(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = watcher(f),
		    *bot = by_token(f, "user token add bob ci --no-presence");

	expect_none(alice);
	peer_send(bot, "PRIVMSG alice :green");
	expect(alice, "bob PRIVMSG alice :green");
	peer_close(bot);
	expect_none(alice);
	bot = by_token(f, "user token add bob room-bot");
	expect(alice, "server 730 alice :bob!*");
}

static void the_list_of_tokens_says_which(void **state)
{
	struct fixture *f = *state;
	struct admin_answer *a;

	(void)by_token(f, "user token add bob ci --no-presence --rate 30/m");
	fixture_restart(f, false);
	a = fixture_verb(f, "user token list bob", NULL);
	assert_int_equal(a->n_rows, 1);
	assert_true(span_eq(a->columns[a->n_columns - 3], SPAN("presence")));
	assert_true(span_eq(a->cells[a->n_columns - 3].text, SPAN("no")));
	assert_true(span_eq(a->cells[a->n_columns - 4].text, SPAN("30/m")));
	admin_answer_free(a);
}

static void the_person_stays_who_and_as_far_as_they_are(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = watcher(f), *bob = fixture_login(f, "bob", ""), *script;

	peer_send(bob, "AWAY :at lunch");
	peer_skip(alice);
	script = fixture_login(f, "bob", NO_PRESENCE);
	expect_none(alice);
	peer_send(script, "AWAY :no");
	peer_send(script, "AWAY");
	expect_none(alice);
	peer_send(alice, "WHOIS bob");
	expect_later(alice, "server 301 alice bob :at lunch");
	peer_skip(alice);
	peer_close(bob);
	expect(alice, "server 731 alice :bob");
	peer_close(script);
	expect_none(alice);
}

static void its_name_of_user_is_nobodys_matter(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = watcher(f);

	(void)fixture_login(f, "bob", "");
	peer_skip(alice);
	(void)by_token(f, "user token add bob ci --no-presence");
	expect_none(alice);
	assert_string_equal(fixture_account(f, "bob")->realname, "bob");
}

static void who_was_seen_to_come_is_seen_to_go(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = fixture_login(f, "bob", "");

	peer_send(bob, "CAP REQ :" NO_PRESENCE);
	expect(bob, "server CAP bob NAK :" NO_PRESENCE);
	bob = fixture_login(f, "bob", NO_PRESENCE);
	peer_send(bob, "CAP REQ :-" NO_PRESENCE);
	expect(bob, "server CAP bob NAK :-" NO_PRESENCE);
}

static void nobody_is_counted_who_is_not_seen(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	(void)fixture_login(f, "bob", NO_PRESENCE);
	peer_send(alice, "LUSERS");
	expect(alice, "server 251 alice :There are 1 users *");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_token_may_be_for_sending_only),
		HUB_TEST(the_list_of_tokens_says_which),
		HUB_TEST(the_person_stays_who_and_as_far_as_they_are),
		HUB_TEST(its_name_of_user_is_nobodys_matter),
		HUB_TEST(who_was_seen_to_come_is_seen_to_go),
		HUB_TEST(nobody_is_counted_who_is_not_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
