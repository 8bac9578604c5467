// SPDX-License-Identifier: MIT
#include "client/sync/message_line.h"

#include "client/model/saying.h"
#include "common/clock.h"
#include "common/utf8.h"

#include <stdio.h>
#include <stdlib.h>

// ":nick!user@host " that a server puts before the line it passes on.
#define SOURCE_ROOM 120
#define TEXT_MIN 64

static const char *verb_of(enum line_kind kind)
{
	return kind == LINE_NOTICE ? "NOTICE" : "PRIVMSG";
}

size_t message_text_max(enum line_kind kind, struct span target, unsigned line_len)
{
	size_t taken = SOURCE_ROOM + strlen("PRIVMSG  :\r\n") + target.len;

	if (kind == LINE_ACTION)
		taken += strlen("\1ACTION \1");
	return line_len > taken + TEXT_MIN ? line_len - taken : TEXT_MIN;
}

void message_parts_init(struct message_parts *p, struct span text, enum line_kind kind,
			struct span target, unsigned line_len)
{
	*p = (struct message_parts){.rest = text, .is_first = true};
	p->max = message_text_max(kind, target, line_len);
}

// At a blank in the last quarter when there is one.
static size_t cut_at(struct span line, size_t max)
{
	struct span whole = utf8_cut(line, max);

	for (size_t i = whole.len; i > max * 3 / 4; i--) {
		if (line.at[i - 1] == ' ')
			return i;
	}
	return whole.len ? whole.len : 1;
}

bool message_parts_next(struct message_parts *p, struct span *part)
{
	while (p->rest.len) {
		struct span line = {p->rest.at, span_find(p->rest, '\n')};
		bool is_whole = line.len <= p->max;
		size_t len = is_whole ? line.len : cut_at(line, p->max);
		p->rest = span_after(p->rest, is_whole ? len + 1 : len);
		*part = span_from(line.at, len);
		while (part->len && part->at[part->len - 1] == '\r')
			part->len--;
		if (!part->len)
			continue;
		p->is_first = false;
		return true;
	}
	if (!p->is_first)
		return false;
	p->is_first = false;
	*part = SPAN(" ");
	return true;
}

static void say(struct buf *out, const struct message_words *w)
{
	bool is_action = w->kind == LINE_ACTION;

	buf_printf(out, "%s " SPAN_FMT "%s", verb_of(w->kind), SPAN_ARG(w->target),
		   is_action ? " :\1ACTION " : " :");
	buf_add_span(out, w->text);
	if (is_action)
		buf_add_char(out, '\1');
}

// An act has one line, whatever was typed.
static void add_text(struct buf *out, struct span text)
{
	buf_add_str(out, " :");
	for (size_t i = 0; i < text.len; i++)
		buf_add_char(out, text.at[i] == '\n' || text.at[i] == '\r' ? ' ' : text.at[i]);
}

void message_line(struct buf *out, const struct message_words *w)
{
	if (w->kind == LINE_REACTION) {
		buf_printf(out, "TAGMSG " SPAN_FMT, SPAN_ARG(w->target));
	} else if (w->kind == LINE_REMOVAL) {
		buf_printf(out, "REDACT " SPAN_FMT " " SPAN_FMT, SPAN_ARG(w->target),
			   SPAN_ARG(w->reply_to));
		if (w->text.len)
			add_text(out, w->text);
	} else if (w->kind == LINE_TOPIC) {
		buf_printf(out, "TOPIC " SPAN_FMT, SPAN_ARG(w->target));
		add_text(out, w->text);
	} else {
		say(out, w);
	}
}

static void add_tag(struct buf *out, const char *key, struct span value)
{
	if (out->len)
		buf_add_char(out, ';');
	buf_printf(out, "%s=", key);
	msg_tag_escape(out, value);
}

void message_tags(struct buf *out, const struct message_words *w)
{
	if (w->id.len)
		add_tag(out, "snug.chat/id", w->id);
	if (w->kind == LINE_TOPIC && w->id.len) {
		add_tag(out, "snug.chat/was", w->reply_to);
	} else if (w->kind == LINE_REACTION) {
		add_tag(out, "+draft/reply", w->reply_to);
		add_tag(out, "+draft/react", w->text);
	} else if (w->reply_to.len && !line_kind_is_act(w->kind)) {
		add_tag(out, w->kind == LINE_EDIT ? "+draft/edit" : "+reply", w->reply_to);
	}
}

struct span message_last_param(struct span line)
{
	struct span word = {0};

	while (line.len && line.at[0] != ':')
		word = span_cut(&line, ' ');
	return line.len ? span_after(line, 1) : word;
}

static void take_stored(struct message_receipt *r, const struct msg *m)
{
	struct span value;

	r->fate = MESSAGE_STORED;
	if (msg_tag(m, SPAN("msgid"), &value))
		snprintf(r->id, sizeof(r->id), SPAN_FMT, SPAN_ARG(value));
	if (!msg_tag(m, SPAN("time"), &value) || !clock_parse(value, &r->at_ms))
		r->at_ms = 0;
	if (!msg_tag(m, SPAN("snug.chat/seq"), &value) || !span_to_u64(value, &r->seq))
		r->seq = 0;
}

static void take_refused(struct message_receipt *r, const struct msg *m, struct span code)
{
	struct buf reason = {0};

	r->fate = MESSAGE_REFUSED;
	free(r->reason);
	saying_add(&reason, m);
	r->reason = span_dup(buf_span(&reason));
	buf_clear(&reason);
	snprintf(r->code, sizeof(r->code), SPAN_FMT, SPAN_ARG(code));
}

static bool is_from(const struct msg *m, struct span nick)
{
	struct span source = m->source;

	return span_eq_fold(span_cut(&source, '!'), nick);
}

static bool is_one_of(struct span command)
{
	static const char *const commands[] = {"PRIVMSG", "NOTICE", "TAGMSG", "REDACT",
					       "TOPIC"};

	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (span_eq_fold(command, span_of(commands[i])))
			return true;
	}
	return false;
}

static bool is_echo(const struct msg *m, struct span nick, struct span target, struct span text)
{
	// A message of many lines: its numbers stand on the batch that opens it.
	if (span_eq_fold(m->command, SPAN("BATCH")))
		return span_eq(msg_param(m, 1), SPAN("draft/multiline")) &&
		       span_eq_fold(msg_param(m, 2), target) && is_from(m, nick);
	if (!is_one_of(m->command))
		return false;
	return is_from(m, nick) && span_eq_fold(msg_param(m, 0), target) &&
	       (!text.at || span_eq(msg_param(m, m->n_params - 1), text));
}

static bool is_error_about(const struct msg *m, struct span target, bool is_labeled)
{
	char first = m->command.at[0];

	if (m->command.len != 3 || (first != '4' && first != '5'))
		return false;
	return is_labeled || span_eq_fold(msg_param(m, 1), target);
}

bool message_receipt_take(struct message_receipt *r, const struct msg *m, struct span nick,
			  struct span target, struct span text)
{
	// Stored is stored, whatever is said besides.
	if (!m->n_params || r->fate == MESSAGE_STORED)
		return false;
	if (is_echo(m, nick, target, text)) {
		take_stored(r, m);
		return true;
	}
	bool is_labeled = !text.at;
	if (is_error_about(m, target, is_labeled)) {
		take_refused(r, m, m->command);
		return true;
	}
	struct span verb = msg_param(m, 0);
	bool is_about = is_labeled || span_eq(verb, SPAN("*")) ||
			span_eq_fold(verb, SPAN("PRIVMSG")) ||
			span_eq_fold(verb, SPAN("NOTICE")) || span_eq_fold(verb, SPAN("BATCH"));
	if (!span_eq_fold(m->command, SPAN("FAIL")) || !is_about)
		return false;
	take_refused(r, m, msg_param(m, 1));
	return true;
}
