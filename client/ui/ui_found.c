// SPDX-License-Identifier: MIT
// Searching on the server.
#include "client/model/complete.h"
#include "client/model/search_words.h"
#include "client/model/shown.h"
#include "client/ui/ui_private.h"
#include "client/ui/view.h"
#include "client/model/target.h"

#include <stdlib.h>

#define LISTED_MAX 200

void ui_search(struct ui *u, struct span words)
{
	struct buf line = {0}, say = {0};
	if (!words.len)
		return;
	if (search_words_ask(u->m, words, &line, &say) &&
	    !u->intents->raw(u->intents->arg, buf_span(&line)))
		ui_sayf(u, "searching the server needs a connection");
	else
		ui_sayf(u, "%s", buf_str(&say));
	buf_clear(&line);
	buf_clear(&say);
}

static void add_lines(struct ui *u, const struct search_words *w)
{
	const struct target *t = w->in ? w->in : u->m->current;
	for (size_t i = t->log.count; i > 0 && u->view.menu.count < LISTED_MAX; i--) {
		const struct log_line *l = scrollback_at(&t->log, i - 1);
		if (search_words_fit(w, l))
			ui_menu_add_line(u, t, l, false);
	}
}

void ui_fill_search(struct ui *u, struct span query)
{
	struct search_words w;
	struct buf why = {0};
	// What is wrong of a name that is still being typed is said when the server is asked.
	if (search_words_parse(&w, u->m, query, &why))
		add_lines(u, &w);
	search_words_clear(&w);
	buf_clear(&why);
}

bool ui_complete_query(struct ui *u)
{
	struct completion found;
	bool is_done = false;
	struct span text = edit_text(&u->query);
	complete(u->m, u->m->current, text, u->query.cursor, NULL, 0, &found);
	struct span word = span_from(text.at + found.start, u->query.cursor - found.start);
	if (search_words_key(word) && found.count) {
		edit_replace_back(&u->query, word.len, span_of(found.items[0]));
		ui_typed(u);
		is_done = true;
	}
	completion_clear(&found);
	return is_done;
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

void ui_go_to_found(struct ui *u, size_t index)
{
	if (index >= u->m->n_found)
		return;
	const struct found *f = &u->m->found[index];
	ui_seek(u, target_need(u->m, span_of(f->target)), span_of(f->id), 0, SEEK_SHOWS);
}
