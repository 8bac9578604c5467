// SPDX-License-Identifier: MIT
// One MODE of a room: each letter is looked up in a table and carried out at once; what
// really changed is gathered and said at the end, in one line.
#include "server/hub/rooms/guest.h"
#include "server/hub/rooms/mode.h"

#include "common/clock.h"
#include "common/text.h"
#include "common/utf8.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/mask.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/rooms/room_log.h"
#include "server/hub/rooms/succession.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

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

int64_t mode_wait(const struct room *r, const struct room_mode *mode)
{
	return mode->which == ROOM_WAIT_SLOW ? r->slow_s : r->newcomer_s;
}

static void set_wait(struct room *r, const struct room_mode *mode, int64_t seconds)
{
	if (mode->which == ROOM_WAIT_SLOW)
		r->slow_s = seconds;
	else
		r->newcomer_s = seconds;
}

bool mode_parse_wait(struct span text, int64_t *seconds)
{
	uint64_t n;
	int64_t ms;

	if (span_to_u64(text, &n))
		*seconds = (int64_t)n;
	else if (clock_parse_span(text, &ms))
		*seconds = ms / 1000;
	else
		return false;
	return *seconds > 0 && *seconds <= ROOM_WAIT_MAX_S;
}

bool mode_is_on(const struct room *r, const struct room_mode *mode)
{
	switch (mode->kind) {
	case MODE_FLAG:
		return (r->flags & mode->which) != 0;
	case MODE_KEY:
		return r->key[0] != '\0';
	case MODE_LIMIT:
		return r->limit != 0;
	case MODE_WAIT:
		return mode_wait(r, mode) != 0;
	case MODE_LIST:
	case MODE_RANK:
		break;
	}
	return false;
}

void mode_text(const struct room *r, bool key, struct buf *out)
{
	size_t n;
	const struct room_mode *modes = modes_all(&n);

	buf_add_char(out, '+');
	for (size_t i = 0; i < n; i++)
		if (mode_is_on(r, &modes[i]))
			buf_add_char(out, modes[i].letter);
	if (r->key[0] != '\0')
		buf_printf(out, " %s", key ? r->key : "*");
	if (r->limit != 0)
		buf_printf(out, " %lld", (long long)r->limit);
	for (size_t i = 0; i < n; i++)
		if (modes[i].kind == MODE_WAIT && mode_is_on(r, &modes[i]))
			buf_printf(out, " %lld", (long long)mode_wait(r, &modes[i]));
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

PRINTF(3, 4) static void bad_param(struct change *c, char letter, const char *format, ...)
{
	struct buf text = {0};
	struct line l;
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	reply_start(&l, c->s, ERR_INVALIDMODEPARAM);
	line_str(&l, c->r->name);
	line_param(&l, span_from(&letter, 1));
	line_str(&l, "*");
	line_text(&l, buf_span(&text));
	reply_end(&l, c->s);
	buf_clear(&text);
}

// As long as a room has no founder, its moderators may do in his place.
static enum member_role role_needed(const struct room *r, enum member_role role)
{
	return role == MEMBER_FOUNDER && room_founder(r, true) == NULL ? MEMBER_MODERATOR
								       : role;
}

static void on_flag(struct change *c, const struct room_mode *mode)
{
	if (!may(c, role_needed(c->r, mode->who)) || mode_is_on(c->r, mode) == c->add)
		return;
	c->r->flags ^= mode->which;
	c->room_changed = true;
	changed(c, mode->letter, (struct span){0});
}

bool mode_key_is_valid(struct span key)
{
	uint32_t found;

	return key.len > 0 && key.len <= KEY_MAX && key.at[0] != ':' &&
	       span_find(key, ' ') == key.len && span_find(key, ',') == key.len &&
	       text_is_fit(key, TEXT_PLAIN, &found);
}

static void set_key(struct change *c, struct span key)
{
	room_set_text(&c->r->key, key);
	c->room_changed = true;
}

static void on_key(struct change *c, const struct room_mode *mode)
{
	struct span arg = has_arg(c) ? take_arg(c) : SPAN("");

	if (!may(c, mode->who))
		return;
	if (!c->add && c->r->key[0] != '\0') {
		set_key(c, SPAN(""));
		changed(c, mode->letter, SPAN("*"));
	} else if (c->add && !mode_key_is_valid(arg)) {
		bad_param(c, mode->letter, "A key has 1 to %d bytes, without spaces and commas",
			  KEY_MAX);
	} else if (c->add && !span_eq(arg, span_of(c->r->key))) {
		set_key(c, arg);
		changed(c, mode->letter, arg);
	}
}

static void on_limit(struct change *c, const struct room_mode *mode)
{
	struct span arg = c->add && has_arg(c) ? take_arg(c) : SPAN("");
	uint64_t limit = 0;

	if (!may(c, mode->who))
		return;
	if (c->add && (!span_to_u64(arg, &limit) || limit == 0 || limit > MEMBERS_MAX)) {
		bad_param(c, mode->letter, "A limit is a number from 1 to %d", MEMBERS_MAX);
		return;
	}
	if (c->r->limit == (int64_t)limit)
		return;
	c->r->limit = (int64_t)limit;
	c->room_changed = true;
	changed(c, mode->letter, c->add ? arg : (struct span){0});
}

static void on_wait(struct change *c, const struct room_mode *mode)
{
	struct span arg = c->add && has_arg(c) ? take_arg(c) : SPAN("");
	int64_t seconds = 0;
	struct buf shown = {0};

	if (!may(c, mode->who))
		return;
	if (c->add && !mode_parse_wait(arg, &seconds)) {
		bad_param(c, mode->letter, "A time is seconds from 1 to %d, or as in 30s, 10m",
			  ROOM_WAIT_MAX_S);
		return;
	}
	if (mode_wait(c->r, mode) == seconds)
		return;
	set_wait(c->r, mode, seconds);
	c->room_changed = true;
	buf_printf(&shown, "%lld", (long long)seconds);
	changed(c, mode->letter, c->add ? buf_span(&shown) : (struct span){0});
	buf_clear(&shown);
}

static void add_mask(struct change *c, const struct room_mode *mode, struct span mask,
		     int64_t lasts_ms)
{
	enum ban_kind kind = (enum ban_kind)mode->which;

	if (!ban_would_change(c->r->hub, c->r, kind, mask, lasts_ms))
		return;
	if (bans_are_full(c->r, kind, mask)) {
		reply2(c->s, ERR_BANLISTFULL, span_of(c->r->name), mask);
		return;
	}
	(void)ban_add(c->r->hub, c->r, kind, mask, span_of(c->s->account->name), SPAN(""),
		      lasts_ms);
	if (kind == BAN_BAN)
		room_uninvite_banned(c->r);
	changed(c, mode->letter, mask);
}

static void remove_mask(struct change *c, const struct room_mode *mode, struct span mask)
{
	struct ban *b = ban_find(c->r->hub, c->r, (enum ban_kind)mode->which, mask);

	if (b == NULL)
		return;
	changed(c, mode->letter, mask);
	ban_remove(b);
}

static void on_list(struct change *c, const struct room_mode *mode)
{
	unsigned bit = 1U << mode->which;
	struct buf mask = {0};
	int64_t lasts_ms;

	if (!has_arg(c)) {
		if ((c->listed & bit) == 0)
			mode_list(c->s, c->r, (enum ban_kind)mode->which);
		c->listed |= bit;
		return;
	}
	if (!mask_parse(take_arg(c), &mask, &lasts_ms)) {
		bad_param(c, mode->letter, "%s",
			  "That is not a mask: NICK!USER@HOST, ~a:ACCOUNT, ~m:MASK to mute");
	} else if (may(c, mode->who)) {
		if (c->add)
			add_mask(c, mode, buf_span(&mask), lasts_ms);
		else
			remove_mask(c, mode, buf_span(&mask));
	}
	buf_clear(&mask);
}

static void on_rank(struct change *c, const struct room_mode *mode)
{
	struct span name;
	struct account *a;
	struct member *m;

	if (!has_arg(c))
		return;
	name = take_arg(c);
	if (!may(c, role_needed(c->r, mode->who)))
		return;
	a = account_known(c->s, name);
	m = a == NULL ? NULL : member_find(c->r, a);
	if (a == NULL)
		reply1(c->s, ERR_NOSUCHNICK, name);
	else if (m == NULL)
		reply2(c->s, ERR_USERNOTINCHANNEL, span_of(a->name), span_of(c->r->name));
	if (m == NULL || ((m->role & mode->which) != 0) == c->add)
		return;
	member_set_role(m, m->role ^ mode->which);
	changed(c, mode->letter, span_of(a->name));
}

// Errors are said to the session.
static void on_mode(struct change *c, const struct room_mode *mode)
{
	switch (mode->kind) {
	case MODE_LIST:
		on_list(c, mode);
		break;
	case MODE_FLAG:
		on_flag(c, mode);
		break;
	case MODE_KEY:
		on_key(c, mode);
		break;
	case MODE_LIMIT:
		on_limit(c, mode);
		break;
	case MODE_WAIT:
		on_wait(c, mode);
		break;
	case MODE_RANK:
		on_rank(c, mode);
		break;
	}
}

static void on_letter(struct change *c, char letter)
{
	const struct room_mode *mode = modes_find(letter);

	if (mode != NULL)
		on_mode(c, mode);
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
	room_log_mode(r, by, modes, args);
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
	const struct room_mode *mode = modes_of(MODE_LIST, kind);

	return mode == NULL ? 0 : mode->letter;
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
	struct line l;

	line_start(&l, r->hub, NULL, "MODE");
	line_str(&l, r->name);
	buf_printf(&l.body, " -%c", letter_of_kind(b->kind));
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

// How each list is shown: one of its masks, and its end.
static const struct {
	enum numeric row, end;
} lists[] = {
	[BAN_BAN] = {RPL_BANLIST, RPL_ENDOFBANLIST},
	[BAN_EXCEPT] = {RPL_EXCEPTLIST, RPL_ENDOFEXCEPTLIST},
	[BAN_INVITE] = {RPL_INVEXLIST, RPL_ENDOFINVEXLIST},
};

#define ROOM_MODE(letter, kind, which, who, prefix, word, help)                                \
	_Static_assert((kind) != MODE_LIST || (which) < (int)ARRAY_LEN(lists),                 \
		       "the list has no numerics");
#define USER_MODE(letter, has, set, help)
#include "server/hub/rooms/modes.def"
#undef ROOM_MODE
#undef USER_MODE

void mode_list(struct session *s, struct room *r, enum ban_kind kind)
{
	if (!s->oper && need_member(s, r) == NULL)
		return;
	list_for_each(item, &r->bans) {
		const struct ban *b = container_of(item, struct ban, in_list);

		if (b->kind == kind && !ban_is_over(b))
			list_line(s, lists[kind].row, b);
	}
	reply1(s, lists[kind].end, span_of(r->name));
}
