// SPDX-License-Identifier: MIT
#include "client/ui/plain_line.h"
#include "client/model/extra.h"
#include "client/model/shown.h"
#include "client/text/filter.h"
#include "client/text/width.h"
#include "common/clock.h"

#include <time.h>

#define QUOTE_COLS 40

static void add_time(struct buf *out, int64_t at_ms)
{
	struct tm tm;
	char clock[8];
	time_t seconds = (time_t)(at_ms / 1000);
	localtime_r(&seconds, &tm);
	strftime(clock, sizeof(clock), "%H:%M", &tm);
	buf_add_str(out, clock);
}

// What somebody says of themselves is filtered as all text.
static void add_shown(struct buf *out, const struct model *m, const struct person *p,
		      const struct target *t)
{
	struct buf raw = {0};
	if (p)
		shown_add(&raw, m, p);
	else
		shown_add_target(&raw, m, t);
	filter_add_line(out, buf_span(&raw));
	buf_clear(&raw);
}

static void add_name(struct buf *out, const struct model *m, const struct log_line *l)
{
	if (!l->from)
		return;
	const char *before = l->kind == LINE_ACTION ? "* " : l->kind == LINE_NOTICE ? "-" : "";
	const char *behind = l->kind == LINE_NOTICE    ? "-: "
			     : l->kind == LINE_MESSAGE ? ": "
						       : " ";
	buf_add_char(out, ' ');
	buf_add_str(out, before);
	add_shown(out, m, l->from, NULL);
	buf_add_str(out, behind);
}

static void add_removed(struct buf *out, const struct log_line *l)
{
	struct span words = line_removal(l);
	buf_add_str(out, "(message removed");
	if (words.len)
		buf_add_char(out, ' ');
	filter_add_line(out, words);
	buf_add_char(out, ')');
}

static void add_beginning(struct buf *out, struct span text)
{
	struct buf clean = {0};
	int width;
	filter_add_line(&clean, text);
	struct span quote = width_cut(NULL, buf_span(&clean), QUOTE_COLS, &width);
	buf_printf(out, "\"" SPAN_FMT "%s\"", SPAN_ARG(quote),
		   quote.len < clean.len ? "..." : "");
	buf_clear(&clean);
}

// "a3", or how the message begins.
static void add_meant(struct buf *out, const struct target *t, const struct handles *handles,
		      struct span id)
{
	const struct handle *h = handles ? handles_of(handles, id) : NULL;
	const struct log_line *l = scrollback_find(&t->log, id);
	if (h || !l)
		buf_add_str(out, h ? h->name : "an older message");
	else
		add_beginning(out, line_says(l));
}

// An edit has the name of what it edits.
static void add_handle(struct buf *out, const struct target *t, const struct log_line *l,
		       struct handles *handles)
{
	struct span id = l->kind == LINE_EDIT ? line_reply_to(l) : line_id(l);
	if (handles && id.len && (line_is_speech(l) || l->kind == LINE_EDIT))
		buf_printf(out, " [%s]", handles_need(handles, t->id, id)->name);
}

static void add_says(struct buf *out, const struct target *t, const struct log_line *l,
		     struct handles *handles)
{
	struct span answered = line_is_speech(l) ? line_reply_to(l) : SPAN("");
	if (l->flags & LINE_REDACTED) {
		add_removed(out, l);
		return;
	}
	if (answered.len) {
		buf_add_str(out, "(to ");
		add_meant(out, t, handles, answered);
		buf_add_str(out, ") ");
	}
	filter_add_line(out, line_says(l));
}

void plain_line(struct buf *out, const struct model *m, const struct target *t,
		const struct log_line *l, struct handles *handles)
{
	bool is_mention = (l->flags & LINE_MENTION) && t->kind == TARGET_ROOM;
	if (is_mention)
		buf_add_str(out, "Mention ");
	add_time(out, l->at_ms);
	buf_add_char(out, ' ');
	add_shown(out, m, NULL, t);
	add_name(out, m, l);
	if (l->kind == LINE_EDIT)
		buf_add_str(out, "edited: ");
	if (!l->from)
		buf_add_str(out, l->kind == LINE_ERROR ? " error: " : " ");
	add_says(out, t, l, handles);
	add_handle(out, t, l, handles);
	buf_add_char(out, '\n');
}

void plain_line_reacted(struct buf *out, const struct model *m, const struct target *t,
			const struct log_line *l, const struct reacted *what,
			const struct handles *handles)
{
	add_time(out, clock_wall_ms());
	buf_add_char(out, ' ');
	add_shown(out, m, NULL, t);
	buf_add_char(out, ' ');
	add_shown(out, m, what->who, NULL);
	buf_add_str(out, what->is_back ? " takes back " : " reacts ");
	filter_add_line(out, what->text);
	buf_add_str(out, what->is_back ? " from " : " to ");
	add_meant(out, t, handles, line_id(l));
	buf_add_char(out, '\n');
}

void plain_line_quote(struct buf *out, const struct log_line *l)
{
	struct buf both = {0};
	if (!l) {
		buf_add_str(out, "that message");
		return;
	}
	if (l->flags & LINE_SELF)
		buf_add_str(out, "your");
	else if (l->from)
		shown_add_both(&both, l->from);
	filter_add_line(out, buf_span(&both));
	buf_add_str(out, l->flags & LINE_SELF ? " message " : "'s message ");
	add_beginning(out, line_says(l));
	buf_clear(&both);
}

void plain_line_found(struct buf *out, const struct model *m, const struct found *f,
		      const struct target *t, struct handles *handles)
{
	add_time(out, f->at_ms);
	buf_add_char(out, ' ');
	add_shown(out, m, NULL, t);
	buf_add_char(out, ' ');
	add_shown(out, m, f->from, NULL);
	buf_add_str(out, ": ");
	filter_add_line(out, span_of(f->text));
	if (handles && f->id[0])
		buf_printf(out, " [%s]", handles_need(handles, t->id, span_of(f->id))->name);
	buf_add_char(out, '\n');
}
