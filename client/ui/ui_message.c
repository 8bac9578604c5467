// SPDX-License-Identifier: MIT
// Commands that do to a message what keys do to the chosen one: /reply, /react, /edit,
// /redact, /report, /open. They take the newest message that fits.
#include "client/model/emoji.h"
#include "client/ui/ui_private.h"
#include "client/model/url.h"

typedef bool fits_fn(const struct log_line *l);

static bool is_of_others(const struct log_line *l)
{
	return l->id_len && !(l->flags & (LINE_SELF | LINE_REDACTED));
}

static bool is_own(const struct log_line *l)
{
	return l->id_len && (l->flags & LINE_SELF) && !(l->flags & LINE_REDACTED);
}

static bool has_link(const struct log_line *l)
{
	struct span url;
	size_t from = 0;
	return url_next(line_says(l), &from, &url);
}

// The emoji of this name (":tada:", "tada"), else the text itself.
static struct span emoji_named(struct span text)
{
	size_t count;
	const struct emoji *list = emoji_list(&count);
	struct span name = text;
	if (name.len > 2 && name.at[0] == ':' && name.at[name.len - 1] == ':')
		name = span_from(name.at + 1, name.len - 2);
	for (size_t i = 0; i < count; i++) {
		struct span names = span_of(list[i].names);
		while (names.len) {
			if (span_eq_fold(span_cut(&names, ' '), name))
				return span_of(list[i].text);
		}
	}
	return text;
}

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

static void open_links(struct ui *u, struct span text)
{
	(void)text;
	act_chosen_open(u);
}

static struct log_line *newest(const struct ui *u, fits_fn *fits)
{
	const struct scrollback *log = &u->m->current->log;
	for (size_t i = log->count; i > 0; i--) {
		struct log_line *l = scrollback_at(log, i - 1);
		if (ui_is_choosable(u, l) && fits(l))
			return l;
	}
	return NULL;
}

bool ui_message_act(struct ui *u, struct span name, struct span text)
{
	static const struct {
		const char *name;
		fits_fn *fits;
		void (*act)(struct ui *u, struct span text);
		const char *missing;
	} acts[] = {
		{"reply", is_of_others, reply, "there is no message of somebody else here"},
		{"react", is_of_others, react, "there is no message of somebody else here"},
		{"edit", is_own, edit, "there is no message of yours here"},
		{"redact", is_own, redact, "there is no message of yours here"},
		{"report", is_of_others, report, "there is no message of somebody else here"},
		{"open", has_link, open_links, "there is no link here"},
	};
	size_t i = 0;
	while (i < ARRAY_LEN(acts) && !span_eq(span_of(acts[i].name), name))
		i++;
	if (i == ARRAY_LEN(acts))
		return false;
	struct log_line *l = newest(u, acts[i].fits);
	if (!l) {
		ui_sayf(u, "%s", acts[i].missing);
		return true;
	}
	u->view.selected = l;
	acts[i].act(u, text);
	// A menu that was opened still needs to know which one.
	if (!u->view.menu.kind)
		u->view.selected = NULL;
	ui_changed(u);
	return true;
}
