// SPDX-License-Identifier: MIT
// A mistake is told once; the rest of that batch is then swallowed up to its end, so that
// half a message is never said.
#include "server/hub/pages/multiline.h"

#include "common/die.h"
#include "common/names.h"
#include "server/hub/history/keepsake.h"
#include "server/hub/wire/label.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

#include <stdlib.h>

void multiline_drop(struct multiline *b)
{
	if (!b)
		return;
	free(b->ref);
	free(b->target);
	buf_clear(&b->tags);
	buf_clear(&b->client_id);
	buf_clear(&b->label);
	buf_clear(&b->file);
	buf_clear(&b->text);
	free(b);
}

void multiline_free(struct session *s)
{
	multiline_drop(s->multiline);
	s->multiline = NULL;
}

static void add_label(struct line *l, const struct multiline *b, struct buf *tags)
{
	if (!b->label.len)
		return;
	buf_printf(tags, "label=" SPAN_FMT, SPAN_ARG(buf_span(&b->label)));
	l->client_tags = buf_span(tags);
}

// FAIL BATCH with the label of the line that it is about, else of the command that opened it.
static void complain(struct session *s, struct multiline *b, const char *code, struct span a,
		     struct span c, const char *text)
{
	struct buf tags = {0};
	struct line l;

	b->failed = true;
	line_start(&l, s->hub, NULL, "FAIL");
	line_str(&l, "BATCH");
	line_str(&l, code);
	if (a.at)
		line_param(&l, a);
	if (c.at)
		line_param(&l, c);
	line_text(&l, span_of(text));
	if (!s->capture)
		add_label(&l, b, &tags);
	session_say(s, &l);
	line_clear(&l);
	buf_clear(&tags);
}

static void complain_invalid(struct session *s, struct multiline *b, const char *text)
{
	complain(s, b, "MULTILINE_INVALID", (struct span){0}, (struct span){0}, text);
}

static void complain_limit(struct session *s, struct multiline *b, const char *code, int limit,
			   const char *text)
{
	struct buf number = {0};

	buf_printf(&number, "%d", limit);
	complain(s, b, code, buf_span(&number), (struct span){0}, text);
	buf_clear(&number);
}

static void add_line(struct session *s, struct multiline *b, struct span text, bool concat)
{
	bool is_first = !b->n_parts, joined = !is_first && !concat;

	if (concat && !text.len) {
		complain_invalid(s, b,
				 "A line that is joined to the one before must not be blank");
	} else if (b->n_parts == MULTILINE_LINES_MAX) {
		complain_limit(s, b, "MULTILINE_MAX_LINES", MULTILINE_LINES_MAX,
			       "The message has too many lines: nothing was sent");
	} else if (b->text.len + joined + text.len > MULTILINE_BYTES_MAX) {
		complain_limit(s, b, "MULTILINE_MAX_BYTES", MULTILINE_BYTES_MAX,
			       "The message is too long: nothing was sent");
	} else {
		if (joined)
			buf_add_char(&b->text, '\n');
		b->parts[b->n_parts++] =
			(struct part){b->text.len, text.len, concat && !is_first};
		buf_add_span(&b->text, text);
	}
}

bool multiline_takes(struct session *s, const struct msg *m, enum message_kind kind)
{
	struct multiline *b = s->multiline;
	struct span ref, value;

	if (!b || !msg_tag(m, SPAN("batch"), &ref))
		return false;
	if (b->failed)
		return true;
	if (!span_eq(ref, span_of(b->ref)))
		complain_invalid(s, b, "The line names a batch that is not open");
	else if (!name_is_same(msg_param(m, 0), span_of(b->target)))
		complain(s, b, "MULTILINE_INVALID_TARGET", span_of(b->target), msg_param(m, 0),
			 "All lines of a message go to its one target");
	else if (b->n_parts && kind != b->kind)
		complain_invalid(s, b, "A message is all PRIVMSG or all NOTICE");
	else {
		b->kind = kind;
		add_line(s, b, msg_param(m, 1),
			 msg_tag(m, SPAN("draft/multiline-concat"), &value));
	}
	return true;
}

static bool may_stand_there(const struct msg *m)
{
	struct span first = msg_param(m, 0);

	if (span_eq_fold(m->command, SPAN("BATCH")))
		return first.len && first.at[0] == '-';
	return span_eq_fold(m->command, SPAN("PRIVMSG")) ||
	       span_eq_fold(m->command, SPAN("NOTICE"));
}

bool multiline_refuses(struct session *s, const struct msg *m)
{
	struct multiline *b = s->multiline;
	struct span ref;

	if (!b || !msg_tag(m, SPAN("batch"), &ref) || may_stand_there(m))
		return false;
	if (!b->failed)
		complain_invalid(s, b,
				 "Only PRIVMSG or NOTICE stand in a message of many lines: "
				 "nothing of it is said");
	return true;
}

bool multiline_has(const struct session *s, const struct msg *m)
{
	struct span ref;

	return s->multiline && !s->multiline->failed && msg_tag(m, SPAN("batch"), &ref) &&
	       span_eq(ref, span_of(s->multiline->ref));
}

unsigned multiline_cost(const struct session *s, const struct msg *m)
{
	bool ends = m->n_params && m->params[0].len && m->params[0].at[0] == '-';

	if (!s->multiline || !ends || !span_eq_fold(m->command, SPAN("BATCH")))
		return 0;
	return (unsigned)(s->multiline->n_parts / MULTILINE_LINES_PER_COST);
}

static bool is_blank(const struct multiline *b)
{
	for (size_t i = 0; i < b->n_parts; i++) {
		if (b->parts[i].len)
			return false;
	}
	return true;
}

void multiline_pieces(const struct session *s, const struct multiline *b, struct pieces *out)
{
	size_t max = message_room(s->account, b->kind, span_of(b->target));

	for (size_t i = 0; i < b->n_parts; i++) {
		size_t first = out->n;

		pieces_split(out, (struct span){b->text.at + b->parts[i].at, b->parts[i].len},
			     max);
		out->at[first].concat = b->parts[i].concat;
	}
}

static void take_tags(struct session *s, const struct msg *m, struct multiline *b)
{
	struct span tags = m->tags, key, value;

	while (msg_tag_next(&tags, &key, &value)) {
		if (session_has(s, CAP_EXACTLY_ONCE) && span_eq(key, SPAN("snug.chat/id"))) {
			msg_tag_unescape(&b->client_id, value);
		} else if (span_eq(key, SPAN("snug.chat/file"))) {
			buf_reset(&b->file);
			buf_add_span(&b->file, value);
		} else if (key.at[0] == '+') {
			if (b->tags.len)
				buf_add_char(&b->tags, ';');
			buf_add_span(&b->tags, key);
			if (value.len)
				buf_printf(&b->tags, "=" SPAN_FMT, SPAN_ARG(value));
		}
	}
}

bool multiline_is(const struct session *s, struct span ref)
{
	return s->multiline && span_eq(ref, span_of(s->multiline->ref));
}

struct multiline *multiline_end(struct session *s)
{
	struct multiline *b = s->multiline;

	s->multiline = NULL;
	if (!b->failed && is_blank(b))
		complain_invalid(s, b, "A message must not be blank");
	if (!b->failed)
		return b;
	multiline_drop(b);
	return NULL;
}

void multiline_open(struct session *s, const struct msg *m, struct span ref)
{
	struct multiline *b;

	multiline_free(s);
	b = s->multiline = xcalloc(1, sizeof(*b));
	b->ref = span_dup(ref);
	b->target = span_dup(msg_param(m, 2));
	take_tags(s, m, b);
	label_take(s, &b->label);
	if (m->tags.len > CLIENT_TAGS_MAX || b->client_id.len > CLIENT_ID_MAX ||
	    !b->target[0] || memchr(b->target, ',', strlen(b->target)))
		complain_invalid(s, b, "A message has one target, and tags within the limits");
	else if (keepsake_is_ahead(s->hub, buf_span(&b->client_id)))
		complain_invalid(s, b, "The time of its id is far ahead of the server's");
}
