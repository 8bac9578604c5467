// SPDX-License-Identifier: MIT
// What an account stands in: how it comes to stand there, and how that is seen.
#pragma once

#include "server/hub/files/shared_file.h"
#include "server/hub/people/factor.h"
#include "server/hub/people/account.h"
#include "server/hub/people/binding.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/hush.h"
#include "server/hub/people/invite.h"
#include "server/hub/people/subscription.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/report.h"
#include "server/hub/rooms/saved.h"
#include "server/hub/rooms/server_ban.h"
#include "server/hub/people/signin.h"
#include "server/hub/rooms/slip.h"
#include "tests/support/hub_fixture.h"

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

static bool has_file(const struct account *a)
{
	return a->files.count > 0;
}

static void send_file(struct fixture *f, struct account *bob)
{
	fixture_file(f, bob->name);
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

static bool is_bound(const struct account *a)
{
	const struct bound_to to = {IDENTITY_OIDC, SPAN("https://id.test"), SPAN("b1"),
				    SPAN("")};
	const struct account_binding *b = binding_find(a->hub, &to);

	return bindings_count(a) == 1 && b && b->account == a;
}

static void be_bound(struct fixture *f, struct account *bob)
{
	const struct bound_to to = {IDENTITY_OIDC, SPAN("https://id.test"), SPAN("b1"),
				    SPAN("")};

	(void)f;
	binding_new(bob, &to, true);
}

static bool is_woken(const struct account *a)
{
	return a->n_subscriptions == 1;
}

static void be_woken(struct fixture *f, struct account *bob)
{
	const struct session his = {.hub = f->hub, .account = bob};

	subscription_post(subscription_new(&his, SPAN("https://push.example/1"),
					   &(struct push_target){.point = {4}}));
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
	{"BINDING", NULL, NULL, NULL, is_bound, be_bound},
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
	{"SUBSCRIPTION", NULL, NULL, NULL, is_woken, be_woken},
	{"CURSOR", NULL, NULL, NULL, has_cursor, use_device},
	{"SLIP", NULL, NULL, NULL, has_slip, tell},
	{"SIGNIN", NULL, NULL, NULL, was_guessed, guess},
	{"FILE", NULL, NULL, NULL, has_file, send_file},
	{"INVITE", NULL, NULL, NULL, has_invite, make_invite},
	{"HUSH", NULL, "QUIET ADD dnd *", NULL, is_quiet, NULL},
	{"HUSH", "QUIET ADD ignore bob", NULL, NULL, is_ignored, NULL},
};
