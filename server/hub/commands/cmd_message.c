// SPDX-License-Identifier: MIT
// PRIVMSG, NOTICE and TAGMSG (RFC 2812 3.3, IRCv3 message-tags).
//
// 1. What is stored is stored first: the line is made after the journal entry, so that
//    the gate holds it until the entry is on disk.
// 2. Not stored, since nobody could ask for it later: TAGMSG that is no reaction (typing)
//    and messages to the moderators only (STATUSMSG), which history could not tell apart.
// 3. A NOTICE is never answered with an error, but for a write that the disk refused.
#include "server/hub/commands/command.h"
#include "server/hub/commands/edit.h"
#include "server/hub/commands/exactly.h"
#include "server/hub/pages/message_inside.h"
#include "server/hub/pages/multiline.h"
#include "server/hub/commands/playback.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/replay.h"
#include "server/hub/wire/reply.h"
#include "server/hub/commands/service.h"
#include "server/letters/limits.h"

// A message on its way: what it is, and who is to be left out.
struct saying {
	struct session *s;
	const struct utterance *u;
	struct entry_message m;
	bool is_kept;
};

static bool is_text(const struct utterance *u)
{
	return u->kind != MESSAGE_TAGMSG;
}

// A reaction is part of the conversation; typing is not.
static bool tags_are_kept(struct span tags)
{
	struct span key, value;

	while (msg_tag_next(&tags, &key, &value)) {
		if (span_eq(key, SPAN("+draft/react")) ||
		    span_eq(key, SPAN("+draft/unreact")) ||
		    span_eq(key, SPAN("+draft/persist")))
			return true;
	}
	return false;
}

// The client-only tags alone, as received (of equal keys the last one counts for whoever
// reads them).
static void relayed_tags(const struct msg *m, struct buf *out)
{
	struct span tags = m->tags, key, value;

	while (msg_tag_next(&tags, &key, &value)) {
		if (key.at[0] != '+')
			continue;
		if (out->len)
			buf_add_char(out, ';');
		buf_add_span(out, key);
		if (value.len) {
			buf_add_char(out, '=');
			buf_add_span(out, value);
		}
	}
}

static bool fits(struct session *s, const struct utterance *u, struct span target)
{
	if (!is_text(u) || u->pieces ||
	    u->text.len <= message_room(s->account, u->kind, target))
		return true;
	reply(s, ERR_INPUTTOOLONG);
	return false;
}

static void saying_init(struct saying *say, struct session *s, const struct utterance *u,
			bool is_kept)
{
	*say = (struct saying){.s = s, .u = u, .is_kept = is_kept};
	say->m = (struct entry_message){
		.kind = u->kind,
		.account = s->account->id,
		.sender = span_of(s->account->name),
		.text = u->text,
		.tags = u->tags,
		.client_id = u->client_id,
	};
}

static bool is_echoed(const struct saying *say)
{
	return session_has(say->s, CAP_ECHO_MESSAGE) || say->m.client_id.len;
}

// Gives it its numbers; stores it, if it is one that is kept.
static void number(struct saying *say, struct stream *stream)
{
	struct hub *h = say->s->hub;

	if (!say->is_kept) {
		say->m.id = history_new_id(h);
		say->m.time_ms = h->now.wall_ms;
		return;
	}
	history_append(h, stream, &say->m);
	if (say->m.client_id.len)
		keepsake_add(h, say->m.account, say->m.client_id);
	if (!is_echoed(say))
		replay_said(say->s, say->m.id);
}

static void send(const struct saying *say, const struct wire *w, struct span target)
{
	struct piece whole = {say->m.text, false};
	struct pieces one = {&whole, 1, 1};

	if (is_text(say->u))
		wire_message(w, &say->m, target, say->u->pieces ? say->u->pieces : &one);
	else
		wire_tags(w, &say->m, target);
}

static struct wire wire_of(const struct saying *say)
{
	return (struct wire){
		.hub = say->s->hub,
		.except = say->s,
		.lack = say->is_kept ? SESSION_REPLAYS : 0,
	};
}

// To a session that catches up it comes in its turn, behind what was said before it.
static void echo(const struct saying *say, struct span target)
{
	struct wire w = {.hub = say->s->hub, .one = say->s, .label = say->u->label};

	if (is_echoed(say) && !(say->is_kept && say->s->replay))
		send(say, &w, target);
}

// A room, as far as s may know of it; NULL: the error was sent, if one is due.
static struct room *target_room(struct session *s, const struct utterance *u, struct span name)
{
	struct room *r;

	if (u->kind == MESSAGE_PRIVMSG)
		return need_room(s, name);
	r = room_find(s->hub, name);
	return r && !room_is_hidden(r, s) ? r : NULL;
}

static enum member_role role_of(char prefix)
{
	switch (prefix) {
	case '~':
		return MEMBER_FOUNDER;
	case '@':
		return MEMBER_MODERATOR;
	case '+':
		return MEMBER_VOICE;
	default:
		return MEMBER_PLAIN;
	}
}

static void say_to_room(struct session *s, const struct utterance *u, struct span target)
{
	enum member_role status = role_of(target.at[0]);
	struct room *r = target_room(s, u, span_after(target, status ? 1 : 0));
	struct buf shown = {0};
	struct saying say;
	struct wire w;

	if (!r || !need_speaker(s, r, u->text, u->kind != MESSAGE_PRIVMSG) ||
	    !fits(s, u, target))
		return;
	saying_init(&say, s, u, !status && (is_text(u) || tags_are_kept(u->tags)));
	if (say.is_kept && !need_disk(s, message_command(u->kind)))
		return;
	number(&say, &r->stream);
	if (status)
		buf_add_char(&shown, target.at[0]);
	buf_add_str(&shown, r->name);
	w = wire_of(&say);
	w.room = r;
	w.status = status;
	echo(&say, buf_span(&shown)); // first: it is the one that somebody waits for
	send(&say, &w, buf_span(&shown));
	buf_clear(&shown);
}

// To the other person's sessions, and to the sender's own.
static void deliver(const struct saying *say, struct account *to)
{
	struct session *s = say->s;
	struct wire w = wire_of(say);
	struct span target = span_of(to->name);

	if (to != s->account) {
		w.account = s->account;
		w.need = cap_bit(CAP_ECHO_MESSAGE);
		send(say, &w, target);
		w.need = 0;
	} else {
		// Talking to oneself: the delivery is not the echo, so it is no reply.
		w.except = NULL;
		s->hub->acting = NULL;
	}
	w.account = to;
	send(say, &w, target);
	s->hub->acting = s;
}

static void say_away(struct session *s, const struct utterance *u, const struct account *to)
{
	struct line l;

	if (u->kind != MESSAGE_PRIVMSG || !to->away || to == s->account)
		return;
	reply_start(&l, s, RPL_AWAY);
	line_str(&l, to->name);
	line_text(&l, span_of(to->away));
	reply_end(&l, s);
}

static void say_to_account(struct session *s, const struct utterance *u, struct span target)
{
	struct account *to = account_find(s->hub, target);
	struct saying say;

	if (!to) {
		if (u->kind == MESSAGE_PRIVMSG)
			reply1(s, ERR_NOSUCHNICK, target);
		return;
	}
	if (!fits(s, u, target))
		return;
	saying_init(&say, s, u, is_text(u) || tags_are_kept(u->tags));
	if (say.is_kept && !need_disk(s, message_command(u->kind)))
		return;
	number(&say, say.is_kept ? &dialog_of(s->hub, s->account, to, true)->stream : NULL);
	echo(&say, span_of(to->name));
	deliver(&say, to);
	say_away(s, u, to);
}

// Heard by nobody else and not stored: it may hold a password.
static void say_to_service(struct session *s, const struct utterance *u,
			   const struct service *service)
{
	struct saying say;

	saying_init(&say, s, u, false);
	number(&say, NULL);
	echo(&say, service_name(service));
	service_hear(s, service, u);
}

void message_say(struct session *s, const struct utterance *u, struct span target)
{
	const struct service *service = service_find(target);
	struct span name = target;

	if (role_of(name.at[0]))
		name = span_after(name, 1);
	if (name.len && name.at[0] == '#')
		say_to_room(s, u, target);
	else if (service)
		say_to_service(s, u, service);
	else if (!playback_takes(s, u, target))
		say_to_account(s, u, target);
}

static size_t count_targets(struct span list)
{
	size_t n = 1;

	for (size_t i = 0; i < list.len; i++)
		n += list.at[i] == ',';
	return n;
}

static void say_to_all(struct session *s, const struct utterance *u, struct span targets)
{
	while (targets.len) {
		struct span target = span_cut(&targets, ',');

		if (target.len)
			message_say(s, u, target);
	}
}

// Whatever stands in the way before the targets are looked at; the error was sent.
static bool can_say(struct session *s, const struct msg *m, enum message_kind kind)
{
	bool quiet = kind == MESSAGE_NOTICE;

	if (m->tags.len > CLIENT_TAGS_MAX) {
		reply(s, ERR_INPUTTOOLONG);
		return false;
	}
	if (!msg_param(m, 0).len) {
		if (!quiet)
			replyf(s, ERR_NORECIPIENT, "No recipient given (%s)",
			       message_command(kind));
		return false;
	}
	if (count_targets(msg_param(m, 0)) > TARGETS_MAX) {
		if (!quiet)
			reply1(s, ERR_TOOMANYTARGETS, msg_param(m, 0));
		return false;
	}
	if (kind != MESSAGE_TAGMSG && !msg_param(m, 1).len) {
		if (!quiet)
			reply(s, ERR_NOTEXTTOSEND);
		return false;
	}
	return true;
}

// The sender's own name for the message, unescaped into *out; false: it is no valid one.
static bool client_id(struct session *s, const struct msg *m, enum message_kind kind,
		      struct buf *out)
{
	struct span value;

	if (!session_has(s, CAP_EXACTLY_ONCE) || !msg_tag(m, SPAN("snug.chat/id"), &value))
		return true;
	msg_tag_unescape(out, value);
	if (out->len && out->len <= CLIENT_ID_MAX && count_targets(msg_param(m, 0)) == 1)
		return true;
	fail(s, message_command(kind), "INVALID_ID", value,
	     "An id has 1 to 64 bytes and goes with one target: nothing was sent");
	return false;
}

static void say(struct session *s, const struct msg *m, enum message_kind kind)
{
	struct utterance u = {.kind = kind, .text = msg_param(m, 1)};
	struct buf tags = {0}, id = {0};

	if (multiline_takes(s, m, kind) || !can_say(s, m, kind))
		return;
	if (client_id(s, m, kind, &id)) {
		relayed_tags(m, &tags);
		u.tags = buf_span(&tags);
		u.client_id = buf_span(&id);
		if (edit_takes(s, &u, msg_param(m, 0)))
			; // said when the store has answered
		else if (id.len)
			exactly_say(s, &u, msg_param(m, 0));
		else
			say_to_all(s, &u, msg_param(m, 0));
	}
	buf_clear(&tags);
	buf_clear(&id);
}

void cmd_privmsg(struct session *s, const struct msg *m)
{
	say(s, m, MESSAGE_PRIVMSG);
}

void cmd_notice(struct session *s, const struct msg *m)
{
	say(s, m, MESSAGE_NOTICE);
}

void cmd_tagmsg(struct session *s, const struct msg *m)
{
	struct utterance u = {.kind = MESSAGE_TAGMSG, .text = SPAN("")};
	struct buf tags = {0};

	if (!session_has(s, CAP_MESSAGE_TAGS)) {
		reply1(s, ERR_UNKNOWNCOMMAND, SPAN("TAGMSG"));
		return;
	}
	if (!can_say(s, m, MESSAGE_TAGMSG))
		return;
	relayed_tags(m, &tags);
	u.tags = buf_span(&tags);
	say_to_all(s, &u, msg_param(m, 0));
	buf_clear(&tags);
}
