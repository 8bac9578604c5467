// SPDX-License-Identifier: MIT
// Whatever lists an account stands in: it is renamed, deleted, and its name given to somebody
// else, also over a restart. What it had it keeps under its new name, and nobody gets it with the
// old one.
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/server_ban.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct room *den(const struct account *a)
{
	return room_find(a->hub, SPAN("#den"));
}

static bool is_banned(const struct account *a)
{
	return room_bans(den(a), a);
}

static bool is_mute(const struct account *a)
{
	return room_mutes(den(a), a) && !room_bans(den(a), a);
}

static bool is_excepted(const struct account *a)
{
	return !room_bans(den(a), a);
}

static bool is_let_in(const struct account *a)
{
	return room_lets_in(den(a), a);
}

static bool is_invited(const struct account *a)
{
	return room_has_invited(den(a), a);
}

static bool is_out(const struct account *a)
{
	return server_ban_account(a->hub, span_of(a->name)) != NULL;
}

static enum member_role role(const struct account *a)
{
	const struct member *m = member_find(den(a), a);

	return m ? m->role : MEMBER_PLAIN;
}

static bool is_founder(const struct account *a)
{
	return role(a) >= MEMBER_FOUNDER;
}

static bool is_moderator(const struct account *a)
{
	return role(a) >= MEMBER_MODERATOR;
}

static bool has_voice(const struct account *a)
{
	return role(a) == MEMBER_VOICE;
}

static bool is_member(const struct account *a)
{
	return member_find(den(a), a) != NULL;
}

static bool is_admin(const struct account *a)
{
	return a->role == ROLE_ADMIN;
}

static bool is_bot(const struct account *a)
{
	return a->class == CLASS_BOT;
}

static bool has_replay(const struct account *a)
{
	return a->replay == 7;
}

static bool is_disabled(const struct account *a)
{
	return a->disabled;
}

static bool has_token(const struct account *a)
{
	return credentials_count(a) > 0;
}

static bool has_metadata(const struct account *a)
{
	return a->metadata.n_items > 0;
}

static bool has_marker(const struct account *a)
{
	return a->markers.n_items > 0;
}

static bool has_dialog(const struct account *a)
{
	return a->dialogs.n_items > 0;
}

// Set by a line of alice, a line of bob or a verb.
static const struct row {
	const char *alice, *bob, *verb;
	bool (*holds)(const struct account *a);
} rows[] = {
	{"MODE #den +b bob", NULL, NULL, is_banned},
	{"MODE #den +b BOB!*@*", NULL, NULL, is_banned},
	{"MODE #den +b ~a:bob", NULL, NULL, is_banned},
	{"MODE #den +b $account:Bob", NULL, NULL, is_banned},
	{"MODE #den +b ~t:1d:bob", NULL, NULL, is_banned},
	{"MODE #den +b ~t:1d:~a:bob", NULL, NULL, is_banned},
	{"MODE #den +b ~m:bob", NULL, NULL, is_mute},
	{"MODE #den +b ~m:~a:bob", NULL, NULL, is_mute},
	{"MODE #den +b ~t:1d:~m:bob!*@*", NULL, NULL, is_mute},
	{"MODE #den +e bob", NULL, NULL, is_excepted},
	{"MODE #den +e ~a:bob", NULL, NULL, is_excepted},
	{"MODE #den +e ~t:1d:bob", NULL, NULL, is_excepted},
	{"MODE #den +iI bob", NULL, NULL, is_let_in},
	{"MODE #den +iI ~a:bob", NULL, NULL, is_let_in},
	{"MODE #den +iI ~t:1d:~a:bob", NULL, NULL, is_let_in},
	{"INVITE bob #den", NULL, NULL, is_invited},
	{NULL, NULL, "ban add bob", is_out},
	{NULL, NULL, "ban add bob --for 1d", is_out},
	{NULL, NULL, "room ban den bob", is_banned},
	{NULL, NULL, "room ban den bob --mute", is_mute},
	{NULL, "JOIN #den", NULL, is_member},
	{NULL, NULL, "room grant den bob --role founder", is_founder},
	{NULL, NULL, "room grant den bob --role moderator", is_moderator},
	{NULL, NULL, "room grant den bob --role voice", has_voice},
	{NULL, NULL, "user role bob admin", is_admin},
	{NULL, NULL, "user set bob --class bot", is_bot},
	{NULL, NULL, "user set bob --replay 7", has_replay},
	{NULL, NULL, "user disable bob", is_disabled},
	{NULL, NULL, "user token add bob", has_token},
	{NULL, "METADATA * SET display-name :Bob", NULL, has_metadata},
	{NULL, "MARKREAD alice timestamp=2026-01-01T00:00:00.000Z", NULL, has_marker},
	{NULL, "PRIVMSG alice :hello", NULL, has_dialog},
};

static void verb(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, "sesame-sesame");

	if (a->code != ADMIN_DONE)
		fail_msg("%s: " SPAN_FMT, words, SPAN_ARG(a->words));
	admin_answer_free(a);
}

static void holds(struct fixture *f, const struct row *row, const char *name, bool wanted)
{
	const struct account *a = account_find(f->hub, span_of(name));

	assert_non_null(a);
	if (row->holds(a) != wanted)
		fail_msg("%s has %s what came of \"%s\"", name, wanted ? "not" : "still",
			 row->alice ? row->alice
			 : row->bob ? row->bob
				    : row->verb);
}

static void set_up_row(struct fixture *f, const struct row *row)
{
	struct peer *alice = fixture_login(f, "alice", "draft/metadata-2 draft/read-marker");
	struct peer *bob = fixture_login(f, "bob", "draft/metadata-2 draft/read-marker");

	(void)fixture_admin_account(f, "root");
	peer_join(alice, "#den");
	if (row->holds == is_excepted)
		peer_send(alice, "MODE #den +b *");
	holds(f, row, "bob", false);
	if (row->alice)
		peer_send(alice, "%s", row->alice);
	if (row->bob)
		peer_send(bob, "%s", row->bob);
	if (row->verb)
		verb(f, row->verb);
	holds(f, row, "bob", true);
}

static void restart_if(struct fixture *f, bool restarts)
{
	if (restarts)
		fixture_restart(f, false);
}

static void renamed(struct fixture *f, const struct row *row, bool restarts)
{
	verb(f, "user rename bob rob");
	holds(f, row, "rob", true);
	restart_if(f, restarts);
	holds(f, row, "rob", true);
	fixture_pass(f, 1000);
	verb(f, "user add bob --reuse");
	holds(f, row, "bob", false);
	holds(f, row, "rob", true);
	restart_if(f, restarts);
	holds(f, row, "bob", false);
	holds(f, row, "rob", true);
}

static void deleted(struct fixture *f, const struct row *row, bool restarts)
{
	verb(f, "user delete bob --confirm bob");
	restart_if(f, restarts);
	verb(f, "user add bob --reuse");
	holds(f, row, "bob", false);
	restart_if(f, restarts);
	holds(f, row, "bob", false);
}

// The two change names: each still has its own.
static void exchanged(struct fixture *f, const struct row *row, bool restarts)
{
	verb(f, "user add eve --no-password");
	verb(f, "user rename bob rob");
	verb(f, "user rename eve bob --reuse");
	restart_if(f, restarts);
	verb(f, "user rename rob eve --reuse");
	holds(f, row, "eve", true);
	holds(f, row, "bob", false);
	verb(f, "user delete bob --confirm bob");
	restart_if(f, restarts);
	holds(f, row, "eve", true);
}

static void every_list_means_the_person_and_not_the_name(void **state)
{
	static void (*const acts[])(struct fixture *, const struct row *,
				    bool) = {renamed, deleted, exchanged};
	struct fixture *f = *state;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (size_t act = 0; act < 2 * ARRAY_LEN(acts); act++) {
			set_up_row(f, &rows[i]);
			acts[act / 2](f, &rows[i], act % 2);
			n++;
			fixture_renew(f, NULL);
		}
	}
	printf("           %zu lists, %zu cases\n", ARRAY_LEN(rows), n);
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
		HUB_TEST(every_list_means_the_person_and_not_the_name),
		HUB_TEST(a_list_shows_the_present_name_and_history_tells_what_went),
		HUB_TEST(a_name_that_nobody_has_is_meant_for_the_first_to_get_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
