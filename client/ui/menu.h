// SPDX-License-Identifier: MIT
// A list that lies over the screen: completions, "go to", inbox, saved, search, help, links.
//
// Owner: the ui; one thread.
#pragma once

#include "client/ui/style.h"
#include "common/span.h"

enum menu_kind {
	MENU_NONE,
	MENU_COMPLETE,
	MENU_GOTO,
	MENU_INBOX,
	MENU_SAVED,
	MENU_SEARCH,
	MENU_FOUND, // by the server
	MENU_HELP,
	MENU_LINKS,
	MENU_HISTORY, // C-r
	MENU_REACT,
	MENU_DETAILS, // of the chosen message
};

struct menu_item {
	char *text;     // filtered
	char *detail;   // right of it, "" if none
	uint64_t value; // what the kind makes of it: an index, a target's id
	int64_t at_ms;  // of the message it stands for
	char *room;     // that it is an invitation to, or NULL
};

struct menu {
	enum menu_kind kind;
	char *title;
	struct menu_item *items;
	size_t count;
	size_t chosen;
	size_t top; // first one drawn
};

void menu_open(struct menu *m, enum menu_kind kind, struct span title);
void menu_close(struct menu *m);
// Forgets the items, stays open.
void menu_reset(struct menu *m);
// The item, until the next one is added.
struct menu_item *menu_add(struct menu *m, struct span text, struct span detail,
			   uint64_t value);
// By -1, 1, a page; stops at the ends.
void menu_move(struct menu *m, int by);
