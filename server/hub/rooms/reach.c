// SPDX-License-Identifier: MIT
#include "server/hub/rooms/reach.h"

#include "common/encode.h"
#include "common/msg.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/wire/cast.h"

static bool is_bounded(const struct room *r)
{
	return (r->flags & (ROOM_SINCE_JOINED | ROOM_SINCE_INVITED)) != 0;
}

static struct upto hidden_from(const struct member *m)
{
	if ((m->room->flags & ROOM_SINCE_JOINED) != 0)
		return m->joined;
	if ((m->room->flags & ROOM_SINCE_INVITED) != 0)
		return m->invited;
	return (struct upto){0};
}

struct reach reach_of(const struct account *a, const struct stream *stream)
{
	const struct member *m;

	if (stream->room == NULL)
		return (struct reach){.any = stream->dialog->ids[0] == a->id ||
					     stream->dialog->ids[1] == a->id};
	m = member_find(stream->room, a);
	if (m == NULL)
		return (struct reach){0};
	return (struct reach){true, hidden_from(m)};
}

bool may_read(const struct account *a, const struct stream *stream, message_id id)
{
	struct reach r = reach_of(a, stream);

	return r.any && id > r.upto.id;
}

bool may_get(const struct account *a, const struct shared_file *f)
{
	if (!f->message)
		return f->account == a;
	return may_read(a, f->stream, f->message);
}

message_id reaction_to(const struct entry_message *m)
{
	struct span tags = m->tags, key, value;
	message_id id = 0;

	if (m->kind != MESSAGE_TAGMSG)
		return 0;
	while (msg_tag_next(&tags, &key, &value)) {
		if ((span_eq(key, SPAN("+draft/reply")) || span_eq(key, SPAN("+reply"))) &&
		    !decode_id(value, &id))
			id = 0;
	}
	return id;
}

bool may_see(const struct account *a, const struct stream *stream,
	     const struct entry_message *m)
{
	message_id about = reaction_to(m);

	return may_read(a, stream, m->id) && (about == 0 || may_read(a, stream, about));
}

void room_say_readers(struct room *r, struct line *line, message_id about, cap_set need,
		      cap_set lack, const struct session *except)
{
	struct cast c;

	if (!is_bounded(r)) {
		room_say(r, line, need, lack, except);
		return;
	}
	if (line->sender != NULL)
		presence_show(member_find(r, line->sender));
	cast_open(&c, line);
	for (size_t i = 0; i < r->n_listeners; i++) {
		const struct listener *l = &r->listeners[i];

		if (l->session != except && cap_fits(l->caps, need, lack) &&
		    may_read(l->account, &r->stream, about))
			cast_to(&c, l->session);
	}
	cast_close(&c);
}

const char *reach_word(const struct room *r)
{
	if ((r->flags & ROOM_SINCE_JOINED) != 0)
		return "since-joined";
	return (r->flags & ROOM_SINCE_INVITED) != 0 ? "since-invited" : "all";
}

void reach_tags(const struct member *m, struct buf *out)
{
	if (!is_bounded(m->room))
		return;
	buf_printf(out, "snug.chat/history=%s;snug.chat/floor=%llu", reach_word(m->room),
		   (unsigned long long)hidden_from(m).seq + 1);
}

void reach_say(struct session *s, const struct member *m)
{
	struct line l;

	if (!is_bounded(m->room) || session_has(s, CAP_SEQUENCE))
		return;
	line_start(&l, s->hub, NULL, "NOTICE");
	line_str(&l, m->room->name);
	line_text(&l,
		  (m->room->flags & ROOM_SINCE_JOINED) != 0
			  ? SPAN("Who joins here is shown nothing that was said before (+H)")
			  : SPAN("Who joins here is shown nothing that was said before they "
				 "were invited (+J)"));
	session_say(s, &l);
	line_clear(&l);
}
