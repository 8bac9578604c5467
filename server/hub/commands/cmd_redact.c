// SPDX-License-Identifier: MIT
// REDACT (draft/message-redaction): the text of a message is gone, its place stays.
//
// A message goes with all its edits, whichever of them was named: what it once said is in
// each. Edits said since the store was asked are found among the recent messages.
#include "server/hub/commands/command.h"
#include "server/hub/commands/exactly.h"
#include "server/hub/commands/need.h"
#include "server/hub/history/recent.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/message.h"
#include "server/hub/pages/redact.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/reach.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

#include "common/die.h"
#include "common/encode.h"

#include <stdlib.h>

// What is to be redacted while the store is asked about it.
struct wanted {
	stream_id stream;
	message_id named;
	char *target, *id, *reason; // reason NULL: none
	char *client_id;            // that its sender gave it, "" none
};

static void wanted_free(struct wanted *w)
{
	free(w->target);
	free(w->id);
	free(w->reason);
	free(w->client_id);
	free(w);
}

static void refuse(struct session *s, const struct wanted *w, const char *code,
		   const char *text)
{
	struct line l;

	line_start(&l, s->hub, NULL, "FAIL");
	line_str(&l, "REDACT");
	line_str(&l, code);
	line_str(&l, w->target);
	line_str(&l, w->id);
	line_text(&l, span_of(text));
	session_say(s, &l);
	line_clear(&l);
}

static bool can_redact(const struct session *s, const struct stream *stream,
		       const struct entry_message *m)
{
	const struct member *self;

	if (m->account == s->account->id)
		return true;
	if (!stream->room)
		return false;
	self = member_find(stream->room, s->account);
	return s->oper || (self && self->role >= MEMBER_MODERATOR);
}

static void start(struct line *l, struct session *s, const struct wanted *w, message_id message)
{
	char id[ID_TEXT_LEN + 1];

	encode_id(message, id);
	line_start(l, s->hub, s->account, "REDACT");
	line_str(l, w->target);
	line_str(l, id);
	if (w->reason)
		line_text(l, span_of(w->reason));
	if (message == w->named)
		l->client_id = span_of(w->client_id);
}

// Whoever named it is answered; who knows of it, too.
static bool is_echoed(struct session *s, const struct stream *stream, const struct wanted *w,
		      message_id message)
{
	if (message == w->named)
		return w->client_id[0] || session_has(s, CAP_MESSAGE_REDACTION);
	return session_has(s, CAP_MESSAGE_REDACTION) && may_read(s->account, stream, message);
}

static void tell(struct session *s, const struct stream *stream, const struct wanted *w,
		 message_id message)
{
	const cap_set cap = cap_bit(CAP_MESSAGE_REDACTION);
	struct account *other;
	struct line l;

	start(&l, s, w, message);
	if (is_echoed(s, stream, w, message))
		session_say(s, &l);
	if (stream->room) {
		room_say_readers(stream->room, &l, message, cap, 0, s);
	} else {
		other = dialog_other(stream->dialog, s->account);
		account_say(s->account, &l, cap, 0, s);
		if (other && other != s->account)
			account_say(other, &l, cap, 0, s);
	}
	line_clear(&l);
}

static void redact_all(struct session *s, const struct stream *stream, const struct rows *rows,
		       const struct wanted *w)
{
	struct span reason = w->reason ? span_of(w->reason) : SPAN("");
	const struct entry_message *m;

	redact_tell_author(s->hub, stream, &rows->messages[0], s->account, reason);
	for (size_t i = 0; i < rows->n_messages; i++) {
		if (!is_redactable(&rows->messages[i]))
			continue;
		redact_post(s->hub, &rows->messages[i], s->account, reason);
		tell(s, stream, w, rows->messages[i].id);
	}
	while ((m = recent_edit(s->hub, rows->messages[0].id)) != NULL) {
		message_id id = m->id;

		redact_post(s->hub, m, s->account, reason);
		tell(s, stream, w, id);
	}
}

// It was removed before, and its sender may not know it: the answer is the same.
static bool is_again(const struct session *s, const struct stream *stream,
		     const struct entry_message *m, const struct wanted *w)
{
	return w->client_id[0] && stream && m && m->stream == w->stream && m->redacted &&
	       m->redacted_by == s->account->id;
}

static void tell_again(struct session *s, const struct wanted *w)
{
	struct line l;

	start(&l, s, w, w->named);
	session_say(s, &l);
	line_clear(&l);
}

static void finish(struct session *s, const struct stream *stream, const struct rows *rows,
		   const struct wanted *w)
{
	const struct entry_message *m = rows->n_messages ? &rows->messages[0] : NULL;

	if (is_again(s, stream, m, w)) {
		tell_again(s, w);
	} else if (!stream || !m || m->stream != w->stream || !is_redactable(m) ||
		   (!s->oper && !may_read(s->account, stream, w->named))) {
		refuse(s, w, "UNKNOWN_MSGID", "This message does not exist or is too old");
	} else if (!can_redact(s, stream, m)) {
		refuse(s, w, "REDACT_FORBIDDEN", "You may not remove this message");
	} else if (need_disk_to_mend(s, "REDACT")) {
		redact_all(s, stream, rows, w);
	}
}

static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	struct wanted *w = arg;

	if (s && !s->closing)
		finish(s, history_stream(h, w->stream), rows, w);
	wanted_free(w);
}

static bool is_heard(const struct session *s, const struct stream *stream)
{
	return !stream->room || s->oper || !room_silences(stream->room, s->account);
}

static struct wanted *wanted_new(struct session *s, const struct stream *stream,
				 const struct msg *m, struct span client_id)
{
	struct span reason = msg_param(m, 2);
	struct wanted *w = xcalloc(1, sizeof(*w));

	w->stream = stream->id;
	w->target = stream->room ? xstrdup(stream->room->name) : span_dup(msg_param(m, 0));
	w->id = span_dup(msg_param(m, 1));
	w->reason = reason.len && is_heard(s, stream) ? span_dup(reason) : NULL;
	w->client_id = span_dup(client_id);
	return w;
}

static void look_up(struct session *s, struct wanted *w)
{
	struct query *q;
	uint64_t id;

	if (!decode_id(span_of(w->id), &id)) {
		refuse(s, w, "UNKNOWN_MSGID", "This message does not exist or is too old");
		wanted_free(w);
		return;
	}
	q = ask_new(s->hub, QUERY_EDITS);
	w->named = id;
	q->from = (struct place){.is_set = true, .id = id};
	q->stream = w->stream;
	q->limit = EDITS_READ;
	ask(s->hub, s, q, on_rows, w);
}

// [@snug.chat/id=ID] REDACT <target> <msgid> [<reason>]
void cmd_redact(struct session *s, const struct msg *m)
{
	struct span target = msg_param(m, 0);
	const struct stream *stream = target.len ? stream_find(s, target) : NULL;
	struct buf id = {0};

	if (!stream)
		fail(s, "REDACT", "INVALID_TARGET", target,
		     "You cannot remove messages from there");
	else if (need_text(s, "REDACT", msg_param(m, 2), REASON_MAX) &&
		 exactly_id(s, m, "REDACT", 1, &id))
		look_up(s, wanted_new(s, stream, m, buf_span(&id)));
	buf_clear(&id);
}
