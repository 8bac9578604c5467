// SPDX-License-Identifier: MIT
#include "client/text/code.h"

#include "client/text/filter.h"

#define FENCE SPAN("```")

void code_walk_init(struct code_walk *w, struct span text)
{
	*w = (struct code_walk){.rest = text, .has_lines = span_find(text, '\n') < text.len};
}

static bool holds_fence(struct span text)
{
	for (; text.len >= FENCE.len; text = span_after(text, 1)) {
		if (span_starts(text, FENCE))
			return true;
	}
	return false;
}

static bool is_indented(struct span line)
{
	return span_starts(line, SPAN("\t")) || span_starts(line, SPAN("  "));
}

bool code_next(struct code_walk *w, struct code_line *line)
{
	if (w->is_done)
		return false;
	size_t end = span_find(w->rest, '\n');
	w->is_done = end == w->rest.len;
	line->text = span_from(w->rest.at, end);
	w->rest = span_after(w->rest, w->is_done ? end : end + 1);
	struct span trimmed = span_trim(line->text);
	bool is_fence = span_starts(trimmed, FENCE);
	line->is_code = w->is_inside || is_fence || (w->has_lines && is_indented(line->text));
	// Opened and closed on one line.
	if (is_fence && (w->is_inside || !holds_fence(span_after(trimmed, FENCE.len))))
		w->is_inside = !w->is_inside;
	return true;
}

size_t code_count_lines(struct span text)
{
	size_t count = 1;
	for (size_t i = 0; i < text.len; i++)
		count += text.at[i] == '\n';
	return count;
}

void code_add(struct buf *out, const struct widths *by, struct span line)
{
	int col = 0;
	while (line.len) {
		struct span part = span_from(line.at, span_find(line, '\t'));
		size_t at = out->len;
		filter_add_line(out, part);
		col += width_of(by, span_after(buf_span(out), at));
		line = span_after(line, part.len);
		if (!line.len)
			break;
		line = span_after(line, 1);
		do
			buf_add_char(out, ' ');
		while (++col % CODE_TAB);
	}
}
