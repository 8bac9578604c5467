// SPDX-License-Identifier: MIT
// The table of rooms, and the questions that decide what a session may know or do.
#include "server/hub/rooms/room.h"

#include "common/die.h"
#include "common/names.h"
#include "server/hub/history/keepsake.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/guest.h"
#include "server/hub/rooms/hook.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/metadata.h"
#include "server/hub/files/shared_file.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/pace.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/rooms/room_log.h"
#include "server/hub/rooms/walk.h"
#include "server/hub/wire/reply.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

// A name that older versions stored may have no key, or that of another room: until it has one
// of its own (respell.h), nobody finds it.
static void room_set_name(struct room *r, struct span name)
{
	char key[ROOM_NAME_MAX + 1];

	if (!name_key(name, key) || map_find(&r->hub->room_names, span_of(key)))
		(void)snprintf(key, sizeof(key), "%lld", (long long)r->stream.id);
	r->name = span_dup(name);
	r->folded = xstrdup(key);
	map_put(&r->hub->room_names, span_of(r->folded), r);
	namesake_put(&r->hub->rooms_alike, &r->as_named, name);
}

static struct room *room_add(struct hub *h, stream_id id, struct span name)
{
	struct room *r = xcalloc(1, sizeof(*r));

	r->hub = h;
	r->stream.id = id;
	r->stream.room = r;
	namesake_init(&r->as_named, r);
	list_init(&r->bans);
	list_init(&r->walks);
	room_set_name(r, name);
	idmap_put(&h->rooms, (uint64_t)id, r);
	idmap_put(&h->streams, (uint64_t)id, &r->stream);
	return r;
}

struct room *room_new(struct hub *h, struct span name, struct account *founder)
{
	struct room *r = room_add(h, hub_new_id(h), name);

	r->topic = xstrdup("");
	r->topic_by = xstrdup("");
	r->key = xstrdup("");
	r->rules = xstrdup("");
	r->flags = ROOM_NO_EXTERNAL | ROOM_TOPIC_LOCKED;
	r->created_ms = h->now.wall_ms;
	room_post(r);
	if (founder != NULL)
		member_join(r, founder, MEMBER_FOUNDER);
	return r;
}

void room_set_text(char **field, struct span text)
{
	char *fresh = span_dup(text);

	free(*field);
	*field = fresh;
}

void room_post(struct room *r)
{
	r->hub->n_listed = -1;
	post(r->hub, &(struct entry){.kind = ENTRY_ROOM,
				     .room = {
					     .id = r->stream.id,
					     .name = span_of(r->name),
					     .topic = span_of(r->topic),
					     .topic_by = span_of(r->topic_by),
					     .topic_ms = r->topic_ms,
					     .flags = r->flags,
					     .key = span_of(r->key),
					     .limit = r->limit,
					     .created_ms = r->created_ms,
					     .keep_ms = r->keep_ms,
					     .keep_bytes = r->keep_bytes,
					     .slow_s = r->slow_s,
					     .newcomer_s = r->newcomer_s,
					     .newcomers = r->newcomers,
					     .rules = span_of(r->rules),
					     .rules_ms = r->rules_ms,
					     .talk = r->talk,
				     }});
}

void room_load(struct hub *h, const struct entry_room *row)
{
	struct room *r = room_by_id(h, row->id);

	if (!name_was_room(row->name)) {
		hub_load_failed(h, "room %lld has a name that none can have: restore a backup",
				(long long)row->id);
		return;
	}
	if (!r && history_stream(h, row->id)) {
		hub_load_failed(h, "room %lld has the number of another: restore a backup",
				(long long)row->id);
		return;
	}
	h->n_listed = -1;
	if (r == NULL)
		r = room_add(h, row->id, row->name);
	room_set_text(&r->topic, row->topic);
	room_set_text(&r->topic_by, row->topic_by);
	room_set_text(&r->key, row->key);
	r->topic_ms = row->topic_ms;
	r->flags = row->flags;
	r->limit = row->limit;
	r->created_ms = row->created_ms;
	r->keep_ms = row->keep_ms;
	r->keep_bytes = row->keep_bytes;
	r->slow_s = row->slow_s;
	r->newcomer_s = row->newcomer_s;
	r->newcomers = row->newcomers;
	room_set_text(&r->rules, row->rules);
	r->rules_ms = row->rules_ms;
	r->talk = row->talk;
}

void room_rename(struct room *r, struct span name)
{
	char *old_name = r->name, *old_folded = r->folded;

	map_remove(&r->hub->room_names, span_of(old_folded));
	room_set_name(r, name);
	free(old_name);
	free(old_folded);
	room_post(r);
}

// A removed room looks to its members like being put out of it by the server.
static void say_gone(struct room *r, struct account *a, struct span reason)
{
	struct line l;

	line_start(&l, r->hub, NULL, "KICK");
	line_str(&l, r->name);
	line_str(&l, a->name);
	line_text(&l, reason);
	account_say(a, &l, 0, 0, NULL);
	line_clear(&l);
}

void room_set_topic(struct room *r, struct account *by, struct span topic,
		    struct span client_id)
{
	struct span name = by == NULL ? r->hub->config.name : span_of(by->name);
	struct entry_message event = {.kind = MESSAGE_TOPIC,
				      .account = by == NULL ? 0 : by->id,
				      .sender = name,
				      .client_id = client_id};
	struct buf text = {0};
	struct line l;

	room_set_text(&r->topic, topic);
	room_set_text(&r->topic_by, name);
	r->topic_ms = r->hub->now.wall_ms;
	room_post(r);
	room_log(r, by, "topic", SPAN(""), topic);
	buf_printf(&text, ":" SPAN_FMT, SPAN_ARG(topic));
	event.text = buf_span(&text);
	history_append(r->hub, &r->stream, &event);
	if (by != NULL && client_id.len > 0)
		keepsake_add(r->hub, by->id, client_id);
	line_start(&l, r->hub, by, "TOPIC");
	line_str(&l, r->name);
	line_text(&l, topic);
	line_of(&l, &event);
	room_say(r, &l, 0, 0, NULL);
	line_clear(&l);
	buf_clear(&text);
}

// A client without the capability sees itself part from the old name and join the new one; it
// need not see it of the others.
static void say_part(struct session *s, struct span old, struct span reason)
{
	struct line l;

	line_start(&l, s->hub, s->account, "PART");
	line_param(&l, old);
	if (reason.len > 0)
		line_text(&l, reason);
	session_say(s, &l);
	line_clear(&l);
}

static void fall_back(struct room *r, struct span old, struct span reason)
{
	for (size_t i = 0; i < r->n_listeners; i++) {
		struct session *s = r->listeners[i].session;

		if (session_has(s, CAP_CHANNEL_RENAME))
			continue;
		say_part(s, old, reason);
		presence_burst(s, r);
	}
}

void room_say_rename(struct room *r, struct account *by, struct span name, struct span reason)
{
	struct buf old = {0}, text = {0};
	struct entry_message event;
	struct line l;

	buf_add_str(&old, r->name);
	room_log(r, by, "rename", name, reason);
	buf_printf(&text, SPAN_FMT " :" SPAN_FMT, SPAN_ARG(name), SPAN_ARG(reason));
	room_rename(r, name);
	history_event(r->hub, &r->stream, by, MESSAGE_RENAME, buf_span(&text), &event);
	line_start(&l, r->hub, by, "RENAME");
	line_param(&l, buf_span(&old));
	line_param(&l, name);
	line_text(&l, reason);
	line_of(&l, &event);
	room_say(r, &l, cap_bit(CAP_CHANNEL_RENAME), 0, NULL);
	line_clear(&l);
	if (!span_eq_fold(buf_span(&old), name))
		fall_back(r, buf_span(&old), reason);
	buf_clear(&old);
	buf_clear(&text);
}

void room_delete(struct room *r, struct span reason)
{
	shared_files_lose_stream(&r->stream);
	post(r->hub, &(struct entry){.kind = ENTRY_ROOM_GONE, .room_gone = {r->stream.id}});
	for (size_t i = 0; i < r->n_members; i++)
		say_gone(r, r->members[i]->account, reason);
	room_free(r);
}

void room_free(struct room *r)
{
	r->hub->n_listed = -1;
	listener_forget_room(r);
	walks_lose_room(r);
	while (r->n_members > 0)
		member_free(r->members[r->n_members - 1]);
	hooks_lose_room(r);
	bans_clear(&r->bans);
	metadata_clear(&r->metadata);
	map_remove(&r->hub->room_names, span_of(r->folded));
	namesake_remove(&r->as_named);
	idmap_remove(&r->hub->rooms, (uint64_t)r->stream.id);
	idmap_remove(&r->hub->streams, (uint64_t)r->stream.id);
	idmap_clear(&r->by_account);
	free(r->members);
	free(r->name);
	free(r->folded);
	free(r->topic);
	free(r->topic_by);
	free(r->key);
	free(r->rules);
	free(r);
}

struct room *room_find(struct hub *h, struct span name)
{
	char key[ROOM_NAME_MAX + 1];
	size_t len = name_key(name, key);

	return len > 0 ? map_find(&h->room_names, span_from(key, len)) : NULL;
}

struct alike {
	const struct room *self;
	const struct session *s;
};

static bool is_another(const struct namesake *n, const void *arg)
{
	const struct alike *a = arg;

	return n->of != a->self && (a->s == NULL || !room_is_hidden(n->of, a->s));
}

const struct room *room_alike(const struct hub *h, struct span name, const struct room *self,
			      const struct session *s)
{
	return namesake_find(&h->rooms_alike, name, is_another, &(struct alike){self, s});
}

struct room *room_by_id(struct hub *h, stream_id id)
{
	return idmap_find(&h->rooms, (uint64_t)id);
}

bool room_is_hidden(const struct room *r, const struct session *s)
{
	bool hides = (r->flags & ROOM_SECRET) != 0 ||
		     (s->account != NULL && !account_may_enter(s->account, r));

	if (!hides || s->oper)
		return false;
	return s->account == NULL || member_find(r, s->account) == NULL;
}

struct room *need_room(struct session *s, struct span name)
{
	struct room *r = room_find(s->hub, name);

	if (r != NULL && !room_is_hidden(r, s))
		return r;
	reply1(s, ERR_NOSUCHCHANNEL, name);
	return NULL;
}

struct member *need_member(struct session *s, struct room *r)
{
	struct member *m = member_find(r, s->account);

	if (m == NULL)
		reply1(s, ERR_NOTONCHANNEL, span_of(r->name));
	return m;
}

bool need_role(struct session *s, struct room *r, enum member_role role)
{
	const struct member *m = member_find(r, s->account);

	if (s->oper || (m != NULL && m->role >= role))
		return true;
	reply1(s, m == NULL ? ERR_NOTONCHANNEL : ERR_CHANOPRIVSNEEDED, span_of(r->name));
	return false;
}

static bool is_refused_ctcp(const struct room *r, struct span text)
{
	return (r->flags & ROOM_NO_CTCP) != 0 && span_starts(text, SPAN("\001")) &&
	       !span_starts(text, SPAN("\001ACTION"));
}

#define NEWCOMER "Cannot send to channel: who is new here does not speak yet (+d)"

// Why the account may not speak, NULL when it may.
static const char *mute_reason(const struct room *r, const struct account *a, struct span text)
{
	const struct member *m = member_find(r, a);
	enum member_role role = m == NULL ? MEMBER_PLAIN : m->role;

	if (m == NULL && (r->flags & ROOM_NO_EXTERNAL) != 0)
		return "Cannot send to channel: you are not in it (+n)";
	if (is_refused_ctcp(r, text))
		return "Cannot send to channel: no CTCP here (+C)";
	if (role >= MEMBER_VOICE)
		return NULL;
	if (newcomer_left_s(r, a, m) > 0)
		return NEWCOMER;
	if ((r->flags & ROOM_MODERATED) != 0)
		return "Cannot send to channel: only those with a voice speak here (+m)";
	if (room_mutes(r, a))
		return "Cannot send to channel: you are banned or muted (+b)";
	return NULL;
}

bool room_silences(const struct room *r, const struct account *a)
{
	return mute_reason(r, a, SPAN("")) != NULL;
}

bool need_speaker(struct session *s, struct room *r, struct span text, bool quiet)
{
	const char *reason = mute_reason(r, s->account, text);
	struct line l;
	int64_t left;

	if (reason == NULL)
		return true;
	if (quiet)
		return false;
	reply_start(&l, s, ERR_CANNOTSENDTOCHAN);
	line_str(&l, r->name);
	left = newcomer_left_s(r, s->account, member_find(r, s->account));
	if (!strcmp(reason, NEWCOMER))
		line_textf(&l, "%s: wait %lld s", reason, (long long)left);
	else
		line_text(&l, span_of(reason));
	reply_end(&l, s);
	return false;
}
