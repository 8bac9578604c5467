// SPDX-License-Identifier: MIT
// /mute, /ignore, /unignore, /dnd, /quiet: what is not to disturb, kept by the server for all
// devices of the account where it can (snug.chat/quiet).
#include "client/model/arrange.h"
#include "client/model/hush.h"
#include "client/model/quiet.h"
#include "client/slash/command_private.h"
#include "common/clock.h"
#include "common/spoken.h"

#include <stdio.h>

#define DND "8h"

static bool is_kept_by_server(const struct slash_call *call)
{
	return model_has_cap(call->c->model, "snug.chat/quiet");
}

static bool need_server(const struct slash_call *call)
{
	if (is_kept_by_server(call))
		return true;
	call_note(call, LINE_ERROR,
		  spoken("this server keeps no list of what may not disturb you"));
	return false;
}

// "" is for ever, "2h" so long from now, as the time that it ends. False: it was said what is
// wrong.
static bool take_until(struct slash_call *call, struct span span, char out[CLOCK_TEXT_LEN + 1])
{
	int64_t ms;

	snprintf(out, CLOCK_TEXT_LEN + 1, "*");
	if (!span.len)
		return true;
	if (!clock_parse_span(span, &ms) || ms <= 0) {
		call_note(call, LINE_ERROR, spoken("how long is written 30m, 2h, 7d, not %.*s"),
			  (int)span.len, span.at);
		return false;
	}
	clock_text(call->c->now_ms + ms, out);
	return true;
}

static void add(struct slash_call *call, const char *kind, struct span subject,
		struct span span)
{
	char until[CLOCK_TEXT_LEN + 1];

	if (take_until(call, span, until))
		call_send(call, "QUIET ADD %s %.*s %s", kind, (int)subject.len, subject.at,
			  until);
}

static void del(const struct slash_call *call, const char *kind, struct span subject)
{
	call_send(call, "QUIET DEL %s %.*s", kind, (int)subject.len, subject.at);
}

static void mute_here(struct slash_call *call)
{
	struct buf words = {0};

	arrange_mute(call->c->model, call->t, !call->t->muted);
	arrange_say_mute(call->t, &words);
	call_remark(call, &words);
	buf_clear(&words);
}

void slash_mute(struct slash_call *call)
{
	const struct target *t = call->t;
	struct span name = span_of(t->name);

	if (t->kind == TARGET_SERVER || t->muted || !is_kept_by_server(call)) {
		if (!call->rest.len || need_server(call))
			mute_here(call);
	} else if (t->is_hushed && !call->rest.len) {
		del(call, "mute", name);
	} else {
		add(call, "mute", name, call_word(call));
	}
}

static void say_list(const struct slash_call *call, const char *kind, const char *format,
		     const char *none)
{
	struct buf list = {0};

	hush_list(call->c->model, kind, &list);
	if (list.len)
		call_note(call, LINE_INFO, "%s: %s", format, buf_str(&list));
	else
		call_note(call, LINE_INFO, "%s", none);
	buf_clear(&list);
}

void slash_ignore(struct slash_call *call)
{
	struct span name = call_word(call);

	if (!need_server(call))
		return;
	if (name.len)
		add(call, "ignore", name, call_word(call));
	else
		say_list(call, "ignore", spoken("you ignore"),
			 spoken("you ignore nobody: /ignore NAME"));
}

void slash_unignore(struct slash_call *call)
{
	if (need_server(call))
		del(call, "ignore", call_word(call));
}

void slash_dnd(struct slash_call *call)
{
	struct span word = call_word(call);

	if (!need_server(call))
		return;
	if (span_eq(word, SPAN("off")))
		del(call, "dnd", SPAN("*"));
	else
		add(call, "dnd", SPAN("*"), word.len ? word : SPAN(DND));
}

void slash_quiet(struct slash_call *call)
{
	struct span word = call_word(call);
	struct quiet quiet;
	struct buf why = {0};

	if (!need_server(call))
		return;
	if (!word.len)
		say_list(call, "hours", spoken("nothing rings"),
			 spoken("it rings at any hour: /quiet 22:00-07:00"));
	else if (span_eq(word, SPAN("off")))
		del(call, "hours", SPAN("*"));
	else if (quiet_parse(word, &quiet, &why))
		add(call, "hours", word, SPAN(""));
	else
		call_note(call, LINE_ERROR, "%s", buf_str(&why));
	buf_clear(&why);
}
