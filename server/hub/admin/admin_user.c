// SPDX-License-Identifier: MIT
// user add|list|show|passwd|rename|disable|enable|delete|kick|role.
//
// The administrator may set any password; what is short is said so, not refused.
#include "server/hub/people/account.h"
#include "server/hub/admin/admin.h"
#include "server/hub/admin/admin_password.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/freed.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/rooms/room.h"
#include "server/hub/rooms/server_ban.h"
#include "server/hub/people/throttle.h"

#include "common/die.h"
#include "common/names.h"
#include "server/hub/door/evict.h"
#include "server/hub/rooms/ban_gone.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/oper.h"
#include "server/hub/wire/service.h"

#include <stdlib.h>

static bool read_role(struct verb_call *c, struct span text, enum account_role *role)
{
	*role = span_eq(text, SPAN("admin")) ? ROLE_ADMIN : ROLE_USER;
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
		verb_end(c, ADMIN_CONFLICT, "there is an account " SPAN_FMT " already",
			 SPAN_ARG(name));
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
	struct span name = verb_word(c, 0);
	struct account *a;
	enum account_role role;

	(void)none;
	// The name may have been taken while the password was hashed.
	if (!need_own_name(c, name, NULL) || !read_role(c, verb_value(c, "--role"), &role))
		return;
	name_take(c->hub, name);
	a = account_new(c->hub, name, phc);
	if (role != a->role) {
		a->role = role;
		account_post(a);
	}
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

static const char *const classes[] = {
	[CLASS_PERSON] = "person",
	[CLASS_BOT] = "bot",
	[CLASS_BRIDGE] = "bridge",
};

static int by_name(const void *a, const void *b)
{
	const struct account *const *left = a, *const *right = b;

	return strcmp((*left)->folded, (*right)->folded);
}

static void add_account(struct verb_call *c, const struct account *a)
{
	verb_text(c, span_of(a->name));
	verb_text(c, span_of(role_name(a)));
	verb_bool(c, a->disabled);
	verb_number(c, (int64_t)count_sessions(a));
	verb_time(c, a->created_ms);
	verb_time(c, a->seen_ms);
	verb_text(c, span_of(classes[a->class]));
}

void verb_user_list(struct verb_call *c)
{
	static const char *const columns[] = {"name",    "role", "disabled", "sessions",
					      "created", "seen", "class"};
	size_t n = c->hub->account_names.n_items, cursor = 0;
	const struct account **all = xcalloc(n + 1, sizeof(struct account *));

	for (size_t i = 0; i < n; i++)
		all[i] = map_next(&c->hub->account_names, &cursor);
	qsort(all, n, sizeof(struct account *), by_name);
	verb_columns(c, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < n; i++) {
		if (all[i]->disabled || !verb_flag(c, "--disabled"))
			add_account(c, all[i]);
	}
	free(all);
	verb_end(c, ADMIN_DONE, "%zu accounts", c->answer->n_rows);
}

static void put_replay(const struct account *a, struct buf *out)
{
	if (a->replay > 0)
		buf_add_i64(out, a->replay);
	else
		buf_add_str(out, a->replay == REPLAY_ALL ? "all" : "server");
}

static void add_replay(struct verb_call *c, const struct account *a)
{
	struct buf text = {0};

	put_replay(a, &text);
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
	static const char *const columns[] = {"name",     "realname", "role",     "disabled",
					      "password", "devices",  "sessions", "rooms",
					      "created",  "seen",     "class",    "replay"};
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
	verb_text(c, span_of(classes[a->class]));
	add_replay(c, a);
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
	struct account *a = verb_account(c, verb_word(c, 0));
	struct span name = verb_word(c, 1);
	struct buf detail = {0};

	if (!a || !need_own_name(c, name, a) || !verb_may_write(c))
		return;
	buf_printf(&detail, "%s to " SPAN_FMT, a->name, SPAN_ARG(name));
	presence_rename(a, name);
	verb_audit(c, buf_span(&detail));
	verb_end(c, ADMIN_DONE, "renamed %s", buf_str(&detail));
	buf_clear(&detail);
}

// False: without this one nobody is left who may administer, and that is not confirmed.
static bool leaves_an_admin(struct verb_call *c, const struct account *a)
{
	return !account_is_last_admin(a) ||
	       verb_meant(c, "that is the last administrator", span_of(a->name));
}

static void set_disabled(struct verb_call *c, bool disabled)
{
	struct account *a = verb_account(c, verb_word(c, 0));
	size_t n = 0;

	if (!a || (disabled && !leaves_an_admin(c, a)) || !verb_may_write(c))
		return;
	if (a->disabled != disabled) {
		a->disabled = disabled;
		account_post(a);
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
		verb_end(
			c, ADMIN_DONE,
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
	verb_audit(c, span_of(a->name));
	verb_end(c, ADMIN_DONE, "ended %zu sessions of %s", n, a->name);
}

void verb_user_role(struct verb_call *c)
{
	struct account *a = verb_account(c, verb_word(c, 0));
	struct buf detail = {0};
	enum account_role role;

	if (!a || !read_role(c, verb_word(c, 1), &role) ||
	    (role != ROLE_ADMIN && !leaves_an_admin(c, a)) || !verb_may_write(c))
		return;
	if (a->role != role) {
		a->role = role;
		account_post(a);
	}
	list_for_each(item, &a->sessions)
		session_set_oper(container_of(item, struct session, in_account),
				 role == ROLE_ADMIN);
	if (role != ROLE_ADMIN)
		opers_end(a);
	buf_printf(&detail, "%s %s", a->name, role_name(a));
	verb_audit(c, buf_span(&detail));
	buf_clear(&detail);
	verb_end(c, ADMIN_DONE, "%s has the role %s", a->name, role_name(a));
}

static bool read_class(struct verb_call *c, enum account_class *class)
{
	struct span text = verb_value(c, "--class");

	for (size_t i = 0; i < ARRAY_LEN(classes) && text.at; i++) {
		*class = (enum account_class)i;
		if (span_eq(text, span_of(classes[i])))
			return true;
	}
	if (text.at)
		verb_end(c, ADMIN_USAGE, "a class is person, bot or bridge, not " SPAN_FMT,
			 SPAN_ARG(text));
	return !text.at;
}

static bool parse_replay(struct span text, int64_t *replay)
{
	uint64_t n;

	*replay = span_eq(text, SPAN("all")) ? REPLAY_ALL : 0;
	if (*replay == REPLAY_ALL || span_eq(text, SPAN("server")))
		return true;
	if (!span_to_u64(text, &n) || n == 0 || n > REPLAY_MAX)
		return false;
	*replay = (int64_t)n;
	return true;
}

static bool read_replay(struct verb_call *c, int64_t *replay)
{
	struct span text = verb_value(c, "--replay");

	if (!text.at || parse_replay(text, replay))
		return true;
	verb_end(c, ADMIN_USAGE,
		 SPAN_FMT " is nothing for --replay: how many messages, from 1 to %d, or all, "
			  "or server",
		 SPAN_ARG(text), REPLAY_MAX);
	return false;
}

// What its connections say from now on is paid as the new class pays.
static void set(struct verb_call *c, struct account *a, enum account_class class,
		int64_t replay)
{
	struct buf detail = {0};

	if (a->class != class || a->replay != replay) {
		a->class = class;
		a->replay = replay;
		account_post(a);
	}
	buf_printf(&detail, "%s %s, replay ", a->name, classes[class]);
	put_replay(a, &detail);
	verb_audit(c, buf_span(&detail));
	buf_reset(&detail);
	put_replay(a, &detail);
	verb_end(c, ADMIN_DONE, "%s has the class %s, and is shown of each room: %s", a->name,
		 classes[class], buf_str(&detail));
	buf_clear(&detail);
}

void verb_user_set(struct verb_call *c)
{
	struct account *a = verb_account(c, verb_word(c, 0)); // ends c where it is not there
	enum account_class class;
	int64_t replay;

	if (!a)
		return;
	if (c->given.n_options == 0) {
		verb_end(c, ADMIN_USAGE, "what of %s is to change: --class or --replay?",
			 a->name);
		return;
	}
	class = a->class;
	replay = a->replay;
	if (read_class(c, &class) && read_replay(c, &replay) && verb_may_write(c))
		set(c, a, class, replay);
}
