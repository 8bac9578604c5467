// SPDX-License-Identifier: MIT
#include "client/model/target.h"
#include "client/ui/plain.h"
#include "client/model/shown.h"
#include "client/model/own.h"
#include "client/model/hush.h"
#include "client/model/extra.h"
#include "client/text/filter.h"
#include "client/ui/view.h"
#include "common/clock.h"
#include "common/die.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define LINE_IN_MAX (64 * 1024)
// What poll() promises to take without blocking, on pipes and terminals alike.
#define WRITE_MAX 512

struct plain {
	struct loop *loop;
	struct model *m;
	const struct intents *intents;
	int fd_in, fd_out;
	struct loop_fd *in;
	struct loop_fd *out; // while bytes wait
	struct buf typed;
	struct buf pending;
	int64_t day; // some moment of the day of the line that was printed last
};

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

void plain_line(struct buf *out, const struct model *m, const struct target *t,
		const struct log_line *l, bool with_target)
{
	bool is_mention = (l->flags & LINE_MENTION) && t->kind == TARGET_ROOM;
	if (is_mention)
		buf_add_str(out, "Mention ");
	add_time(out, l->at_ms);
	if (with_target) {
		buf_add_char(out, ' ');
		add_shown(out, m, NULL, t);
	}
	add_name(out, m, l);
	if (l->kind == LINE_EDIT)
		buf_add_str(out, "edited: ");
	if (!l->from)
		buf_add_str(out, l->kind == LINE_ERROR ? " error: " : " ");
	if (l->flags & LINE_REDACTED)
		add_removed(out, l);
	else
		filter_add_line(out, line_says(l));
	buf_add_char(out, '\n');
}

static void push(struct plain *p);

static void add_day(struct plain *p, int64_t at_ms)
{
	char before[32], day[32];
	view_day(p->day, before);
	view_day(at_ms, day);
	p->day = at_ms;
	if (strcmp(day, before) == 0)
		return;
	buf_printf(&p->pending, "--- %s\n", day);
}

static void on_writable(void *arg, unsigned events)
{
	struct plain *p = arg;
	(void)events;
	size_t len = p->pending.len < WRITE_MAX ? p->pending.len : WRITE_MAX;
	ssize_t n = write(p->fd_out, p->pending.at, len);
	// A reader that is gone reads nothing more.
	buf_drop(&p->pending, n > 0 ? (size_t)n : p->pending.len);
	push(p);
}

static void push(struct plain *p)
{
	if (p->pending.len && !p->out)
		p->out = loop_add(p->loop, p->fd_out, LOOP_WRITE, on_writable, p);
	if (!p->pending.len && p->out) {
		loop_remove(p->out);
		p->out = NULL;
	}
}

static void on_line(void *arg, struct target *t, struct log_line *l)
{
	struct plain *p = arg;
	if (l->kind == LINE_EDIT && (l->flags & LINE_REDACTED))
		return; // its message tells
	if (line_is_hushed(l))
		return;
	add_day(p, l->at_ms);
	plain_line(&p->pending, p->m, t, l, true);
	push(p);
}

// With the time and the name that it was said with: the line is one of those above.
static void on_redacted(void *arg, struct target *t, struct log_line *l)
{
	on_line(arg, t, l);
}

static void on_own(void *arg, struct target *t, struct own *o)
{
	struct plain *p = arg;
	if (!own_is_left(o->state))
		return;
	buf_add_str(&p->pending,
		    o->state == OWN_LOST ? "The server lost, to " : "Not sent to ");
	add_shown(&p->pending, p->m, NULL, t);
	if (o->reason && o->reason[0]) {
		buf_add_str(&p->pending, " (");
		filter_add_line(&p->pending, span_of(o->reason));
		buf_add_char(&p->pending, ')');
	}
	struct buf says = {0};
	own_says(o, &says);
	buf_add_str(&p->pending, ": ");
	filter_add_line(&p->pending, buf_span(&says));
	buf_add_str(&p->pending, "\n");
	buf_clear(&says);
	push(p);
}

static const char *link_words(enum link_state state)
{
	switch (state) {
	case LINK_CONNECTING:
		return "Connecting";
	case LINK_LOGIN:
		return "Logging in";
	case LINK_ONLINE:
		return "Online";
	case LINK_LAGGING:
		return "Waiting for the server";
	case LINK_OFFLINE:
		return "Offline";
	case LINK_REFUSED:
		return "Refused";
	}
	return "";
}

static void on_link(void *arg)
{
	struct plain *p = arg;
	const struct link_status *link = &p->m->link;
	buf_add_str(&p->pending, link_words(link->state));
	if (link->text[0]) {
		buf_add_str(&p->pending, ": ");
		filter_add_line(&p->pending, span_of(link->text));
	}
	buf_add_char(&p->pending, '\n');
	push(p);
}

static void on_question(void *arg)
{
	struct plain *p = arg;
	const struct question *q = &p->m->question;
	const char *before = " [";
	buf_add_str(&p->pending, "Question: ");
	filter_add_line(&p->pending, span_of(q->text));
	for (const char *c = q->choices; *c; c++) {
		buf_printf(&p->pending, "%s%c", before, *c);
		before = "/";
	}
	buf_add_str(&p->pending, "]\n");
	push(p);
}

// An open question is answered by its letter alone. Who says something else than whether to
// revoke the device does not mean it: a later "y" is no answer.
static bool take_answer(struct plain *p, struct span text)
{
	const struct question *q = &p->m->question;
	int id = q->id;
	bool is_answer = text.len == 1 && strchr(q->choices ? q->choices : "", text.at[0]);
	if (id == QUESTION_DEVICE && !is_answer) {
		model_ask_done(p->m, id);
		p->intents->answer(p->intents->arg, id, 'n');
	}
	if (!id || !is_answer)
		return false;
	model_ask_done(p->m, id);
	p->intents->answer(p->intents->arg, id, text.at[0]);
	return true;
}

static void take_typed(struct plain *p)
{
	struct span rest = buf_span(&p->typed);
	while (span_find(rest, '\n') < rest.len) {
		// A copy: what is called may read on.
		char *text = span_dup(span_cut(&rest, '\n'));
		if (text[0] && !take_answer(p, span_of(text)))
			p->intents->typed(p->intents->arg, p->m->current, span_of(text));
		free(text);
	}
	buf_drop(&p->typed, p->typed.len - rest.len);
	if (p->typed.len > LINE_IN_MAX)
		buf_reset(&p->typed);
}

static void on_readable(void *arg, unsigned events)
{
	struct plain *p = arg;
	(void)events;
	ssize_t got = read(p->fd_in, buf_space(&p->typed, 4096), 4096);
	if (got > 0) {
		p->typed.len += (size_t)got;
		take_typed(p);
		return;
	}
	loop_remove(p->in);
	p->in = NULL;
	p->intents->quit(p->intents->arg, SPAN(""));
}

struct plain *plain_new(struct loop *l, struct model *m, const struct intents *intents,
			int fd_in, int fd_out)
{
	struct plain *p = xcalloc(1, sizeof(*p));
	*p = (struct plain){.loop = l,
			    .m = m,
			    .intents = intents,
			    .fd_in = fd_in,
			    .fd_out = fd_out,
			    .day = clock_wall_ms()};
	struct model_watch watch = {.arg = p,
				    .on_line = on_line,
				    .on_redacted = on_redacted,
				    .on_own = on_own,
				    .on_link = on_link,
				    .on_question = on_question};
	model_watch(m, &watch);
	p->in = loop_add(l, fd_in, LOOP_READ, on_readable, p);
	return p;
}

void plain_free(struct plain *p)
{
	if (!p)
		return;
	model_unwatch(p->m, p);
	loop_remove(p->in);
	loop_remove(p->out);
	while (p->pending.len) {
		ssize_t n = write(p->fd_out, p->pending.at, p->pending.len);
		if (n <= 0)
			break;
		buf_drop(&p->pending, (size_t)n);
	}
	buf_clear(&p->typed);
	buf_clear(&p->pending);
	free(p);
}
