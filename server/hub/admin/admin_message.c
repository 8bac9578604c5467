// SPDX-License-Identifier: MIT
// message search|show|redact: what an operator reads and removes of the stored history.
//
// A search looks into rooms only. A message of a conversation of two is reached by its id
// alone, which one of them must have passed on.
#include "server/hub/admin/admin_room.h"
#include "server/hub/admin/admin_history.h"

#include "common/clock.h"
#include "common/encode.h"
#include "server/hub/pages/message.h"
#include "server/hub/pages/page.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/redact.h"
#include "server/letters/limits.h"

#include <stdlib.h>

#define FOUND 50

static void id_cell(struct verb_call *c, message_id id)
{
	char text[ID_TEXT_LEN + 1];

	encode_id(id, text);
	verb_text(c, span_of(text));
}

static void on_found(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	static const char *const columns[] = {"id", "time", "room", "from", "text"};
	char to[CLOCK_TEXT_LEN + 1];
	struct verb_call *c = arg;

	(void)h;
	(void)s;
	if (rows->result != ROWS_OK) {
		verb_end(c, ADMIN_FAILED,
			 rows->result == ROWS_TOO_MUCH
				 ? "too many messages hold these words: search for more words, "
				   "or in one room"
				 : "the history could not be searched");
		return;
	}
	verb_columns(c, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < rows->n_messages; i++) {
		const struct entry_message *m = &rows->messages[i];

		id_cell(c, m->id);
		verb_time(c, m->time_ms);
		verb_stream_cell(c, m->stream);
		verb_text(c, m->sender);
		verb_text(c, m->text);
	}
	if (rows->searched_to_ms) {
		clock_text(rows->searched_to_ms, to);
		verb_end(c, ADMIN_DONE,
			 "%zu found; the search met its limit: go on with --until %s",
			 rows->n_messages, to);
		return;
	}
	verb_end(c, ADMIN_DONE, "%zu found%s", rows->n_messages,
		 rows->more ? ", and there are more: narrow it by --room, --from or --until"
			    : "");
}

static bool take_limit(struct verb_call *c, int64_t *limit)
{
	struct span text = verb_value(c, "--limit");
	uint64_t n = FOUND;

	if (text.at && (!span_to_u64(text, &n) || !n || n > ADMIN_FOUND_MAX)) {
		verb_end(c, ADMIN_USAGE, "--limit is a number from 1 to %d", ADMIN_FOUND_MAX);
		return false;
	}
	*limit = (int64_t)n;
	return true;
}

static void take_rooms(const struct hub *h, const struct room *only, struct query *q)
{
	size_t cursor = 0;
	const struct room *r;

	q->streams = arena_alloc(&q->arena, (h->rooms.n_items + 1) * sizeof(*q->streams));
	if (only) {
		q->streams[q->n_streams++] = only->stream.id;
		return;
	}
	while ((r = idmap_next(&h->rooms, &cursor)) != NULL)
		q->streams[q->n_streams++] = r->stream.id;
}

void verb_message_search(struct verb_call *c)
{
	struct place from = {0}, to = {0};
	struct span sender = verb_value(c, "--from");
	int64_t limit;
	struct room *r;
	struct query *q;
	struct buf words = {0};

	if (!verb_room_flag(c, &r) || !verb_time_ago(c, "--since", &from) ||
	    !verb_time_ago(c, "--until", &to) || !take_limit(c, &limit))
		return;
	if (from.is_set && to.is_set && from.time_ms > to.time_ms) {
		verb_end(c, ADMIN_USAGE,
			 "nothing is between --since and --until: the first is "
			 "the earlier");
		return;
	}
	q = ask_new(c->hub, QUERY_SEARCH);
	q->from = from;
	q->to = to;
	q->limit = limit;
	verb_all_words(c, &words);
	q->text = arena_dup(&q->arena, buf_span(&words));
	buf_clear(&words);
	page_ask_sender(c->hub, q, sender.at ? sender : SPAN(""));
	take_rooms(c->hub, r, q);
	ask(c->hub, verb_asker(c), q, on_found, c);
}

// Asks for the message of word 0.
static void ask_message(struct verb_call *c, enum query_kind kind, rows_fn *fn)
{
	struct query *q;
	uint64_t id;

	if (!verb_may_wait(c))
		return;
	if (!decode_id(verb_word(c, 0), &id) || !id) {
		verb_end(c, ADMIN_USAGE,
			 SPAN_FMT " is no message id: message search shows them",
			 SPAN_ARG(verb_word(c, 0)));
		return;
	}
	q = ask_new(c->hub, kind);
	q->from = (struct place){.is_set = true, .id = id};
	q->limit = EDITS_READ;
	ask(c->hub, verb_asker(c), q, fn, c);
}

// The message of the answer; NULL: answered and freed c.
static const struct entry_message *take_message(struct verb_call *c, const struct rows *rows)
{
	if (rows->result == ROWS_OK && rows->n_messages)
		return &rows->messages[0];
	if (rows->result == ROWS_OK)
		verb_end(c, ADMIN_NOT_FOUND, "there is no message " SPAN_FMT,
			 SPAN_ARG(verb_word(c, 0)));
	else
		verb_end(c, ADMIN_FAILED, "the history could not be read");
	return NULL;
}

static void message_cells(struct verb_call *c, const struct entry_message *m)
{
	static const char *const columns[] = {
		"id",   "time", "room",     "seq",         "kind",           "from",
		"text", "tags", "redacted", "redacted_by", "redacted_reason"};

	verb_columns(c, columns, ARRAY_LEN(columns));
	verb_is_record(c);
	id_cell(c, m->id);
	verb_time(c, m->time_ms);
	verb_stream_cell(c, m->stream);
	verb_number(c, (int64_t)m->seq);
	verb_text(c, span_of(message_command(m->kind)));
	verb_text(c, m->sender);
	verb_text(c, m->text);
	verb_text(c, m->tags);
	verb_bool(c, m->redacted);
	verb_text(c, m->redacted_name);
	verb_text(c, m->redacted_reason);
}

static void on_shown(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	struct verb_call *c = arg;
	const struct entry_message *m = take_message(c, rows);

	(void)h;
	(void)s;
	if (!m)
		return;
	message_cells(c, m);
	verb_end(c, ADMIN_DONE, "%s", "");
}

void verb_message_show(struct verb_call *c)
{
	ask_message(c, QUERY_GET, on_shown);
}

static void redact(struct verb_call *c, const struct rows *rows)
{
	const struct entry_message *m = &rows->messages[0];
	const struct stream *stream = history_stream(c->hub, m->stream);
	struct span reason = verb_value(c, "--reason");

	if (m->redacted && verb_flag(c, "--if-exists")) {
		verb_unchanged(c, "the text of this message is removed already");
	} else if (!stream || !is_redactable(m)) {
		verb_end(c, ADMIN_CONFLICT, "there is no text in this message: it is %s",
			 m->redacted ? "removed already" : "an event");
	} else if (!verb_flag(c, "--confirm")) {
		message_cells(c, m);
		verb_end(c, ADMIN_UNCONFIRMED,
			 "this cannot be undone: say --confirm to remove the message");
	} else if (verb_may_write(c)) {
		verb_audit(c, verb_word(c, 0));
		redact_by_server(c->hub, stream, rows, reason.at ? reason : SPAN(""));
		verb_end(c, ADMIN_DONE, "removed");
	}
}

static void on_redact(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	struct verb_call *c = arg;
	(void)h;
	(void)s;
	if (take_message(c, rows))
		redact(c, rows);
}

void verb_message_redact(struct verb_call *c)
{
	ask_message(c, QUERY_EDITS, on_redact);
}
