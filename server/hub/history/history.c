// SPDX-License-Identifier: MIT
// Numbers messages, journals them, and keeps the direct conversations.
//
// 1. A message id is the wall time in ms, shifted by 20 bits, with random low bits, but
//    always above the last one: it grows when the clock does not. Where ids are ahead of the
//    clock their distance is random, too: an older copy that is put back then would give out
//    the same ones for other messages.
// 2. The time of a message is the wall time, but never before that of any message, and after
//    that of its stream's last one: the order by id is the order by time, over all streams,
//    and within one a time names one message.
// 3. seq is the stream's and only counted up by what is journaled in the same breath.
#include "server/hub/history/history.h"

#include "common/die.h"
#include "common/names.h"
#include "server/hub/people/account.h"
#include "server/hub/people/freed.h"
#include "server/hub/history/keepsake.h"
#include "server/hub/journal/post.h"
#include "server/hub/history/quota.h"
#include "server/hub/history/recent.h"

#include <stdlib.h>

message_id history_new_id(struct hub *h)
{
	uint32_t low;
	message_id id;

	hub_random(h, &low, sizeof(low));
	low &= (1U << MESSAGE_RANDOM_BITS) - 1;
	id = message_id_from(h->now.wall_ms) | low;
	if (h->last_message >> MESSAGE_RANDOM_BITS > id >> MESSAGE_RANDOM_BITS)
		id = h->last_message + 1 + low;
	else if (id <= h->last_message)
		id = h->last_message + 1;
	h->last_message = id;
	return id;
}

struct upto stream_upto(const struct hub *h, const struct stream *s)
{
	message_id now = message_id_from(h->now.wall_ms) - 1;

	return (struct upto){s->seq, now > s->last ? now : s->last};
}

size_t message_bytes(const struct entry_message *m)
{
	return m->text.len + m->tags.len + MESSAGE_ROW_BYTES;
}

static int64_t next_time(const struct hub *h, const struct stream *stream)
{
	int64_t at = h->now.wall_ms > h->last_ms ? h->now.wall_ms : h->last_ms;

	return at > stream->last_ms ? at : stream->last_ms + 1;
}

void history_append(struct hub *h, struct stream *stream, struct entry_message *m)
{
	bool counts = m->kind == MESSAGE_PRIVMSG || m->kind == MESSAGE_NOTICE;
	struct entry e = {.kind = ENTRY_MESSAGE};

	m->id = history_new_id(h);
	m->stream = stream->id;
	m->seq = counts ? ++stream->seq : 0;
	m->time_ms = stream->last_ms = h->last_ms = next_time(h, stream);
	if (counts)
		stream->said_ms = m->time_ms;
	stream->last = m->id;
	quota_count(h, m->account ? account_by_id(h, m->account) : NULL, stream,
		    message_bytes(m));
	e.message = *m;
	recent_add(h, m, post(h, &e));
	h->figures.messages++;
}

void history_append_past(struct hub *h, struct stream *stream, struct entry_message *m)
{
	struct entry e = {.kind = ENTRY_MESSAGE};

	m->id = message_id_from(m->time_ms) |
		((message_id)stream->id & ((1U << MESSAGE_RANDOM_BITS) - 1));
	m->stream = stream->id;
	m->seq = ++stream->seq;
	stream->said_ms = m->time_ms;
	if (m->id > stream->last)
		stream->last = m->id;
	if (m->time_ms > stream->last_ms)
		stream->last_ms = m->time_ms;
	e.message = *m;
	post(h, &e);
	h->figures.messages++;
}

void history_event(struct hub *h, struct stream *stream, struct account *by,
		   enum message_kind kind, struct span text, struct entry_message *m)
{
	*m = (struct entry_message){
		.kind = kind,
		.account = by ? by->id : 0,
		.sender = by ? span_of(by->name) : h->config.name,
		.text = text,
	};
	history_append(h, stream, m);
}

static struct span dialog_key(const struct dialog *d)
{
	return span_from(d->ids, sizeof(d->ids));
}

static struct dialog *dialog_add(struct hub *h, stream_id id, account_id low, account_id high)
{
	struct dialog *d = xcalloc(1, sizeof(*d));

	d->stream.id = id;
	d->stream.dialog = d;
	d->ids[0] = low;
	d->ids[1] = high;
	d->low = account_by_id(h, low);
	d->high = account_by_id(h, high);
	map_put(&h->dialog_pairs, dialog_key(d), d);
	idmap_put(&h->streams, (uint64_t)id, &d->stream);
	if (d->low)
		idmap_put(&d->low->dialogs, (uint64_t)high, d);
	if (d->high)
		idmap_put(&d->high->dialogs, (uint64_t)low, d);
	return d;
}

static void dialog_post(struct hub *h, const struct dialog *d)
{
	struct entry e = {.kind = ENTRY_DIALOG};

	e.dialog = (struct entry_dialog){.id = d->stream.id,
					 .low = d->ids[0],
					 .high = d->ids[1],
					 .gone = span_of(d->gone ? d->gone : "")};
	post(h, &e);
}

struct dialog *dialog_of(struct hub *h, struct account *a, struct account *b, bool make)
{
	account_id low = a->id < b->id ? a->id : b->id;
	account_id high = a->id < b->id ? b->id : a->id;
	struct dialog *d = idmap_find(&a->dialogs, (uint64_t)b->id);

	if (d || !make)
		return d;
	d = dialog_add(h, hub_new_id(h), low, high);
	dialog_post(h, d);
	return d;
}

struct account *dialog_other(const struct dialog *d, const struct account *self)
{
	return d->ids[0] == self->id ? d->high : d->low;
}

static struct dialog *dialog_with_gone(struct account *self, struct span name)
{
	size_t cursor = 0;
	struct dialog *d;

	while ((d = idmap_next(&self->dialogs, &cursor))) {
		if (d->gone && span_eq_fold(span_of(d->gone), name))
			return d;
	}
	return NULL;
}

struct dialog *dialog_named(struct account *self, struct span name)
{
	struct account *other = account_find(self->hub, name);

	return other ? dialog_of(self->hub, self, other, false) : dialog_with_gone(self, name);
}

static account_id gone_id(const struct dialog *d)
{
	return d->low ? d->ids[1] : d->ids[0];
}

// No account has a '~' in its name.
void dialogs_give_way(struct hub *h, struct span name)
{
	size_t cursor = 0;
	struct dialog *d;

	while ((d = map_next(&h->dialog_pairs, &cursor))) {
		struct buf other = {0};

		if (!span_eq_fold(span_of(d->gone), name))
			continue;
		buf_printf(&other, "%s~%lld", d->gone, (long long)gone_id(d));
		free(d->gone);
		d->gone = buf_take(&other);
		dialog_post(h, d);
	}
}

void dialogs_keep_name(struct account *a)
{
	size_t cursor = 0;
	struct dialog *d;

	while ((d = idmap_next(&a->dialogs, &cursor))) {
		if (d->low == d->high || !dialog_other(d, a))
			continue;
		free(d->gone);
		d->gone = xstrdup(a->name);
		dialog_post(a->hub, d);
	}
}

// Of two who are both gone only one is called by name.
static void take_back(struct dialog *d, struct account *a)
{
	struct span gone = span_of(d->gone ? d->gone : "");
	bool is_alone = !dialog_other(d, a);

	if (d->ids[0] == a->id)
		d->low = a;
	if (d->ids[1] == a->id)
		d->high = a;
	idmap_put(&a->dialogs, (uint64_t)(d->ids[0] == a->id ? d->ids[1] : d->ids[0]), d);
	gone.len = span_find(gone, '~');
	if (is_alone && name_was_of(a->hub, gone) != a->id)
		return;
	free(d->gone);
	d->gone = NULL;
	dialog_post(a->hub, d);
}

void dialogs_return(struct account *a)
{
	size_t cursor = 0;
	struct dialog *d;

	while ((d = map_next(&a->hub->dialog_pairs, &cursor))) {
		if (d->ids[0] == a->id || d->ids[1] == a->id)
			take_back(d, a);
	}
}

void dialog_load(struct hub *h, const struct entry_dialog *row)
{
	const account_id ids[2] = {row->low, row->high};
	struct dialog *d = map_find(&h->dialog_pairs, span_from(ids, sizeof(ids)));
	const struct stream *taken = history_stream(h, row->id);

	if (row->low > row->high || (taken ? !d || taken != &d->stream : d != NULL)) {
		hub_load_failed(h,
				"dialog %lld has the number of another or its two people: "
				"restore a backup",
				(long long)row->id);
		return;
	}
	hub_saw_id(h, row->id);
	if (!d)
		d = dialog_add(h, row->id, row->low, row->high);
	free(d->gone);
	d->gone = row->gone.len ? span_dup(row->gone) : NULL;
}

void dialogs_start(struct hub *h)
{
	size_t cursor = 0;
	const struct dialog *d;

	while ((d = map_next(&h->dialog_pairs, &cursor))) {
		struct span name = span_of(d->gone ? d->gone : "");

		if (name_is_account(name) && !name_was_of(h, name))
			name_keep_back(h, name, gone_id(d));
	}
}

void stream_head_load(struct hub *h, const struct entry_stream_head *row)
{
	struct stream *stream = idmap_find(&h->streams, (uint64_t)row->stream);

	hub_saw_id(h, row->stream);
	if (row->id > h->last_message)
		h->last_message = row->id;
	if (row->time_ms > h->last_ms)
		h->last_ms = row->time_ms;
	if (!stream)
		return;
	stream->seq = row->seq;
	stream->last = row->id;
	stream->last_ms = row->time_ms;
	stream->said_ms = row->said_ms;
}

struct stream *history_stream(struct hub *h, stream_id id)
{
	return idmap_find(&h->streams, (uint64_t)id);
}

void history_account_gone(struct account *a)
{
	size_t cursor = 0;
	struct dialog *d;

	while ((d = idmap_next(&a->dialogs, &cursor))) {
		if (d->low == a)
			d->low = NULL;
		if (d->high == a)
			d->high = NULL;
	}
	idmap_clear(&a->dialogs);
}

void history_free(struct hub *h)
{
	size_t cursor = 0;
	struct dialog *d;

	while ((d = map_next(&h->dialog_pairs, &cursor))) {
		free(d->gone);
		free(d);
	}
	map_clear(&h->dialog_pairs);
	keepsakes_free(h);
	recent_free(h);
	timer_stop(&h->on_cursors);
	timer_stop(&h->on_retention);
}
