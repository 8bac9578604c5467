// SPDX-License-Identifier: MIT
// room list|show|members|add|delete|grant|revoke: what rooms there are, and who is who.
#include "server/hub/admin/admin_room.h"

#include "common/die.h"
#include "common/names.h"
#include "server/hub/rooms/guest.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/mode.h"
#include "server/hub/rooms/succession.h"
#include "server/hub/rooms/talk.h"
#include "server/letters/limits.h"

#include <stdlib.h>

void verb_room_name(struct span word, struct buf *out)
{
	char name[ROOM_NAME_MAX + 1];

	if (!span_starts(word, SPAN("#")))
		buf_add_char(out, '#');
	buf_add_span(out, word);
	if (!name_of_room(buf_span(out), name))
		return;
	buf_reset(out);
	buf_add_str(out, name);
}

struct room *verb_room(struct verb_call *c, size_t i)
{
	struct buf name = {0};
	struct room *r;

	verb_room_name(verb_word(c, i), &name);
	r = room_find(c->hub, buf_span(&name));
	if (r == NULL)
		verb_end(c, ADMIN_NOT_FOUND, "there is no room " SPAN_FMT,
			 SPAN_ARG(buf_span(&name)));
	buf_clear(&name);
	return r;
}

static void modes_cell(struct verb_call *c, const struct room *r)
{
	struct buf modes = {0};

	mode_text(r, true, &modes);
	verb_text(c, buf_span(&modes));
	buf_clear(&modes);
}

static void room_cells(struct verb_call *c, const struct room *r)
{
	verb_text(c, span_of(r->name));
	verb_number(c, (int64_t)r->n_members);
	verb_number(c, (int64_t)r->n_present);
	modes_cell(c, r);
	verb_text(c, span_of(r->topic));
	verb_time(c, r->created_ms);
}

static int by_name(const void *a, const void *b)
{
	const struct room *const *left = a, *const *right = b;

	return strcmp((*left)->folded, (*right)->folded);
}

static int by_members(const void *a, const void *b)
{
	const struct room *const *left = a, *const *right = b;

	if ((*left)->n_members != (*right)->n_members)
		return (*left)->n_members < (*right)->n_members ? 1 : -1;
	return by_name(a, b);
}

static int by_said(const void *a, const void *b)
{
	const struct room *const *left = a, *const *right = b;

	if ((*left)->stream.said_ms != (*right)->stream.said_ms)
		return (*left)->stream.said_ms < (*right)->stream.said_ms ? 1 : -1;
	return by_name(a, b);
}

typedef int order_fn(const void *a, const void *b);

// NULL: answered ADMIN_USAGE and freed c.
static order_fn *take_order(struct verb_call *c)
{
	static const struct {
		const char *word;
		order_fn *fn;
	} orders[] = {{"name", by_name}, {"members", by_members}, {"said", by_said}};
	struct span text = verb_value(c, "--sort");

	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		if (text.at == NULL || span_eq(text, span_of(orders[i].word)))
			return orders[i].fn;
	}
	verb_end(c, ADMIN_USAGE, "rooms are sorted by name, members or said, not by " SPAN_FMT,
		 SPAN_ARG(text));
	return NULL;
}

void verb_room_list(struct verb_call *c)
{
	static const char *const names[] = {"name",  "members", "present", "modes",
					    "topic", "created", "said"};
	size_t n = c->hub->rooms.n_items, cursor = 0;
	order_fn *order = take_order(c);
	const struct room **all;

	if (order == NULL)
		return;
	all = xcalloc(n + 1, sizeof(struct room *));
	for (size_t i = 0; i < n; i++)
		all[i] = idmap_next(&c->hub->rooms, &cursor);
	qsort(all, n, sizeof(struct room *), order);
	verb_columns(c, names, ARRAY_LEN(names));
	for (size_t i = 0; i < n; i++) {
		room_cells(c, all[i]);
		verb_time(c, all[i]->stream.said_ms);
	}
	free(all);
	verb_end(c, ADMIN_DONE, "%s", "");
}

void verb_room_show(struct verb_call *c)
{
	static const char *const names[] = {"name",    "members",    "present",  "modes",
					    "topic",   "created",    "messages", "last_message",
					    "keep_ms", "keep_bytes", "id",       "newcomers",
					    "rules",   "talk"};
	struct room *r = verb_room(c, 0);

	if (r == NULL)
		return;
	verb_columns(c, names, ARRAY_LEN(names));
	verb_is_record(c);
	room_cells(c, r);
	verb_number(c, (int64_t)r->stream.seq);
	verb_time(c, r->stream.last_ms);
	verb_number(c, r->keep_ms);
	verb_number(c, r->keep_bytes);
	verb_number(c, r->stream.id);
	verb_bool(c, r->newcomers);
	verb_text(c, span_of(r->rules));
	verb_bool(c, r->talk);
	verb_end(c, ADMIN_DONE, "%s", "");
}

void verb_room_members(struct verb_call *c)
{
	static const char *const names[] = {"name", "role", "present", "joined"};
	struct room *r = verb_room(c, 0);

	if (r == NULL)
		return;
	verb_columns(c, names, ARRAY_LEN(names));
	for (size_t i = 0; i < r->n_members; i++) {
		const struct member *m = r->members[i];

		verb_text(c, span_of(m->account->name));
		verb_text(c, span_of(modes_role_word(m->role)));
		verb_bool(c, member_is_present(m));
		verb_time(c, m->joined_ms);
	}
	verb_end(c, ADMIN_DONE, "%s", "");
}

// Also for a flag that is absent: then *a is NULL.
static bool take_founder(struct verb_call *c, struct account **a)
{
	struct span name = verb_value(c, "--founder");

	*a = NULL;
	if (name.at == NULL)
		return true;
	*a = verb_account(c, name);
	if (*a != NULL && account_is_guest(*a)) {
		verb_end(c, ADMIN_CONFLICT, "%s is a guest of another room", (*a)->name);
		return false;
	}
	return *a != NULL;
}

static void add(struct verb_call *c, struct span name, struct account *founder)
{
	struct span topic = verb_value(c, "--topic");
	struct room *r = room_new(c->hub, name, founder);

	if (verb_flag(c, "--private"))
		r->flags |= ROOM_INVITE_ONLY | ROOM_SECRET;
	if (verb_flag(c, "--unlisted"))
		r->flags |= ROOM_SECRET;
	room_post(r);
	if (topic.len > 0)
		room_set_topic(r, founder, topic, SPAN(""));
	verb_audit(c, name);
	verb_end(c, ADMIN_DONE, "made the room %s", r->name);
}

void verb_room_add(struct verb_call *c)
{
	struct buf name = {0};
	struct account *founder;
	const struct room *other;

	if (!verb_may_write(c) || !take_founder(c, &founder))
		return;
	verb_room_name(verb_word(c, 0), &name);
	if (!name_is_room(buf_span(&name)))
		verb_end(c, ADMIN_USAGE,
			 SPAN_FMT " is no name for a room: no spaces, commas or "
				  "control characters, at most %d bytes",
			 SPAN_ARG(buf_span(&name)), ROOM_NAME_MAX);
	else if (room_find(c->hub, buf_span(&name)) != NULL)
		verb_exists(c, "there is a room " SPAN_FMT " already",
			    SPAN_ARG(buf_span(&name)));
	else if ((other = room_alike(c->hub, buf_span(&name), NULL, NULL)) == NULL ||
		 verb_meant_alike(c, buf_span(&name), other->name))
		add(c, buf_span(&name), founder);
	buf_clear(&name);
}

void verb_room_delete(struct verb_call *c)
{
	struct room *r = verb_room(c, 0);
	size_t members;
	uint64_t messages;

	if (r == NULL)
		return;
	members = r->n_members;
	messages = r->stream.seq;
	if (verb_flag(c, "--dry-run")) {
		verb_unchanged(c, "would remove %s with %zu members and up to %llu messages",
			       r->name, members, (unsigned long long)messages);
		return;
	}
	if (!verb_confirmed(c, span_of(r->name)) || !verb_may_write(c))
		return;
	verb_audit(c, span_of(r->name));
	room_delete(r, SPAN("The room was removed by an administrator"));
	verb_end(c, ADMIN_DONE, "removed the room with %zu members and up to %llu messages",
		 members, (unsigned long long)messages);
}

static bool parse_role(struct verb_call *c, enum member_role *role)
{
	struct span text = verb_value(c, "--role");
	const struct room_mode *rank = modes_of_word(text);

	*role = rank == NULL ? MEMBER_PLAIN : (enum member_role)rank->which;
	if (text.at == NULL)
		*role = MEMBER_MODERATOR;
	if (text.at == NULL || rank != NULL ||
	    span_eq_fold(text, span_of(modes_role_word(MEMBER_PLAIN))))
		return true;
	verb_end(c, ADMIN_USAGE, "a role is founder, moderator, voice or member, not " SPAN_FMT,
		 SPAN_ARG(text));
	return false;
}

static void say_rank(struct member *m, char sign, const struct room_mode *rank)
{
	char modes[] = {sign, rank->letter, '\0'};
	struct buf args = {0};

	buf_printf(&args, " %s", m->account->name);
	mode_say(m->room, NULL, span_of(modes), buf_span(&args));
	buf_clear(&args);
}

static void audit_role(struct verb_call *c, const struct room *r, const struct account *a,
		       const char *before, const char *after)
{
	struct buf of = {0};

	buf_printf(&of, "%s %s", r->name, a->name);
	verb_audit_change(c, buf_str(&of), before, after);
	buf_clear(&of);
}

void verb_room_grant(struct verb_call *c)
{
	struct room *r = verb_room(c, 0);
	struct account *a = r == NULL ? NULL : verb_account(c, verb_word(c, 1));
	enum member_role role;
	const char *before;
	struct member *m;

	if (a == NULL || !parse_role(c, &role) || !verb_may_write(c))
		return;
	if (!account_may_enter(a, r)) {
		verb_end(c, ADMIN_CONFLICT,
			 "%s is a guest of another room: user set %s --full makes it an "
			 "account like others",
			 a->name, a->name);
		return;
	}
	m = member_find(r, a);
	if (m == NULL && talk_is_full(r)) {
		verb_end(c, ADMIN_CONFLICT,
			 "%s is a conversation of %d people: room set %s --name NEW makes a "
			 "room of it",
			 r->name, TALK_MAX, r->name);
		return;
	}
	c->is_unchanged = m != NULL && (m->role & role) == role;
	before = m == NULL ? "no member" : modes_role_word(m->role);
	if (m == NULL)
		m = member_join(r, a, MEMBER_PLAIN);
	if ((m->role & role) != role) {
		member_set_role(m, m->role | role);
		say_rank(m, '+', modes_of(MODE_RANK, role));
	}
	audit_role(c, r, a, before, modes_role_word(m->role));
	verb_end(c, ADMIN_DONE, "%s is %s of %s", a->name, modes_role_word(m->role), r->name);
}

static void take_ranks(struct member *m)
{
	const struct room_mode *rank;

	while ((rank = modes_rank(m->role)) != NULL) {
		member_set_role(m, m->role & ~rank->which);
		say_rank(m, '-', rank);
	}
}

void verb_room_revoke(struct verb_call *c)
{
	struct room *r = verb_room(c, 0);
	struct account *a = r == NULL ? NULL : verb_account(c, verb_word(c, 1));
	struct member *m;

	if (a == NULL || !verb_may_write(c))
		return;
	m = member_find(r, a);
	if (m == NULL) {
		verb_end(c, ADMIN_NOT_FOUND, "%s is no member of %s", a->name, r->name);
		return;
	}
	audit_role(c, r, a, modes_role_word(m->role),
		   verb_flag(c, "--membership") ? "no member" : modes_role_word(MEMBER_PLAIN));
	if (verb_flag(c, "--membership")) {
		member_kick(m, NULL, SPAN("Removed by an administrator"));
		verb_end(c, ADMIN_DONE, "%s is no member of %s any more", a->name, r->name);
		return;
	}
	c->is_unchanged = modes_rank(m->role) == NULL;
	take_ranks(m);
	verb_end(c, ADMIN_DONE, "%s is a plain member of %s", a->name, r->name);
}

// Who cannot log in founds no more.
static void dethrone(struct room *r)
{
	struct member *m;

	while ((m = room_founder(r, true)) != NULL) {
		member_set_role(m, m->role & ~(unsigned)MEMBER_FOUNDER);
		say_rank(m, '-', modes_of(MODE_RANK, MEMBER_FOUNDER));
	}
}

void verb_room_adopt(struct verb_call *c)
{
	struct room *r = verb_room(c, 0);
	struct account *a = r == NULL ? NULL : verb_account(c, verb_word(c, 1));
	struct member *m = a == NULL ? NULL : room_founder(r, false);

	if (m != NULL) {
		verb_end(c, ADMIN_CONFLICT,
			 "%s has a founder, %s: room grant --role founder makes another",
			 r->name, m->account->name);
		return;
	}
	if (a == NULL || !verb_may_write(c))
		return;
	dethrone(r);
	m = member_find(r, a);
	if (m == NULL)
		m = member_join(r, a, MEMBER_PLAIN);
	member_set_role(m, m->role | MEMBER_FOUNDER);
	say_rank(m, '+', modes_of(MODE_RANK, MEMBER_FOUNDER));
	audit_role(c, r, a, "no founder", modes_role_word(MEMBER_FOUNDER));
	verb_end(c, ADMIN_DONE, "%s is founder of %s", a->name, r->name);
}
