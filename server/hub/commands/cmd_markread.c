// SPDX-License-Identifier: MIT
// MARKREAD (draft/read-marker).
#include "server/hub/rooms/guest.h"
#include "server/hub/commands/command.h"
#include "server/hub/history/marker.h"
#include "server/hub/pages/message.h"
#include "server/hub/push/wake.h"
#include "server/hub/rooms/member.h"
#include "server/hub/wire/reply.h"

#include "common/clock.h"

// What `target` names for s; NULL: nothing it may know of, or no conversation yet.
static struct stream *find_stream(struct session *s, struct span target, bool make)
{
	struct hub *h = s->hub;

	if (target.at[0] == '#') {
		struct room *r = room_find(h, target);

		return r && member_find(r, s->account) ? &r->stream : NULL;
	}
	struct account *other = account_known(s, target);
	struct dialog *d = other ? dialog_of(h, s->account, other, make)
				 : dialog_named(s->account, target);

	return d ? &d->stream : NULL;
}

static void get(struct session *s, struct span target)
{
	const struct stream *stream = find_stream(s, target, false);

	marker_tell(s, stream ? stream_name(stream, s->account) : target,
		    stream ? marker_time(s->account, stream->id) : 0);
}

// Its time, or where nothing was said the present.
static int64_t newest_of(const struct stream *stream, const struct hub *h)
{
	return stream->last ? stream->last_ms : h->now.wall_ms;
}

static void set(struct session *s, struct span target, int64_t time_ms)
{
	const struct stream *stream = find_stream(s, target, false);

	if (stream ? !need_disk_to_mend(s, "MARKREAD") : !need_disk(s, "MARKREAD"))
		return;
	if (!stream)
		stream = find_stream(s, target, true);
	if (!stream) {
		fail(s, "MARKREAD", "INVALID_PARAMS", target, "There is no such conversation");
		return;
	}
	// What is beyond the newest message has read that one, and nothing that comes.
	if (time_ms > newest_of(stream, s->hub))
		time_ms = newest_of(stream, s->hub);
	if (time_ms > marker_time(s->account, stream->id)) {
		marker_set(s->account, stream, stream_name(stream, s->account), time_ms, s);
		wake_read(s->account, stream, time_ms);
	}
	marker_tell(s, stream_name(stream, s->account), marker_time(s->account, stream->id));
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
