// SPDX-License-Identifier: MIT
// Searching on the server, and going to a message that may not be loaded.
#include "client/model/shown.h"
#include "client/ui/ui_private.h"
#include "client/ui/view.h"
#include "common/msg.h"
#include "client/model/target.h"

#include <stdlib.h>

#define AROUND 60 // messages around one that is gone to

void ui_search(struct ui *u, struct span words)
{
	struct buf line = {0};
	if (!words.len)
		return;
	if (!model_has_cap(u->m, "soju.im/search")) {
		ui_sayf(u, "this server cannot search");
		return;
	}
	buf_add_str(&line, "SEARCH limit=100;text=");
	msg_tag_escape(&line, words);
	if (u->intents->raw(u->intents->arg, buf_span(&line)))
		ui_sayf(u, "asking the server");
	else
		ui_sayf(u, "searching the server needs a connection");
	buf_clear(&line);
}

void ui_fill_found(struct ui *u)
{
	for (size_t i = 0; i < u->m->n_found; i++) {
		const struct found *f = &u->m->found[i];
		struct buf text = {0}, detail = {0};
		char clock[8], day[32];
		view_clock(f->at_ms, clock);
		view_day(f->at_ms, day);
		buf_printf(&text, "%s ", f->target);
		shown_add(&text, u->m, f->from);
		buf_printf(&text, ": %s", f->text);
		buf_printf(&detail, "%s %s", day, clock);
		menu_add(&u->view.menu, buf_span(&text), buf_span(&detail), i);
		buf_clear(&text);
		buf_clear(&detail);
	}
}

void ui_on_found(void *arg)
{
	struct ui *u = arg;
	free(u->view.said);
	u->view.said = NULL;
	ui_menu_close(u);
	ui_menu_query(u, MENU_FOUND, "found on the server: Enter goes there, Esc leaves", NULL);
}

static bool show_if_held(struct ui *u, struct target *t, struct span id)
{
	struct log_line *l = scrollback_find(&t->log, id);
	if (!l)
		return false;
	ui_show(u, t);
	view_jump(&u->view, l);
	return true;
}

void ui_go_to_found(struct ui *u, size_t index)
{
	if (index >= u->m->n_found)
		return;
	const struct found *f = &u->m->found[index];
	struct target *t = target_need(u->m, span_of(f->target));
	if (show_if_held(u, t, span_of(f->id)))
		return;
	struct buf line = {0};
	buf_printf(&line, "CHATHISTORY AROUND %s msgid=%s %d", f->target, f->id, AROUND);
	free(u->wanted_id);
	u->wanted_id = span_dup(span_of(f->id));
	if (!u->intents->raw(u->intents->arg, buf_span(&line)))
		ui_sayf(u, "that message is not loaded, and there is no connection");
	buf_clear(&line);
}

// A page from anywhere touches neither what is older nor what is newer here.
static void mark_holes(struct ui *u, const struct history_page *page)
{
	struct target *t = page->target;
	size_t first = scrollback_index(&t->log, page->oldest);
	size_t next = scrollback_index(&t->log, page->newest) + 1;
	if (page->n_new < page->count)
		return;
	if (first > 0)
		target_join(u->m, t, page->oldest, false);
	if (next < t->log.count)
		target_join(u->m, t, scrollback_at(&t->log, next), false);
}

void ui_on_page(void *arg, const struct history_page *page)
{
	struct ui *u = arg;
	if (!u->wanted_id || !page->count || !page->oldest)
		return;
	struct span id = span_of(u->wanted_id);
	if (!scrollback_find(&page->target->log, id))
		return;
	mark_holes(u, page);
	show_if_held(u, page->target, id);
	free(u->wanted_id);
	u->wanted_id = NULL;
}
