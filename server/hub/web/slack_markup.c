// SPDX-License-Identifier: MIT
#include "server/hub/web/slack_markup.h"

// <!here>, <!channel|label>, <!date^...|what to show instead>.
static void put_special(struct span what, struct span label, struct buf *out)
{
	if (span_eq(what, SPAN("here"))) {
		buf_add_str(out, "@here");
	} else if (span_eq(what, SPAN("channel")) || span_eq(what, SPAN("everyone"))) {
		buf_add_str(out, "@room");
	} else {
		buf_add_span(out, label.len ? label : what);
	}
}

static void put_named(char mark, struct span id, struct span label, struct buf *out)
{
	struct span name = label.len ? label : id;

	if (!name.len || name.at[0] != mark)
		buf_add_char(out, mark);
	buf_add_span(out, name);
}

static void put_link(struct span address, struct span label, struct buf *out)
{
	if (!label.len || span_eq(label, address)) {
		buf_add_span(out, address);
		return;
	}
	slack_unmark(label, out);
	buf_add_str(out, " (");
	slack_unmark(address, out);
	buf_add_str(out, ")");
}

// What stood between '<' and '>'.
static void put_marked(struct span inside, struct buf *out)
{
	struct span label = inside, what = span_cut(&label, '|');

	if (span_starts(what, SPAN("!")))
		put_special(span_after(what, 1), label, out);
	else if (span_starts(what, SPAN("@")))
		put_named('@', span_after(what, 1), label, out);
	else if (span_starts(what, SPAN("#")))
		put_named('#', span_after(what, 1), label, out);
	else
		put_link(what, label, out);
}

// The length of the escape that the text begins with; 0: it begins with none.
static size_t put_entity(struct span text, struct buf *out)
{
	static const struct {
		const char *entity;
		char meant;
	} rows[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (span_starts(text, span_of(rows[i].entity))) {
			buf_add_char(out, rows[i].meant);
			return strlen(rows[i].entity);
		}
	}
	return 0;
}

// What one step took off the text's front.
static size_t step(struct span text, struct buf *out)
{
	size_t end = text.at[0] == '<' ? span_find(text, '>') : text.len;
	size_t taken = put_entity(text, out);

	if (taken)
		return taken;
	if (end < text.len && !memchr(text.at, '\n', end)) {
		put_marked(span_from(text.at + 1, end - 1), out);
		return end + 1;
	}
	buf_add_char(out, text.at[0]);
	return 1;
}

void slack_unmark(struct span text, struct buf *out)
{
	while (text.len)
		text = span_after(text, step(text, out));
}
