// SPDX-License-Identifier: MIT
// One MODE of a room: each letter is looked up in a table and carried out at once; what
// really changed is gathered and said at the end, in one line.
#include "server/hub/rooms/mode.h"

#include "common/utf8.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/wire/reply.h"

#include <stdlib.h>

struct change {
	struct session *s;
	struct room *r;
	const struct msg *m;
	size_t next; // parameter for the next letter that takes one
	bool add;
	char shown_sign;  // last one in `modes`
	struct buf modes; // "+i-k"
	struct buf args;  // " bob"
	unsigned n_changes;
	bool room_changed, refused, unknown;
	unsigned listed; // kinds of lists that were shown, one bit each
};

// What a letter of each kind does. Returns nothing: errors are said to the session.
typedef void letter_fn(struct change *c, char letter);

static const struct flag {
	char letter;
	enum room_flag flag;
} flags[] = {
	{'C', ROOM_NO_CTCP},     {'i', ROOM_INVITE_ONLY}, {'m', ROOM_MODERATED},
	{'n', ROOM_NO_EXTERNAL}, {'s', ROOM_SECRET},      {'t', ROOM_TOPIC_LOCKED},
};

void mode_text(const struct room *r, bool key, struct buf *out)
{
	buf_add_char(out, '+');
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if ((r->flags & flags[i].flag) != 0)
			buf_add_char(out, flags[i].letter);
	if (r->key[0] != '\0')
		buf_add_char(out, 'k');
	if (r->limit != 0)
		buf_add_char(out, 'l');
	if (r->key[0] != '\0')
		buf_printf(out, " %s", key ? r->key : "*");
	if (r->limit != 0)
		buf_printf(out, " %lld", (long long)r->limit);
}

static bool has_arg(const struct change *c)
{
	return c->next < c->m->n_params;
}

static struct span take_arg(struct change *c)
{
	return c->m->params[c->next++];
}

static void changed(struct change *c, char letter, struct span arg)
{
	char sign = c->add ? '+' : '-';

	if (sign != c->shown_sign)
		buf_add_char(&c->modes, sign);
	c->shown_sign = sign;
	buf_add_char(&c->modes, letter);
	c->n_changes++;
	if (arg.at == NULL)
		return;
	buf_add_char(&c->args, ' ');
	buf_add_span(&c->args, arg);
}

// Said once, however many letters are refused.
static bool may(struct change *c, enum member_role role)
{
	if (c->refused)
		return false;
	if (need_role(c->s, c->r, role))
		return true;
	c->refused = true;
	return false;
}

static void bad_param(struct change *c, char letter, const char *text)
{
	struct line l;

	reply_start(&l, c->s, ERR_INVALIDMODEPARAM);
	line_str(&l, c->r->name);
	line_param(&l, span_from(&letter, 1));
	line_str(&l, "*");
	line_text(&l, span_of(text));
	reply_end(&l, c->s);
}

static void on_flag(struct change *c, char letter)
{
	unsigned flag = 0;

	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (flags[i].letter == letter)
			flag = flags[i].flag;
	if (!may(c, MEMBER_MODERATOR) || ((c->r->flags & flag) != 0) == c->add)
		return;
	c->r->flags ^= flag;
	c->room_changed = true;
	changed(c, letter, (struct span){0});
}

static bool key_is_valid(struct span key)
{
	for (size_t i = 0; i < key.len; i++)
		if ((unsigned char)key.at[i] <= ' ' || key.at[i] == ',' || key.at[i] == 0x7f)
			return false;
	return key.len > 0 && key.len <= KEY_MAX && key.at[0] != ':';
}

static void set_key(struct change *c, struct span key)
{
	room_set_text(&c->r->key, key);
	c->room_changed = true;
}

static void on_key(struct change *c, char letter)
{
	struct span arg = has_arg(c) ? take_arg(c) : SPAN("");

	if (!may(c, MEMBER_MODERATOR))
		return;
	if (!c->add && c->r->key[0] != '\0') {
		set_key(c, SPAN(""));
		changed(c, letter, SPAN("*"));
	} else if (c->add && !key_is_valid(arg)) {
		bad_param(c, letter, "A key has 1 to 32 bytes, without spaces and commas");
	} else if (c->add && !span_eq(arg, span_of(c->r->key))) {
		set_key(c, arg);
		changed(c, letter, arg);
	}
}

static void on_limit(struct change *c, char letter)
{
	struct span arg = c->add && has_arg(c) ? take_arg(c) : SPAN("");
	uint64_t limit = 0;

	if (!may(c, MEMBER_MODERATOR))
		return;
	if (c->add && (!span_to_u64(arg, &limit) || limit == 0 || limit > MEMBERS_MAX)) {
		bad_param(c, letter, "A limit is a number from 1 to 65536");
		return;
	}
	if (c->r->limit == (int64_t)limit)
		return;
	c->r->limit = (int64_t)limit;
	c->room_changed = true;
	changed(c, letter, c->add ? arg : (struct span){0});
}

static enum ban_kind list_kind(char letter)
{
	if (letter == 'b')
		return BAN_BAN;
	return letter == 'e' ? BAN_EXCEPT : BAN_INVITE;
}

static void add_mask(struct change *c, char letter, struct span mask, int64_t lasts_ms)
{
	enum ban_kind kind = list_kind(letter);

	if (!ban_would_change(c->r->hub, c->r, kind, mask, lasts_ms))
		return;
	if (bans_are_full(c->r, kind, mask)) {
		reply2(c->s, ERR_BANLISTFULL, span_of(c->r->name), mask);
		return;
	}
	(void)ban_add(c->r->hub, c->r, kind, mask, span_of(c->s->account->name), SPAN(""),
		      lasts_ms);
	changed(c, letter, mask);
}

static void remove_mask(struct change *c, char letter, struct span mask)
{
	struct ban *b = ban_find(c->r->hub, c->r, list_kind(letter), mask);

	if (b == NULL)
		return;
	changed(c, letter, mask);
	ban_remove(b);
}

static void on_list(struct change *c, char letter)
{
	unsigned bit = 1U << list_kind(letter);
	struct buf mask = {0};
	int64_t lasts_ms;

	if (!has_arg(c)) {
		if ((c->listed & bit) == 0)
			mode_list(c->s, c->r, list_kind(letter));
		c->listed |= bit;
		return;
	}
	if (!mask_parse(take_arg(c), &mask, &lasts_ms)) {
		bad_param(c, letter,
			  "That is not a mask: NICK!USER@HOST, ~a:ACCOUNT, ~m:MASK to mute");
	} else if (may(c, MEMBER_MODERATOR)) {
		if (c->add)
			add_mask(c, letter, buf_span(&mask), lasts_ms);
		else
			remove_mask(c, letter, buf_span(&mask));
	}
	buf_clear(&mask);
}

static enum member_role role_of(char letter)
{
	if (letter == 'q')
		return MEMBER_FOUNDER;
	return letter == 'o' ? MEMBER_MODERATOR : MEMBER_VOICE;
}

static bool has_founder(const struct room *r)
{
	for (size_t i = 0; i < r->n_members; i++)
		if (r->members[i]->role >= MEMBER_FOUNDER)
			return true;
	return false;
}

// As long as a room has no founder, its moderators may name one.
static enum member_role role_needed(const struct room *r, enum member_role role)
{
	return role == MEMBER_FOUNDER && has_founder(r) ? MEMBER_FOUNDER : MEMBER_MODERATOR;
}

static void on_role(struct change *c, char letter)
{
	enum member_role role = role_of(letter);
	struct span name;
	struct account *a;
	struct member *m;

	if (!has_arg(c))
		return;
	name = take_arg(c);
	if (!may(c, role_needed(c->r, role)))
		return;
	a = account_find(c->r->hub, name);
	m = a == NULL ? NULL : member_find(c->r, a);
	if (a == NULL)
		reply1(c->s, ERR_NOSUCHNICK, name);
	else if (m == NULL)
		reply2(c->s, ERR_USERNOTINCHANNEL, span_of(a->name), span_of(c->r->name));
	if (m == NULL || ((m->role & role) != 0) == c->add)
		return;
	member_set_role(m, m->role ^ role);
	changed(c, letter, span_of(a->name));
}

static letter_fn *letter_of(char letter)
{
	if (letter == '\0')
		return NULL;
	if (strchr(MODE_FLAGS, letter) != NULL)
		return on_flag;
	if (strchr(MODE_LISTS, letter) != NULL)
		return on_list;
	if (strchr("qov", letter) != NULL)
		return on_role;
	if (letter == 'k')
		return on_key;
	return letter == 'l' ? on_limit : NULL;
}

static void on_letter(struct change *c, char letter)
{
	letter_fn *fn = letter_of(letter);

	if (fn != NULL)
		fn(c, letter);
	else if (!c->unknown) {
		c->unknown = true;
		reply1(c->s, ERR_UNKNOWNMODE, letter > ' ' ? span_from(&letter, 1) : SPAN("?"));
	}
}

void mode_say(struct room *r, struct account *by, struct span modes, struct span args)
{
	struct entry_message event;
	struct buf text = {0};
	struct line l;

	buf_add_span(&text, modes);
	buf_add_span(&text, args);
	history_event(r->hub, &r->stream, by, MESSAGE_MODE, buf_span(&text), &event);
	line_start(&l, r->hub, by, "MODE");
	line_str(&l, r->name);
	buf_printf(&l.body, " %s", buf_str(&text));
	line_of(&l, &event);
	room_say(r, &l, 0, 0, NULL);
	line_clear(&l);
	buf_clear(&text);
}

// The actor hears it, too, when it is an administrator from outside.
static void say(struct change *c)
{
	struct line l;

	if (c->room_changed)
		room_post(c->r);
	if (c->n_changes == 0)
		return;
	mode_say(c->r, c->s->account, buf_span(&c->modes), buf_span(&c->args));
	if (member_find(c->r, c->s->account) != NULL)
		return;
	line_start(&l, c->r->hub, c->s->account, "MODE");
	line_str(&l, c->r->name);
	buf_printf(&l.body, " %s", buf_str(&c->modes));
	buf_add_span(&l.body, buf_span(&c->args));
	session_say(c->s, &l);
	line_clear(&l);
}

void mode_change_room(struct session *s, struct room *r, const struct msg *m)
{
	struct change c = {.s = s, .r = r, .m = m, .next = 2, .add = true};
	struct span letters = msg_param(m, 1);

	for (size_t i = 0; i < letters.len && c.n_changes < MODES_PER_LINE; i++) {
		char letter = letters.at[i];

		if (letter == '+' || letter == '-')
			c.add = letter == '+';
		else
			on_letter(&c, letter);
	}
	say(&c);
	buf_clear(&c.modes);
	buf_clear(&c.args);
}

// The letter of a list that a room shows, or 0.
static char letter_of_kind(enum ban_kind kind)
{
	static const char letters[] = {[BAN_BAN] = 'b', [BAN_EXCEPT] = 'e', [BAN_INVITE] = 'I'};

	return kind == BAN_BAN || kind == BAN_EXCEPT || kind == BAN_INVITE ? letters[kind] : 0;
}

void mode_say_gone(struct room *r, const struct ban *b)
{
	char modes[] = {'-', letter_of_kind(b->kind), 0};
	struct buf args = {0};

	if (modes[1] == 0)
		return;
	buf_printf(&args, " %s", b->mask);
	mode_say(r, NULL, span_of(modes), buf_span(&args));
	buf_clear(&args);
}

void mode_say_unban(struct room *r, const struct ban *b)
{
	char letter = letter_of_kind(b->kind);
	struct line l;

	if (letter == 0)
		return;
	line_start(&l, r->hub, NULL, "MODE");
	line_str(&l, r->name);
	buf_printf(&l.body, " -%c", letter);
	line_str(&l, b->mask);
	room_say(r, &l, 0, 0, NULL);
	line_clear(&l);
}

static void list_line(struct session *s, enum numeric n, const struct ban *b)
{
	struct buf mask = {0};
	struct line l;

	mask_show(b, &mask);
	reply_start(&l, s, n);
	line_str(&l, b->room->name);
	line_param(&l, buf_span(&mask));
	line_str(&l, b->by);
	line_number(&l, b->at_ms / 1000);
	reply_end(&l, s);
	buf_clear(&mask);
}

void mode_list(struct session *s, struct room *r, enum ban_kind kind)
{
	static const enum numeric rows[] = {RPL_BANLIST, RPL_EXCEPTLIST, RPL_INVEXLIST};
	static const enum numeric ends[] = {RPL_ENDOFBANLIST, RPL_ENDOFEXCEPTLIST,
					    RPL_ENDOFINVEXLIST};

	if (!s->oper && need_member(s, r) == NULL)
		return;
	list_for_each(item, &r->bans)
	{
		const struct ban *b = container_of(item, struct ban, in_list);

		if (b->kind == kind && !ban_is_over(b))
			list_line(s, rows[kind], b);
	}
	reply1(s, ends[kind], span_of(r->name));
}
