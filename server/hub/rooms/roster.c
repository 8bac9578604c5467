// SPDX-License-Identifier: MIT
#include "server/hub/rooms/roster.h"

#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/member.h"
#include "server/hub/wire/reply.h"

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
	return !a->invisible || a == s->account || s->oper ||
	       accounts_share_room(a, s->account);
}

static void names_start(struct line *l, struct session *s, const struct room *r,
			bool catches_up)
{
	reply_start(l, s, RPL_NAMREPLY);
	l->catches_up = catches_up;
	line_str(l, (r->flags & ROOM_SECRET) != 0 ? "@" : "=");
	line_str(l, r->name);
	buf_add_str(&l->body, " :");
}

static void names_add(struct session *s, const struct member *m, struct buf *out)
{
	member_prefixes(m, session_has(s, CAP_MULTI_PREFIX), out);
	if (session_has(s, CAP_USERHOST_IN_NAMES))
		account_prefix(m->account, out);
	else
		buf_add_str(out, m->account->name);
}

// Of whom of a room s may learn by a list of them.
struct view {
	const struct session *s;
	bool inside, all;
};

static bool is_named(const struct view *v, const struct member *m)
{
	return member_is_present(m) && member_is_shown(m, v->s, v->all) &&
	       (v->inside || account_is_visible(m->account, v->s));
}

static void say_names(struct session *s, struct room *r, bool catches_up)
{
	const struct view view = {s, s->oper || member_find(r, s->account) != NULL,
				  listener_sees_all(r, s)};
	struct buf name = {0};
	struct line l;
	size_t start;

	names_start(&l, s, r, catches_up);
	start = l.body.len;
	for (size_t i = 0; i < r->n_members; i++) {
		if (!is_named(&view, r->members[i]))
			continue;
		buf_reset(&name);
		names_add(s, r->members[i], &name);
		if (l.body.len + 1 + name.len > BODY_MAX) {
			reply_end(&l, s);
			names_start(&l, s, r, catches_up);
		}
		if (l.body.len > start)
			buf_add_char(&l.body, ' ');
		buf_add_span(&l.body, buf_span(&name));
	}
	if (l.body.len > start)
		session_say(s, &l);
	line_clear(&l);
	buf_clear(&name);
}

static void say_all_names(struct session *s, struct room *r, bool catches_up)
{
	struct line l;

	say_names(s, r, catches_up);
	reply_start(&l, s, RPL_ENDOFNAMES);
	l.catches_up = catches_up;
	l.present = room_is_large(r) ? r->n_present : 0;
	line_str(&l, r->name);
	line_text(&l, span_of(numeric_text(RPL_ENDOFNAMES)));
	reply_end(&l, s);
}

void names_lines(struct session *s, struct room *r)
{
	say_names(s, r, false);
}

void names_say(struct session *s, struct room *r)
{
	say_all_names(s, r, false);
}

void names_again(struct session *s, struct room *r)
{
	say_all_names(s, r, true);
}

int64_t account_idle_ms(const struct account *a)
{
	int64_t latest = 0;

	list_for_each(item, &a->sessions) {
		const struct session *s = container_of(item, struct session, in_account);

		if (s->active_ms > latest)
			latest = s->active_ms;
	}
	return latest == 0 ? 0 : a->hub->now.wall_ms - latest;
}
