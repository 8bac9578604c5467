// SPDX-License-Identifier: MIT
// Builds a line and renders it for a set of capabilities.
//
// The only place where outgoing text is made: whatever a caller passes, one line of at
// most frame_body_max() bytes leaves, without a stray space, CR, LF or NUL in it.
#include "server/hub/wire/wire_private.h"

#include "common/clock.h"
#include "common/encode.h"
#include "common/frame.h"
#include "common/msg.h"
#include "common/utf8.h"
#include "server/hub/people/account.h"
#include "server/hub/wire/label.h"
#include "server/hub/wire/cast.h"

static bool is_bot(const struct line *l)
{
	return l->sender && account_is_bot(l->sender);
}

static void add_bot(const struct line *l, struct buf *out)
{
	(void)l;
	buf_add_str(out, "bot");
}

static bool has_time(const struct line *l)
{
	(void)l;
	return true;
}

static void add_time(const struct line *l, struct buf *out)
{
	char text[CLOCK_TEXT_LEN + 1];

	clock_text(l->time_ms ? l->time_ms : l->hub->now.wall_ms, text);
	buf_add_str(out, "time=");
	buf_add(out, text, CLOCK_TEXT_LEN);
}

static bool has_msgid(const struct line *l)
{
	return l->msgid != 0;
}

static void add_msgid(const struct line *l, struct buf *out)
{
	char text[ID_TEXT_LEN + 1];

	encode_id(l->msgid, text);
	buf_add_str(out, "msgid=");
	buf_add(out, text, ID_TEXT_LEN);
}

static bool has_account(const struct line *l)
{
	return l->sender != NULL;
}

static void add_account(const struct line *l, struct buf *out)
{
	buf_add_str(out, "account=");
	buf_add_str(out, l->sender->name);
}

static bool has_batch(const struct line *l)
{
	return l->batch.len != 0;
}

static void add_batch(const struct line *l, struct buf *out)
{
	buf_add_str(out, "batch=");
	buf_add_span(out, l->batch);
}

static bool has_seq(const struct line *l)
{
	return l->seq != 0;
}

static void add_seq(const struct line *l, struct buf *out)
{
	buf_add_str(out, "snug.chat/seq=");
	buf_add_u64(out, l->seq);
}

static bool has_present(const struct line *l)
{
	return l->present != 0;
}

static void add_present(const struct line *l, struct buf *out)
{
	buf_add_str(out, "snug.chat/present=");
	buf_add_u64(out, l->present);
}

static bool has_client_id(const struct line *l)
{
	return l->client_id.len != 0;
}

static void add_client_id(const struct line *l, struct buf *out)
{
	buf_add_str(out, "snug.chat/id=");
	msg_tag_escape(out, l->client_id);
}

static bool has_client_tags(const struct line *l)
{
	return l->client_tags.len != 0;
}

static void add_client_tags(const struct line *l, struct buf *out)
{
	buf_add_span(out, l->client_tags);
}

static bool is_oper(const struct line *l)
{
	return l->sender && account_is_oper(l->sender);
}

static void add_oper(const struct line *l, struct buf *out)
{
	buf_printf(out, "draft/oper=%s", l->sender->name);
}

static bool is_relayed(const struct line *l)
{
	return l->is_relayed && l->sender;
}

static void add_relayed(const struct line *l, struct buf *out)
{
	buf_printf(out, "draft/relaymsg=%s", l->sender->name);
}

// A row a tag: who sees it, when a line has it, how it is written.
static const struct tag {
	enum cap cap;
	bool own; // only the sender's own sessions
	bool (*is_in)(const struct line *l);
	void (*add)(const struct line *l, struct buf *out);
} tags[] = {
	{CAP_BATCH, false, has_batch, add_batch},
	{CAP_SERVER_TIME, false, has_time, add_time},
	{CAP_MESSAGE_TAGS, false, has_msgid, add_msgid},
	{CAP_ACCOUNT_TAG, false, has_account, add_account},
	{CAP_MESSAGE_TAGS, false, is_bot, add_bot},
	{CAP_OPER_TAG, false, is_oper, add_oper},
	{CAP_RELAYMSG, false, is_relayed, add_relayed},
	{CAP_SEQUENCE, false, has_seq, add_seq},
	{CAP_MESSAGE_TAGS, false, has_present, add_present},
	{CAP_EXACTLY_ONCE, true, has_client_id, add_client_id},
	{CAP_MESSAGE_TAGS, false, has_client_tags, add_client_tags},
};

_Static_assert(CAPS < 61,
	       "the highest bits mark listeners, replays, the sender's own sessions");

static cap_set tag_mask(const struct tag *t)
{
	return cap_bit(t->cap) | (t->own ? LINE_OWN : 0);
}

cap_set line_caps(const struct line *l)
{
	cap_set caps = 0;

	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		if (tags[i].is_in(l))
			caps |= tag_mask(&tags[i]);
	}
	return caps;
}

cap_set line_session_caps(const struct line *l, const struct session *s)
{
	return s->caps | (l->sender && s->account == l->sender ? LINE_OWN : 0);
}

void line_render_tags(const struct line *l, cap_set caps, struct buf *out)
{
	size_t start = out->len;

	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		cap_set need = tag_mask(&tags[i]);

		if ((caps & need) != need || !tags[i].is_in(l))
			continue;
		if (out->len > start)
			buf_add_char(out, ';');
		tags[i].add(l, out);
	}
}

void line_render(struct span tag_text, struct span body, struct buf *out)
{
	if (tag_text.len) {
		buf_add_char(out, '@');
		buf_add_span(out, tag_text);
		buf_add_char(out, ' ');
	}
	buf_add_span(out,
		     body.len > FRAME_BODY_MAX ? utf8_cut(body, frame_body_max(body)) : body);
	buf_add(out, "\r\n", 2);
}

void line_init(struct line *l, struct hub *h)
{
	*l = (struct line){.hub = h, .asker = h->asker};
}

void line_start_as(struct line *l, struct hub *h, struct span source, const char *command)
{
	line_init(l, h);
	buf_add_char(&l->body, ':');
	buf_add_span(&l->body, source);
	buf_add_char(&l->body, ' ');
	buf_add_str(&l->body, command);
}

void line_start(struct line *l, struct hub *h, const struct account *sender,
		const char *command)
{
	if (!sender) {
		line_start_as(l, h, h->config.name, command);
		return;
	}
	line_init(l, h);
	l->sender = sender;
	buf_add_char(&l->body, ':');
	account_prefix(sender, &l->body);
	buf_add_char(&l->body, ' ');
	buf_add_str(&l->body, command);
}

static bool ends_param(char c)
{
	return c == ' ' || c == '\r' || c == '\n' || c == '\0';
}

void line_param(struct line *l, struct span param)
{
	size_t len = 0;

	while (len < param.len && !ends_param(param.at[len]))
		len++;
	buf_add_char(&l->body, ' ');
	if (!len || param.at[0] == ':')
		buf_add_char(&l->body, '*');
	else
		buf_add(&l->body, param.at, len);
}

void line_str(struct line *l, const char *param)
{
	line_param(l, span_of(param));
}

void line_number(struct line *l, int64_t n)
{
	buf_add_char(&l->body, ' ');
	buf_add_i64(&l->body, n);
}

// The bytes behind `from` are a last parameter: nothing in them may end the line.
static void make_harmless(struct line *l, size_t from)
{
	for (size_t i = from; i < l->body.len; i++) {
		char *c = &l->body.at[i];

		if (*c == '\r' || *c == '\n' || *c == '\0')
			*c = ' ';
	}
}

void line_text(struct line *l, struct span text)
{
	size_t from;

	buf_add(&l->body, " :", 2);
	from = l->body.len;
	buf_add_span(&l->body, text);
	make_harmless(l, from);
}

void line_rest(struct line *l, struct span rest)
{
	size_t from = l->body.len;

	buf_add_char(&l->body, ' ');
	buf_add_span(&l->body, rest);
	make_harmless(l, from);
}

void line_textf(struct line *l, const char *format, ...)
{
	struct buf text = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	line_text(l, buf_span(&text));
	buf_clear(&text);
}

void line_of(struct line *l, const struct entry_message *m)
{
	l->time_ms = m->time_ms;
	l->msgid = m->id;
	l->seq = m->seq;
	l->client_tags = m->tags;
	l->client_id = m->client_id;
	l->is_relayed = span_find(m->sender, RELAYED_MARK) < m->sender.len;
}

void line_clear(struct line *l)
{
	buf_clear(&l->body);
}

void session_say(struct session *s, struct line *l)
{
	struct hub *h = s->hub;
	struct buf *text = &h->text;
	bool is_answer = l->asker == s && !l->catches_up;

	if (s->closing)
		return;
	buf_reset(&h->tags);
	line_render_tags(l, line_session_caps(l, s), &h->tags);
	if (is_answer && s->capture) {
		label_capture(s, l, buf_span(&h->tags));
		return;
	}
	buf_reset(text);
	line_render(buf_span(&h->tags), buf_span(&l->body), text);
	session_send(s, buf_span(text), is_answer || l->catches_up);
}

void session_send(struct session *s, struct span text, bool passes_stall)
{
	struct hub *h = s->hub;
	struct outbox *out = hub_outbox(h, CONN_SHARD(s->id));

	outbox_line(out, text, h->head, passes_stall);
	outbox_to(out, s->id);
	if (passes_stall) {
		s->said += text.len;
		s->made += text.len;
	}
	h->figures.deliveries++;
}

void account_say(struct account *a, struct line *l, cap_set need, cap_set lack,
		 const struct session *except)
{
	struct cast c;

	cast_open(&c, l);
	list_for_each(item, &a->sessions) {
		struct session *s = container_of(item, struct session, in_account);

		if (s != except && (s->caps & need) == need && !(s->caps & lack))
			cast_to(&c, s);
	}
	cast_close(&c);
}
