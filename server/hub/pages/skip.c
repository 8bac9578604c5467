// SPDX-License-Identifier: MIT
#include "server/hub/pages/skip.h"

#include "common/die.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/page.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/reach.h"
#include "server/letters/limits.h"

#include <stdlib.h>

// 0: all.
static int64_t limit_of(const struct account *a)
{
	if (a->replay == REPLAY_ALL)
		return 0;
	return a->replay ? a->replay : a->hub->config.replay_limit;
}

static bool may_be_too_long(const struct stream *stream, message_id upto, int64_t limit)
{
	return stream->last > upto && stream->seq > (uint64_t)limit;
}

// A look at the numbers alone, which spares nearly everybody the question.
static bool may_miss_too_much(const struct account *a, message_id upto, int64_t limit)
{
	const struct dialog *d;
	size_t cursor = 0;

	for (size_t i = 0; i < a->n_members; i++) {
		if (may_be_too_long(&a->members[i]->room->stream, upto, limit))
			return true;
	}
	while ((d = idmap_next(&a->dialogs, &cursor))) {
		if (may_be_too_long(&d->stream, upto, limit))
			return true;
	}
	return false;
}

struct query *skips_ask(struct session *s, message_id upto)
{
	int64_t limit = limit_of(s->account);
	struct query *q;

	if (!limit || !may_miss_too_much(s->account, upto, limit))
		return NULL;
	q = ask_new(s->hub, QUERY_SKIPPED);
	page_ask_all(s->account, q);
	q->from = (struct place){.is_set = true, .id = upto};
	q->limit = limit;
	return q;
}

// "640 older messages of #den are not shown. ..." Times of PLAY are exclusive at their end, and
// in seconds. Whose account is gone cannot be named.
static void put_words(struct buf *out, const struct rows_target *t, struct span name)
{
	int64_t end_ms = t->time_ms + 1;

	buf_printf(out, "%lld older messages of " SPAN_FMT " are not shown",
		   (long long)t->n_messages, SPAN_ARG(name));
	if (!span_eq(name, SPAN("*")))
		buf_printf(out,
			   ". The newest %d of them: /msg *playback PLAY " SPAN_FMT
			   " 0 %lld.%03lld",
			   HISTORY_PAGE_MAX, SPAN_ARG(name), (long long)(end_ms / 1000),
			   (long long)(end_ms % 1000));
}

static void tell(struct session *s, const struct rows_target *t)
{
	const struct stream *stream = history_stream(s->hub, t->stream);
	struct buf words = {0};
	struct span name;
	struct line l;

	if (!stream || !may_read(s->account, stream, t->id))
		return;
	name = stream_name(stream, s->account);
	put_words(&words, t, name);
	line_start(&l, s->hub, NULL, "NOTICE");
	l.catches_up = true;
	line_param(&l, stream->room ? name : span_of(s->account->name));
	line_text(&l, buf_span(&words));
	session_say(s, &l);
	line_clear(&l);
	buf_clear(&words);
}

void skips_take(struct skips *all, struct session *s, const struct rows *rows)
{
	all->at = xreallocarray(NULL, rows->n_targets + 1, sizeof(*all->at));
	for (size_t i = 0; i < rows->n_targets; i++) {
		const struct rows_target *t = &rows->targets[i];

		all->at[all->n++] = (struct skip){t->stream, t->id};
		tell(s, t);
	}
}

message_id skips_upto(const struct skips *all, stream_id stream)
{
	for (size_t i = 0; i < all->n; i++) {
		if (all->at[i].stream == stream)
			return all->at[i].upto;
	}
	return 0;
}

void skips_apply(const struct skips *all, struct query *q)
{
	for (size_t i = 0; i < q->n_streams; i++) {
		message_id upto = skips_upto(all, q->streams[i]);

		if (upto > q->floors[i])
			q->floors[i] = upto;
	}
}

void skips_clear(struct skips *all)
{
	free(all->at);
	*all = (struct skips){0};
}
