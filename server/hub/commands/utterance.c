// SPDX-License-Identifier: MIT
// From what a client wants to say to the lines that are heard.
//
// 1. What is stored is stored first: the line is made after the journal entry, so that
//    the gate holds it until the entry is on disk.
// 2. Not stored, since nobody could ask for it later: TAGMSG that is no reaction (typing)
//    and messages to the moderators only (STATUSMSG), which history could not tell apart.
// 3. A NOTICE is never answered with an error, but for a write that the disk refused.
#include "server/hub/rooms/guest.h"
#include "server/hub/commands/utterance.h"

#include "common/clock.h"
#include "common/die.h"
#include "server/hub/commands/attach.h"
#include "server/hub/commands/playback.h"
#include "server/hub/commands/services.h"
#include "server/hub/history/keepsake.h"
#include "server/hub/history/quota.h"
#include "server/hub/pages/message.h"
#include "server/hub/pages/replay.h"
#include "server/hub/people/account.h"
#include "server/hub/push/wake.h"
#include "server/hub/rooms/alert.h"
#include "server/hub/rooms/pace.h"
#include "server/hub/rooms/reach.h"
#include "server/hub/rooms/room.h"
#include "server/hub/rooms/modes.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

#include <stdlib.h>

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

static struct span sender_of(const struct session *s, const struct utterance *u)
{
	return u->relayed.len ? u->relayed : span_of(s->account->name);
}

// Bytes of text that fit into one line.
static size_t room_for(const struct session *s, const struct utterance *u, struct span target)
{
	size_t own = strlen(s->account->name), name = sender_of(s, u).len;
	size_t longer = name > own ? name - own : 0;
	size_t room = message_room(s->account, u->kind, target);

	return room > longer ? room - longer : 0;
}

static bool fits(struct session *s, const struct utterance *u, struct span target)
{
	if (!is_text(u) || u->pieces || u->text.len <= room_for(s, u, target))
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
		.sender = sender_of(s, u),
		.text = u->text,
		.tags = u->tags,
		.client_id = u->client_id,
	};
}

bool utterance_is_kept(const struct utterance *u)
{
	return is_text(u) || tags_are_kept(u->tags);
}

// The disk takes it, and it is within the quotas; or the error was sent, for a NOTICE, too.
static bool need_store(const struct saying *say, const struct stream *stream)
{
	const char *command = message_command(say->u->kind);
	char until[CLOCK_TEXT_LEN + 1];
	struct buf text = {0};
	struct refusal r;

	if (!need_disk(say->s, command))
		return false;
	r = quota_of(say->s->hub, say->s->account, stream, message_bytes(&say->m));
	if (!r.why)
		return true;
	say->s->hub->figures.refused[HUB_REFUSED_QUOTA]++;
	clock_text(r.until_ms, until);
	buf_printf(&text, "%s: nothing was sent; that ends at %s", r.why, until);
	fail(say->s, command, "QUOTA_EXCEEDED", span_of(until), buf_str(&text));
	buf_clear(&text);
	return false;
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
	if (say->u->files)
		attach_bind(say->u->files, stream, say->m.id);
	wake_said(h, stream, &say->m);
	if (is_text(say->u))
		replay_is_due(h);
	if (say->m.client_id.len)
		keepsake_add(h, say->m.account, say->m.client_id);
	if (!is_echoed(say))
		replay_said(say->s, say->m.id);
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
static bool is_echoed_now(const struct saying *say)
{
	return is_echoed(say) && !(say->is_kept && say->s->replay);
}

// Back to its sender.
static struct wire wire_back(const struct saying *say)
{
	return (struct wire){.hub = say->s->hub, .one = say->s, .label = say->u->label};
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
	const struct room_mode *rank = modes_of_prefix(prefix);

	return rank == NULL ? MEMBER_PLAIN : (enum member_role)rank->which;
}

// A text that calls all of a room carries it in a tag, behind those of its sender; an edit
// calls nobody again. What to answer to who may not: they are plain words then. NULL: nothing.
static const char *take_call(struct saying *say, const struct room *r, struct buf *tags)
{
	enum at_all all = entry_edits(&say->m) ? AT_ALL_NONE : at_all_in(say->m.text);
	const char *refusal;

	if (all == AT_ALL_NONE)
		return NULL;
	refusal = alert_refusal(r, say->s);
	if (refusal)
		return refusal;
	buf_add_span(tags, say->m.tags);
	buf_printf(tags, "%ssnug.chat/alert=%s", tags->len > 0 ? ";" : "", at_all_tag(all));
	say->m.tags = buf_span(tags);
	return NULL;
}

static void tell_uncalled(const struct saying *say, const struct room *r, const char *refusal)
{
	struct buf text = {0};

	if (say->u->kind != MESSAGE_PRIVMSG)
		return;
	buf_printf(&text,
		   "It was said, and nobody was alerted: %s call all by @room and @here in %s "
		   "(modes A and N; room set --mention-all)",
		   refusal, r->name);
	note(say->s, "PRIVMSG", "NOT_ALERTED", span_of(r->name), buf_str(&text));
	buf_clear(&text);
}

// "#room", or "@#room" of some of its members.
static bool is_of_room(struct span target)
{
	if (role_of(target.at[0]) != MEMBER_PLAIN)
		target = span_after(target, 1);
	return target.len > 0 && target.at[0] == '#';
}

static bool may_be_said(const struct saying *say, struct room *r, bool is_quiet)
{
	return (!say->is_kept || need_store(say, &r->stream)) &&
	       (!is_text(say->u) || need_pace(say->s, r, is_quiet));
}

static void say_to_room(struct session *s, const struct utterance *u, struct span target)
{
	enum member_role status = role_of(target.at[0]);
	bool is_quiet = u->kind != MESSAGE_PRIVMSG;
	struct room *r = target_room(s, u, span_after(target, status ? 1 : 0));
	struct buf tags = {0}, shown = {0};
	struct saying say;
	struct wire w;
	const char *refusal;

	if (!r || !need_speaker(s, r, u->text, is_quiet) || !fits(s, u, target))
		return;
	saying_init(&say, s, u, !status && utterance_is_kept(u));
	refusal = take_call(&say, r, &tags);
	if (may_be_said(&say, r, is_quiet)) {
		number(&say, &r->stream);
		if (status)
			buf_add_char(&shown, target.at[0]);
		buf_add_str(&shown, r->name);
		w = wire_back(&say);
		if (is_echoed_now(&say)) // first: it is the one that somebody waits for
			wire_message(&w, &say.m, buf_span(&shown), u->pieces);
		w = wire_of(&say);
		w.room = r;
		w.status = status;
		w.about = reaction_to(&say.m);
		wire_message(&w, &say.m, buf_span(&shown), u->pieces);
		if (refusal)
			tell_uncalled(&say, r, refusal);
	}
	buf_clear(&shown);
	buf_clear(&tags);
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
		wire_message(&w, &say->m, target, say->u->pieces);
		w.need = 0;
	} else {
		// Talking to oneself: the delivery is not the echo, so it is no answer.
		w.except = NULL;
		w.is_heard = true;
	}
	w.account = to;
	wire_message(&w, &say->m, target, say->u->pieces);
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
	struct account *to = account_known(s, target);
	const struct stream none = {0}; // a conversation has no quota of its own
	struct saying say;
	struct wire back;

	if (!to) {
		if (u->kind == MESSAGE_PRIVMSG)
			reply1(s, ERR_NOSUCHNICK, target);
		return;
	}
	if (!fits(s, u, target))
		return;
	saying_init(&say, s, u, utterance_is_kept(u));
	if (say.is_kept && !need_store(&say, &none))
		return;
	number(&say, say.is_kept ? &dialog_of(s->hub, s->account, to, true)->stream : NULL);
	back = wire_back(&say);
	if (is_echoed_now(&say))
		wire_message(&back, &say.m, span_of(to->name), u->pieces);
	deliver(&say, to);
	say_away(s, u, to);
}

// Heard by nobody else and not stored: it may hold a password.
static void say_to_service(struct session *s, const struct utterance *u,
			   const struct service *service)
{
	struct saying say;
	struct wire back;

	saying_init(&say, s, u, false);
	number(&say, NULL);
	back = wire_back(&say);
	if (is_echoed_now(&say))
		wire_message(&back, &say.m, service_name(service), u->pieces);
	service_hear(s, service, u);
}

static void say_to(struct session *s, const struct utterance *u, struct span target)
{
	if (is_of_room(target))
		say_to_room(s, u, target);
	else
		say_to_account(s, u, target);
}

static bool find_place(struct session *s, const struct utterance *u, struct attach_place *place)
{
	bool has_status = role_of(place->target.at[0]) != MEMBER_PLAIN;
	const struct dialog *d;
	const struct room *r;
	struct account *to;

	place->room = room_for(s, u, place->target);
	place->is_kept = !has_status;
	if (is_of_room(place->target)) {
		r = room_find(s->hub, span_after(place->target, has_status));
		place->stream = r ? &r->stream : NULL;
		return r && !room_is_hidden(r, s);
	}
	to = account_known(s, place->target);
	d = to ? dialog_of(s->hub, s->account, to, false) : NULL;
	place->stream = d ? &d->stream : NULL;
	return to != NULL;
}

// Where there is no such target, that is what is told.
static void say_with_files(struct session *s, const struct utterance *u, struct span target)
{
	struct attach_place place = {.target = target};
	struct attached files;

	if (!find_place(s, u, &place)) {
		say_to(s, u, target);
		return;
	}
	if (attach_take(s, u, &place, &files)) {
		files.u.files = &files;
		say_to(s, &files.u, target);
	}
	attach_clear(&files);
}

void utterance_say(struct session *s, const struct utterance *u, struct span target)
{
	const struct service *service = service_find(target);

	if (service)
		say_to_service(s, u, service);
	else if (is_of_room(target))
		(attach_is_due(s, u) ? say_with_files : say_to_room)(s, u, target);
	else if (!playback_takes(s, u, target))
		(attach_is_due(s, u) ? say_with_files : say_to_account)(s, u, target);
}

struct kept_utterance *utterance_keep(const struct utterance *u, struct span target)
{
	struct kept_utterance *k = xcalloc(1, sizeof(*k));

	k->u = *u;
	k->u.text = arena_dup(&k->arena, u->text);
	k->u.tags = arena_dup(&k->arena, u->tags);
	k->u.client_id = arena_dup(&k->arena, u->client_id);
	k->u.relayed = arena_dup(&k->arena, u->relayed);
	k->u.file = arena_dup(&k->arena, u->file);
	k->u.label = arena_dup(&k->arena, u->label);
	k->target = arena_dup(&k->arena, target);
	if (u->pieces) {
		for (size_t i = 0; i < u->pieces->n; i++)
			pieces_add(&k->pieces, arena_dup(&k->arena, u->pieces->at[i].text),
				   u->pieces->at[i].concat);
		k->u.pieces = &k->pieces;
	}
	return k;
}

void utterance_free(struct kept_utterance *k)
{
	pieces_clear(&k->pieces);
	arena_clear(&k->arena);
	free(k);
}
