// SPDX-License-Identifier: MIT
// Searching on the server.
#include "client/model/shown.h"
#include "client/ui/ui_private.h"
#include "client/ui/view.h"
#include "common/msg.h"
#include "client/model/target.h"

#include <stdlib.h>

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

void ui_go_to_found(struct ui *u, size_t index)
{
	if (index >= u->m->n_found)
		return;
	const struct found *f = &u->m->found[index];
	ui_seek(u, target_need(u->m, span_of(f->target)), span_of(f->id), 0, SEEK_SHOWS);
}
