// SPDX-License-Identifier: MIT
// The first screen of somebody who never typed anything in this profile.
#include "client/ui/ui_private.h"

#define KEY SPAN(".welcome")

void ui_welcome(struct ui *u)
{
	const struct intents *i = u->intents;

	u->view.is_newcomer = i->keep && i->kept && !i->kept(i->arg, KEY) && !u->history.count;
}

void ui_welcome_end(struct ui *u)
{
	if (!u->view.is_newcomer)
		return;
	u->view.is_newcomer = false;
	u->intents->keep(u->intents->arg, KEY, SPAN("over"));
	ui_changed(u);
}

bool ui_welcome_takes(struct ui *u, struct keypress key)
{
	bool is_shown = u->view.is_newcomer && u->view.layout.welcome_rows;

	if (!is_shown || key.code != KEY_ESC || key.mods)
		return false;
	ui_welcome_end(u);
	return true;
}
