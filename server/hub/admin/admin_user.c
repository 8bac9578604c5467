// SPDX-License-Identifier: MIT
// user add|list|show|passwd|rename|disable|enable|delete|kick|role; user set: admin_user_set.c.
//
// The administrator may set any password for others; what is short is said so, not refused.
#include "server/hub/people/account.h"
#include "server/hub/admin/admin.h"
#include "server/hub/admin/admin_password.h"
#include "server/hub/admin/admin_user.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/people/credential.h"
#include "server/hub/door/group.h"
#include "server/hub/people/factor.h"
#include "server/hub/people/lease.h"
#include "server/hub/people/freed.h"
#include "server/hub/history/history.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/rooms/room.h"
#include "server/hub/rooms/server_ban.h"
#include "server/hub/people/subscription.h"
#include "server/hub/people/throttle.h"

#include "common/die.h"
#include "common/names.h"
#include "server/hub/door/endings.h"
#include "server/hub/door/evict.h"
#include "server/hub/rooms/ban_gone.h"
#include "server/hub/rooms/guest.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/newcomer.h"
#include "server/hub/rooms/oper.h"
#include "server/hub/wire/service.h"

#include <stdlib.h>

static enum account_role role_of(struct span text)
{
	return span_eq(text, SPAN("admin")) ? ROLE_ADMIN : ROLE_USER;
}

static bool read_role(struct verb_call *c, struct span text, enum account_role *role)
{
	*role = role_of(text);
	if (!text.at || *role == ROLE_ADMIN || span_eq(text, SPAN("user")))
		return true;
	verb_end(c, ADMIN_USAGE, "a role is user or admin, not " SPAN_FMT, SPAN_ARG(text));
	return false;
}

// The name is of the grammar and free for this account (NULL: a new one), or the call ended.
static bool need_free_name(struct verb_call *c, struct span name, const struct account *a)
{
	if (!name_is_account(name))
		verb_end(c, ADMIN_USAGE,
			 SPAN_FMT " cannot be a name: letters, digits, - and _, at most %d, a "
				  "letter or _ first",
			 SPAN_ARG(name), ACCOUNT_NAME_MAX);
	else if (service_find(name))
		verb_end(c, ADMIN_CONFLICT, SPAN_FMT " is one of the server's own names",
			 SPAN_ARG(name));
	else if (account_find(c->hub, name))
		verb_exists(c, "there is an account " SPAN_FMT " already", SPAN_ARG(name));
	else if (!verb_flag(c, "--reuse") && name_is_freed(c->hub, name, a ? a->id : 0))
		verb_end(c, ADMIN_CONFLICT,
			 "somebody else was called " SPAN_FMT " and would be mistaken for this "
			 "one: choose another name, or give it on purpose by --reuse",
			 SPAN_ARG(name));
	else
		return true;
	return false;
}

// ... and easily told from that of any other account, unless it is meant.
static bool need_own_name(struct verb_call *c, struct span name, const struct account *a)
{
	const struct account *other;

	if (!(a && span_eq_fold(name, span_of(a->name))) && !need_free_name(c, name, a))
		return false;
	other = account_alike(c->hub, name, a);
	return verb_meant_alike(c, name, other ? other->name : NULL);
}

static void added(struct verb_call *c, struct account *none, struct span phc)
{
	enum account_role role = role_of(verb_value(c, "--role"));
	struct span name = verb_word(c, 0);
	struct account *a;

	(void)none;
	// The name may have been taken while the password was hashed.
	if (!need_own_name(c, name, NULL))
		return;
	name_take(c->hub, name);
	dialogs_give_way(c->hub, name);
	a = account_new(c->hub, name, phc);
	bans_known(a);
	if (role != a->role || verb_flag(c, "--bot")) {
		a->role = role;
		a->class = verb_flag(c, "--bot") ? CLASS_BOT : a->class;
		account_post(a);
	}
	newcomer_join(a);
	verb_audit(c, name);
	verb_end(c, ADMIN_DONE, "made the account %s%s", a->name, admin_password_advice(c));
}

void verb_user_add(struct verb_call *c)
{
	enum account_role role;

	if (!need_own_name(c, verb_word(c, 0), NULL) ||
	    !read_role(c, verb_value(c, "--role"), &role) || !verb_may_write(c))
		return;
	if (verb_flag(c, "--no-password"))
		added(c, NULL, SPAN(""));
	else
		admin_password_hash(c, NULL, added);
}

static size_t count_sessions(const struct account *a)
{
	size_t n = 0;

	list_for_each(item, &a->sessions)
		n++;
	return n;
}

static const char *role_name(const struct account *a)
{
	return a->role == ROLE_ADMIN ? "admin" : "user";
}

static int by_name(const void *a, const void *b)
{
	const struct account *const *left = a, *const *right = b;

	return strcmp((*left)->folded, (*right)->folded);
}

// When it ends by itself, and the room of a guest.
static void add_ending(struct verb_call *c, const struct account *a)
{
	const struct room *r = a->guest_room ? room_by_id(c->hub, a->guest_room) : NULL;

	verb_time(c, a->expires_ms);
	verb_text(c, !a->guest_room ? SPAN("") : r ? span_of(r->name) : SPAN("(deleted)"));
}

static void add_account(struct verb_call *c, const struct account *a)
{
	verb_text(c, span_of(a->name));
	verb_text(c, span_of(role_name(a)));
	verb_bool(c, a->disabled);
	verb_number(c, (int64_t)count_sessions(a));
	verb_time(c, a->created_ms);
	verb_time(c, a->seen_ms);
	verb_text(c, span_of(verb_class(a->class)));
	add_ending(c, a);
	verb_time(c, a->erase_ms);
}

void verb_user_list(struct verb_call *c)
{
	static const char *const columns[] = {"name",    "role", "disabled", "sessions",
					      "created", "seen", "class",    "expires",
					      "guest",   "erase"};
	size_t n = c->hub->account_names.n_items, cursor = 0;
	const struct account **all;
	int64_t unseen_ms = 0;

	if (!verb_span(c, "--stale", "all accounts are listed without it", &unseen_ms))
		return;
	all = xcalloc(n + 1, sizeof(struct account *));
	for (size_t i = 0; i < n; i++)
		all[i] = map_next(&c->hub->account_names, &cursor);
	qsort(all, n, sizeof(struct account *), by_name);
	verb_columns(c, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < n; i++) {
		if ((all[i]->disabled || !verb_flag(c, "--disabled")) &&
		    c->hub->now.wall_ms - account_seen_ms(all[i]) >= unseen_ms)
			add_account(c, all[i]);
	}
	free(all);
	verb_end(c, ADMIN_DONE, "%zu accounts", c->answer->n_rows);
}

static void add_replay(struct verb_call *c, const struct account *a)
{
	struct buf text = {0};

	verb_put_replay(a, &text);
	verb_text(c, buf_span(&text));
	buf_clear(&text);
}

static void add_rooms(struct verb_call *c, const struct account *a)
{
	struct buf rooms = {0};

	for (size_t i = 0; i < a->n_members; i++) {
		if (i)
			buf_add_char(&rooms, ' ');
		member_prefixes(a->members[i], false, &rooms);
		buf_add_str(&rooms, a->members[i]->room->name);
	}
	verb_text(c, rooms.len ? buf_span(&rooms) : SPAN(""));
	buf_clear(&rooms);
}

void verb_user_show(struct verb_call *c)
{
	static const char *const columns[] = {
		"name",    "realname", "role",     "disabled",  "password",
		"devices", "sessions", "rooms",    "created",   "seen",
		"class",   "replay",   "expires",  "guest",     "new_password",
		"erase",   "push",     "bindings", "lease_ends"};
	const struct account *a = verb_account(c, verb_word(c, 0));

	if (!a)
		return;
	verb_columns(c, columns, ARRAY_LEN(columns));
	verb_is_record(c);
	verb_text(c, span_of(a->name));
	verb_text(c, span_of(a->realname));
	verb_text(c, span_of(role_name(a)));
	verb_bool(c, a->disabled);
	verb_bool(c, a->password[0]);
	verb_number(c, (int64_t)credentials_count(a));
	verb_number(c, (int64_t)count_sessions(a));
	add_rooms(c, a);
	verb_time(c, a->created_ms);
	verb_time(c, a->seen_ms);
	verb_text(c, span_of(verb_class(a->class)));
	add_replay(c, a);
	add_ending(c, a);
	verb_time(c, a->next_ms);
	verb_time(c, a->erase_ms);
	verb_number(c, (int64_t)a->n_subscriptions);
	verb_number(c, (int64_t)bindings_count(a));
	verb_time(c, list_is_empty(&a->bindings) ? 0 : lease_ends_ms(a));
	verb_end(c, ADMIN_DONE, "%s", "");
}

// Who knows the old password may have enrolled devices with it.
static void password_set(struct verb_call *c, struct account *a, struct span phc)
{
	bool keeps = verb_flag(c, "--keep-devices");
	size_t n, revoked;

	account_set_password(a, phc);
	throttle_forgive(c->hub, span_of(a->name));
	n = account_kick(a, SPAN("Your password was changed by an administrator"));
	revoked = keeps ? 0 : credentials_revoke(a, NULL);
	verb_audit(c, span_of(a->name));
	verb_end(
		c, ADMIN_DONE,
		"changed the password of %s, ended %zu of its sessions, and revoked %zu of its "
		"devices and tokens%s%s",
		a->name, n, revoked,
		a->password[0] || credentials_count(a)
			? ""
			: "; nothing lets it in now: add a password or a token",
		admin_password_advice(c));
}

void verb_user_passwd(struct verb_call *c)
{
	struct account *a = verb_account(c, verb_word(c, 0));

	if (!a || !verb_may_write(c))
		return;
	if (verb_flag(c, "--no-password"))
		password_set(c, a, SPAN(""));
	else
		admin_password_hash(c, a, password_set);
}

void verb_user_rename(struct verb_call *c)
{
	struct span name = verb_word(c, 1);
	struct account *a = verb_account(c, verb_word(c, 0)); // ends c where it is not there
	struct buf detail = {0};

	if (!a || !need_own_name(c, name, a) || !verb_may_write(c))
		return;
	buf_printf(&detail, "%s to " SPAN_FMT, a->name, SPAN_ARG(name));
	presence_rename(a, name);
	verb_audit(c, buf_span(&detail));
	verb_end(c, ADMIN_DONE, "renamed %s", buf_str(&detail));
	buf_clear(&detail);
}

bool verb_leaves_an_admin(struct verb_call *c, const struct account *a)
{
	return !account_is_last_admin(a) ||
	       verb_meant(c, "that is the last administrator", span_of(a->name));
}

static bool has_time_left(struct verb_call *c, const struct account *a)
{
	if (!a->expires_ms || a->expires_ms > c->hub->now.wall_ms)
		return true;
	verb_end(c, ADMIN_CONFLICT,
		 "the time of %s is over: give it more by  user set %s --expires 30d|never",
		 a->name, a->name);
	return false;
}

static void set_disabled(struct verb_call *c, bool disabled)
{
	struct account *a = verb_account(c, verb_word(c, 0));
	size_t n = 0;

	if (!a || (disabled && !verb_leaves_an_admin(c, a)) ||
	    (!disabled && !has_time_left(c, a)) || !verb_may_write(c))
		return;
	if (a->erased && !disabled) {
		verb_end(c, ADMIN_CONFLICT, "%s was erased: nobody can be it again", a->name);
		return;
	}
	c->is_unchanged = a->disabled == disabled;
	if (!c->is_unchanged) {
		a->disabled = disabled;
		bindings_forget(a);
		if (!disabled)
			a->seen_ms = c->hub->now.wall_ms; // or disable_unseen takes it again
		account_post(a);
		subscriptions_end(a); // who is enabled again has none
		verb_audit(c, span_of(a->name));
	}
	if (disabled)
		n = account_kick(a, SPAN("The account was disabled"));
	else
		throttle_forgive(c->hub, span_of(a->name));
	if (disabled)
		verb_end(c, ADMIN_DONE, "disabled %s and ended %zu sessions", a->name, n);
	else
		verb_end(c, ADMIN_DONE,
			 "enabled %s: its password and %zu devices and tokens let in again "
			 "(user revoke-all takes those away)",
			 a->name, credentials_count(a));
}

void verb_user_disable(struct verb_call *c)
{
	set_disabled(c, true);
}

void verb_user_enable(struct verb_call *c)
{
	set_disabled(c, false);
}

void verb_user_delete(struct verb_call *c)
{
	struct account *a = verb_account(c, verb_word(c, 0));
	struct buf name = {0};

	if (!a)
		return;
	buf_add_str(&name, a->name);
	if (verb_flag(c, "--dry-run")) {
		verb_unchanged(
			c,
			"would delete %s: %zu sessions, %zu rooms, %zu devices and tokens, %zu "
			"bans, exceptions and invitations of that name; what it wrote stays",
			a->name, count_sessions(a), a->n_members, credentials_count(a),
			bans_naming(a));
	} else if (verb_confirmed(c, buf_span(&name)) && verb_may_write(c)) {
		size_t n = bans_naming(a);

		account_delete(a);
		verb_audit(c, buf_span(&name));
		verb_end(c, ADMIN_DONE,
			 "deleted the account %s, and %zu bans, exceptions and invitations of "
			 "that name",
			 buf_str(&name), n);
	}
	buf_clear(&name);
}

void verb_user_kick(struct verb_call *c)
{
	struct span reason = verb_value(c, "--reason"); // a name that is not there ends c
	struct account *a = verb_account(c, verb_word(c, 0));
	size_t n;

	if (!a)
		return;
	n = account_kick(a, reason.at ? reason : SPAN("Disconnected by an administrator"));
	c->is_unchanged = !n;
	verb_audit(c, span_of(a->name));
	verb_end(c, ADMIN_DONE, "ended %zu sessions of %s", n, a->name);
}

static bool is_fit_for(struct verb_call *c, const struct account *a, enum account_role role)
{
	if (role != ROLE_ADMIN || !account_is_guest(a))
		return true;
	verb_end(c, ADMIN_CONFLICT, "%s is a guest: user set %s --full makes it a full account",
		 a->name, a->name);
	return false;
}

// Its sessions have them from now on, or no longer, and are told.
static void give_rights(struct account *a, bool gives)
{
	list_for_each(item, &a->sessions) {
		struct session *s = container_of(item, struct session, in_account);
		bool is_other = s->oper != gives;

		session_set_oper(s, gives);
		if (is_other && !s->closing)
			oper_say(s, NULL, gives ? "+o" : "-o");
	}
}

void verb_user_role(struct verb_call *c)
{
	struct account *a = verb_account(c, verb_word(c, 0));
	const char *before;
	enum account_role role;

	if (!a || !read_role(c, verb_word(c, 1), &role) || !is_fit_for(c, a, role) ||
	    (role != ROLE_ADMIN && !verb_leaves_an_admin(c, a)) || !verb_may_write(c))
		return;
	before = role_name(a);
	c->is_unchanged = a->role == role;
	group_forget(a);
	if (!c->is_unchanged) {
		a->role = role;
		account_post(a);
	}
	give_rights(a, factor_gives_rights(a));
	if (role != ROLE_ADMIN)
		opers_end(a);
	verb_audit_change(c, a->name, before, role_name(a));
	verb_end(c, ADMIN_DONE, "%s has the role %s", a->name, role_name(a));
}
