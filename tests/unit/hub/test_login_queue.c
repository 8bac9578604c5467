// SPDX-License-Identifier: MIT
// Passwords wait for their turn: who is first, who gives way, and who is not hashed.
#include "tests/unit/hub/login_queue.h"

#include "common/die.h"
#include "server/hub/people/account.h"
#include "server/letters/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void who_is_known_there_comes_first_then_who_came_first(void **state)
{
	struct fixture *f = held(state, 0);
	struct peer *running, *ann, *bob, *alice;

	meets(f, "192.0.2.9", "alice");
	running = asks(f, HERE, "eve");
	ann = asks(f, HERE, "ann");
	bob = asks(f, "192.0.2.2", "bob");
	alice = asks(f, "192.0.2.9", "alice");
	is_served(f, running);
	is_served(f, alice);
	is_served(f, ann);
	is_served(f, bob);
}

static void a_stranger_to_the_account_is_one_where_others_are_known(void **state)
{
	struct fixture *f = held(state, 0);
	struct peer *running, *ann, *guest;

	meets(f, "192.0.2.9", "alice");
	running = asks(f, HERE, "eve");
	ann = asks(f, HERE, "ann");
	guest = asks(f, "192.0.2.9", "bob");
	is_served(f, running);
	is_served(f, ann);
	is_served(f, guest);
}

static void who_went_is_not_hashed(void **state)
{
	struct fixture *f = held(state, 0);
	struct peer *running = asks(f, HERE, "eve"), *gone = asks(f, HERE, "ann"),
		    *stays = asks(f, HERE, "bob");
	struct hub_figures figures;

	peer_close(gone);
	is_served(f, running);
	is_served(f, stays);
	hub_figures(f->hub, &figures);
	assert_int_equal(figures.jobs, 0);
	assert_int_equal(figures.hashed, 2);
}

static void a_retry_takes_up_the_old_place(void **state)
{
	struct fixture *f = held(state, 0);
	struct peer *running = asks(f, HERE, "eve"), *ann = asks(f, HERE, "ann"),
		    *bob = asks(f, HERE, "bob"), *again, *twice;

	fixture_pass(f, PATIENT_MS);
	peer_close(ann);
	fixture_pass(f, 20000);
	again = asks(f, HERE, "Ann");
	twice = asks(f, HERE, "ann"); // the place was one
	is_served(f, running);
	is_served(f, again);
	is_served(f, bob);
	is_served(f, twice);
}

static void no_place_is_kept_for_who_did_not_wait_or_is_elsewhere(void **state)
{
	struct fixture *f = held(state, 0);
	struct peer *running = asks(f, HERE, "eve"), *ann = asks(f, HERE, "ann"),
		    *cat = asks(f, HERE, "cat"), *bob = asks(f, HERE, "bob"), *hasty, *moved;

	peer_close(ann);
	fixture_pass(f, PATIENT_MS);
	peer_close(cat);
	hasty = asks(f, HERE, "ann");
	moved = asks(f, "192.0.2.2", "cat");
	is_served(f, running);
	is_served(f, bob);
	is_served(f, hasty);
	is_served(f, moved);
}

static void a_place_is_kept_for_a_while(void **state)
{
	struct fixture *f = held(state, 0);
	struct peer *running = asks(f, HERE, "eve"), *ann = asks(f, HERE, "ann"),
		    *bob = asks(f, HERE, "bob"), *late;

	fixture_pass(f, PATIENT_MS);
	peer_close(ann);
	fixture_pass(f, PLACE_KEPT_MS);
	late = asks(f, HERE, "ann");
	is_served(f, running);
	is_served(f, bob);
	is_served(f, late);
}

// 12 of 16 places are for strangers; the first that asks is hashed at once.
static void fill(struct fixture *f, const char *host, struct peer *peers[13])
{
	char name[16];

	for (int i = 0; i < 13; i++) {
		snprintf(name, sizeof(name), "guest%d", i);
		peers[i] = asks(f, host, name);
		expect_none(peers[i]);
	}
}

// Proves A3.
static void a_part_of_the_queue_is_for_who_is_known(void **state)
{
	struct fixture *f = held(state, 16);
	struct peer *guests[13], *alice, *ann;

	meets(f, HERE, "alice");
	fill(f, HERE, guests);
	ann = asks(f, HERE, "ann");
	expect(ann, LATER);
	expect(ann, NO);
	alice = asks(f, HERE, "alice");
	expect_none(alice);
	is_served(f, guests[0]);
	is_served(f, alice);
	is_served(f, guests[1]);
}

// Proves A3.
static void the_newest_of_the_heaviest_gives_way(void **state)
{
	struct fixture *f = held(state, 16);
	struct peer *guests[13], *ann;

	fill(f, "2001:db8:1:7::1", guests);
	// Of the same /48, however it is cut.
	ann = asks(f, "2001:db8:1:8::1", "ann");
	expect(ann, LATER);
	expect(ann, NO);
	ann = asks(f, "2001:db8:2::1", "ann");
	expect_none(ann);
	expect(guests[12], LATER);
	expect(guests[12], NO);
	for (int i = 0; i < 12; i++)
		is_served(f, guests[i]);
	is_served(f, ann);
}

// Proves A3.
static void lack_of_room_counts_as_no_failure(void **state)
{
	struct fixture *f = held(state, 16);
	struct peer *guests[13], *ann;

	fill(f, HERE, guests);
	for (int i = 0; i < 300; i++) {
		ann = asks(f, HERE, "ann");
		expect(ann, LATER);
		peer_close(ann);
	}
	fixture_hold_hashes(f, false);
	ann = asks(f, HERE, "ann");
	expect(ann, "server 900 * * * :*");
	expect(ann, YES);
}

static void who_gave_up_while_waiting_for_us_does_not_shut_the_address(void **state)
{
	struct fixture *f = held(state, 0);
	struct peer *running = asks(f, HERE, "eve"), *p;

	for (int i = 0; i < 300; i++) {
		p = asks(f, HERE, "ann");
		fixture_pass(f, PATIENT_MS);
		peer_close(p);
	}
	p = asks(f, HERE, "ann");
	is_served(f, running);
	is_served(f, p);
}

static void the_clock_stands_while_we_make_somebody_wait(void **state)
{
	struct fixture *f = held(state, 16);
	struct peer *guests[13], *ann;

	fill(f, HERE, guests);
	assert_true(peer_is_held(guests[0]));
	assert_true(peer_is_held(guests[12]));
	ann = asks(f, HERE, "ann");
	assert_false(peer_is_held(ann));
	fixture_hash(f);
	assert_false(peer_is_held(guests[0]));
}

static void who_waits_is_told_where_it_can_be_shown(void **state)
{
	struct fixture *f = held(state, 0);
	struct peer *running = asks(f, HERE, "eve"), *plain_one, *ann, *bob;

	plain_one = asks(f, HERE, "cat");
	expect_none(plain_one);
	ann = opened_at(f, HERE);
	peer_send(ann, "CAP REQ standard-replies");
	peer_skip(ann);
	(void)fixture_account(f, "ann");
	plain_of(ann, "", "ann", FIXTURE_PASSWORD);
	expect(ann, "server NOTE AUTHENTICATE WAIT :*: 2 before you");
	(void)fixture_account(f, "bob");
	bob = opened_at(f, HERE);
	peer_send(bob, "CAP REQ standard-replies");
	peer_send(bob, "CAP END");
	peer_skip(bob);
	peer_send(bob, "PASS bob:" FIXTURE_PASSWORD);
	peer_send(bob, "NICK bob");
	peer_send(bob, "USER bob 0 * :bob");
	expect(bob, "server NOTE PASS WAIT :*: 3 before you");
	is_served(f, running);
	is_served(f, plain_one);
	is_served(f, ann);
	expect_none(running);
}

// Whoever is served at once need not be told.
static void who_does_not_wait_is_told_nothing(void **state)
{
	struct fixture *f = held(state, 0);
	struct peer *ann = opened_at(f, HERE);

	peer_send(ann, "CAP REQ standard-replies");
	peer_skip(ann);
	(void)fixture_account(f, "ann");
	plain_of(ann, "", "ann", FIXTURE_PASSWORD);
	expect_none(ann);
	is_served(f, ann);
}

static void after_a_slow_login_one_is_told_how_it_goes_without(void **state)
{
	struct fixture *f = held(state, 0);
	struct peer *running = asks(f, HERE, "eve"), *ann = asks(f, HERE, "ann"), *bob;

	fixture_pass(f, SLOW_LOGIN_MS);
	bob = asks(f, HERE, "bob");
	is_served(f, running);
	is_served(f, ann);
	is_served(f, bob);
	enter(ann);
	expect_later(ann, "server 001 * :*");
	expect_later(ann, "server NOTICE ann :Your password waited 5 s*CERT*token*");
	enter(bob);
	expect_later(bob, "server 001 * :*");
	while (peer_next(bob))
		continue;
	peer_send(bob, "PING x");
	expect(bob, "server PONG * :x");
}

// The answer, if there is one by now.
static struct admin_answer *import_three(struct fixture *f)
{
	struct admin_request *r = admin_request_new();
	const struct span words[] = {SPAN("user"), SPAN("import"), SPAN("-")};
	const struct admin_record records[] = {
		{.name = SPAN("one"), .password = SPAN("a password for all")},
		{.name = SPAN("two"), .password = SPAN("a password for all")},
		{.name = SPAN("three"), .password = SPAN("a password for all")},
	};

	r->words = xmemdup(words, sizeof(words));
	r->n_words = ARRAY_LEN(words);
	r->records = xmemdup(records, sizeof(records));
	r->n_records = ARRAY_LEN(records);
	return fixture_request(f, r);
}

static void an_import_hashes_behind_logins(void **state)
{
	struct fixture *f = held(state, 0);
	struct peer *ann;

	assert_null(import_three(f));
	ann = asks(f, HERE, "ann");
	fixture_hash(f);
	is_served(f, ann);
	assert_non_null(account_find(f->hub, SPAN("one")));
	assert_null(account_find(f->hub, SPAN("two")));
	fixture_hold_hashes(f, false);
	assert_non_null(account_find(f->hub, SPAN("three")));
}

static void an_import_ends_with_the_server(void **state)
{
	struct fixture *f = held(state, 0);
	struct hub_figures figures;

	assert_null(import_three(f));
	hub_stop(f->hub, SPAN("Until tomorrow"));
	fixture_settle(f);
	fixture_hold_hashes(f, false);
	assert_non_null(account_find(f->hub, SPAN("one"))); // it was being hashed
	assert_null(account_find(f->hub, SPAN("two")));
	hub_figures(f->hub, &figures);
	assert_int_equal(figures.jobs, 0);
}

static void a_stop_finds_all_that_wait(void **state)
{
	struct fixture *f = held(state, 16);
	struct hub_figures figures;
	struct peer *guests[13];

	fill(f, HERE, guests);
	hub_stop(f->hub, SPAN("Until tomorrow"));
	fixture_settle(f);
	for (int i = 0; i < 13; i++)
		expect(guests[i], "ERROR :*Until tomorrow*");
	hub_figures(f->hub, &figures);
	assert_int_equal(figures.jobs, 1); // the one that is being hashed
	fixture_hold_hashes(f, false);
	assert_int_equal(fixture_hashed(f), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(who_is_known_there_comes_first_then_who_came_first),
		HUB_TEST(a_stranger_to_the_account_is_one_where_others_are_known),
		HUB_TEST(who_went_is_not_hashed),
		HUB_TEST(a_retry_takes_up_the_old_place),
		HUB_TEST(no_place_is_kept_for_who_did_not_wait_or_is_elsewhere),
		HUB_TEST(a_place_is_kept_for_a_while),
		HUB_TEST(a_part_of_the_queue_is_for_who_is_known),
		HUB_TEST(the_newest_of_the_heaviest_gives_way),
		HUB_TEST(lack_of_room_counts_as_no_failure),
		HUB_TEST(who_gave_up_while_waiting_for_us_does_not_shut_the_address),
		HUB_TEST(the_clock_stands_while_we_make_somebody_wait),
		HUB_TEST(who_waits_is_told_where_it_can_be_shown),
		HUB_TEST(who_does_not_wait_is_told_nothing),
		HUB_TEST(after_a_slow_login_one_is_told_how_it_goes_without),
		HUB_TEST(an_import_hashes_behind_logins),
		HUB_TEST(an_import_ends_with_the_server),
		HUB_TEST(a_stop_finds_all_that_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
