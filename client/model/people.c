// SPDX-License-Identifier: MIT
// People, and the rooms they are in.
//
// A room's members are sorted by folded name: found by halving, drawn in order.
#include "client/model/model_private.h"
#include "client/model/hush.h"
#include "client/model/model.h"
#include "client/model/people.h"
#include "client/model/shown.h"
#include "common/die.h"
#include "common/names.h"
#include "common/utf8.h"

#include <stdlib.h>

#define NICK_MAX 128 // longer ones are cut: no server of any kind allows them
#define AWAY_MAX 400

static struct span fold_nick(struct span nick, char out[static NICK_MAX + 1])
{
	nick = utf8_cut(nick, NICK_MAX);
	name_fold(nick, out);
	return (struct span){out, nick.len};
}

struct person *person_find(const struct model *m, struct span nick)
{
	char key[NICK_MAX + 1];
	return map_find(&m->people, fold_nick(nick, key));
}

struct person *person_need(struct model *m, struct span nick)
{
	char folded[NICK_MAX + 1];
	struct span key = fold_nick(nick, folded);
	struct person *p = map_find(&m->people, key);
	if (p)
		return p;
	p = xcalloc(1, sizeof(*p));
	p->name = span_dup((struct span){nick.at, key.len});
	p->key = span_dup(key);
	p->account = xstrdup("");
	map_put(&m->people, span_of(p->key), p);
	shown_enter(m, p);
	hush_meet_person(m, p);
	return p;
}

void person_set_account(struct person *p, struct span account)
{
	set_text(&p->account, utf8_cut(account, NICK_MAX));
}

void person_set_away(struct person *p, const struct span *text)
{
	char *away = text ? span_dup(utf8_cut(*text, AWAY_MAX)) : NULL;
	free(p->away);
	p->away = away;
}

static size_t member_place(const struct target *t, const char *key)
{
	size_t low = 0, high = t->n_members;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (strcmp(t->members[mid].person->key, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool is_member_at(const struct target *t, size_t i, const char *key)
{
	return i < t->n_members && strcmp(t->members[i].person->key, key) == 0;
}

struct room_member *people_member(const struct target *t, struct span nick)
{
	char folded[NICK_MAX + 1];
	const char *key = fold_nick(nick, folded).at;
	size_t i = member_place(t, key);
	return is_member_at(t, i, key) ? &t->members[i] : NULL;
}

size_t people_here(const struct target *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n_members; i++)
		n += !t->members[i].is_absent;
	return n;
}

struct room_member *member_need(struct model *m, struct target *t, struct person *p)
{
	size_t i = member_place(t, p->key);
	if (is_member_at(t, i, p->key))
		return &t->members[i];
	if (m->n_memberships >= m->bounds.memberships)
		return NULL;
	if (t->n_members == t->cap_members) {
		t->cap_members = t->cap_members ? t->cap_members * 2 : 8;
		t->members = xreallocarray(t->members, t->cap_members, sizeof(*t->members));
	}
	struct room_member *at = &t->members[i];
	memmove(at + 1, at, (t->n_members - i) * sizeof(*at));
	t->n_members++;
	m->n_memberships++;
	*at = (struct room_member){.person = p};
	return at;
}

void member_remove(struct model *m, struct target *t, const struct person *p)
{
	size_t i = member_place(t, p->key);
	if (!is_member_at(t, i, p->key))
		return;
	t->n_members--;
	m->n_memberships--;
	memmove(&t->members[i], &t->members[i + 1], (t->n_members - i) * sizeof(*t->members));
}

void members_clear(struct model *m, struct target *t)
{
	m->n_memberships -= t->n_members;
	free(t->members);
	t->members = NULL;
	t->n_members = t->cap_members = 0;
}

void member_set_prefix(const struct server_facts *facts, struct room_member *who, char sign,
		       bool add)
{
	char out[sizeof(who->prefixes)] = "";
	size_t n = 0;
	for (const char *s = facts->prefix_signs; *s && n + 1 < sizeof(out); s++) {
		bool has = strchr(who->prefixes, *s) != NULL;
		if (*s == sign ? add : has)
			out[n++] = *s;
	}
	memcpy(who->prefixes, out, sizeof(out));
}

// In each room the new person takes the place of the old one.
static void move_members(struct model *m, const struct person *from, struct person *to)
{
	for (size_t i = 0; i < m->n_targets; i++) {
		struct target *t = m->targets[i];
		struct room_member *old = people_member(t, span_of(from->key));
		if (!old)
			continue;
		struct room_member as = *old;
		as.person = to;
		member_remove(m, t, from);
		struct room_member *fresh = member_need(m, t, to);
		if (fresh) // as it is, since one has just made room
			*fresh = as;
	}
}

struct person *person_rename(struct model *m, struct person *p, struct span nick)
{
	struct person *to = person_need(m, nick);
	shown_leave(m, to);
	set_text(&to->name, span_from(nick.at, strlen(to->key)));
	shown_enter(m, to);
	m->version++;
	if (to == p)
		return p;
	move_members(m, p, to);
	set_text(&to->account, span_of(p->account));
	free(to->away);
	to->away = p->away;
	p->away = NULL;
	person_set_display(m, to, p->display ? span_of(p->display) : SPAN(""));
	person_set_display(m, p, SPAN(""));
	if (m->me == p)
		m->me = to;
	return to;
}
