// SPDX-License-Identifier: MIT
// The text, the moves and the kill ring. Every change goes through edit_change().
#include "client/ui/edit.h"
#include "client/ui/edit_private.h"
#include "client/text/width.h"
#include "common/die.h"
#include "common/utf8.h"

#include <stdlib.h>

void edit_init(struct edit *e)
{
	*e = (struct edit){.column = -1};
}

void edit_clear(struct edit *e)
{
	edit_forget_steps(e);
	for (size_t i = 0; i < EDIT_RING; i++)
		free(e->ring[i]);
	buf_clear(&e->text);
	edit_init(e);
}

struct span edit_text(const struct edit *e)
{
	return buf_span(&e->text);
}

// Any act but the same kind of act again ends a run of kills, yanks or letters.
static void end_runs(struct edit *e)
{
	e->was_kill = false;
	e->was_typing = false;
	e->yanked = 0;
	e->column = -1;
}

void edit_splice(struct edit *e, size_t from, size_t len, struct span with)
{
	struct buf *b = &e->text;
	buf_space(b, with.len);
	char *at = b->at + from;
	memmove(at + with.len, at + len, b->len - from - len);
	if (with.len)
		memcpy(at, with.at, with.len);
	b->len = b->len - len + with.len;
	e->cursor = from + with.len;
}

static void add_clean(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len;) {
		size_t len = 1;
		while (len < 4 && i + len < text.len &&
		       ((unsigned char)text.at[i + len] & 0xc0) == 0x80)
			len++;
		struct span one = span_from(text.at + i, len);
		unsigned char c = (unsigned char)text.at[i];
		i += len;
		if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f || !utf8_is_valid(one))
			continue;
		if (c == 0xc2 && (unsigned char)one.at[1] < 0xa0) // C1
			continue;
		buf_add_span(out, one);
	}
}

void edit_insert(struct edit *e, struct span text)
{
	struct buf clean = {0};
	add_clean(&clean, text);
	bool was_typing = e->was_typing;
	bool is_letter = clean.len <= CLUSTER_MAX && clean.len && clean.at[0] != '\n';
	end_runs(e);
	if (clean.len && e->text.len + clean.len <= EDIT_MAX) {
		edit_change(e, e->cursor, 0, buf_span(&clean), was_typing && is_letter);
		// A blank ends a word, and with it the step.
		e->was_typing = is_letter && clean.at[0] != ' ';
	}
	buf_clear(&clean);
}

void edit_set(struct edit *e, struct span text)
{
	struct buf clean = {0};
	add_clean(&clean, text);
	if (clean.len > EDIT_MAX)
		clean.len = utf8_cut(buf_span(&clean), EDIT_MAX).len;
	end_runs(e);
	edit_change(e, 0, e->text.len, buf_span(&clean), false);
	buf_clear(&clean);
}

void edit_reset(struct edit *e)
{
	end_runs(e);
	edit_forget_steps(e);
	buf_reset(&e->text);
	e->cursor = 0;
}

void edit_replace_back(struct edit *e, size_t len, struct span with)
{
	end_runs(e);
	if (len > e->cursor || e->text.len - len + with.len > EDIT_MAX)
		return;
	edit_change(e, e->cursor - len, len, with, false);
}

static size_t next_cluster(const struct edit *e, size_t at)
{
	int width;
	return at + width_next(NULL, span_after(edit_text(e), at), &width);
}

static size_t previous_cluster(const struct edit *e, size_t at)
{
	return at - width_back(edit_text(e), at);
}

// Letters of any script; of ASCII, letters and digits only.
static bool is_word_at(const struct edit *e, size_t at)
{
	unsigned char c = (unsigned char)e->text.at[at];
	return c >= 0x80 || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static bool is_blank_at(const struct edit *e, size_t at)
{
	return e->text.at[at] == ' ' || e->text.at[at] == '\n';
}

static size_t word_left(const struct edit *e, size_t at)
{
	while (at > 0 && !is_word_at(e, previous_cluster(e, at)))
		at = previous_cluster(e, at);
	while (at > 0 && is_word_at(e, previous_cluster(e, at)))
		at = previous_cluster(e, at);
	return at;
}

static size_t word_right(const struct edit *e, size_t at)
{
	while (at < e->text.len && !is_word_at(e, at))
		at = next_cluster(e, at);
	while (at < e->text.len && is_word_at(e, at))
		at = next_cluster(e, at);
	return at;
}

static size_t blank_left(const struct edit *e, size_t at)
{
	while (at > 0 && is_blank_at(e, at - 1))
		at--;
	while (at > 0 && !is_blank_at(e, at - 1))
		at--;
	return at;
}

static size_t line_start(const struct edit *e, size_t at)
{
	while (at > 0 && e->text.at[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_end(const struct edit *e, size_t at)
{
	while (at < e->text.len && e->text.at[at] != '\n')
		at++;
	return at;
}

// The place in the line that starts at `start`, as far right as the wished column.
static size_t seek_column(const struct edit *e, size_t start, int column)
{
	struct span line = span_from(e->text.at + start, line_end(e, start) - start);
	int width;
	return start + width_cut(NULL, line, column, &width).len;
}

static size_t vertical(struct edit *e, bool is_up)
{
	size_t start = line_start(e, e->cursor), end = line_end(e, e->cursor);
	if (is_up ? start == 0 : end == e->text.len)
		return e->cursor;
	if (e->column < 0)
		e->column = width_of(NULL, span_from(e->text.at + start, e->cursor - start));
	return seek_column(e, is_up ? line_start(e, start - 1) : end + 1, e->column);
}

static size_t destination(struct edit *e, enum edit_move move)
{
	switch (move) {
	case EDIT_LEFT:
		return e->cursor ? previous_cluster(e, e->cursor) : 0;
	case EDIT_RIGHT:
		return next_cluster(e, e->cursor);
	case EDIT_WORD_LEFT:
		return word_left(e, e->cursor);
	case EDIT_WORD_RIGHT:
		return word_right(e, e->cursor);
	case EDIT_BLANK_LEFT:
		return blank_left(e, e->cursor);
	case EDIT_LINE_START:
		return line_start(e, e->cursor);
	case EDIT_LINE_END:
		return line_end(e, e->cursor);
	case EDIT_START:
		return 0;
	case EDIT_END:
		return e->text.len;
	case EDIT_UP:
		return vertical(e, true);
	case EDIT_DOWN:
		return vertical(e, false);
	}
	return e->cursor;
}

bool edit_move(struct edit *e, enum edit_move move)
{
	int column = move == EDIT_UP || move == EDIT_DOWN ? e->column : -1;
	end_runs(e);
	e->column = column;
	size_t to = destination(e, move);
	bool moved = to != e->cursor;
	e->cursor = to;
	return moved;
}

void edit_seek(struct edit *e, size_t cursor)
{
	end_runs(e);
	e->cursor = utf8_cut(edit_text(e), cursor).len;
}

void edit_delete(struct edit *e, enum edit_move move)
{
	size_t to = destination(e, move);
	end_runs(e);
	size_t from = to < e->cursor ? to : e->cursor;
	size_t len = to < e->cursor ? e->cursor - to : to - e->cursor;
	if (len)
		edit_change(e, from, len, SPAN(""), false);
}

static void ring_put(struct edit *e, struct span text, bool before)
{
	if (e->was_kill && e->ring[0]) {
		struct buf joined = {0};
		if (before)
			buf_add_span(&joined, text);
		buf_add_str(&joined, e->ring[0]);
		if (!before)
			buf_add_span(&joined, text);
		free(e->ring[0]);
		e->ring[0] = buf_take(&joined);
		return;
	}
	free(e->ring[EDIT_RING - 1]);
	memmove(&e->ring[1], &e->ring[0], (EDIT_RING - 1) * sizeof(e->ring[0]));
	e->ring[0] = span_dup(text);
}

void edit_kill(struct edit *e, enum edit_move move)
{
	size_t to = destination(e, move);
	// C-k at the end of a line takes the line's end.
	if (move == EDIT_LINE_END && to == e->cursor && to < e->text.len)
		to++;
	bool before = to < e->cursor;
	size_t from = before ? to : e->cursor;
	size_t len = before ? e->cursor - to : to - e->cursor;
	if (!len) {
		end_runs(e);
		return;
	}
	ring_put(e, span_from(e->text.at + from, len), before);
	end_runs(e);
	edit_change(e, from, len, SPAN(""), false);
	e->was_kill = true;
}

void edit_transpose(struct edit *e)
{
	end_runs(e);
	size_t right = e->cursor == e->text.len && e->cursor ? previous_cluster(e, e->cursor)
							     : e->cursor;
	if (right == 0 || right >= e->text.len)
		return;
	size_t left = previous_cluster(e, right), end = next_cluster(e, right);
	struct buf swapped = {0};
	buf_add(&swapped, e->text.at + right, end - right);
	buf_add(&swapped, e->text.at + left, right - left);
	edit_change(e, left, end - left, buf_span(&swapped), false);
	buf_clear(&swapped);
}

static void yank_entry(struct edit *e, size_t replaced)
{
	struct span text = span_of(e->ring[e->ring_at]);
	end_runs(e);
	if (e->text.len - replaced + text.len > EDIT_MAX)
		return;
	edit_change(e, e->cursor - replaced, replaced, text, false);
	e->yanked = text.len;
}

void edit_yank(struct edit *e)
{
	e->ring_at = 0;
	if (e->ring[0])
		yank_entry(e, 0);
}

void edit_yank_pop(struct edit *e)
{
	if (!e->yanked)
		return;
	e->ring_at = (e->ring_at + 1) % EDIT_RING;
	if (!e->ring[e->ring_at])
		e->ring_at = 0;
	yank_entry(e, e->yanked);
}
