// SPDX-License-Identifier: MIT
// SAVED (snug.chat/saved): messages that an account comes back to (saved.h). Whether there is
// one that it may not read is told to nobody.
#include "server/hub/commands/command.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/message.h"
#include "server/hub/pages/redact.h"
#include "server/hub/pages/saved_say.h"
#include "server/hub/rooms/reach.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"
#include "server/letters/query.h"

#include "common/die.h"
#include "common/encode.h"

#include <stdlib.h>

// What is to be saved while the store is asked about it.
struct wanted {
	stream_id stream;
	message_id named;
	uint64_t n_redacted; // when it was asked
};

static void ask_about(struct session *s, struct wanted *w);

static void refuse(struct session *s, message_id message, const char *code, const char *why)
{
	char id[ID_TEXT_LEN + 1];

	encode_id(message, id);
	fail(s, "SAVED", code, span_of(id), why);
}

// A message goes with all its edits: the first of them stands for all.
static bool is_savable(const struct session *s, const struct stream *stream,
		       const struct entry_message *m)
{
	return m->stream == stream->id && m->seq && m->id > stream->expired &&
	       is_redactable(m) && may_see(s->account, stream, m);
}

static void save(struct session *s, const struct entry_message *m)
{
	const struct saved *v;

	if (!need_disk(s, "SAVED"))
		return;
	v = saved_put(s->account, m);
	if (v)
		saved_tell(v);
	else
		refuse(s, m->id, "LIMIT_REACHED",
		       "You saved as many messages as one may: let one go first");
}

static void finish(struct session *s, const struct wanted *w, const struct rows *rows)
{
	const struct stream *stream = history_stream(s->hub, w->stream);
	const struct entry_message *m = rows->n_messages ? &rows->messages[0] : NULL;

	if (rows->result != ROWS_OK)
		refuse(s, w->named, "INTERNAL_ERROR",
		       "The message could not be read: try again");
	else if (!stream || !m || !is_savable(s, stream, m))
		refuse(s, w->named, "UNKNOWN_MSGID",
		       "This message does not exist or is too old");
	else
		save(s, m);
}

// What was removed since the store was asked may be this one: then it is asked once more.
static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	struct wanted *w = arg;

	if (!s || s->closing) {
		free(w);
	} else if (w->n_redacted != h->n_redacted) {
		ask_about(s, w);
	} else {
		finish(s, w, rows);
		free(w);
	}
}

static void ask_about(struct session *s, struct wanted *w)
{
	struct query *q = ask_new(s->hub, QUERY_EDITS);

	w->n_redacted = s->hub->n_redacted;
	q->from = (struct place){.is_set = true, .id = w->named};
	q->stream = w->stream;
	q->limit = EDITS_READ;
	ask(s->hub, s, q, on_rows, w);
}

static void add(struct session *s, struct span target, struct span id)
{
	const struct stream *stream = target.len ? stream_find(s, target) : NULL;
	struct wanted *w;
	uint64_t named;

	if (!stream) {
		fail(s, "SAVED", "INVALID_TARGET", target, "You are in no such conversation");
	} else if (!decode_id(id, &named)) {
		fail(s, "SAVED", "UNKNOWN_MSGID", id,
		     "This message does not exist or is too old");
	} else {
		w = xcalloc(1, sizeof(*w));
		w->stream = stream->id;
		w->named = named;
		ask_about(s, w);
	}
}

static void del(struct session *s, struct span id)
{
	struct saved *v;
	uint64_t message;

	v = decode_id(id, &message) ? saved_of(s->account, message) : NULL;
	if (!v)
		fail(s, "SAVED", "NO_SUCH_SAVED", id, "It is not among what you saved");
	else if (need_disk_to_mend(s, "SAVED"))
		saved_let_go(v);
}

// SAVED LIST | ADD <target> <msgid> | DEL <msgid>
void cmd_saved(struct session *s, const struct msg *m)
{
	struct span verb = m->params[0];

	if (span_eq_fold(verb, SPAN("LIST")))
		saved_say_all(s);
	else if (span_eq_fold(verb, SPAN("ADD")))
		add(s, msg_param(m, 1), msg_param(m, 2));
	else if (span_eq_fold(verb, SPAN("DEL")))
		del(s, msg_param(m, 1));
	else
		fail(s, "SAVED", "INVALID_SUBCOMMAND", verb, "It is LIST, ADD or DEL");
}
