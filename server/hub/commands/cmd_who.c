// SPDX-License-Identifier: MIT
// WHO and WHOX (IRCv3 whox): who is here, by room, name or mask.
#include "server/hub/commands/command.h"
#include "server/hub/wire/reply.h"
#include "server/hub/rooms/roster.h"

#include "common/names.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/member.h"
#include "server/letters/limits.h"

// Answers of one question; who wants more asks more closely.

struct who {
	struct session *s;
	bool opers_only;
	bool is_x;          // %FIELDS was given
	struct span fields; // letters
	struct span token;
	size_t count;
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
	if (row->a->bot)
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

static void of_room(struct who *w, struct span name)
{
	struct room *r = room_find(w->s->hub, name);
	bool inside, all;

	if (r == NULL || room_is_hidden(r, w->s))
		return;
	inside = member_find(r, w->s->account) != NULL;
	all = listener_sees_all(r, w->s);
	for (size_t i = 0; i < r->n_members; i++)
		if (member_is_shown(r->members[i], w->s, all) &&
		    (inside || account_is_visible(r->members[i]->account, w->s)))
			add_row(w, r->members[i]->account, r->members[i]);
}

static bool is_mask(struct span text)
{
	return span_find(text, '*') < text.len || span_find(text, '?') < text.len;
}

static void of_mask(struct who *w, struct span mask)
{
	struct hub *h = w->s->hub;
	size_t cursor = 0;
	struct account *a;

	while (w->count < WHO_MAX && (a = idmap_next(&h->accounts, &cursor)) != NULL)
		if (a->shown && name_matches(mask, span_of(a->name)) &&
		    account_is_visible(a, w->s))
			add_row(w, a, NULL);
}

static void of_name(struct who *w, struct span name)
{
	const struct account *a = account_find(w->s->hub, name);

	if (a != NULL)
		add_row(w, a, NULL);
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
	struct who w = {.s = s};

	parse_options(&w, msg_param(m, 1));
	if (span_starts(mask, SPAN("#")))
		of_room(&w, mask);
	else if (is_mask(mask))
		of_mask(&w, mask);
	else
		of_name(&w, mask);
	reply1(s, RPL_ENDOFWHO, mask);
}
