// SPDX-License-Identifier: MIT
// What people say, and what happens to it: messages, typing, reactions, redaction, read
// markers.
#include "client/model/model_event_private.h"
#include "client/model/extra.h"
#include "client/model/target.h"
#include "client/model/people.h"
#include "common/clock.h"
#include "common/spoken.h"
#include "common/utf8.h"

#define TYPING_ACTIVE_MS 6000
#define TYPING_PAUSED_MS 30000
#define REMOVAL_MAX 300 // bytes of who and why

// A direct message belongs to the other side, whoever sent it.
static struct target *find_place(const struct event *e, bool make)
{
	struct span name = msg_param(e->msg, 0);
	const struct server_facts *facts = &e->m->facts;
	// "@#room": to those with the sign only.
	if (name.len > 1 && strchr(facts->prefix_signs, name.at[0]) &&
	    strchr(facts->chan_types, name.at[1]))
		name = span_after(name, 1);
	if (!name.len || !e->from)
		return e->m->server;
	bool is_room = strchr(facts->chan_types, name.at[0]) != NULL;
	if (!is_room && !e->is_mine)
		name = e->nick;
	return make ? target_need(e->m, name) : target_find(e->m, name);
}

static void add_ctcp(const struct event *e, struct target *t, enum line_kind kind,
		     struct span text)
{
	if (span_starts_fold(text, SPAN("ACTION "))) {
		event_add(e, t, kind == LINE_EDIT ? kind : LINE_ACTION, span_after(text, 7));
		return;
	}
	event_addf(e, t, LINE_INFO, spoken("asked for CTCP " SPAN_FMT), SPAN_ARG(text));
}

static void add_message(const struct event *e, enum line_kind kind)
{
	struct span text = msg_param(e->msg, 1);
	if (batch_takes(e, kind == LINE_NOTICE, text) || msg_param(e->msg, 0).len == 0)
		return;
	if (e->batch && e->batch->kind == BATCH_SEARCH) {
		found_add(e);
		return;
	}
	struct target *t = find_place(e, true);
	struct span edited;
	if (e->from)
		typing_set(t, e->from, 0);
	if (event_edit(e, &edited))
		kind = LINE_EDIT;
	if (text.len > 1 && text.at[0] == '\1') {
		text = span_after(text, 1);
		if (text.at[text.len - 1] == '\1')
			text.len--;
		add_ctcp(e, t, kind, text);
		return;
	}
	event_add(e, t, kind, text);
}

void on_message(const struct event *e)
{
	add_message(e, LINE_MESSAGE);
}

void on_notice(const struct event *e)
{
	if (!e->from) {
		event_add(e, e->m->server, LINE_INFO, msg_param(e->msg, 1));
		return;
	}
	add_message(e, LINE_NOTICE);
}

static void take_typing(const struct event *e, struct target *t, struct span state)
{
	if (e->is_mine || e->is_history)
		return;
	int64_t until = 0;
	if (span_eq(state, SPAN("active")))
		until = e->now_ms + TYPING_ACTIVE_MS;
	else if (span_eq(state, SPAN("paused")))
		until = e->now_ms + TYPING_PAUSED_MS;
	typing_set(t, e->from, until);
	e->m->version++;
}

static void take_reaction(const struct event *e, struct target *t, struct span text, bool add)
{
	struct span id;
	if (!msg_tag(e->msg, SPAN("+reply"), &id) &&
	    !msg_tag(e->msg, SPAN("+draft/reply"), &id))
		return;
	struct log_line *l = scrollback_find(&t->log, id);
	if (!l)
		return;
	struct buf plain = {0};
	msg_tag_unescape(&plain, text);
	if (line_react(&t->log, l, buf_span(&plain), e->from, add)) {
		struct reacted what = {e->from, buf_span(&plain), !add};
		e->m->version++;
		if (!e->is_history)
			tell_reacted(e->m, t, l, &what);
	}
	buf_clear(&plain);
}

void on_tagmsg(const struct event *e)
{
	struct target *t = e->from ? find_place(e, false) : NULL;
	if (!t)
		return;
	struct span value;
	if (msg_tag(e->msg, SPAN("+typing"), &value))
		take_typing(e, t, value);
	if (msg_tag(e->msg, SPAN("+react"), &value) ||
	    msg_tag(e->msg, SPAN("+draft/react"), &value))
		take_reaction(e, t, value, true);
	if (msg_tag(e->msg, SPAN("+unreact"), &value) ||
	    msg_tag(e->msg, SPAN("+draft/unreact"), &value))
		take_reaction(e, t, value, false);
}

// Where the message stands: what the server itself removes of a conversation of two names
// either side, so it is looked for.
static struct target *redacted_in(const struct event *e)
{
	const struct line_batch *page = event_page(e);
	if (page)
		return target_find(e->m, span_of(page->target));
	for (size_t i = 0; !e->from && i < e->m->n_targets; i++) {
		if (scrollback_find(&e->m->targets[i]->log, msg_param(e->msg, 1)))
			return e->m->targets[i];
	}
	return find_place(e, false);
}

// "by alice: spam"; nothing where the author took it back without a word.
static void add_removal(const struct event *e, const struct person *author, struct buf *out)
{
	struct span reason = msg_param(e->msg, 2);
	if (!e->from)
		buf_add_str(out, spoken("by the server"));
	else if (e->from != author)
		buf_printf(out, spoken("by %s"), e->from->name);
	if (reason.len)
		buf_printf(out, "%s" SPAN_FMT, out->len ? ": " : "", SPAN_ARG(reason));
	out->len = utf8_cut(buf_span(out), REMOVAL_MAX).len;
}

// History has its place, and tells who had said it.
static void add_redacted(const struct event *e, struct target *t)
{
	struct event said = *e;
	struct span author, edited;
	struct buf words = {0};
	if (!e->is_history || !e->id.len ||
	    !msg_tag(e->msg, SPAN("snug.chat/author"), &author) || !author.len)
		return;
	said.from = person_need(e->m, author);
	said.is_mine = said.from == e->m->me;
	said.is_redacted = true;
	add_removal(e, said.from, &words);
	event_add(&said, t, event_edit(e, &edited) ? LINE_EDIT : LINE_MESSAGE,
		  buf_span(&words));
	buf_clear(&words);
}

void on_redact(const struct event *e)
{
	struct target *t = redacted_in(e);
	struct log_line *l = t ? scrollback_find(&t->log, msg_param(e->msg, 1)) : NULL;
	struct buf words = {0};
	if (!t)
		return;
	if (!l) {
		add_redacted(e, t);
		return;
	}
	if (l->flags & LINE_REDACTED)
		return;
	scrollback_wipe(&t->log, l);
	line_set_file(&t->log, l, NULL);
	l->flags |= LINE_REDACTED;
	add_removal(e, l->from, &words);
	if (words.len)
		line_set_removal(&t->log, l, buf_span(&words));
	buf_clear(&words);
	edits_settle(t, l);
	l->flags &= (uint8_t)~LINE_MENTION;
	target_recount(e->m, t);
	tell_redacted(e->m, t, l);
}

void on_markread(const struct event *e)
{
	struct target *t = target_find(e->m, msg_param(e->msg, 0));
	struct span time = msg_param(e->msg, 1);
	if (!t)
		return;
	int64_t at_ms = 0;
	if (span_starts(time, SPAN("timestamp=")))
		time = span_after(time, 10);
	if (!span_eq(time, SPAN("*")) && !clock_parse(time, &at_ms))
		return;
	target_set_read(e->m, t, at_ms);
}
