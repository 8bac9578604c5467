// SPDX-License-Identifier: MIT
// The lines of a target, as many as the page shows.
#include "client/web/tab.h"

#include "client/model/extra.h"
#include "client/model/hush.h"
#include "client/model/line_file.h"
#include "client/model/mention.h"
#include "client/model/shown.h"
#include "client/model/target.h"
#include "client/web/exports.h"
#include "client/web/put.h"

static void put_person(const struct person *p)
{
	struct buf shown = {0};

	if (p)
		shown_add(&shown, tab()->core.model, p);
	put_str("from", p ? p->name : "");
	put_str("account", p ? p->account : "");
	put_text("display", buf_span(&shown));
	put_flag("isBot", p && p->is_bot);
	buf_clear(&shown);
}

static void put_reply(const struct target *t, struct span id)
{
	const struct log_line *l;

	if (!id.len) {
		page_put_null("reply");
		return;
	}
	l = scrollback_find(&t->log, id);
	page_open_object("reply");
	put_text("id", id);
	put_person(l ? l->from : NULL);
	put_text("text", l ? line_says(l) : SPAN(""));
	put_flag("isHere", l != NULL);
	page_close();
}

static void put_reaction(const struct model *m, const struct reaction *r)
{
	bool is_mine = false;

	page_open_object(NULL);
	put_str("sign", r->text);
	page_open_list("names");
	for (size_t i = 0; i < r->n_who; i++) {
		put_str(NULL, r->who[i]->name);
		is_mine = is_mine || r->who[i] == m->me;
	}
	page_close();
	put_flag("mine", is_mine);
	page_close();
}

static void put_reactions(const struct model *m, const struct log_line *l)
{
	page_open_list("reactions");
	for (size_t i = 0; l->extra && i < l->extra->n_reactions; i++) {
		if (l->extra->reactions[i].n_who)
			put_reaction(m, &l->extra->reactions[i]);
	}
	page_close();
}

// What was said with it, and apart from that the file itself.
static void put_text_and_file(const struct log_line *l)
{
	const struct line_file *f = line_file_of(l);
	struct span text = line_says(l);
	struct buf rest = {0};

	if (!f) {
		put_text("text", text);
		page_put_null("file");
		return;
	}
	buf_add_span(&rest, span_trim(span_from(text.at, f->at)));
	buf_add_span(&rest, span_after(text, f->at + f->len));
	put_text("text", buf_span(&rest));
	buf_clear(&rest);
	page_open_object("file");
	put_text("id", line_file_id(f));
	put_str("name", f->name);
	put_str("type", f->type);
	put_number("size", (double)f->size);
	page_close();
}

static void put_line(const struct target *t, size_t i, size_t first_new)
{
	const struct model *m = tab()->core.model;
	const struct log_line *l = scrollback_at(&t->log, i);

	page_open_object(NULL);
	put_number("i", (double)i);
	put_text("id", line_id(l));
	put_ms("at", l->at_ms);
	put_str("kind", tab_kind_name(l->kind));
	put_person(l->from);
	put_text_and_file(l);
	put_flag("self", l->flags & LINE_SELF);
	put_flag("mention", l->flags & LINE_MENTION);
	put_flag("gap", l->flags & LINE_GAP);
	put_flag("redacted", l->flags & LINE_REDACTED);
	put_text("removal", l->flags & LINE_REDACTED ? line_removal(l) : SPAN(""));
	put_flag("edited", l->flags & LINE_EDITED);
	put_flag("local", l->flags & LINE_LOCAL);
	put_flag("hushed", line_is_hushed(l));
	put_reply(t, line_reply_to(l));
	put_reactions(m, l);
	put_flag("unreadFrom", i == first_new);
	page_close();
}

// Where "new since" is drawn; the count: nowhere.
static size_t first_new(const struct target *t)
{
	size_t i = t->new_at ? scrollback_after(&t->log, t->new_at + 1) : t->log.count;

	while (i < t->log.count && !line_is_speech(scrollback_at(&t->log, i)))
		i++;
	return i;
}

EXPORT(line_count) double tab_line_count(double id)
{
	const struct target *t = tab_target(id);

	return t ? (double)t->log.count : 0;
}

// From the one on, up to but without the other.
EXPORT(lines) void tab_put_lines(double id, double from, double to)
{
	const struct target *t = tab_target(id);
	size_t at_new = t ? first_new(t) : 0;

	page_open_list(NULL);
	for (size_t i = from < 0 ? 0 : (size_t)from; t && i < t->log.count && i < to; i++)
		put_line(t, i, at_new);
	page_close();
}

// -1: not here.
EXPORT(line_index) double tab_line_index(double id, struct span message)
{
	const struct target *t = tab_target(id);
	const struct log_line *l = t ? scrollback_find(&t->log, message) : NULL;

	return l ? (double)scrollback_index(&t->log, l) : -1;
}
