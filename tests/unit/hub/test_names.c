// SPDX-License-Identifier: MIT
#include "server/hub/people/account.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/member.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void names_are_those_who_are_here(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");
	struct peer *carol = fixture_login(f, "carol", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_close(bob);
	fixture_skip(f);
	peer_send(carol, "NAMES #den");
	expect(carol, "server 353 carol = #den :@alice");
	expect(carol, "server 366 carol #den :*");
	peer_send(carol, "LIST");
	expect(carol, "server 321 carol Channel :*");
	expect(carol, "server 322 carol #den 1 :");
	expect(carol, "server 323 carol :*");
}

static void who_asks_hears_of_members_who_are_not_here(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "snug.chat/absent");
	struct peer *bob = fixture_login(f, "bob", ""), *root;

	fixture_admin_account(f, "root");
	root = fixture_login(f, "root", "snug.chat/absent");
	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "MODE #den +v bob");
	peer_close(bob);
	peer_join(fixture_login(f, "carol", ""), "#den");
	admin_answer_free(fixture_verb(f, "user add dora --no-password", NULL));
	admin_answer_free(fixture_verb(f, "room grant den dora", NULL));
	admin_answer_free(fixture_verb(f, "user add eve --no-password", NULL));
	admin_answer_free(fixture_verb(f, "room grant den eve", NULL));
	admin_answer_free(fixture_verb(f, "user disable eve", NULL));
	fixture_skip(f);
	peer_send(alice, "NAMES #den");
	expect(alice, "server 353 alice = #den :@alice carol");
	expect(alice, "server ABSENT #den :+bob @dora");
	expect(alice, "server 366 alice #den :*");
	// Who is no member, also with the rights of an administrator, hears what was ever said.
	peer_skip(root);
	peer_send(root, "NAMES #den");
	expect(root, "server 353 root = #den :@alice carol");
	expect(root, "server 366 root #den :*");
	bob = fixture_login(f, "bob", "");
	peer_skip(bob);
	peer_send(bob, "NAMES #den");
	expect(bob, "server 353 bob = #den :*");
	expect(bob, "server 366 bob #den :*");
}

static void all_who_are_absent_are_told_of_in_lines_that_fit_but_of_a_large_room(void **state)
{
	struct fixture *f = *state;
	struct hub_config config = fixture_config();
	struct peer *alice = fixture_login(f, "alice", "snug.chat/absent");
	size_t n = 0;
	const char *line;

	peer_join(alice, "#den");
	for (int i = 0; i < 60; i++) {
		char name[40];

		(void)snprintf(name, sizeof(name), "somebody_with_a_long_name_%d", i);
		(void)member_join(room_find(f->hub, SPAN("#den")),
				  account_new(f->hub, span_of(name), SPAN("")), MEMBER_PLAIN);
	}
	fixture_skip(f);
	peer_send(alice, "NAMES #den");
	while ((line = peer_next(alice))) {
		assert_true(strlen(line) <= 510);
		for (const char *at = line; (at = strstr(at, "somebody")); at++)
			n += strstr(line, " ABSENT #den :") != NULL;
	}
	assert_int_equal(n, 60);
	config.presence_limit = 50;
	hub_configure(f->hub, &config);
	peer_send(alice, "NAMES #den");
	while ((line = peer_next(alice)))
		assert_null(strstr(line, "ABSENT"));
}

static void one_end_for_several_rooms_and_one_for_none(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#a");
	peer_join(alice, "#b");
	peer_send(alice, "NAMES #a,#b");
	expect(alice, "server 353 alice = #a :@alice");
	expect(alice, "server 353 alice = #b :@alice");
	expect(alice, "server 366 alice #a,#b :*");
	peer_send(alice, "NAMES");
	expect(alice, "server 366 alice * :*");
}

static void hosts_are_shown_to_those_who_ask(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "userhost-in-names");

	peer_send(alice, "JOIN #den");
	expect_later(alice, "server 353 alice = #den :@alice!alice@chat.test");
}

static void no_implicit_names_saves_them_until_asked(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "no-implicit-names");

	peer_send(alice, "JOIN #den");
	expect(alice, "alice JOIN #den");
	expect_none(alice);
	peer_send(alice, "NAMES #den");
	expect(alice, "server 353 alice = #den :@alice");
	expect(alice, "server 366 alice #den :*");
}

static void many_names_take_many_lines_and_none_is_lost(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "userhost-in-names");

	struct peer *last = alice;
	size_t names = 0, lines = 0;
	const char *line;

	for (int i = 0; i < 60; i++) {
		char name[40];

		(void)snprintf(name, sizeof(name), "somebody-with-a-long-name-%d", i);
		last = fixture_login(f, name, "");
		peer_send(last, "JOIN #den");
	}
	peer_join(alice, "#den");
	peer_send(alice, "NAMES #den");
	while ((line = peer_next(alice)) != NULL && strstr(line, " 353 ") != NULL) {
		assert_true(strlen(line) <= 510);
		lines++;
		for (const char *c = line; (c = strchr(c, '@')) != NULL; c++)
			names += c[1] == 'c';
	}
	assert_true(lines > 1);
	assert_int_equal(names, 61);
}

static void who_is_invisible_shows_in_shared_rooms_only(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_send(alice, "MODE alice +i");
	peer_send(bob, "NAMES #den");
	expect(bob, "server 366 bob #den :*");
	peer_join(bob, "#den");
	peer_send(bob, "NAMES #den");
	expect(bob, "server 353 bob = #den :@alice bob");
}

static void a_list_can_be_asked_by_mask_people_and_age(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#cats");
	peer_join(alice, "#dogs");
	peer_join(bob, "#dogs");
	fixture_pass(f, 5 * 60 * 1000);
	peer_join(bob, "#new");
	fixture_pass(f, 60 * 1000);
	peer_send(alice, "LIST #c*");
	expect(alice, "server 321 alice Channel :*");
	expect(alice, "server 322 alice #cats 1 :");
	expect(alice, "server 323 alice :*");
	peer_send(alice, "LIST >1");
	expect_later(alice, "server 322 alice #dogs 2 :");
	expect(alice, "server 323 alice :*");
	peer_send(alice, "LIST C<3");
	expect_later(alice, "server 322 alice #new 1 :");
	expect(alice, "server 323 alice :*");
	peer_send(alice, "LIST C>3,!#d*");
	expect_later(alice, "server 322 alice #cats 1 :");
	expect(alice, "server 323 alice :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(names_are_those_who_are_here),
		HUB_TEST(who_asks_hears_of_members_who_are_not_here),
		HUB_TEST(all_who_are_absent_are_told_of_in_lines_that_fit_but_of_a_large_room),
		HUB_TEST(one_end_for_several_rooms_and_one_for_none),
		HUB_TEST(hosts_are_shown_to_those_who_ask),
		HUB_TEST(no_implicit_names_saves_them_until_asked),
		HUB_TEST(many_names_take_many_lines_and_none_is_lost),
		HUB_TEST(who_is_invisible_shows_in_shared_rooms_only),
		HUB_TEST(a_list_can_be_asked_by_mask_people_and_age),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
