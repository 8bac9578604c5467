// SPDX-License-Identifier: MIT
// 1. Without a bound nothing is asked, and no timer runs.
// 2. At most one question of the timer is out. The next one waits for a multiple of the
//    time that it took, so that a large history costs the readers a bounded share.
// 3. The timer runs in a server only: without shards the hub is here for one verb, which
//    must not remove what nobody asked it to.
#include "server/hub/pages/retention.h"

#include "server/hub/files/shared_file.h"
#include "server/hub/journal/post.h"
#include "server/hub/history/recent.h"
#include "server/hub/rooms/room.h"

#define SOON_MS 1000
#define EVERY_MS (60LL * 1000)
#define SHARE 100

static bool is_bounded(const struct hub *h)
{
	const struct hub_config *c = &h->config;
	size_t cursor = 0;
	const struct room *r;

	if (c->history_keep_ms || c->history_keep_bytes || c->history_keep_total)
		return true;
	while ((r = idmap_next(&h->rooms, &cursor)) != NULL) {
		if (r->keep_ms > 0 || r->keep_bytes > 0)
			return true;
	}
	return false;
}

struct query *retention_query(struct hub *h)
{
	struct query *q = ask_new(h, QUERY_EXPIRED);

	q->keep = (struct keep){.now_ms = h->now.wall_ms,
				.keep_ms = h->config.history_keep_ms,
				.keep_bytes = h->config.history_keep_bytes,
				.total_bytes = h->config.history_keep_total};
	return q;
}

void retention_expire(struct hub *h, const struct rows_target *t)
{
	struct entry e = {.kind = ENTRY_EXPIRE};
	struct stream *stream = history_stream(h, t->stream);

	e.expire = (struct entry_expire){.stream = t->stream, .upto = t->id};
	post(h, &e);
	recent_expire(h, t->stream, t->id);
	if (stream && stream->expired < t->id)
		stream->expired = t->id;
	if (stream)
		shared_files_expire(stream, t->id);
	h->figures.expired += t->n_messages;
}

static void look(struct hub *h, struct timer *t);

static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	int64_t took = h->now.mono_ms - h->retention_asked_ms;

	(void)s;
	(void)arg;
	h->retention_asked_ms = 0;
	if (rows->result == ROWS_OK && can_mend(h)) {
		for (size_t i = 0; i < rows->n_targets; i++)
			retention_expire(h, &rows->targets[i]);
	}
	timer_set(h, &h->on_retention,
		  h->now.mono_ms + (took * SHARE > EVERY_MS ? took * SHARE : EVERY_MS), look);
}

static void look(struct hub *h, struct timer *t)
{
	(void)t;
	if (h->stopping || !is_bounded(h))
		return;
	h->retention_asked_ms = h->now.mono_ms;
	ask(h, NULL, retention_query(h), on_rows, NULL);
}

void retention_changed(struct hub *h)
{
	if (h->loading || !h->config.n_shards || h->retention_asked_ms || !is_bounded(h))
		return;
	timer_set(h, &h->on_retention, h->now.mono_ms + SOON_MS, look);
}
