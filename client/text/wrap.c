// SPDX-License-Identifier: MIT
#include "client/text/wrap.h"
#include "client/text/width.h"

void wrap_init(struct wrap *w, const struct widths *by, struct span text, int cols)
{
	if (!text.at)
		text = SPAN("");
	*w = (struct wrap){
		.widths = by, .text = text, .cols = cols < 1 ? 1 : cols, .keeps_words = true};
}

static void end_row(struct wrap *w, size_t next)
{
	w->at = next;
	w->is_done = next > w->text.len;
}

// Where the row breaks: `end` is behind its last byte, `next` where the next one starts.
static void find_break(const struct wrap *w, size_t *end, size_t *next)
{
	size_t at = w->at, blank = 0;
	int used = 0, width;
	while (at < w->text.len) {
		char c = w->text.at[at];
		if (c == '\n') {
			*end = at;
			*next = at + 1;
			return;
		}
		size_t len = width_next(w->widths, span_after(w->text, at), &width);
		bool is_full = used + width > w->cols && at > w->at;
		if (w->keeps_words && c == ' ' && (is_full || at > w->at))
			blank = at;
		if (is_full) {
			*end = blank ? blank : at;
			*next = blank ? blank + 1 : at;
			return;
		}
		used += width;
		at += len;
	}
	*end = at;
	*next = at + 1;
}

bool wrap_next(struct wrap *w, struct span *row)
{
	if (w->is_done)
		return false;
	size_t end, next;
	find_break(w, &end, &next);
	*row = span_from(w->text.at + w->at, end - w->at);
	end_row(w, next);
	return true;
}

size_t wrap_count(const struct widths *by, struct span text, int cols)
{
	struct wrap w;
	struct span row;
	size_t count = 0;
	wrap_init(&w, by, text, cols);
	while (wrap_next(&w, &row))
		count++;
	return count;
}
