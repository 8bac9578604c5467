// SPDX-License-Identifier: MIT
// Bridges relay (draft/relaymsg), and bots are marked as what they are.
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CAPS "message-tags account-tag draft/relaymsg batch"

static void verb(struct fixture *f, const char *words, enum admin_code code)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != code)
		fail_msg("%s: " SPAN_FMT, words, SPAN_ARG(a->words));
	admin_answer_free(a);
}

// bridge in #den, of its class.
static struct peer *bridge(struct fixture *f, const char *caps)
{
	struct peer *p = fixture_login(f, "matrix", caps);

	verb(f, "user set matrix --class bridge", ADMIN_DONE);
	peer_join(p, "#den");
	return p;
}

static void a_bridge_says_it_by_the_name_of_who_said_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS),
		    *bob = fixture_login(f, "bob", "message-tags");
	struct peer *p;

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	p = bridge(f, CAPS " echo-message");
	peer_send(p, "CAP LS 302");
	expect_later(p, "server CAP matrix LS * :*draft/relaymsg=/*");
	fixture_skip(f);
	peer_send(p, "RELAYMSG #den J\xc3\xbcrgen/m :hello there");
	expect(p,
	       "@account=matrix;bot;draft/relaymsg=matrix J\xc3\xbcrgen/m PRIVMSG #den :hello there");
	expect(alice,
	       "@account=matrix;bot;draft/relaymsg=matrix J\xc3\xbcrgen/m PRIVMSG #den :hello there");
	expect(bob, "@bot;!draft/relaymsg J\xc3\xbcrgen/m PRIVMSG #den :hello there");
	peer_send(p, "PRIVMSG #den :mine");
	expect_later(alice, "@!draft/relaymsg matrix PRIVMSG #den mine");
}

static void the_name_is_in_history_too(void **state)
{
	struct fixture *f = *state;
	struct peer *p = bridge(f, CAPS);

	peer_send(p, "RELAYMSG #den ann/m :hello");
	fixture_restart(f, true);
	p = fixture_login(f, "matrix", CAPS " draft/chathistory");
	peer_send(p, "CHATHISTORY LATEST #den * 5");
	expect_later(p, "@draft/relaymsg=matrix ann/m PRIVMSG #den hello");
}

static void an_id_makes_it_one(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *p;

	peer_join(alice, "#den");
	p = bridge(f, CAPS " snug.chat/exactly-once");
	fixture_skip(f);
	peer_send(p, "@snug.chat/id=a RELAYMSG #den ann/m :once");
	peer_send(p, "@snug.chat/id=a RELAYMSG #den ann/m :once");
	expect(alice, "ann/m PRIVMSG #den once");
	expect_none(alice);
}

static void names_that_could_be_somebody_else_are_refused(void **state)
{
	static const char *const bad[] = {"ann",  "/m",    "ann/",           "a!b/m", "a@b/m",
					  "a*/m", "a,b/m", "#a/m",           "a:b/m", "~a/m",
					  "@a/m", "a.b/m", "a\xe2\x80\x8b/m"};
	struct fixture *f = *state;
	struct peer *p = bridge(f, CAPS " standard-replies");

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		peer_send(p, "RELAYMSG #den %s :hello", bad[i]);
		expect(p, "server FAIL RELAYMSG INVALID_NICK * :*");
	}
	peer_send(p, "RELAYMSG #den %065d/m :hello", 7);
	expect(p, "server FAIL RELAYMSG INVALID_NICK * :*");
	expect_none(p);
}

static void only_a_bridge_that_is_a_member_relays(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS " standard-replies"), *p;

	peer_join(alice, "#den");
	peer_send(alice, "RELAYMSG #den ann/m :hello");
	expect(alice, "server FAIL RELAYMSG PRIVS_NEEDED #den *");
	peer_join(alice, "#yard");
	p = bridge(f, CAPS " standard-replies");
	peer_skip(p);
	peer_send(p, "RELAYMSG #yard ann/m :hello");
	expect(p, "server 442 matrix #yard *");
	peer_send(p, "RELAYMSG #nowhere ann/m :hello");
	expect(p, "server 403 matrix #nowhere *");
	peer_send(p, "RELAYMSG alice ann/m :hello");
	expect(p, "server 403 matrix alice *");
	peer_send(p, "RELAYMSG #den ann/m :");
	expect(p, "server 412 matrix *");
	peer_send(alice, "MODE #den +m");
	peer_skip(p);
	peer_send(p, "RELAYMSG #den ann/m :hello");
	expect(p, "server 404 matrix #den *");
	peer_send(p, "CAP REQ -draft/relaymsg");
	peer_skip(p);
	peer_send(p, "RELAYMSG #den ann/m :hello");
	expect(p, "server 421 matrix RELAYMSG *");
}

static void what_does_not_fit_with_the_longer_name_is_refused(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "message-tags"), *p;
	char text[500];

	peer_join(alice, "#den");
	p = bridge(f, CAPS);
	fixture_skip(f);
	memset(text, 'x', sizeof(text));
	text[450] = '\0';
	peer_send(p, "RELAYMSG #den a-very-long-name-indeed-of-somebody/m :%s", text);
	peer_send(p, "RELAYMSG #den a/m :%s", text);
	expect(p, "server 417 matrix :*");
	expect(alice, "a/m PRIVMSG #den $text");
	assert_string_equal(fixture_var(f, "text"), text);
}

static void a_bot_is_marked_and_cannot_take_the_mark_off(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "message-tags"), *p;

	admin_answer_free(
		fixture_verb(f, "user add robby --bot --password-stdin", FIXTURE_PASSWORD));
	p = fixture_login(f, "robby", "message-tags");
	peer_join(alice, "#den");
	peer_join(p, "#den");
	peer_send(p, "MODE robby -B");
	peer_send(p, "WHOIS robby");
	expect_later(p, "server 335 robby robby *");
	fixture_skip(f);
	peer_send(p, "PRIVMSG #den :hi");
	expect(alice, "@bot robby PRIVMSG #den hi");
	fixture_restart(f, true);
	(void)fixture_login(f, "robby", "");
	p = fixture_login(f, "alice", "message-tags");
	peer_send(p, "WHO robby");
	expect_later(p, "server 352 alice * * * * robby *B* :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_bridge_says_it_by_the_name_of_who_said_it),
		HUB_TEST(the_name_is_in_history_too),
		HUB_TEST(an_id_makes_it_one),
		HUB_TEST(names_that_could_be_somebody_else_are_refused),
		HUB_TEST(only_a_bridge_that_is_a_member_relays),
		HUB_TEST(what_does_not_fit_with_the_longer_name_is_refused),
		HUB_TEST(a_bot_is_marked_and_cannot_take_the_mark_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
