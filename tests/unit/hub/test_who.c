// SPDX-License-Identifier: MIT
#include "server/hub/people/account.h"
#include "server/hub/rooms/ban.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void who_tells_of_a_room_a_name_and_a_mask(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "AWAY :lunch");
	fixture_skip(f);
	peer_send(bob, "WHO #den");
	expect(bob, "server 352 bob #den alice chat.test chat.test alice G@ :0 *");
	expect(bob, "server 352 bob #den bob chat.test chat.test bob H :0 *");
	expect(bob, "server 315 bob #den :*");
	peer_send(bob, "WHO ALICE");
	expect(bob, "server 352 bob * alice chat.test chat.test alice G :0 *");
	expect(bob, "server 315 bob ALICE :*");
	peer_send(bob, "WHO a*");
	expect(bob, "server 352 bob * alice chat.test chat.test alice G :0 *");
	expect(bob, "server 315 bob a* :*");
	peer_send(bob, "WHO nobody");
	expect(bob, "server 315 bob nobody :*");
}

static void whox_gives_the_fields_in_its_own_order(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	fixture_skip(f);
	peer_send(bob, "WHO alice %%rnat,42");
	expect(bob, "server 354 bob 42 alice alice :*");
	expect(bob, "server 315 bob alice :*");
	peer_send(bob, "WHO #den %%tcuihsnfdlaor,7");
	expect(bob, "server 354 bob 7 #den alice 255.255.255.255 chat.test chat.test alice H@ "
		    "0 * alice n/a :*");
	expect(bob, "server 315 bob #den :*");
}

static void who_by_mask_does_not_tell_of_the_invisible(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_send(alice, "MODE alice +i");
	peer_send(bob, "WHO a*");
	expect(bob, "server 315 bob a* :*");
	peer_send(bob, "WHO alice");
	expect(bob, "server 352 bob * alice * * alice H :*");
}

static void only_administrators_when_asked_for_them(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	fixture_account(f, "alice")->role = ROLE_ADMIN;
	peer_send(alice, "OPER alice :" FIXTURE_PASSWORD);
	expect(alice, "alice MODE alice +o");
	expect(alice, "server 381 alice :*");
	peer_send(bob, "WHO * o");
	expect(bob, "server 352 bob * alice * * alice H* :*");
	expect(bob, "server 315 bob * :*");
}

static void whois_tells_what_one_may_know(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(alice, "#secret");
	peer_send(alice, "MODE #secret +s");
	fixture_skip(f);
	peer_send(bob, "WHOIS alice");
	expect(bob, "server 311 bob alice alice chat.test * :*");
	expect(bob, "server 319 bob alice :@#den");
	expect(bob, "server 312 bob alice chat.test :*");
	expect(bob, "server 330 bob alice alice :*");
	expect(bob, "server 671 bob alice :*");
	expect(bob, "server 317 bob alice * * :*");
	expect(bob, "server 318 bob alice :*");
	peer_send(alice, "WHOIS chat.test alice");
	expect_later(alice, "server 319 alice alice :@#den @#secret");
	expect_later(alice, "server 378 alice alice :*");
	peer_send(bob, "WHOIS nobody");
	expect(bob, "server 401 bob nobody :*");
	expect(bob, "server 318 bob nobody :*");
}

static void who_left_is_remembered(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_close(bob);
	peer_send(alice, "WHOWAS bob");
	expect(alice, "server 314 alice bob bob chat.test * :*");
	expect(alice, "server 312 alice bob chat.test :*");
	expect(alice, "server 369 alice bob :*");
	peer_send(alice, "WHOWAS nobody");
	expect(alice, "server 406 alice nobody :*");
	expect(alice, "server 369 alice nobody :*");
}

static void ison_and_userhost_tell_who_is_here(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_send(bob, "AWAY :x");
	fixture_skip(f);
	peer_send(alice, "ISON :bob nobody Alice");
	expect(alice, "server 303 alice :bob alice");
	peer_send(alice, "USERHOST bob alice nobody");
	expect(alice, "server 302 alice :bob=-bob@chat.test alice=+alice@chat.test");
}

static void the_counts_of_the_burst_have_who_enters(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login_loud(f, "alice", "");

	expect_later(alice, "server 251 alice :There are 1 users and 0 invisible on 1 servers");
	expect_later(alice, "server 255 alice :I have 1 clients and 0 servers");
	expect_later(alice, "server 265 alice 1 1 :*");
	alice = fixture_login_loud(f, "alice", "");
	expect_later(alice, "server 266 alice 1 1 :*");
}

static void the_server_tells_about_itself(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_send(alice, "VERSION");
	expect(alice, "server 351 alice * chat.test :*");

	peer_skip(alice);
	peer_send(alice, "LUSERS");
	expect(alice, "server 251 alice :There are 1 users and 0 invisible on 1 servers");
	expect_later(alice, "server 265 alice 1 1 :*");
	peer_skip(alice);
	peer_send(alice, "TIME");
	expect(alice, "server 391 alice chat.test * 0 :*");
	peer_send(alice, "LINKS");
	expect(alice, "server 365 alice * :*");
	peer_send(alice, "HELP join");
	expect(alice, "server 704 alice JOIN :*");
	expect(alice, "server 705 alice JOIN :*");
	expect_later(alice, "server 706 alice JOIN :*");
	peer_send(alice, "HELP nonsense");
	expect(alice, "server 524 alice nonsense :*");
	peer_send(alice, "ADMIN");
	expect(alice, "server 256 alice chat.test :*");
}

static void whoever_asks_is_told_the_message_of_the_day(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	f->hub->config.motd = SPAN("");
	peer_send(alice, "MOTD");
	expect(alice, "server 422 alice :*");
	f->hub->config.motd = SPAN("one\n\ntwo");
	peer_send(alice, "MOTD");
	expect(alice, "server 375 alice :*");
	expect(alice, "server 372 alice :- one");
	expect(alice, "server 372 alice :- ");
	expect(alice, "server 372 alice :- two");
	expect(alice, "server 376 alice :*");
	expect_none(alice);
}

// What there is none of has no line.
static void nobody_is_not_counted(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_send(alice, "LUSERS");
	expect(alice, "server 251 alice :*");
	expect(alice, "server 255 alice :*");
}

// They are counted when one has come or gone, not for each who asks.
static void rooms_are_counted_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	peer_send(alice, "LUSERS");
	expect_later(alice, "server 254 alice 1 :*");
	assert_int_equal(f->hub->n_listed, 1);
	f->hub->n_listed = 41;
	peer_send(alice, "LUSERS");
	expect_later(alice, "server 254 alice 41 :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(who_tells_of_a_room_a_name_and_a_mask),
		HUB_TEST(whox_gives_the_fields_in_its_own_order),
		HUB_TEST(who_by_mask_does_not_tell_of_the_invisible),
		HUB_TEST(only_administrators_when_asked_for_them),
		HUB_TEST(whois_tells_what_one_may_know),
		HUB_TEST(who_left_is_remembered),
		HUB_TEST(ison_and_userhost_tell_who_is_here),
		HUB_TEST(the_counts_of_the_burst_have_who_enters),
		HUB_TEST(the_server_tells_about_itself),
		HUB_TEST(whoever_asks_is_told_the_message_of_the_day),
		HUB_TEST(nobody_is_not_counted),
		HUB_TEST(rooms_are_counted_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
