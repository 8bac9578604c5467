// SPDX-License-Identifier: MIT
#include "server/hub/push/push_line.h"

#include "common/clock.h"
#include "common/encode.h"
#include "common/utf8.h"
#include "server/hub/history/marker.h"
#include "server/hub/pages/message.h"

#define BODY_MAX 510 // inside: the protocol's line without CR LF

static void add_time(struct buf *out, int64_t time_ms)
{
	char time[CLOCK_TEXT_LEN + 1];

	clock_text(time_ms, time);
	buf_printf(out, "@time=%s", time);
}

// The tags, and the body of l, which is cleared.
static char *put_together(struct line *l, int64_t time_ms, message_id id)
{
	char msgid[ID_TEXT_LEN + 1];
	struct buf out = {0};

	add_time(&out, time_ms);
	if (id) {
		encode_id(id, msgid);
		buf_printf(&out, ";msgid=%s", msgid);
	}
	if (l->sender)
		buf_printf(&out, ";account=%s", l->sender->name);
	buf_add_char(&out, ' ');
	buf_add_span(&out, buf_span(&l->body));
	line_clear(l);
	return buf_take(&out);
}

// What fits behind the body, in one line.
static void add_text(struct line *l, struct span text)
{
	size_t room = l->body.len + 2 < BODY_MAX ? BODY_MAX - l->body.len - 2 : 0;
	struct buf one = {0};

	buf_add_span(&one, text);
	for (size_t i = 0; i < one.len; i++) {
		if (one.at[i] == '\n')
			one.at[i] = ' ';
	}
	line_text(l, utf8_cut(buf_span(&one), room));
	buf_clear(&one);
}

char *push_line_message(struct hub *h, const struct stream *stream,
			const struct entry_message *m, const struct account *to)
{
	struct line l;

	message_start(&l, h, m, "PRIVMSG");
	line_param(&l, message_target(stream, m, to));
	add_text(&l, m->text);
	return put_together(&l, m->time_ms, m->id);
}

char *push_line_invite(const struct account *by, const struct account *to, const struct room *r)
{
	struct line l;

	line_start(&l, by->hub, by, "INVITE");
	line_str(&l, to->name);
	line_str(&l, r->name);
	return put_together(&l, by->hub->now.wall_ms, 0);
}

char *push_line_read(const struct account *a, const struct stream *stream, int64_t time_ms)
{
	struct line l;

	marker_line(&l, a->hub, stream_name(stream, a), time_ms);
	return put_together(&l, a->hub->now.wall_ms, 0);
}

char *push_line_test(struct hub *h)
{
	struct line l;

	line_start(&l, h, NULL, "NOTE");
	line_str(&l, "WEBPUSH");
	line_str(&l, "REGISTERED");
	line_text(&l, SPAN("This device is woken by messages"));
	return put_together(&l, h->now.wall_ms, 0);
}
