// SPDX-License-Identifier: MIT
// What lists of masks show and mean once names change.
#include "server/hub/people/account.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/room.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void verb(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, "sesame-sesame");

	if (a->code != ADMIN_DONE)
		fail_msg("%s: " SPAN_FMT, words, SPAN_ARG(a->words));
	admin_answer_free(a);
}

static void restart_if(struct fixture *f, bool restarts)
{
	if (restarts)
		fixture_restart(f, false);
}

// What the room showed is what was said of it: the lines that are kept tell of the deletion.
static void a_list_shows_the_present_name_and_history_tells_what_went(void **state)
{
	struct fixture *f = *state;
	struct peer *alice;

	for (int restarts = 0; restarts < 2; restarts++) {
		(void)fixture_account(f, "bob");
		alice = fixture_login(f, "alice", "");
		peer_join(alice, "#den");
		peer_send(alice, "MODE #den +b ~m:bob");
		verb(f, "user rename bob rob");
		restart_if(f, restarts);
		alice = fixture_login(f, "alice",
				      "batch draft/chathistory draft/event-playback");
		peer_send(alice, "MODE #den b");
		expect(alice, "server 367 alice #den ~m:rob!*@* alice *");
		peer_skip(alice);
		verb(f, "user delete rob --confirm rob");
		expect_later(alice, "server MODE #den -b ~m:rob!*@*");
		peer_send(alice, "CHATHISTORY LATEST #den * 1");
		expect(alice, "server BATCH +* chathistory #den");
		expect(alice, "@batch=* server MODE #den -b ~m:rob!*@*");
		fixture_renew(f, NULL);
	}
}

// A name that nobody had is meant for the first to get it, by whichever way; where he is in the
// list already, once.
static void a_name_that_nobody_has_is_meant_for_the_first_to_get_it(void **state)
{
	struct fixture *f = *state;

	for (int restarts = 0; restarts < 2; restarts++) {
		struct peer *alice = fixture_login(f, "alice", "");
		struct room *r;

		(void)fixture_account(f, "bob");
		peer_join(alice, "#den");
		peer_send(alice, "MODE #den +bbb bob rob ~a:amy");
		restart_if(f, restarts);
		verb(f, "user rename bob rob");
		verb(f, "user add amy --no-password");
		verb(f, "user rename amy ann");
		verb(f, "user add amy --no-password --reuse");
		restart_if(f, restarts);
		r = room_find(f->hub, SPAN("#den"));
		assert_int_equal(bans_count(r, BAN_BAN), 2);
		assert_true(room_bans(r, account_find(f->hub, SPAN("rob"))));
		assert_true(room_bans(r, account_find(f->hub, SPAN("ann"))));
		assert_false(room_bans(r, account_find(f->hub, SPAN("amy"))));
		fixture_renew(f, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_list_shows_the_present_name_and_history_tells_what_went),
		HUB_TEST(a_name_that_nobody_has_is_meant_for_the_first_to_get_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
