// SPDX-License-Identifier: MIT
// In the database a key is "KIND NAME", the name folded: "account.name ann". Rooms stand in
// versions up to 2.11 so, too ("channel.topic #den"), since then as one JSON each: "1 UUID".
#include "server/import/ergo.h"

#include "common/die.h"
#include "common/encode.h"
#include "server/import/bunt.h"
#include "server/import/ergo_json.h"
#include "server/import/ergo_services.h"

#define ROOM_OF_NOW "1 "
#define ROOM_OF_OLD "channel.exists "
#define ACCOUNT "account.exists "

// "account.name" of "ann".
static struct span value_of(const json_t *all, const char *kind, struct span name)
{
	struct buf key = {0};
	struct span value;

	buf_printf(&key, "%s " SPAN_FMT, kind, SPAN_ARG(name));
	value = ergo_text(all, buf_str(&key));
	buf_clear(&key);
	return value;
}

static void set_credentials(struct import_people *p, struct import_user *u, struct span text)
{
	json_t *credentials = ergo_parse(text);
	json_int_t version = json_integer_value(json_object_get(credentials, "Version"));
	struct span base64 = ergo_text(credentials, "PassphraseHash");
	size_t n_certs = json_array_size(json_object_get(credentials, "Certfps"));
	struct buf hash = {0};

	if (base64.at && decode_b64(&hash, base64)) {
		struct span found = buf_span(&hash);

		// Those that were Anope's before it was Ergo's.
		if (version == -2 && span_starts(found, SPAN("bcrypt:")))
			found = span_after(found, strlen("bcrypt:"));
		people_set_hash(p, u, found, version == 1);
	}
	if (n_certs)
		people_leave_out(p, u->name,
				 "%zu certificates: Ergo knows them by another fingerprint, so "
				 "the devices enrol anew",
				 n_certs);
	buf_clear(&hash);
	json_decref(credentials);
}

static void add_account(struct import_people *p, const json_t *all, struct span folded)
{
	struct span name = value_of(all, "account.name", folded);
	struct span realname = value_of(all, "account.realname", folded);
	struct import_user *u;

	if (!name.at)
		name = folded;
	if (!value_of(all, "account.verified", folded).at) {
		people_leave_out(p, name, "it was never verified");
		return;
	}
	if (value_of(all, "account.suspended", folded).at) {
		people_leave_out(p, name, "it is suspended");
		return;
	}
	u = people_add_user(p, name);
	if (realname.at)
		u->realname = arena_dup(&p->arena, realname);
	set_credentials(p, u, value_of(all, "account.credentials", folded));
}

// {"ann": 113}: the letters as numbers.
static void add_roles(struct import_people *p, struct import_room *r, json_t *roles)
{
	const char *account;
	json_t *role;

	json_object_foreach(roles, account, role) {
		json_int_t letter = json_integer_value(role);

		people_add_role(p, r, span_of(account),
				letter > 0 && letter < 0x7f ? (char)letter : '?');
	}
}

static void add_masks(struct import_people *p, struct import_room *r, json_t *bans,
		      json_t *exceptions, json_t *invited)
{
	const char *mask;
	json_t *about;

	json_object_foreach(bans, mask, about)
		people_add_ban(p, r, span_of(mask));
	json_object_foreach(exceptions, mask, about)
		people_leave_out(p, r->name, "exception %s: MODE +e sets it", mask);
	json_object_foreach(invited, mask, about)
		people_leave_out(p, r->name, "invited %s: MODE +I sets it", mask);
}

// Lists of modes are numbers, too.
static void set_modes(struct import_people *p, struct import_room *r, const json_t *modes)
{
	struct buf letters = {0};
	const json_t *mode;
	size_t i;

	json_array_foreach(modes, i, mode) {
		json_int_t letter = json_integer_value(mode);

		buf_add_char(&letters, letter > 0 && letter < 0x7f ? (char)letter : '?');
	}
	people_set_modes(p, r, buf_span(&letters));
	buf_clear(&letters);
}

static struct span dup_of(struct import_people *p, struct span text)
{
	return text.at ? arena_dup(&p->arena, text) : text;
}

static void add_room(struct import_people *p, struct span text)
{
	json_t *room = ergo_parse(text);
	struct span name = ergo_text(room, "Name");
	struct import_room *r;

	if (name.at) {
		r = people_add_room(p, name);
		r->founder = dup_of(p, ergo_text(room, "Founder"));
		r->topic = dup_of(p, ergo_text(room, "Topic"));
		r->key = dup_of(p, ergo_text(room, "Key"));
		r->limit = ergo_count(room, "UserLimit");
		set_modes(p, r, json_object_get(room, "Modes"));
		add_roles(p, r, json_object_get(room, "AccountToUMode"));
		add_masks(p, r, json_object_get(room, "Bans"), json_object_get(room, "Excepts"),
			  json_object_get(room, "Invites"));
	} else {
		people_leave_out(p, SPAN("a room"), "it has no name in the database");
	}
	json_decref(room);
}

static void add_old_lists(struct import_people *p, struct import_room *r, const json_t *all,
			  struct span folded)
{
	json_t *roles = ergo_parse(value_of(all, "channel.accounttoumode", folded));
	json_t *bans = ergo_parse(value_of(all, "channel.banlist", folded));
	json_t *exceptions = ergo_parse(value_of(all, "channel.exceptlist", folded));
	json_t *invited = ergo_parse(value_of(all, "channel.invitelist", folded));

	add_roles(p, r, roles);
	add_masks(p, r, bans, exceptions, invited);
	json_decref(roles);
	json_decref(bans);
	json_decref(exceptions);
	json_decref(invited);
}

static void add_old_room(struct import_people *p, const json_t *all, struct span folded)
{
	struct span name = value_of(all, "channel.name", folded);
	struct import_room *r = people_add_room(p, name.at ? name : folded);
	uint64_t limit = 0;

	r->founder = dup_of(p, value_of(all, "channel.founder", folded));
	r->topic = dup_of(p, value_of(all, "channel.topic", folded));
	r->key = dup_of(p, value_of(all, "channel.key", folded));
	if (span_to_u64(value_of(all, "channel.userlimit", folded), &limit))
		r->limit = (int64_t)(limit & INT32_MAX);
	people_set_modes(p, r, value_of(all, "channel.modes", folded));
	add_old_lists(p, r, all, folded);
}

static bool read_database(struct span file, struct import_people *p, char **error)
{
	json_t *all = bunt_read(file, error), *value;
	const char *key;

	if (!all)
		return false;
	json_object_foreach(all, key, value) {
		struct span name = span_of(key);

		if (span_starts(name, SPAN(ACCOUNT)))
			add_account(p, all, span_after(name, strlen(ACCOUNT)));
		else if (span_starts(name, SPAN(ROOM_OF_OLD)))
			add_old_room(p, all, span_after(name, strlen(ROOM_OF_OLD)));
		else if (span_starts(name, SPAN(ROOM_OF_NOW)))
			add_room(p, ergo_string(value));
	}
	json_decref(all);
	return true;
}

bool ergo_read(struct span file, struct import_people *p, char **error)
{
	json_error_t why;
	struct buf words = {0};
	json_t *json;
	bool is_fine;

	if (span_starts(file, SPAN("*")))
		return read_database(file, p, error);
	json = json_loadb(file.at, file.len, JSON_REJECT_DUPLICATES, &why);
	if (!json) {
		buf_printf(&words, "%d: %s", why.line, why.text);
		*error = buf_take(&words);
		return false;
	}
	is_fine = ergo_services_read(json, p, error);
	json_decref(json);
	return is_fine;
}
