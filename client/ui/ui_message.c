// SPDX-License-Identifier: MIT
// Commands that do to a message what keys do to the chosen one: /reply, /react, /edit,
// /redact, /report, /open. They take the message that is named by its id, or the newest that
// fits.
#include "client/model/doable.h"
#include "client/model/emoji.h"
#include "client/ui/ui_private.h"

static void reply(struct ui *u, struct span text)
{
	if (text.len)
		u->intents->message(u->intents->arg, u->m->current, LINE_MESSAGE, text,
				    line_id(u->view.selected));
	else
		act_chosen_reply(u);
}

static void react(struct ui *u, struct span text)
{
	if (text.len)
		ui_react(u, emoji_named(text));
	else
		act_chosen_react(u);
}

static void edit(struct ui *u, struct span text)
{
	if (text.len)
		u->intents->message(u->intents->arg, u->m->current, LINE_EDIT, text,
				    line_id(u->view.selected));
	else
		act_chosen_edit(u);
}

static void redact(struct ui *u, struct span text)
{
	(void)text;
	act_chosen_redact(u);
}

static void report(struct ui *u, struct span text)
{
	if (!text.len)
		act_chosen_report(u);
	else if (ui_is_reportable(u, u->view.selected))
		ui_report_message(u, line_id(u->view.selected), text);
}

static void save(struct ui *u, struct span text)
{
	(void)text;
	act_chosen_save(u);
}

static void open_links(struct ui *u, struct span text)
{
	(void)text;
	act_chosen_open(u);
}

static void get(struct ui *u, struct span text)
{
	u->intents->get(u->intents->arg, u->m->current, line_id(u->view.selected), text, false);
}

static void view(struct ui *u, struct span text)
{
	(void)text;
	act_chosen_view(u);
}

static void reactions(struct ui *u, struct span text)
{
	struct buf words = {0};
	(void)text;
	doable_say_reactions(&words, u->m, u->view.selected);
	ui_say(u, buf_span(&words));
	buf_clear(&words);
}

typedef void message_fn(struct ui *u, struct span text);

static message_fn *act_named(const char *name)
{
	static const struct {
		const char *name;
		message_fn *act;
	} acts[] = {
		{"reply", reply},         {"react", react},   {"edit", edit},
		{"redact", redact},       {"report", report}, {"open", open_links},
		{"reactions", reactions}, {"save", save},     {"get", get},
		{"view", view},
	};
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		if (strcmp(acts[i].name, name) == 0)
			return acts[i].act;
	}
	return NULL;
}

// The message whose id `text` begins with, which is cut off; NULL: none is named.
static struct log_line *take_named(const struct ui *u, struct span *text)
{
	struct span rest = *text, id = span_cut(&rest, ' ');
	struct log_line *l = id.len ? scrollback_find(&u->m->current->log, id) : NULL;
	if (l)
		*text = span_trim(rest);
	return l;
}

bool ui_message_act(struct ui *u, struct span name, struct span text)
{
	const char *why;
	const struct doable *d = doable_find(name);
	message_fn *act = d ? act_named(d->name) : NULL;
	if (!act)
		return false;
	struct log_line *named = take_named(u, &text);
	struct log_line *l = doable_choose(d, u->m->current, named, u->view.unfolds, &why);
	if (!named && text.len && !d->has_text) {
		l = NULL;
		why = "no message here has this id";
	}
	if (!l) {
		ui_sayf(u, "%s", why);
		return true;
	}
	u->view.selected = l;
	act(u, text);
	// A menu that was opened still needs to know which one.
	if (!u->view.menu.kind)
		u->view.selected = NULL;
	ui_changed(u);
	return true;
}
