// SPDX-License-Identifier: MIT
// Names that are easily taken for others (common/alike.h): refused, or given when it is meant.
#include "server/hub/rooms/room.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void expect_verb(struct fixture *f, const char *words, enum admin_code code)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != code)
		fail_msg("%s: %d, %.*s", words, a->code, (int)a->words.len, a->words.at);
	admin_answer_free(a);
}

// Proves B22.
static void a_room_that_looks_like_one_that_is_seen_is_not_made(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#general");
	peer_send(alice, "JOIN #gener\u0430l");
	expect(alice,
	       "server 476 alice #gener\u0430l :The name looks like that of #general: *");
	peer_send(alice, "JOIN #GENERA1");
	expect(alice, "server 476 alice #GENERA1 :The name looks like that of #general: *");
	expect_none(alice);
	peer_join(alice, "#generic");
	peer_send(alice, "RENAME #generic #genera\u217c :x");
	expect(alice, "server FAIL RENAME CANNOT_RENAME #generic #genera\u217c :*#general");
	peer_send(alice, "RENAME #general #gener\u0430l :x"); // its own
	expect(alice, "alice PART #general :x");
	assert_non_null(room_find(f->hub, SPAN("#gener\u0430l")));
}

// By asking for look-alikes nobody learns of a hidden room.
static void a_hidden_room_is_no_reason(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *eve = fixture_login(f, "eve", "");

	peer_join(alice, "#plans");
	peer_send(alice, "MODE #plans +s");
	fixture_skip(f);
	peer_send(eve, "JOIN #p1ans");
	expect(eve, "eve JOIN #p1ans");
	peer_send(alice, "JOIN #pIans"); // alice sees it
	expect(alice, "server 476 alice #pIans :The name looks like that of #plans: *");
	peer_send(alice, "MODE #plans -s");
	fixture_restart(f, false);
	eve = fixture_login(f, "eve", "");
	fixture_skip(f);
	peer_send(eve, "JOIN #p\u217cans");
	expect(eve, "server 476 eve #p\u217cans :*");
}

// Proves B22.
static void an_account_that_looks_like_another_is_not_made(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", ""), *eve;

	eve = fixture_open(f);
	peer_send(eve, "CAP REQ :draft/account-registration");
	peer_send(eve, "NICK x");
	peer_skip(eve);
	peer_send(eve, "REGISTER aIice * :" FIXTURE_PASSWORD);
	expect(eve, "server FAIL REGISTER BAD_ACCOUNT_NAME aIice :The name looks like one that "
		    "is taken: choose another");
	peer_send(eve, "REGISTER alice * :" FIXTURE_PASSWORD);
	expect(eve, "server FAIL REGISTER ACCOUNT_EXISTS alice :*");
	fixture_account(f, "aiicia");
	fixture_account(f, "alicla");
	peer_send(p, "NICK ALICE");
	expect(p, "alice NICK ALICE");
	p = fixture_login(f, "aiicia", "");
	peer_send(p, "NICK aIicia");
	expect(p, "aiicia NICK aIicia");
	p = fixture_login(f, "alicla", "");
	peer_send(p, "NICK aIicia");
	expect(p, "server 433 alicla aIicia :*");
}

static void ones_own_letters_in_another_case_may_look_like_anothers(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	fixture_account(f, "alice");
	fixture_account(f, "aiice");
	p = fixture_login(f, "aiice", "");
	peer_send(p, "NICK aIice");
	expect(p, "server 432 aiice :*looks like that of another account*");
	expect_none(p);
	expect_verb(f, "user rename aiice aIice", ADMIN_UNCONFIRMED);
	expect_verb(f, "user rename aiice aIice --confirm aIice", ADMIN_DONE);
}

static void an_administrator_gives_such_a_name_when_it_is_meant(void **state)
{
	struct fixture *f = *state;

	fixture_account(f, "alice");
	fixture_account(f, "bob");
	expect_verb(f, "user add a1ice --no-password", ADMIN_UNCONFIRMED);
	expect_verb(f, "user add a1ice --no-password --confirm alice", ADMIN_UNCONFIRMED);
	expect_verb(f, "user add a1ice --no-password --confirm a1ice", ADMIN_DONE);
	expect_verb(f, "user rename bob B0B", ADMIN_DONE); // its own
	expect_verb(f, "user rename B0B aIice", ADMIN_UNCONFIRMED);
	expect_verb(f, "user delete alice --confirm alice", ADMIN_DONE);
	expect_verb(f, "user delete a1ice --confirm a1ice", ADMIN_DONE);
	expect_verb(f, "user rename B0B aIice", ADMIN_DONE);
	expect_verb(f, "room add #den --private", ADMIN_DONE);
	expect_verb(f, "room add #d\u0435n", ADMIN_UNCONFIRMED);
	expect_verb(f, "room add yard", ADMIN_DONE);
	expect_verb(f, "room set yard --name d\u0435n", ADMIN_UNCONFIRMED);
	expect_verb(f, "room set yard --name d\u0435n --confirm #d\u0435n", ADMIN_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_room_that_looks_like_one_that_is_seen_is_not_made),
		HUB_TEST(a_hidden_room_is_no_reason),
		HUB_TEST(an_account_that_looks_like_another_is_not_made),
		HUB_TEST(ones_own_letters_in_another_case_may_look_like_anothers),
		HUB_TEST(an_administrator_gives_such_a_name_when_it_is_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
