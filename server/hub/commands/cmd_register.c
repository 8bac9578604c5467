// SPDX-License-Identifier: MIT
// PASS, NICK, USER, PING, PONG, QUIT: what a connection says before it is in, and ends
// with.
#include "server/hub/commands/command.h"
#include "server/hub/history/history.h"
#include "server/hub/people/invite.h"
#include "server/hub/door/login.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/wire/reply.h"
#include "server/hub/rooms/room.h"

#include "common/text.h"
#include "common/utf8.h"
#include "server/hub/door/sasl.h"
#include "server/hub/door/session_life.h"
#include "server/hub/pages/replay.h"
#include "server/hub/rooms/slip.h"
#include "server/letters/limits.h"

void cmd_pass(struct session *s, const struct msg *m)
{
	struct login *l = s->login;
	const struct invite *invite = invite_find(s->hub, m->params[0]);

	login_wipe(s);
	l->tried = false;
	l->invite = invite ? invite->id : 0;
	if (!invite)
		l->secret = span_dup(m->params[0]);
}

// Before the login: what the client would like to be called.
static void nick_before(struct session *s, struct span nick)
{
	struct login *l = s->login;

	if (nick.len > ACCOUNT_NAME_MAX || !name_is_account(nick)) {
		reply1(s, ERR_ERRONEUSNICKNAME, nick);
		return;
	}
	memcpy(l->nick, nick.at, nick.len);
	l->nick[nick.len] = '\0';
	login_try(s);
}

// The account's name in another casing: for all its sessions and those who see it.
static void nick_recase(struct session *s, struct span nick)
{
	if (account_alike(s->hub, nick, s->account))
		replyf(s, ERR_ERRONEUSNICKNAME,
		       "Written so the name looks like that of another account");
	else if (need_disk(s, "NICK"))
		presence_rename(s->account, nick);
}

void cmd_nick(struct session *s, const struct msg *m)
{
	struct span nick = msg_param(m, 0);

	if (!nick.len)
		reply(s, ERR_NONICKNAMEGIVEN);
	else if (!s->registered)
		nick_before(s, nick);
	else if (span_eq(nick, span_of(s->account->name)))
		return;
	else if (span_eq_fold(nick, span_of(s->account->name)))
		nick_recase(s, nick);
	else if (account_find(s->hub, nick))
		reply1(s, ERR_NICKNAMEINUSE, nick);
	else
		replyf(s, ERR_ERRONEUSNICKNAME,
		       "Your nick is your account's name: only an administrator can change it");
}

// Of USER: what may stand between '!' and '@' of a prefix.
static struct span username_of(struct span text, char out[static USERNAME_MAX])
{
	size_t len = 0;

	for (size_t i = 0; i < text.len && len < USERNAME_MAX; i++) {
		char c = text.at[i];
		bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			       (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';

		if (is_word)
			out[len++] = c;
	}
	return (struct span){out, len};
}

void cmd_user(struct session *s, const struct msg *m)
{
	struct login *l = s->login;
	char clean[USERNAME_MAX];
	struct span name, device, realname;

	if (!m->params[0].len || !m->params[3].len) {
		reply1(s, ERR_NEEDMOREPARAMS, SPAN("USER"));
		return;
	}
	login_split(m->params[0], &name, &device);
	account_set_text(&l->username, username_of(name, clean));
	account_set_text(&l->device, device);
	realname = utf8_cut(m->params[3], REALNAME_MAX);
	// Nobody is kept out for it: the account keeps the one it has.
	account_set_text(&l->realname,
			 account_realname_is_valid(realname) ? realname : SPAN(""));
	l->has_user = true;
	login_try(s);
}

void cmd_ping(struct session *s, const struct msg *m)
{
	struct line l;

	line_start(&l, s->hub, NULL, "PONG");
	line_param(&l, s->hub->config.name);
	line_text(&l, m->params[0]);
	reply_end(&l, s);
}

void cmd_pong(struct session *s, const struct msg *m)
{
	if (!s->registered || !m->n_params)
		return;
	replay_pong(s, m->params[m->n_params - 1]);
	slips_pong(s, m->params[m->n_params - 1]);
}

// One line says it to all rooms: who is silenced in one goes from all without words.
static bool is_heard_everywhere(const struct session *s)
{
	for (size_t i = 0; s->registered && i < s->account->n_members; i++) {
		if (room_silences(s->account->members[i]->room, s->account))
			return false;
	}
	return true;
}

void cmd_quit(struct session *s, const struct msg *m)
{
	struct span reason = utf8_cut(msg_param(m, 0), REASON_MAX);
	struct buf text = {0};
	uint32_t found;

	buf_add_str(&text, "Quit");
	// Whoever goes, goes: a reason that is not fit is left out.
	if (reason.len && text_is_fit(reason, TEXT_STYLED, &found) && is_heard_everywhere(s))
		buf_printf(&text, ": " SPAN_FMT, SPAN_ARG(reason));
	session_close_as(s, PARTING_LEFT, buf_span(&text));
	buf_clear(&text);
}

void cmd_authenticate(struct session *s, const struct msg *m)
{
	sasl_take(s, m->params[0]);
}
