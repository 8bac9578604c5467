// SPDX-License-Identifier: MIT
// A thread in the place of all messages: opening it, what is missing of it, writing in it.
#include "client/model/extra.h"
#include "client/ui/ui_private.h"

#include <stdlib.h>

const struct answers *ui_thread(struct ui *u)
{
	return view_thread(&u->view);
}

void ui_thread_close(struct ui *u)
{
	if (!ui_thread(u))
		return;
	ui_draft_leave(u);
	ui_refer_end(u);
	answers_close(&u->thread);
	ui_draft_show(u);
	u->view.prompt = ui_refer_prompt(u);
	u->view.selected = NULL;
}

static void show(struct ui *u, struct span root)
{
	ui_draft_leave(u);
	ui_refer_end(u);
	answers_open(&u->thread, u->m->current, root);
	view_to_end(&u->view);
	act_chosen_leave(u);
	ui_draft_show(u);
	u->view.prompt = ui_refer_prompt(u);
	ui_changed(u);
}

// What may be missing behind its beginning is asked for: the newest of it first.
static void want_rest(struct ui *u)
{
	const struct answers *th = ui_thread(u);
	if (!th->has_root)
		ui_seek(u, u->m->current, span_of(th->root), 0, SEEK_IS_THREAD);
	else if (th->hole)
		u->intents->history(u->intents->arg, u->m->current, th->hole);
}

void act_chosen_thread(struct ui *u)
{
	struct log_line *l = u->view.selected;
	if (view_folds(&u->view, l)) {
		view_unfold(&u->view, l);
		return;
	}
	if (!l->id_len) {
		ui_sayf(u, "the server gave this message no id");
		return;
	}
	ui_jump_keep(u);
	char *root = span_dup(answers_root(u->m->current, l));
	show(u, span_of(root));
	free(root);
	want_rest(u);
}

void ui_thread_on_root(struct ui *u, const struct log_line *l)
{
	const struct answers *th = ui_thread(u);
	if (!th)
		return;
	if (!l) {
		ui_sayf(u, "the message that began this is not to be had");
		return;
	}
	// It may answer another one itself.
	char *root = span_dup(answers_root(u->m->current, l));
	if (!span_eq(span_of(root), span_of(th->root)))
		show(u, span_of(root));
	free(root);
	want_rest(u);
}

bool ui_thread_says(struct ui *u, struct span text)
{
	const struct answers *th = ui_thread(u);
	bool is_escaped = span_starts(text, SPAN("//"));
	if (!th || (text.at[0] == '/' && !is_escaped))
		return false;
	u->intents->message(u->intents->arg, u->m->current, LINE_MESSAGE,
			    span_after(text, is_escaped), span_of(th->root));
	return true;
}
