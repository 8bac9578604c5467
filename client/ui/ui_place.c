// SPDX-License-Identifier: MIT
// Going to a message or a time that may not be loaded, and back to where one was.
#include "client/model/extra.h"
#include "client/model/target.h"
#include "client/ui/moment.h"
#include "client/ui/ui_private.h"
#include "common/when_here.h"

void ui_jump_keep(struct ui *u)
{
	if (u->n_jumps == JUMPS_MAX) {
		u->n_jumps--;
		memmove(u->jumps, u->jumps + 1, u->n_jumps * sizeof(u->jumps[0]));
	}
	u->jumps[u->n_jumps++] = (struct jump){.target_id = u->m->current->id,
					       .anchor = u->view.anchor,
					       .anchor_rows = u->view.anchor_rows,
					       .chosen = u->view.selected};
}

void ui_jumps_forget(struct ui *u, const struct log_line *l)
{
	for (size_t i = 0; i < u->n_jumps; i++) {
		if (u->jumps[i].anchor == l)
			u->jumps[i].anchor = NULL;
		if (u->jumps[i].chosen == l)
			u->jumps[i].chosen = NULL;
	}
}

static struct target *target_of(const struct ui *u, unsigned id)
{
	for (size_t i = 0; i < u->m->n_targets; i++) {
		if (u->m->targets[i]->id == id)
			return u->m->targets[i];
	}
	return NULL;
}

void act_jump_back(struct ui *u)
{
	// Only who chooses goes on with that: letters are text otherwise.
	bool chooses = u->view.selected != NULL;
	struct target *t = NULL;
	struct jump to = {0};
	while (!t && u->n_jumps) {
		to = u->jumps[--u->n_jumps];
		t = target_of(u, to.target_id);
	}
	if (!t) {
		ui_sayf(u, "there was no jump to come back from");
		return;
	}
	ui_thread_close(u);
	ui_show(u, t);
	u->view.anchor = to.anchor;
	u->view.anchor_rows = to.anchor_rows;
	u->view.marked = chooses ? NULL : to.chosen;
	u->view.selected = chooses ? to.chosen : NULL;
}

void ui_seek(struct ui *u, struct target *t, struct span id, int64_t at_ms, enum seek_end then)
{
	u->seek_end = then;
	u->intents->seek(u->intents->arg, t, id, at_ms);
}

void ui_on_sought(void *arg, struct target *t, struct log_line *l, enum sought how)
{
	struct ui *u = arg;
	if (u->seek_end == SEEK_IS_THREAD) {
		ui_thread_on_root(u, l);
		return;
	}
	if (!l) {
		ui_sayf(u, "%s", moment_why_not(how));
		return;
	}
	ui_jump_keep(u);
	ui_thread_close(u);
	ui_show(u, t);
	view_jump(&u->view, l);
	ui_sayf(u, "C-o goes back to where you were");
	if (u->seek_end == SEEK_CHOOSES && ui_is_choosable(u, l))
		ui_choose(u, l);
	ui_changed(u);
}

void act_chosen_answered(struct ui *u)
{
	struct span id = line_reply_to(u->view.selected);
	if (id.len)
		ui_seek(u, u->m->current, id, 0, SEEK_CHOOSES);
	else
		ui_sayf(u, "it answers no other message");
}

bool ui_go(struct ui *u, struct span where)
{
	struct target *t = u->m->current, *named = target_find(u->m, where);
	int64_t at_ms;
	if (when_here(where, WHEN_PAST, &at_ms))
		ui_seek(u, t, SPAN(""), at_ms, SEEK_SHOWS);
	else if (named)
		ui_show(u, named);
	else if (moment_is_id(where) || scrollback_find(&t->log, where))
		ui_seek(u, t, where, 0, SEEK_SHOWS);
	else
		return false;
	return true;
}
