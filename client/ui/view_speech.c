// SPDX-License-Identifier: MIT
// The text of a message as rows: its name where that is part of it, links that are not what
// they look like, code, and what of a long one is folded.
#include "client/model/extra.h"
#include "common/url.h"
#include "client/text/code.h"
#include "client/text/filter.h"
#include "client/text/host.h"
#include "client/ui/view_private.h"

void speech_start(const struct screen_view *v, struct block *b, const struct person *from,
		  enum line_kind kind)
{
	if (v->layout.nick_cols || !b->shows_nick || v->bare == BARE_TEXT)
		return;
	if (kind == LINE_ACTION)
		buf_add_str(&b->text, "* ");
	if (from)
		view_add_name(v, &b->text, from);
	buf_add_str(&b->text, kind == LINE_ACTION ? " " : ": ");
}

// A link whose host may be taken for another one is followed by what it really is.
static void add_checked(const struct screen_view *v, struct block *b, struct span text)
{
	struct buf clean = {0};
	struct span url, all;
	size_t from = 0, done = 0;
	code_add(&clean, &v->widths, text);
	all = buf_span(&clean);
	while (url_next(all, &from, &url)) {
		struct buf host = {0};
		if (host_is_mixed(url, &host)) {
			buf_add(&b->text, all.at + done, from - done);
			buf_printf(&b->text, " (%s)", buf_str(&host));
			done = from;
		}
		buf_clear(&host);
	}
	buf_add_span(&b->text, span_after(all, done));
	buf_clear(&clean);
}

static void add_removed(struct block *b, struct span words)
{
	buf_add_str(&b->text, "(message removed");
	if (words.len)
		buf_add_char(&b->text, ' ');
	filter_add_line(&b->text, words);
	buf_add_char(&b->text, ')');
}

bool view_folds(const struct screen_view *v, const struct log_line *l)
{
	if (l->flags & LINE_REDACTED || v->unfolds)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(v->unfolded); i++) {
		if (v->unfolded[i] == l)
			return false;
	}
	return code_count_lines(line_says(l)) > FOLD_LINES;
}

void view_unfold(struct screen_view *v, struct log_line *l)
{
	v->unfolded[v->n_unfolded++ % ARRAY_LEN(v->unfolded)] = l;
}

static void add_more(struct screen_view const *v, struct block *b, size_t count)
{
	size_t at = b->text.len;
	buf_printf(&b->text, "%s %zu more line%s (Enter unfolds)", sign(v, SIGN_MORE), count,
		   count == 1 ? "" : "s");
	block_add_wrapped_as(v, b, ROW_MORE, at, block_text_cols(v, false), false, false);
}

static void add_lines(const struct screen_view *v, struct block *b, const struct log_line *l)
{
	struct code_walk w;
	struct code_line line;
	size_t n = 0, at = b->text.len, most = view_folds(v, l) ? FOLD_LINES : SIZE_MAX;
	speech_start(v, b, l->from, (enum line_kind)l->kind);
	code_walk_init(&w, line_says(l));
	while (n < most && b->n_rows < BLOCK_ROWS_MAX && code_next(&w, &line)) {
		add_checked(v, b, line.text);
		if (w.is_done && (l->flags & LINE_EDITED))
			buf_add_str(&b->text, " (edited)");
		block_add_wrapped_as(v, b, ROW_TEXT, at, block_text_cols(v, false), n == 0,
				     line.is_code);
		// Else a link at the end of a line would go on in the next one.
		buf_add_char(&b->text, '\n');
		at = b->text.len;
		n++;
	}
	if (!w.is_done && n == most)
		add_more(v, b, code_count_lines(w.rest));
}

void speech_add(const struct screen_view *v, struct block *b, const struct log_line *l)
{
	size_t at = b->text.len;
	if (!(l->flags & LINE_REDACTED)) {
		add_lines(v, b, l);
		return;
	}
	speech_start(v, b, l->from, (enum line_kind)l->kind);
	add_removed(b, line_removal(l));
	block_add_wrapped(v, b, ROW_TEXT, at, block_text_cols(v, false));
}
