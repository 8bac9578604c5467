// SPDX-License-Identifier: MIT
// What hides or turns text comes in by no command but messages, and nobody is shown it.
#include "common/utf8.h"
#include "server/hub/people/account.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/room.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// U+202E: it may not stand anywhere.
#define BAD "\u202e"

// Each says or sets a text that others are told, and is refused so.
static const struct {
	const char *line, *answer;
} ways[] = {
	{"TOPIC #den :tea" BAD, "server FAIL TOPIC INVALID_TEXT :U+202E *"},
	{"KICK #den bob :tea" BAD, "server FAIL KICK INVALID_TEXT :U+202E *"},
	{"PART #den :tea" BAD, "server FAIL PART INVALID_TEXT :U+202E *"},
	{"AWAY :tea" BAD, "server FAIL AWAY INVALID_TEXT :U+202E *"},
	{"KNOCK #closed :tea" BAD, "server FAIL KNOCK INVALID_TEXT :U+202E *"},
	{"RENAME #den #lair :tea" BAD, "server FAIL RENAME INVALID_TEXT :U+202E *"},
	{"RENAME #den #la" BAD "ir", "server FAIL RENAME CANNOT_RENAME #den * :*"},
	{"KILL bob :tea" BAD, "server FAIL KILL INVALID_TEXT :U+202E *"},
	{"KLINE bob :tea" BAD, "server FAIL KLINE INVALID_TEXT :U+202E *"},
	{"KLINE b" BAD "ob :tea", "server NOTICE ann :KLINE wants an account, *"},
	{"WALLOPS :tea" BAD, "server FAIL WALLOPS INVALID_TEXT :U+202E *"},
	{"REDACT #den 1k83mrnjbm7j8 :tea" BAD, "server FAIL REDACT INVALID_TEXT :U+202E *"},
	{"SETNAME :tea" BAD, "server FAIL SETNAME INVALID_REALNAME :*"},
	{"METADATA * SET color :tea" BAD, "server FAIL METADATA VALUE_INVALID :*"},
	{"METADATA #den SET color :tea" BAD, "server FAIL METADATA VALUE_INVALID :*"},
	{"MODE #den +k tea" BAD, "server 696 ann #den k * :*"},
	{"MODE #den +b tea" BAD, "server 696 ann #den b * :*"},
	{"JOIN #te" BAD "a", "server 476 ann * :*"},
	{"PRIVMSG ChanServ :TOPIC #den tea" BAD, "server FAIL TOPIC INVALID_TEXT :U+202E *"},
};

struct den {
	struct fixture *f;
	struct peer *ann, *bob;
};

static void fill(struct den *d, struct fixture *f)
{
	d->f = f;
	(void)fixture_admin_account(f, "ann");
	d->ann = fixture_login(f, "ann",
			       "standard-replies draft/metadata-2 draft/channel-rename");
	d->bob = fixture_login(f, "bob", "away-notify setname draft/metadata-2");
	peer_join(d->bob, "#closed");
	peer_send(d->bob, "MODE #closed +i");
	peer_join(d->ann, "#den");
	peer_join(d->bob, "#den");
	peer_send(d->ann, "METADATA * SUB color");
	peer_send(d->bob, "METADATA * SUB color");
	fixture_skip(f);
}

// Proves P7.
static void every_way_in_refuses_it_aloud(void **state)
{
	struct den d;

	fill(&d, *state);
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		peer_send(d.ann, "%s", ways[i].line);
		expect_later(d.ann, ways[i].answer);
		expect_none(d.bob);
	}
}

// Whoever goes is not kept, whoever comes is not kept out: only the text is.
static void coming_and_going_do_without_it(void **state)
{
	struct peer *cleo;
	struct den d;

	fill(&d, *state);
	cleo = fixture_open(d.f);
	(void)fixture_account(d.f, "cleo");
	peer_send(cleo, "PASS :cleo:" FIXTURE_PASSWORD);
	peer_send(cleo, "NICK cleo");
	peer_send(cleo, "USER cleo 0 * :tea" BAD);
	expect_later(cleo, "server 001 cleo :*");
	assert_string_equal(account_find(d.f->hub, SPAN("cleo"))->realname, "cleo");
	peer_join(cleo, "#den");
	peer_send(cleo, "QUIT :tea" BAD);
	expect(d.bob, "cleo QUIT :Quit");
}

static void the_shell_refuses_it_too(void **state)
{
	static const char *const verbs[] = {
		"room set #den --topic tea" BAD,
		"room add #lair --topic tea" BAD,
		"user disable bob --reason tea" BAD,
		"invite add --note tea" BAD,
		"token add bob tea" BAD,
		"token add bob --label tea" BAD,
		"ban add 10.0.0.1 --reason tea" BAD,
		"room ban #den bob --reason tea" BAD,
		"room ban #den b" BAD "ob",
		"room set #den --key tea" BAD,
		"room rename #den #te" BAD "a",
	};
	struct den d;

	fill(&d, *state);
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		struct admin_answer *a = fixture_verb(d.f, verbs[i], NULL);

		if (a->code == ADMIN_DONE)
			fail_msg("was done: %s", verbs[i]);
		admin_answer_free(a);
		expect_none(d.bob);
	}
}

static void formatting_stands_in_topics_and_reasons_alone(void **state)
{
	struct den d;

	fill(&d, *state);
	peer_send(d.ann, "TOPIC #den :\x02tea\x02");
	expect(d.bob, "ann TOPIC #den :\x02tea\x02");
	peer_send(d.bob, "PART #den :\x1dgone");
	expect(d.bob, "bob PART #den :\x1dgone");
	peer_send(d.bob, "SETNAME :\x02"
			 "bob");
	expect(d.bob, "server FAIL SETNAME INVALID_REALNAME :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(every_way_in_refuses_it_aloud),
		HUB_TEST(coming_and_going_do_without_it),
		HUB_TEST(the_shell_refuses_it_too),
		HUB_TEST(formatting_stands_in_topics_and_reasons_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
