// SPDX-License-Identifier: MIT
// METADATA (draft/metadata-2, draft/metadata-3). The newer version renamed some codes.
#include "common/die.h"
#include "common/nfc.h"
#include "common/text.h"
#include "server/hub/rooms/guest.h"
#include "server/hub/commands/command.h"
#include "server/hub/rooms/display.h"
#include "server/hub/rooms/metadata.h"
#include "server/hub/commands/need.h"
#include "server/hub/rooms/member.h"
#include "server/hub/wire/reply.h"

#include <stdlib.h>

typedef void metadata_fn(struct session *s, struct metadata_target t, const struct msg *m);

static void refuse(struct session *s, const char *code, const char *old, struct span a,
		   struct span b, const char *text)
{
	struct line l;

	line_start(&l, s->hub, NULL, "FAIL");
	line_str(&l, "METADATA");
	line_str(&l, session_has(s, CAP_METADATA_3) ? code : old);
	if (a.at != NULL)
		line_param(&l, a);
	if (b.at != NULL)
		line_param(&l, b);
	line_text(&l, span_of(text));
	reply_end(&l, s);
}

static bool need_key(struct session *s, struct span key)
{
	if (metadata_key_is_valid(key))
		return true;
	refuse(s, "INVALID_KEY", "KEY_INVALID", key, (struct span){0},
	       "A key is of a-z 0-9 _ . / -, up to 64 bytes");
	return false;
}

// The same, and it was not named before in this line.
static bool need_new_key(struct session *s, struct targets *seen, struct span key)
{
	return (!key.len || targets_add(seen, key)) && need_key(s, key);
}

// Of the account, a room (NULL), or whoever logs in (NULL).
static bool need_value(struct session *s, const struct account *a, struct span key,
		       struct span value)
{
	const char *why = "The value is too long";
	uint32_t found;

	if (value.len <= METADATA_VALUE_MAX) {
		why = "The value has something that hides or turns its text";
		if (text_is_fit(value, TEXT_PLAIN, &found))
			why = value.at ? display_fault(a, key, value) : NULL;
		if (!why)
			return true;
	}
	if (session_has(s, CAP_METADATA_3))
		refuse(s, "INVALID_VALUE", "", key, (struct span){0}, why);
	else
		refuse(s, "", "VALUE_INVALID", (struct span){0}, (struct span){0}, why);
	return false;
}

// Oneself, or a room that one moderates; an administrator anything.
static bool need_permission(struct session *s, struct metadata_target t, struct span key)
{
	const struct member *m = t.room == NULL ? NULL : member_find(t.room, s->account);

	if (s->oper || (t.room == NULL && t.account == s->account) ||
	    (m != NULL && m->role >= MEMBER_MODERATOR))
		return true;
	refuse(s, "KEY_NO_PERMISSION", "KEY_NO_PERMISSION", span_of(metadata_name(t)), key,
	       "You may not change the metadata of others");
	return false;
}

// What only members may know is as if it were not set.
static bool may_see(const struct session *s, struct metadata_target t)
{
	const unsigned closed = ROOM_INVITE_ONLY | ROOM_SECRET;

	if (t.room == NULL || s->oper || member_find(t.room, s->account) != NULL)
		return true;
	return (t.room->flags & closed) == 0 && t.room->key[0] == '\0';
}

static void open_batch(struct session *s, struct metadata_target t, char *ref)
{
	struct span name = span_of(metadata_name(t));

	batch_open(s, "metadata", &name, 1, (struct span){0}, ref);
}

static void on_get(struct session *s, struct metadata_target t, const struct msg *m)
{
	char ref[BATCH_REF_LEN + 1];
	struct targets seen;

	targets_init(&seen);
	open_batch(s, t, ref);
	for (size_t i = 2; i < m->n_params; i++) {
		struct buf key = {0};
		const struct metadata *d = NULL;

		if (!need_new_key(s, &seen, m->params[i]))
			continue;
		buf_add_span(&key, m->params[i]);
		if (may_see(s, t))
			d = metadata_find(metadata_of(t), m->params[i]);
		metadata_reply(s, metadata_name(t), buf_str(&key), d == NULL ? NULL : d->value,
			       span_of(ref));
		buf_clear(&key);
	}
	batch_close(s, ref);
}

static void on_list(struct session *s, struct metadata_target t, const struct msg *m)
{
	char ref[BATCH_REF_LEN + 1];
	const struct metadata *d;
	size_t cursor = 0;

	(void)m;
	open_batch(s, t, ref);
	while (may_see(s, t) && (d = map_next(metadata_of(t), &cursor)) != NULL)
		metadata_reply(s, metadata_name(t), d->key, d->value, span_of(ref));
	batch_close(s, ref);
}

static bool need_space(struct session *s, struct metadata_target t, struct span key)
{
	if (metadata_find(metadata_of(t), key) != NULL ||
	    metadata_of(t)->n_items < METADATA_KEYS_MAX)
		return true;
	refuse(s, "LIMIT_REACHED", "LIMIT_REACHED", span_of(metadata_name(t)), (struct span){0},
	       "There are too many keys: remove one first");
	return false;
}

static bool need_set(struct session *s, struct metadata_target t, struct span key)
{
	if (metadata_find(metadata_of(t), key) != NULL)
		return true;
	refuse(s, "KEY_NOT_SET", "KEY_NOT_SET", span_of(metadata_name(t)), key,
	       "The key is not set");
	return false;
}

// A display name in its one spelling; other values as they are.
static struct span spelled(struct span key, struct span value,
			   char out[static METADATA_VALUE_MAX + 1])
{
	size_t len = SIZE_MAX;

	if (value.at != NULL && span_eq(key, SPAN(DISPLAY_KEY)))
		len = nfc(value, out, METADATA_VALUE_MAX);
	return len == SIZE_MAX ? value : span_from(out, len);
}

static void on_set(struct session *s, struct metadata_target t, const struct msg *m)
{
	struct span key = msg_param(m, 2);
	struct span value = m->n_params > 3 ? m->params[3] : (struct span){0};
	char spelling[METADATA_VALUE_MAX + 1];
	struct buf name = {0};

	value = spelled(key, value, spelling);

	if (!need_key(s, key) || !need_permission(s, t, key) ||
	    !need_value(s, t.account, key, value))
		return;
	if (value.at ? !need_disk(s, "METADATA") : !need_disk_to_mend(s, "METADATA"))
		return;
	if (value.at == NULL ? !need_set(s, t, key) : !need_space(s, t, key))
		return;
	metadata_set(t, key, value, s);
	buf_add_span(&name, key);
	metadata_reply(s, metadata_name(t), buf_str(&name),
		       value.at == NULL ? NULL : metadata_find(metadata_of(t), key)->value,
		       SPAN(""));
	buf_clear(&name);
}

static void on_clear(struct session *s, struct metadata_target t, const struct msg *m)
{
	char ref[BATCH_REF_LEN + 1];
	const struct metadata *d;
	size_t cursor = 0;

	(void)m;
	if (!need_permission(s, t, SPAN("*")) || !need_disk_to_mend(s, "METADATA"))
		return;
	open_batch(s, t, ref);
	while ((d = map_next(metadata_of(t), &cursor)) != NULL) {
		char *key = xstrdup(d->key);

		metadata_set(t, span_of(key), (struct span){0}, s);
		metadata_reply(s, metadata_name(t), key, NULL, span_of(ref));
		free(key);
	}
	batch_close(s, ref);
}

static void on_sync(struct session *s, struct metadata_target t, const struct msg *m)
{
	char ref[BATCH_REF_LEN + 1];

	(void)m;
	open_batch(s, t, ref);
	if (t.room != NULL && (s->oper || member_find(t.room, s->account) != NULL)) {
		metadata_sync_room(s, t.room, span_of(ref)); // closes it
		return;
	}
	if (may_see(s, t))
		metadata_sync(s, t, span_of(ref));
	batch_close(s, ref);
}

static const struct {
	const char *name;
	metadata_fn *fn;
	size_t min_params;
} verbs[] = {
	{"GET", on_get, 3},     {"LIST", on_list, 2}, {"SET", on_set, 3},
	{"CLEAR", on_clear, 2}, {"SYNC", on_sync, 2},
};

// The keys that subcommands on subscriptions name, answered in one line.
static void say_keys(struct session *s, enum numeric n, struct buf *keys, struct span batch)
{
	struct line l;

	if (keys->len == 0)
		return;
	reply_start(&l, s, n);
	buf_add_span(&l.body, buf_span(keys));
	l.batch = batch;
	reply_end(&l, s);
	buf_reset(keys);
}

static void add_key(struct session *s, enum numeric n, struct buf *keys, struct span key,
		    struct span batch)
{
	if (keys->len + key.len > 350)
		say_keys(s, n, keys, batch);
	buf_add_char(keys, ' ');
	buf_add_span(keys, key);
}

static bool subscribe(struct session *s, struct span key)
{
	if (map_find(&s->metadata_subs, key) != NULL)
		return true;
	if (s->metadata_subs.n_items >= METADATA_SUBS_MAX) {
		refuse(s, "TOO_MANY_SUBS", "TOO_MANY_SUBS", key, (struct span){0},
		       "You subscribed to too many keys");
		return false;
	}
	metadata_put(&s->metadata_subs, key, SPAN(""));
	return true;
}

static void on_sub(struct session *s, const struct msg *m)
{
	struct buf keys = {0};
	struct targets seen;

	targets_init(&seen);
	for (size_t i = 2; i < m->n_params; i++) {
		if (!need_new_key(s, &seen, m->params[i]))
			continue;
		if (!subscribe(s, m->params[i]))
			break;
		add_key(s, RPL_METADATASUBOK, &keys, m->params[i], SPAN(""));
	}
	say_keys(s, RPL_METADATASUBOK, &keys, SPAN(""));
	buf_clear(&keys);
}

static void on_unsub(struct session *s, const struct msg *m)
{
	struct buf keys = {0};
	struct targets seen;

	targets_init(&seen);
	for (size_t i = 2; i < m->n_params; i++) {
		if (!need_new_key(s, &seen, m->params[i]))
			continue;
		metadata_put(&s->metadata_subs, m->params[i], (struct span){0});
		add_key(s, RPL_METADATAUNSUBOK, &keys, m->params[i], SPAN(""));
	}
	say_keys(s, RPL_METADATAUNSUBOK, &keys, SPAN(""));
	buf_clear(&keys);
}

static void on_subs(struct session *s)
{
	char ref[BATCH_REF_LEN + 1];
	const struct metadata *d;
	struct buf keys = {0};
	size_t cursor = 0;

	batch_open(s, "metadata-subs", NULL, 0, (struct span){0}, ref);
	while ((d = map_next(&s->metadata_subs, &cursor)) != NULL)
		add_key(s, RPL_METADATASUBS, &keys, span_of(d->key), span_of(ref));
	say_keys(s, RPL_METADATASUBS, &keys, span_of(ref));
	batch_close(s, ref);
	buf_clear(&keys);
}

// What is said before the login is complete is kept in the session.
static void set_early(struct session *s, const struct msg *m)
{
	struct span key = msg_param(m, 2);
	struct span value = m->n_params > 3 ? m->params[3] : (struct span){0};
	char spelling[METADATA_VALUE_MAX + 1];
	const struct metadata *d;
	struct buf name = {0};

	value = spelled(key, value, spelling);

	if (!need_key(s, key) || !need_value(s, NULL, key, value))
		return;
	if (value.at != NULL && s->early_metadata.n_items >= METADATA_KEYS_MAX) {
		refuse(s, "LIMIT_REACHED", "LIMIT_REACHED", SPAN("*"), (struct span){0},
		       "There are too many keys");
		return;
	}
	metadata_put(&s->early_metadata, key, value);
	d = metadata_find(&s->early_metadata, key);
	buf_add_span(&name, key);
	metadata_reply(s, "*", buf_str(&name), d == NULL ? NULL : d->value, SPAN(""));
	buf_clear(&name);
}

// A hidden room is no target, like a name that nobody has.
static bool need_target_of(struct session *s, struct span name, struct metadata_target *t)
{
	*t = (struct metadata_target){0};
	if (span_eq(name, SPAN("*")))
		t->account = s->account;
	else if (span_starts(name, SPAN("#")))
		t->room = room_find(s->hub, name);
	else
		t->account = account_known(s, name);
	if (t->account != NULL || (t->room != NULL && !room_is_hidden(t->room, s)))
		return true;
	refuse(s, "INVALID_TARGET", "INVALID_TARGET", name, (struct span){0},
	       "There is no such account or room");
	return false;
}

static bool on_subscriptions(struct session *s, const struct msg *m)
{
	struct span verb = m->params[1];

	if (span_eq_fold(verb, SPAN("SUB")))
		on_sub(s, m);
	else if (span_eq_fold(verb, SPAN("UNSUB")))
		on_unsub(s, m);
	else if (span_eq_fold(verb, SPAN("SUBS")))
		on_subs(s);
	else
		return false;
	return true;
}

static void on_target(struct session *s, const struct msg *m)
{
	struct metadata_target t;

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (!span_eq_fold(m->params[1], span_of(verbs[i].name)))
			continue;
		if (m->n_params < verbs[i].min_params)
			reply1(s, ERR_NEEDMOREPARAMS, SPAN("METADATA"));
		else if (need_target_of(s, m->params[0], &t))
			verbs[i].fn(s, t, m);
		return;
	}
	refuse(s, "SUBCOMMAND_INVALID", "SUBCOMMAND_INVALID", m->params[1], (struct span){0},
	       "There are GET LIST SET CLEAR SUB UNSUB SUBS SYNC");
}

void cmd_metadata(struct session *s, const struct msg *m)
{
	if (!s->registered && !metadata_is_spoken(s))
		reply(s, ERR_NOTREGISTERED);
	else if (on_subscriptions(s, m))
		return;
	else if (s->registered)
		on_target(s, m);
	else if (span_eq(m->params[0], SPAN("*")) && span_eq_fold(m->params[1], SPAN("SET")))
		set_early(s, m);
	else
		reply(s, ERR_NOTREGISTERED);
}
