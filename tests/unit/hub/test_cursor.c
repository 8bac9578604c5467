// SPDX-License-Identifier: MIT
// What a device has had: when it is asked for that, what its answer moves, and what a catch-up
// shows of the newest messages.
#include "common/encode.h"
#include "server/hub/pages/replay.h"
#include "server/hub/people/account.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MODERN "message-tags server-time echo-message batch draft/chathistory"

// alice, and bob's TV, both in #den.
static struct peer *pair(struct fixture *f, struct peer **alice, const char *caps)
{
	struct peer *bob;

	*alice = fixture_login(f, "alice", MODERN);
	peer_join(*alice, "#den");
	peer_send(*alice, "PRIVMSG #den :of before"); // from there on memory knows all
	bob = fixture_login(f, "bob@tv", caps);
	peer_join(bob, "#den");
	return bob;
}

// How many lines have this in them, of all that came.
static int heard(struct peer *p, const char *text)
{
	const char *line;
	int n = 0;

	while ((line = peer_next(p)) != NULL)
		n += strstr(line, text) != NULL;
	return n;
}

// The question that bob was asked is the next line; gives what is to be sent back.
static const char *asked(struct peer *p)
{
	const char *line = peer_next(p);

	if (!line || !strstr(line, "PING :replay-"))
		fail_msg("no question, but: %s", line ? line : "nothing");
	return line ? strstr(line, ":replay-") + 1 : "";
}

static const char *asked_later(struct peer *p)
{
	const char *line;

	while ((line = peer_next(p)) != NULL) {
		if (strstr(line, "PING :replay-"))
			return strstr(line, ":replay-") + 1;
	}
	fail_msg("nothing was asked");
	return NULL;
}

// bob has heard something, and has said so.
static void answer_all(struct fixture *f, struct peer *alice, struct peer *bob)
{
	peer_send(alice, "PRIVMSG #den :zero");
	fixture_pass(f, 10000);
	peer_send(bob, "PONG :%s", asked_later(bob));
	fixture_skip(f);
}

// Whatever is newest counts, wherever it was said.
static void the_newest_of_all_conversations_counts(void **state)
{
	static const char *const targets[] = {"#den", "#attic", "#yard", "bob"};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
		struct peer *alice, *carol, *bob = pair(f, &alice, "");

		carol = fixture_login(f, "carol", MODERN);
		peer_join(alice, "#attic");
		peer_join(bob, "#attic");
		peer_join(alice, "#yard");
		peer_join(bob, "#yard");
		peer_send(alice, "PRIVMSG bob :early");
		peer_send(carol, "PRIVMSG bob :early");
		fixture_pass(f, 10000);
		peer_send(bob, "PONG :%s", asked_later(bob));
		peer_close(bob);
		peer_send(alice, "PRIVMSG %s :late", targets[i]);
		bob = fixture_login_loud(f, "bob@tv", "");
		assert_int_equal(heard(bob, "] late"), 1);
		fixture_renew(f, NULL);
	}
}

static void of_two_people_the_one_who_spoke_last_counts(void **state)
{
	struct fixture *f = *state;

	for (int last = 0; last < 2; last++) {
		struct peer *alice, *bob = pair(f, &alice, "");
		struct peer *carol = fixture_login(f, "carol", MODERN);

		peer_send(alice, "PRIVMSG bob :early");
		peer_send(carol, "PRIVMSG bob :early");
		fixture_pass(f, 10000);
		peer_send(bob, "PONG :%s", asked_later(bob));
		peer_close(bob);
		peer_send(last ? carol : alice, "PRIVMSG bob :late");
		bob = fixture_login_loud(f, "bob@tv", "");
		assert_int_equal(heard(bob, "] late"), 1);
		fixture_renew(f, NULL);
	}
}

static void notices_are_missed_as_words_are_and_events_are_not(void **state)
{
	struct fixture *f = *state;

	for (int forgotten = 0; forgotten < 2; forgotten++) {
		struct peer *alice, *bob = pair(f, &alice, "batch");

		peer_close(bob);
		peer_send(alice, "NOTICE #den :one");
		peer_send(alice, "TOPIC #den :news");
		peer_send(alice, "PRIVMSG #den :two");
		peer_send(alice, "@+draft/react=x TAGMSG #den");
		if (forgotten)
			fixture_restart(f, true);
		bob = fixture_login_loud(f, "bob@tv", "batch");
		expect_later(bob, "server BATCH +* chathistory #den");
		expect(bob, "alice NOTICE #den :*one");
		expect(bob, "alice PRIVMSG #den :*two");
		expect(bob, "server BATCH -*");
		asked(bob);
		expect_none(bob);
		fixture_renew(f, NULL);
	}
}

// Page by page from memory, no more than HISTORY_PAGE_BYTES before an answer.
static void a_long_stall_ends_in_pages(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *bob = pair(f, &alice, MODERN);
	char text[401];
	int n = 0, pages = 0;
	const char *line;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	peer_stall(bob);
	for (int i = 0; i < 300; i++)
		peer_send(alice, "PRIVMSG #den :%03d%s", i, text);
	peer_drain(bob);
	for (bool more = true; more; pages++) {
		size_t bytes = 0;

		more = false;
		while ((line = peer_next(bob)) != NULL) {
			char token[64];

			if (strstr(line, " :0") || strstr(line, " :1") || strstr(line, " :2")) {
				assert_int_equal(strtol(strstr(line, "#den :") + 6, NULL, 10),
						 n++);
				bytes += strlen(text) + 3;
			}
			if (!strstr(line, "PING :replay-"))
				continue;
			snprintf(token, sizeof(token), "%s", strstr(line, ":replay-"));
			assert_null(peer_next(bob));
			peer_send(bob, "PONG %s", token);
			more = true;
			break;
		}
		assert_true(bytes <= HISTORY_PAGE_BYTES + sizeof(text));
	}
	assert_int_equal(n, 300);
	assert_true(pages > 1);
	// Who can ask has no cursor.
	assert_int_equal(fixture_account(f, "bob")->cursors.n_items, 0);
}

// ... and what others said meanwhile, where one is not, is none of them.
static void what_others_said_makes_no_page(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *bob = pair(f, &alice, MODERN);
	char text[401];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	peer_join(alice, "#other");
	peer_stall(bob);
	for (int i = 0; i < 300; i++)
		peer_send(alice, "PRIVMSG #other :%s", text);
	for (int i = 0; i < 130; i++)
		peer_send(alice, "PRIVMSG #den :n%d", i);
	peer_drain(bob);
	expect(bob, "alice PRIVMSG #den n0");
	expect_later(bob, "alice PRIVMSG #den n129");
	assert_int_equal(heard(bob, "PING"), 0);
	peer_send(alice, "PRIVMSG #den :live");
	expect(bob, "alice PRIVMSG #den live");
}

static void an_answer_is_of_the_question(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *bob = pair(f, &alice, "");
	char id[ID_TEXT_LEN + 1];
	const char *token;

	peer_send(alice, "PRIVMSG #den :one");
	fixture_pass(f, 10000);
	expect(bob, "alice PRIVMSG #den one");
	token = asked(bob);
	peer_send(bob, "PONG :elsewh-%s", token + strlen("replay-"));
	peer_send(bob, "PONG :replay-0000000000000");
	peer_send(alice, "PRIVMSG #den :two");
	encode_id(f->hub->last_message, id);
	peer_send(bob, "PONG :replay-%s", id); // nobody asked for that
	peer_close(bob);
	bob = fixture_login_loud(f, "bob@tv", "");
	assert_int_equal(heard(bob, "] one"), 1);
}

// What comes between a question and its answer is asked for afterwards.
static void what_came_meanwhile_is_asked_for_next(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *bob = pair(f, &alice, "");
	char token[64];

	peer_send(alice, "PRIVMSG #den :one");
	fixture_pass(f, 10000);
	expect(bob, "alice PRIVMSG #den one");
	snprintf(token, sizeof(token), "%s", asked(bob));
	peer_send(alice, "PRIVMSG #den :two");
	expect(bob, "alice PRIVMSG #den two");
	fixture_pass(f, 10000);
	expect_none(bob); // one question at a time
	peer_send(bob, "PONG :%s", token);
	fixture_pass(f, 10000);
	peer_send(bob, "PONG :%s", asked(bob));
	fixture_pass(f, 60000);
	expect_none(bob);
}

static void who_is_talked_to_without_end_is_asked_now_and_then(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *bob = pair(f, &alice, "");
	int n_asked = 0;

	for (int ms = 0; ms < 4 * CURSOR_EVERY_MS; ms += 100) {
		const char *line;

		peer_send(alice, "PRIVMSG #den :%d", ms);
		fixture_pass(f, 100);
		while ((line = peer_next(bob)) != NULL) {
			if (!strstr(line, "PING :replay-"))
				continue;
			n_asked++;
			peer_send(bob, "PONG %s", strstr(line, ":replay-"));
		}
	}
	assert_in_range(n_asked, 2, 5);
}

static void who_heard_nothing_new_is_not_asked(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *bob = pair(f, &alice, ""),
			    *modern = fixture_login(f, "bob", MODERN),
			    *znc = fixture_login(f, "bob@znc", "znc.in/playback");

	answer_all(f, alice, bob);
	peer_join(alice, "#other");
	peer_send(alice, "PRIVMSG #other :one");
	fixture_pass(f, 60000);
	expect_none(bob);
	peer_send(alice, "PRIVMSG #den :two");
	fixture_pass(f, 60000);
	assert_int_equal(heard(bob, "PING :replay-"), 1);
	assert_int_equal(heard(modern, "PING :replay-"), 0);
	assert_int_equal(heard(znc, "PING :replay-"), 0);
}

// Who is not in yet, or does not take what is sent, is not asked.
static void who_cannot_answer_is_not_asked(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *bob = pair(f, &alice, ""), *coming;

	answer_all(f, alice, bob);
	coming = fixture_open(f);
	peer_send(coming, "CAP LS 302");
	peer_send(coming, "PASS :bob@tv:" FIXTURE_PASSWORD);
	peer_send(coming, "NICK bob");
	peer_send(coming, "USER bob 0 * :bob");
	peer_skip(coming);
	peer_stall(bob);
	peer_send(alice, "PRIVMSG #den :one");
	fixture_pass(f, 60000);
	assert_int_equal(heard(coming, "PING :replay-"), 0);
	assert_int_equal(heard(bob, "PING :replay-"), 0);
}

static void a_stall_while_a_page_is_fetched_shows_nothing_twice(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *bob = pair(f, &alice, "");

	peer_close(bob);
	peer_send(alice, "PRIVMSG #den :one");
	fixture_restart(f, true);
	fixture_hold_answers(f, true);
	bob = fixture_login_loud(f, "bob@tv", "");
	peer_stall(bob);
	peer_drain(bob);
	peer_send(bob, "PONG :replay-0000000000000");
	fixture_hold_answers(f, false);
	assert_int_equal(heard(bob, "] one"), 1);
}

// What is withheld comes when it drains, whatever it says before.
static void nothing_is_shown_before_it_drains(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *bob = pair(f, &alice, MODERN);

	peer_stall(bob);
	peer_send(alice, "PRIVMSG #den :one");
	peer_send(bob, "PONG :replay-0000000000000");
	expect_none(bob);
	peer_drain(bob);
	expect(bob, "alice PRIVMSG #den one");
}

static void who_is_deleted_while_a_page_is_fetched_is_shown_none(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *bob = pair(f, &alice, "");

	peer_close(bob);
	peer_send(alice, "PRIVMSG #den :one");
	fixture_restart(f, true);
	fixture_hold_answers(f, true);
	bob = fixture_login_loud(f, "bob@tv", "");
	admin_answer_free(fixture_verb(f, "user delete bob --confirm bob", NULL));
	fixture_hold_answers(f, false);
	assert_int_equal(heard(bob, "] one"), 0);
}

static void a_cursor_is_loaded_and_copied(void **state)
{
	struct fixture *f = *state;
	struct account *bob = fixture_account(f, "bob");
	char device[20];

	cursor_load(f->hub, &(struct entry_cursor){424242, SPAN("tv"), 5});
	cursor_load(f->hub, &(struct entry_cursor){bob->id, SPAN("tv"), 5});
	cursor_load(f->hub, &(struct entry_cursor){bob->id, SPAN("tv"), 6});
	assert_int_equal(bob->cursors.n_items, 1);
	cursor_copy(bob, SPAN("none"), SPAN("phone"));
	assert_int_equal(bob->cursors.n_items, 1);
	cursor_copy(bob, SPAN("tv"), SPAN("phone"));
	assert_int_equal(bob->cursors.n_items, 2);
	for (int i = 2; i < CURSORS_PER_ACCOUNT; i++) {
		snprintf(device, sizeof(device), "d%d", i);
		cursor_copy(bob, SPAN("tv"), span_of(device));
	}
	assert_int_equal(bob->cursors.n_items, CURSORS_PER_ACCOUNT);
	cursor_copy(bob, SPAN("tv"), SPAN("more"));
	assert_int_equal(bob->cursors.n_items, CURSORS_PER_ACCOUNT);
}

// One that has a cursor keeps it.
static void a_copy_takes_no_cursor_away(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *bob = pair(f, &alice, "");
	struct account *a = fixture_account(f, "bob");

	peer_close(bob);
	peer_send(alice, "PRIVMSG #den :one");
	cursor_load(f->hub, &(struct entry_cursor){a->id, SPAN("new"), f->hub->last_message});
	cursor_copy(a, SPAN("new"), SPAN("tv"));
	bob = fixture_login_loud(f, "bob@tv", "");
	assert_int_equal(heard(bob, "] one"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(the_newest_of_all_conversations_counts),
		HUB_TEST(of_two_people_the_one_who_spoke_last_counts),
		HUB_TEST(notices_are_missed_as_words_are_and_events_are_not),
		HUB_TEST(a_long_stall_ends_in_pages),
		HUB_TEST(what_others_said_makes_no_page),
		HUB_TEST(an_answer_is_of_the_question),
		HUB_TEST(what_came_meanwhile_is_asked_for_next),
		HUB_TEST(who_is_talked_to_without_end_is_asked_now_and_then),
		HUB_TEST(who_heard_nothing_new_is_not_asked),
		HUB_TEST(who_cannot_answer_is_not_asked),
		HUB_TEST(a_stall_while_a_page_is_fetched_shows_nothing_twice),
		HUB_TEST(nothing_is_shown_before_it_drains),
		HUB_TEST(who_is_deleted_while_a_page_is_fetched_is_shown_none),
		HUB_TEST(a_cursor_is_loaded_and_copied),
		HUB_TEST(a_copy_takes_no_cursor_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
