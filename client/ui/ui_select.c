// SPDX-License-Identifier: MIT
// A chosen message: moving the choice, and what can be done to it.
#include "client/model/doable.h"
#include "client/model/hush.h"
#include "client/model/shown.h"
#include "client/model/extra.h"
#include "client/model/line_file.h"
#include "client/text/filter.h"
#include "client/text/host.h"
#include "client/ui/ui_private.h"
#include "common/url.h"

#include <stdlib.h>

// Of the question whether to remove a message, in cells.
#define REDACT_WORDS_COLS 36
#define NAME_COLS 16
#define TEXT_COLS 8

bool ui_is_choosable(const struct ui *u, const struct log_line *l)
{
	const struct answers *th = view_thread(&u->view);
	return line_is_speech(l) && (u->view.unfolds || !line_is_hushed(l)) &&
	       (!th || answers_has(th, line_id(l)));
}

static struct log_line *speech_before(const struct ui *u, size_t end)
{
	const struct scrollback *log = &u->m->current->log;
	for (size_t i = end; i > 0; i--) {
		struct log_line *l = scrollback_at(log, i - 1);
		if (ui_is_choosable(u, l))
			return l;
	}
	return NULL;
}

static struct log_line *speech_from(const struct ui *u, size_t start)
{
	const struct scrollback *log = &u->m->current->log;
	for (size_t i = start; i < log->count; i++) {
		struct log_line *l = scrollback_at(log, i);
		if (ui_is_choosable(u, l))
			return l;
	}
	return NULL;
}

static bool is_in_sight(const struct ui *u, const struct log_line *l)
{
	return u->view.top_line && u->view.bottom_line && l->at_ms >= u->view.top_line->at_ms &&
	       l->at_ms <= u->view.bottom_line->at_ms && l != u->view.top_line;
}

void ui_choose(struct ui *u, struct log_line *l)
{
	if (!l)
		return;
	u->view.selected = l;
	if (!is_in_sight(u, l))
		view_jump(&u->view, l);
	u->view.marked = NULL;
	ui_sayf(u, "r reply  + react  Enter thread  i details  e edit  d remove  "
		   "y copy  ? all");
}

void act_select(struct ui *u)
{
	if (u->view.menu.kind || u->reply_to) {
		ui_refer_end(u);
		ui_menu_close(u);
		return;
	}
	if (u->view.layout.over_left || u->view.layout.over_right) {
		u->view.lays_targets = u->view.lays_members = false;
		return;
	}
	if (ui_thread(u))
		act_jump_back(u);
	else
		act_choose(u);
}

void act_choose(struct ui *u)
{
	const struct scrollback *log = &u->m->current->log;
	size_t end = log->count;
	if (u->view.bottom_line)
		end = scrollback_index(log, u->view.bottom_line) + 1;
	ui_choose(u, speech_before(u, end > log->count ? log->count : end));
}

static void step(struct ui *u, int by)
{
	const struct scrollback *log = &u->m->current->log;
	for (; by > 0 && u->view.selected; by--)
		ui_choose(u, speech_before(u, scrollback_index(log, u->view.selected)));
	for (; by < 0 && u->view.selected; by++)
		ui_choose(u, speech_from(u, scrollback_index(log, u->view.selected) + 1));
}

void act_chosen_older(struct ui *u)
{
	step(u, 1);
}

void act_chosen_newer(struct ui *u)
{
	step(u, -1);
}

void act_chosen_older_page(struct ui *u)
{
	step(u, 10);
}

void act_chosen_newer_page(struct ui *u)
{
	step(u, -10);
}

void act_chosen_leave(struct ui *u)
{
	u->view.selected = NULL;
	free(u->view.said);
	u->view.said = NULL;
}

const char *ui_refer_prompt(const struct ui *u)
{
	if (!u->reply_to)
		return view_thread(&u->view) ? "thread" : NULL;
	if (u->refers == REFER_REPORT)
		return "report, because";
	return u->refers == REFER_EDIT ? "edit" : "reply";
}

static void empty_input(struct ui *u)
{
	edit_move(&u->edit, EDIT_END);
	edit_kill(&u->edit, EDIT_START);
}

void ui_refer(struct ui *u, const struct log_line *l, enum refer refers)
{
	ui_refer_end(u);
	u->reply_to = span_dup(line_id(l));
	u->refers = refers;
	u->view.prompt = ui_refer_prompt(u);
	// What stood there is in the kill ring: C-y brings it back.
	if (refers != REFER_REPLY)
		empty_input(u);
	if (refers == REFER_EDIT) {
		struct buf text = {0};
		line_wrote(&text, l);
		edit_insert(&u->edit, buf_span(&text));
		buf_clear(&text);
	}
	act_chosen_leave(u);
	ui_changed(u);
}

void ui_refer_end(struct ui *u)
{
	if (u->reply_to && u->refers != REFER_REPLY)
		empty_input(u);
	free(u->reply_to);
	u->reply_to = NULL;
	u->refers = REFER_REPLY;
	u->view.prompt = NULL;
}

static bool need_id(struct ui *u)
{
	if (u->view.selected->id_len)
		return true;
	ui_sayf(u, "this message has no id on this server: nothing can refer to it");
	return false;
}

void act_chosen_reply(struct ui *u)
{
	if (!need_id(u))
		return;
	ui_refer(u, u->view.selected, REFER_REPLY);
	ui_sayf(u, "your message answers the chosen one; Esc takes that back");
}

static bool is_editable(struct ui *u, const struct log_line *l)
{
	if (!(l->flags & LINE_SELF))
		ui_sayf(u, "only your own messages can be edited");
	else if (l->flags & LINE_REDACTED)
		ui_sayf(u, "that message was removed: there is nothing to edit");
	else
		return need_id(u);
	return false;
}

void act_chosen_edit(struct ui *u)
{
	if (!is_editable(u, u->view.selected))
		return;
	ui_refer(u, u->view.selected, REFER_EDIT);
	ui_sayf(u, "Enter puts this in the message's place; Esc leaves it as it is");
}

bool ui_is_reportable(struct ui *u, const struct log_line *l)
{
	if (u->m->current->kind != TARGET_ROOM)
		ui_sayf(u, "only messages of a room have moderators to report them to");
	else if (l->flags & LINE_SELF)
		ui_sayf(u, "that message is your own: remove it");
	else if (l->flags & LINE_REDACTED)
		ui_sayf(u, "that message was removed: there is nothing to report");
	else
		return need_id(u);
	return false;
}

void act_chosen_report(struct ui *u)
{
	if (!ui_is_reportable(u, u->view.selected))
		return;
	ui_refer(u, u->view.selected, REFER_REPORT);
	ui_sayf(u, "say why: Enter shows it to the moderators; Esc reports nothing");
}

void ui_report_message(struct ui *u, struct span id, struct span reason)
{
	struct buf line = {0};
	doable_report(&line, u->m->current, id, reason);
	if (u->intents->raw(u->intents->arg, buf_span(&line)))
		ui_sayf(u, "sent to ChanServ: it answers whether the moderators were told");
	else
		ui_sayf(u, "not sent: there is no connection");
	buf_clear(&line);
}

void act_chosen_react(struct ui *u)
{
	if (need_id(u))
		ui_menu_query(u, MENU_REACT, "react: Enter sends", "react");
}

static bool can_redact(struct ui *u)
{
	if (u->view.selected->flags & LINE_REDACTED)
		ui_sayf(u, "that message was removed before");
	else if (model_is_online(u->m) && !model_has_cap(u->m, "draft/message-redaction"))
		ui_sayf(u, "this server cannot remove messages");
	else
		return need_id(u);
	return false;
}

static void add_beginning(const struct ui *u, struct buf *out, struct span text, int cols)
{
	struct buf clean = {0};
	int width;
	filter_add_line(&clean, text);
	struct span part = width_cut(&u->view.widths, buf_span(&clean), cols, &width);
	buf_add_span(out, part);
	if (part.len < clean.len)
		buf_add_str(out, "...");
	buf_clear(&clean);
}

// Both names, or where there is no room the account: it says whose it is.
static void add_author(const struct ui *u, struct buf *out, const struct person *p)
{
	struct buf both = {0};
	if (p)
		shown_add_both(&both, p);
	if (p && width_of(&u->view.widths, buf_span(&both)) > NAME_COLS)
		add_beginning(u, out, span_of(p->name), NAME_COLS);
	else
		add_beginning(u, out, p ? buf_span(&both) : SPAN("somebody"), NAME_COLS);
	buf_clear(&both);
}

// Whose it is and how it begins, so that nobody removes another one than they mean. The
// answers must stay in sight behind it.
static void ask_redact(struct ui *u, const struct log_line *l)
{
	struct buf text = {0};
	int room = u->screen.next.cols - REDACT_WORDS_COLS - NAME_COLS;
	buf_add_str(&text, "remove ");
	if (l->flags & LINE_SELF) {
		buf_add_str(&text, "your");
	} else {
		add_author(u, &text, l->from);
		buf_add_str(&text, "'s");
	}
	buf_add_str(&text, " message \"");
	add_beginning(u, &text, line_says(l), room < TEXT_COLS ? TEXT_COLS : room);
	buf_add_str(&text, "\"?");
	model_ask(u->m, QUESTION_REDACT, buf_span(&text), "yn");
	buf_clear(&text);
}

void act_chosen_redact(struct ui *u)
{
	if (!can_redact(u))
		return;
	free(u->redaction);
	u->redaction = span_dup(line_id(u->view.selected));
	u->redaction_target = u->m->current->id;
	ask_redact(u, u->view.selected);
}

static void remove_asked(struct ui *u)
{
	for (size_t i = 0; i < u->m->n_targets; i++) {
		struct target *t = u->m->targets[i];
		if (t->id == u->redaction_target)
			u->intents->remove(u->intents->arg, t, span_of(u->redaction));
	}
}

void ui_redact_answer(struct ui *u, bool is_yes)
{
	act_chosen_leave(u);
	if (is_yes && u->redaction)
		remove_asked(u);
	free(u->redaction);
	u->redaction = NULL;
	if (!is_yes)
		ui_sayf(u, "nothing was removed");
	else if (model_is_online(u->m))
		ui_sayf(u, "removed in 5 s: C-_ takes it back");
	else
		ui_sayf(u, "removed once there is a connection: C-_ takes it back");
}

void act_chosen_copy(struct ui *u)
{
	struct buf text = {0};
	filter_add(&text, line_says(u->view.selected));
	const char *words = ui_copy(u, buf_span(&text));
	buf_clear(&text);
	act_chosen_leave(u);
	ui_sayf(u, "%s", words);
}

void act_chosen_get(struct ui *u)
{
	const struct log_line *l = u->view.selected;
	act_chosen_leave(u);
	if (line_file_of(l))
		u->intents->get(u->intents->arg, u->m->current, line_id(l), SPAN(""), false);
	else
		ui_sayf(u, "there is no file in it");
}

// By the program of the settings, once it is here.
static bool open_file(struct ui *u)
{
	bool has_file = line_file_of(u->view.selected) != NULL;
	if (has_file)
		u->intents->get(u->intents->arg, u->m->current, line_id(u->view.selected),
				SPAN(""), true);
	return has_file;
}

void act_chosen_open(struct ui *u)
{
	struct buf text = {0};
	struct span url;
	size_t from = 0;
	bool has_file = open_file(u);
	filter_add(&text, line_says(u->view.selected));
	menu_open(&u->view.menu, MENU_LINKS,
		  SPAN("links: Enter copies one for your browser, Esc leaves"));
	while (url_next(buf_span(&text), &from, &url)) {
		struct buf host = {0};
		bool is_mixed = host_is_mixed(url, &host);
		menu_add(&u->view.menu, url, is_mixed ? buf_span(&host) : SPAN(""), 0);
		buf_clear(&host);
	}
	if (has_file && !u->view.menu.count)
		ui_menu_close(u);
	buf_clear(&text);
	act_chosen_leave(u);
}

void act_chosen_mark_unread(struct ui *u)
{
	struct target *t = u->m->current;
	// The marker of the server only moves forward: this mark is the screen's own.
	t->new_at = u->view.selected->at_ms - 1;
	act_chosen_leave(u);
	ui_sayf(u, "marked as new from here on");
}
