// SPDX-License-Identifier: MIT
#include "server/hub/rooms/guest.h"
#include "server/hub/rooms/roster.h"

#include "common/die.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/walk.h"
#include "server/hub/wire/telling.h"

#include <stdlib.h>

// What a line may hold without its end.
#define BODY_MAX 510 // inside: the protocol's line without CR LF

void topic_say(struct session *s, struct room *r, bool asked)
{
	struct line l;

	if (r->topic[0] == '\0') {
		if (asked)
			reply1(s, RPL_NOTOPIC, span_of(r->name));
		return;
	}
	reply_start(&l, s, RPL_TOPIC);
	line_str(&l, r->name);
	line_text(&l, span_of(r->topic));
	reply_end(&l, s);
	reply_start(&l, s, RPL_TOPICWHOTIME);
	line_str(&l, r->name);
	line_str(&l, r->topic_by);
	line_number(&l, r->topic_ms / 1000);
	reply_end(&l, s);
}

bool accounts_share_room(const struct account *a, const struct account *b)
{
	const struct account *few = a->n_members < b->n_members ? a : b;

	for (size_t i = 0; i < few->n_members; i++)
		if (member_find(few->members[i]->room, few == a ? b : a) != NULL)
			return true;
	return false;
}

bool account_is_visible(const struct account *a, const struct session *s)
{
	if (!guest_may_know(s, a))
		return false;
	return !a->invisible || a == s->account || s->oper ||
	       accounts_share_room(a, s->account);
}

size_t account_visible_cost(const struct account *a, const struct session *s)
{
	size_t n = a->n_members < s->account->n_members ? a->n_members : s->account->n_members;

	return a->invisible ? 1 + n : 1;
}

// The names of a room, while they are told.
struct names {
	struct telling t;
	struct walk walk;
	char *room;        // its name, also when it is gone meanwhile
	struct buf list;   // of the line that is being filled,
	size_t space;      // which takes so many bytes
	struct buf absent; // the same of those who are not here, for who asked for them
	bool tells_absent;
	bool is_secret, inside, catches_up, ends;
	bool all; // who comes is shown to s (listener_sees_all)
};

static void names_line(const struct names *n, struct line *l)
{
	reply_start(l, n->t.s, RPL_NAMREPLY);
	l->catches_up = n->catches_up;
	line_str(l, n->is_secret ? "@" : "=");
	line_str(l, n->room);
	buf_add_str(&l->body, " :");
	buf_add_span(&l->body, buf_span(&n->list));
}

static void names_flush(struct names *n)
{
	struct line l;

	if (!n->list.len)
		return;
	names_line(n, &l);
	reply_end(&l, n->t.s);
	buf_reset(&n->list);
}

// ABSENT #room :@bob cem
static void absent_flush(struct names *n)
{
	struct line l;

	if (!n->absent.len)
		return;
	line_start(&l, n->t.s->hub, NULL, "ABSENT");
	l.catches_up = n->catches_up;
	line_str(&l, n->room);
	line_text(&l, buf_span(&n->absent));
	reply_end(&l, n->t.s);
	buf_reset(&n->absent);
}

static void names_end(const struct names *n)
{
	struct line l;

	if (!n->ends)
		return;
	reply_start(&l, n->t.s, RPL_ENDOFNAMES);
	l.catches_up = n->catches_up;
	if (n->walk.room != NULL && room_is_large(n->walk.room))
		l.present = n->walk.room->n_present;
	line_str(&l, n->room);
	line_text(&l, span_of(numeric_text(RPL_ENDOFNAMES)));
	reply_end(&l, n->t.s);
}

// One more name, on the next line when it does not fit.
static void names_put(struct names *n, struct buf *list, void (*flush)(struct names *n),
		      struct span name)
{
	if (list->len + 1 + name.len > n->space)
		flush(n);
	if (list->len)
		buf_add_char(list, ' ');
	buf_add_span(list, name);
}

static void absent_add(struct names *n, const struct member *m)
{
	struct buf name = {0};

	if (account_is_shut(m->account))
		return;
	member_prefixes(m, session_has(n->t.s, CAP_MULTI_PREFIX), &name);
	buf_add_str(&name, m->account->name);
	names_put(n, &n->absent, absent_flush, buf_span(&name));
	buf_clear(&name);
}

static void names_add(struct names *n, const struct member *m)
{
	struct session *s = n->t.s;
	struct buf name = {0};

	member_prefixes(m, session_has(s, CAP_MULTI_PREFIX), &name);
	if (session_has(s, CAP_USERHOST_IN_NAMES))
		account_prefix(m->account, &name);
	else
		buf_add_str(&name, m->account->name);
	names_put(n, &n->list, names_flush, buf_span(&name));
	buf_clear(&name);
}

static bool names_next(struct telling *t)
{
	struct names *n = container_of(t, struct names, t);
	const struct member *m = walk_next(&n->walk);

	if (m == NULL) {
		names_flush(n);
		absent_flush(n);
		names_end(n);
		return false;
	}
	telling_looked(t->s, n->inside ? 1 : account_visible_cost(m->account, t->s));
	if (member_is_present(m) && member_is_shown(m, t->s, n->all) &&
	    (n->inside || account_is_visible(m->account, t->s)))
		names_add(n, m);
	else if (n->tells_absent && !member_is_present(m))
		absent_add(n, m);
	return true;
}

// Whoever goes now is told of: nobody stands in a line that comes later.
static void names_pause(struct telling *t)
{
	struct names *n = container_of(t, struct names, t);

	names_flush(n);
	absent_flush(n);
}

static void names_free(struct telling *t)
{
	struct names *n = container_of(t, struct names, t);

	walk_end(&n->walk);
	buf_clear(&n->list);
	buf_clear(&n->absent);
	free(n->room);
	free(n);
}

static void names_tell(struct session *s, struct room *r, bool catches_up, bool ends)
{
	struct names *n = telling_new(sizeof(*n), names_next, names_free);
	struct line l;

	walk_start(&n->walk, r);
	n->t.pause = names_pause;
	n->room = xstrdup(r->name);
	n->is_secret = (r->flags & ROOM_SECRET) != 0;
	n->all = listener_sees_all(r, s);
	n->tells_absent = session_has(s, CAP_ABSENT) && !room_is_large(r) &&
			  member_find(r, s->account) != NULL;
	n->inside = s->oper || member_find(r, s->account) != NULL;
	n->catches_up = catches_up;
	n->ends = ends;
	n->t.s = s;
	names_line(n, &l);
	n->space = BODY_MAX - l.body.len;
	line_clear(&l);
	telling_start(s, &n->t);
}

void names_lines(struct session *s, struct room *r)
{
	names_tell(s, r, false, false);
}

void names_say(struct session *s, struct room *r)
{
	names_tell(s, r, false, true);
}

void names_again(struct session *s, struct room *r)
{
	names_tell(s, r, true, true);
}

int64_t account_idle_ms(const struct account *a)
{
	int64_t latest = 0;

	list_for_each(item, &a->sessions) {
		const struct session *s = container_of(item, struct session, in_account);

		if (!s->no_presence && s->active_ms > latest)
			latest = s->active_ms;
	}
	return latest == 0 ? 0 : a->hub->now.wall_ms - latest;
}
