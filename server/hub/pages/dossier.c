// SPDX-License-Identifier: MIT
#include "server/hub/pages/dossier_private.h"

#include "common/die.h"
#include "server/hub/pages/message.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/reach.h"

#include <stdlib.h>

#define PAGE 200 // inside: messages of one answer

struct dossier {
	struct hub *hub;
	account_id id;
	bool has_written;   // what it wrote is told
	message_id from;    // ... or of the stream in turn: up to there
	stream_id *streams; // where others speak to it
	size_t n_streams, at;
};

struct dossier *dossier_new(struct hub *h, account_id id)
{
	struct dossier *d = xcalloc(1, sizeof(*d));

	d->hub = h;
	d->id = id;
	return d;
}

struct dossier *dossier_named(struct hub *h, struct span name)
{
	const struct account *a = account_find(h, name);

	return a ? dossier_new(h, a->id) : NULL;
}

void dossier_free(struct dossier *d)
{
	free(d->streams);
	free(d);
}

static int by_id(const void *a, const void *b)
{
	const stream_id *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void list_streams(struct dossier *d, const struct account *a)
{
	const struct dialog *dialog;
	size_t cursor = 0;

	d->streams = xcalloc(a->n_members + a->dialogs.n_items + 1, sizeof(*d->streams));
	for (size_t i = 0; i < a->n_members; i++)
		d->streams[d->n_streams++] = a->members[i]->room->stream.id;
	while ((dialog = idmap_next(&a->dialogs, &cursor)) != NULL)
		d->streams[d->n_streams++] = dialog->stream.id;
	qsort(d->streams, d->n_streams, sizeof(*d->streams), by_id);
}

// "written-ID", then "heard-STREAM-ID".
void dossier_place_next(const struct dossier *d, struct buf *out)
{
	if (!d->has_written)
		buf_printf(out, "written-%llu", (unsigned long long)d->from);
	else if (d->at < d->n_streams)
		buf_printf(out, "heard-%lld-%llu", (long long)d->streams[d->at],
			   (unsigned long long)d->from);
	else
		buf_add_char(out, '*');
}

// A stream that is gone meanwhile is passed over.
static void go_to_stream(struct dossier *d, uint64_t stream, uint64_t from)
{
	d->has_written = true;
	for (; d->at < d->n_streams; d->at++) {
		uint64_t here = (uint64_t)d->streams[d->at];

		if (here < stream)
			continue;
		d->from = here == stream ? from : 0;
		return;
	}
}

bool dossier_go_to(struct dossier *d, struct span place)
{
	const struct account *a = account_by_id(d->hub, d->id);
	struct span stage = span_cut(&place, '-'), first = span_cut(&place, '-');
	uint64_t one, two;

	if (!a || !span_to_u64(first, &one))
		return false;
	list_streams(d, a);
	if (span_eq(stage, SPAN("written")) && !place.len) {
		d->from = one;
		return true;
	}
	if (!span_eq(stage, SPAN("heard")) || !span_to_u64(place, &two))
		return false;
	go_to_stream(d, one, two);
	return true;
}

void dossier_begin(struct dossier *d, struct buf *out)
{
	const struct account *a = account_by_id(d->hub, d->id);
	json_t *o;

	if (!a)
		return;
	o = dossier_record("export");
	json_object_set_new(o, "version", json_integer(1));
	json_set_text(o, "server", d->hub->config.name);
	json_set_time(o, "time", d->hub->now.wall_ms);
	dossier_add(out, o);
	dossier_account(a, out);
	list_streams(d, a);
}

// The stream in turn, if it may still be read.
static const struct stream *stream_now(struct dossier *d, const struct account *a,
				       struct reach *reach)
{
	for (; d->at < d->n_streams; d->at++, d->from = 0) {
		const struct stream *stream = history_stream(d->hub, d->streams[d->at]);

		*reach = stream ? reach_of(a, stream) : (struct reach){0};
		if (reach->any)
			return stream;
	}
	return NULL;
}

bool dossier_ask(struct dossier *d, struct query *q)
{
	const struct account *a = account_by_id(d->hub, d->id);
	const struct stream *stream = NULL;
	struct reach reach = {0};

	if (!a)
		return false;
	if (d->has_written)
		stream = stream_now(d, a, &reach);
	if (d->has_written && !stream)
		return false;
	q->kind = d->has_written ? QUERY_PAGE : QUERY_WRITTEN;
	q->account = d->id;
	q->stream = stream ? stream->id : 0;
	q->floor = reach.upto.id;
	q->from = (struct place){.is_set = d->from || !stream, .id = d->from};
	q->limit = PAGE;
	q->events = q->redacted = stream != NULL;
	return true;
}

static bool is_said(const struct entry_message *m)
{
	return m->kind == MESSAGE_PRIVMSG || m->kind == MESSAGE_NOTICE ||
	       m->kind == MESSAGE_TAGMSG;
}

static void add_message(const struct account *a, const struct entry_message *m, struct buf *out)
{
	json_t *o = dossier_record(m->account == a->id ? "written" : "heard");
	json_t *said = message_json(m);

	dossier_place(o, a, m->stream);
	json_object_update(o, said);
	json_decref(said);
	dossier_add(out, o);
}

static void add_heard(const struct dossier *d, const struct account *a, const struct rows *rows,
		      struct buf *out)
{
	const struct stream *stream = history_stream(d->hub, d->streams[d->at]);

	for (size_t i = 0; stream && i < rows->n_messages; i++) {
		const struct entry_message *m = &rows->messages[i];

		if (m->account != a->id && is_said(m) && may_see(a, stream, m))
			add_message(a, m, out);
	}
}

static void take_written(struct dossier *d, const struct account *a, const struct rows *rows,
			 struct buf *out)
{
	for (size_t i = 0; i < rows->n_messages; i++)
		add_message(a, &rows->messages[i], out);
	d->has_written = !rows->more;
	d->from = rows->more ? rows->targets[0].id : 0;
}

static void take_heard(struct dossier *d, const struct account *a, const struct rows *rows,
		       struct buf *out)
{
	add_heard(d, a, rows, out);
	if (rows->more) {
		d->from = rows->messages[rows->n_messages - 1].id;
	} else {
		d->at++;
		d->from = 0;
	}
}

bool dossier_take(struct dossier *d, const struct rows *rows, struct buf *out)
{
	const struct account *a = account_by_id(d->hub, d->id);

	// Of a place that is gone meanwhile nothing is left.
	if (rows->result != ROWS_OK && rows->result != ROWS_NO_PLACE)
		return false;
	if (!a)
		return true;
	if (d->has_written)
		take_heard(d, a, rows, out);
	else
		take_written(d, a, rows, out);
	return true;
}
