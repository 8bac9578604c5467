// SPDX-License-Identifier: MIT
// Conversations of a few people (talk.h).
#include "server/hub/people/account.h"
#include "server/hub/state/state.h"
#include "server/hub/rooms/member.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// The room that NOTE TALK TALK_OPENED names to p, "" none.
static const char *opened(struct peer *p, char room[static 64])
{
	room[0] = '\0';
	for (const char *line; (line = peer_next(p));) {
		const char *at = strstr(line, "NOTE TALK TALK_OPENED ");

		if (at)
			sscanf(at, "NOTE TALK TALK_OPENED %63s", room);
	}
	return room;
}

static bool hears(struct peer *p, const char *part)
{
	bool found = false;

	for (const char *line; (line = peer_next(p));)
		found |= strstr(line, part) != NULL;
	return found;
}

static struct room *room_of(struct fixture *f, const char *name)
{
	struct room *r = room_find(f->hub, span_of(name));

	assert_non_null(r);
	return r;
}

static void all_are_in_it_whether_they_are_there_or_not(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", "message-tags"),
		    *bob = fixture_login(f, "bob", ""), *cem;
	char room[64];

	fixture_account(f, "cem");
	peer_send(ann, "TALK bob,cem,BOB,ann");
	assert_string_not_equal(opened(ann, room), "");
	assert_int_equal(room_of(f, room)->n_members, 3);
	assert_true(hears(bob, "bob!"));
	peer_send(ann, "PRIVMSG %s :tea?", room);
	assert_true(hears(bob, ":tea?"));
	cem = fixture_login_loud(f, "cem", "message-tags");
	{
		bool is_in = false;

		for (const char *line; (line = peer_next(cem));)
			is_in |= strstr(line, " JOIN #talk-") &&
				 strstr(line, "snug.chat/people=") && strstr(line, "ann") &&
				 strstr(line, "bob");
		assert_true(is_in);
	}
	peer_send(cem, "PRIVMSG %s :gladly", room);
	assert_true(hears(ann, ":gladly"));
	fixture_restart(f, true);
	assert_int_equal(room_of(f, room)->n_members, 3);
	assert_true(room_of(f, room)->talk);
}

static void the_same_people_have_one(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""), *bob = fixture_login(f, "bob", "");
	char first[64], again[64], other[64];

	fixture_account(f, "cem");
	fixture_account(f, "dora");
	peer_send(ann, "TALK bob,cem");
	opened(ann, first);
	peer_skip(bob);
	peer_send(bob, "PRIVMSG ChanServ :TALK cem ann");
	assert_string_equal(opened(bob, again), first);
	peer_send(ann, "TALK bob,cem,dora");
	assert_string_not_equal(opened(ann, other), first);
	assert_string_not_equal(other, "");
}

static void fewer_than_three_and_more_than_nine_are_refused(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", "");
	char room[64];

	for (int i = 0; i < 9; i++) {
		snprintf(room, sizeof(room), "p%d", i);
		fixture_account(f, room);
	}
	peer_send(ann, "TALK p0");
	expect(ann, "server FAIL TALK TOO_FEW_PEOPLE :*");
	peer_send(ann, "TALK p0,ann,P0");
	expect(ann, "server FAIL TALK TOO_FEW_PEOPLE :*");
	peer_send(ann, "TALK p0,nobody");
	expect(ann, "server 401 ann nobody :*");
	peer_send(ann, "TALK p0,p1,p2,p3,p4,p5,p6,p7,p8");
	expect(ann, "server FAIL TALK TOO_MANY_PEOPLE :*");
	expect_none(ann);
	assert_int_equal(f->hub->rooms.n_items, 0);
	peer_send(ann, "TALK p0,p1,p2,p3,p4,p5,p6,p7");
	assert_string_not_equal(opened(ann, room), "");
}

static void it_is_hidden_and_nobody_comes_unasked(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""), *eve = fixture_login(f, "eve", "");
	char room[64];

	fixture_account(f, "bob");
	fixture_account(f, "cem");
	peer_send(ann, "TALK bob,cem");
	opened(ann, room);
	peer_send(eve, "LIST");
	assert_false(hears(eve, "talk-"));
	peer_send(eve, "JOIN %s", room);
	assert_true(hears(eve, " 403 eve "));
	peer_send(eve, "PRIVMSG %s :x", room);
	assert_true(hears(eve, " 403 eve "));
	peer_send(ann, "MODE %s -s", room);
	assert_true(hears(ann, " 482 ann "));
}

static void anybody_asks_in_another_up_to_nine(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""), *p[8];
	char room[64], name[64], line[64];
	struct admin_answer *a;

	for (int i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		p[i] = fixture_login(f, name, "");
	}
	fixture_account(f, "late");
	peer_send(ann, "TALK p0,p1");
	opened(ann, room);
	for (int i = 2; i < 8; i++) {
		peer_send(p[0], "INVITE p%d %s", i, room);
		peer_send(p[i], "JOIN %s", room);
	}
	assert_int_equal(room_of(f, room)->n_members, 9);
	peer_skip(p[0]);
	peer_send(p[0], "INVITE late %s", room);
	assert_true(hears(p[0], "FAIL INVITE TALK_FULL"));
	snprintf(line, sizeof(line), "room grant %s late", room);
	a = fixture_verb(f, line, NULL);
	assert_int_equal(a->code, ADMIN_CONFLICT);
	admin_answer_free(a);
}

// Asked in while there was room for one.
static void who_was_asked_in_finds_it_full(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""), *x = fixture_login(f, "x", ""),
		    *y = fixture_login(f, "y", "");
	char room[64];

	for (int i = 0; i < 7; i++) {
		snprintf(room, sizeof(room), "p%d", i);
		fixture_account(f, room);
	}
	peer_send(ann, "TALK p0,p1,p2,p3,p4,p5,p6");
	opened(ann, room);
	peer_send(ann, "INVITE x %s", room);
	peer_send(ann, "INVITE y %s", room);
	peer_send(x, "JOIN %s", room);
	peer_send(y, "JOIN %s", room);
	assert_true(hears(y, " 403 y "));
	assert_int_equal(room_of(f, room)->n_members, 9);
}

static void a_name_makes_a_room_of_it(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""), *bob = fixture_login(f, "bob", ""),
		    *eve;
	char room[64];

	fixture_account(f, "cem");
	eve = fixture_login(f, "eve", "");
	peer_send(ann, "TALK bob,cem");
	opened(ann, room);
	fixture_skip(f);
	peer_send(bob, "RENAME %s #garden", room);
	assert_true(hears(ann, "MODE #garden +o bob"));
	assert_false(room_of(f, "#garden")->talk);
	peer_send(ann, "INVITE eve #garden");
	assert_true(hears(ann, " 482 ann #garden "));
	peer_send(bob, "INVITE eve #garden");
	peer_send(eve, "JOIN #garden");
	assert_int_equal(room_of(f, "#garden")->n_members, 4);
	fixture_restart(f, true);
	assert_false(room_of(f, "#garden")->talk);
}

static void guests_have_none(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""), *gus = fixture_login(f, "gus", "");

	fixture_account(f, "bob");
	fixture_account(f, "gus")->guest_room = 1;
	peer_send(ann, "TALK bob,gus");
	expect(ann, "server FAIL TALK GUEST gus :*");
	peer_send(gus, "TALK bob,ann");
	expect(gus, "server FAIL TALK GUEST *");
	assert_int_equal(f->hub->rooms.n_items, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(all_are_in_it_whether_they_are_there_or_not),
		HUB_TEST(the_same_people_have_one),
		HUB_TEST(fewer_than_three_and_more_than_nine_are_refused),
		HUB_TEST(it_is_hidden_and_nobody_comes_unasked),
		HUB_TEST(anybody_asks_in_another_up_to_nine),
		HUB_TEST(who_was_asked_in_finds_it_full),
		HUB_TEST(a_name_makes_a_room_of_it),
		HUB_TEST(guests_have_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
