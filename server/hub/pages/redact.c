// SPDX-License-Identifier: MIT
#include "server/hub/pages/redact.h"

#include "common/encode.h"
#include "server/hub/pages/message.h"
#include "server/hub/rooms/reach.h"
#include "server/hub/journal/post.h"
#include "server/hub/history/recent.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/room.h"

void redact_post(struct hub *h, const struct entry_message *m, account_id by,
		 struct span reason)
{
	struct entry e = {.kind = ENTRY_REDACT};

	e.redact = (struct entry_redact){
		.id = m->id,
		.stream = m->stream,
		.by = by,
		.reason = reason,
		.at_ms = h->now.wall_ms,
	};
	post(h, &e);
	recent_redact(h, m->id);
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

static void redact_one(struct hub *h, const struct stream *stream,
		       const struct entry_message *m, struct span reason)
{
	struct line l;

	redact_post(h, m, 0, reason);
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

void redact_by_server(struct hub *h, const struct stream *stream, const struct rows *rows,
		      struct span reason)
{
	const struct entry_message *m;

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
