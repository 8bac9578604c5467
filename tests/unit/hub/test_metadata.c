// SPDX-License-Identifier: MIT
#include "server/hub/people/account.h"
#include "server/hub/rooms/ban.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_value_is_set_told_back_and_kept(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "draft/metadata-2 batch");

	peer_send(alice, "METADATA * SET url :http://example.com");
	expect(alice, "server 761 alice alice url * :http://example.com");
	peer_send(alice, "METADATA * GET url color");
	expect(alice, "server BATCH +* metadata alice");
	expect(alice, "@batch=$c server 761 alice alice url * :http://example.com");
	expect(alice, "server 766 alice alice color :*");
	expect(alice, "server BATCH -*");
	fixture_restart(f, true);
	alice = fixture_login_loud(f, "alice", "draft/metadata-2 batch");
	expect_later(alice, "server METADATA alice url * :http://example.com");
	peer_skip(alice);
	peer_send(alice, "METADATA * SET url");
	expect(alice, "server 766 alice alice url :*");
	peer_send(alice, "METADATA * SET url");
	expect(alice, "server FAIL METADATA KEY_NOT_SET alice url :*");
}

static void others_may_read_and_not_write(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "draft/metadata-2");
	struct peer *bob = fixture_login(f, "bob", "draft/metadata-2");

	peer_send(alice, "METADATA * SET url :x");
	peer_send(bob, "METADATA alice SET url :y");
	expect(bob, "server FAIL METADATA KEY_NO_PERMISSION alice url :*");
	peer_send(bob, "METADATA alice CLEAR");
	expect(bob, "server FAIL METADATA KEY_NO_PERMISSION alice * :*");
	peer_send(bob, "METADATA alice LIST");
	expect(bob, "server 761 bob alice url * :x");
	peer_send(bob, "METADATA nobody LIST");
	expect(bob, "server FAIL METADATA INVALID_TARGET nobody :*");
	peer_send(bob, "METADATA * SET URL! :x");
	expect(bob, "server FAIL METADATA KEY_INVALID URL! :*");
	peer_send(bob, "METADATA * DANCE");
	expect(bob, "server FAIL METADATA SUBCOMMAND_INVALID DANCE :*");
}

static void the_two_versions_are_told_in_their_own_way(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "draft/metadata-2");
	struct peer *bob = fixture_login(f, "bob", "draft/metadata-2");
	struct peer *carol = fixture_login(f, "carol", "draft/metadata-3");

	peer_send(bob, "METADATA * SUB url color");
	expect(bob, "server 770 bob url color");
	peer_send(carol, "METADATA * SUB url");
	expect(carol, "server 770 carol url");
	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_join(carol, "#den");
	fixture_skip(f);
	peer_send(alice, "METADATA * SET url :x");
	expect(bob, "server METADATA alice url * :x");
	expect(carol, "server 761 carol alice url * :x");
	peer_send(alice, "METADATA * SET other :x");
	expect_none(bob);
	peer_send(alice, "METADATA #den SET color :red");
	expect(bob, "server METADATA #den color * :red");
	expect_none(carol);
	peer_send(carol, "METADATA #den SET color :blue");
	expect(carol, "server FAIL METADATA KEY_NO_PERMISSION #den color :*");
	peer_send(bob, "METADATA * UNSUB url");
	expect(bob, "server 771 bob url");
	peer_send(bob, "METADATA * SUBS");
	expect(bob, "server 772 bob color");
}

static void who_joins_is_told_and_told_of(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "draft/metadata-2");
	struct peer *bob = fixture_login(f, "bob", "draft/metadata-2");

	peer_send(alice, "METADATA * SUB url");
	peer_send(bob, "METADATA * SUB url");
	peer_send(alice, "METADATA * SET url :a");
	peer_send(bob, "METADATA * SET url :b");
	peer_join(alice, "#den");
	fixture_skip(f);
	peer_send(bob, "JOIN #den");
	expect_later(bob, "server 366 bob #den :*");
	expect(bob, "server METADATA alice url * :a");
	expect_later(alice, "server METADATA bob url * :b");
}

static void a_closed_room_keeps_its_values_to_its_members(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "draft/metadata-2");
	struct peer *bob = fixture_login(f, "bob", "draft/metadata-2");

	peer_join(alice, "#den");
	peer_send(alice, "METADATA #den SET url :x");
	peer_send(alice, "MODE #den +i");
	peer_send(bob, "METADATA #den GET url");
	expect(bob, "server 766 bob #den url :*");
	peer_send(bob, "METADATA #den LIST");
	expect_none(bob);
}

static void there_are_limits(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "draft/metadata-2");

	for (int i = 0; i < METADATA_KEYS_MAX; i++)
		peer_send(alice, "METADATA * SET key%d :x", i);
	peer_skip(alice);
	peer_send(alice, "METADATA * SET more :x");
	expect(alice, "server FAIL METADATA LIMIT_REACHED alice :*");
	peer_send(alice, "METADATA * SET key1 :y");
	expect(alice, "server 761 alice alice key1 * :y");
	peer_send(alice, "METADATA * SET key1 :%0*d", METADATA_VALUE_MAX + 1, 1);
	expect(alice, "server FAIL METADATA VALUE_INVALID :*");
	for (int i = 0; i < METADATA_SUBS_MAX; i++)
		peer_send(alice, "METADATA * SUB key%d", i);
	peer_skip(alice);
	peer_send(alice, "METADATA * SUB key1 more");
	expect(alice, "server FAIL METADATA TOO_MANY_SUBS more :*");
	expect(alice, "server 770 alice key1");
}

static void what_is_set_before_the_login_is_the_accounts_then(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	struct peer *bob;

	(void)fixture_account(f, "bob");
	bob = fixture_open(f);
	peer_send(bob, "METADATA * SET url :x");
	expect(bob, "server 451 * :*");
	peer_send(bob, "CAP REQ :draft/metadata-3 batch");
	peer_skip(bob);
	peer_send(bob, "METADATA * SET url :x");
	expect(bob, "server 761 * * url * :x");
	peer_send(bob, "METADATA alice SET url :x");
	expect(bob, "server 451 * :*");
	peer_send(bob, "PASS :bob:" FIXTURE_PASSWORD);
	peer_send(bob, "NICK bob");
	peer_send(bob, "USER bob 0 * :Bob");
	peer_send(bob, "CAP END");
	expect_later(bob, "server 761 bob bob url * :x");
	peer_send(alice, "METADATA bob GET url");
	expect(alice, "server 761 alice bob url * :x");
}

static void whois_shows_it_to_those_who_speak_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "draft/metadata-2");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_send(alice, "METADATA * SET url :x");
	peer_send(bob, "WHOIS alice");
	expect_later(bob, "server 317 bob alice * * :*");
	expect(bob, "server 318 bob alice :*");
	peer_send(alice, "WHOIS alice");
	expect_later(alice, "server 760 alice alice url * :x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_value_is_set_told_back_and_kept),
		HUB_TEST(others_may_read_and_not_write),
		HUB_TEST(the_two_versions_are_told_in_their_own_way),
		HUB_TEST(who_joins_is_told_and_told_of),
		HUB_TEST(a_closed_room_keeps_its_values_to_its_members),
		HUB_TEST(there_are_limits),
		HUB_TEST(what_is_set_before_the_login_is_the_accounts_then),
		HUB_TEST(whois_shows_it_to_those_who_speak_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
