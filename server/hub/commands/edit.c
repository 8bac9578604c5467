// SPDX-License-Identifier: MIT
// Whether there is something to replace is asked of the store, which alone has all messages.
// What is removed between its answer and the edit, the store removes with it (apply.c).
#include "server/hub/commands/edit.h"

#include "server/hub/commands/exactly.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/message.h"
#include "server/hub/rooms/reach.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

// The message that u names; 0: it names none.
static message_id named(const struct utterance *u)
{
	const struct entry_message m = {.kind = u->kind, .tags = u->tags};

	return entry_edits(&m);
}

static void refuse(struct session *s, const struct utterance *u, const char *code,
		   const char *text)
{
	struct span id;

	if (!tags_edit(u->tags, &id))
		id = SPAN("*");
	fail(s, message_command(u->kind), code, id.len ? id : SPAN("*"), text);
}

static void refuse_unknown(struct session *s, const struct utterance *u)
{
	refuse(s, u, "UNKNOWN_MSGID", "There is no such message here that could be edited");
}

static bool is_text(const struct entry_message *m)
{
	return !m->redacted && (m->kind == MESSAGE_PRIVMSG || m->kind == MESSAGE_NOTICE);
}

static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	struct kept_utterance *k = arg;
	const struct entry_message *m = rows->n_messages ? &rows->messages[0] : NULL;
	const struct stream *stream = s ? stream_find(s, k->target) : NULL;

	(void)h;
	if (!s || s->closing)
		; // its client will send it again
	else if (rows->result != ROWS_OK)
		refuse(s, &k->u,
		       rows->result == ROWS_AWAY ? "TEMPORARILY_UNAVAILABLE" : "INTERNAL_ERROR",
		       "The store could not be read: send it again later");
	else if (!m || !stream || m->stream != stream->id || !is_text(m) ||
		 !may_read(s->account, stream, named(&k->u)))
		refuse_unknown(s, &k->u);
	else if (m->account != s->account->id)
		refuse(s, &k->u, "EDIT_FORBIDDEN", "Only its author may edit a message");
	else if (m->id != named(&k->u) || entry_edits(m))
		refuse(s, &k->u, "EDIT_FORBIDDEN",
		       "That is an edit: edit the message that it replaced");
	else if (rows->n_messages > EDITS_MAX)
		refuse(s, &k->u, "EDIT_FORBIDDEN", "This message was edited too often");
	else
		exactly_say(s, &k->u, k->target);
	utterance_free(k);
}

bool edit_takes(struct session *s, const struct utterance *u, struct span target)
{
	struct query *q;
	struct span text;

	if (u->kind == MESSAGE_TAGMSG || !tags_edit(u->tags, &text))
		return false;
	if (!named(u) || !stream_find(s, target)) {
		refuse_unknown(s, u);
		return true;
	}
	q = ask_new(s->hub, QUERY_EDITS);
	q->from = (struct place){.is_set = true, .id = named(u)};
	q->limit = EDITS_READ;
	ask(s->hub, s, q, on_rows, utterance_keep(u, target));
	return true;
}
