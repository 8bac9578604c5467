// SPDX-License-Identifier: MIT
// Menus: what they list, and what choosing does.
#include "client/model/complete.h"
#include "client/model/emoji.h"
#include "client/model/extra.h"
#include "client/model/inbox.h"
#include "client/model/people.h"
#include "client/model/shown.h"
#include "client/model/target.h"
#include "client/text/filter.h"
#include "client/ui/ui_private.h"
#include "client/ui/view.h"
#include "common/die.h"
#include "common/msg.h"

#include <stdio.h>
#include <stdlib.h>

#define HISTORY_MAX 50

bool ui_menu_has_query(const struct ui *u)
{
	switch (u->view.menu.kind) {
	case MENU_GOTO:
	case MENU_SEARCH:
	case MENU_HISTORY:
	case MENU_REACT:
	case MENU_HELP:
		return true;
	case MENU_NONE:
	case MENU_COMPLETE:
	case MENU_FOUND:
	case MENU_INBOX:
	case MENU_SAVED:
	case MENU_LINKS:
	case MENU_DETAILS:
		break;
	}
	return false;
}

void ui_menu_query(struct ui *u, enum menu_kind kind, const char *title, const char *prompt)
{
	menu_open(&u->view.menu, kind, span_of(title));
	if (prompt) {
		edit_reset(&u->query);
		u->line = &u->query;
		u->view.prompt = prompt;
	}
	ui_menu_refill(u);
}

void ui_menu_close(struct ui *u)
{
	menu_close(&u->view.menu);
	u->line = &u->edit;
	u->view.prompt = ui_refer_prompt(u);
	ui_changed(u);
}

void ui_menu_add_line(struct ui *u, const struct target *t, const struct log_line *l,
		      bool with_target)
{
	struct buf text = {0}, detail = {0};
	char clock[8], day[32];
	view_clock(l->at_ms, clock);
	view_day(l->at_ms, day);
	if (with_target && (t->kind == TARGET_ROOM || (l->flags & LINE_SELF)))
		buf_printf(&text, "%s ", t->name);
	for (size_t i = 0; l->extra && with_target && i < l->extra->n_reactions; i++)
		buf_printf(&text, "%s %zu ", l->extra->reactions[i].text,
			   l->extra->reactions[i].n_who);
	if (l->from)
		shown_add(&text, u->m, l->from);
	buf_add_str(&text, ": ");
	buf_add_span(&text, line_says(l));
	buf_printf(&detail, "%s %s", day, clock);
	menu_add(&u->view.menu, buf_span(&text), buf_span(&detail), t->id)->at_ms = l->at_ms;
	buf_clear(&text);
	buf_clear(&detail);
}

static void fill_history(struct ui *u, struct span query)
{
	size_t at = u->history.count;
	for (int n = 0; n < HISTORY_MAX; n++) {
		at = history_search(&u->history, at, query);
		if (at == u->history.count)
			return;
		menu_add(&u->view.menu, span_of(u->history.entries[at]), SPAN(""), at);
	}
}

static void add_invitation(struct ui *u, const struct invitation *i)
{
	struct buf text = {0}, detail = {0};
	char clock[8], day[32];

	view_clock(i->at_ms, clock);
	view_day(i->at_ms, day);
	buf_printf(&text, "%s: %s invites you", i->room, i->by);
	buf_printf(&detail, "%s %s", day, clock);
	menu_add(&u->view.menu, buf_span(&text), buf_span(&detail), 0)->room = xstrdup(i->room);
	buf_clear(&text);
	buf_clear(&detail);
}

void ui_decline_chosen(struct ui *u)
{
	const struct menu *menu = &u->view.menu;
	struct buf line = {0};

	if (menu->chosen >= menu->count || !menu->items[menu->chosen].room)
		return;
	buf_printf(&line, "/decline %s", menu->items[menu->chosen].room);
	u->intents->typed(u->intents->arg, u->m->current, buf_span(&line));
	buf_clear(&line);
	ui_menu_refill(u);
}

// The newest invitation first, and before all else: it waits for an answer.
static void fill_inbox(struct ui *u)
{
	const struct model *m = u->m;
	for (size_t i = m->n_invitations; i > 0; i--)
		add_invitation(u, &m->invitations[i - 1]);
	struct inbox_row rows[INBOX_MAX];
	size_t n = inbox_list(m, rows);
	for (size_t i = 0; i < n; i++)
		ui_menu_add_line(u, rows[i].target, rows[i].line, true);
}

static void fill_react(struct ui *u, struct span query)
{
	size_t count;
	const struct emoji *list = emoji_list(&count);
	for (size_t i = 0; i < count; i++) {
		if (!query.len || emoji_is_called(&list[i], query))
			menu_add(&u->view.menu, span_of(list[i].text), span_of(list[i].names),
				 i);
	}
	if (query.len && !u->view.menu.count)
		menu_add(&u->view.menu, query, SPAN("as typed"), 0);
}

void ui_menu_refill(struct ui *u)
{
	struct span query = edit_text(&u->query);
	menu_reset(&u->view.menu);
	switch (u->view.menu.kind) {
	case MENU_GOTO:
		ui_fill_goto(u, query);
		break;
	case MENU_SEARCH:
		ui_fill_search(u, query);
		break;
	case MENU_HISTORY:
		fill_history(u, query);
		break;
	case MENU_REACT:
		fill_react(u, query);
		break;
	case MENU_INBOX:
		fill_inbox(u);
		break;
	case MENU_SAVED:
		ui_fill_saved(u);
		break;
	case MENU_FOUND:
		ui_fill_found(u);
		break;
	case MENU_DETAILS:
		ui_details_fill(u);
		break;
	case MENU_HELP:
		ui_fill_help(u, query);
		break;
	case MENU_NONE:
	case MENU_COMPLETE:
	case MENU_LINKS:
		break;
	}
	ui_changed(u);
}

struct target *ui_target_by_id(const struct model *m, uint64_t id)
{
	for (size_t i = 0; i < m->n_targets; i++) {
		if (m->targets[i]->id == id)
			return m->targets[i];
	}
	return NULL;
}

static void go_to_line(struct ui *u, uint64_t target_id, int64_t at_ms)
{
	struct target *t = ui_target_by_id(u->m, target_id);
	if (!t)
		return;
	ui_show(u, t);
	size_t i = scrollback_after(&t->log, at_ms);
	if (i < t->log.count)
		view_jump(&u->view, scrollback_at(&t->log, i));
}

void ui_react(struct ui *u, struct span text)
{
	const struct log_line *l = u->view.selected;
	if (!l || !l->id_len)
		return;
	u->intents->message(u->intents->arg, u->m->current, LINE_REACTION, text, line_id(l));
	u->view.selected = NULL;
}

static void enter_room(struct ui *u, const char *room)
{
	struct buf line = {0};

	buf_printf(&line, "/join %s", room);
	u->intents->typed(u->intents->arg, u->m->current, buf_span(&line));
	buf_clear(&line);
}

// The menu is closed first: what is chosen may open another one.
void ui_menu_accept(struct ui *u)
{
	struct menu *menu = &u->view.menu;
	enum menu_kind kind = menu->kind;
	bool has_item = menu->chosen < menu->count;
	struct menu_item item = has_item ? menu->items[menu->chosen] : (struct menu_item){0};
	char *text = has_item ? xstrdup(item.text) : NULL;
	char *room = item.room ? xstrdup(item.room) : NULL;
	ui_menu_close(u);
	if (!has_item)
		return;
	if (room) {
		enter_room(u, room);
	} else if (kind == MENU_GOTO) {
		ui_go_to(u, text, item.value);
	} else if (kind == MENU_SEARCH || kind == MENU_INBOX) {
		go_to_line(u, item.value, item.at_ms);
	} else if (kind == MENU_SAVED) {
		ui_go_to_saved(u, item.value);
	} else if (kind == MENU_FOUND) {
		ui_go_to_found(u, item.value);
	} else if (kind == MENU_HISTORY) {
		edit_set(&u->edit, span_of(u->history.entries[item.value]));
	} else if (kind == MENU_REACT) {
		ui_react(u, span_of(text));
	} else if (kind == MENU_DETAILS) {
		ui_details_accept(u, item.value);
	} else if (kind == MENU_LINKS) {
		ui_sayf(u, "%s: %s", ui_copy(u, span_of(text)), text);
	}
	free(text);
	free(room);
}

void act_go_to(struct ui *u)
{
	ui_menu_query(u, MENU_GOTO, "go to a room, a person, a /command: type a few letters",
		      "go to");
}

void act_search(struct ui *u)
{
	ui_menu_query(u, MENU_SEARCH,
		      "what is loaded: Enter shows it, C-s asks the server; from:NAME in:#ROOM",
		      "search");
}

void act_search_input(struct ui *u)
{
	ui_menu_query(u, MENU_HISTORY, "what was typed before", "history");
}

void act_inbox(struct ui *u)
{
	ui_menu_query(u, MENU_INBOX,
		      u->m->n_invitations
			      ? "inbox: Enter goes there or joins, d declines, Esc leaves"
			      : "inbox: Enter goes there, Esc leaves",
		      NULL);
}
