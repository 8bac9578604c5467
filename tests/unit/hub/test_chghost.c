// SPDX-License-Identifier: MIT
// The name between '!' and '@' is that of the newest login; CHGHOST tells who asked for it.
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct peer *login_with_user(struct fixture *f, const char *user)
{
	struct peer *p = fixture_open(f);

	peer_send(p, "PASS :alice:" FIXTURE_PASSWORD);
	peer_send(p, "NICK alice");
	peer_send(p, "USER %s 0 * :Alice", user);
	expect_later(p, "server 001 alice :*");
	return p;
}

static void another_device_with_another_user_changes_it_before_all_eyes(void **state)
{
	struct fixture *f = *state;
	struct peer *knows = fixture_login(f, "bob", "chghost"),
		    *plain = fixture_login(f, "cem", ""),
		    *watches = fixture_login(f, "dan", "chghost extended-monitor"),
		    *stranger = fixture_login(f, "eve", "chghost"), *alice;

	alice = fixture_login(f, "alice", "chghost");
	peer_join(alice, "#den");
	peer_join(knows, "#den");
	peer_join(plain, "#den");
	peer_send(watches, "MONITOR + alice");
	fixture_skip(f);
	(void)login_with_user(f, "phone");
	expect(knows, "alice CHGHOST phone chat.test");
	expect(alice, "alice CHGHOST phone chat.test");
	expect(watches, "alice CHGHOST phone chat.test");
	expect_none(plain);
	expect_none(stranger);
	peer_send(alice, "PRIVMSG #den :hello");
	assert_non_null(strstr(peer_next(knows), ":alice!phone@chat.test PRIVMSG"));
	(void)login_with_user(f, "phone");
	expect_none(knows);
}

static void the_old_name_is_the_source(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = fixture_login(f, "bob", "chghost"), *alice;

	fixture_account(f, "alice");
	alice = login_with_user(f, "desk");
	peer_join(alice, "#den");
	peer_join(bob, "#den");
	(void)login_with_user(f, "phone");
	assert_string_equal(peer_next(bob), ":alice!desk@chat.test CHGHOST phone chat.test");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(another_device_with_another_user_changes_it_before_all_eyes),
		HUB_TEST(the_old_name_is_the_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
