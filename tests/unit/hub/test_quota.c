// SPDX-License-Identifier: MIT
// Quotas refuse what is new, with when that ends; and what a disk that is low still takes.
#include "common/clock.h"
#include "server/letters/admin.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HOUR_MS (3600 * INT64_C(1000))

static struct fixture *with(struct fixture *f, int64_t account, int64_t room, int64_t share)
{
	struct hub_config config = fixture_config();

	config.account_per_day = account;
	config.room_per_day = room;
	config.disk_share = share;
	fixture_renew(f, &config);
	return f;
}

// Says lines of 128 + 72 bytes until one is refused or n are said; how many were said.
static int talk(struct peer *p, const char *target, int n, char until[32])
{
	char text[73];
	const char *line;
	int i;

	memset(text, 'x', sizeof(text));
	text[72] = '\0';
	for (i = 0; i < n; i++) {
		peer_skip(p);
		peer_send(p, "PRIVMSG %s :%s", target, text);
		line = peer_next(p);
		if (line && strstr(line, "QUOTA_EXCEEDED")) {
			snprintf(until, 32, "%.24s",
				 strstr(line, "QUOTA_EXCEEDED ") + strlen("QUOTA_EXCEEDED "));
			break;
		}
	}
	peer_skip(p);
	return i;
}

static void an_account_has_its_bytes_a_day(void **state)
{
	struct fixture *f = with(*state, 2000, 0, 0);
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");
	char until[32] = "";
	int64_t ends_ms = 0;

	assert_int_equal(talk(alice, "bob", 100, until), 10);
	assert_true(clock_parse(span_of(until), &ends_ms));
	assert_in_range(ends_ms - f->now.wall_ms, HOUR_MS, 48 * HOUR_MS);
	assert_int_equal(talk(bob, "alice", 5, until), 5);
	// Not yet, and then.
	fixture_pass(f, ends_ms - f->now.wall_ms - 60 * 1000);
	assert_int_equal(talk(alice, "bob", 1, until), 0);
	fixture_pass(f, 2 * 60 * 1000);
	assert_int_equal(talk(alice, "bob", 1, until), 1);
}

static void a_notice_is_refused_aloud(void **state)
{
	struct fixture *f = with(*state, 200, 0, 0);
	struct peer *alice = fixture_login(f, "alice", "");

	fixture_account(f, "bob");
	peer_send(alice, "NOTICE bob :xxxxxxxxxxxxxxxxxxxx");
	expect_none(alice);
	peer_send(alice, "NOTICE bob :xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	expect(alice, "server FAIL NOTICE QUOTA_EXCEEDED 2026-* :*nothing was sent*");
}

static void what_is_not_stored_is_not_counted(void **state)
{
	struct fixture *f = with(*state, 2000, 0, 0);
	struct peer *alice = fixture_login(f, "alice", "message-tags");
	char until[32];

	fixture_account(f, "bob");
	for (int i = 0; i < 50; i++)
		peer_send(alice, "@+typing=active TAGMSG bob");
	assert_int_equal(talk(alice, "bob", 100, until), 10);
}

static void a_room_has_its_bytes_a_day(void **state)
{
	struct fixture *f = with(*state, 0, 3000, 0);
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");
	char until[32];
	int n;

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_join(alice, "#yard");
	n = talk(alice, "#den", 8, until);
	assert_int_equal(n, 8);
	n = talk(bob, "#den", 100, until);
	assert_in_range(n, 4, 6); // the two joins are in it
	assert_int_equal(talk(alice, "#yard", 5, until), 5);
	assert_int_equal(talk(alice, "bob", 5, until), 5);
}

// As the disk fills, whoever wrote the most is refused first.
static void a_disk_that_fills_refuses_who_wrote_most(void **state)
{
	struct fixture *f = with(*state, 0, 0, 90);
	struct peer *flood = fixture_login(f, "flood", ""), *bob = fixture_login(f, "bob", "");
	int64_t size = 100 * (DISK_LOW_BYTES / 4);
	char until[32];

	assert_int_equal(talk(flood, "bob", 1000, until), 1000);
	fixture_disk_space(f, size / 10 + 1, size);
	assert_int_equal(talk(flood, "bob", 5, until), 5);
	fixture_disk_space(f, size / 10 - (size / 10 - DISK_LOW_BYTES) / 4, size);
	assert_int_equal(talk(flood, "bob", 5, until), 0);
	assert_int_equal(talk(bob, "flood", 100, until), 100);
}

// What puts things in order goes on, and reading.
static void a_low_disk_takes_what_mends(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice",
					   "draft/message-redaction echo-message "
					   "message-tags draft/chathistory batch");
	struct admin_answer *a;

	fixture_account(f, "mallory");
	peer_send(alice, "JOIN #den");
	peer_skip(alice);
	peer_send(alice, "PRIVMSG #den :a slip");
	expect(alice, "@msgid=$id alice PRIVMSG #den :a slip");
	fixture_disk_is(f, DISK_LOW);
	peer_send(alice, "PRIVMSG #den :more");
	expect(alice, "server FAIL PRIVMSG TEMPORARILY_UNAVAILABLE :*");
	peer_send(alice, "REDACT #den %s", fixture_var(f, "id"));
	expect(alice, "alice REDACT #den $id");
	peer_send(alice, "MODE #den +b mallory");
	expect(alice, "alice MODE #den +b mallory*");
	peer_send(alice, "CHATHISTORY LATEST #den * 10");
	expect(alice, "server BATCH +* chathistory #den");
	a = fixture_verb(f, "user disable mallory", NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
	a = fixture_verb(f, "user delete mallory --confirm mallory", NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
	a = fixture_verb(f, "ban add 192.0.2.0/24", NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(an_account_has_its_bytes_a_day),
		HUB_TEST(a_notice_is_refused_aloud),
		HUB_TEST(what_is_not_stored_is_not_counted),
		HUB_TEST(a_room_has_its_bytes_a_day),
		HUB_TEST(a_disk_that_fills_refuses_who_wrote_most),
		HUB_TEST(a_low_disk_takes_what_mends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
