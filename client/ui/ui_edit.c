// SPDX-License-Identifier: MIT
// Acts on the line: moving, killing, sending, history.
#include "client/ui/ui_private.h"

#include <stdio.h>
#include <stdlib.h>

#define SIMPLE_MOVE(name, move)                                                                \
	void act_##name(struct ui *u)                                                          \
	{                                                                                      \
		edit_move(u->line, move);                                                      \
	}
#define SIMPLE_CHANGE(name, call)                                                              \
	void act_##name(struct ui *u)                                                          \
	{                                                                                      \
		call;                                                                          \
		ui_typed(u);                                                                   \
	}
#define SIMPLE_TARGET(number)
#include "client/ui/simple.def"
#include "client/model/target.h"
#undef SIMPLE_MOVE
#undef SIMPLE_CHANGE
#undef SIMPLE_TARGET

// What was removed last comes before what was typed last, as long as it can be taken back.
void act_undo(struct ui *u)
{
	bool is_empty = !edit_text(u->line).len;
	if (u->intents->restore && u->intents->restore(u->intents->arg, is_empty)) {
		ui_sayf(u, "taken back: nothing is removed");
		return;
	}
	edit_undo(u->line);
	ui_typed(u);
}

static void recall(struct ui *u, bool older)
{
	if (edit_move(u->line, older ? EDIT_UP : EDIT_DOWN) || u->line != &u->edit)
		return;
	const char *text = history_step(&u->history, older, edit_text(&u->edit));
	if (!text)
		return;
	struct span kept = span_of(text);
	edit_reset(&u->edit);
	edit_insert(&u->edit, kept);
}

void act_older_input(struct ui *u)
{
	recall(u, true);
}

void act_newer_input(struct ui *u)
{
	recall(u, false);
}

static bool is_waiting(const struct model *m)
{
	return m->link.state == LINK_OFFLINE || m->link.state == LINK_CONNECTING ||
	       m->link.state == LINK_REFUSED;
}

// Enter on an empty line does what the screen offers.
static void send_nothing(struct ui *u)
{
	struct target *t = u->m->current;
	struct log_line *gap = target_gap(t);
	if (is_waiting(u->m))
		u->intents->reconnect(u->intents->arg);
	else if (gap)
		u->intents->history(u->intents->arg, t, gap);
	else
		view_to_end(&u->view);
}

static bool is_blank(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] != ' ' && text.at[i] != '\n')
			return false;
	}
	return true;
}

// " /msg nickserv pass" was surely meant to be a command: better asked than published.
static bool is_doubtful(struct span text)
{
	struct span trimmed = span_trim(text);
	return trimmed.len < text.len && text.at[0] == ' ' && trimmed.at[0] == '/' &&
	       trimmed.len > 1 && trimmed.at[1] != ' ' && trimmed.at[1] != '/';
}

static void send_reply(struct ui *u, struct span text)
{
	char *reply_to = u->reply_to;
	enum refer refers = u->refers;
	u->reply_to = NULL;
	u->refers = REFER_REPLY;
	u->view.prompt = NULL;
	if (refers == REFER_REPORT)
		ui_report_message(u, span_of(reply_to), text);
	else
		u->intents->message(u->intents->arg, u->m->current,
				    refers == REFER_EDIT ? LINE_EDIT : LINE_MESSAGE, text,
				    span_of(reply_to));
	free(reply_to);
}

// True when the lines wait for an answer.
static bool asks_about_paste(struct ui *u, struct span text)
{
	size_t lines = 1;
	for (size_t i = 0; i < text.len; i++)
		lines += text.at[i] == '\n';
	bool asks = u->is_pasted && lines > 1;
	u->is_pasted = false;
	if (!asks)
		return false;
	u->is_pasted = true;
	char words[96];
	snprintf(words, sizeof(words), "send these %zu pasted lines to %.40s?", lines,
		 u->m->current->name);
	model_ask(u->m, QUESTION_PASTE, span_of(words), "yn");
	return true;
}

void ui_send_pasted(struct ui *u)
{
	u->is_pasted = false;
	act_send(u);
}

void act_send(struct ui *u)
{
	ui_complete_end(u);
	struct span text = edit_text(&u->edit);
	if (is_blank(text)) {
		send_nothing(u);
		return;
	}
	if (is_doubtful(text)) {
		ui_sayf(u, "not sent: remove the blank before / for a command, or type // for "
			   "a text that starts with /");
		return;
	}
	if (u->intents->is_secret && u->intents->is_secret(u->intents->arg, text)) {
		bool is_link = memmem(text.at, text.len, "device=", 7) != NULL;
		edit_reset(&u->edit);
		ui_sayf(u, "not sent, and forgotten: that %s",
			is_link ? "link lets another computer into your account"
				: "is your password");
		return;
	}
	if (asks_about_paste(u, text))
		return;
	// Taken out first: what is called may ask for another target, or draw.
	char *sent = span_dup(text);
	struct span line = span_of(sent);
	history_add(&u->history, line, span_of(u->m->current->key));
	edit_reset(&u->edit);
	ui_draft_keep(u);
	u->typing_told_at = 0;
	view_to_end(&u->view);
	u->m->current->new_at = u->m->current->read_at;
	if (sent[0] != '/' || sent[1] == '/')
		ui_welcome_end(u);
	if (u->reply_to && (u->refers != REFER_REPLY || sent[0] != '/'))
		send_reply(u, line);
	else if (!ui_thread_says(u, line))
		u->intents->typed(u->intents->arg, u->m->current, line);
	free(sent);
	ui_changed(u);
}
