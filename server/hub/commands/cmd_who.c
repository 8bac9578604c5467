// SPDX-License-Identifier: MIT
// WHO and WHOX (IRCv3 whox): who is here, by room, name or mask.
#include "server/hub/rooms/guest.h"
#include "server/hub/commands/command.h"
#include "server/hub/rooms/roster.h"
#include "server/hub/rooms/walk.h"
#include "server/hub/wire/telling.h"

#include "common/names.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/member.h"
#include "server/letters/limits.h"

#include <stdlib.h>

// A question while it is answered; who wants more than WHO_MAX asks more closely.
struct who {
	struct telling t;
	struct session *s;
	struct arena arena; // of the spans
	struct span mask;
	bool opers_only;
	bool is_x;          // %FIELDS was given
	struct span fields; // letters
	struct span token;
	size_t count;
	bool inside;      // of a room,
	bool all;         // ... and sees all who come to it
	struct walk walk; // through it
	int64_t at;       // by a mask: the account that was looked at last
};

// One row: `m` is its membership in the room that was asked for, or NULL.
struct row {
	const struct account *a;
	const struct member *m;
};

static void add_flags(const struct who *w, const struct row *row, struct buf *out)
{
	buf_add_char(out, row->a->away != NULL ? 'G' : 'H');
	if (account_is_oper(row->a))
		buf_add_char(out, '*');
	if (row->m != NULL)
		member_prefixes(row->m, session_has(w->s, CAP_MULTI_PREFIX), out);
	if (account_is_bot(row->a))
		buf_add_char(out, 'B');
}

// The address is for administrators and oneself.
static struct span address_of(const struct who *w, const struct account *a)
{
	if ((!w->s->oper && a != w->s->account) || list_is_empty(&a->sessions))
		return SPAN("255.255.255.255");
	return span_of(container_of(a->sessions.next, struct session, in_account)->host);
}

static void plain_row(const struct who *w, const struct row *row)
{
	struct buf host = {0}, flags = {0};
	struct line l;

	account_host(row->a, &host);
	add_flags(w, row, &flags);
	reply_start(&l, w->s, RPL_WHOREPLY);
	line_str(&l, row->m == NULL ? "*" : row->m->room->name);
	line_param(&l, account_username(row->a));
	line_param(&l, buf_span(&host));
	line_param(&l, w->s->hub->config.name);
	line_str(&l, row->a->name);
	line_param(&l, buf_span(&flags));
	line_textf(&l, "0 %s", row->a->realname);
	reply_end(&l, w->s);
	buf_clear(&host);
	buf_clear(&flags);
}

static void add_host(const struct row *row, struct line *l)
{
	struct buf host = {0};

	account_host(row->a, &host);
	line_param(l, buf_span(&host));
	buf_clear(&host);
}

static void add_flags_param(const struct who *w, const struct row *row, struct line *l)
{
	struct buf flags = {0};

	add_flags(w, row, &flags);
	line_param(l, buf_span(&flags));
	buf_clear(&flags);
}

static void add_field(const struct who *w, const struct row *row, char field, struct line *l)
{
	switch (field) {
	case 't':
		line_param(l, w->token);
		break;
	case 'c':
		line_str(l, row->m == NULL ? "*" : row->m->room->name);
		break;
	case 'u':
		line_param(l, account_username(row->a));
		break;
	case 'i':
		line_param(l, address_of(w, row->a));
		break;
	case 'h':
		add_host(row, l);
		break;
	case 's':
		line_param(l, w->s->hub->config.name);
		break;
	case 'n':
	case 'a':
		line_str(l, row->a->name);
		break;
	case 'f':
		add_flags_param(w, row, l);
		break;
	case 'd':
		line_number(l, 0);
		break;
	case 'l':
		line_number(l, account_idle_ms(row->a) / 1000);
		break;
	case 'o':
		line_str(l, "n/a");
		break;
	default:
		line_text(l, span_of(row->a->realname));
		break;
	}
}

// The fields come in this order, whatever order they were asked in.
static void x_row(const struct who *w, const struct row *row)
{
	static const char order[] = "tcuihsnfdlaor";
	struct line l;

	reply_start(&l, w->s, RPL_WHOSPCRPL);
	for (const char *field = order; *field != '\0'; field++)
		if (span_find(w->fields, *field) < w->fields.len)
			add_field(w, row, *field, &l);
	reply_end(&l, w->s);
}

static void add_row(struct who *w, const struct account *a, const struct member *m)
{
	struct row row = {a, m};

	if (!a->shown || w->count >= WHO_MAX || (w->opers_only && !account_is_oper(a)))
		return;
	w->count++;
	if (w->is_x)
		x_row(w, &row);
	else
		plain_row(w, &row);
}

static bool sees(const struct who *w, const struct account *a)
{
	telling_looked(w->s, account_visible_cost(a, w->s));
	return account_is_visible(a, w->s);
}

static bool next_member(struct telling *t)
{
	struct who *w = container_of(t, struct who, t);
	const struct member *m = walk_next(&w->walk);

	if (m == NULL || w->count >= WHO_MAX)
		return false;
	telling_looked(w->s, 1);
	if (member_is_shown(m, w->s, w->all) && (w->inside || sees(w, m->account)))
		add_row(w, m->account, m);
	return true;
}

static bool nobody(struct telling *t)
{
	(void)t;
	return false;
}

static void of_room(struct who *w)
{
	struct room *r = room_find(w->s->hub, w->mask);

	w->t.next = nobody;
	if (r == NULL || room_is_hidden(r, w->s))
		return;
	w->t.next = next_member;
	w->inside = member_find(r, w->s->account) != NULL;
	w->all = listener_sees_all(r, w->s);
	walk_start(&w->walk, r);
}

static bool is_mask(struct span text)
{
	return span_find(text, '*') < text.len || span_find(text, '?') < text.len;
}

static bool next_account(struct telling *t)
{
	struct who *w = container_of(t, struct who, t);
	const struct account *a;
	void *item;

	if (w->count >= WHO_MAX || !telling_by_id(t, &w->s->hub->accounts, &w->at, &item))
		return false;
	a = item;
	if (a == NULL || !a->shown)
		return true;
	telling_looked(w->s, name_mask_cost(w->mask));
	if (name_matches(w->mask, span_of(a->name)) && sees(w, a))
		add_row(w, a, NULL);
	return true;
}

static bool one_name(struct telling *t)
{
	struct who *w = container_of(t, struct who, t);
	const struct account *a = account_known(w->s, w->mask);

	if (a != NULL)
		add_row(w, a, NULL);
	return false;
}

static void who_free(struct telling *t)
{
	struct who *w = container_of(t, struct who, t);

	walk_end(&w->walk);
	arena_clear(&w->arena);
	free(w);
}

// "o", "%FIELDS", "o%FIELDS,TOKEN".
static void parse_options(struct who *w, struct span options)
{
	struct span flags = span_cut(&options, '%');

	w->opers_only = span_find(flags, 'o') < flags.len;
	w->is_x = options.len > 0;
	w->fields = span_cut(&options, ',');
	w->token = options.len > 0 ? options : SPAN("0");
}

void cmd_who(struct session *s, const struct msg *m)
{
	struct span mask =
		m->n_params == 0 || span_eq(m->params[0], SPAN("0")) ? SPAN("*") : m->params[0];
	struct who *w = telling_new(sizeof(*w), one_name, who_free);

	w->s = s;
	w->mask = arena_dup(&w->arena, mask);
	parse_options(w, arena_dup(&w->arena, msg_param(m, 1)));
	if (span_starts(mask, SPAN("#")))
		of_room(w);
	else if (is_mask(mask))
		w->t.next = next_account;
	telling_start(s, &w->t);
	telling_reply1(s, RPL_ENDOFWHO, mask);
}
