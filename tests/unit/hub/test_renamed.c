// SPDX-License-Identifier: MIT
// Whatever lists an account stands in: it is renamed, deleted, and its name given to somebody
// else, also over a restart. What it had it keeps under its new name, and nobody gets it with the
// old one.
#include "server/hub/people/factor.h"
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/hush.h"
#include "server/hub/people/invite.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/report.h"
#include "server/hub/rooms/saved.h"
#include "server/hub/rooms/server_ban.h"
#include "server/hub/people/signin.h"
#include "server/hub/rooms/slip.h"
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

static bool has_read_rules(const struct account *a)
{
	return a->rules_read.n_items > 0;
}

static bool has_reported(const struct account *a)
{
	return a->reports.n_items > 0;
}

static bool has_saved(const struct account *a)
{
	return saved_of(a, 7) != NULL;
}

static bool has_cursor(const struct account *a)
{
	return map_find(&a->cursors, SPAN("tv")) != NULL;
}

static bool was_guessed(const struct account *a)
{
	list_for_each(item, &a->signins) {
		if (container_of(item, struct signin, in_account)->failed)
			return true;
	}
	return false;
}

static bool has_slip(const struct account *a)
{
	return a->n_slips > 0;
}

static bool is_quiet(const struct account *a)
{
	return hush_of(a, HUSH_DND, 0) != NULL;
}

// By alice.
static bool is_ignored(const struct account *a)
{
	const struct account *alice = account_find(a->hub, SPAN("alice"));

	return hush_of(alice, HUSH_IGNORE, a->id) != NULL;
}

static bool ends(const struct account *a)
{
	return a->expires_ms != 0;
}

static bool is_guest(const struct account *a)
{
	return a->guest_room != 0;
}

static bool has_invite(const struct account *a)
{
	size_t cursor = 0;
	const struct invite *i;

	while ((i = idmap_next(&a->hub->invites, &cursor))) {
		if (i->maker == a->id)
			return invite_is_usable(a->hub, i) &&
			       span_eq(invite_by(a->hub, i), span_of(a->name));
	}
	return false;
}

static void make_invite(struct fixture *f, struct account *bob)
{
	char token[SECRET_TEXT_LEN + 1], none[] = "";
	const struct invite wanted = {
		.uses_max = 1, .maker = bob->id, .creator = bob->name, .note = none};

	(void)invite_new(f->hub, &wanted, token);
}

static void tell(struct fixture *f, struct account *bob)
{
	(void)f;
	slip_tell(bob, "your room is #den");
}

static void guess(struct fixture *f, struct account *bob)
{
	const struct signin_try t = {.account = bob->id, .source = "192.0.2.9"};

	signin_failed(f->hub, &t, LOGIN_PASSWORD, "wrong");
}

static void make_guest(struct fixture *f, struct account *bob)
{
	bob->guest_room = room_find(f->hub, SPAN("#den"))->stream.id;
	account_post(bob);
}

static void report(struct fixture *f, struct account *bob)
{
	const struct entry_message m = {.id = 7, .account = 1, .sender = SPAN("alice")};

	report_make(room_find(f->hub, SPAN("#den")), bob, &m, SPAN("rude"));
}

static void save(struct fixture *f, struct account *bob)
{
	const struct room *den = room_find(f->hub, SPAN("#den"));

	(void)saved_put(bob, &(struct entry_message){.id = 7, .stream = den->stream.id});
}

static void use_device(struct fixture *f, struct account *bob)
{
	(void)bob;
	(void)fixture_login(f, "bob@tv", "");
}

static bool has_factor(const struct account *a)
{
	return factor_is_on(a);
}

static void add_factor(struct fixture *f, struct account *bob)
{
	static const uint8_t secret[TOTP_SECRET_LEN] = {1};

	(void)f;
	factor_enable(factor_new(bob, secret, SPAN("phone"), 0));
}

// Each kind of entry that knows an account, each list of masks and each field of an account that
// an administrator or its owner sets (each_stored_thing_...). Set by a line of alice, a line of bob, a verb
// or a function.
static const struct row {
	const char *of; // KIND, KIND.LIST or ACCOUNT.FIELD
	const char *alice, *bob, *verb;
	bool (*holds)(const struct account *a);
	void (*set)(struct fixture *f, struct account *bob);
} rows[] = {
	{"BAN.BAN_BAN", "MODE #den +b bob", NULL, NULL, is_banned, NULL},
	{"BAN.BAN_BAN", "MODE #den +b BOB!*@*", NULL, NULL, is_banned, NULL},
	{"BAN.BAN_BAN", "MODE #den +b ~a:bob", NULL, NULL, is_banned, NULL},
	{"BAN.BAN_BAN", "MODE #den +b $account:Bob", NULL, NULL, is_banned, NULL},
	{"BAN.BAN_BAN", "MODE #den +b ~t:1d:bob", NULL, NULL, is_banned, NULL},
	{"BAN.BAN_BAN", "MODE #den +b ~t:1d:~a:bob", NULL, NULL, is_banned, NULL},
	{"BAN.BAN_BAN", "MODE #den +b ~m:bob", NULL, NULL, is_mute, NULL},
	{"BAN.BAN_BAN", "MODE #den +b ~m:~a:bob", NULL, NULL, is_mute, NULL},
	{"BAN.BAN_BAN", "MODE #den +b ~t:1d:~m:bob!*@*", NULL, NULL, is_mute, NULL},
	{"BAN.BAN_EXCEPT", "MODE #den +e bob", NULL, NULL, is_excepted, NULL},
	{"BAN.BAN_EXCEPT", "MODE #den +e ~a:bob", NULL, NULL, is_excepted, NULL},
	{"BAN.BAN_EXCEPT", "MODE #den +e ~t:1d:bob", NULL, NULL, is_excepted, NULL},
	{"BAN.BAN_INVITE", "MODE #den +iI bob", NULL, NULL, is_let_in, NULL},
	{"BAN.BAN_INVITE", "MODE #den +iI ~a:bob", NULL, NULL, is_let_in, NULL},
	{"BAN.BAN_INVITE", "MODE #den +iI ~t:1d:~a:bob", NULL, NULL, is_let_in, NULL},
	{"BAN.BAN_INVITED", "INVITE bob #den", NULL, NULL, is_invited, NULL},
	{"BAN.BAN_SERVER", NULL, NULL, "ban add bob", is_out, NULL},
	{"BAN.BAN_SERVER", NULL, NULL, "ban add bob --for 1d", is_out, NULL},
	{"BAN.BAN_BAN", NULL, NULL, "room ban den bob", is_banned, NULL},
	{"BAN.BAN_BAN", NULL, NULL, "room ban den bob --mute", is_mute, NULL},
	{"MEMBER", NULL, "JOIN #den", NULL, is_member, NULL},
	{"MEMBER", NULL, NULL, "room grant den bob --role founder", is_founder, NULL},
	{"MEMBER", NULL, NULL, "room grant den bob --role moderator", is_moderator, NULL},
	{"MEMBER", NULL, NULL, "room grant den bob --role voice", has_voice, NULL},
	{"ACCOUNT.role", NULL, NULL, "user role bob admin", is_admin, NULL},
	{"ACCOUNT.class", NULL, NULL, "user set bob --class bot", is_bot, NULL},
	{"ACCOUNT.replay", NULL, NULL, "user set bob --replay 7", has_replay, NULL},
	{"ACCOUNT.disabled", NULL, NULL, "user disable bob", is_disabled, NULL},
	{"CREDENTIAL", NULL, NULL, "user token add bob", has_token, NULL},
	{"FACTOR", NULL, NULL, NULL, has_factor, add_factor},
	{"METADATA", NULL, "METADATA * SET display-name :Bob", NULL, has_metadata, NULL},
	{"MARKER", NULL, "MARKREAD alice timestamp=2026-01-01T00:00:00.000Z", NULL, has_marker,
	 NULL},
	{"DIALOG", NULL, "PRIVMSG alice :hello", NULL, has_dialog, NULL},
	{"ACCOUNT.expires_ms", NULL, NULL, "user set bob --expires 7d", ends, NULL},
	{"ACCOUNT.guest_room", NULL, NULL, NULL, is_guest, make_guest},
	{"RULES_READ", "PRIVMSG ChanServ :RULES #den be kind", "JOIN #den", NULL,
	 has_read_rules, NULL},
	{"REPORT", NULL, NULL, NULL, has_reported, report},
	{"SAVED", NULL, NULL, NULL, has_saved, save},
	{"CURSOR", NULL, NULL, NULL, has_cursor, use_device},
	{"SLIP", NULL, NULL, NULL, has_slip, tell},
	{"SIGNIN", NULL, NULL, NULL, was_guessed, guess},
	{"INVITE", NULL, NULL, NULL, has_invite, make_invite},
	{"HUSH", NULL, "QUIET ADD dnd *", NULL, is_quiet, NULL},
	{"HUSH", "QUIET ADD ignore bob", NULL, NULL, is_ignored, NULL},
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
		fail_msg("%s has %s what came of \"%s\" (%s)", name, wanted ? "not" : "still",
			 row->alice  ? row->alice
			 : row->bob  ? row->bob
			 : row->verb ? row->verb
				     : "a function",
			 row->of);
}

static void set_up_row(struct fixture *f, const struct row *row)
{
	struct peer *alice =
		fixture_login(f, "alice", "draft/metadata-2 draft/read-marker snug.chat/quiet");
	struct peer *bob =
		fixture_login(f, "bob", "draft/metadata-2 draft/read-marker snug.chat/quiet");

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
	if (row->set)
		row->set(f, account_find(f->hub, SPAN("bob")));
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

// entries.def as it stands: the head of an entry has no type.
static const struct part {
	const char *of, *use, *type;
	int last; // of an enum
} parts[] = {
#define ENTRY(KIND, name, use) {#KIND, #use, NULL, 0},
#define INT(type, name) {#name, NULL, #type, 0},
#define U64(type, name) {#name, NULL, #type, 0},
#define TIME(name) {#name, NULL, "time", 0},
#define BOOL(name) {#name, NULL, "bool", 0},
#define ENUM(type, name, last) {#name, NULL, #type, (int)(last)},
#define BITS(type, name, all) {#name, NULL, #type, 0},
#define TEXT(name) {#name, NULL, "text", 0},
#define TEXT_OR_NULL(name) {#name, NULL, "text", 0},
#define BLOB(name) {#name, NULL, "text", 0},
#define BYTES(name, size) {#name, NULL, "bytes", 0},
#define END
#include "server/letters/entries.def"
};

static bool has_row(const char *of, const char *part)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%s%s%s", of, part ? "." : "", part ? part : "");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].of, name) == 0)
			return true;
	}
	return false;
}

// What an account is, or is noted of it: no list that it stands in.
static bool is_of_the_account_itself(const char *field)
{
	return strstr("id name realname next_password next_ms created_ms seen_ms erase_ms "
		      "erased",
		      field);
}

static void each_stored_thing_that_knows_an_account_is_a_row(void **state)
{
	static const char *const lists[] = {
		[BAN_BAN] = "BAN_BAN",       [BAN_EXCEPT] = "BAN_EXCEPT",
		[BAN_INVITE] = "BAN_INVITE", [BAN_INVITED] = "BAN_INVITED",
		[BAN_SERVER] = "BAN_SERVER",
	};
	const struct part *entry = NULL;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		const struct part *p = &parts[i];
		bool is_account;

		if (!p->type) {
			entry = p;
			continue;
		}
		if (strcmp(p->type, "enum ban_kind") == 0)
			assert_int_equal(ARRAY_LEN(lists), p->last + 1);
		is_account = strcmp(entry->of, "ACCOUNT") == 0;
		// Names that were freed are test_freed.c's, who is erased test_erase.c's,
		// masks are below.
		if (strcmp(entry->use, "STATE") != 0 || strcmp(entry->of, "FREED") == 0 ||
		    strcmp(entry->of, "ERASURE") == 0 || strcmp(entry->of, "BAN") == 0 ||
		    (is_account ? is_of_the_account_itself(p->of)
				: strcmp(p->type, "account_id") != 0))
			continue;
		n++;
		if (!has_row(entry->of, is_account ? p->of : NULL))
			fail_msg("rows lacks %s, by its %s", entry->of, p->of);
	}
	assert_true(n > 10);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (!has_row("BAN", lists[i]))
			fail_msg("rows lacks the list %s", lists[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(every_list_means_the_person_and_not_the_name),
		HUB_TEST(each_stored_thing_that_knows_an_account_is_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
