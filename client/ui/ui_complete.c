// SPDX-License-Identifier: MIT
// Tab: the first one puts the best completion in, the second opens the list, and walks on.
#include "client/ui/path_complete.h"
#include "client/ui/ui_private.h"
#include "common/die.h"

#include <stdlib.h>

void ui_complete_end(struct ui *u)
{
	if (u->view.menu.kind == MENU_COMPLETE)
		menu_close(&u->view.menu);
	u->completed_in = NULL;
}

static void find(struct ui *u, struct completion *found)
{
	if (path_complete(edit_text(u->line), u->line->cursor, found))
		return;
	const char **words = xcalloc(u->n_commands + 1, sizeof(*words));
	for (size_t i = 0; i < u->n_commands; i++)
		words[i] = u->commands[i].name;
	complete(u->m, u->m->current, edit_text(u->line), u->line->cursor, words, u->n_commands,
		 found);
	free(words);
}

static void put(struct ui *u, struct span text)
{
	size_t end = u->completed_from + u->completed_len;
	if (u->line->cursor != end)
		edit_seek(u->line, end);
	edit_replace_back(u->line, u->completed_len, text);
	u->completed_len = text.len;
}

static void start(struct ui *u)
{
	struct completion found;
	find(u, &found);
	if (found.count) {
		u->completed_in = u->line;
		u->completed_from = found.start;
		u->completed_len = u->line->cursor - found.start;
		menu_open(&u->view.menu, MENU_NONE, SPAN("Tab goes on"));
		for (size_t i = 0; i < found.count; i++)
			menu_add(&u->view.menu, span_of(found.items[i]), SPAN(""), i);
		put(u, span_of(found.items[0]));
	}
	// A single one is done: the next Tab completes what comes behind it.
	if (found.count == 1)
		ui_complete_end(u);
	if (found.count == 1)
		menu_close(&u->view.menu);
	completion_clear(&found);
}

static void walk(struct ui *u, bool back)
{
	struct menu *menu = &u->view.menu;
	if (!menu->count)
		return;
	menu->kind = MENU_COMPLETE;
	menu->chosen = (menu->chosen + (back ? menu->count - 1 : 1)) % menu->count;
	put(u, span_of(menu->items[menu->chosen].text));
}

void act_complete(struct ui *u)
{
	if (u->line != &u->edit)
		return;
	if (u->completed_in == u->line)
		walk(u, false);
	else
		start(u);
}

void act_complete_back(struct ui *u)
{
	if (u->completed_in == u->line)
		walk(u, true);
}
