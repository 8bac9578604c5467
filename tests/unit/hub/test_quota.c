// SPDX-License-Identifier: MIT
// Quotas refuse what is new, with when that ends; and what a disk that is low still takes.
#include "common/clock.h"
#include "server/hub/history/quota.h"
#include "server/hub/people/account.h"
#include "server/hub/rooms/room.h"
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

// The counts of one day, by hand.

#define DAY_MS (24 * HOUR_MS)

static struct hub *at_noon(struct fixture *f)
{
	f->hub->now.wall_ms = 100 * DAY_MS + 12 * HOUR_MS;
	return f->hub;
}

// Yesterday's bytes count for as much as is left of today; of days before that nothing does.
static void a_day_counts_with_what_is_left_of_yesterday(void **state)
{
	static const struct {
		struct day_count count;
		int64_t counted;
	} rows[] = {
		{{.day = 100, .bytes = 600, .before = 400}, 800},
		{{.day = 99, .bytes = 600, .before = 400}, 300},
		{{.day = 98, .bytes = 600, .before = 400}, 0},
		{{.day = 101, .bytes = 600, .before = 400}, 0},
	};
	const struct hub *h = at_noon(*state);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct day_count *c = &rows[i].count;

		assert_null(quota_beyond(h, c, 1000, 1000 - rows[i].counted, "why").why);
		assert_string_equal(quota_beyond(h, c, 1000, 1001 - rows[i].counted, "why").why,
				    "why");
	}
}

// When the bytes that are wanted fit again: as yesterday's fade, else as today's do tomorrow.
static void a_refusal_says_when_it_ends(void **state)
{
	static const struct {
		struct day_count count;
		int64_t most, bytes, ends_hours;
	} rows[] = {
		{{.day = 100, .bytes = 500, .before = 600}, 850, 200, 18},
		{{.day = 100, .bytes = 500, .before = 600}, 700, 200, 24},
		{{.day = 100, .bytes = 800}, 1000, 400, 24 + 6},
		{{.day = 100, .bytes = 800}, 1000, 1200, 48},
		{{.day = 100, .bytes = 800, .before = 600}, 1000, 600, 24 + 12},
		{{.day = 100}, 1000, 1200, 48},
	};
	const struct hub *h = at_noon(*state);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct refusal r =
			quota_beyond(h, &rows[i].count, rows[i].most, rows[i].bytes, "why");

		assert_non_null(r.why);
		assert_int_equal(r.until_ms - 100 * DAY_MS, rows[i].ends_hours * HOUR_MS);
	}
}

// An account and a room that stored 1000 bytes each; all together stored as much.
struct counts {
	struct account account;
	struct stream stream;
	struct room room;
};

static void count_all(struct hub *h, struct counts *c)
{
	*c = (struct counts){0};
	c->stream.room = &c->room;
	h->day = (struct day_count){0};
	quota_count(h, &c->account, &c->stream, 1000);
	assert_int_equal(h->day.bytes, 1000);
	assert_int_equal(c->account.day.bytes, 1000);
	assert_int_equal(c->stream.day.bytes, 1000);
}

static const char *why(const struct hub *h, const struct counts *c, size_t bytes)
{
	return quota_of(h, &c->account, &c->stream, bytes).why;
}

static void the_narrowest_bound_is_named(void **state)
{
	struct hub *h = at_noon(*state);
	struct counts c;

	count_all(h, &c);
	assert_null(why(h, &c, 1000000));
	h->config.room_per_day = 2000;
	assert_null(why(h, &c, 1000));
	assert_non_null(strstr(why(h, &c, 1001), "in the room"));
	assert_non_null(strstr(quota_of_room(h, &c.stream, 1001).why, "in the room"));
	c.stream.room = NULL;
	assert_null(why(h, &c, 1001));
	c.stream.room = &c.room;
	h->config.account_per_day = 1500;
	assert_null(why(h, &c, 500));
	assert_non_null(strstr(why(h, &c, 501), "an account may"));
	assert_non_null(strstr(why(h, &c, 1001), "an account may"));
	assert_null(quota_of_room(h, &c.stream, 1000).why);
}

// What one may have stored goes down from all that was stored, where the share begins, to
// LIGHT at the watermark; who wrote no more than LIGHT is not refused.
#define LIGHT (64 * 1024)
#define WHOLE (100 * DISK_LOW_BYTES)

static void the_share_goes_down_with_the_disk(void **state)
{
	static const struct {
		int64_t share, free, account, most;
		int64_t size;
	} rows[] = {
		{0, DISK_LOW_BYTES + 1, 1000000, INT64_MAX, WHOLE},
		{100, DISK_LOW_BYTES + 1, 1000000, INT64_MAX, WHOLE},
		{99, DISK_LOW_BYTES + 1, 1000000, INT64_MAX, WHOLE}, // less than the watermark
		{99, DISK_LOW_BYTES / 4, 1000000, INT64_MAX, 50 * DISK_LOW_BYTES},
		{90, 10 * DISK_LOW_BYTES, 1000000, INT64_MAX, WHOLE},
		{90, 10 * DISK_LOW_BYTES - 1, 1000000, 999999, WHOLE},
		{90, DISK_LOW_BYTES * 11 / 2, 400000, 500000, WHOLE},
		{90, DISK_LOW_BYTES * 11 / 2, 500000, 500000, WHOLE},
		{90, DISK_LOW_BYTES, 1000, LIGHT, WHOLE},
	};
	struct hub *h = at_noon(*state);
	struct counts c;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		count_all(h, &c);
		h->day.bytes = 1000000;
		h->disk_size = rows[i].size;
		h->disk_free = rows[i].free;
		h->config.disk_share = rows[i].share;
		c.account.day.bytes = c.stream.day.bytes = rows[i].account;
		if (rows[i].most == INT64_MAX) {
			assert_null(why(h, &c, 1000000));
			assert_null(quota_of_room(h, &c.stream, 1000000).why);
			continue;
		}
		size_t left =
			(size_t)(rows[i].most > rows[i].account ? rows[i].most - rows[i].account
								: 0);
		if (rows[i].most >= rows[i].account) {
			assert_null(why(h, &c, left));
			assert_null(quota_of_room(h, &c.stream, left).why);
		}
		assert_non_null(strstr(why(h, &c, left + 1), "you stored the most"));
		assert_non_null(strstr(quota_of_room(h, &c.stream, left + 1).why,
				       "the room stored much"));
	}
}

static void the_first_reason_is_the_one_that_is_said(void **state)
{
	struct hub *h = at_noon(*state);
	struct counts c;

	count_all(h, &c);
	h->day.bytes = 1000000;
	h->disk_size = 100 * DISK_LOW_BYTES;
	h->disk_free = DISK_LOW_BYTES;
	h->config.disk_share = 90;
	c.account.day.bytes = c.stream.day.bytes = LIGHT;
	assert_non_null(strstr(why(h, &c, 1), "you stored the most"));
	h->config.room_per_day = 1000;
	assert_non_null(strstr(why(h, &c, 1), "in the room"));
	assert_non_null(strstr(quota_of_room(h, &c.stream, 1).why, "in the room"));
	h->config.account_per_day = 1000;
	assert_non_null(strstr(why(h, &c, 1), "an account may"));
}

static void what_the_server_says_is_nobodys(void **state)
{
	struct hub *h = at_noon(*state);
	struct counts c;

	count_all(h, &c);
	quota_count(h, NULL, &c.stream, 500);
	assert_int_equal(c.account.day.bytes, 1000);
	assert_int_equal(c.stream.day.bytes, 1500);
	assert_int_equal(h->day.bytes, 1500);
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
		HUB_TEST(a_day_counts_with_what_is_left_of_yesterday),
		HUB_TEST(a_refusal_says_when_it_ends),
		HUB_TEST(the_narrowest_bound_is_named),
		HUB_TEST(the_share_goes_down_with_the_disk),
		HUB_TEST(the_first_reason_is_the_one_that_is_said),
		HUB_TEST(what_the_server_says_is_nobodys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
