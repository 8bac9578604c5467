// SPDX-License-Identifier: MIT
// Saved messages: the chosen one is saved or let go, and the list of them.
#include "client/model/saved.h"
#include "client/model/target.h"
#include "client/ui/ui_private.h"
#include "client/ui/view.h"

void act_chosen_save(struct ui *u)
{
	const struct log_line *l = u->view.selected;
	struct buf line = {0}, words = {0};

	if (!l->id_len)
		ui_sayf(u, "this message has no id on this server: nothing can refer to it");
	else if (l->flags & LINE_REDACTED)
		ui_sayf(u, "that message was removed");
	else if (saved_toggle(u->m, u->m->current, line_id(l), &line, &words) &&
		 !u->intents->raw(u->intents->arg, buf_span(&line)))
		ui_sayf(u, "not saved, nor let go: there is no connection");
	else
		ui_sayf(u, "%s", buf_str(&words));
	buf_clear(&line);
	buf_clear(&words);
}

static void add_row(struct ui *u, const struct saved_row *row)
{
	struct menu *menu = &u->view.menu;
	const struct target *t = target_find(u->m, span_of(row->target));
	const struct log_line *l = t ? scrollback_find(&t->log, span_of(row->id)) : NULL;
	struct buf text = {0}, detail = {0};
	char clock[8], day[32];

	if (l) {
		ui_menu_add_line(u, t, l, true);
		menu->items[menu->count - 1].value = row->number;
		return;
	}
	view_clock(row->at_ms, clock);
	view_day(row->at_ms, day);
	buf_printf(&text, "%s: not loaded", row->target);
	buf_printf(&detail, "%s %s", day, clock);
	menu_add(menu, buf_span(&text), buf_span(&detail), row->number);
	buf_clear(&text);
	buf_clear(&detail);
}

// The newest first.
void ui_fill_saved(struct ui *u)
{
	struct menu *menu = &u->view.menu;
	size_t chosen = menu->chosen, top = menu->top;

	menu_reset(menu);
	for (size_t i = u->m->n_saved; i > 0; i--)
		add_row(u, &u->m->saved[i - 1]);
	menu->top = top < menu->count ? top : 0;
	menu_move(menu, (int)chosen);
}

void act_saved(struct ui *u)
{
	if (!model_has_cap(u->m, "snug.chat/saved"))
		ui_sayf(u, "this server keeps no list of saved messages");
	else if (!u->m->n_saved)
		ui_sayf(u, "nothing is saved: Esc chooses a message, s saves it");
	else
		ui_menu_query(u, MENU_SAVED, "saved: Enter goes there, d lets go, Esc leaves",
			      NULL);
}

void ui_go_to_saved(struct ui *u, uint64_t number)
{
	const struct saved_row *row = saved_numbered(u->m, number);

	if (row)
		ui_seek(u, target_need(u->m, span_of(row->target)), span_of(row->id), 0,
			SEEK_SHOWS);
}

// The row stays until the server said so.
void ui_let_go_chosen(struct ui *u)
{
	const struct menu *menu = &u->view.menu;
	const struct saved_row *row =
		menu->chosen < menu->count
			? saved_numbered(u->m, menu->items[menu->chosen].value)
			: NULL;
	struct buf line = {0};

	if (!row)
		return;
	buf_printf(&line, "SAVED DEL %s", row->id);
	if (!u->intents->raw(u->intents->arg, buf_span(&line)))
		ui_sayf(u, "not let go: there is no connection");
	buf_clear(&line);
}
