// SPDX-License-Identifier: MIT
// Finds the row of a line, and what all handlers share. The handlers stand in
// handle_message.c, handle_room.c, handle_batch.c and handle_numeric.c.
#include "client/model/hush.h"
#include "client/model/handle.h"
#include "client/model/model_event_private.h"
#include "client/model/extra.h"
#include "client/model/line_file.h"
#include "client/model/saying.h"
#include "common/at_all.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/utf8.h"
#include "client/model/people.h"
#include "client/model/target.h"

#include <stdio.h>
#include <stdlib.h>

// Sequence number of a stored message, told by our own servers.
#define TAG_SEQ SPAN("snug.chat/seq")
#define WORDS_MAX 1023 // bytes of a line that we make of one of the server's

static void on_nothing(const struct event *e)
{
	(void)e;
}

static const struct handler_row {
	const char *name;
	handler_fn *fn;
} rows[] = {
#define ROW(name, fn) {name, fn},
#define SILENT(name) {name, on_nothing},
#include "client/model/handlers.def"
#undef ROW
#undef SILENT
};

static handler_fn *find_row(struct span command)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (span_eq_fold(span_of(rows[i].name), command))
			return rows[i].fn;
	}
	return NULL;
}

static void read_tags(struct event *e)
{
	struct span rest = e->msg->tags, key, value;
	while (msg_tag_next(&rest, &key, &value)) {
		if (span_eq(key, SPAN("time"))) {
			if (!clock_parse(value, &e->at_ms))
				e->at_ms = e->now_ms;
		} else if (span_eq(key, SPAN("msgid"))) {
			e->id = value;
		} else if (span_eq(key, SPAN("batch"))) {
			e->batch = batch_find(e->m, value);
		} else if (span_eq(key, TAG_SEQ)) {
			if (!span_to_u64(value, &e->seq))
				e->seq = 0;
		}
	}
}

static void read_account(struct event *e)
{
	struct span account;
	if (!msg_tag(e->msg, SPAN("account"), &account))
		return;
	if (!span_eq(account, span_of(e->from->account)))
		person_set_account(e->from, account);
}

// A source without a user part: the name that the server's own lines (the first is CAP's)
// come from, or one with a dot.
static bool is_server(const struct event *e)
{
	char *known = e->m->facts.server;
	size_t room = sizeof(e->m->facts.server) - 1;
	char first = e->msg->command.at[0];
	bool is_its_own =
		(first >= '0' && first <= '9') || span_eq_fold(e->msg->command, SPAN("CAP"));
	if (is_its_own && e->nick.len <= room) {
		memcpy(known, e->nick.at, e->nick.len);
		known[e->nick.len] = '\0';
	}
	return is_its_own || span_find(e->nick, '.') < e->nick.len ||
	       span_eq_fold(e->nick, span_of(known));
}

static void read_source(struct event *e)
{
	struct span source = e->msg->source;
	e->nick = span_cut(&source, '!');
	if (!e->nick.len || (!source.len && is_server(e)))
		return;
	e->from = person_need(e->m, e->nick);
	e->is_mine = e->from == e->m->me;
	read_account(e);
}

// A line that no row knows: what it says is shown, errors where the user looks.
static void show_unknown(const struct event *e)
{
	struct buf text = {0};
	char first = e->msg->command.at[0];
	bool is_numeric = first >= '0' && first <= '9';
	if (!is_numeric) {
		buf_add_span(&text, e->msg->command);
		buf_add_char(&text, ' ');
	}
	if (saying_has(e->msg))
		saying_add(&text, e->msg);
	else
		event_words(e, is_numeric ? 1 : 0, &text);
	bool is_error = first == '4' || first == '5';
	struct target *t = is_error ? event_place(e, 1) : e->m->server;
	event_add(e, t, is_error ? LINE_ERROR : LINE_INFO, buf_span(&text));
	buf_clear(&text);
}

void handle_line(struct model *m, const struct msg *msg, int64_t now_ms)
{
	struct event e = {.m = m, .msg = msg, .at_ms = now_ms, .now_ms = now_ms};
	m->depth++;
	hush_pass(m, now_ms);
	read_tags(&e);
	read_source(&e);
	e.is_history = event_page(&e) != NULL;
	handler_fn *fn = find_row(msg->command);
	if (fn)
		fn(&e);
	else
		show_unknown(&e);
	// A line within a line (of a batch) leaves the outer one its people.
	if (--m->depth > 0)
		return;
	logs_sweep(m);
	people_sweep(m);
}

void handle_reset(struct model *m)
{
	batches_clear(m);
	for (size_t i = 0; i < m->n_caps; i++)
		free(m->caps[i]);
	m->n_caps = 0;
	for (size_t i = 0; i < m->n_targets; i++)
		m->targets[i]->members_partial = false;
	m->version++;
}

// What a page holds for another target than its own does not count.
static void note_in_page(struct model *m, struct line_batch *b, struct target *t,
			 struct log_line *l, bool is_new)
{
	struct history_page *page = &b->page;
	if (t != target_find(m, span_of(b->target)))
		return;
	page_is_of(page, t);
	page->count++;
	page->n_new += is_new;
	if (!page->oldest || l->at_ms < page->oldest->at_ms) {
		page->oldest = l;
		page->oldest_is_new = is_new;
	}
	if (!page->newest || l->at_ms >= page->newest->at_ms) {
		page->newest = l;
		page->newest_is_new = is_new;
	}
}

bool event_edit(const struct event *e, struct span *id)
{
	return msg_tag(e->msg, SPAN("+edit"), id) || msg_tag(e->msg, SPAN("+draft/edit"), id);
}

static bool event_reply(const struct event *e, struct span *id)
{
	return msg_tag(e->msg, SPAN("+reply"), id) || msg_tag(e->msg, SPAN("+draft/reply"), id);
}

// An answer to a message of ours calls us as much as our name does.
static bool answers_me(const struct event *e, const struct target *t)
{
	struct span id;
	if (e->is_mine || !event_reply(e, &id))
		return false;
	const struct log_line *l = scrollback_find(&t->log, id);
	return l && (l->flags & LINE_SELF);
}

// So does the server's tag for @room and @here: the latter when it is said, and we are here.
static bool calls_all(const struct event *e)
{
	struct span value;
	if (e->is_mine || !msg_tag(e->msg, SPAN("snug.chat/alert"), &value))
		return false;
	enum at_all all = at_all_of_tag(value);
	return all == AT_ALL_ROOM || (all == AT_ALL_HERE && !e->is_history && !e->m->away);
}

// A program speaks whose words are to call nobody by their name.
static bool calls_nobody(const struct event *e)
{
	struct span value;
	return msg_tag(e->msg, SPAN("snug.chat/alert"), &value) && span_eq(value, SPAN("none"));
}

struct line_file *event_file(const struct event *e, struct span *text, struct buf *words)
{
	const struct model *m = e->m;
	struct line_file *file = m->read_file && !e->is_redacted
					 ? m->read_file(m->facts.filehost, e->msg, *text, words)
					 : NULL;
	if (file)
		*text = buf_span(words);
	return file;
}

struct log_line *event_add(const struct event *e, struct target *t, enum line_kind kind,
			   struct span text)
{
	struct buf words = {0};
	struct line_file *file = event_file(e, &text, &words);
	struct line_new n = {
		.file = file,
		.at_ms = e->at_ms,
		.seq = e->seq,
		.history = e->m->history,
		.id = e->id,
		.text = text,
		.from = e->from,
		.kind = kind,
		.flags = e->is_mine ? LINE_SELF : 0,
		.calls_nobody = calls_nobody(e),
	};
	// Replies and errors have a place in our own order, not in the room's.
	if (!e->id.len && (kind == LINE_INFO || kind == LINE_ERROR))
		n.flags |= LINE_LOCAL;
	if (e->is_history)
		n.flags |= LINE_HISTORY;
	if (e->is_redacted)
		n.flags |= LINE_REDACTED;
	if (kind <= LINE_NOTICE && (answers_me(e, t) || calls_all(e)))
		n.flags |= LINE_MENTION;
	bool is_new = false;
	bool refers = kind == LINE_EDIT ? event_edit(e, &n.refers) : event_reply(e, &n.refers);
	if (!refers)
		n.refers = SPAN("");
	struct log_line *l = target_add_line(e->m, t, &n, &is_new);
	buf_clear(&words);
	if (!is_new)
		line_file_free(file);
	struct line_batch *page = event_page(e);
	if (page)
		note_in_page(e->m, page, t, l, is_new);
	if (is_new && kind != LINE_EDIT)
		edits_settle(t, l);
	return l;
}

void event_addf(const struct event *e, struct target *t, enum line_kind kind,
		const char *format, ...)
{
	struct buf text = {0};
	va_list args;
	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	event_add(e, t, kind, utf8_cut(buf_span(&text), WORDS_MAX));
	buf_clear(&text);
}

void event_words(const struct event *e, size_t from, struct buf *out)
{
	for (size_t i = from; i < e->msg->n_params; i++) {
		if (i > from)
			buf_add_char(out, ' ');
		buf_add_span(out, e->msg->params[i]);
	}
}

struct target *event_place(const struct event *e, size_t i)
{
	struct span name = msg_param(e->msg, i);
	struct target *t = name.len ? target_find(e->m, name) : NULL;
	return t ? t : e->m->current;
}
