// SPDX-License-Identifier: MIT
// An array with room at both ends. Adding shifts the shorter side, so that live lines
// (at the end) and history pages (at the front) cost the same.
#include "client/model/scrollback.h"
#include "client/model/extra.h"
#include "common/die.h"

#include <assert.h>
#include <stdlib.h>

#define OVERHEAD 32 // of a line: its slot, and what the allocator adds

static size_t line_bytes(const struct log_line *l)
{
	return sizeof(*l) + OVERHEAD + l->id_len + l->text_len + extra_bytes(l->extra);
}

static void line_free(struct scrollback *s, struct log_line *l)
{
	s->bytes -= line_bytes(l);
	extra_free(l->extra);
	free(l);
}

void scrollback_clear(struct scrollback *s)
{
	for (size_t i = 0; i < s->count; i++)
		line_free(s, scrollback_at(s, i));
	assert(s->bytes == 0);
	free(s->slots);
	*s = (struct scrollback){0};
}

static struct log_line *line_make(const struct line_new *n)
{
	size_t id_len = n->id.len < LINE_ID_MAX ? n->id.len : LINE_ID_MAX;
	struct log_line *l = xmalloc(sizeof(*l) + id_len + n->text.len);
	*l = (struct log_line){
		.at_ms = n->at_ms,
		.seq = n->seq,
		.from = n->from,
		.text_len = (uint32_t)n->text.len,
		.id_len = (uint8_t)id_len,
		.kind = (uint8_t)n->kind,
		.flags = (uint8_t)n->flags,
		.history = n->history,
	};
	if (id_len)
		memcpy(l->bytes, n->id.at, id_len);
	if (n->text.len)
		memcpy(l->bytes + id_len, n->text.at, n->text.len);
	return l;
}

size_t scrollback_after(const struct scrollback *s, int64_t at_ms)
{
	size_t low = 0, high = s->count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (scrollback_at(s, mid)->at_ms < at_ms)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

size_t scrollback_index(const struct scrollback *s, const struct log_line *l)
{
	size_t i = scrollback_after(s, l->at_ms);
	for (; i < s->count && scrollback_at(s, i)->at_ms == l->at_ms; i++) {
		if (scrollback_at(s, i) == l)
			return i;
	}
	return s->count;
}

struct log_line *scrollback_find(const struct scrollback *s, struct span id)
{
	if (!id.len)
		return NULL;
	for (size_t i = s->count; i > 0; i--) {
		struct log_line *l = scrollback_at(s, i - 1);
		if (span_eq(line_id(l), id))
			return l;
	}
	return NULL;
}

// Without ids a replayed line is known by everything else.
static bool is_same(const struct log_line *l, const struct line_new *n)
{
	if (n->id.len || l->id_len)
		return span_eq(line_id(l), n->id);
	return (n->flags & LINE_HISTORY) && l->from == n->from && l->kind == n->kind &&
	       span_eq(line_says(l), n->text);
}

// Of two lines of the same millisecond: does `l` come after the new one?
static bool is_later(const struct log_line *l, const struct line_new *n)
{
	if (l->seq && n->seq && l->history == n->history)
		return l->seq > n->seq;
	// Ids of our own servers sort as they were given out; others keep arrival order.
	if (l->id_len == 13 && n->id.len == 13)
		return memcmp(l->bytes, n->id.at, 13) > 0;
	return false;
}

static struct log_line *find_place(const struct scrollback *s, const struct line_new *n,
				   size_t *place)
{
	if (!s->count || scrollback_at(s, s->count - 1)->at_ms < n->at_ms) {
		*place = s->count;
		return NULL;
	}
	size_t i = scrollback_after(s, n->at_ms);
	*place = s->count + 1;
	for (; i < s->count && scrollback_at(s, i)->at_ms == n->at_ms; i++) {
		struct log_line *l = scrollback_at(s, i);
		if (is_same(l, n))
			return l;
		if (*place > s->count && is_later(l, n))
			*place = i;
	}
	if (*place > s->count)
		*place = i;
	return NULL;
}

static void resettle(struct scrollback *s, size_t n_slots, size_t start)
{
	struct log_line **slots = xmalloc(n_slots * sizeof(struct log_line *));
	if (s->count)
		memcpy(slots + start, s->slots + s->start,
		       s->count * sizeof(struct log_line *));
	free(s->slots);
	s->slots = slots;
	s->n_slots = n_slots;
	s->start = start;
}

static void open_at_front(struct scrollback *s, size_t place)
{
	if (s->start == 0) {
		size_t spare = s->count / 2 + 64;
		resettle(s, s->count + 2 * spare, spare);
	}
	struct log_line **first = s->slots + s->start;
	memmove(first - 1, first, place * sizeof(struct log_line *));
	s->start--;
}

static void open_at_end(struct scrollback *s, size_t place)
{
	if (s->start + s->count == s->n_slots) {
		// Lines that were let go leave room at the front: use that first.
		bool is_roomy = s->start > s->count / 2;
		resettle(s, is_roomy ? s->n_slots : s->start + s->count + s->count / 2 + 64,
			 is_roomy ? s->start / 2 : s->start);
	}
	struct log_line **at = s->slots + s->start + place;
	memmove(at + 1, at, (s->count - place) * sizeof(struct log_line *));
}

static void put_line(struct scrollback *s, size_t place, struct log_line *l)
{
	if (place < s->count / 2)
		open_at_front(s, place);
	else
		open_at_end(s, place);
	s->slots[s->start + place] = l;
	s->count++;
	s->bytes += line_bytes(l);
}

// By the numbers around it the new line is not here yet.
static bool is_in_order(const struct scrollback *s, const struct line_new *n, size_t place)
{
	size_t before = place, behind = place;
	while (before > 0 && !scrollback_at(s, before - 1)->seq)
		before--;
	while (behind < s->count && !scrollback_at(s, behind)->seq)
		behind++;
	const struct log_line *a = before ? scrollback_at(s, before - 1) : NULL;
	const struct log_line *b = behind < s->count ? scrollback_at(s, behind) : NULL;
	return (!a || (a->history == n->history && a->seq < n->seq)) &&
	       (!b || (b->history == n->history && b->seq > n->seq));
}

// Takes the line's slot, not the line.
static void close_slot(struct scrollback *s, size_t i)
{
	struct log_line **at = s->slots + s->start + i;
	s->count--;
	if (i == 0)
		s->start++;
	else
		memmove(at, at + 1, (s->count - i) * sizeof(struct log_line *));
}

// The line with the id of `n` at another time: to its new place. NULL: there is none.
static struct log_line *move_known(struct scrollback *s, const struct line_new *n)
{
	struct log_line *l = scrollback_find(s, n->id);
	size_t place = 0;
	if (!l)
		return NULL;
	s->bytes -= line_bytes(l);
	close_slot(s, scrollback_index(s, l));
	l->at_ms = n->at_ms;
	s->has_moved = true;
	struct log_line *none = find_place(s, n, &place);
	assert(!none);
	put_line(s, place, l);
	return l;
}

bool scrollback_add(struct scrollback *s, const struct line_new *n, struct log_line **line)
{
	size_t place = 0;
	struct log_line *known = find_place(s, n, &place);
	if (!known && n->seq && (s->has_moved || !is_in_order(s, n, place)))
		known = move_known(s, n);
	if (known) {
		*line = known;
		return false;
	}
	*line = line_make(n);
	put_line(s, place, *line);
	return true;
}

void scrollback_remove(struct scrollback *s, size_t i)
{
	assert(i < s->count);
	line_free(s, scrollback_at(s, i));
	close_slot(s, i);
}

void scrollback_wipe(struct scrollback *s, struct log_line *l)
{
	memset(l->bytes + l->id_len, 0, l->text_len);
	s->bytes -= l->text_len;
	l->text_len = 0;
}

struct span line_edited_text(const struct log_line *l)
{
	return line_says(l->extra->edit);
}
