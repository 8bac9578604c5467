// SPDX-License-Identifier: MIT
// The keys while a password is typed to prove who one is: Enter gives it, Esc (C-c) leaves, C-u
// begins anew; nothing else does what it does otherwise.
#include "client/ui/ui_private.h"

#include "common/utf8.h"
#include "common/wipe.h"

void ui_secret_open(struct ui *u, int question_id)
{
	secret_entry_open(&u->view.secret);
	u->view.secret.question_id = question_id;
	ui_changed(u);
}

static bool is_control(struct keypress key, uint32_t rune)
{
	return key.code == KEY_RUNE && key.mods == KEY_CTRL && key.rune == rune;
}

static void add_rune(struct secret_entry *e, uint32_t rune)
{
	char bytes[4];

	secret_entry_add(e, span_from(bytes, utf8_encode(rune, bytes)));
	wipe_bytes(bytes, sizeof(bytes));
}

// Its first line.
static void add_paste(struct ui *u)
{
	struct span text = input_text(&u->input);

	secret_entry_add(&u->view.secret, span_cut(&text, '\n'));
}

// The login waits for a code until it is told that there is none.
static void leave(struct ui *u)
{
	int id = u->view.secret.question_id;

	secret_entry_close(&u->view.secret);
	if (question_wants_code(id))
		u->intents->answer(u->intents->arg, id, 'n');
}

static void give(struct ui *u)
{
	struct secret_entry *e = &u->view.secret;

	if (!e->len) {
		leave(u);
		return;
	}
	if (u->intents->prove)
		u->intents->prove(u->intents->arg, e->question_id, secret_entry_text(e));
	secret_entry_close(e);
}

bool ui_secret_takes(struct ui *u, struct keypress key)
{
	struct secret_entry *e = &u->view.secret;

	if (!e->at)
		return false;
	if (key.code == KEY_ENTER)
		give(u);
	else if (key.code == KEY_ESC || is_control(key, 'c'))
		leave(u);
	else if (key.code == KEY_BACKSPACE)
		secret_entry_back(e);
	else if (is_control(key, 'u'))
		ui_secret_open(u, e->question_id);
	else if (key.code == KEY_PASTE)
		add_paste(u);
	else if (key.code == KEY_RUNE && !(key.mods & (KEY_CTRL | KEY_ALT)))
		add_rune(e, key.rune);
	ui_changed(u);
	return true;
}
