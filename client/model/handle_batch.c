// SPDX-License-Identifier: MIT
// Batches (IRCv3 batch): history pages, and messages of many lines.
//
// A batch that ends leaves the list before anything is done with it: what its lines or its
// own opening line name as their batch is then never itself.
#include "client/model/model_event_private.h"
#include "client/model/handle.h"
#include "client/model/target.h"
#include "common/die.h"

#include <stdlib.h>

#define BATCHES_MAX 32             // open at once; more are taken as no batch
#define MULTILINE_MAX (256 * 1024) // bytes; what is over is left out

static void batch_free(struct line_batch *b)
{
	list_remove(&b->in_model);
	free(b->ref);
	free(b->parent);
	free(b->target);
	free(b->label);
	free(b->tags);
	free(b->source);
	buf_clear(&b->text);
	free(b);
}

void batches_clear(struct model *m)
{
	list_for_each_safe(item, after, &m->batches)
		batch_free(container_of(item, struct line_batch, in_model));
}

void batches_forget(struct model *m, const struct target *t, const struct log_line *l)
{
	list_for_each(item, &m->batches) {
		struct history_page *page =
			&container_of(item, struct line_batch, in_model)->page;
		if (page->target == t && (!l || l == page->oldest || l == page->newest))
			page->oldest = page->newest = NULL;
	}
}

struct line_batch *batch_find(const struct model *m, struct span ref)
{
	list_for_each(item, &m->batches) {
		struct line_batch *b = container_of(item, struct line_batch, in_model);
		if (span_eq(span_of(b->ref), ref))
			return b;
	}
	return NULL;
}

struct line_batch *event_page(const struct event *e)
{
	struct line_batch *b = e->batch;
	// Depth is bounded by the count of open batches.
	for (int i = 0; b && i < BATCHES_MAX; i++) {
		if (b->kind == BATCH_HISTORY)
			return b;
		b = b->parent ? batch_find(e->m, span_of(b->parent)) : NULL;
	}
	return NULL;
}

static enum batch_kind kind_of(struct span type)
{
	if (span_eq(type, SPAN("chathistory")))
		return BATCH_HISTORY;
	if (span_eq(type, SPAN("draft/multiline")) || span_eq(type, SPAN("multiline")))
		return BATCH_MULTILINE;
	if (span_eq(type, SPAN("soju.im/search")))
		return BATCH_SEARCH;
	return BATCH_OTHER;
}

static size_t count_batches(const struct model *m)
{
	size_t count = 0;
	// NOLINTNEXTLINE(clang-analyzer-unix.Malloc): what batch_free frees has left the list
	list_for_each(item, &m->batches)
		count++;
	return count;
}

static void batch_open(const struct event *e, struct span ref)
{
	struct line_batch *known = batch_find(e->m, ref);
	if (known)
		batch_free(known);
	if (count_batches(e->m) >= BATCHES_MAX)
		return;
	struct line_batch *b = xcalloc(1, sizeof(*b));
	struct span value;
	struct target *t;
	b->kind = kind_of(msg_param(e->msg, 1));
	if (b->kind == BATCH_SEARCH)
		found_clear(e->m);
	b->ref = span_dup(ref);
	b->target = span_dup(msg_param(e->msg, 2));
	b->label = span_dup(msg_tag(e->msg, SPAN("label"), &value) ? value : SPAN(""));
	if (b->kind == BATCH_HISTORY && (t = target_find(e->m, msg_param(e->msg, 2))))
		floor_take(e, t);
	b->tags = span_dup(e->msg->tags);
	b->source = span_dup(e->msg->source);
	if (msg_tag(e->msg, SPAN("batch"), &value))
		b->parent = span_dup(value);
	list_add(&e->m->batches, &b->in_model);
}

// The whole text counts as one message under the tags of the opening line.
static void multiline_close(const struct event *e, const struct line_batch *b)
{
	struct msg msg = {
		.tags = span_of(b->tags),
		.source = span_of(b->source),
		.command = b->is_notice ? SPAN("NOTICE") : SPAN("PRIVMSG"),
		.params = {span_of(b->target), buf_span(&b->text)},
		.n_params = 2,
	};
	handle_line(e->m, &msg, e->now_ms);
}

// Takes the mark of a hole off every line from number `from` to `to`.
static bool close_holes(struct scrollback *log, size_t from, size_t to)
{
	bool had_hole = false;
	for (size_t i = from; i <= to && i < log->count; i++) {
		struct log_line *l = scrollback_at(log, i);
		had_hole = had_hole || (l->flags & LINE_GAP);
		l->flags &= (uint8_t)~LINE_GAP;
	}
	return had_hole;
}

// Inside a page nothing is missing. A hole that the page fell into, or reached, is now
// before the page's oldest line, unless that line was here already. A hole that the page
// ends before stays where it is too: only who asked knows whether the page touches it.
static void settle_page(struct model *m, const struct line_batch *b)
{
	struct target *t = b->page.target;
	struct scrollback *log = &t->log;
	size_t first = scrollback_index(log, b->page.oldest);
	size_t last = scrollback_index(log, b->page.newest);
	bool in_hole = close_holes(log, first + 1, last);
	if (last + 1 >= log->count) {
		in_hole = in_hole || t->gap_open;
		t->gap_open = false;
	} else if (scrollback_at(log, last + 1)->flags & LINE_GAP) {
		in_hole = true;
	}
	if (b->page.oldest_is_new && in_hole && first > 0)
		b->page.oldest->flags |= LINE_GAP;
	m->version++;
}

void page_is_of(struct history_page *page, struct target *t)
{
	if (page->target != t)
		page->oldest = page->newest = NULL;
	page->target = t;
}

static void page_close(const struct event *e, struct line_batch *b)
{
	struct history_page *page = &b->page;
	struct target *t = target_find(e->m, span_of(b->target));
	page->label = span_of(b->label);
	page_is_of(page, t);
	if (!t)
		return;
	if (page->oldest)
		settle_page(e->m, b);
	struct history_page told = *page;
	tell_page(e->m, &told);
}

void on_batch(const struct event *e)
{
	struct span ref = msg_param(e->msg, 0);
	if (ref.len < 2)
		return;
	struct span name = span_after(ref, 1);
	if (ref.at[0] == '+') {
		batch_open(e, name);
		return;
	}
	struct line_batch *b = batch_find(e->m, name);
	if (!b)
		return;
	list_remove(&b->in_model);
	if (b->kind == BATCH_MULTILINE)
		multiline_close(e, b);
	else if (b->kind == BATCH_HISTORY)
		page_close(e, b);
	else if (b->kind == BATCH_SEARCH)
		tell_found(e->m);
	batch_free(b);
}

bool batch_takes(const struct event *e, bool is_notice, struct span text)
{
	struct line_batch *b = e->batch;
	if (!b || b->kind != BATCH_MULTILINE)
		return false;
	struct span unused;
	b->is_notice = is_notice;
	// With room for the line's end, too: of those alone a server may send any number.
	if (b->text.len + text.len >= MULTILINE_MAX)
		return true;
	if (b->has_line && !msg_tag(e->msg, SPAN("draft/multiline-concat"), &unused))
		buf_add_char(&b->text, '\n');
	b->has_line = true;
	buf_add_span(&b->text, text);
	return true;
}
