// SPDX-License-Identifier: MIT
// What a push says, and what becomes of it.
#include "server/hub/people/account.h"
#include "server/hub/people/subscription.h"
#include "server/letters/limits.h"
#include "tests/unit/hub/push_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void a_push_is_a_line_with_three_tags(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = push_alice(f);
	const struct push *push;
	char expected[200];

	(void)push_bob(f);
	peer_send(alice, "@+reply=x;+draft/react=y PRIVMSG #den :hello bob");
	expect_later(alice, "@msgid=$id alice PRIVMSG #den :hello bob");
	fixture_pass(f, PUSH_DELAY);
	push = fixture_push(f);
	snprintf(expected, sizeof(expected),
		 ";msgid=%s;account=alice :alice!alice@chat.test PRIVMSG #den :hello bob",
		 fixture_var(f, "id"));
	assert_memory_equal(push->text, "@time=2026-01-01T00:00:0", 24);
	assert_string_equal(strchr(push->text, ';'), expected);
	assert_true(push->is_urgent);
	assert_int_equal(push->ttl_s, 7 * 24 * 3600);
	assert_int_equal(strlen(push->topic), 32);
}

static void a_long_text_is_cut_at_a_character_and_the_id_is_whole(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "batch draft/multiline message-tags"),
		    *bob = push_bob(f);
	const char *text;
	size_t len;

	(void)bob;
	peer_join(alice, "#den");
	peer_send(alice, "BATCH +1 draft/multiline bob");
	for (int i = 0; i < 3; i++)
		peer_send(
			alice,
			"@batch=1 PRIVMSG bob "
			":\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
			"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
			"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
			"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
			"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
			"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
			"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
			"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
			"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
			"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4");
	peer_send(alice, "BATCH -1");
	fixture_pass(f, PUSH_DELAY);
	text = fixture_push(f)->text;
	len = strlen(strchr(text, ' ') + 1);
	assert_in_range(len, 509, 510);
	assert_string_equal(text + strlen(text) - 2, "\xc3\xa4");
	assert_non_null(strstr(text, ";msgid="));
	assert_null(strchr(text, '\n'));
	assert_non_null(strstr(text, "\xc3\xa4 \xc3\xa4"));
}

static void only_what_is_stored_is_pushed(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = push_alice(f);

	(void)push_bob(f);
	fixture_disk_holds(f);
	peer_send(alice, "PRIVMSG bob :hello");
	fixture_pass(f, 2 * PUSH_DELAY);
	assert_null(fixture_push(f));
	fixture_disk_works(f);
	fixture_settle(f);
	assert_non_null(fixture_push(f));
}

static void what_is_removed_is_not_pushed(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = push_alice(f);

	(void)push_bob(f);
	peer_send(alice, "PRIVMSG bob :oh no");
	expect_later(alice, "@msgid=$one alice PRIVMSG bob :oh no");
	peer_send(alice, "REDACT bob $one");
	fixture_pass(f, PUSH_DELAY);
	assert_null(fixture_push(f));
	// It is under way: it does not go out a second time.
	peer_send(alice, "PRIVMSG bob :not again");
	expect_later(alice, "@msgid=$two alice PRIVMSG bob :not again");
	fixture_pass(f, PUSH_DELAY);
	assert_non_null(fixture_push(f));
	peer_send(alice, "REDACT bob $two");
	fixture_pushed(f, 503, 0);
	fixture_pass(f, 60000);
	assert_null(fixture_push(f));
}

static void what_was_shown_goes_when_it_is_read_elsewhere(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = push_alice(f), *bob = push_bob(f);

	// Nothing was shown of that.
	peer_send(bob, "MARKREAD alice timestamp=2026-01-01T00:00:00.000Z");
	fixture_pass(f, ATTENDED_MS);
	assert_null(fixture_push(f));
	peer_send(alice, "PRIVMSG bob :hello");
	fixture_pass(f, PUSH_DELAY);
	fixture_pushed(f, 201, 0);
	peer_send(bob, "MARKREAD alice timestamp=2027-01-01T00:00:00.000Z");
	assert_non_null(strstr(fixture_push(f)->text,
			       ":chat.test MARKREAD alice timestamp=2026-01-01T"));
	assert_false(fixture_push(f)->is_urgent);
	fixture_pushed(f, 201, 0);
	// Once.
	peer_send(bob, "MARKREAD alice timestamp=2027-01-02T00:00:00.000Z");
	assert_null(fixture_push(f));
}

static void what_was_read_while_it_was_carried_goes_too(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = push_alice(f), *bob = push_bob(f);

	peer_send(alice, "PRIVMSG bob :hello");
	fixture_pass(f, PUSH_DELAY);
	assert_non_null(fixture_push(f));
	peer_send(bob, "MARKREAD alice timestamp=2027-01-01T00:00:00.000Z");
	fixture_pushed(f, 201, 0);
	assert_non_null(strstr(fixture_push(f)->text, " MARKREAD alice "));
}

// It had to show that there is nothing to be shown.
static void a_browser_hears_nothing_of_what_was_read(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = push_alice(f), *bob = push_bob(f);
	size_t cursor = 0;
	struct subscription *s = idmap_next(&f->hub->subscriptions, &cursor);

	assert_false(s->is_page);
	s->is_page = true;
	peer_send(alice, "PRIVMSG bob :hello");
	fixture_pass(f, PUSH_DELAY);
	fixture_pushed(f, 201, 0);
	peer_send(bob, "MARKREAD alice timestamp=2027-01-01T00:00:00.000Z");
	assert_null(fixture_push(f));
}

static void who_comes_by_websocket_is_a_browser(void **state)
{
	const struct inbox_opened opened = {
		.host = SPAN("192.0.2.7"), .source = 7, .is_web = true};
	struct fixture *f = *state;
	struct peer *p;
	size_t cursor = 0;
	struct subscription *s;

	(void)fixture_account(f, "bob");
	p = fixture_open_as(f, &opened);
	peer_send(p, "CAP REQ :" PUSH_CAPS);
	peer_send(p, "PASS :bob:" FIXTURE_PASSWORD);
	peer_send(p, "NICK bob");
	peer_send(p, "USER b 0 * :x");
	peer_send(p, "CAP END");
	push_subscribe(p, "page");
	fixture_restart(f, false);
	s = idmap_next(&f->hub->subscriptions, &cursor);
	assert_true(s->is_page);
}

static void one_is_carried_at_a_time_and_in_order(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = push_alice(f);
	char text[40];

	(void)push_bob(f);
	for (int i = 0; i < 4; i++)
		peer_send(alice, "PRIVMSG bob :number %d", i);
	fixture_pass(f, PUSH_DELAY);
	for (int i = 0; i < 4; i++) {
		snprintf(text, sizeof(text), " PRIVMSG bob :number %d", i);
		assert_non_null(strstr(fixture_push(f)->text, text));
		assert_null(fixture_push(f)->letter.next);
		fixture_pushed(f, 201, 0);
	}
	assert_null(fixture_push(f));
}

static void the_newest_takes_the_place_of_the_oldest_of_its_conversation(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = push_alice(f);
	char text[40];
	int n = 0;

	(void)push_bob(f);
	peer_send(alice, "PRIVMSG #den :bob first");
	for (int i = 0; i < PARCELS_PER_SUBSCRIPTION + 4; i++)
		peer_send(alice, "PRIVMSG bob :number %d.", i);
	fixture_pass(f, PUSH_DELAY);
	assert_non_null(strstr(fixture_push(f)->text, " PRIVMSG #den :bob first"));
	for (fixture_pushed(f, 201, 0); fixture_push(f); n++) {
		snprintf(text, sizeof(text), " PRIVMSG bob :number %d.", n + 5);
		assert_non_null(strstr(fixture_push(f)->text, text));
		fixture_pushed(f, 201, 0);
	}
	assert_int_equal(n, PARCELS_PER_SUBSCRIPTION - 1);
	assert_int_equal(f->hub->figures.pushes_dropped, 5);
}

static void a_service_that_fails_is_asked_again_for_a_day(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = push_alice(f);
	const int64_t began = f->now.mono_ms;
	int64_t last = 0;
	int tries = 0;

	(void)push_bob(f);
	peer_send(alice, "PRIVMSG bob :hello");
	while (f->now.mono_ms - began < PUSH_TRIES_MS + PUSH_AGAIN_MAX_MS) {
		fixture_pass(f, 1000);
		if (!fixture_push(f))
			continue;
		// By then it is a day ago that the device was heard of.
		if (strstr(fixture_push(f)->text, ":hello"))
			last = f->now.mono_ms - began;
		fixture_pushed(f, tries++ % 2 ? 500 : 0, 0);
	}
	assert_in_range(tries, 24, 40);
	assert_true(last > PUSH_TRIES_MS - 2 * PUSH_AGAIN_MAX_MS &&
		    last <= PUSH_TRIES_MS + PUSH_DELAY);
}

static void it_is_left_alone_as_long_as_it_asks_for(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = push_alice(f);

	(void)push_bob(f);
	peer_send(alice, "PRIVMSG bob :hello");
	fixture_pass(f, PUSH_DELAY);
	fixture_pushed(f, 429, 600);
	peer_send(alice, "PRIVMSG bob :two");
	fixture_pass(f, 599000);
	assert_null(fixture_push(f));
	fixture_pass(f, 2000);
	assert_non_null(strstr(fixture_push(f)->text, ":hello"));
	fixture_pushed(f, 201, 0);
	assert_non_null(strstr(fixture_push(f)->text, ":two"));
}

static void one_that_is_gone_goes(void **state)
{
	static const unsigned statuses[] = {404, 410};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		struct peer *alice;

		fixture_renew(f, NULL);
		alice = push_alice(f);
		(void)push_bob(f);
		peer_send(alice, "PRIVMSG bob :hello");
		peer_send(alice, "PRIVMSG bob :two");
		fixture_pass(f, PUSH_DELAY);
		fixture_pushed(f, statuses[i], 0);
		assert_null(fixture_push(f));
		assert_int_equal(f->hub->subscriptions.n_items, 0);
		fixture_restart(f, false);
		assert_int_equal(f->hub->subscriptions.n_items, 0);
	}
}

static void what_is_refused_is_not_sent_again(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = push_alice(f);

	(void)push_bob(f);
	peer_send(alice, "PRIVMSG bob :hello");
	peer_send(alice, "PRIVMSG bob :two");
	fixture_pass(f, PUSH_DELAY);
	fixture_pushed(f, 413, 0);
	assert_non_null(strstr(fixture_push(f)->text, ":two"));
	fixture_pushed(f, 400, 0);
	fixture_pass(f, PUSH_AGAIN_MAX_MS);
	assert_null(fixture_push(f));
	assert_int_equal(f->hub->subscriptions.n_items, 1);
	assert_int_equal(f->hub->figures.pushes[PUSH_REFUSED], 2);
}

// The device is another one's, or nobody's, by the time the answer comes.
static void an_answer_for_what_is_gone_is_dropped(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = push_alice(f), *bob = push_bob(f);

	peer_send(alice, "PRIVMSG bob :hello");
	fixture_pass(f, PUSH_DELAY);
	assert_non_null(fixture_push(f));
	peer_send(bob, "WEBPUSH UNREGISTER " PUSH_URL "bob");
	fixture_pushed(f, 201, 0);
	assert_int_equal(f->hub->n_pushing, 0);
	assert_int_equal(f->hub->n_parcels, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_push_is_a_line_with_three_tags),
		HUB_TEST(a_long_text_is_cut_at_a_character_and_the_id_is_whole),
		HUB_TEST(only_what_is_stored_is_pushed),
		HUB_TEST(what_is_removed_is_not_pushed),
		HUB_TEST(what_was_shown_goes_when_it_is_read_elsewhere),
		HUB_TEST(what_was_read_while_it_was_carried_goes_too),
		HUB_TEST(a_browser_hears_nothing_of_what_was_read),
		HUB_TEST(who_comes_by_websocket_is_a_browser),
		HUB_TEST(one_is_carried_at_a_time_and_in_order),
		HUB_TEST(the_newest_takes_the_place_of_the_oldest_of_its_conversation),
		HUB_TEST(a_service_that_fails_is_asked_again_for_a_day),
		HUB_TEST(it_is_left_alone_as_long_as_it_asks_for),
		HUB_TEST(one_that_is_gone_goes),
		HUB_TEST(what_is_refused_is_not_sent_again),
		HUB_TEST(an_answer_for_what_is_gone_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
