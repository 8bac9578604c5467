// SPDX-License-Identifier: MIT
// Between two pages of a catch-up, and who is left alone meanwhile.
#include "server/hub/pages/replay.h"
#include "server/hub/people/account.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MODERN "message-tags server-time echo-message batch draft/chathistory"

// How many lines have this in them, of all that came.
static int heard(struct peer *p, const char *text)
{
	const char *line;
	int n = 0;

	while ((line = peer_next(p)) != NULL)
		n += strstr(line, text) != NULL;
	return n;
}

static const char *asked(struct peer *p)
{
	const char *line;

	while ((line = peer_next(p)) != NULL) {
		if (strstr(line, "PING :replay-"))
			return strstr(line, ":replay-") + 1;
	}
	fail_msg("nothing was asked");
	return "";
}

// alice, and bob's TV that has answered for all that it heard in #den.
static struct peer *bob_with(struct fixture *f, struct peer **alice)
{
	struct peer *bob;

	*alice = fixture_login(f, "alice", MODERN);
	bob = fixture_login(f, "bob@tv", "");
	peer_join(*alice, "#den");
	peer_join(bob, "#den");
	peer_send(*alice, "PRIVMSG #den :zero");
	fixture_pass(f, 10000);
	peer_send(bob, "PONG :%s", asked(bob));
	fixture_skip(f);
	return bob;
}

static void what_one_says_between_two_pages_is_not_shown_again(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *bob = bob_with(f, &alice);
	char token[64];

	peer_close(bob);
	for (int i = 0; i < 250; i++)
		peer_send(alice, "PRIVMSG #den :n%d", i);
	fixture_restart(f, true);
	alice = fixture_login(f, "alice", MODERN);
	bob = fixture_login_loud(f, "bob@tv", "");
	snprintf(token, sizeof(token), "%s", asked(bob));
	peer_send(bob, "PRIVMSG #den :mine");
	peer_send(alice, "PRIVMSG #den :hers");
	peer_send(bob, "PONG :%s", token);
	expect(bob, "alice PRIVMSG #den :[*] n200");
	expect_later(bob, "alice PRIVMSG #den :[*] n249");
	expect(bob, "alice PRIVMSG #den :[*] hers");
	peer_send(bob, "PONG :%s", asked(bob));
	expect_none(bob);
}

// Whoever is quiet is asked at once, and then no more until there is something new.
static void who_is_quiet_is_asked_soon_and_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *bob = bob_with(f, &alice);

	assert_false(f->hub->on_cursors.is_set);
	peer_send(alice, "PRIVMSG #den :one");
	assert_true(f->hub->on_cursors.is_set);
	fixture_pass(f, 2 * CURSOR_QUIET_MS + 100);
	peer_send(bob, "PONG :%s", asked(bob));
	assert_false(f->hub->on_cursors.is_set);
	fixture_pass(f, 3 * CURSOR_EVERY_MS);
	expect_none(bob);
}

// The more there are the later, but not beyond a bound; and never while it loads.
static void among_many_it_is_looked_less_often(void **state)
{
	static const struct {
		size_t n;
		int64_t wait_ms;
	} rows[] = {
		{0, CURSOR_QUIET_MS}, {1000, CURSOR_QUIET_MS + 500}, {100000, CURSOR_EVERY_MS}};
	struct hub *h = ((struct fixture *)*state)->hub;
	size_t n = h->sessions.n_items;

	h->loading = true;
	replay_is_due(h);
	assert_false(h->on_cursors.is_set);
	h->loading = false;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		h->sessions.n_items = rows[i].n;
		replay_is_due(h);
		assert_true(h->on_cursors.is_set);
		assert_int_equal(h->on_cursors.at_ms - h->now.mono_ms, rows[i].wait_ms);
		h->now.mono_ms++;
		replay_is_due(h); // it is set already
		h->now.mono_ms--;
		assert_int_equal(h->on_cursors.at_ms - h->now.mono_ms, rows[i].wait_ms);
		timer_stop(&h->on_cursors);
	}
	h->sessions.n_items = n;
}

// Who is not in, goes, does not take what is sent, or can ask is not asked.
static void who_cannot_or_need_not_answer_is_left_alone(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 4; i++) {
		struct peer *alice, *bob = bob_with(f, &alice);
		struct session *s = peer_session(bob);
		cap_set caps = s->caps;

		s->registered = i != 0;
		s->closing = i == 1;
		s->stalled = i == 2;
		s->caps |= i == 3 ? cap_bit(CAP_CHATHISTORY) : 0;
		peer_send(alice, "PRIVMSG #den :one");
		fixture_pass(f, 3 * CURSOR_EVERY_MS);
		if (heard(bob, "PING :replay-"))
			fail_msg("%d was asked", i);
		s->registered = true;
		s->closing = s->stalled = false;
		s->caps = caps;
		peer_send(alice, "PRIVMSG #den :two");
		fixture_pass(f, 3 * CURSOR_EVERY_MS);
		assert_int_equal(heard(bob, "PING :replay-"), 1);
		fixture_renew(f, NULL);
	}
}

static void who_is_being_shown_something_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *bob = bob_with(f, &alice);

	peer_close(bob);
	peer_send(alice, "PRIVMSG #den :one");
	fixture_restart(f, true);
	alice = fixture_login(f, "alice", MODERN);
	fixture_hold_answers(f, true);
	bob = fixture_login(f, "bob@tv", "");
	peer_send(alice, "PRIVMSG #den :two");
	fixture_pass(f, 3 * CURSOR_EVERY_MS);
	assert_int_equal(heard(bob, "PING :replay-"), 0);
	fixture_hold_answers(f, false);
	expect(bob, "alice PRIVMSG #den :[*] one");
	expect(bob, "alice PRIVMSG #den :[*] two");
	assert_int_equal(heard(bob, "PING :replay-"), 1);
}

static size_t said_to_be_live(struct fixture *f)
{
	return f->hub->out.outboxes[0] ? f->hub->out.outboxes[0]->n_items : 0;
}

// A stall of who is not in, or is on the way out, is none to catch up with.
static void only_who_is_in_catches_up(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *bob = bob_with(f, &alice), *nobody = fixture_open(f);
	struct session *s = peer_session(bob), *strange = peer_session(nobody);
	size_t n = said_to_be_live(f);

	replay_stalled(strange, 1, false);
	assert_null(strange->replay);
	assert_true(strange->stalled);
	replay_catch_up(strange);
	s->closing = true;
	replay_stalled(s, 1, false);
	replay_catch_up(s);
	assert_null(s->replay);
	s->closing = s->registered = false;
	replay_stalled(s, 1, false);
	assert_null(s->replay);
	s->registered = true;
	assert_int_equal(said_to_be_live(f), n);
	replay_catch_up(s);
	assert_int_equal(said_to_be_live(f), n + 1);
	replay_stalled(s, f->hub->head + 1, false);
	assert_non_null(s->replay);
	s->closing = true;
	replay_catch_up(s);
	assert_non_null(s->replay);
	s->closing = false;
	replay_catch_up(s);
	assert_null(s->replay);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(what_one_says_between_two_pages_is_not_shown_again),
		HUB_TEST(who_is_quiet_is_asked_soon_and_once),
		HUB_TEST(among_many_it_is_looked_less_often),
		HUB_TEST(who_cannot_or_need_not_answer_is_left_alone),
		HUB_TEST(who_is_being_shown_something_is_left_alone),
		HUB_TEST(only_who_is_in_catches_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
