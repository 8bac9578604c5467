// SPDX-License-Identifier: MIT
// Who is told of a value, how often, and who is not.
#include "server/hub/people/account.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/metadata.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define V2 "draft/metadata-2 batch"
#define V3 "draft/metadata-3 batch"

static void a_key_is_small_letters_digits_and_four_signs(void **state UNUSED)
{
	static const char *const good[] = {"a", "z9", "0", "a.b/c_d-e"};
	static const char *const bad[] = {"", "A", "aZ", "a b", "a:b", "a`", "a{", "\xc3\xa9"};
	char key[METADATA_KEY_MAX + 2];

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(metadata_key_is_valid(span_of(good[i])));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(metadata_key_is_valid(span_of(bad[i])));
	memset(key, 'a', sizeof(key));
	assert_true(metadata_key_is_valid(span_from(key, METADATA_KEY_MAX)));
	assert_false(metadata_key_is_valid(span_from(key, METADATA_KEY_MAX + 1)));
}

static struct peer *subscriber(struct fixture *f, const char *name, const char *caps)
{
	struct peer *p = fixture_login(f, name, caps);

	peer_send(p, "METADATA * SUB url");
	peer_join(p, "#den");
	return p;
}

static void each_session_is_told_once_but_the_one_that_did_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = subscriber(f, "alice", V2), *phone = subscriber(f, "alice", V3),
		    *bob = subscriber(f, "bob", V3), *cem = fixture_login(f, "cem", V2),
		    *plain = fixture_login(f, "dora", "");

	peer_join(alice, "#attic");
	peer_join(bob, "#attic");
	peer_join(cem, "#den");
	peer_join(plain, "#den");
	peer_send(bob, "MONITOR + alice");
	fixture_skip(f);
	peer_send(alice, "METADATA * SET url :x");
	expect(alice, "server 761 alice alice url * :x");
	expect_none(alice);
	expect(phone, "server 761 alice alice url * :x");
	expect_none(phone);
	expect(bob, "server 761 bob alice url * :x");
	expect_none(bob);
	expect_none(cem);
	expect_none(plain);
	peer_send(alice, "METADATA #den SET url :room");
	expect(alice, "server 761 alice #den url * :room");
	expect_none(alice);
	expect(bob, "server 761 bob #den url * :room");
	expect_none(bob);
	expect_none(cem);
}

static void who_only_watches_is_told_too(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", V2), *bob = fixture_login(f, "bob", V2);

	peer_send(bob, "METADATA * SUB url");
	peer_send(alice, "METADATA * SET url :x");
	peer_skip(bob);
	peer_send(bob, "MONITOR + alice");
	expect(bob, "server METADATA alice url * :x");
	expect(bob, "server 730 bob :alice!*");
	peer_send(alice, "METADATA * SET url :y");
	expect(bob, "server METADATA alice url * :y");
	peer_send(bob, "MONITOR - alice");
	peer_send(alice, "METADATA * SET url :z");
	expect_none(bob);
}

static void what_is_taken_away_is_told_and_gone_for_good(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = subscriber(f, "alice", V2), *bob = subscriber(f, "bob", V2),
		    *cem = subscriber(f, "cem", V3);

	peer_send(alice, "METADATA * SET url :x");
	peer_send(alice, "METADATA #den SET url :y");
	fixture_skip(f);
	peer_send(alice, "METADATA * SET url");
	expect(bob, "server METADATA alice url * :");
	expect(cem, "server 766 cem alice url :*");
	peer_send(alice, "METADATA #den CLEAR");
	expect(bob, "server METADATA #den url * :");
	expect(cem, "server 766 cem #den url :*");
	fixture_restart(f, true);
	bob = fixture_login(f, "bob", V2);
	peer_send(bob, "METADATA alice LIST");
	expect(bob, "server BATCH +* metadata alice");
	expect(bob, "server BATCH -*");
	peer_send(bob, "METADATA #den LIST");
	expect(bob, "server BATCH +* metadata #den");
	expect(bob, "server BATCH -*");
}

static void add_people(struct fixture *f, int n)
{
	for (int i = 0; i < n; i++) {
		char name[16];

		snprintf(name, sizeof(name), "person%d", i);
		member_join(room_find(f->hub, SPAN("#den")),
			    account_new(f->hub, span_of(name), SPAN("")), MEMBER_PLAIN);
	}
}

static void of_a_room_of_many_one_is_told_when_one_asks(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = subscriber(f, "alice", V2), *bob = fixture_login(f, "bob", V2),
		    *cem = fixture_login(f, "cem", V2), *dora = fixture_login(f, "dora", V2);

	peer_send(alice, "METADATA #den SET url :y");
	add_people(f, METADATA_SYNC_MAX - 2);
	peer_send(bob, "METADATA * SUB url");
	peer_send(cem, "METADATA * SUB url");
	fixture_skip(f);
	peer_send(bob, "JOIN #den"); // who makes it as many as are told at once
	expect_later(bob, "server METADATA #den url * :y");
	peer_send(cem, "JOIN #den");
	expect_later(cem, "server 774 cem #den");
	expect_none(cem);
	peer_send(dora, "JOIN #den");
	for (const char *line; (line = peer_next(dora));)
		assert_null(strstr(line, " 774 "));
}

static void who_comes_is_told_of_to_the_others_alone(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = subscriber(f, "alice", V2), *bob = fixture_login(f, "bob", V2);

	peer_send(bob, "METADATA * SET url :b");
	fixture_skip(f);
	peer_send(bob, "JOIN #den"); // he subscribed to nothing
	expect_later(alice, "server METADATA bob url * :b");
	expect_none(alice);
	for (const char *line; (line = peer_next(bob));)
		assert_null(strstr(line, "METADATA"));
}

static void who_is_hidden_is_not_told_of(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	struct peer *alice, *bob, *cem;

	config.presence_limit = 2;
	fixture_renew(f, &config);
	alice = subscriber(f, "alice", V2);
	bob = subscriber(f, "bob", V2);
	cem = fixture_login(f, "cem", V2);
	peer_send(cem, "METADATA * SET url :early");
	peer_join(cem, "#den");
	fixture_skip(f);
	peer_send(cem, "METADATA * SET url :c");
	expect(alice, "server METADATA cem url * :c"); // she moderates
	expect_none(bob);
	peer_send(cem, "PRIVMSG #den :hello");
	fixture_skip(f);
	peer_send(cem, "METADATA * SET url :d");
	expect(bob, "server METADATA cem url * :d");
}

static struct peer *early(struct fixture *f, const char *caps)
{
	struct peer *p = fixture_open(f);

	peer_send(p, "CAP REQ :%s", caps);
	peer_skip(p);
	return p;
}

static void enter(struct peer *p, const char *name)
{
	(void)fixture_account(peer_fixture(p), name);
	peer_send(p, "PASS :%s:" FIXTURE_PASSWORD, name);
	peer_send(p, "NICK %s", name);
	peer_send(p, "USER %s 0 * :%s", name, name);
	peer_send(p, "CAP END");
}

static void what_is_set_before_the_login_keeps_within_the_bounds(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", V2), *phone = early(f, V3);

	for (int i = 0; i < METADATA_KEYS_MAX; i++)
		peer_send(alice, "METADATA * SET key%d :old", i);
	peer_send(phone, "METADATA * SET key3 :new");
	peer_send(phone, "METADATA * SET more :new");
	enter(phone, "alice");
	peer_skip(alice);
	peer_send(alice, "METADATA * GET key3 more");
	expect_later(alice, "@batch=* server 761 alice alice key3 * :new");
	expect_later(alice, "@batch=* server 766 alice alice more :*");
}

static void a_value_that_is_none_is_refused_at_the_login(void **state)
{
	static const char *const rows[][2] = {{V2, "VALUE_INVALID"}, {V3, "INVALID_VALUE"}};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct peer *p = early(f, rows[i][0]);
		char name[8] = "ann0", answer[80];

		name[3] = (char)('0' + i);
		// Of nobody yet: only the login shows whose name it looks like.
		(void)fixture_admin_account(f, "Boss");
		peer_send(p, "METADATA * SET display-name :Boss");
		enter(p, name);
		snprintf(answer, sizeof(answer), "server FAIL METADATA %s display-name :*",
			 rows[i][1]);
		expect_later(p, answer);
		assert_int_equal(account_find(f->hub, span_of(name))->metadata.n_items, 0);
	}
}

static void of_many_values_those_are_told_that_were_asked_for(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", V2), *bob = fixture_login(f, "bob", V2);

	peer_send(alice, "METADATA * SET url :x");
	peer_send(alice, "METADATA * SET color :red");
	peer_join(alice, "#den");
	peer_send(alice, "METADATA #den SET color :blue");
	peer_send(alice, "METADATA #den SET url :y");
	peer_send(bob, "METADATA * SUB url");
	peer_skip(bob);
	peer_send(bob, "JOIN #den");
	expect_later(bob, "server METADATA #den url * :y");
	expect(bob, "server METADATA alice url * :x");
	expect_none(bob);
}

static void ones_own_values_are_told_once_when_one_comes(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = fixture_login(f, "bob", V2);
	size_t n = 0;

	peer_send(bob, "METADATA * SET url :x");
	peer_send(bob, "METADATA * SUB url");
	peer_skip(bob);
	peer_send(bob, "JOIN #den");
	for (const char *line; (line = peer_next(bob));)
		n += strstr(line, " METADATA bob url ") != NULL;
	assert_int_equal(n, 1);
}

static void what_is_set_of_a_room_outlives_a_restart(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = subscriber(f, "alice", V2);

	peer_send(alice, "METADATA #den SET url :y");
	fixture_restart(f, true);
	alice = fixture_login(f, "alice", V2);
	peer_send(alice, "METADATA #den GET url");
	expect(alice, "server BATCH +* metadata #den");
	expect(alice, "server 761 alice #den url * :y");
}

static void who_comes_hidden_is_told_of_to_nobody(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	struct peer *bob, *cem;

	config.presence_limit = 1;
	fixture_renew(f, &config);
	(void)subscriber(f, "alice", V2);
	bob = subscriber(f, "bob", V2);
	cem = fixture_login(f, "cem", V2);
	peer_send(cem, "METADATA * SET url :c");
	fixture_skip(f);
	peer_send(cem, "JOIN #den");
	expect_none(bob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_small_letters_digits_and_four_signs),
		HUB_TEST(each_session_is_told_once_but_the_one_that_did_it),
		HUB_TEST(who_only_watches_is_told_too),
		HUB_TEST(what_is_taken_away_is_told_and_gone_for_good),
		HUB_TEST(of_a_room_of_many_one_is_told_when_one_asks),
		HUB_TEST(who_comes_is_told_of_to_the_others_alone),
		HUB_TEST(who_is_hidden_is_not_told_of),
		HUB_TEST(what_is_set_before_the_login_keeps_within_the_bounds),
		HUB_TEST(a_value_that_is_none_is_refused_at_the_login),
		HUB_TEST(of_many_values_those_are_told_that_were_asked_for),
		HUB_TEST(ones_own_values_are_told_once_when_one_comes),
		HUB_TEST(what_is_set_of_a_room_outlives_a_restart),
		HUB_TEST(who_comes_hidden_is_told_of_to_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
