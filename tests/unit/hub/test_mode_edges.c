// SPDX-License-Identifier: MIT
// MODE of a room word by word: what is said, and what is not.
#include "server/hub/people/account.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/mode.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

struct row {
	const char *line, *answer; // "": nothing is said
};

static void expect_rows(struct peer *p, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		peer_send(p, "MODE #den %s", rows[i].line);
		if (rows[i].answer[0])
			expect(p, rows[i].answer);
		expect_none(p);
	}
}

static struct peer *founder_of(struct fixture *f)
{
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den -nt");
	peer_skip(alice);
	return alice;
}

static void what_is_so_already_is_not_said(void **state)
{
	static const struct row rows[] = {
		{"+k one", "alice MODE #den +k one"},
		{"+k one", ""},
		{"+k two", "alice MODE #den +k two"},
		{"-k", "alice MODE #den -k *"},
		{"-k x", ""},
		{"+k", "server 696 alice #den k * :*"},
		{"+l 5", "alice MODE #den +l 5"},
		{"+l 5", ""},
		{"-l", "alice MODE #den -l"},
		{"-l", ""},
		{"-l+l 7 x", "alice MODE #den +l 7"},
		{"+W 30", "alice MODE #den +W 30"},
		{"+W 30s", ""},
		{"-W", "alice MODE #den -W"},
		{"-W", ""},
		{"+d 1m", "alice MODE #den +d 60"},
		{"-d+d 2m x", "alice MODE #den -d+d 120"},
		{"+m", "alice MODE #den +m"},
		{"+m", ""},
		{"-m", "alice MODE #den -m"},
		{"-m", ""},
		{"+o alice", ""},
		{"+v alice", "alice MODE #den +v alice"},
		{"+v alice", ""},
		{"-v ALICE", "alice MODE #den -v alice"},
		{"-v alice", ""},
		{"+v", ""},
		{"+i-i+i", "alice MODE #den +i-i+i"},
		{"-i+", "alice MODE #den -i"},
	};

	expect_rows(founder_of(*state), rows, ARRAY_LEN(rows));
}

static void a_number_and_a_time_have_bounds(void **state)
{
	static const struct row rows[] = {
		{"+W 0", "server 696 alice #den W * :*"},
		{"+W", "server 696 alice #den W * :*"},
		{"+W soon", "server 696 alice #den W * :*"},
		{"+W 2592001", "server 696 alice #den W * :*"},
		{"+W 31d", "server 696 alice #den W * :*"},
		{"+W 2592000", "alice MODE #den +W 2592000"},
		{"+d 30d", "alice MODE #den +d 2592000"},
		{"+d 0s", "server 696 alice #den d * :*"},
		{"+l x", "server 696 alice #den l * :*"},
	};
	struct peer *alice = founder_of(*state);
	char line[32], answer[64];

	expect_rows(alice, rows, ARRAY_LEN(rows));
	snprintf(line, sizeof(line), "+l %d", MEMBERS_MAX + 1);
	expect_rows(alice, &(struct row){line, "server 696 alice #den l * :*"}, 1);
	snprintf(line, sizeof(line), "+l %d", MEMBERS_MAX);
	snprintf(answer, sizeof(answer), "alice MODE #den +l %d", MEMBERS_MAX);
	expect_rows(alice, &(struct row){line, answer}, 1);
}

static void a_key_has_bounds(void **state)
{
	static const struct row rows[] = {
		{"+k 12345678901234567890123456789012", "alice MODE #den +k 1234*2"},
		{"+k 123456789012345678901234567890123", "server 696 alice #den k * :*"},
		{"+k a:b", "alice MODE #den +k a:b"},
		{"+k a\x02", "server 696 alice #den k * :*"},
	};

	expect_rows(founder_of(*state), rows, ARRAY_LEN(rows));
}

static void who_is_named_is_a_member(void **state)
{
	static const struct row rows[] = {
		{"+o nobody", "server 401 alice nobody :*"},
		{"+o BOB", "server 441 alice bob #den :*"},
		{"-o BOB", "server 441 alice bob #den :*"},
	};
	struct peer *alice = founder_of(*state);

	(void)fixture_account(*state, "bob");
	expect_rows(alice, rows, ARRAY_LEN(rows));
}

static void a_list_is_shown_once_and_each_by_itself(void **state)
{
	struct peer *alice = founder_of(*state);

	peer_send(alice, "MODE #den +be bad ~a:good");
	peer_send(alice, "MODE #den +b ~t:1m:short");
	fixture_pass(*state, 59 * 1000);
	peer_skip(alice);
	peer_send(alice, "MODE #den bbe");
	expect(alice, "server 367 alice #den bad!*@* alice *");
	expect(alice, "server 367 alice #den ~t:1m:short!*@* alice *");
	expect(alice, "server 368 alice #den :*");
	expect(alice, "server 348 alice #den ~a:good alice *");
	expect(alice, "server 349 alice #den :*");
	expect_none(alice);
	peer_send(alice, "MODE #den -b nobody");
	expect_none(alice);
	peer_send(alice, "MODE #den +b BAD!*@*");
	expect_none(alice);
}

static void a_line_makes_so_many_changes(void **state)
{
	struct peer *alice = founder_of(*state);

	peer_send(alice, "MODE #den +i-i+i-i+i-i+i-i+i-i+i-i+i-i");
	expect(alice, "alice MODE #den +i-i+i-i+i-i+i-i+i-i+i-i+i");
	expect_none(alice);
}

static void who_may_not_is_told_once_and_no_list_changes(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = founder_of(f), *bob = fixture_login(f, "bob", "");
	static const char *const lines[] = {"+k x", "-k x", "+l 5",   "-l",      "+W 5",   "-W",
					    "+b x", "-b x", "+v bob", "+kk x y", "+bb x y"};

	peer_join(bob, "#den");
	peer_send(alice, "MODE #den +klWb key 9 9 x");
	fixture_skip(f);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		peer_send(bob, "MODE #den %s", lines[i]);
		expect(bob, "server 482 bob #den :*");
		expect_none(bob);
		expect_none(alice);
	}
	peer_send(alice, "MODE #den");
	expect(alice, "server 324 alice #den +klW key 9 9");
}

static void an_administrator_from_outside_hears_what_it_did(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = fixture_login(f, "bob", ""), *alice;

	fixture_admin_account(f, "alice");
	alice = fixture_login(f, "alice", "");
	peer_send(alice, "OPER alice :" FIXTURE_PASSWORD);
	peer_join(bob, "#den");
	fixture_skip(f);
	peer_send(alice, "MODE #den +mk sesame");
	expect(alice, "alice MODE #den +mk sesame");
	expect_none(alice);
	expect(bob, "alice MODE #den +mk sesame");
	peer_send(alice, "MODE #den b");
	expect(alice, "server 368 alice #den :*");
	peer_send(alice, "MODE #den +m");
	expect_none(alice);
	peer_send(alice, "JOIN #den sesame");
	fixture_skip(f);
	peer_send(alice, "MODE #den -m");
	expect(alice, "alice MODE #den -m");
	expect_none(alice);
}

static void what_was_changed_is_there_after_a_crash(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = founder_of(f);

	peer_send(alice, "MODE #den +imklWd key 9 30 40");
	peer_send(alice, "MODE #den -m");
	fixture_restart(f, true);
	alice = fixture_login(f, "alice", "");
	peer_send(alice, "MODE #den");
	expect(alice, "server 324 alice #den +iklWd key 9 30 40");
}

// Nobody had a founder's rights in it: then its moderators have them.
static void moderators_do_what_a_founder_would_where_there_is_none(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = founder_of(f), *bob = fixture_login(f, "bob", "");

	peer_join(bob, "#den");
	peer_send(alice, "MODE #den +qo alice bob");
	fixture_skip(f);
	peer_send(bob, "MODE #den +H");
	expect(bob, "server 482 bob #den :*");
	peer_send(alice, "MODE #den -q alice");
	fixture_skip(f);
	peer_send(bob, "MODE #den +H");
	expect(bob, "bob MODE #den +H");
	peer_send(bob, "MODE #den +q bob");
	expect(bob, "bob MODE #den +q bob");
	peer_skip(alice);
	peer_send(alice, "MODE #den -H");
	expect(alice, "server 482 alice #den :*");
}

static void the_end_of_a_line_is_its_last_letter(void **state)
{
	struct peer *alice = founder_of(*state);

	peer_send(alice, "MODE #den +i");
	assert_string_equal(peer_next(alice), ":alice!alice@chat.test MODE #den +i");
	peer_send(alice, "MODE #den -i");
	peer_skip(alice);
	peer_send(alice, "MODE #den");
	assert_string_equal(peer_next(alice), ":chat.test 324 alice #den +");
}

// It was over before the line came, and its end was not said yet.
static void what_is_over_is_in_no_list(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = founder_of(f);

	peer_send(alice, "MODE #den +b ~t:1m:short");
	peer_skip(alice);
	f->now.mono_ms += 60 * 1000;
	f->now.wall_ms += 60 * 1000;
	peer_send(alice, "MODE #den b");
	expect(alice, "server 368 alice #den :*");
	expect(alice, "server MODE #den -b short!*@*");
}

static void an_invitation_of_who_is_deleted_goes_without_a_word(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = founder_of(f);

	(void)fixture_account(f, "bob");
	peer_send(alice, "INVITE bob #den");
	peer_send(alice, "MODE #den +e ~a:bob");
	peer_skip(alice);
	admin_answer_free(fixture_verb(f, "user delete bob --confirm bob", NULL));
	expect(alice, "server MODE #den -e ~a:bob");
	expect_none(alice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(what_is_so_already_is_not_said),
		HUB_TEST(a_number_and_a_time_have_bounds),
		HUB_TEST(a_key_has_bounds),
		HUB_TEST(who_is_named_is_a_member),
		HUB_TEST(a_list_is_shown_once_and_each_by_itself),
		HUB_TEST(a_line_makes_so_many_changes),
		HUB_TEST(who_may_not_is_told_once_and_no_list_changes),
		HUB_TEST(an_administrator_from_outside_hears_what_it_did),
		HUB_TEST(what_was_changed_is_there_after_a_crash),
		HUB_TEST(moderators_do_what_a_founder_would_where_there_is_none),
		HUB_TEST(the_end_of_a_line_is_its_last_letter),
		HUB_TEST(what_is_over_is_in_no_list),
		HUB_TEST(an_invitation_of_who_is_deleted_goes_without_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
