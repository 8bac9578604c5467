// SPDX-License-Identifier: MIT
#include "server/hub/people/account.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/room.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct room *room(const struct fixture *f, const char *name)
{
	return room_find(f->hub, span_of(name));
}

static void whoever_makes_a_room_moderates_it_and_hears_its_names(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_send(alice, "JOIN #den");
	expect(alice, "alice JOIN #den");
	expect(alice, "server 353 alice = #den :@alice");
	expect(alice, "server 366 alice #den :*");
	expect_none(alice);
}

static void the_room_of_a_moderator_is_closed_to_nobody_and_its_topic_to_members(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den");
	expect(alice, "server 324 alice #den +nt");
	expect(alice, "server 329 alice #den *");
}

static void ones_own_join_tells_the_letters_that_are_set(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "message-tags");
	struct peer *bob = fixture_login(f, "bob", "message-tags"),
		    *carol = fixture_login(f, "carol", "");

	peer_send(alice, "JOIN #den");
	expect(alice, "@snug.chat/modes=+nt alice JOIN #den");
	peer_send(alice, "MODE #den +lk 9 secret");
	fixture_skip(f);
	peer_send(bob, "JOIN #den secret");
	expect(bob, "@snug.chat/modes=+ntkl bob JOIN #den");
	expect(alice, "@!snug.chat/modes bob JOIN #den");
	peer_send(carol, "JOIN #den secret");
	expect(carol, "@!snug.chat/modes carol JOIN #den");
}

static void joining_again_says_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	peer_send(alice, "JOIN #DEN");
	expect_none(alice);
}

static void a_bad_name_makes_no_room(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_send(alice, "JOIN #a\x02"
			 "b,den,#");
	expect(alice, "server 476 alice * :*");
	expect(alice, "server 403 alice den :*");
	expect(alice, "server 476 alice # :*");
	assert_int_equal(f->hub->rooms.n_items, 0);
}

static void where_only_administrators_make_rooms_others_get_no_such_channel(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	struct peer *alice, *root;

	config.create_rooms = ROOMS_BY_ADMINS;
	fixture_renew(f, &config);
	fixture_admin_account(f, "root");
	alice = fixture_login(f, "alice", "");
	root = fixture_login(f, "root", "");
	peer_send(alice, "JOIN #den");
	expect(alice, "server 403 alice #den :*");
	peer_send(root, "JOIN #den");
	expect(root, "root JOIN #den");
}

static void an_account_makes_so_many_rooms_within_an_hour(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	struct peer *alice, *bob;

	config.rooms_per_hour = 3;
	fixture_renew(f, &config);
	alice = fixture_login(f, "alice", "");
	bob = fixture_login(f, "bob", "");
	for (int i = 0; i < 3; i++) {
		peer_send(alice, "JOIN #den");
		expect_later(alice, "server 366 alice #den :*");
		peer_send(alice, "PART #den");
		peer_skip(alice);
		assert_int_equal(f->hub->rooms.n_items, 0);
	}
	peer_send(alice, "JOIN #den");
	expect(alice, "server 405 alice #den :You made 3 rooms within an hour: *");
	expect_none(alice);
	peer_join(bob, "#den");
	peer_send(alice, "JOIN #den"); // one that is there
	expect_later(alice, "server 366 alice #den :*");
	fixture_pass(f, 20 * 60 * 1000);
	peer_send(alice, "JOIN #lair");
	expect_later(alice, "server 366 alice #lair :*");
	peer_send(alice, "JOIN #nest");
	expect(alice, "server 405 alice #nest :You made *");
}

static void a_member_is_in_the_room_on_all_devices(void **state)
{
	struct fixture *f = *state;
	struct peer *desk = fixture_login(f, "alice", ""),
		    *phone = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(bob, "#den");
	peer_send(desk, "JOIN #den");
	expect(desk, "alice JOIN #den");
	expect(phone, "alice JOIN #den");
	expect_later(phone, "server 366 alice #den :*");
	expect(bob, "alice JOIN #den");
	expect_none(bob);
	peer_send(phone, "PART #den :bye");
	expect_later(desk, "alice PART #den :bye");
	expect(phone, "alice PART #den :bye");
	expect(bob, "alice PART #den :bye");
	expect_none(bob);
}

static void a_second_device_shows_nothing_to_others(void **state)
{
	struct fixture *f = *state;
	struct peer *desk = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");
	struct peer *phone;

	peer_join(desk, "#den");
	peer_join(bob, "#den");
	peer_skip(desk);
	phone = fixture_login_loud(f, "alice", "");
	expect_later(phone, "alice JOIN #den");
	expect(phone, "server 353 alice = #den *");
	expect_none(bob);
	expect_none(desk);
	peer_close(phone);
	expect_none(bob);
}

static void the_last_device_that_goes_is_a_quit_and_the_next_a_join_with_its_role(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "QUIT :so long");
	expect(bob, "alice QUIT :*so long*");
	peer_send(bob, "NAMES #den");
	expect(bob, "server 353 bob = #den :bob");
	expect(bob, "server 366 bob #den :*");
	alice = fixture_login(f, "alice", "");
	expect(bob, "alice JOIN #den");
	expect(bob, "server MODE #den +o alice");
	expect_none(bob);
}

static void membership_survives_a_crash(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	peer_send(alice, "TOPIC #den :quiet please");
	peer_send(alice, "MODE #den +ik sesame");
	fixture_restart(f, true);
	alice = fixture_login_loud(f, "alice", "");
	expect_later(alice, "alice JOIN #den");
	expect(alice, "server 332 alice #den :quiet please");
	expect(alice, "server 333 alice #den alice *");
	expect(alice, "server 353 alice = #den :@alice");
	peer_skip(alice);
	peer_send(alice, "MODE #den");
	expect(alice, "server 324 alice #den +intk sesame");
}

static void nothing_of_a_join_is_shown_before_it_is_stored(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	peer_join(bob, "#den");
	fixture_disk_holds(f);
	peer_send(alice, "JOIN #den");
	expect_none(alice);
	expect_none(bob);
	fixture_commit(f);
	expect(alice, "alice JOIN #den");
	expect(bob, "alice JOIN #den");
}

static void a_topic_is_told_kept_and_taken_away(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_skip(alice);
	peer_send(bob, "TOPIC #den :mine");
	expect(bob, "server 482 bob #den :*");
	peer_send(alice, "TOPIC #den :ours");
	expect(alice, "alice TOPIC #den :ours");
	expect(bob, "alice TOPIC #den :ours");
	peer_send(alice, "TOPIC #den :");
	expect(bob, "alice TOPIC #den :");
	peer_send(bob, "TOPIC #den");
	expect(bob, "server 331 bob #den :*");
}

static void a_topic_that_is_too_long_is_refused_not_cut(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	peer_send(alice, "TOPIC #den :%0*d", TOPIC_MAX + 1, 7);
	expect(alice, "server FAIL TOPIC TEXT_TOO_LONG :*");
	expect_none(alice);
}

static void a_rename_is_told_to_those_who_know_it_and_acted_for_the_others(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "draft/channel-rename");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_skip(alice);
	peer_send(alice, "RENAME #den #cave :bigger");
	expect(alice, "alice RENAME #den #cave :bigger");
	expect_none(alice);
	expect(bob, "bob PART #den :bigger");
	expect(bob, "bob JOIN #cave");
	expect_later(bob, "server 366 bob #cave :*");
	assert_null(room(f, "#den"));
	peer_send(bob, "RENAME #cave #mine");
	expect(bob, "server 482 bob #cave :*");
	peer_send(alice, "RENAME #cave #no,pe");
	expect(alice, "server FAIL RENAME CANNOT_RENAME #cave #no,pe :*");
}

static void a_room_that_is_deleted_puts_its_members_out(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct admin_answer *a;

	peer_join(alice, "#den");
	a = fixture_verb(f, "room delete den --confirm #den", NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
	expect(alice, "server KICK #den alice :*");
	assert_null(room(f, "#den"));
	peer_send(alice, "PRIVMSG #den :anyone");
	expect(alice, "server 403 alice #den :*");
}

// Both ends of each listener point at each other, whatever order people leave in.
static void assert_listeners_agree(const struct room *r)
{
	for (size_t i = 0; i < r->n_listeners; i++) {
		const struct listener *l = &r->listeners[i];

		assert_true(l->at < l->session->n_rooms);
		assert_ptr_equal(l->session->rooms[l->at].room, r);
		assert_int_equal(l->session->rooms[l->at].at, i);
		assert_int_equal(l->conn, l->session->id);
		assert_int_equal(l->caps & ~LISTENER_SEES_ALL, l->session->caps);
	}
}

static void listeners_stay_dense_and_true_in_any_order_of_leaving(void **state)
{
	struct fixture *f = *state;
	struct peer *peers[12];
	char name[16];

	for (unsigned i = 0; i < ARRAY_LEN(peers); i++) {
		(void)snprintf(name, sizeof(name), "user%u", i % 8);
		peers[i] = fixture_login(f, name, "");
		peer_send(peers[i], "JOIN #a,#b,#c");
	}
	for (unsigned i = 0; i < ARRAY_LEN(peers); i++) {
		struct peer *p = peers[i * 5 % ARRAY_LEN(peers)];

		if (i % 3 == 0)
			peer_send(p, "PART #b");
		else if (i % 3 == 1)
			peer_send(p, "CAP REQ :setname");
		else
			peer_close(p);
		assert_listeners_agree(room(f, "#a"));
		assert_listeners_agree(room(f, "#b"));
		assert_listeners_agree(room(f, "#c"));
	}
}

static void a_change_of_capabilities_counts_from_the_next_line_on(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	peer_join(bob, "#den");
	peer_send(bob, "CAP REQ :extended-join");
	expect(bob, "server CAP bob ACK *");
	peer_send(alice, "JOIN #den");
	expect(bob, "alice JOIN #den alice :*");
}

static void who_shares_several_rooms_hears_of_a_person_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "setname");
	struct peer *bob = fixture_login(f, "bob", "setname");

	peer_send(alice, "JOIN #a,#b,#c");
	peer_send(bob, "JOIN #a,#b,#c");
	fixture_skip(f);
	peer_send(alice, "SETNAME :Alice the First");
	expect(alice, "alice SETNAME :Alice the First");
	expect_none(alice);
	expect(bob, "alice SETNAME :Alice the First");
	expect_none(bob);
	peer_send(alice, "QUIT");
	expect(bob, "alice QUIT *");
	expect_none(bob);
}

static void a_new_spelling_is_told_to_those_who_know_of_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "draft/channel-rename"),
		    *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	fixture_skip(f);
	peer_send(alice, "RENAME #den #DEN");
	expect(alice, "alice RENAME #den #DEN *");
	expect_none(bob);
	peer_send(alice, "RENAME #DEN #cave");
	assert_string_equal(peer_next(bob), ":bob!bob@chat.test PART #DEN");
}

static void an_administrator_sees_a_secret_room(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", ""),
		    *root;

	(void)fixture_admin_account(f, "root");
	root = fixture_login(f, "root", "");
	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +s");
	fixture_skip(f);
	peer_send(bob, "MODE #den");
	expect(bob, "server 403 bob #den :*");
	peer_send(root, "MODE #den");
	expect(root, "server 324 root #den +nst");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(whoever_makes_a_room_moderates_it_and_hears_its_names),
		HUB_TEST(the_room_of_a_moderator_is_closed_to_nobody_and_its_topic_to_members),
		HUB_TEST(ones_own_join_tells_the_letters_that_are_set),
		HUB_TEST(joining_again_says_nothing),
		HUB_TEST(a_bad_name_makes_no_room),
		HUB_TEST(where_only_administrators_make_rooms_others_get_no_such_channel),
		HUB_TEST(an_account_makes_so_many_rooms_within_an_hour),
		HUB_TEST(a_member_is_in_the_room_on_all_devices),
		HUB_TEST(a_second_device_shows_nothing_to_others),
		HUB_TEST(the_last_device_that_goes_is_a_quit_and_the_next_a_join_with_its_role),
		HUB_TEST(membership_survives_a_crash),
		HUB_TEST(nothing_of_a_join_is_shown_before_it_is_stored),
		HUB_TEST(a_topic_is_told_kept_and_taken_away),
		HUB_TEST(a_topic_that_is_too_long_is_refused_not_cut),
		HUB_TEST(a_rename_is_told_to_those_who_know_it_and_acted_for_the_others),
		HUB_TEST(a_room_that_is_deleted_puts_its_members_out),
		HUB_TEST(listeners_stay_dense_and_true_in_any_order_of_leaving),
		HUB_TEST(a_change_of_capabilities_counts_from_the_next_line_on),
		HUB_TEST(who_shares_several_rooms_hears_of_a_person_once),
		HUB_TEST(a_new_spelling_is_told_to_those_who_know_of_it),
		HUB_TEST(an_administrator_sees_a_secret_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
