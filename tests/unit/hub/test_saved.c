// SPDX-License-Identifier: MIT
// What an account saves to come back to, on all its devices.
#include "server/hub/pages/saved_say.h"
#include "server/hub/rooms/saved.h"
#include "server/letters/admin.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define SAVED "snug.chat/saved"
#define CAPS "message-tags echo-message draft/message-redaction " SAVED

static struct peer *den(struct fixture *f, const char *name)
{
	struct peer *p = fixture_login(f, name, CAPS);

	peer_join(p, "#den");
	return p;
}

// The list as it stands, of one message at the most: "" nothing.
static void expect_list(struct peer *p, const char *pattern)
{
	peer_skip(p);
	peer_send(p, "SAVED LIST");
	if (pattern[0])
		expect(p, pattern);
	expect(p, "server SAVED LIST *");
}

static void all_devices_that_asked_are_told(void **state)
{
	struct fixture *f = *state;
	struct peer *desk = den(f, "alice"), *phone = fixture_login(f, "alice", SAVED),
		    *other = fixture_login(f, "alice", ""), *bob = den(f, "bob");

	peer_send(bob, "PRIVMSG #den :worth it");
	expect_later(desk, "@msgid=$id bob PRIVMSG #den :worth it");
	fixture_skip(f);
	peer_send(desk, "SAVED ADD #DEN $id");
	expect(desk, "server SAVED ADD #den $id 2026-*");
	expect(phone, "server SAVED ADD #den * 2026-*");
	expect_none(other);
	expect_none(bob);
	peer_send(other, "SAVED LIST");
	expect(other, "server 421 alice SAVED :*");
	peer_send(desk, "SAVED DEL $id");
	expect(desk, "server SAVED DEL $id");
	expect(phone, "server SAVED DEL *");
	expect_none(bob);
	expect_list(phone, "");
	peer_send(desk, "SAVED DEL $id");
	expect(desk, "server FAIL SAVED NO_SUCH_SAVED $id :*");
}

static void a_login_brings_the_list_by_names_of_now(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = den(f, "alice"), *bob = den(f, "bob");

	peer_send(bob, "PRIVMSG alice :first");
	expect_later(alice, "@msgid=$one bob PRIVMSG alice :first");
	peer_send(bob, "PRIVMSG #den :second");
	expect_later(alice, "@msgid=$two bob PRIVMSG #den :second");
	peer_send(alice, "SAVED ADD #den $two");
	peer_send(alice, "SAVED ADD bob $one");
	peer_send(alice, "SAVED ADD bob $one");
	admin_answer_free(fixture_verb(f, "user rename bob rob", NULL));
	fixture_restart(f, false);
	alice = fixture_login_loud(f, "alice", SAVED);
	expect_later(alice, "server SAVED ADD rob * 2026-*");
	expect(alice, "server SAVED ADD #den * 2026-*");
	expect(alice, "server SAVED LIST *");
}

static void an_edit_is_saved_as_what_it_is_of(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = den(f, "alice");

	peer_send(alice, "PRIVMSG #den :teh");
	expect_later(alice, "@msgid=$id alice PRIVMSG #den teh");
	peer_send(alice, "@+draft/edit=$id PRIVMSG #den :the");
	expect_later(alice, "@msgid=$edit alice PRIVMSG #den the");
	peer_send(alice, "SAVED ADD #den $edit");
	expect(alice, "server SAVED ADD #den $id *");
}

static void what_is_removed_is_let_go_by_all(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = den(f, "alice"), *bob = den(f, "bob"), *eve = den(f, "eve");

	peer_send(bob, "PRIVMSG #den :oops");
	expect_later(alice, "@msgid=$id bob PRIVMSG #den oops");
	peer_send(bob, "SAVED ADD #den $id");
	peer_send(eve, "SAVED ADD #den $id");
	peer_send(alice, "SAVED ADD #den $id");
	peer_send(eve, "SAVED DEL $id");
	fixture_skip(f);
	peer_send(bob, "REDACT #den $id");
	expect(alice, "server SAVED DEL $id");
	expect(alice, "bob REDACT #den $id");
	expect(bob, "server SAVED DEL $id");
	expect(eve, "bob REDACT #den $id");
	peer_send(bob, "SAVED ADD #den $id");
	expect_later(bob, "server FAIL SAVED UNKNOWN_MSGID $id :*");
	fixture_restart(f, false);
	expect_list(fixture_login(f, "alice", SAVED), "");
}

// Says a word and saves that; its id is called so.
static void says_and_saves(struct peer *p, const char *word)
{
	char said[80];

	snprintf(said, sizeof(said), "@msgid=$%s alice PRIVMSG #den %s", word, word);
	peer_send(p, "PRIVMSG #den :%s", word);
	expect_later(p, said);
	peer_send(p, "SAVED ADD #den $%s", word);
}

static void verb(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
}

static void what_expired_or_lost_its_room_is_listed_no_more(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = den(f, "alice");

	verb(f, "room set den --keep 30m");
	says_and_saves(alice, "one");
	fixture_pass(f, 60 * 60 * 1000);
	says_and_saves(alice, "two");
	verb(f, "history prune");
	expect_list(alice, "server SAVED ADD #den $two *");
	peer_send(alice, "SAVED ADD #den $one");
	expect(alice, "server FAIL SAVED UNKNOWN_MSGID $one :*");
	fixture_restart(f, false);
	alice = fixture_login(f, "alice", CAPS);
	expect_list(alice, "server SAVED ADD #den $two *");
	verb(f, "room delete den --confirm #den");
	expect_list(alice, "");
	fixture_restart(f, false);
	expect_list(fixture_login(f, "alice", SAVED), "");
}

static void none_is_shown_that_may_not_be_read(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = den(f, "alice"), *bob = den(f, "bob");

	peer_send(alice, "PRIVMSG #den :secret");
	expect_later(bob, "@msgid=$id alice PRIVMSG #den secret");
	peer_send(bob, "SAVED ADD #den $id");
	expect_list(bob, "server SAVED ADD #den $id *");
	peer_send(bob, "PART #den");
	expect_list(bob, "");
	peer_send(bob, "JOIN #den");
	expect_list(bob, "server SAVED ADD #den $id *");
	peer_send(alice, "MODE #den +H");
	peer_send(bob, "PART #den");
	peer_send(bob, "JOIN #den");
	expect_list(bob, "");
	peer_send(bob, "SAVED DEL $id");
	expect(bob, "server SAVED DEL $id");
	peer_send(bob, "SAVED ADD #den $id");
	expect(bob, "server FAIL SAVED UNKNOWN_MSGID $id :*");
}

static void what_it_cannot_be_is_named(void **state)
{
	static const struct {
		const char *line, *answer;
	} rows[] = {
		{"SAVED ADD", "INVALID_TARGET *"},
		{"SAVED ADD #nowhere $id", "INVALID_TARGET #nowhere"},
		{"SAVED ADD #secret $id", "INVALID_TARGET #secret"},
		{"SAVED ADD #attic $id", "UNKNOWN_MSGID $id"},
		{"SAVED ADD #den", "UNKNOWN_MSGID *"},
		{"SAVED ADD #den what", "UNKNOWN_MSGID what"},
		{"SAVED ADD #den 0000000000001", "UNKNOWN_MSGID 0000000000001"},
		{"SAVED ADD #den $like", "UNKNOWN_MSGID $like"},
		{"SAVED DEL", "NO_SUCH_SAVED *"},
		{"SAVED DEL $id", "NO_SUCH_SAVED $id"},
		{"SAVED BREAK $id", "INVALID_SUBCOMMAND BREAK"},
	};
	struct fixture *f = *state;
	struct peer *alice = den(f, "alice"), *bob = fixture_login(f, "bob", "");

	peer_join(bob, "#secret");
	peer_send(bob, "MODE #secret +s");
	peer_join(alice, "#attic");
	peer_send(alice, "PRIVMSG #den :hello");
	expect_later(alice, "@msgid=$id alice PRIVMSG #den hello");
	peer_send(alice, "@+draft/react=x;+draft/reply=$id TAGMSG #den");
	expect_later(alice, "@msgid=$like alice TAGMSG #den");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char pattern[120];

		peer_send(alice, "%s", rows[i].line);
		snprintf(pattern, sizeof(pattern), "server FAIL SAVED %s :*", rows[i].answer);
		expect(alice, pattern);
	}
}

static void of_what_is_gone_nothing_is_told(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = den(f, "alice");
	struct saved v = {.account = account_find(f->hub, SPAN("alice")), .message = 7};

	v.stream = 424242;
	saved_tell(&v);
	fixture_settle(f);
	expect_none(alice);
	v.stream = room_find(f->hub, SPAN("#den"))->stream.id;
	saved_tell(&v);
	fixture_settle(f);
	expect(alice, "server SAVED ADD #den 0000000000007 *");
}

static void there_is_an_end_to_the_list(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = den(f, "alice");
	struct account *a = account_find(f->hub, SPAN("alice"));

	for (unsigned i = 1; i <= SAVED_MAX; i++) {
		const struct entry_message m = {
			.id = i, .stream = room_find(f->hub, SPAN("#den"))->stream.id};
		assert_non_null(saved_put(a, &m));
	}
	says_and_saves(alice, "more");
	expect(alice, "server FAIL SAVED LIMIT_REACHED $more :*");
	peer_send(alice, "SAVED DEL 0000000000007");
	expect(alice, "server SAVED DEL 0000000000007");
	peer_send(alice, "SAVED ADD #den $more");
	expect(alice, "server SAVED ADD #den $more *");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(all_devices_that_asked_are_told),
		HUB_TEST(a_login_brings_the_list_by_names_of_now),
		HUB_TEST(an_edit_is_saved_as_what_it_is_of),
		HUB_TEST(what_is_removed_is_let_go_by_all),
		HUB_TEST(what_expired_or_lost_its_room_is_listed_no_more),
		HUB_TEST(none_is_shown_that_may_not_be_read),
		HUB_TEST(what_it_cannot_be_is_named),
		HUB_TEST(of_what_is_gone_nothing_is_told),
		HUB_TEST(there_is_an_end_to_the_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
