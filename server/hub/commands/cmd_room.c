// SPDX-License-Identifier: MIT
// JOIN, PART, TOPIC, NAMES: what a member does with a room as a whole.
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/guest.h"
#include "server/hub/commands/command.h"
#include "server/hub/people/invite.h"
#include "server/hub/history/marker.h"
#include "server/hub/commands/need.h"
#include "server/hub/pages/replay.h"
#include "server/hub/wire/telling.h"
#include "server/hub/rooms/roster.h"

#include "common/names.h"
#include "server/hub/pages/lookback.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/talk.h"

// Why the account may not enter, or RPL_WELCOME when it may. INVITE passes all of it.
static enum numeric refusal(const struct room *r, const struct account *a, struct span key)
{
	if (r->n_members >= MEMBERS_MAX || talk_is_full(r))
		return ERR_CHANNELISFULL;
	if (room_has_invited(r, a))
		return RPL_WELCOME;
	if (room_bans(r, a))
		return ERR_BANNEDFROMCHAN;
	if ((r->flags & ROOM_INVITE_ONLY) != 0 && !room_lets_in(r, a))
		return ERR_INVITEONLYCHAN;
	if (r->key[0] != '\0' && !span_eq(key, span_of(r->key)))
		return ERR_BADCHANNELKEY;
	if (r->limit != 0 && (int64_t)r->n_members >= r->limit)
		return ERR_CHANNELISFULL;
	return RPL_WELCOME;
}

static bool may_create(struct session *s, struct span name)
{
	if (s->hub->config.create_rooms == ROOMS_BY_MEMBERS || s->oper)
		return true;
	reply1(s, ERR_NOSUCHCHANNEL, name);
	return false;
}

// A name that is easily taken for another one's.
static bool is_plain_to_see(struct session *s, struct span name)
{
	const struct room *other = room_alike(s->hub, name, NULL, s);
	struct line l;

	if (other == NULL)
		return true;
	reply_start(&l, s, ERR_BADCHANMASK);
	line_param(&l, name);
	line_textf(&l, "The name looks like that of %s: join that one, or choose another name",
		   other->name);
	reply_end(&l, s);
	return false;
}

// Whoever makes a room moderates it.
static void create(struct session *s, struct span name)
{
	struct room *r;

	if (!may_create(s, name) || !is_plain_to_see(s, name) || !need_new_room(s, name))
		return;
	r = room_new(s->hub, name, NULL);
	r->flags |= ROOM_PASSING;
	room_post(r);
	member_join(r, s->account, MEMBER_MODERATOR);
}

static bool has_invite(const struct room *r)
{
	size_t cursor = 0;
	const struct invite *i;

	while ((i = idmap_next(&r->hub->invites, &cursor))) {
		if (i->room == r->stream.id)
			return true;
	}
	return false;
}

// Made by a JOIN, left by all, and nothing was said, set or promised in it, nor noted by
// the last one.
static bool is_blank(const struct room *r, const struct account *last)
{
	return r->flags == (ROOM_NO_EXTERNAL | ROOM_TOPIC_LOCKED | ROOM_PASSING) &&
	       !r->n_members && !r->stream.seq && !r->topic_ms && !r->key[0] && !r->limit &&
	       !r->keep_ms && !r->keep_bytes && !r->newcomers && !r->rules[0] &&
	       list_is_empty(&r->bans) && !r->metadata.n_items &&
	       !marker_time(last, r->stream.id) && !has_invite(r);
}

// A hidden room is never refused for a reason, nor by its own spelling: only that the name
// cannot be had shows.
static void enter(struct session *s, struct room *r, struct span name, struct span key)
{
	enum numeric why = s->oper ? RPL_WELCOME : refusal(r, s->account, key);

	if (why == RPL_WELCOME) {
		member_join(r, s->account, MEMBER_PLAIN);
		lookback_show(s, &r->stream);
	} else if (room_is_hidden(r, s)) {
		reply1(s, ERR_NOSUCHCHANNEL, name);
	} else {
		reply1(s, why, span_of(r->name));
	}
}

static void join(struct session *s, struct span name, struct span key)
{
	struct room *r = room_find(s->hub, name);
	char spelled[ROOM_NAME_MAX + 1];

	if (r != NULL && member_find(r, s->account) != NULL)
		return; // all devices of a member are in it
	if (r == NULL || !account_may_enter(s->account, r)) {
		if (!need_no_guest(s, "JOIN", name))
			return;
	}
	if (!need_disk(s, "JOIN"))
		return;
	if (s->account->n_members >= ROOMS_PER_ACCOUNT)
		reply1(s, ERR_TOOMANYCHANNELS, name);
	else if (r != NULL)
		enter(s, r, name, key);
	else if (!name_of_room(name, spelled))
		reply1(s,
		       name.len > 0 && name.at[0] == '#' ? ERR_BADCHANMASK : ERR_NOSUCHCHANNEL,
		       name);
	else
		create(s, span_of(spelled));
}

void cmd_join(struct session *s, const struct msg *m)
{
	struct span names = m->params[0], keys = msg_param(m, 1);
	struct targets seen;

	targets_init(&seen);
	while (names.len > 0) {
		struct span one = span_cut(&names, ','), key = span_cut(&keys, ','), name;

		if (need_target(s, &seen, &one, &name))
			join(s, name, key);
		else if (seen.n > TARGETS_MAX)
			return;
	}
}

static void part(struct session *s, struct room *r, struct span reason)
{
	struct member *m = need_member(s, r);
	struct entry_message event;
	struct buf text = {0};
	struct line l;

	if (m == NULL)
		return;
	if (room_silences(r, s->account))
		reason.len = 0;
	if (reason.len > 0)
		buf_printf(&text, ":" SPAN_FMT, SPAN_ARG(reason));
	history_event(s->hub, &r->stream, s->account, MESSAGE_PART, buf_span(&text), &event);
	line_start(&l, s->hub, s->account, "PART");
	line_str(&l, r->name);
	if (reason.len > 0)
		line_text(&l, reason);
	line_of(&l, &event);
	member_say(m, &l);
	line_clear(&l);
	buf_clear(&text);
	member_leave(m);
	if (is_blank(r, s->account))
		room_delete(r, SPAN(""));
}

void cmd_part(struct session *s, const struct msg *m)
{
	struct span names = m->params[0], reason = msg_param(m, 1), name;
	struct targets seen;
	struct room *r;

	targets_init(&seen);

	if (!need_disk_to_mend(s, "PART") || !need_text(s, "PART", reason, REASON_MAX))
		return;
	while (need_target(s, &seen, &names, &name)) {
		r = need_room(s, name);
		if (r != NULL)
			part(s, r, reason);
	}
}

// One end for the whole list, as RFC 2812 has it.
void cmd_names(struct session *s, const struct msg *m)
{
	struct span names = msg_param(m, 0), name;
	struct targets seen;

	targets_init(&seen);
	while (need_target(s, &seen, &names, &name)) {
		struct room *r = room_find(s->hub, name);

		if (r != NULL && !room_is_hidden(r, s))
			names_lines(s, r);
	}
	if (seen.n <= TARGETS_MAX)
		telling_reply1(s, RPL_ENDOFNAMES, msg_param(m, 0));
}
