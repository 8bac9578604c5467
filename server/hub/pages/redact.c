// SPDX-License-Identifier: MIT
#include "server/hub/pages/redact.h"

#include "common/clock.h"
#include "common/encode.h"
#include "server/hub/pages/message.h"
#include "server/hub/pages/saved_say.h"
#include "server/hub/rooms/reach.h"
#include "server/hub/files/shared_file.h"
#include "server/hub/journal/post.h"
#include "server/hub/history/recent.h"
#include "server/hub/people/parcel.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/room_log.h"
#include "server/hub/rooms/slip.h"

void redact_post(struct hub *h, const struct entry_message *m, const struct account *by,
		 struct span reason)
{
	struct entry e = {.kind = ENTRY_REDACT};

	e.redact = (struct entry_redact){
		.id = m->id,
		.stream = m->stream,
		.by = by ? by->id : 0,
		.name = by ? span_of(by->name) : SPAN(""),
		.reason = reason,
		.at_ms = h->now.wall_ms,
	};
	post(h, &e);
	recent_redact(h, m->id);
	h->n_redacted++;
	saved_redacted(h, m->id);
	shared_files_redact(h, m->stream, m->id);
	parcels_forget(h, m->id);
}

static bool hears_it(const struct account *author, const struct stream *stream, message_id id)
{
	list_for_each(item, &author->sessions) {
		const struct session *s = container_of(item, struct session, in_account);

		if (session_has(s, CAP_MESSAGE_REDACTION))
			return may_read(author, stream, id);
	}
	return false;
}

// A hidden room is not named to who is in it no longer.
static void add_place(const struct stream *stream, const struct account *author,
		      struct buf *out)
{
	const struct room *r = stream->room;

	if (!r)
		buf_printf(out, "your conversation with " SPAN_FMT,
			   SPAN_ARG(stream_name(stream, author)));
	else if ((r->flags & ROOM_SECRET) && !member_find(r, author))
		buf_add_str(out, "a room that you are no longer in");
	else
		buf_add_str(out, r->name);
}

void redact_tell_author(struct hub *h, const struct stream *stream,
			const struct entry_message *m, const struct account *by,
			struct span reason)
{
	struct account *author = account_by_id(h, m->account);
	char said[CLOCK_TEXT_LEN + 1];
	struct buf place = {0};

	if (stream->room && m->account != (by ? by->id : 0))
		room_log(stream->room, by, "redact", m->sender, reason);
	if (!author || author == by || m->kind == MESSAGE_TAGMSG ||
	    hears_it(author, stream, m->id))
		return;
	clock_text(m->time_ms, said);
	add_place(stream, author, &place);
	slip_tell(author, "%s removed your message of %.10s %.5s UTC from %s%s" SPAN_FMT,
		  by ? by->name : "An administrator", said, said + 11, buf_str(&place),
		  reason.len ? ": " : "", SPAN_ARG(reason));
	buf_clear(&place);
}

static void start_line(struct line *l, struct hub *h, struct span target,
		       const struct entry_message *m, struct span reason)
{
	char id[ID_TEXT_LEN + 1];

	encode_id(m->id, id);
	line_start(l, h, NULL, "REDACT");
	line_param(l, target);
	line_str(l, id);
	if (reason.len)
		line_text(l, reason);
}

static void tell_account(struct account *a, const struct stream *stream,
			 const struct entry_message *m, struct span reason)
{
	struct line l;

	if (!a)
		return;
	start_line(&l, a->hub, message_target(stream, m, a), m, reason);
	account_say(a, &l, cap_bit(CAP_MESSAGE_REDACTION), 0, NULL);
	line_clear(&l);
}

void redact_say(struct hub *h, const struct stream *stream, const struct entry_message *m,
		struct span reason)
{
	struct line l;

	if (stream->room) {
		start_line(&l, h, span_of(stream->room->name), m, reason);
		room_say_readers(stream->room, &l, m->id, cap_bit(CAP_MESSAGE_REDACTION), 0,
				 NULL);
		line_clear(&l);
		return;
	}
	tell_account(stream->dialog->low, stream, m, reason);
	if (stream->dialog->high != stream->dialog->low)
		tell_account(stream->dialog->high, stream, m, reason);
}

static void redact_one(struct hub *h, const struct stream *stream,
		       const struct entry_message *m, struct span reason)
{
	redact_post(h, m, NULL, reason);
	redact_say(h, stream, m, reason);
}

void redact_by_server(struct hub *h, const struct stream *stream, const struct rows *rows,
		      struct span reason)
{
	const struct entry_message *m;

	redact_tell_author(h, stream, &rows->messages[0], NULL, reason);
	for (size_t i = 0; i < rows->n_messages; i++) {
		if (is_redactable(&rows->messages[i]))
			redact_one(h, stream, &rows->messages[i], reason);
	}
	while ((m = recent_edit(h, rows->messages[0].id)) != NULL)
		redact_one(h, stream, m, reason);
}

bool is_redactable(const struct entry_message *m)
{
	return !m->redacted && (m->kind == MESSAGE_PRIVMSG || m->kind == MESSAGE_NOTICE ||
				m->kind == MESSAGE_TAGMSG);
}
