// SPDX-License-Identifier: MIT
#include "server/import/ergo_services.h"

#include "common/die.h"
#include "server/import/ergo_json.h"

// Anope names the kind of a hash before it.
static struct span hash_of(const json_t *user)
{
	struct span hash = ergo_text(user, "hash");

	if (span_starts(hash, SPAN("bcrypt:")))
		hash = span_after(hash, strlen("bcrypt:"));
	return hash;
}

static void add_user(struct import_people *p, const char *key, const json_t *user)
{
	struct span name = ergo_text(user, "name"), hash = hash_of(user);
	struct import_user *u = people_add_user(p, name.at ? name : span_of(key));
	const json_t *nick;
	size_t i;

	if (hash.at)
		people_set_hash(p, u, hash, false);
	// Atheme's script spells it in small letters.
	for (unsigned which = 0; which < 2; which++) {
		const char *nicks = which ? "additionalnicks" : "additionalNicks";

		json_array_foreach(json_object_get(user, nicks), i, nick)
			people_leave_out(p, u->name,
					 "its other nick " SPAN_FMT ": an account has one name",
					 SPAN_ARG(ergo_string(nick)));
	}
}

static void add_roles(struct import_people *p, struct import_room *r, json_t *roles)
{
	const char *account;
	json_t *role;

	json_object_foreach(roles, account, role) {
		struct span letter = ergo_string(role);

		people_add_role(p, r, span_of(account), letter.len == 1 ? letter.at[0] : '?');
	}
}

static struct span dup_text(struct import_people *p, const json_t *object, const char *key)
{
	struct span text = ergo_text(object, key);

	return text.at ? arena_dup(&p->arena, text) : text;
}

static void add_room(struct import_people *p, const char *key, const json_t *channel)
{
	struct span name = ergo_text(channel, "name");
	struct import_room *r = people_add_room(p, name.at ? name : span_of(key));

	r->founder = dup_text(p, channel, "founder");
	r->topic = dup_text(p, channel, "topic");
	r->key = dup_text(p, channel, "key");
	r->limit = ergo_count(channel, "limit");
	people_set_modes(p, r, ergo_text(channel, "modes"));
	add_roles(p, r, json_object_get(channel, "amode"));
	if (ergo_text(channel, "forward").at)
		people_leave_out(p, r->name,
				 "it sends people on to another room: none does "
				 "here");
}

bool ergo_services_read(const json_t *file, struct import_people *p, char **error)
{
	const char *key;
	json_t *item, *users = json_object_get(file, "users");

	if (json_integer_value(json_object_get(file, "version")) != 1 ||
	    !json_is_object(users)) {
		*error = xstrdup("it is not what anope2json.py or atheme2json.py write: want "
				 "\"version\": 1 and \"users\"");
		return false;
	}
	json_object_foreach(users, key, item)
		add_user(p, key, item);
	json_object_foreach(json_object_get(file, "channels"), key, item)
		add_room(p, key, item);
	return true;
}
