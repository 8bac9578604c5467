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

static struct peer *login_at(struct fixture *f, const char *host, const char *name)
{
	struct peer *p = fixture_open_as(f, &(struct inbox_opened){.host = span_of(host)});

	(void)fixture_account(f, name);
	peer_send(p, "PASS :%s:" FIXTURE_PASSWORD, name);
	peer_send(p, "NICK %s", name);
	peer_send(p, "USER %s 0 * :%s", name, name);
	peer_skip(p);
	return p;
}

// Nobody asks, or one of these does.
static void a_risk_is_told_of_whoever_is_there(void **state)
{
	static const char large[] = "that is a large part of all addresses",
			  there[] = "an administrator is connected from there",
			  you[] = "you are connected from there";
	static const struct {
		const char *mask, *by, *risk;
	} rows[] = {
		{"10.0.0.0/8", NULL, NULL},
		{"10.0.0.0/7", NULL, large},
		{"2001::/16", NULL, NULL},
		{"2000::/15", NULL, large},
		{"198.51.100.0/24", NULL, NULL},
		{"198.51.100.0/24", "carol", you},
		{"198.51.100.0/24", "alice", NULL},
		{"203.0.113.0/24", NULL, NULL},
		{"192.0.2.1", NULL, there},
		{"192.0.2.1", "carol", there},
		{"192.0.2.1", "alice", you},
		{"192.0.2.2", NULL, NULL},
		{"carol", NULL, NULL},
		{"carol", "carol", "that is your own account"},
		{"alice", NULL, "that is the last administrator"},
		{"nobody", NULL, NULL},
		{"no!mask", NULL, NULL},
	};
	struct fixture *f = *state;

	(void)fixture_open_as(f, &(struct inbox_opened){.host = SPAN("203.0.113.1")});
	(void)fixture_open_as(f, &(struct inbox_opened){.host = SPAN("nowhere")});
	(void)login_at(f, "198.51.100.7", "carol");
	(void)fixture_admin_account(f, "alice");
	(void)login_at(f, "192.0.2.1", "alice");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct account *by = rows[i].by ? fixture_account(f, rows[i].by) : NULL;
		const char *risk = server_ban_risk(f->hub, span_of(rows[i].mask), by);

		if ((risk && rows[i].risk) ? strcmp(risk, rows[i].risk) : risk != rows[i].risk)
			fail_msg("%s by %s: %s", rows[i].mask, rows[i].by, risk);
	}
}

static void a_ban_means_an_account_or_an_address_until_it_is_over(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct session *carol = peer_session(login_at(f, "198.51.100.7", "carol")),
		       *open = peer_session(fixture_open(f));
	struct ban *name, *range;

	assert_null(server_ban_address(h, SPAN("198.51.100.7")));
	name = ban_add(h, NULL, BAN_BAN, SPAN("Carol"), SPAN("x"), SPAN(""), 1000);
	range = ban_add(h, NULL, BAN_BAN, SPAN("198.51.100.0/24"), SPAN("x"), SPAN(""), 1000);
	assert_true(server_ban_means(name, carol) && server_ban_means(range, carol));
	assert_false(server_ban_means(name, open) || server_ban_means(range, open));
	assert_ptr_equal(server_ban_account(h, SPAN("CAROL")), name);
	assert_null(server_ban_account(h, SPAN("bob")));
	assert_ptr_equal(server_ban_address(h, SPAN("198.51.100.9")), range);
	assert_null(server_ban_address(h, SPAN("198.51.101.9")));
	assert_null(server_ban_address(h, SPAN("nowhere")));
	assert_ptr_equal(server_ban_find(h, SPAN("carol")), name);
	assert_ptr_equal(server_ban_find(h, SPAN("198.51.100.77/24")), range);
	assert_null(server_ban_find(h, SPAN("198.51.100.0/25")));
	assert_null(server_ban_find(h, SPAN("dora")));
	h->now.wall_ms += 1000;
	assert_null(server_ban_account(h, SPAN("carol")));
	assert_null(server_ban_address(h, SPAN("198.51.100.9")));
	assert_null(server_ban_find(h, SPAN("carol")));
	assert_null(server_ban_find(h, SPAN("198.51.100.0/24")));
	assert_false(server_ban_means(range, carol));
}

static void the_last_who_may_is_one_who_may(void **state)
{
	struct fixture *f = *state;
	struct account *alice = fixture_admin_account(f, "alice"),
		       *zoe = fixture_admin_account(f, "zoe"), *bob = fixture_account(f, "bob");

	assert_false(account_is_last_admin(alice));
	zoe->expires_ms = 1;
	assert_true(account_is_last_admin(alice));
	assert_false(account_is_last_admin(zoe));
	assert_false(account_is_last_admin(bob));
	alice->disabled = true;
	assert_false(account_is_last_admin(alice));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_range_of_ipv6_leaves_ipv4_alone),
		HUB_TEST(one_range_is_one_ban_however_it_is_written),
		HUB_TEST(what_is_hardly_meant_wants_a_yes),
		HUB_TEST(in_chat_the_asker_is_told_of_his_own),
		HUB_TEST(the_last_who_may_administer_is_not_lost_by_a_slip),
		HUB_TEST(a_risk_is_told_of_whoever_is_there),
		HUB_TEST(a_ban_means_an_account_or_an_address_until_it_is_over),
		HUB_TEST(the_last_who_may_is_one_who_may),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
