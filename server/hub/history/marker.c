// SPDX-License-Identifier: MIT
#include "server/hub/history/marker.h"

#include "common/clock.h"
#include "common/die.h"
#include "server/hub/people/account.h"
#include "server/hub/journal/post.h"
#include "server/hub/wire/reply.h"

#include <stdlib.h>

int64_t marker_time(const struct account *a, stream_id stream)
{
	const struct marker *m = idmap_find(&a->markers, (uint64_t)stream);

	return m ? m->time_ms : 0;
}

static void marker_put(struct account *a, stream_id stream, int64_t time_ms)
{
	struct marker *m = idmap_find(&a->markers, (uint64_t)stream);

	if (!m) {
		m = xcalloc(1, sizeof(*m));
		m->stream = stream;
		idmap_put(&a->markers, (uint64_t)stream, m);
	}
	m->time_ms = time_ms;
}

void marker_load(struct hub *h, const struct entry_marker *row)
{
	struct account *a = account_by_id(h, row->account);

	if (a)
		marker_put(a, row->stream, row->time_ms);
}

void markers_free(struct account *a)
{
	size_t cursor = 0;
	struct marker *m;

	while ((m = idmap_next(&a->markers, &cursor)))
		free(m);
	idmap_clear(&a->markers);
}

void marker_line(struct line *l, struct hub *h, struct span target, int64_t time_ms)
{
	char text[CLOCK_TEXT_LEN + 1];

	line_start(l, h, NULL, "MARKREAD");
	line_param(l, target);
	if (!time_ms) {
		line_str(l, "*");
		return;
	}
	clock_text(time_ms, text);
	buf_printf(&l->body, " timestamp=%s", text);
}

void marker_tell(struct session *s, struct span target, int64_t time_ms)
{
	struct line l;

	marker_line(&l, s->hub, target, time_ms);
	session_say(s, &l);
	line_clear(&l);
}

void marker_say(struct session *s, const struct stream *stream, struct span target)
{
	if (session_has(s, CAP_READ_MARKER))
		marker_tell(s, target, marker_time(s->account, stream->id));
}

void marker_set(struct account *a, const struct stream *stream, struct span target,
		int64_t time_ms, const struct session *except)
{
	struct entry e = {.kind = ENTRY_MARKER};
	struct line l;

	marker_put(a, stream->id, time_ms);
	e.marker = (struct entry_marker){a->id, stream->id, time_ms};
	post(a->hub, &e);
	marker_line(&l, a->hub, target, time_ms);
	account_say(a, &l, cap_bit(CAP_READ_MARKER), 0, except);
	line_clear(&l);
}
