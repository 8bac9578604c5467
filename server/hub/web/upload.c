// SPDX-License-Identifier: MIT
// 1. Accounts and streams are held by their numbers: they may go while a file comes.
// 2. hub.files.coming is the weight of all that is on its way.
#include "server/hub/web/upload.h"

#include "common/die.h"
#include "common/http.h"
#include "common/text.h"
#include "server/hub/files/upload_fields.h"
#include "server/hub/history/quota.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/guest.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/reach.h"
#include "server/hub/web/file_who.h"
#include "server/letters/file_type.h"
#include "server/letters/limits.h"

#include <stdlib.h>

#define BUSY_S 5 // until an upload ended, or a disk has room again
#define NO_MORE "You may send no files any more."
#define NO_TARGET "There is no such place that you are in."

// One that is on its way.
struct upload {
	struct file_id id; // key in hub.files.uploads
	account_id account;
	stream_id stream; // 0: wherever a message names it
	account_id other; // with whom the conversation is still to begin; 0: with nobody
	int64_t weight;
	char *name, *type;
};

// Where it may be said, or why it may not be sent.
struct verdict_put {
	const struct stream *stream;
	const struct account *other;
	unsigned status, retry_s; // status 0: it may
	struct buf why;
};

static struct span key_of(const struct upload *u)
{
	return span_from(u->id.bytes, sizeof(u->id.bytes));
}

static void answer(struct hub *h, conn_id conn, const struct web_answer *a)
{
	outbox_answer(hub_outbox(h, CONN_SHARD(conn)), conn, a);
}

static void refuse(struct hub *h, conn_id conn, const struct verdict_put *v)
{
	struct buf line = {0};

	buf_printf(&line, SPAN_FMT "\n", SPAN_ARG(buf_span(&v->why)));
	answer(h, conn,
	       &(struct web_answer){
		       .status = v->status, .retry_s = v->retry_s, .body = buf_span(&line)});
	buf_clear(&line);
}

PRINTF(4, 5)
static bool no(struct verdict_put *v, unsigned status, unsigned retry_s, const char *format,
	       ...)
{
	va_list args;

	v->status = status;
	v->retry_s = retry_s;
	va_start(args, format);
	buf_vprintf(&v->why, format, args);
	va_end(args);
	return false;
}

static bool is_to_room(struct hub *h, const struct account *a, struct span name,
		       struct verdict_put *v)
{
	const struct room *r = room_find(h, name);

	if (!r || !member_find(r, a))
		return no(v, 404, 0, NO_TARGET);
	if (room_silences(r, a))
		return no(v, 403, 0, "You may not speak in %s now.", r->name);
	v->stream = &r->stream;
	return true;
}

static bool is_to_person(struct hub *h, struct account *a, struct span name,
			 struct verdict_put *v)
{
	const struct account *other = account_find(h, name);
	const struct dialog *d = dialog_named(a, name);

	if (!other || (!d && account_is_guest(a)))
		return no(v, 404, 0, NO_TARGET);
	v->stream = d ? &d->stream : NULL;
	v->other = other;
	return true;
}

static bool is_in_scope(const struct file_asker *who, struct hub *h, struct verdict_put *v)
{
	const struct stream *scope = history_stream(h, who->scope);

	if (!who->scope)
		return true;
	if (!v->stream && !v->other && scope && scope->room) {
		v->stream = scope;
		return is_to_room(h, who->account, span_of(scope->room->name), v);
	}
	return v->stream == scope || no(v, 403, 0, "The token is for another place.");
}

static bool has_target(struct hub *h, const struct file_asker *who,
		       const struct web_question *q, struct verdict_put *v)
{
	struct buf name = {0};
	bool is_named = http_form_value(q->query, SPAN("target"), &name) && name.len;
	struct span to = buf_span(&name);
	bool is_fine = true;

	if (is_named && to.at[0] == '#')
		is_fine = is_to_room(h, who->account, to, v);
	else if (is_named)
		is_fine = is_to_person(h, who->account, to, v);
	buf_clear(&name);
	return is_fine && is_in_scope(who, h, v);
}

// What of an account, or in a stream, is on its way.
static int64_t coming(const struct hub *h, account_id account, stream_id stream, size_t *count)
{
	size_t cursor = 0;
	int64_t weight = 0;
	const struct upload *u;

	while ((u = map_next(&h->files.uploads, &cursor)) != NULL) {
		if (account ? u->account != account : u->stream != stream)
			continue;
		weight += u->weight;
		++*count;
	}
	return weight;
}

static bool is_within(int64_t used, int64_t weight, int64_t most)
{
	return !most || used + weight <= most;
}

static bool has_room(struct hub *h, const struct account *a, const struct stream *stream,
		     int64_t weight, struct verdict_put *v)
{
	const struct hub_config *c = &h->config;
	size_t of_account = 0, ignored = 0;
	int64_t own = coming(h, a->id, 0, &of_account);

	if (of_account >= FILE_UPLOADS_PER_ACCOUNT ||
	    h->files.uploads.n_items >= FILE_UPLOADS_MAX)
		return no(v, 429, BUSY_S,
			  "Too many files come at once: try again in a moment.");
	if (!is_within(a->files.bytes + own, weight, c->files_account))
		return no(v, 507, 0,
			  "Your files are as many as one may keep here: remove some messages "
			  "that have one.");
	if (stream && stream->room &&
	    !is_within(stream->files.bytes + coming(h, 0, stream->id, &ignored), weight,
		       c->files_room))
		return no(v, 507, 0, "The files of %s are as many as a room may keep.",
			  stream->room->name);
	if (!is_within(h->files.bytes + h->files.coming, weight, c->files_total))
		return no(v, 507, 0, "The server's files are as many as it may keep.");
	return true;
}

static bool is_within_the_day(struct hub *h, const struct account *a, int64_t weight,
			      struct verdict_put *v)
{
	size_t ignored = 0;
	struct refusal r = {0};

	if (h->config.files_per_day)
		r = quota_beyond(h, &a->files_day, h->config.files_per_day,
				 weight + coming(h, a->id, 0, &ignored),
				 "You sent as many files as one may in a day.");
	return !r.why ||
	       no(v, 429, (unsigned)((r.until_ms - h->now.wall_ms) / 1000 + 1), "%s", r.why);
}

static bool has_disk(struct hub *h, int64_t weight, struct verdict_put *v)
{
	int64_t left = h->disk_free - h->files.coming - weight;

	if (can_post(h) && (!h->disk_size || left > FILES_LEAVE_BYTES))
		return true;
	h->figures.refused[HUB_REFUSED_DISK]++;
	return no(v, 507, BUSY_S, "The disk has no room for it now.");
}

static void add_size(int64_t bytes, struct buf *out)
{
	if (bytes % (1024 * 1024) == 0)
		buf_printf(out, "%lld MiB", (long long)bytes / (1024 * 1024));
	else
		buf_printf(out, "%lld bytes", (long long)bytes);
}

static bool is_of_size(const struct hub *h, uint64_t length, struct verdict_put *v)
{
	bool is_fine = length <= (uint64_t)h->config.file_max;
	struct buf most = {0};

	if (!length)
		return no(v, 400, 0, "There is nothing in it.");
	add_size(h->config.file_max, &most);
	if (!is_fine)
		no(v, 413, 0, "A file may have at most %s here.", buf_str(&most));
	buf_clear(&most);
	return is_fine;
}

// A file's row waits for the tables no less than a message does.
static bool may_be_put(struct hub *h, const struct file_asker *who,
		       const struct web_question *q, struct verdict_put *v)
{
	int64_t weight;

	if (!h->config.has_files)
		return no(v, 404, 0, "No files are taken here.");
	if (!who->account)
		return no(v, who->status, who->retry_s, "%s", who->why);
	if (!is_of_size(h, q->length, v) || !has_target(h, who, q, v))
		return false;
	weight = shared_file_weight((int64_t)q->length);
	if (has_room(h, who->account, v->stream, weight, v) &&
	    is_within_the_day(h, who->account, weight, v) && has_disk(h, weight, v))
		return true;
	h->figures.refused[HUB_REFUSED_FILE]++;
	return false;
}

static const struct upload *let_in(struct hub *h, const struct account *a,
				   const struct web_question *q, const struct verdict_put *v)
{
	struct upload *u = xcalloc(1, sizeof(*u));
	struct buf name = {0}, type = {0};

	do
		hub_random(h, u->id.bytes, sizeof(u->id.bytes));
	while (!file_id_is_word(&u->id));
	u->account = a->id;
	u->stream = v->stream ? v->stream->id : 0;
	u->other = v->other && !v->stream ? v->other->id : 0;
	u->weight = shared_file_weight((int64_t)q->length);
	upload_name(q->disposition, &name);
	upload_type(q->type, &type);
	u->name = buf_take(&name);
	u->type = span_dup(buf_span(&type));
	buf_clear(&type);
	map_put(&h->files.uploads, key_of(u), u);
	h->files.coming += u->weight;
	return u;
}

static void upload_free(struct hub *h, struct upload *u)
{
	map_remove(&h->files.uploads, key_of(u));
	h->files.coming -= u->weight;
	free(u->name);
	free(u->type);
	free(u);
}

void upload_begin(struct hub *h, conn_id conn, const struct web_question *q)
{
	struct verdict_put v = {0};
	struct file_asker who = {0};

	if (h->config.has_files)
		who = file_who(h, q, false);
	if (may_be_put(h, &who, q, &v) && who.account)
		answer(h, conn,
		       &(struct web_answer){.status = 201,
					    .then = WEB_TAKES,
					    .file = let_in(h, who.account, q, &v)->id});
	else
		refuse(h, conn, &v);
	buf_clear(&v.why);
}

// What it is called in tags, and shown as: by its bytes if they say it, else as its sender
// does, who cannot make it one of those that are shown.
static struct span type_of(const struct upload *u, const struct web_question *q)
{
	struct span named = span_of(u->type);

	if (file_type_is_shown(q->type))
		return q->type;
	return named.len && !file_type_is_shown(named) ? named : SPAN(FILE_TYPE_OTHER);
}

static void take(struct hub *h, const struct upload *u, const struct web_question *q,
		 struct account *a, struct stream *stream)
{
	struct shared_file as = {.account = a,
				 .stream = stream,
				 .id = u->id,
				 .name = u->name,
				 .size = (int64_t)q->length};
	char *type = span_dup(type_of(u, q));

	as.type = type;
	memcpy(as.hash, q->hash, sizeof(as.hash));
	(void)shared_file_new(h, &as);
	quota_add(h, &a->files_day, (size_t)u->weight);
	free(type);
}

// The stream as it is now; true: there is one, or none is wanted.
static bool is_place_left(struct hub *h, const struct upload *u, struct account *a,
			  struct stream **stream)
{
	struct account *other = account_by_id(h, u->other);

	*stream = history_stream(h, u->stream);
	if (u->other && other)
		*stream = &dialog_of(h, a, other, true)->stream;
	return *stream || (!u->stream && !u->other);
}

static struct upload *upload_find(const struct hub *h, const struct file_id *id)
{
	return map_find(&h->files.uploads, span_from(id->bytes, sizeof(id->bytes)));
}

// Whether it may be taken still, and the stream as it is now.
static bool may_be_taken(struct hub *h, const struct upload *u, struct account *a,
			 struct stream **stream, struct verdict_put *v)
{
	if (account_is_shut(a) || !h->config.has_files)
		return no(v, 403, 0, NO_MORE);
	if (!can_post(h))
		return no(v, 507, BUSY_S, "Nothing can be stored now: send it again later.");
	if (!is_place_left(h, u, a, stream) || (*stream && !reach_of(a, *stream).any))
		return no(v, 404, 0, NO_TARGET);
	return true;
}

void upload_done(struct hub *h, conn_id conn, const struct web_question *q)
{
	struct upload *u = upload_find(h, &q->file);
	struct account *a = u ? account_by_id(h, u->account) : NULL;
	struct stream *stream = NULL;
	struct verdict_put v = {0};

	if (u && a && may_be_taken(h, u, a, &stream, &v)) {
		take(h, u, q, a, stream);
		answer(h, conn,
		       &(struct web_answer){.status = 201, .after = h->head, .file = u->id});
	} else {
		if (!v.status)
			(void)!no(&v, 403, 0, NO_MORE);
		refuse(h, conn, &v);
	}
	if (u)
		upload_free(h, u);
	buf_clear(&v.why);
}

void upload_gone(struct hub *h, const struct web_question *q)
{
	struct upload *u = upload_find(h, &q->file);

	if (u)
		upload_free(h, u);
}

bool upload_is_coming(const struct hub *h, const struct file_id *id)
{
	return upload_find(h, id) != NULL;
}

void uploads_free(struct hub *h)
{
	size_t cursor = 0;
	struct upload *u;

	while ((u = map_next(&h->files.uploads, &cursor)) != NULL)
		upload_free(h, u);
	map_clear(&h->files.uploads);
}
