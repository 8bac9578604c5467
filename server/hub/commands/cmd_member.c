// SPDX-License-Identifier: MIT
// KICK, INVITE, KNOCK: members, and those who are to become one.
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/guest.h"
#include "server/hub/commands/command.h"
#include "server/hub/commands/need.h"
#include "server/hub/push/wake.h"
#include "server/hub/rooms/invitations.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/talk.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

#include "common/names.h"

// A founder is put out by a founder or an administrator only.
static bool may_kick(struct session *s, struct room *r, const struct member *m)
{
	if (m->role < MEMBER_FOUNDER)
		return true;
	return need_role(s, r, MEMBER_FOUNDER);
}

static void kick(struct session *s, struct room *r, struct span name, struct span reason)
{
	struct account *a = need_account(s, name);
	struct member *m = a == NULL ? NULL : member_find(r, a);

	if (a != NULL && m == NULL)
		reply2(s, ERR_USERNOTINCHANNEL, span_of(a->name), span_of(r->name));
	if (m != NULL && may_kick(s, r, m))
		member_kick(m, s->account, reason);
}

struct kicks {
	struct kick {
		struct span room, name;
	} done[TARGETS_MAX];
	size_t n;
};

// False: that was done, or there were too many (407).
static bool need_kick(struct session *s, struct kicks *k, struct span room, struct span name)
{
	for (size_t i = 0; i < k->n; i++) {
		if (name_is_same(k->done[i].room, room) && span_eq_fold(k->done[i].name, name))
			return false;
	}
	if (k->n == TARGETS_MAX)
		reply1(s, ERR_TOOMANYTARGETS, name);
	else
		k->done[k->n] = (struct kick){room, name};
	return k->n++ < TARGETS_MAX;
}

// One room and many names, or as many rooms as names.
void cmd_kick(struct session *s, const struct msg *m)
{
	struct span rooms = m->params[0], names = m->params[1];
	struct span reason = m->n_params > 2 ? m->params[2] : span_of(s->account->name);
	struct span room = SPAN("");
	struct kicks kicks = {.n = 0};

	if (!need_disk_to_mend(s, "KICK") || !need_text(s, "KICK", reason, REASON_MAX))
		return;
	while (names.len > 0 && kicks.n <= TARGETS_MAX) {
		struct span name = span_cut(&names, ',');
		struct room *r;

		if (rooms.len > 0)
			room = span_cut(&rooms, ',');
		r = need_kick(s, &kicks, room, name) ? need_room(s, room) : NULL;
		if (r != NULL && need_role(s, r, MEMBER_MODERATOR))
			kick(s, r, name, reason);
	}
}

static void invite_line(struct line *l, const struct session *s, const struct room *r,
			const struct account *a)
{
	line_start(l, s->hub, s->account, "INVITE");
	line_str(l, a->name);
	line_str(l, r->name);
}

static void invite(struct session *s, struct room *r, struct account *a)
{
	struct line l;

	if (!room_has_invited(r, a))
		(void)ban_add(s->hub, r, BAN_INVITED, span_of(a->name),
			      span_of(s->account->name), SPAN(""), 0);
	reply_start(&l, s, RPL_INVITING);
	line_str(&l, a->name);
	line_str(&l, r->name);
	reply_end(&l, s);
	if (a->away != NULL) {
		reply_start(&l, s, RPL_AWAY);
		line_str(&l, a->name);
		line_text(&l, span_of(a->away));
		reply_end(&l, s);
	}
	wake_invited(s->account, a, r);
	invite_line(&l, s, r, a);
	account_say(a, &l, 0, 0, NULL);
	room_say_status(r, &l,
			(r->flags & ROOM_INVITE_ONLY) != 0 ? MEMBER_MODERATOR : MEMBER_PLAIN,
			cap_bit(CAP_INVITE_NOTIFY), 0, s);
	line_clear(&l);
}

// An invitation passes a ban that is older: so who may ban asks in whom the room bans.
static bool may_invite(struct session *s, struct room *r, const struct account *a)
{
	if (talk_is_full(r)) {
		fail(s, "INVITE", "TALK_FULL", span_of(r->name),
		     "A conversation has nine people: RENAME makes a room of it");
		return false;
	}
	if (r->talk && !room_bans(r, a))
		return need_role(s, r, MEMBER_PLAIN);
	if ((r->flags & ROOM_INVITE_ONLY) != 0 || room_bans(r, a))
		return need_role(s, r, MEMBER_MODERATOR);
	return true;
}

void cmd_invite(struct session *s, const struct msg *m)
{
	struct account *a;
	struct room *r;

	if (m->n_params == 0) {
		invitations_say(s);
		return;
	}
	if (m->n_params == 1) {
		reply1(s, ERR_NEEDMOREPARAMS, SPAN("INVITE"));
		return;
	}
	r = need_room(s, m->params[1]);
	if (r == NULL || !need_no_guest(s, "INVITE", m->params[1]) ||
	    !need_role(s, r, MEMBER_PLAIN) || !need_disk(s, "INVITE"))
		return;
	a = need_account(s, m->params[0]);
	if (a == NULL || !may_invite(s, r, a))
		return;
	if (!account_may_enter(a, r))
		fail(s, "INVITE", "GUEST", span_of(a->name), "A guest is in no other room");
	else if (member_find(r, a) != NULL)
		reply2(s, ERR_USERONCHANNEL, span_of(a->name), span_of(r->name));
	else if (bans_are_full(r, BAN_INVITED, span_of(a->name)))
		reply2(s, ERR_BANLISTFULL, span_of(r->name), span_of(a->name));
	else
		invite(s, r, a);
}

// An invitation is the invited one's to throw away; nobody is told but their own devices.
void cmd_decline(struct session *s, const struct msg *m)
{
	struct room *r = room_find(s->hub, m->params[0]);
	struct line l;

	if (r == NULL || !room_has_invited(r, s->account)) {
		fail(s, "DECLINE", "NOT_INVITED", m->params[0],
		     "You have no invitation to that room");
		return;
	}
	if (!need_disk_to_mend(s, "DECLINE"))
		return;
	room_uninvite(r, s->account);
	line_start(&l, s->hub, NULL, "DECLINE");
	line_str(&l, r->name);
	account_say(s->account, &l, cap_bit(CAP_INVITED), 0, NULL);
	line_clear(&l);
}

static void knock(struct session *s, struct room *r, struct span text)
{
	struct buf who = {0};
	struct line l;

	account_prefix(s->account, &who);
	line_start(&l, s->hub, NULL, "710");
	line_str(&l, r->name);
	line_str(&l, r->name);
	line_param(&l, buf_span(&who));
	if (text.len > 0)
		line_textf(&l, "%s: " SPAN_FMT, numeric_text(RPL_KNOCK), SPAN_ARG(text));
	else
		line_text(&l, span_of(numeric_text(RPL_KNOCK)));
	room_say_status(r, &l, MEMBER_MODERATOR, 0, 0, NULL);
	line_clear(&l);
	buf_clear(&who);
	reply1(s, RPL_KNOCKDLVR, span_of(r->name));
}

void cmd_knock(struct session *s, const struct msg *m)
{
	struct room *r = need_room(s, m->params[0]);

	if (r == NULL || !need_text(s, "KNOCK", msg_param(m, 1), REASON_MAX))
		return;
	if (member_find(r, s->account) != NULL)
		reply1(s, ERR_KNOCKONCHAN, span_of(r->name));
	else if (room_bans(r, s->account))
		reply1(s, ERR_BANNEDFROMCHAN, span_of(r->name));
	else if ((r->flags & ROOM_INVITE_ONLY) == 0 && r->key[0] == '\0')
		reply1(s, ERR_CHANOPEN, span_of(r->name));
	else
		knock(s, r, msg_param(m, 1));
}
