// SPDX-License-Identifier: MIT
// Capabilities whose whole effect is that something more is told.
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void rename_account(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
}

static void account_notify_tells_of_an_accounts_new_name(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "account-notify"),
		    *bob = fixture_login(f, "bob", "account-notify"),
		    *cem = fixture_login(f, "cem", ""),
		    *dan = fixture_login(f, "dan", "account-notify");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_join(cem, "#den");
	fixture_skip(f);
	rename_account(f, "user rename alice anna");
	expect(alice, "alice NICK anna");
	expect(alice, "anna ACCOUNT anna");
	expect(bob, "alice NICK anna");
	expect(bob, "anna ACCOUNT anna");
	expect(cem, "alice NICK anna");
	expect_none(cem);
	expect_none(dan);
	peer_send(alice, "NICK Anna");
	expect(bob, "anna NICK Anna");
	expect(bob, "Anna ACCOUNT Anna");
}

static void those_who_watch_see_the_old_name_go_and_the_new_one_come(void **state)
{
	struct fixture *f = *state;
	struct peer *old = fixture_login(f, "bob", ""), *new = fixture_login(f, "cem", ""),
		    *more = fixture_login(f, "dan", "extended-monitor account-notify");

	(void)fixture_login(f, "alice", "");
	peer_send(old, "MONITOR + alice");
	peer_send(new, "MONITOR + anna");
	peer_send(more, "MONITOR + anna");
	fixture_skip(f);
	rename_account(f, "user rename alice anna");
	expect(old, "server 731 bob :alice");
	expect_none(old);
	expect(new, "server 730 cem :anna!*");
	expect_none(new);
	expect(more, "server 730 dan :anna!*");
	expect(more, "anna ACCOUNT anna");
	expect_none(more);
}

static void account_tag_and_oper_tag_name_who_speaks(void **state)
{
	struct fixture *f = *state;
	struct peer *root, *bob = fixture_login(f, "bob", "account-tag draft/oper-tag"),
			   *cem = fixture_login(f, "cem", "");

	fixture_admin_account(f, "root");
	root = fixture_login(f, "root", "");
	peer_send(root, "PRIVMSG bob :hello");
	expect(bob, "@account=root;draft/oper=root root PRIVMSG bob :hello");
	peer_send(cem, "PRIVMSG bob :hello");
	expect(bob, "@account=cem;!draft/oper cem PRIVMSG bob :hello");
	peer_send(root, "PRIVMSG cem :hello");
	expect(cem, "@!account;!draft/oper root PRIVMSG cem :hello");
}

static void extended_isupport_stands_in_a_batch_also_before_the_login(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	peer_send(p, "CAP LS 302");
	peer_send(p, "CAP REQ :batch draft/extended-isupport");
	peer_skip(p);
	peer_send(p, "ISUPPORT");
	expect(p, "server BATCH +* draft/isupport");
	assert_non_null(strstr(peer_next(p), " 005 * "));
	expect_later(p, "server BATCH -*");
	expect_none(p);
}

static void standard_replies_say_what_no_numeric_says(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "standard-replies");

	peer_send(p, "CERT DANCE");
	expect(p, "server FAIL CERT INVALID_SUBCOMMAND DANCE :*");
	peer_send(p, "SETNAME :");
	expect(p, "server FAIL SETNAME INVALID_REALNAME :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(account_notify_tells_of_an_accounts_new_name),
		HUB_TEST(those_who_watch_see_the_old_name_go_and_the_new_one_come),
		HUB_TEST(account_tag_and_oper_tag_name_who_speaks),
		HUB_TEST(extended_isupport_stands_in_a_batch_also_before_the_login),
		HUB_TEST(standard_replies_say_what_no_numeric_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
