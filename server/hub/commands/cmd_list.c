// SPDX-License-Identifier: MIT
// LIST, with the searches of ELIST=CMNTU (modern-irc "LIST message").
#include "server/hub/commands/command.h"
#include "server/hub/wire/telling.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/member.h"

#include "common/clock.h"
#include "common/names.h"
#include "common/nfc.h"

#include <stdlib.h>

enum { MINUTE_MS = 60000 };

// One condition: 'U' users, 'C' minutes since it was made, 'T' since its topic was set;
// 'M' a mask, 'N' all but a mask.
struct condition {
	char kind;
	bool more; // > instead of <
	int64_t number;
	struct span mask;
};

struct filter {
	struct condition conditions[TARGETS_MAX];
	size_t count;
	bool has_mask; // any of the masks will do
};

static bool parse_comparison(struct span text, struct condition *c)
{
	uint64_t number;

	c->kind = 'U';
	if (text.len > 0 && (text.at[0] == 'C' || text.at[0] == 'T')) {
		c->kind = text.at[0];
		text = span_after(text, 1);
	}
	if (text.len == 0 || (text.at[0] != '<' && text.at[0] != '>'))
		return false;
	c->more = text.at[0] == '>';
	if (!span_to_u64(span_after(text, 1), &number) || number > INT32_MAX)
		return false;
	c->number = (int64_t)number;
	return true;
}

static void parse_one(struct span text, struct condition *c)
{
	if (parse_comparison(text, c))
		return;
	c->kind = text.len > 0 && text.at[0] == '!' ? 'N' : 'M';
	c->mask = c->kind == 'N' ? span_after(text, 1) : text;
}

static void parse(struct span text, struct filter *f)
{
	while (text.len > 0 && f->count < TARGETS_MAX) {
		struct condition *c = &f->conditions[f->count++];

		parse_one(span_cut(&text, ','), c);
		f->has_mask |= c->kind == 'M';
	}
}

static bool compares(const struct condition *c, int64_t n)
{
	return c->more ? n > c->number : n < c->number;
}

static int64_t minutes_since(const struct room *r, int64_t at_ms)
{
	return (r->hub->now.wall_ms - at_ms) / MINUTE_MS;
}

// Ages are compared in whole milliseconds, so that "more than 0 minutes" is any age.
static bool age_matches(const struct condition *c, const struct room *r, int64_t at_ms)
{
	int64_t age_ms = r->hub->now.wall_ms - at_ms;

	if (at_ms == 0)
		return false;
	if (c->more)
		return age_ms > c->number * MINUTE_MS;
	return c->number > 0 && minutes_since(r, at_ms) < c->number;
}

static bool holds(const struct condition *c, const struct room *r)
{
	switch (c->kind) {
	case 'U':
		return compares(c, (int64_t)r->n_present);
	case 'C':
		return age_matches(c, r, r->created_ms);
	case 'T':
		return age_matches(c, r, r->topic_ms);
	case 'N':
		return !name_matches(c->mask, span_of(r->name));
	default:
		return name_matches(c->mask, span_of(r->name));
	}
}

static bool passes(const struct filter *f, const struct room *r)
{
	bool named = !f->has_mask;

	for (size_t i = 0; i < f->count; i++) {
		bool ok = holds(&f->conditions[i], r);

		if (f->conditions[i].kind == 'M')
			named |= ok;
		else if (!ok)
			return false;
	}
	return named;
}

// How many things one room is looked at for.
static size_t cost_of(const struct filter *f)
{
	size_t n = 1;

	for (size_t i = 0; i < f->count; i++)
		n += name_mask_cost(f->conditions[i].mask);
	return n;
}

// When something was last said in a room is told to who could hear it: members, and whoever
// may come in without being asked.
static bool may_hear(const struct session *s, const struct room *r)
{
	return s->oper || member_find(r, s->account) != NULL ||
	       ((r->flags & ROOM_INVITE_ONLY) == 0 && r->key[0] == '\0' &&
		!room_bans(r, s->account));
}

static void directory_tags(const struct session *s, const struct room *r, struct buf *out)
{
	char said[CLOCK_TEXT_LEN + 1];

	buf_printf(out, "snug.chat/members=%zu", r->n_members);
	if (r->stream.said_ms == 0 || !may_hear(s, r))
		return;
	clock_text(r->stream.said_ms / MINUTE_MS * MINUTE_MS, said);
	buf_printf(out, ";snug.chat/said=%s", said);
}

static void list_room(struct session *s, const struct room *r)
{
	struct buf tags = {0};
	struct line l;

	reply_start(&l, s, RPL_LIST);
	directory_tags(s, r, &tags);
	l.client_tags = buf_span(&tags);
	line_str(&l, r->name);
	line_number(&l, (int64_t)r->n_present);
	line_text(&l, span_of(r->topic));
	reply_end(&l, s);
	buf_clear(&tags);
}

// A question while it is answered.
struct list_of {
	struct telling t;
	struct filter filter;
	char *words; // of the filter's masks
	int64_t at;  // the room that was looked at last
};

static bool next_room(struct telling *t)
{
	struct list_of *l = container_of(t, struct list_of, t);
	const struct room *r;
	void *item;

	if (!telling_by_id(t, &t->s->hub->rooms, &l->at, &item)) {
		reply(t->s, RPL_LISTEND);
		return false;
	}
	r = item;
	if (r == NULL)
		return true;
	telling_looked(t->s, cost_of(&l->filter));
	if (!room_is_hidden(r, t->s) && passes(&l->filter, r))
		list_room(t->s, r);
	return true;
}

static void list_free(struct telling *t)
{
	struct list_of *l = container_of(t, struct list_of, t);

	free(l->words);
	free(l);
}

void cmd_list(struct session *s, const struct msg *m)
{
	struct list_of *l = telling_new(sizeof(*l), next_room, list_free);

	l->words = nfc_dup(msg_param(m, 0));
	parse(span_of(l->words), &l->filter);
	reply1(s, RPL_LISTSTART, SPAN("Channel"));
	telling_start(s, &l->t);
}
