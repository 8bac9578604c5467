// SPDX-License-Identifier: MIT
// AWAY and SETNAME: what others are told of a person.
#include "server/hub/people/account.h"
#include "server/hub/rooms/away.h"
#include "server/hub/commands/command.h"
#include "server/hub/rooms/monitor.h"
#include "server/hub/commands/need.h"
#include "server/hub/wire/reply.h"

// Before the login is complete: for draft/pre-away only.
void cmd_away(struct session *s, const struct msg *m)
{
	struct span text = msg_param(m, 0);

	if (!s->registered && !session_has(s, CAP_PRE_AWAY)) {
		reply(s, ERR_NOTREGISTERED);
		return;
	}
	if (!need_text(s, "AWAY", text, AWAY_MAX))
		return;
	away_set(s, text);
	reply(s, s->away == NULL ? RPL_UNAWAY : RPL_NOWAWAY);
}

void cmd_setname(struct session *s, const struct msg *m)
{
	struct span name = m->params[0];
	struct line l;

	if (!account_realname_is_valid(name)) {
		fail(s, "SETNAME", "INVALID_REALNAME", (struct span){0},
		     "A realname has 1 to 120 bytes and nothing that hides or turns its text");
		return;
	}
	if (!need_disk(s, "SETNAME"))
		return;
	account_set_text(&s->account->realname, name);
	account_post(s->account);
	line_start(&l, s->hub, s->account, "SETNAME");
	line_text(&l, name);
	watchers_say(s->account, &l, cap_bit(CAP_SETNAME), true);
	line_clear(&l);
}
