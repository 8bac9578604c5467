// SPDX-License-Identifier: MIT
// Lists of bans by themselves: what stands in one, whom it means, and until when.
#include "server/hub/people/account.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/room.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct room *den(struct fixture *f)
{
	return room_new(f->hub, SPAN("#den"), fixture_account(f, "alice"));
}

static struct ban *add(struct room *r, enum ban_kind kind, const char *mask, int64_t lasts_ms)
{
	return ban_add(r->hub, r, kind, span_of(mask), SPAN("alice"), SPAN(""), lasts_ms);
}

static size_t length(const struct list *bans)
{
	size_t n = 0;

	list_for_each(item, bans)
		n++;
	return n;
}

// The clock moves, and no timer has run yet.
static void what_is_over_counts_no_more_before_it_is_removed(void **state)
{
	struct fixture *f = *state;
	struct account *bob = fixture_account(f, "bob");
	struct room *r = den(f);
	static const enum ban_kind kinds[] = {BAN_BAN, BAN_EXCEPT, BAN_INVITE};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		(void)add(r, kinds[i], "bob!*@*", 1000);
	(void)add(r, BAN_BAN, "b*!*@*", 0);
	f->hub->now.wall_ms += 999;
	assert_non_null(ban_find(f->hub, r, BAN_BAN, SPAN("BOB!*@*")));
	assert_false(room_bans(r, bob));
	assert_true(room_lets_in(r, bob));
	f->hub->now.wall_ms++;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		assert_null(ban_find(f->hub, r, kinds[i], SPAN("bob!*@*")));
	assert_true(room_bans(r, bob));
	assert_false(room_lets_in(r, bob));
	assert_int_equal(length(&r->bans), 4);
	(void)add(r, BAN_BAN, "BOB!*@*", 0);
	assert_int_equal(length(&r->bans), 4);
	assert_non_null(ban_find(f->hub, r, BAN_BAN, SPAN("bob!*@*")));
}

static void setting_one_anew_does_something_where_an_end_is_in_it(void **state)
{
	static const struct {
		int64_t stands_ms, lasts_ms; // stands -1: it does not
		bool changes;
	} rows[] = {{-1, 0, true}, {0, 0, false}, {0, 5, true}, {5, 0, true}, {5, 5, true}};
	struct fixture *f = *state;
	struct room *r = den(f);
	char mask[16];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		snprintf(mask, sizeof(mask), "m%zu!*@*", i);
		if (rows[i].stands_ms >= 0)
			(void)add(r, BAN_BAN, mask, rows[i].stands_ms);
		assert_int_equal(
			ban_would_change(f->hub, r, BAN_BAN, span_of(mask), rows[i].lasts_ms),
			rows[i].changes);
		assert_true(ban_would_change(f->hub, r, BAN_EXCEPT, span_of(mask), 0));
		assert_true(ban_would_change(f->hub, NULL, BAN_BAN, span_of(mask), 0));
	}
}

static void a_list_is_full_for_what_does_not_stand_in_it(void **state)
{
	struct fixture *f = *state;
	struct room *r = den(f);
	char mask[16];

	for (int i = 0; i < BANS_PER_ROOM; i++) {
		assert_false(bans_are_full(r, BAN_BAN, SPAN("new!*@*")));
		snprintf(mask, sizeof(mask), "m%d!*@*", i);
		(void)add(r, BAN_BAN, mask, 0);
	}
	assert_true(bans_are_full(r, BAN_BAN, SPAN("new!*@*")));
	assert_false(bans_are_full(r, BAN_BAN, SPAN("M7!*@*")));
	assert_false(bans_are_full(r, BAN_EXCEPT, SPAN("new!*@*")));
	assert_int_equal(bans_count(r, BAN_BAN), BANS_PER_ROOM);
	assert_int_equal(bans_count(r, BAN_EXCEPT), 0);
}

static void a_mute_and_an_exception_mean_what_they_say(void **state)
{
	static const struct {
		const char *ban, *except; // NULL: none
		bool bans, mutes;
	} rows[] = {
		{"bob!*@*", NULL, true, true},
		{"~m:bob!*@*", NULL, false, true},
		{"bob!*@*", "bob!*@*", false, false},
		{"bob!*@*", "~m:bob!*@*", true, false},
		{"~m:bob!*@*", "bob!*@*", false, false},
		{"~m:~a:bob", "~m:b*!*@*", false, false},
		{"cem!*@*", NULL, false, false},
		{"*!*@*", "~a:cem", true, true},
	};
	struct fixture *f = *state;
	struct account *bob = fixture_account(f, "bob");
	struct room *r = den(f);

	(void)fixture_account(f, "cem");
	assert_false(room_bans(r, bob) || room_mutes(r, bob));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bans_clear(&r->bans);
		(void)add(r, BAN_BAN, rows[i].ban, 0);
		if (rows[i].except)
			(void)add(r, BAN_EXCEPT, rows[i].except, 0);
		if (room_bans(r, bob) != rows[i].bans || room_mutes(r, bob) != rows[i].mutes)
			fail_msg("%s, %s", rows[i].ban, rows[i].except);
	}
}

// A pattern keeps out who comes later, and lets in nobody who does.
static void what_lets_in_is_for_who_was_there(void **state)
{
	struct fixture *f = *state;
	struct room *r = den(f);
	struct account *old = fixture_account(f, "bert"), *young;

	(void)add(r, BAN_INVITE, "b*!*@*", 0);
	assert_true(room_lets_in(r, old));
	young = fixture_account(f, "bob");
	young->created_ms = f->hub->now.wall_ms + 1;
	assert_false(room_lets_in(r, young));
	(void)add(r, BAN_BAN, "b*!*@*", 0);
	(void)add(r, BAN_EXCEPT, "bo*!*@*", 0);
	assert_true(room_bans(r, young));
}

static void a_ban_takes_back_the_invitations_of_those_it_means(void **state)
{
	struct fixture *f = *state;
	struct room *r = den(f);
	struct account *bob = fixture_account(f, "bob"), *cem = fixture_account(f, "cem");

	(void)add(r, BAN_INVITED, "bob", 0);
	(void)add(r, BAN_INVITED, "cem", 0);
	(void)add(r, BAN_INVITE, "bob!*@*", 0);
	room_uninvite_banned(r);
	assert_true(room_has_invited(r, bob) && room_has_invited(r, cem));
	(void)add(r, BAN_BAN, "bob!*@*", 0);
	room_uninvite_banned(r);
	assert_false(room_has_invited(r, bob));
	assert_true(room_has_invited(r, cem));
	assert_int_equal(bans_count(r, BAN_INVITE), 1);
	room_uninvite(r, bob);
	room_uninvite(r, cem);
	assert_false(room_has_invited(r, cem));
	assert_int_equal(length(&r->bans), 2);
}

// It named nobody when it was set; of two that come to be the same, one stays.
static void who_gets_a_name_is_meant_from_then_on(void **state)
{
	struct fixture *f = *state;
	struct room *r = den(f);
	struct account *bob;
	struct ban *b = add(r, BAN_BAN, "~a:bob", 0),
		   *by_mask = add(r, BAN_EXCEPT, "bob!*@*", 0);

	assert_true(b->is_loose && by_mask->is_loose && !b->account);
	assert_int_equal(f->hub->n_loose_bans, 2);
	(void)add(r, BAN_BAN, "b*!*@*", 0);
	assert_int_equal(f->hub->n_loose_bans, 2);
	bob = fixture_account(f, "bob");
	bans_known(bob);
	assert_int_equal(f->hub->n_loose_bans, 0);
	assert_true(b->account == bob->id && by_mask->account == bob->id);
	assert_int_equal(length(&r->bans), 3);
	(void)add(r, BAN_BAN, "~a:rob", 0);
	(void)add(r, BAN_EXCEPT, "~a:rob", 0);
	assert_int_equal(f->hub->n_loose_bans, 2);
	account_rename(bob, SPAN("rob"));
	bans_named(bob);
	assert_string_equal(b->mask, "~a:rob");
	assert_int_equal(bans_count(r, BAN_BAN), 2);
	assert_int_equal(bans_count(r, BAN_EXCEPT), 2); // another mask: both stay
	assert_int_equal(f->hub->n_loose_bans, 0);
}

// Its name leads to another one, whose ban is over and still in the list.
static void what_is_over_makes_no_other_one_void(void **state)
{
	struct fixture *f = *state;
	struct room *r = den(f);
	struct account *bob = fixture_account(f, "bob");
	struct ban *loose = add(r, BAN_BAN, "~a:rob", 0);

	(void)add(r, BAN_BAN, "~a:bob", 1000);
	f->hub->now.wall_ms += 1000;
	account_rename(bob, SPAN("rob"));
	bans_named(bob);
	assert_int_equal(loose->account, bob->id);
	assert_int_equal(length(&r->bans), 2);
}

static void a_start_that_changes_nothing_stores_nothing(void **state)
{
	struct fixture *f = *state;
	struct room *r = den(f);

	(void)fixture_account(f, "bob");
	(void)add(r, BAN_BAN, "~a:bob", 0);
	(void)add(r, BAN_BAN, "~a:nobody", 0);
	(void)add(r, BAN_BAN, "b*!*@*", 0);
	(void)add(r, BAN_INVITED, "bob", 0);
	fixture_settle(f);
	fixture_restart(f, false);
	assert_int_equal(f->hub->head, 0);
	r = room_find(f->hub, SPAN("#den"));
	assert_int_equal(length(&r->bans), 4);
	assert_int_equal(f->hub->n_loose_bans, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(what_is_over_counts_no_more_before_it_is_removed),
		HUB_TEST(setting_one_anew_does_something_where_an_end_is_in_it),
		HUB_TEST(a_list_is_full_for_what_does_not_stand_in_it),
		HUB_TEST(a_mute_and_an_exception_mean_what_they_say),
		HUB_TEST(what_lets_in_is_for_who_was_there),
		HUB_TEST(a_ban_takes_back_the_invitations_of_those_it_means),
		HUB_TEST(who_gets_a_name_is_meant_from_then_on),
		HUB_TEST(what_is_over_makes_no_other_one_void),
		HUB_TEST(a_start_that_changes_nothing_stores_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
