// SPDX-License-Identifier: MIT
// Invites that people make in their clients (INVITELINK): who may, how many, and what becomes of
// them with their makers.
#include "tests/support/hub_fixture.h"

#include "common/clock.h"
#include "server/hub/people/account.h"
#include "server/hub/people/invite.h"
#include "server/hub/rooms/room.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define PASSPHRASE "a quite long passphrase"
#define DAY_MS (24LL * 60 * 60 * 1000)

static void renew(struct fixture *f, enum invite_policy who)
{
	struct hub_config config = fixture_config();

	config.registration = REGISTRATION_INVITE;
	config.link = (struct snug_link){.host = "chat.test", .port = "7000"};
	config.invites = who;
	fixture_renew(f, &config);
}

// The token of the link that p is answered with; free() it.
static char *token_of(struct peer *p)
{
	const char *line = peer_next(p), *at = line ? strstr(line, ",invite=") : NULL;

	if (!at)
		fail_msg("no link but %s", line ? line : "nothing");
	return span_dup(span_from(at + 8, SECRET_TEXT_LEN));
}

static void admin_verb(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != ADMIN_DONE)
		fail_msg("%s: " SPAN_FMT, words, SPAN_ARG(a->words));
	admin_answer_free(a);
}

static void expect_entry(struct fixture *f, const char *token, const char *name, bool is_let_in)
{
	struct peer *p = fixture_open(f);

	peer_send(p, "PASS %s", token);
	peer_send(p, "NICK %s", name);
	peer_send(p, "REGISTER * * :" PASSPHRASE);
	if (is_let_in)
		expect(p, "server REGISTER SUCCESS * :*");
	else
		expect(p, "server FAIL REGISTER INVITE_REQUIRED * :*");
}

static void a_link_lets_somebody_in_and_into_the_room(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *p;

	renew(f, INVITES_BY_MODERATORS);
	alice = fixture_login(f, "alice", "");
	p = fixture_open(f);
	peer_join(alice, "#den");
	peer_send(alice, "INVITELINK ADD #den");
	char *token = token_of(alice);
	peer_send(p, "PASS %s", token);
	peer_send(p, "REGISTER zoe * :" PASSPHRASE);
	expect(p, "server REGISTER SUCCESS zoe :*");
	peer_send(p, "NICK zoe");
	peer_send(p, "USER u 0 * :Z");
	expect_later(p, "zoe JOIN #den");
	expect(alice, "zoe JOIN #den");
	expect_entry(f, token, "yan", false); // it had one use
	peer_send(alice, "INVITELINK LIST");
	expect(alice, "server INVITELINK LIST *");
	expect_none(alice);
	free(token);
}

static void a_link_for_browsers_stands_behind_the_other(void **state)
{
	struct fixture *f = *state;
	struct peer *alice;

	renew(f, INVITES_BY_MEMBERS);
	alice = fixture_login(f, "alice", "");
	peer_join(alice, "#den");
	peer_send(alice, "INVITELINK ADD #den");
	expect(alice, "server INVITELINK ADD * #den 1 1 * :snug://chat.test:7000/den,invite=*");
	f->hub->config.has_page = true;
	f->hub->config.web_port = 8443;
	peer_send(alice, "INVITELINK ADD #den");
	expect(alice, "server INVITELINK ADD * #den 1 1 * snug://chat.test:7000/den,invite=* "
		      ":https://chat.test:8443/#den,invite=*,irc=7000");
}

// What each setting lets a member, a moderator and an administrator do, in an open room, in a
// closed one, and without a room.
static void the_setting_says_who_may(void **state)
{
	static const char *const names[] = {"member", "moderator", "admin"};
	static const struct {
		enum invite_policy who;
		const char *open, *closed, *none; // a letter a name: may
	} rows[] = {
		{INVITES_BY_MODERATORS, "-mA", "-mA", "--A"},
		{INVITES_BY_MEMBERS, "MmA", "-mA", "MmA"},
		{INVITES_BY_ADMINS, "--A", "--A", "--A"},
		{INVITES_BY_NOBODY, "---", "---", "---"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		renew(f, rows[i].who);
		struct peer *moderator = fixture_login(f, "moderator", "");
		(void)fixture_admin_account(f, "admin");
		peer_join(moderator, "#open");
		peer_join(moderator, "#closed");
		for (size_t k = 0; k < ARRAY_LEN(names); k++) {
			const char *cells[] = {rows[i].open, rows[i].closed, rows[i].none};
			const char *const rooms[] = {"#open", "#closed", "*"};
			struct peer *p = fixture_login(f, names[k], "");

			peer_join(p, "#open");
			peer_join(p, "#closed");
			peer_send(moderator, "MODE #closed +i");
			for (size_t r = 0; r < ARRAY_LEN(rooms); r++) {
				const char *line;
				bool may = false;

				peer_skip(p);
				peer_send(p, "INVITELINK ADD %s", rooms[r]);
				while ((line = peer_next(p)))
					may |= strstr(line, " INVITELINK ADD ") != NULL;
				if (may != (cells[r][k] != '-'))
					fail_msg("setting %zu: %s and %s", i, names[k],
						 rooms[r]);
			}
			peer_send(moderator, "MODE #closed -i");
		}
	}
}

static void a_stranger_to_the_room_a_guest_and_a_closed_server_make_none(void **state)
{
	struct fixture *f = *state;
	struct peer *alice, *bob;
	struct hub_config config;

	renew(f, INVITES_BY_MEMBERS);
	alice = fixture_login(f, "alice", "");
	bob = fixture_login(f, "bob", "");
	peer_join(alice, "#den");
	peer_send(bob, "INVITELINK ADD #den");
	expect(bob, "server 442 bob #den :*");
	peer_send(bob, "INVITELINK ADD #nowhere");
	expect(bob, "server 403 bob #nowhere :*");
	fixture_account(f, "bob")->guest_room = room_find(f->hub, SPAN("#den"))->stream.id;
	peer_send(bob, "INVITELINK ADD #den");
	expect(bob, "server FAIL INVITELINK GUEST #den :*");
	peer_send(bob, "INVITELINK ADD");
	expect(bob, "server FAIL INVITELINK GUEST * :*");
	config = fixture_config();
	config.registration = REGISTRATION_CLOSED;
	hub_configure(f->hub, &config);
	peer_send(alice, "INVITELINK ADD #den");
	expect(alice, "server FAIL INVITELINK DISALLOWED * :*");
}

static void a_conversation_takes_nobody_in_by_a_link(void **state)
{
	struct fixture *f = *state;
	struct peer *root;
	const char *line, *room = NULL;
	char name[32];

	(void)fixture_admin_account(f, "root");
	(void)fixture_account(f, "bob");
	(void)fixture_account(f, "cem");
	root = fixture_login(f, "root", "");
	peer_skip(root);
	peer_send(root, "TALK bob,cem");
	while ((line = peer_next(root)) && !room)
		room = strstr(line, " JOIN #talk-");
	assert_non_null(room);
	(void)snprintf(name, sizeof(name), "%.14s", room + 6);
	peer_skip(root);
	peer_send(root, "INVITELINK ADD %s", name);
	expect(root, "server FAIL INVITELINK INVALID_ROOM * :*");
}

static void an_account_has_few_open_ones_and_what_is_over_makes_room(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	for (int i = 0; i < INVITES_PER_ACCOUNT; i++)
		free((peer_send(alice, "INVITELINK ADD #den"), token_of(alice)));
	peer_send(alice, "INVITELINK ADD #den");
	expect(alice, "server FAIL INVITELINK LIMIT_REACHED * :*");
	assert_int_equal(f->hub->invites.n_items, INVITES_PER_ACCOUNT);
	fixture_pass(f, 7 * DAY_MS + 1);
	alice = fixture_login(f, "alice", "");
	peer_skip(alice);
	free((peer_send(alice, "INVITELINK ADD #den"), token_of(alice)));
	assert_int_equal(f->hub->invites.n_items, 1);
}

static void its_end_is_a_month_away_at_most(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	char until[CLOCK_TEXT_LEN + 1];

	peer_join(alice, "#den");
	clock_text(f->hub->now.wall_ms + INVITE_DAYS_MAX * DAY_MS + 60000, until);
	peer_send(alice, "INVITELINK ADD #den 1 %s", until);
	expect(alice, "server FAIL INVITELINK INVALID_TIME * :*");
	clock_text(f->hub->now.wall_ms - 1, until);
	peer_send(alice, "INVITELINK ADD #den 1 %s", until);
	expect(alice, "server FAIL INVITELINK INVALID_TIME * :*");
	clock_text(f->hub->now.wall_ms + INVITE_DAYS_MAX * DAY_MS - 60000, until);
	peer_send(alice, "INVITELINK ADD #den 100 %s", until);
	free(token_of(alice));
	peer_send(alice, "INVITELINK ADD #den 0");
	expect(alice, "server FAIL INVITELINK INVALID_USES 0 :*");
}

static void who_is_shut_out_or_gone_lets_nobody_in(void **state)
{
	struct fixture *f = *state;
	struct peer *alice;

	renew(f, INVITES_BY_MODERATORS);
	alice = fixture_login(f, "alice", "");
	peer_join(alice, "#den");
	peer_send(alice, "INVITELINK ADD #den 5");
	char *token = token_of(alice);
	expect_entry(f, token, "zoe", true);
	admin_verb(f, "user disable alice");
	expect_entry(f, token, "yan", false);
	admin_verb(f, "user enable alice");
	expect_entry(f, token, "xia", true);
	fixture_restart(f, false);
	admin_verb(f, "user delete alice --confirm alice");
	expect_entry(f, token, "wes", false);
	assert_int_equal(f->hub->invites.n_items, 0);
	fixture_restart(f, false);
	assert_int_equal(f->hub->invites.n_items, 0);
	free(token);
}

static void the_command_line_shows_who_made_it_under_their_present_name(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct admin_answer *a;

	peer_join(alice, "#den");
	free((peer_send(alice, "INVITELINK ADD #den 5"), token_of(alice)));
	admin_verb(f, "user rename alice ann");
	fixture_restart(f, false);
	a = fixture_verb(f, "invite list", NULL);
	assert_int_equal(a->n_rows, 1);
	assert_true(span_eq(a->cells[6].text, SPAN("ann")));
	admin_answer_free(a);
	alice = fixture_login(f, "ann", "");
	peer_skip(alice);
	peer_send(alice, "INVITELINK LIST");
	expect(alice, "server INVITELINK LIST * #den 5 5 *");
	expect(alice, "server INVITELINK LIST *");
}

// Somebody called as the command line calls itself has nothing of it.
static void a_name_makes_nobody_the_maker_of_others_invites(void **state)
{
	struct fixture *f = *state;
	struct peer *shell = fixture_login(f, "shell", "");
	char which[32];
	size_t at = 0;

	admin_verb(f, "invite create");
	const struct invite *i = idmap_next(&f->hub->invites, &at);
	(void)snprintf(which, sizeof(which), "%lld", (long long)i->id);
	peer_send(shell, "INVITELINK LIST");
	expect(shell, "server INVITELINK LIST *");
	peer_send(shell, "INVITELINK DEL %s", which);
	expect(shell, "server FAIL INVITELINK NO_SUCH_INVITE * :*");
	assert_int_equal(f->hub->invites.n_items, 1);
}

static void it_is_in_the_audit_log_without_its_token(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct admin_answer *a;
	bool is_there = false;

	peer_join(alice, "#den");
	peer_send(alice, "INVITELINK ADD #den");
	char *token = token_of(alice);
	a = fixture_verb(f, "audit list", NULL);
	for (size_t i = 0; i < a->n_rows * a->n_columns; i++) {
		struct span text = a->cells[i].text;

		is_there |= text.len && span_eq(text, SPAN("invite create"));
		assert_false(text.len && memmem(text.at, text.len, token, strlen(token)));
	}
	assert_true(is_there);
	admin_answer_free(a);
	free(token);
}

// Who was put out, or is no moderator any more, does not come back by a link of their own.
static void what_leads_into_a_room_goes_with_its_makers_place(void **state)
{
	static const char *const ends[] = {"PART #den", "KICK #den bob", "MODE #den -o bob"};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		struct peer *alice, *bob;
		char *token;

		renew(f, INVITES_BY_MODERATORS);
		alice = fixture_login(f, "alice", "");
		bob = fixture_login(f, "bob", "");
		peer_join(alice, "#den");
		peer_join(bob, "#den");
		peer_send(alice, "MODE #den +o bob");
		peer_skip(bob);
		peer_send(bob, "INVITELINK ADD #den 5");
		token = token_of(bob);
		expect_entry(f, token, "yan", true);
		peer_send(i ? alice : bob, "%s", ends[i]);
		expect_entry(f, token, "zoe", false);
		free(token);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_link_lets_somebody_in_and_into_the_room),
		HUB_TEST(a_link_for_browsers_stands_behind_the_other),
		HUB_TEST(the_setting_says_who_may),
		HUB_TEST(a_stranger_to_the_room_a_guest_and_a_closed_server_make_none),
		HUB_TEST(a_conversation_takes_nobody_in_by_a_link),
		HUB_TEST(an_account_has_few_open_ones_and_what_is_over_makes_room),
		HUB_TEST(its_end_is_a_month_away_at_most),
		HUB_TEST(who_is_shut_out_or_gone_lets_nobody_in),
		HUB_TEST(the_command_line_shows_who_made_it_under_their_present_name),
		HUB_TEST(a_name_makes_nobody_the_maker_of_others_invites),
		HUB_TEST(it_is_in_the_audit_log_without_its_token),
		HUB_TEST(what_leads_into_a_room_goes_with_its_makers_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
