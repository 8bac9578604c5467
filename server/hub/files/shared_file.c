// SPDX-License-Identifier: MIT
// 1. hub.files.bytes, account.files.bytes and stream.files.bytes are the sums of the weights of
//    what is in them.
// 2. Ids of bytes to be removed wait in hub.files.gone, in the order of their entries.
#include "server/hub/files/shared_file.h"

#include "common/die.h"
#include "common/grow.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/account.h"
#include "server/letters/file_list.h"
#include "server/letters/letter.h"
#include "server/letters/limits.h"

#include <stdlib.h>

// Bytes that are to be removed when the entry that says so is durable.
struct gone_file {
	struct file_id id;
	entry_no after;
};

static struct span key_of(const struct shared_file *f)
{
	return span_from(f->id.bytes, sizeof(f->id.bytes));
}

int64_t shared_file_weight(int64_t size)
{
	return size > FILE_WEIGHT_LEAST ? size : FILE_WEIGHT_LEAST;
}

static void share_add(struct file_share *share, struct list *item, int64_t weight)
{
	if (share->count++ == 0)
		list_init(&share->list);
	list_add(&share->list, item);
	share->bytes += weight;
}

static void share_remove(struct file_share *share, struct list *item, int64_t weight)
{
	list_remove(item);
	share->count--;
	share->bytes -= weight;
}

static void set_place(struct shared_file *f, struct stream *stream)
{
	f->stream = stream;
	if (stream)
		share_add(&stream->files, &f->in_stream, shared_file_weight(f->size));
}

static void add(struct shared_file *f, struct stream *stream)
{
	list_init(&f->in_stream);
	map_put(&f->hub->files.by_id, key_of(f), f);
	f->hub->files.bytes += shared_file_weight(f->size);
	share_add(&f->account->files, &f->in_account, shared_file_weight(f->size));
	set_place(f, stream);
}

static void file_post(const struct shared_file *f)
{
	struct entry e = {.kind = ENTRY_FILE};

	e.file = (struct entry_file){
		.account = f->account->id,
		.stream = f->stream ? f->stream->id : 0,
		.message = f->message,
		.name = span_of(f->name),
		.type = span_of(f->type),
		.size = f->size,
		.created_ms = f->created_ms,
	};
	memcpy(e.file.id, f->id.bytes, sizeof(e.file.id));
	memcpy(e.file.hash, f->hash, sizeof(e.file.hash));
	post(f->hub, &e);
}

struct shared_file *shared_file_new(struct hub *h, const struct shared_file *as)
{
	struct shared_file *f = xmalloc(sizeof(*f));

	*f = *as;
	f->hub = h;
	f->name = xstrdup(as->name);
	f->type = xstrdup(as->type);
	f->created_ms = h->now.wall_ms;
	add(f, as->stream);
	file_post(f);
	h->figures.files_taken++;
	shared_files_tend(h);
	return f;
}

struct shared_file *shared_file_find(const struct hub *h, const struct file_id *id)
{
	return map_find(&h->files.by_id, span_from(id->bytes, sizeof(id->bytes)));
}

void shared_file_bind(struct shared_file *f, struct stream *stream, message_id message)
{
	if (!f->stream)
		set_place(f, stream);
	f->message = message;
	file_post(f);
}

static void file_free(struct shared_file *f)
{
	int64_t weight = shared_file_weight(f->size);

	map_remove(&f->hub->files.by_id, key_of(f));
	f->hub->files.bytes -= weight;
	share_remove(&f->account->files, &f->in_account, weight);
	if (f->stream)
		share_remove(&f->stream->files, &f->in_stream, weight);
	free(f->name);
	free(f->type);
	free(f);
}

void shared_file_delete(struct shared_file *f)
{
	struct hub_files *files = &f->hub->files;
	struct entry e = {.kind = ENTRY_FILE_GONE};

	memcpy(e.file_gone.id, f->id.bytes, sizeof(e.file_gone.id));
	files->gone =
		grow(files->gone, files->n_gone, &files->gone_space, sizeof(*files->gone));
	files->gone[files->n_gone++] = (struct gone_file){f->id, post(f->hub, &e)};
	f->hub->figures.files_removed++;
	file_free(f);
}

void shared_files_redact(struct hub *h, stream_id stream, message_id message)
{
	struct stream *in = history_stream(h, stream);

	if (!in || !in->files.count)
		return;
	list_for_each_safe(item, after, &in->files.list) {
		struct shared_file *f = container_of(item, struct shared_file, in_stream);

		if (f->message == message)
			shared_file_delete(f);
	}
}

void shared_files_expire(struct stream *stream, message_id upto)
{
	if (!stream->files.count)
		return;
	list_for_each_safe(item, after, &stream->files.list) {
		struct shared_file *f = container_of(item, struct shared_file, in_stream);

		if (f->message && f->message <= upto)
			shared_file_delete(f);
	}
}

void shared_files_lose_stream(struct stream *stream)
{
	if (!stream->files.count)
		return;
	list_for_each_safe(item, after, &stream->files.list)
		shared_file_delete(container_of(item, struct shared_file, in_stream));
}

void shared_files_lose_account(struct account *a)
{
	if (!a->files.count)
		return;
	list_for_each_safe(item, after, &a->files.list)
		shared_file_delete(container_of(item, struct shared_file, in_account));
}

static void look(struct hub *h, struct timer *t)
{
	int64_t next_ms = 0;
	size_t cursor = 0;
	struct shared_file *f;

	if (h->stopping)
		return;
	while ((f = map_next(&h->files.by_id, &cursor)) != NULL) {
		int64_t left_ms = f->created_ms + FILE_UNNAMED_MS - h->now.wall_ms;

		if (f->message)
			continue;
		if (left_ms <= 0 && can_mend(h))
			shared_file_delete(f);
		else if (!next_ms || left_ms < next_ms)
			next_ms = left_ms;
	}
	if (next_ms)
		timer_set(h, t,
			  h->now.mono_ms + (next_ms > FILE_TEND_MS ? next_ms : FILE_TEND_MS),
			  look);
}

void shared_files_tend(struct hub *h)
{
	if (!h->loading && h->config.n_shards && h->files.by_id.n_items &&
	    !h->files.on_unnamed.is_set)
		timer_set(h, &h->files.on_unnamed, h->now.mono_ms + FILE_TEND_MS, look);
}

bool shared_file_is_going(const struct hub *h, const struct file_id *id)
{
	for (size_t i = 0; i < h->files.n_gone; i++) {
		if (file_id_eq(&h->files.gone[i].id, id))
			return true;
	}
	return false;
}

void shared_files_release(struct hub *h)
{
	struct hub_files *files = &h->files;
	struct file_list *list;
	size_t n = 0;

	if (!files->n_gone || files->gone[0].after > h->durable)
		return;
	list = file_list_new(LETTER_REMOVE);
	while (n < files->n_gone && files->gone[n].after <= h->durable)
		file_list_add(list, &files->gone[n++].id);
	hub_put_file_list(h, list);
	files->n_gone -= n;
	memmove(files->gone, files->gone + n, files->n_gone * sizeof(*files->gone));
}

void file_load(struct hub *h, const struct entry_file *row)
{
	struct account *a = account_by_id(h, row->account);
	struct stream *stream = history_stream(h, row->stream);
	struct shared_file *f;
	struct file_id id;

	memcpy(id.bytes, row->id, sizeof(id.bytes));
	if (!a || (row->stream && !stream) || shared_file_find(h, &id)) {
		hub_load_failed(h, "a file of account %lld is there twice, or of nobody",
				(long long)row->account);
		return;
	}
	f = xcalloc(1, sizeof(*f));
	f->id = id;
	f->hub = h;
	f->account = a;
	f->message = row->message;
	f->name = span_dup(row->name);
	f->type = span_dup(row->type);
	f->size = row->size;
	memcpy(f->hash, row->hash, sizeof(f->hash));
	f->created_ms = row->created_ms;
	add(f, stream);
}

void shared_files_free(struct hub *h)
{
	size_t cursor = 0;
	struct shared_file *f;

	while ((f = map_next(&h->files.by_id, &cursor)) != NULL)
		file_free(f);
	map_clear(&h->files.by_id);
	timer_stop(&h->files.on_unnamed);
	timer_stop(&h->files.on_sweep);
	free(h->files.gone);
}
