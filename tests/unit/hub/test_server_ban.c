// SPDX-License-Identifier: MIT
// Bans of the server: one form for each mask, and what is hardly meant wants a yes.
#include "server/hub/people/account.h"
#include "server/hub/rooms/server_ban.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void verb(struct fixture *f, const char *words, enum admin_code code, const char *wanted)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != code || !memmem(a->words.at, a->words.len, wanted, strlen(wanted)))
		fail_msg("%s: code %d, not %d: " SPAN_FMT, words, a->code, code,
			 SPAN_ARG(a->words));
	admin_answer_free(a);
}

static bool is_let_in(struct fixture *f, const char *host)
{
	struct inbox_opened from = {.host = span_of(host)};
	struct peer *p = fixture_open_as(f, &from);

	fixture_settle(f);
	return !peer_is_closed(p);
}

static void a_range_of_ipv6_leaves_ipv4_alone(void **state)
{
	struct fixture *f = *state;

	verb(f, "ban add ::/64", ADMIN_DONE, "banned ::/64");
	assert_true(is_let_in(f, "203.0.113.1"));
	assert_false(is_let_in(f, "::5"));
}

static void one_range_is_one_ban_however_it_is_written(void **state)
{
	struct fixture *f = *state;

	verb(f, "ban add 198.51.100.7/24", ADMIN_DONE,
	     "banned 198.51.100.0/24, which is what 198.51.100.7/24 means");
	verb(f, "ban add 198.51.100.9/24", ADMIN_DONE, "198.51.100.0/24");
	verb(f, "ban add 2001:DB8:0::/32", ADMIN_DONE, "banned 2001:db8::/32");
	verb(f, "ban add 2001:db8::1/32", ADMIN_DONE, "banned 2001:db8::/32");
	assert_false(is_let_in(f, "198.51.100.200"));
	fixture_restart(f, true);
	verb(f, "ban delete 198.51.100.77/24", ADMIN_DONE, "gone");
	verb(f, "ban delete 2001:0db8::/32", ADMIN_DONE, "gone");
	assert_true(list_is_empty(&f->hub->server_bans));
}

static void what_is_hardly_meant_wants_a_yes(void **state)
{
	static const struct {
		const char *mask, *risk;
	} rows[] = {
		{"0.0.0.0/0", "a large part of all addresses"},
		{"::/0", "a large part of all addresses"},
		{"128.0.0.0/1", "a large part of all addresses"},
		{"192.0.2.0/24", "an administrator is connected from there"},
		{"192.0.2.1", "an administrator is connected from there"},
		{"alice", "the last administrator"},
	};
	struct fixture *f = *state;
	struct peer *alice;
	char words[96];

	fixture_admin_account(f, "alice")->role = ROLE_ADMIN;
	alice = fixture_login(f, "alice", "");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		snprintf(words, sizeof(words), "ban add %s", rows[i].mask);
		verb(f, words, ADMIN_UNCONFIRMED, rows[i].risk);
		snprintf(words, sizeof(words), "ban add %s --confirm bob", rows[i].mask);
		verb(f, words, ADMIN_UNCONFIRMED, rows[i].risk);
		assert_true(list_is_empty(&f->hub->server_bans));
	}
	assert_false(peer_is_closed(alice));
	verb(f, "ban add 192.0.2.0/24 --confirm 192.0.2.0/24", ADMIN_DONE, "closed: 1");
	assert_true(peer_is_closed(alice));
}

static void in_chat_the_asker_is_told_of_his_own(void **state)
{
	static const char *const rows[][2] = {
		{"alice", "that is your own account"},
		{"192.0.0.0/16", "you are connected from there"},
		{"0.0.0.0/0", "a large part of all addresses"},
	};
	struct fixture *f = *state;
	struct peer *alice;
	char line[96], wanted[96];

	fixture_admin_account(f, "alice")->role = ROLE_ADMIN;
	fixture_admin_account(f, "zoe")->role = ROLE_ADMIN;
	alice = fixture_login(f, "alice", "");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		snprintf(line, sizeof(line), "KLINE %s :oops", rows[i][0]);
		snprintf(wanted, sizeof(wanted), "server NOTICE alice :Not banned: *%s*",
			 rows[i][1]);
		peer_send(alice, "%s", line);
		expect(alice, wanted);
		snprintf(line, sizeof(line), "PRIVMSG Snug :ban add %s", rows[i][0]);
		snprintf(wanted, sizeof(wanted), "* NOTICE alice :*%s*", rows[i][1]);
		peer_send(alice, "%s", line);
		expect_later(alice, wanted);
	}
	assert_true(list_is_empty(&f->hub->server_bans));
	peer_send(alice, "KLINE 198.51.100.7/25");
	expect(alice, "server NOTICE alice :198.51.100.0/25 is banned *");
	peer_send(alice, "UNKLINE 198.51.100.9/25");
	expect(alice, "server NOTICE alice :The ban is gone");
}

static void the_last_who_may_administer_is_not_lost_by_a_slip(void **state)
{
	static const char *const slips[] = {"user disable alice", "user role alice user",
					    "ban add alice"};
	struct fixture *f = *state;
	char words[96];

	fixture_admin_account(f, "alice")->role = ROLE_ADMIN;
	fixture_admin_account(f, "zoe")->role = ROLE_ADMIN;
	verb(f, "user disable zoe", ADMIN_DONE, "disabled zoe");
	for (size_t i = 0; i < ARRAY_LEN(slips); i++) {
		verb(f, slips[i], ADMIN_UNCONFIRMED, "that is the last administrator");
		assert_true(account_is_last_admin(account_find(f->hub, SPAN("alice"))));
	}
	verb(f, "user enable zoe", ADMIN_DONE, "");
	verb(f, "ban add zoe", ADMIN_DONE, "banned zoe");
	for (size_t i = 0; i < ARRAY_LEN(slips); i++)
		verb(f, slips[i], ADMIN_UNCONFIRMED, "that is the last administrator");
	for (size_t i = 0; i < 2; i++) {
		snprintf(words, sizeof(words), "%s --confirm alice", slips[i]);
		verb(f, words, ADMIN_DONE, "");
		account_find(f->hub, SPAN("alice"))->disabled = false;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_range_of_ipv6_leaves_ipv4_alone),
		HUB_TEST(one_range_is_one_ban_however_it_is_written),
		HUB_TEST(what_is_hardly_meant_wants_a_yes),
		HUB_TEST(in_chat_the_asker_is_told_of_his_own),
		HUB_TEST(the_last_who_may_administer_is_not_lost_by_a_slip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
