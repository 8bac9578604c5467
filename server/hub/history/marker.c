// SPDX-License-Identifier: MIT
// MARKREAD (draft/read-marker).
#include "server/hub/history/marker.h"

#include "common/clock.h"
#include "common/die.h"
#include "server/hub/people/account.h"
#include "server/hub/commands/command.h"
#include "server/hub/pages/message.h"
#include "server/hub/journal/post.h"
#include "server/hub/wire/reply.h"
#include "server/hub/rooms/room.h"

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

static void marker_line(struct line *l, struct hub *h, struct span target, int64_t time_ms)
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

static void say(struct session *s, struct span target, int64_t time_ms)
{
	struct line l;

	marker_line(&l, s->hub, target, time_ms);
	session_say(s, &l);
	line_clear(&l);
}

void marker_say(struct session *s, const struct stream *stream, struct span target)
{
	if (session_has(s, CAP_READ_MARKER))
		say(s, target, marker_time(s->account, stream->id));
}

// What `target` names for s; NULL: nothing it may know of, or no conversation yet.
static struct stream *find_stream(struct session *s, struct span target, bool make)
{
	struct hub *h = s->hub;

	if (target.at[0] == '#') {
		struct room *r = room_find(h, target);

		return r && member_find(r, s->account) ? &r->stream : NULL;
	}
	struct account *other = account_find(h, target);
	struct dialog *d = other ? dialog_of(h, s->account, other, make) : NULL;

	return d ? &d->stream : NULL;
}

static void get(struct session *s, struct span target)
{
	const struct stream *stream = find_stream(s, target, false);

	say(s, stream ? stream_name(stream, s->account) : target,
	    stream ? marker_time(s->account, stream->id) : 0);
}

static void move(struct session *s, const struct stream *stream, int64_t time_ms)
{
	struct account *a = s->account;
	struct entry e = {.kind = ENTRY_MARKER};
	struct line l;

	marker_put(a, stream->id, time_ms);
	e.marker = (struct entry_marker){a->id, stream->id, time_ms};
	post(s->hub, &e);
	marker_line(&l, s->hub, stream_name(stream, a), time_ms);
	account_say(a, &l, cap_bit(CAP_READ_MARKER), 0, s);
	line_clear(&l);
}

static void set(struct session *s, struct span target, int64_t time_ms)
{
	const struct stream *stream;

	if (time_ms > s->hub->now.wall_ms)
		time_ms = s->hub->now.wall_ms;
	if (!need_disk(s, "MARKREAD"))
		return;
	stream = find_stream(s, target, true);
	if (!stream) {
		fail(s, "MARKREAD", "INVALID_PARAMS", target, "There is no such conversation");
		return;
	}
	if (time_ms > marker_time(s->account, stream->id))
		move(s, stream, time_ms);
	say(s, stream_name(stream, s->account), marker_time(s->account, stream->id));
}

// MARKREAD <target> [timestamp=…]
void cmd_markread(struct session *s, const struct msg *m)
{
	const struct span prefix = SPAN("timestamp=");
	struct span target = msg_param(m, 0), text = msg_param(m, 1);
	int64_t time_ms;

	if (!target.len)
		fail(s, "MARKREAD", "NEED_MORE_PARAMS", (struct span){0}, "Missing parameters");
	else if (m->n_params < 2)
		get(s, target);
	else if (span_starts(text, prefix) &&
		 clock_parse(span_after(text, prefix.len), &time_ms) && time_ms > 0)
		set(s, target, time_ms);
	else
		fail(s, "MARKREAD", "INVALID_PARAMS", text.len ? text : SPAN("*"),
		     "The time is written timestamp=YYYY-MM-DDThh:mm:ss.sssZ");
}
