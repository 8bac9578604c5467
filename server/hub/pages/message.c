// SPDX-License-Identifier: MIT
// Saying and showing: both make the same lines, so that history equals what was heard.
#include "server/hub/rooms/guest.h"
#include "server/hub/pages/message.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/encode.h"
#include "common/grow.h"
#include "common/utf8.h"
#include "server/hub/files/file_url.h"
#include "server/hub/rooms/hook.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/reach.h"
#include "server/hub/state/session.h"

#include <stdlib.h>

#define LINE_MAX 510 // inside: the protocol's line without CR LF
#define STAMP_LEN 19 // "[2026-11-22 12:05] "

// ":prefix COMMAND target :"
static size_t room_behind(size_t prefix_len, enum message_kind kind, struct span target)
{
	size_t used = 1 + prefix_len + 1 + strlen(message_command(kind)) + 1 + target.len + 2;

	return used < LINE_MAX ? LINE_MAX - used : 0;
}

size_t message_room(const struct account *sender, enum message_kind kind, struct span target)
{
	struct buf prefix = {0};
	size_t len;

	account_prefix(sender, &prefix);
	len = prefix.len;
	buf_clear(&prefix);
	return room_behind(len, kind, target);
}

const struct stream *stream_find(struct session *s, struct span target)
{
	struct dialog *d;

	if (target.len && target.at[0] == '#') {
		struct room *r = room_find(s->hub, target);

		return r && (member_find(r, s->account) || s->oper) ? &r->stream : NULL;
	}
	d = dialog_named(s->account, target);
	return d ? &d->stream : NULL;
}

struct span stream_name(const struct stream *stream, const struct account *self)
{
	const struct account *other;

	if (stream->room)
		return span_of(stream->room->name);
	other = dialog_other(stream->dialog, self);
	return other ? span_of(other->name)
		     : span_of(stream->dialog->gone ? stream->dialog->gone : "*");
}

struct span message_target(const struct stream *stream, const struct entry_message *m,
			   const struct account *self)
{
	if (stream->room || m->account == self->id)
		return stream_name(stream, self);
	return span_of(self->name);
}

bool shows_redacted(const struct session *s)
{
	return session_has(s, CAP_MESSAGE_REDACTION) &&
	       (session_has(s, CAP_SEQUENCE) || session_has(s, CAP_EVENT_PLAYBACK));
}

bool message_is_for(const struct session *s, const struct entry_message *m)
{
	if (m->redacted)
		return m->seq && shows_redacted(s);
	if (m->kind == MESSAGE_PRIVMSG || m->kind == MESSAGE_NOTICE)
		return true;
	if (m->kind == MESSAGE_TAGMSG && !session_has(s, CAP_MESSAGE_TAGS))
		return false;
	return session_has(s, CAP_EVENT_PLAYBACK);
}

static void wire_say(const struct wire *w, struct line *l, cap_set need, cap_set lack)
{
	need |= w->need;
	if (w->one) {
		if ((w->one->caps & need) == need && !(w->one->caps & lack))
			session_say(w->one, l);
		return;
	}
	lack |= w->lack;
	if (w->account)
		account_say(w->account, l, need, lack, w->except);
	else if (w->status)
		room_say_status(w->room, l, w->status, need, lack, w->except);
	else if (w->about)
		room_say_readers(w->room, l, w->about, need, lack, w->except);
	else
		room_say(w->room, l, need, lack, w->except);
}

// Who said it where its account has another name now or is none: a hook, or one that is gone.
// In a conversation of two the name is where an answer goes.
static void put_source(struct hub *h, const struct entry_message *m,
		       const struct account *sender, struct buf *out)
{
	const struct stream *stream = history_stream(h, m->stream);

	buf_add_span(out, stream && stream->dialog && stream->dialog->gone
				  ? span_of(stream->dialog->gone)
				  : m->sender);
	if (sender) {
		buf_printf(out, "!" SPAN_FMT "@", SPAN_ARG(account_username(sender)));
		account_host(sender, out);
	} else if (hook_is_name(m->sender)) {
		buf_printf(out, "!hook@" SPAN_FMT, SPAN_ARG(h->config.name));
	}
}

void message_start(struct line *l, struct hub *h, const struct entry_message *m,
		   const char *command)
{
	const struct account *sender = m->account ? account_by_id(h, m->account) : NULL;
	const struct stream *stream = history_stream(h, m->stream);
	struct buf source = {0};

	if (sender && (!stream || !stream->room || span_eq(m->sender, span_of(sender->name)))) {
		line_start(l, h, sender, command);
		return;
	}
	put_source(h, m, sender, &source);
	line_start_as(l, h, buf_span(&source), command);
	l->sender = sender;
	buf_clear(&source);
}

// A line of m, from its sender, up to the target.
static void start(struct line *l, const struct wire *w, const struct entry_message *m,
		  const char *command, struct span target)
{
	message_start(l, w->hub, m, command);
	if (w->is_heard)
		l->asker = NULL;
	l->catches_up = w->catches_up;
	l->time_ms = m->time_ms;
	l->batch = w->batch;
	line_param(l, target);
}

// "[2026-11-22 12:05] " before the text, or inside of an action.
static void add_stamped(const struct entry_message *m, struct span text, struct buf *out)
{
	const struct span action = SPAN("\001ACTION ");
	char time[CLOCK_TEXT_LEN + 1];

	clock_text(m->time_ms, time);
	if (span_starts(text, action)) {
		buf_add_span(out, action);
		text = span_after(text, action.len);
	}
	buf_printf(out, "[%.10s %.5s] ", time, time + 11);
	buf_add_span(out, text);
}

// The line so far, with the text as a is shown it, to those of a that do not know of files.
static void say_signed(const struct wire *w, const struct line *l, struct span text,
		       struct account *a, cap_set need, cap_set lack)
{
	struct wire to = *w;
	struct line own = *l;
	struct buf shown = {0};

	own.body = (struct buf){0};
	buf_add_span(&own.body, buf_span(&l->body));
	file_urls_signed(w->hub, text, a, &shown);
	line_text(&own, buf_span(&shown));
	to.account = a;
	wire_say(&to, &own, need, lack | cap_bit(CAP_FILES));
	line_clear(&own);
	buf_clear(&shown);
}

// The text has links to files: each account is shown its own.
static void say_linked(const struct wire *w, struct line *l, struct span text, cap_set need,
		       cap_set lack)
{
	const struct room *r = w->one || w->account ? NULL : w->room;

	for (size_t i = 0; r && i < r->n_members; i++) {
		if (r->members[i]->role >= w->status)
			say_signed(w, l, text, r->members[i]->account, need, lack);
	}
	if (w->one)
		say_signed(w, l, text, w->one->account, need, lack);
	else if (w->account)
		say_signed(w, l, text, w->account, need, lack);
	line_text(l, text);
	wire_say(w, l, need | cap_bit(CAP_FILES), lack);
}

static void say_text(const struct wire *w, struct line *l, struct span text, cap_set need,
		     cap_set lack)
{
	if (file_url_may_be_in(w->hub, text)) {
		say_linked(w, l, text, need, lack);
		return;
	}
	line_text(l, text);
	wire_say(w, l, need, lack);
}

static void say_batch_edge(const struct wire *w, const struct entry_message *m, char edge,
			   struct span ref, struct span target)
{
	struct buf name = {0}, tags = {0};
	struct line l;

	buf_add_char(&name, edge);
	buf_add_span(&name, ref);
	start(&l, w, m, "BATCH", buf_span(&name));
	if (edge == '+') {
		line_str(&l, "draft/multiline");
		line_param(&l, target);
		line_of(&l, m);
		if (w->label.len)
			buf_printf(&tags, "label=" SPAN_FMT "%s", SPAN_ARG(w->label),
				   m->tags.len ? ";" : "");
		buf_add_span(&tags, m->tags);
		l.client_tags = buf_span(&tags);
	} else {
		l.batch = (struct span){0};
	}
	wire_say(w, &l, cap_bit(CAP_MULTILINE), 0);
	line_clear(&l);
	buf_clear(&name);
	buf_clear(&tags);
}

static void say_batch(const struct wire *w, const struct entry_message *m, struct span target,
		      const struct pieces *pieces)
{
	char id[ID_TEXT_LEN + 1];
	struct span ref = {id, ID_TEXT_LEN};

	encode_id(m->id, id);
	say_batch_edge(w, m, '+', ref, target);
	for (size_t i = 0; i < pieces->n; i++) {
		struct line l;

		start(&l, w, m, message_command(m->kind), target);
		l.batch = ref;
		if (pieces->at[i].concat)
			l.client_tags = SPAN("draft/multiline-concat");
		say_text(w, &l, pieces->at[i].text, cap_bit(CAP_MULTILINE), 0);
		line_clear(&l);
	}
	say_batch_edge(w, m, '-', ref, target);
}

static void say_tags(const struct wire *w, const struct entry_message *m, struct span target)
{
	struct line l;

	start(&l, w, m, "TAGMSG", target);
	line_of(&l, m);
	wire_say(w, &l, cap_bit(CAP_MESSAGE_TAGS), 0);
	line_clear(&l);
}

// Without the tags that the server put behind the others, of a file and of who calls all of a
// room: who hears a line a piece is told by the first.
static struct span tags_of_rest(struct span tags)
{
	struct span left = tags, key, value;

	while (msg_tag_next(&left, &key, &value)) {
		size_t at = (size_t)(key.at - tags.at);

		if (span_starts(key, SPAN("snug.chat/file")) ||
		    (span_eq(key, SPAN("snug.chat/alert")) && !span_eq(value, SPAN("none"))))
			return span_from(tags.at, at > 0 ? at - 1 : 0);
	}
	return tags;
}

void wire_message(const struct wire *w, const struct entry_message *m, struct span target,
		  const struct pieces *pieces)
{
	struct piece whole = {m->text, false};
	const struct pieces one = {&whole, 1, 1};
	struct buf stamped = {0};
	bool is_first = true, is_cut;
	cap_set lack;

	if (m->kind == MESSAGE_TAGMSG) {
		say_tags(w, m, target);
		return;
	}
	if (!pieces)
		pieces = &one;
	is_cut = pieces->n != 1;
	lack = is_cut ? cap_bit(CAP_MULTILINE) : 0;
	if (is_cut)
		say_batch(w, m, target, pieces);
	// Who knows no better gets a line a piece, but no blank one.
	for (size_t i = 0; i < pieces->n; i++) {
		struct span text = pieces->at[i].text;
		struct line l;

		if (!text.len)
			continue;
		start(&l, w, m, message_command(m->kind), target);
		if (is_first)
			line_of(&l, m);
		l.client_tags = is_first ? m->tags : tags_of_rest(m->tags);
		if (w->stamp && is_first) {
			add_stamped(m, text, &stamped);
			text = buf_span(&stamped);
		}
		if (file_url_may_be_in(w->hub, text)) {
			say_linked(w, &l, text, 0, lack);
		} else {
			line_text(&l, text);
			wire_say(w, &l, 0, lack);
		}
		line_clear(&l);
		is_first = false;
	}
	buf_clear(&stamped);
}

// The text of an event is the rest of its line, as it was said.
static void show_event(const struct wire *w, const struct entry_message *m, struct span target)
{
	struct line l;

	start(&l, w, m, message_command(m->kind), target);
	line_of(&l, m);
	if (m->kind == MESSAGE_JOIN && session_has(w->one, CAP_EXTENDED_JOIN)) {
		line_param(&l, l.sender ? span_of(l.sender->name) : SPAN("*"));
		line_text(&l, l.sender ? span_of(l.sender->realname) : SPAN(""));
	} else if (m->text.len) {
		line_rest(&l, m->text);
	}
	wire_say(w, &l, 0, 0);
	line_clear(&l);
}

// The place of a message whose text is gone: from who removed it, with who had said it.
static void show_redacted(const struct wire *w, const struct entry_message *m,
			  struct span target)
{
	const struct entry_message by = {.time_ms = m->time_ms,
					 .account = m->redacted_by,
					 .sender = m->redacted_name.len ? m->redacted_name
									: w->hub->config.name};
	char id[ID_TEXT_LEN + 1];
	struct buf tags = {0};
	struct line l;

	encode_id(m->id, id);
	start(&l, w, &by, "REDACT", target);
	line_of(&l, m);
	line_str(&l, id);
	if (m->redacted_reason.len)
		line_text(&l, m->redacted_reason);
	buf_printf(&tags, "snug.chat/author=" SPAN_FMT, SPAN_ARG(m->sender));
	if (m->redacted_edit) {
		encode_id(m->redacted_edit, id);
		buf_printf(&tags, ";+draft/edit=%s", id);
	}
	l.client_tags = buf_span(&tags);
	wire_say(w, &l, 0, 0);
	line_clear(&l);
	buf_clear(&tags);
}

static size_t room_of_nobody(struct hub *h, const struct entry_message *m, struct span target)
{
	struct buf source = {0};
	size_t len;

	put_source(h, m, NULL, &source);
	len = source.len;
	buf_clear(&source);
	return room_behind(len, m->kind, target);
}

// The text as it is to be cut into lines: with its links as long as they will be.
static struct span text_in_lines(const struct wire *w, const struct entry_message *m,
				 struct buf *links)
{
	if (!file_url_may_be_in(w->hub, m->text) || !w->one || session_has(w->one, CAP_FILES))
		return m->text;
	file_urls_signed(w->hub, m->text, w->one->account, links);
	return buf_span(links);
}

static void show_text(const struct wire *w, const struct entry_message *m, struct span target)
{
	const struct account *sender = m->account ? account_by_id(w->hub, m->account) : NULL;
	size_t max = sender ? message_room(sender, m->kind, target)
			    : room_of_nobody(w->hub, m, target);
	struct pieces pieces = {0};
	struct buf links = {0};

	if (sender && m->sender.len > strlen(sender->name)) // its name then was longer
		max -= m->sender.len - strlen(sender->name);

	if (w->stamp)
		max -= STAMP_LEN;
	if (!w->one && file_url_may_be_in(w->hub, m->text))
		max -= FILE_SIGNED_MORE; // of one: a line with more links is cut
	pieces_split(&pieces, text_in_lines(w, m, &links), max);
	wire_message(w, m, target, &pieces);
	pieces_clear(&pieces);
	buf_clear(&links);
}

void wire_show(const struct wire *w, const struct entry_message *m, struct span target)
{
	if (m->redacted)
		show_redacted(w, m, target);
	else if (m->kind == MESSAGE_PRIVMSG || m->kind == MESSAGE_NOTICE)
		show_text(w, m, target);
	else if (m->kind == MESSAGE_TAGMSG)
		say_tags(w, m, target);
	else
		show_event(w, m, target);
}

void message_show(struct session *s, const struct entry_message *m, struct span target,
		  struct span batch)
{
	struct wire w = {.hub = s->hub, .one = s, .batch = batch};

	wire_show(&w, m, target);
}
