// SPDX-License-Identifier: MIT
// MODE, of rooms and of oneself (modern-irc "MODE message").
#include "server/hub/rooms/guest.h"
#include "server/hub/commands/command.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/mode.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/wire/reply.h"

static bool may_see_key(const struct session *s, const struct room *r)
{
	return s->oper || member_find(r, s->account) != NULL;
}

static void show_room(struct session *s, const struct room *r)
{
	struct buf text = {0};
	struct line l;

	mode_text(r, may_see_key(s, r), &text);
	reply_start(&l, s, RPL_CHANNELMODEIS);
	line_str(&l, r->name);
	buf_printf(&l.body, " %s", buf_str(&text));
	reply_end(&l, s);
	reply_start(&l, s, RPL_CREATIONTIME);
	line_str(&l, r->name);
	line_number(&l, r->created_ms / 1000);
	reply_end(&l, s);
	buf_clear(&text);
}

static bool is_bot(const struct session *s)
{
	return account_is_bot(s->account);
}

static void set_bot(struct session *s, bool add)
{
	s->account->bot = add;
}

static bool is_guest(const struct session *s)
{
	return session_is_guest(s);
}

// An administrator makes a full account of it (admin_user_set.c).
static void keep_guest(struct session *s, bool add)
{
	(void)s;
	(void)add;
}

static bool is_invisible(const struct session *s)
{
	return s->account->invisible;
}

static void set_invisible(struct session *s, bool add)
{
	account_set_invisible(s->account, add);
}

static bool is_oper(const struct session *s)
{
	return s->oper;
}

// Gained by OPER only.
static void drop_oper(struct session *s, bool add)
{
	if (!add)
		session_set_oper(s, false);
}

static bool hears_wallops(const struct session *s)
{
	return s->account->wallops;
}

static void set_wallops(struct session *s, bool add)
{
	s->account->wallops = add;
}

static const struct user_mode {
	char letter;
	bool (*has)(const struct session *s);
	void (*set)(struct session *s, bool add); // perhaps in vain
} user_modes[] = {
#define ROOM_MODE(letter, kind, which, who, prefix, word, help)
#define USER_MODE(letter, has, set, help) {letter, has, set},
#include "server/hub/rooms/modes.def"
#undef ROOM_MODE
#undef USER_MODE
};

static void show_user(struct session *s)
{
	struct buf text = {0};
	struct line l;

	buf_add_char(&text, '+');
	for (size_t i = 0; i < ARRAY_LEN(user_modes); i++)
		if (user_modes[i].has(s))
			buf_add_char(&text, user_modes[i].letter);
	reply_start(&l, s, RPL_UMODEIS);
	line_param(&l, buf_span(&text));
	reply_end(&l, s);
	buf_clear(&text);
}

// False: nothing changed. An unknown letter sets *unknown.
static bool set_letter(struct session *s, char letter, bool add, bool *unknown)
{
	for (size_t i = 0; i < ARRAY_LEN(user_modes); i++) {
		const struct user_mode *mode = &user_modes[i];

		if (mode->letter != letter)
			continue;
		if (mode->has(s) == add)
			return false;
		mode->set(s, add);
		return mode->has(s) == add;
	}
	*unknown = true;
	return false;
}

static void say_user(struct session *s, struct span modes)
{
	struct line l;

	line_start(&l, s->hub, s->account, "MODE");
	line_str(&l, s->account->name);
	line_param(&l, modes);
	account_say(s->account, &l, 0, 0, NULL);
	line_clear(&l);
}

static void change_user(struct session *s, const struct msg *m)
{
	struct span letters = msg_param(m, 1);
	bool add = true, unknown = false;
	struct buf modes = {0};
	char sign = '\0';

	for (size_t i = 0; i < letters.len; i++) {
		char letter = letters.at[i];

		if (letter == '+' || letter == '-') {
			add = letter == '+';
		} else if (set_letter(s, letter, add, &unknown)) {
			if (sign != (add ? '+' : '-'))
				buf_add_char(&modes, add ? '+' : '-');
			sign = add ? '+' : '-';
			buf_add_char(&modes, letter);
		}
	}
	if (modes.len > 0)
		say_user(s, buf_span(&modes));
	if (unknown)
		reply(s, ERR_UMODEUNKNOWNFLAG);
	buf_clear(&modes);
}

static void user_mode(struct session *s, const struct msg *m)
{
	if (account_known(s, m->params[0]) == NULL)
		reply1(s, ERR_NOSUCHNICK, m->params[0]);
	else if (!span_eq_fold(m->params[0], span_of(s->account->name)))
		reply(s, ERR_USERSDONTMATCH);
	else if (m->n_params == 1)
		show_user(s);
	else
		change_user(s, m);
}

void cmd_mode(struct session *s, const struct msg *m)
{
	struct room *r;

	if (!span_starts(m->params[0], SPAN("#"))) {
		user_mode(s, m);
		return;
	}
	r = need_room(s, m->params[0]);
	if (r == NULL)
		return;
	if (m->n_params == 1)
		show_room(s, r);
	else if (need_disk_to_mend(s, "MODE"))
		mode_change_room(s, r, m);
}
