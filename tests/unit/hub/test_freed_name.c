// SPDX-License-Identifier: MIT
// An account is deleted and somebody else gets its name: nothing of the old one is theirs.
#include "server/hub/people/account.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/people/credential.h"
#include "server/hub/rooms/room.h"
#include "server/hub/rooms/server_ban.h"
#include "server/hub/state/state.h"
#include "tests/support/hub_fixture.h"

#include "common/die.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define HISTORY "batch draft/chathistory message-tags echo-message"

static void verb(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, "sesame-sesame");

	if (a->code != ADMIN_DONE)
		fail_msg("%s: " SPAN_FMT, words, SPAN_ARG(a->words));
	admin_answer_free(a);
}

// A closed room of alice; zoe has an account.
static struct peer *closed_room(struct fixture *f)
{
	struct peer *alice = fixture_login(f, "alice", "");

	(void)fixture_account(f, "zoe");
	peer_join(alice, "#sec");
	peer_send(alice, "MODE #sec +i");
	peer_skip(alice);
	return alice;
}

static struct peer *another_zoe(struct fixture *f, bool restarts)
{
	verb(f, "user delete zoe --confirm zoe");
	if (restarts)
		fixture_restart(f, false);
	return fixture_login(f, "zoe", HISTORY);
}

// +i is a refusal whatever is asked: what lets in is the entry alone.
static void nothing_lets_the_next_one_in(struct fixture *f, const char *line, bool restarts)
{
	struct peer *alice = closed_room(f), *zoe;

	peer_send(alice, "%s", line);
	zoe = another_zoe(f, restarts);
	peer_send(zoe, "JOIN #sec");
	expect(zoe, "server 473 zoe #sec :*");
	assert_true(list_is_empty(&room_find(f->hub, SPAN("#sec"))->bans));
	fixture_renew(f, NULL);
}

static void an_invitation_goes_with_the_account(void **state)
{
	nothing_lets_the_next_one_in(*state, "INVITE zoe #sec", false);
	nothing_lets_the_next_one_in(*state, "INVITE zoe #sec", true);
}

static void every_form_of_an_exact_name_goes_with_the_account(void **state)
{
	static const char *const lines[] = {
		"MODE #sec +I zoe",
		"MODE #sec +I ZOE!*@*",
		"MODE #sec +I zoe!zoe@chat.test",
		"MODE #sec +I ~a:zoe",
		"MODE #sec +I $account:Zoe",
		"MODE #sec +I ~t:1d:zoe",
		"MODE #sec +I ~t:1d:~a:zoe",
		"MODE #sec +e zoe",
		"MODE #sec +e ~a:zoe",
		"MODE #sec +b zoe",
		"MODE #sec +b ~m:zoe",
		"MODE #sec +b ~m:~a:zoe",
		"MODE #sec +b ~t:1d:~m:~a:zoe",
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		nothing_lets_the_next_one_in(*state, lines[i], i % 2);
}

static void a_pattern_stays_and_the_room_hears_what_goes(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = closed_room(f);
	struct room *r = room_find(f->hub, SPAN("#sec"));

	peer_send(alice, "MODE #sec +bbee *zoe*!*@* ~m:zoe zo?!*@* ~a:zoe");
	peer_send(alice, "MODE #sec +Ib ~a:zoe ~a:zoey");
	peer_skip(alice);
	verb(f, "user delete zoe --confirm zoe");
	expect(alice, "server MODE #sec -b ~m:zoe!*@*");
	expect(alice, "server MODE #sec -e ~a:zoe");
	expect(alice, "server MODE #sec -I ~a:zoe");
	expect_none(alice);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(bans_count(r, BAN_BAN), 2);
		assert_int_equal(bans_count(r, BAN_EXCEPT), 1);
		assert_int_equal(bans_count(r, BAN_INVITE), 0);
		fixture_restart(f, false);
		r = room_find(f->hub, SPAN("#sec"));
	}
}

static void a_ban_of_the_server_goes_with_the_account(void **state)
{
	struct fixture *f = *state;

	(void)fixture_account(f, "zoe");
	verb(f, "ban add zoe");
	verb(f, "ban add 192.0.2.0/24");
	verb(f, "user delete zoe --confirm zoe");
	fixture_restart(f, false);
	assert_null(server_ban_account(f->hub, SPAN("zoe")));
	assert_non_null(server_ban_address(f->hub, SPAN("192.0.2.7")));
}

// A rename frees a name, too, and a pattern outlives who it was meant for.
static void what_lets_in_lets_in_nobody_younger_than_it(void **state)
{
	struct fixture *f = *state;
	static const char *const lines[] = {"MODE #sec +I zoe!*@*", "MODE #sec +I zo*!*@*",
					    "INVITE zoe #sec"};

	for (size_t i = 0; i < 2 * ARRAY_LEN(lines); i++) {
		struct peer *alice = closed_room(f), *zoe;

		peer_send(alice, "%s", lines[i / 2]);
		verb(f, "user rename zoe amy");
		fixture_pass(f, 1000);
		if (i % 2)
			fixture_restart(f, false);
		zoe = fixture_login(f, "zoe", "");
		peer_send(zoe, "JOIN #sec");
		expect(zoe, "server 473 zoe #sec :*");
		alice = fixture_login(f, "alice", "");
		peer_send(alice, "INVITE zoe #sec");
		peer_skip(zoe);
		peer_send(zoe, "JOIN #sec");
		expect(zoe, "zoe JOIN #sec");
		fixture_renew(f, NULL);
	}
}

static void an_exception_frees_nobody_younger_than_it(void **state)
{
	struct fixture *f = *state;

	for (int restarts = 0; restarts < 2; restarts++) {
		struct peer *alice = closed_room(f), *zoe;

		peer_send(alice, "MODE #sec -i+be * zoe!*@*");
		verb(f, "user rename zoe amy");
		fixture_pass(f, 1000);
		if (restarts)
			fixture_restart(f, false);
		zoe = fixture_login(f, "zoe", "");
		peer_send(zoe, "JOIN #sec");
		expect(zoe, "server 474 zoe #sec :*");
		fixture_renew(f, NULL);
	}
}

static void a_mask_of_one_name_changes_with_the_name(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *zoe;

	peer_join(alice, "#den");
	fixture_login(f, "zoe", "");
	peer_send(alice, "MODE #den +b zoe!*@*");
	verb(f, "user rename zoe amy");
	zoe = fixture_login(f, "zoe", "");
	peer_send(zoe, "JOIN #den");
	expect(zoe, "zoe JOIN #den");
	peer_skip(alice);
	peer_send(alice, "MODE #den +b");
	expect(alice, "server 367 alice #den amy!*@* alice *");
}

static void who_comes_later_is_let_in_by_the_exact_name(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *zoe;

	peer_join(alice, "#sec");
	peer_send(alice, "MODE #sec +iI zoe!*@*");
	fixture_pass(f, 1000);
	zoe = fixture_login(f, "zoe", "");
	peer_send(zoe, "JOIN #sec");
	expect(zoe, "zoe JOIN #sec");
}

// Says something to everybody, and gives the id of what was said in the room.
static char *old_words(struct fixture *f, struct peer *bob)
{
	struct peer *zoe = fixture_login(f, "zoe", HISTORY);

	peer_join(zoe, "#den");
	peer_join(bob, "#den");
	peer_send(zoe, "PRIVMSG bob :old secret");
	peer_send(bob, "PRIVMSG zoe :old answer");
	peer_send(zoe, "MARKREAD bob timestamp=2026-01-01T00:00:00.000Z");
	peer_send(zoe, "METADATA * SET display-name :Old");
	peer_send(zoe, "@+draft/reply=x PRIVMSG #den :old words");
	expect_later(zoe, "@msgid=$old zoe PRIVMSG #den :old words");
	return xstrdup(fixture_var(f, "old"));
}

static void what_the_old_one_said_is_not_the_new_ones(void **state)
{
	struct fixture *f = *state;

	for (int restarts = 0; restarts < 2; restarts++) {
		struct peer *bob = fixture_login(f, "bob", HISTORY), *zoe;
		char *id = old_words(f, bob);

		zoe = another_zoe(f, restarts);
		assert_null(account_find(f->hub, SPAN("zoe"))->members);
		peer_send(zoe, "CHATHISTORY LATEST bob * 50");
		expect(zoe, "server BATCH +* chathistory bob");
		expect(zoe, "server BATCH -*");
		peer_send(zoe, "CHATHISTORY TARGETS timestamp=2000-01-01T00:00:00.000Z "
			       "timestamp=2100-01-01T00:00:00.000Z 50");
		expect(zoe, "server BATCH +* draft/chathistory-targets");
		expect(zoe, "server BATCH -*");
		peer_join(zoe, "#den");
		peer_send(zoe, "REDACT #den %s", id);
		expect(zoe, "server FAIL REDACT REDACT_FORBIDDEN #den * :*");
		peer_send(zoe, "@+draft/edit=%s PRIVMSG #den :new words", id);
		expect(zoe, "server FAIL PRIVMSG EDIT_FORBIDDEN * :*");
		free(id);
		fixture_renew(f, NULL);
	}
}

// Somebody else has the name on purpose: the number of the account stands behind it.
static void a_search_tells_the_one_who_is_gone_from_the_next(void **state)
{
	static const char caps[] = HISTORY " soju.im/search";
	struct fixture *f = *state;
	struct peer *bob = fixture_login(f, "bob", caps);

	free(old_words(f, bob));
	(void)another_zoe(f, false);
	peer_skip(bob);
	peer_send(bob, "SEARCH text=answer");
	expect(bob, "server BATCH +* soju.im/search");
	expect(bob, "bob PRIVMSG zoe~* :old answer");
	expect(bob, "server BATCH -*");
	peer_send(bob, "CHATHISTORY TARGETS timestamp=2000-01-01T00:00:00.000Z "
		       "timestamp=2100-01-01T00:00:00.000Z 50");
	expect(bob, "server BATCH +* draft/chathistory-targets");
	expect_later(bob, "server CHATHISTORY TARGETS zoe~* *");
	expect_later(bob, "server CHATHISTORY TARGETS #den *");
	expect(bob, "server BATCH -*");
}

// The new account has the client ids of the old one before it, and neither knows the other's.
static void an_id_of_exactly_once_is_not_taken_by_the_old_one(void **state)
{
	struct fixture *f = *state;

	for (int restarts = 0; restarts < 2; restarts++) {
		static const char caps[] = "message-tags echo-message snug.chat/exactly-once";
		struct peer *zoe = fixture_login(f, "zoe", caps);

		peer_join(zoe, "#den");
		peer_send(zoe, "@snug.chat/id=1 PRIVMSG #den :old");
		verb(f, "user delete zoe --confirm zoe");
		if (restarts)
			fixture_restart(f, false);
		zoe = fixture_login(f, "zoe", caps);
		peer_join(zoe, "#den");
		peer_send(zoe, "@snug.chat/id=1 PRIVMSG #den :new");
		expect(zoe, "@snug.chat/id=1 zoe PRIVMSG #den :new");
		fixture_renew(f, NULL);
	}
}

static void markers_metadata_and_devices_are_gone(void **state)
{
	struct fixture *f = *state;

	for (int restarts = 0; restarts < 2; restarts++) {
		struct peer *bob = fixture_login(f, "bob", HISTORY);
		const struct account *a;

		free(old_words(f, bob));
		verb(f, "user token add zoe");
		(void)another_zoe(f, restarts);
		a = account_find(f->hub, SPAN("zoe"));
		assert_int_equal(credentials_count(a), 0);
		assert_int_equal(f->hub->credentials.n_items, 0);
		assert_int_equal(a->markers.n_items, 0);
		assert_int_equal(a->metadata.n_items, 0);
		assert_int_equal(a->dialogs.n_items, 0);
		fixture_renew(f, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(an_invitation_goes_with_the_account),
		HUB_TEST(every_form_of_an_exact_name_goes_with_the_account),
		HUB_TEST(a_pattern_stays_and_the_room_hears_what_goes),
		HUB_TEST(a_ban_of_the_server_goes_with_the_account),
		HUB_TEST(what_lets_in_lets_in_nobody_younger_than_it),
		HUB_TEST(an_exception_frees_nobody_younger_than_it),
		HUB_TEST(a_mask_of_one_name_changes_with_the_name),
		HUB_TEST(who_comes_later_is_let_in_by_the_exact_name),
		HUB_TEST(what_the_old_one_said_is_not_the_new_ones),
		HUB_TEST(a_search_tells_the_one_who_is_gone_from_the_next),
		HUB_TEST(an_id_of_exactly_once_is_not_taken_by_the_old_one),
		HUB_TEST(markers_metadata_and_devices_are_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
