// SPDX-License-Identifier: MIT
// Invitations to rooms (snug.chat/invited): kept for who was not here, thrown away by DECLINE.
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define INVITED "snug.chat/invited"

static struct peer *back(struct fixture *f, const char *name, const char *caps)
{
	struct peer *p = fixture_login_loud(f, name, caps);

	expect_later(p, "server 422 * :*");
	return p;
}

static void a_login_brings_what_is_open(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob;

	(void)fixture_account(f, "bob");
	peer_join(alice, "#den");
	peer_join(alice, "#ops");
	peer_send(alice, "MODE #den +si");
	peer_send(alice, "INVITE bob #den");
	fixture_restart(f, false);
	bob = back(f, "bob", INVITED);
	expect(bob, "server INVITED #den alice 2026-01-01T*Z");
	expect(bob, "server INVITED *");
	expect_none(bob);
	// Used is used, and who did not ask hears nothing.
	peer_send(bob, "JOIN #den");
	bob = back(f, "bob", INVITED);
	expect_later(bob, "server INVITED *");
	alice = fixture_login(f, "alice", "");
	peer_send(alice, "INVITE bob #ops");
	peer_skip(bob);
	bob = back(f, "bob", "");
	for (const char *line; (line = peer_next(bob));)
		assert_null(strstr(line, "INVITED"));
}

static void what_is_declined_is_gone_on_all_devices_and_nobody_is_told(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "invite-notify"),
		    *desk = fixture_login(f, "bob", INVITED),
		    *phone = fixture_login(f, "bob", INVITED),
		    *other = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +i");
	peer_send(alice, "INVITE bob #den");
	fixture_skip(f);
	peer_send(desk, "DECLINE #DEN");
	expect(desk, "server DECLINE #den");
	expect(phone, "server DECLINE #den");
	expect_none(other);
	expect_none(alice);
	peer_send(desk, "DECLINE #den");
	expect(desk, "server FAIL DECLINE NOT_INVITED #den :*");
	peer_send(desk, "JOIN #den");
	expect(desk, "server 473 bob #den :*");
	fixture_restart(f, false);
	desk = back(f, "bob", INVITED);
	expect(desk, "server INVITED *");
	peer_send(other = fixture_login(f, "bob", ""), "DECLINE #den");
	expect(other, "server 421 bob DECLINE :*");
}

static void a_room_that_nobody_invited_to_is_as_none(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""),
		    *bob = fixture_login(f, "bob", INVITED);

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +s");
	peer_send(bob, "DECLINE #den");
	expect(bob, "server FAIL DECLINE NOT_INVITED #den :*");
	peer_send(bob, "DECLINE #nowhere");
	expect(bob, "server FAIL DECLINE NOT_INVITED #nowhere :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_login_brings_what_is_open),
		HUB_TEST(what_is_declined_is_gone_on_all_devices_and_nobody_is_told),
		HUB_TEST(a_room_that_nobody_invited_to_is_as_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
