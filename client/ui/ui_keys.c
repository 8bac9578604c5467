// SPDX-License-Identifier: MIT
// From a key to an act: questions first, then a chosen message, then menus, then the
// bindings, then text.
#include "client/ui/ui_private.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/utf8.h"
#include "client/ui/keyname.h"

#include <assert.h>
#include <stdlib.h>

#define TYPING_EVERY_MS 3000
#define PASTE_LINES 3 // inside: more of them are asked about before they are sent

struct binding_row {
	const char *key;
	act_fn *act;
	bool is_chosen;
};

static const struct binding_row rows[] = {
#define KEY(key, name) {key, act_##name, false},
#define CHOSEN(key, name) {key, act_##name, true},
#include "client/ui/keys.def"
#undef KEY
#undef CHOSEN
};

static void add_binding(struct binding **list, size_t *count, const struct binding_row *row)
{
	struct keypress key;
	bool is_key = key_parse(span_of(row->key), &key);
	assert(is_key);
	*list = xreallocarray(*list, *count + 1, sizeof(**list));
	(*list)[(*count)++] = (struct binding){key, row->act};
}

void ui_bind_all(struct ui *u)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].is_chosen)
			add_binding(&u->select_bindings, &u->n_select_bindings, &rows[i]);
		else
			add_binding(&u->bindings, &u->n_bindings, &rows[i]);
	}
}

static act_fn *act_by_name(struct span name)
{
	static const struct {
		const char *name;
		act_fn *act;
	} acts[] = {
#define ACT(name, help) {#name, act_##name},
#include "client/ui/acts.def"
#undef ACT
	};
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		if (span_eq(span_of(acts[i].name), name))
			return acts[i].act;
	}
	return NULL;
}

const char *ui_act_names(void)
{
#define ACT(name, help) " " #name
	return
#include "client/ui/acts.def"
		+1;
#undef ACT
}

bool ui_act(struct ui *u, struct span name)
{
	act_fn *act = act_by_name(name);
	// What acts on a chosen message needs one.
	if (!act || (span_starts(name, SPAN("chosen_")) && !u->view.selected))
		return false;
	act(u);
	ui_changed(u);
	return true;
}

bool ui_bind(struct ui *u, struct span name, struct span act_name)
{
	struct keypress key;
	act_fn *act = act_by_name(act_name);
	if (!act || !key_parse(name, &key))
		return false;
	for (size_t i = 0; i < u->n_bindings; i++) {
		if (key_eq(u->bindings[i].key, key)) {
			u->bindings[i].act = act;
			return true;
		}
	}
	u->bindings = xreallocarray(u->bindings, u->n_bindings + 1, sizeof(*u->bindings));
	u->bindings[u->n_bindings++] = (struct binding){key, act};
	return true;
}

static act_fn *find_act(const struct binding *list, size_t count, struct keypress key)
{
	for (size_t i = 0; i < count; i++) {
		if (key_eq(list[i].key, key))
			return list[i].act;
	}
	return NULL;
}

static void tell_typing(struct ui *u)
{
	if (u->line != &u->edit || u->m->current->kind == TARGET_SERVER)
		return;
	struct span text = edit_text(&u->edit);
	bool is_command = text.len && text.at[0] == '/';
	int64_t now = clock_mono_ms();
	if (!text.len || is_command) {
		if (u->typing_told_at && !text.len)
			u->intents->typing(u->intents->arg, u->m->current, false);
		u->typing_told_at = 0;
	} else if (!u->typing_told_at || now - u->typing_told_at >= TYPING_EVERY_MS) {
		u->typing_told_at = now;
		u->intents->typing(u->intents->arg, u->m->current, true);
	}
}

void ui_typed(struct ui *u)
{
	ui_complete_end(u);
	if (ui_menu_has_query(u))
		ui_menu_refill(u);
	else
		tell_typing(u);
	ui_changed(u);
}

static void insert_rune(struct ui *u, uint32_t rune)
{
	char bytes[4];
	size_t len = utf8_encode(rune, bytes);
	edit_insert(u->line, span_from(bytes, len));
	ui_typed(u);
}

static size_t count_lines(struct span text)
{
	size_t count = 1;
	for (size_t i = 0; i < text.len; i++)
		count += text.at[i] == '\n';
	return count;
}

// Several lines wait in the draft: pasting never sends. What had no marks may have ended
// with an Enter of its own, in a piece that comes later: one line more is asked about.
static void paste(struct ui *u)
{
	struct span text = input_text(&u->input);
	if (u->view.menu.kind && !ui_menu_has_query(u))
		ui_menu_close(u);
	while (text.len && text.at[text.len - 1] == '\n')
		text.len--;
	if (ui_drop(u, text))
		return;
	size_t lines = count_lines(text);
	if (u->line == &u->edit && (lines > PASTE_LINES || (u->is_burst && lines > 1)))
		u->is_pasted = true;
	edit_insert(u->line, text);
	ui_typed(u);
}

static void answer(struct ui *u, char choice)
{
	int id = u->m->question.id;
	model_ask_done(u->m, id);
	if (id == QUESTION_REDACT)
		ui_redact_answer(u, choice == 'y');
	else if (id == QUESTION_DROP)
		ui_drop_answer(u, choice == 'y');
	else if (id == QUESTION_PASTE && choice == 'y')
		ui_send_pasted(u);
	else if (id == QUESTION_PASTE)
		ui_sayf(u, "not sent: the lines stay here");
	else if ((id == QUESTION_STEP_UP && choice == 'p') ||
		 (question_wants_code(id) && choice == 'c'))
		ui_secret_open(u, id);
	else if (id != QUESTION_QUIT)
		u->intents->answer(u->intents->arg, id, choice);
	else if (choice == 'y')
		u->intents->quit(u->intents->arg, SPAN(""));
}

// Whoever does something else does not mean it: a later "y" must not remove,
// send, quit or revoke. Questions of the screen's own have numbers below zero.
static void withdraw_question(struct ui *u)
{
	int id = u->m->question.id;
	if (id == QUESTION_DROP)
		answer(u, 'n');
	else if (id < 0)
		model_ask_done(u->m, id);
	else if (id == QUESTION_DEVICE || id == QUESTION_READ)
		answer(u, 'n');
}

// What another device asks comes at its own time: who types goes on, and lets nobody in by the
// first letter of a word.
static bool is_typed_on(const struct ui *u)
{
	int id = u->m->question.id;
	return (id == QUESTION_LET_IN || id == QUESTION_VOUCH) && u->surprised_at &&
	       clock_mono_ms() - u->surprised_at < SURPRISE_MS;
}

// True when the key belongs to the question.
static bool take_answer(struct ui *u, struct keypress key)
{
	const struct question *q = &u->m->question;
	if (!q->id || !q->choices[0])
		return false;
	if (key.code == KEY_ESC) {
		const char *no = strchr(q->choices, 'n');
		answer(u, no ? *no : q->choices[strlen(q->choices) - 1]);
		return true;
	}
	bool is_letter = key.code == KEY_RUNE && !key.mods && key.rune < 128 && key.rune;
	bool is_about_draft = q->id == QUESTION_PASTE;
	if (!is_letter || is_typed_on(u) || (edit_text(&u->edit).len && !is_about_draft) ||
	    !strchr(q->choices, (int)key.rune))
		return false;
	answer(u, (char)key.rune);
	return true;
}

// Esc d typed slowly over a draft is M-d, and goes on as that.
static bool take_chosen(struct ui *u, struct keypress *key)
{
	if (!u->view.selected || u->view.menu.kind)
		return false;
	act_fn *act = find_act(u->select_bindings, u->n_select_bindings, *key);
	if (!act)
		act_chosen_leave(u);
	if (!act)
		return false;
	if (act == act_chosen_redact && edit_text(&u->edit).len) {
		act_chosen_leave(u);
		ui_sayf(u, "over a draft this is M-d; nothing was removed");
		key->mods |= KEY_ALT;
		return false;
	}
	act(u);
	return true;
}

static bool is_accept(struct keypress key)
{
	return key.mods == 0 && (key.code == KEY_ENTER || key.code == KEY_TAB);
}

static bool is_control(struct keypress key, uint32_t rune)
{
	return key.code == KEY_RUNE && key.mods == KEY_CTRL && key.rune == rune;
}

static int menu_step(const struct ui *u, struct keypress key)
{
	int page = u->view.layout.main_rows > 2 ? u->view.layout.main_rows - 2 : 1;
	if (key.code == KEY_UP || is_control(key, 'p') || is_control(key, 'r'))
		return -1;
	if (key.code == KEY_DOWN || is_control(key, 'n'))
		return 1;
	if (key.code == KEY_PAGE_UP)
		return -page;
	if (key.code == KEY_PAGE_DOWN)
		return page;
	return 0;
}

static bool take_menu(struct ui *u, struct keypress key)
{
	struct menu *menu = &u->view.menu;
	// Completions are walked through by Tab itself and end with any other key.
	if (!menu->kind || menu->kind == MENU_COMPLETE)
		return false;
	int step = menu_step(u, key);
	bool is_interrupt = is_control(key, 'c') || is_control(key, 'g');
	if (step) {
		// The newest input stands first: further back is down.
		bool is_back = menu->kind == MENU_HISTORY && key.rune == 'r';
		menu_move(menu, is_back ? 1 : step);
	} else if (menu->kind == MENU_SEARCH && is_control(key, 's')) {
		ui_search(u, edit_text(&u->query));
	} else if (menu->kind == MENU_SEARCH && key.code == KEY_TAB && ui_complete_query(u)) {
		return true;
	} else if (menu->kind == MENU_INBOX && key.code == KEY_RUNE && !key.mods &&
		   key.rune == 'd') {
		ui_decline_chosen(u);
	} else if (menu->kind == MENU_SAVED && key.code == KEY_RUNE && !key.mods &&
		   key.rune == 'd') {
		ui_let_go_chosen(u);
	} else if (is_accept(key)) {
		ui_menu_accept(u);
	} else if (key.code == KEY_ESC || is_interrupt) {
		ui_menu_close(u);
	} else if (!ui_menu_has_query(u)) {
		ui_menu_close(u);
		return false;
	} else {
		return false;
	}
	return true;
}

static void run_binding(struct ui *u, struct keypress key)
{
	act_fn *act = find_act(u->bindings, u->n_bindings, key);
	if (u->has_prefix)
		act = is_control(key, 'e') ? act_editor : NULL;
	if (act) {
		u->has_prefix = false;
		act(u);
		if (act != act_complete && act != act_complete_back)
			ui_complete_end(u);
		if (ui_menu_has_query(u) && u->line == &u->query)
			ui_menu_refill(u);
	} else if (u->has_prefix) {
		u->has_prefix = false;
	} else if (key.code == KEY_RUNE && !(key.mods & (KEY_ALT | KEY_CTRL))) {
		insert_rune(u, key.rune);
	}
}

static void take_focus(struct ui *u, bool is_focused)
{
	struct target *t = u->m->current;
	// What came while nobody looked gets its line.
	if (is_focused && !u->m->focused && t->unread)
		t->new_at = t->read_at;
	u->m->focused = is_focused;
}

void ui_take_key(struct ui *u, struct keypress key)
{
	ui_changed(u);
	if (key.code == KEY_FOCUS_IN || key.code == KEY_FOCUS_OUT) {
		take_focus(u, key.code == KEY_FOCUS_IN);
		return;
	}
	if (key.code == KEY_NONE)
		return;
	u->had_key = true;
	u->key_at = clock_mono_ms();
	ui_draft_changed(u);
	// Whatever is open or said stays: it is only drawn again.
	if (key.code != KEY_PASTE && find_act(u->bindings, u->n_bindings, key) == act_redraw) {
		act_redraw(u);
		return;
	}
	u->m->focused = true;
	u->view.marked = NULL;
	free(u->view.said);
	u->view.said = NULL;
	if (!is_control(key, 'c'))
		u->interrupts = 0;
	if (ui_secret_takes(u, key) || ui_handout_takes(u, key) || ui_viewer_takes(u) ||
	    (key.code != KEY_PASTE && take_answer(u, key)))
		return;
	withdraw_question(u);
	if (key.code == KEY_PASTE) {
		paste(u);
		return;
	}
	if (take_chosen(u, &key) || take_menu(u, key) || ui_welcome_takes(u, key))
		return;
	run_binding(u, key);
}

void act_interrupt(struct ui *u)
{
	if (edit_text(u->line).len) {
		edit_move(u->line, EDIT_END);
		edit_kill(u->line, EDIT_START);
		u->interrupts = 0;
		ui_typed(u);
		return;
	}
	if (u->m->progress && u->intents->upload)
		u->intents->upload(u->intents->arg, u->m->current, SPAN("cancel"));
	else if (++u->interrupts < 2)
		ui_sayf(u, "C-c once more asks whether to quit");
	else
		model_ask(u->m, QUESTION_QUIT, SPAN("quit snug?"), "yn");
}
