// SPDX-License-Identifier: MIT
// Edges of what is shown by itself: who goes while a page is fetched, answers that answer
// nothing, cursors that may not move; and bounds of batches, quotas and retention.
#include "tests/support/hub_fixture.h"

#include "server/hub/rooms/room.h"
#include "server/letters/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define MODERN "message-tags server-time echo-message batch draft/chathistory"
#define MULTILINE                                                                              \
	MODERN " draft/multiline labeled-response standard-replies snug.chat/exactly-once"
#define HOUR_MS (60LL * 60 * 1000)

static bool hears(struct peer *p, const char *text)
{
	const char *line;

	while ((line = peer_next(p))) {
		if (strstr(line, text))
			return true;
	}
	return false;
}

// alice, and bob's "tv" that missed "one" and "two".
static struct peer *missed(struct fixture *f)
{
	struct peer *alice = fixture_login(f, "alice", MODERN),
		    *bob = fixture_login(f, "bob@tv", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_close(bob);
	peer_send(alice, "PRIVMSG #den :one");
	peer_send(alice, "PRIVMSG #den :two");
	fixture_restart(f, true);
	return fixture_login(f, "alice", MODERN);
}

static void whoever_goes_while_a_page_is_fetched_misses_nothing(void **state)
{
	struct fixture *f = *state;

	(void)missed(f);
	fixture_hold_answers(f, true);
	struct peer *bob = fixture_login_loud(f, "bob@tv", "");
	assert_false(hears(bob, "one"));
	peer_close(bob);
	fixture_hold_answers(f, false);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "alice PRIVMSG #den :*one");
	expect(bob, "alice PRIVMSG #den :*two");
}

// The page is asked of the conversations that there are, and answered when there are more.
static void a_conversation_begun_while_a_page_is_fetched_is_not_passed_over(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = missed(f);

	fixture_hold_answers(f, true);
	struct peer *bob = fixture_login_loud(f, "bob@tv", "");
	peer_send(alice, "PRIVMSG bob :between");
	peer_send(alice, "PRIVMSG #den :three");
	fixture_hold_answers(f, false);
	expect_later(bob, "alice PRIVMSG #den :*one");
	expect(bob, "alice PRIVMSG #den :*two");
	expect_later(bob, "alice PRIVMSG bob :*between");
	expect_later(bob, "alice PRIVMSG #den :*three");
}

// It goes live, and what is said from then on is no answer for what it was not shown.
static void what_could_not_be_read_is_shown_by_the_next_login(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = missed(f), *bob;

	fixture_readers_fail(f, true);
	bob = fixture_login_loud(f, "bob@tv", "");
	fixture_readers_fail(f, false);
	peer_send(alice, "PRIVMSG #den :three");
	for (int i = 0; i < 10; i++) {
		const char *line;

		fixture_pass(f, 5000);
		while ((line = peer_next(bob))) {
			if (strstr(line, "PING :"))
				peer_send(bob, "PONG %s", strstr(line, "PING :") + 5);
		}
	}
	peer_close(bob);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "alice PRIVMSG #den :*one");
	expect(bob, "alice PRIVMSG #den :*two");
	expect(bob, "alice PRIVMSG #den :*three");
}

static void an_answer_to_no_question_moves_nothing(void **state)
{
	static const char *const wrong[] = {"",
					    "replay-",
					    "replay-nonsense",
					    "other-$ping",
					    "replay-AAAAAAAAAAA",
					    "replay-AAAAAAAAAAAAA"};
	struct fixture *f = *state;

	(void)missed(f);
	struct peer *bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server PING $ping");
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		peer_send(bob, "PONG :%s", wrong[i]);
	expect_none(bob);
	peer_close(bob);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "alice PRIVMSG #den :*one");
	expect_later(bob, "server PING $right");
	peer_send(bob, "PONG :$right");
	peer_send(bob, "PONG :$right");
	peer_close(bob);
	bob = fixture_login_loud(f, "bob@tv", "");
	assert_false(hears(bob, "one"));
}

static void on_a_full_disk_no_cursor_moves(void **state)
{
	struct fixture *f = *state;

	(void)missed(f);
	struct peer *bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server PING $ping");
	fixture_disk_is(f, DISK_FULL);
	peer_send(bob, "PONG :$ping");
	fixture_disk_is(f, DISK_FINE);
	peer_close(bob);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "alice PRIVMSG #den :*one");
}

static void an_older_answer_takes_no_cursor_back(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = missed(f), *bob = fixture_login_loud(f, "bob@tv", ""), *twin;

	expect_later(bob, "server PING $old");
	peer_send(alice, "PRIVMSG #den :three");
	twin = fixture_login_loud(f, "bob@tv", "");
	expect_later(twin, "server PING $new");
	peer_send(twin, "PONG :$new");
	peer_send(bob, "PONG :$old");
	peer_close(bob);
	peer_close(twin);
	bob = fixture_login_loud(f, "bob@tv", "");
	assert_false(hears(bob, "PRIVMSG #den"));
}

static void so_many_devices_have_a_cursor_and_no_more(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN);

	peer_join(alice, "#den");
	peer_close(fixture_login(f, "bob@d0", ""));
	for (int i = 0; i <= CURSORS_PER_ACCOUNT; i++) {
		const char *line;
		char name[16];
		snprintf(name, sizeof(name), "bob@d%d", i);
		struct peer *bob = fixture_login_loud(f, name, "");
		if (!i)
			peer_join(bob, "#den");
		peer_send(alice, "PRIVMSG #den :to %d", i);
		fixture_pass(f, 10000);
		while ((line = peer_next(bob))) {
			if (strstr(line, "PING :replay-"))
				peer_send(bob, "PONG %s", strstr(line, ":replay-"));
		}
		peer_close(bob);
	}
	assert_int_equal(fixture_account(f, "bob")->cursors.n_items, CURSORS_PER_ACCOUNT);
}

static void what_was_taken_back_meanwhile_is_not_shown(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN " draft/message-redaction"),
		    *bob = fixture_login(f, "bob", MODERN);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_stall(bob);
	peer_send(alice, "PRIVMSG #den :a slip");
	expect(alice, "@msgid=$m alice PRIVMSG #den :a slip");
	peer_send(alice, "PRIVMSG #den :kept");
	peer_send(alice, "REDACT #den $m");
	peer_drain(bob);
	expect(bob, "alice PRIVMSG #den kept");
	assert_false(hears(bob, "a slip"));
}

static void whoever_wants_no_names_gets_none_behind_a_stall(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN),
		    *bob = fixture_login(f, "bob", MODERN " no-implicit-names");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_stall(bob);
	peer_send(alice, "PRIVMSG #den :one");
	peer_drain(bob);
	expect(bob, "alice PRIVMSG #den one");
	expect_none(bob);
}

static void a_stall_without_news_ends_at_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN),
		    *bob = fixture_login(f, "bob", MODERN);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_stall(bob);
	peer_drain(bob);
	peer_skip(bob);
	peer_send(alice, "PRIVMSG #den :live");
	expect(bob, "alice PRIVMSG #den live");
	// One that has not logged in catches up with nothing.
	struct peer *nobody = fixture_open(f);
	peer_stall(nobody);
	peer_drain(nobody);
	peer_send(nobody, "PING here");
	peer_stall(bob);
	peer_stall(bob);
	peer_send(alice, "PRIVMSG #den :again");
	peer_drain(bob);
	expect_later(bob, "alice PRIVMSG #den again");
}

// Batches of many lines.

static void a_batch_without_a_place_or_beyond_the_limits_is_refused(void **state)
{
	static char tags[CLIENT_TAGS_MAX + 20], id[CLIENT_ID_MAX + 2];
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MULTILINE);

	peer_join(alice, "#den");
	memset(id, 'i', sizeof(id) - 1);
	memset(tags, 't', sizeof(tags) - 1);
	tags[0] = '+';
	const char *const lines[] = {"BATCH +1 draft/multiline", "BATCH +2 draft/multiline :",
				     "BATCH +3 draft/multiline #den,#yard"};
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		peer_send(alice, "%s", lines[i]);
		assert_true(hears(alice, "FAIL BATCH "));
		peer_send(alice, "BATCH -%zu", i + 1);
		peer_skip(alice);
	}
	peer_send(alice, "@snug.chat/id=%s BATCH +4 draft/multiline #den", id);
	assert_true(hears(alice, "FAIL BATCH MULTILINE_INVALID"));
	peer_send(alice, "BATCH -4");
	peer_skip(alice);
	peer_send(alice, "@snug.chat/id=%.64s BATCH +5 draft/multiline #den", id);
	assert_false(hears(alice, "FAIL"));
	// Another batch's end, and a line of no batch, leave it as it is.
	peer_send(alice, "BATCH -9");
	assert_true(hears(alice, "FAIL BATCH INVALID_REFTAG"));
	peer_send(alice, "@batch=5 PRIVMSG #den :in it");
	peer_send(alice, "PRIVMSG #den :beside it");
	assert_true(hears(alice, "beside it"));
	peer_send(alice, "BATCH -5");
	assert_true(hears(alice, "in it"));
}

// Quotas and retention.

static int talk(struct peer *p, int n)
{
	for (int i = 0; i < n; i++) {
		peer_skip(p);
		peer_send(p, "PRIVMSG bob :%0120d", i);
		if (hears(p, "QUOTA_EXCEEDED"))
			return i;
	}
	return n;
}

static void a_share_of_none_or_of_all_of_the_disk_is_no_quota(void **state)
{
	static const int64_t shares[] = {0, 100, 120};
	int64_t size = 100 * (DISK_LOW_BYTES / 4);

	for (size_t i = 0; i < ARRAY_LEN(shares); i++) {
		struct hub_config config = fixture_config();
		struct fixture *f = *state;
		config.disk_share = shares[i];
		fixture_renew(f, &config);
		struct peer *flood = fixture_login(f, "flood", "standard-replies");
		(void)fixture_login(f, "bob", "");
		assert_int_equal(talk(flood, 300), 300);
		fixture_disk_space(f, DISK_LOW_BYTES + 1, size);
		assert_int_equal(talk(flood, 5), 5);
	}
}

// A disk that is smaller than what is kept free of it has no share.
static void on_a_small_disk_only_the_watermark_counts(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;

	config.disk_share = 90;
	fixture_renew(f, &config);
	struct peer *flood = fixture_login(f, "flood", "standard-replies");
	(void)fixture_login(f, "bob", "");
	assert_int_equal(talk(flood, 300), 300);
	fixture_disk_space(f, DISK_LOW_BYTES + 1, DISK_LOW_BYTES * 2);
	assert_int_equal(talk(flood, 5), 5);
}

static void each_bound_of_what_is_kept_counts_alone(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct hub_config config = fixture_config();
		struct fixture *f = *state;
		struct hub_figures figures;
		if (i)
			config.history_keep_bytes = 600;
		else
			config.history_keep_total = 600;
		fixture_renew(f, &config);
		struct peer *alice = fixture_login(f, "alice", MODERN);
		peer_join(alice, "#den");
		for (int k = 0; k < 20; k++)
			peer_send(alice, "PRIVMSG #den :%d", k);
		fixture_pass(f, 2 * HOUR_MS);
		hub_figures(f->hub, &figures);
		assert_in_range(figures.expired, 10, 21);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(whoever_goes_while_a_page_is_fetched_misses_nothing),
		HUB_TEST(a_conversation_begun_while_a_page_is_fetched_is_not_passed_over),
		HUB_TEST(what_could_not_be_read_is_shown_by_the_next_login),
		HUB_TEST(an_answer_to_no_question_moves_nothing),
		HUB_TEST(on_a_full_disk_no_cursor_moves),
		HUB_TEST(an_older_answer_takes_no_cursor_back),
		HUB_TEST(so_many_devices_have_a_cursor_and_no_more),
		HUB_TEST(what_was_taken_back_meanwhile_is_not_shown),
		HUB_TEST(whoever_wants_no_names_gets_none_behind_a_stall),
		HUB_TEST(a_stall_without_news_ends_at_once),
		HUB_TEST(a_batch_without_a_place_or_beyond_the_limits_is_refused),
		HUB_TEST(a_share_of_none_or_of_all_of_the_disk_is_no_quota),
		HUB_TEST(on_a_small_disk_only_the_watermark_counts),
		HUB_TEST(each_bound_of_what_is_kept_counts_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
