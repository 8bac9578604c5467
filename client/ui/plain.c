// SPDX-License-Identifier: MIT
// What is printed, and what typed lines are. Commands stand in plain_acts.c.
#include "client/ui/plain_private.h"
#include "client/model/hush.h"
#include "client/model/own.h"
#include "client/model/shown.h"
#include "client/model/target.h"
#include "client/text/filter.h"
#include "client/ui/view.h"
#include "common/clock.h"
#include "common/die.h"

#include <stdio.h>
#include <stdlib.h>

#define UNSEEN_MAX 50 // lines of a muted target that are printed when one goes there

struct handles *plain_handles(struct plain *p)
{
	return p->has_handles ? &p->handles : NULL;
}

void plain_say(struct plain *p, struct span text)
{
	struct buf line = {0};
	filter_add_line(&line, text);
	buf_add_char(&line, '\n');
	teletype_print(p->tty, buf_span(&line));
	buf_clear(&line);
}

void plain_sayf(struct plain *p, const char *format, ...)
{
	char text[1024];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len >= 0)
		plain_say(p, span_of(text));
}

static void print_day(struct plain *p, int64_t at_ms)
{
	char before[32], day[32];
	view_day(p->day, before);
	view_day(at_ms, day);
	p->day = at_ms;
	if (strcmp(day, before) != 0)
		plain_sayf(p, "--- %s", day);
}

void plain_print(struct plain *p, const struct target *t, const struct log_line *l)
{
	struct buf line = {0};
	print_day(p, l->at_ms);
	plain_line(&line, p->m, t, l, plain_handles(p));
	teletype_print(p->tty, buf_span(&line));
	buf_clear(&line);
}

void plain_print_found(struct plain *p, const struct found *f, const struct target *t)
{
	struct buf line = {0};
	print_day(p, f->at_ms);
	plain_line_found(&line, p->m, f, t, plain_handles(p));
	teletype_print(p->tty, buf_span(&line));
	buf_clear(&line);
}

// Where one is not, and what was muted, waits until one goes there.
static bool is_put_off(const struct plain *p, const struct target *t)
{
	return target_is_muted(t) && t != p->m->current;
}

static void print_unseen(struct plain *p, const struct target *t)
{
	size_t first = target_first_unread(t), n = t->log.count - first;
	if (n > UNSEEN_MAX)
		plain_sayf(p, "%zu older lines are not shown", n - UNSEEN_MAX);
	for (size_t i = n > UNSEEN_MAX ? t->log.count - UNSEEN_MAX : first; i < t->log.count;
	     i++) {
		if (!line_is_hushed(scrollback_at(&t->log, i)))
			plain_print(p, t, scrollback_at(&t->log, i));
	}
}

// Where a typed line goes to now.
static void tell_place(struct plain *p)
{
	const struct target *t = p->m->current;
	struct buf words = {0};
	if (p->place == t->id)
		return;
	p->place = t->id;
	buf_add_str(&words, "Now in ");
	shown_add_target(&words, p->m, t);
	plain_say(p, buf_span(&words));
	buf_clear(&words);
	if (target_is_muted(t))
		print_unseen(p, t);
}

// It is there for who looks for a place, was read or is older than what is unread.
static bool is_past(const struct plain *p, const struct target *t, const struct log_line *l)
{
	bool is_read = !t->has_marker || l->at_ms <= t->read_at;
	return p->sought == t->id && (l->flags & LINE_HISTORY) && is_read &&
	       l->at_ms < p->sought_before;
}

static void on_line(void *arg, struct target *t, struct log_line *l)
{
	struct plain *p = arg;
	if (l->kind == LINE_EDIT && (l->flags & LINE_REDACTED))
		return; // its message tells
	if (!line_is_hushed(l) && !is_put_off(p, t) && !is_past(p, t, l))
		plain_print(p, t, l);
}

// With the time and the name that it was said with: the line is one of those above.
static void on_redacted(void *arg, struct target *t, struct log_line *l)
{
	on_line(arg, t, l);
}

static void on_reacted(void *arg, struct target *t, struct log_line *l,
		       const struct reacted *what)
{
	struct plain *p = arg;
	struct buf line = {0};
	if (is_put_off(p, t) || line_is_hushed(l))
		return;
	plain_line_reacted(&line, p->m, t, l, what, plain_handles(p));
	teletype_print(p->tty, buf_span(&line));
	buf_clear(&line);
}

static void on_own(void *arg, struct target *t, struct own *o)
{
	struct plain *p = arg;
	struct buf words = {0};
	if (!own_is_left(o->state))
		return;
	buf_add_str(&words, o->state == OWN_LOST ? "The server lost, to " : "Not sent to ");
	shown_add_target(&words, p->m, t);
	if (o->reason && o->reason[0])
		buf_printf(&words, " (%s)", o->reason);
	buf_add_str(&words, ": ");
	own_says(o, &words);
	plain_say(p, buf_span(&words));
	buf_clear(&words);
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
	case LINK_STORING:
		return "The server waits for its store: what you say is kept";
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
	plain_sayf(p, "%s%s%s", link_words(link->state), link->text[0] ? ": " : "", link->text);
}

static void on_question(void *arg)
{
	struct plain *p = arg;
	const struct question *q = &p->m->question;
	struct buf words = {0};
	buf_printf(&words, "Question: %s", q->text);
	if (question_wants_code(q->id))
		buf_add_str(&words, " (type: c and the code)");
	for (const char *c = q->choices; *c; c++)
		buf_printf(&words, "%s%c", c == q->choices ? " [" : "/", *c);
	buf_add_char(&words, ']');
	plain_say(p, buf_span(&words));
	buf_clear(&words);
}

// "c 123456". Other than a password, it is worth nothing once it was used.
static bool take_code(struct plain *p, struct span text)
{
	struct span rest = text, letter = span_cut(&rest, ' ');

	int id = p->m->question.id;
	if (!question_wants_code(id) || !span_eq(letter, SPAN("c")))
		return false;
	rest = span_trim(rest);
	if (rest.len) {
		model_ask_done(p->m, id);
		p->intents->prove(p->intents->arg, id, rest);
	} else {
		plain_sayf(p, "the code is missing: type c and the code");
	}
	return true;
}

// An open question is answered by its letter alone. Who says something else than whether to
// revoke the device or to remove a message does not mean it: a later "y" is no answer.
static bool take_answer(struct plain *p, struct span text)
{
	const struct question *q = &p->m->question;
	int id = q->id;
	bool is_answer = text.len == 1 && strchr(q->choices ? q->choices : "", text.at[0]);
	bool is_passing = id == QUESTION_DEVICE || id == PLAIN_REDACT;
	if (!id || (!is_answer && !is_passing))
		return false;
	char answer = is_answer ? text.at[0] : 'n';
	model_ask_done(p->m, id);
	if (id == PLAIN_REDACT)
		plain_redact_answer(p, answer == 'y');
	else
		p->intents->answer(p->intents->arg, id, answer);
	return is_answer;
}

static void on_text(void *arg, struct span text)
{
	struct plain *p = arg;
	if (!take_code(p, text) && !take_answer(p, text))
		p->intents->typed(p->intents->arg, p->m->current, text);
}

static void on_end(void *arg)
{
	struct plain *p = arg;
	p->intents->quit(p->intents->arg, SPAN(""));
}

// All that is in the logs was printed, but where it is put off.
static void see(struct plain *p, struct target *t)
{
	if (is_put_off(p, t) || t->kind == TARGET_SERVER || !t->log.count)
		return;
	target_see(p->m, t, 0, t->log.count - 1);
	int64_t to = target_seen_to(t);
	if (to <= t->read_at || !teletype_is_terminal(p->tty))
		return;
	target_set_read(p->m, t, to);
	p->intents->mark_read(p->intents->arg, t, to);
}

static void on_written(void *arg)
{
	struct plain *p = arg;
	for (size_t i = 0; i < p->m->n_targets; i++)
		see(p, p->m->targets[i]);
}

static void on_turn_end(void *arg)
{
	tell_place(arg);
}

void plain_set_handles(struct plain *p, bool on)
{
	p->has_handles = on;
}

struct plain *plain_new(struct loop *l, struct model *m, const struct intents *intents,
			int fd_in, int fd_out)
{
	struct plain *p = xcalloc(1, sizeof(*p));
	struct teletype_order order = {.loop = l,
				       .fd_in = fd_in,
				       .fd_out = fd_out,
				       .hold_ms = TELETYPE_HOLD_MS,
				       .arg = p,
				       .on_text = on_text,
				       .on_end = on_end,
				       .on_written = on_written};
	struct model_watch watch = {.arg = p,
				    .on_line = on_line,
				    .on_redacted = on_redacted,
				    .on_reacted = on_reacted,
				    .on_own = on_own,
				    .on_link = on_link,
				    .on_found = plain_on_found,
				    .on_sought = plain_on_sought,
				    .on_question = on_question};
	*p = (struct plain){.m = m,
			    .intents = intents,
			    .has_handles = true,
			    .day = clock_wall_ms(),
			    .place = m->current->id};
	p->tty = teletype_new(&order);
	p->turn_end = loop_at_turn_end(l, on_turn_end, p);
	model_watch(m, &watch);
	return p;
}

void plain_free(struct plain *p)
{
	if (!p)
		return;
	model_unwatch(p->m, p);
	loop_hook_remove(p->turn_end);
	teletype_free(p->tty);
	handles_clear(&p->handles);
	free(p->redaction);
	free(p);
}
