// SPDX-License-Identifier: MIT
// The draft of each target: in the line while its target is shown, and on disk soon after it
// was typed, so that a crash takes the last words of it at most. What may hold a password and
// what edits a message is none.
#include "client/ui/ui_private.h"
#include "common/die.h"

#include <stdlib.h>

#define KEEP_MS 300 // after the first key since it was kept

static void write_all(struct ui *u)
{
	if (u->settings.drafts_file)
		drafts_write(&u->drafts, u->settings.drafts_file);
}

static bool is_secret(const struct ui *u, struct span text)
{
	struct span target = span_of(u->shown_key);
	bool is_password =
		u->intents->is_secret && u->intents->is_secret(u->intents->arg, text);
	return is_password || history_is_secret(text, span_cut(&target, ','));
}

void ui_draft_keep(void *arg)
{
	struct ui *u = arg;
	struct span text = edit_text(&u->edit);

	u->has_draft_timer = false;
	if (!u->shown_key || u->refers != REFER_REPLY)
		return;
	if (is_secret(u, text))
		text = SPAN("");
	const char *before = kept_find(&u->drafts, span_of(u->shown_key));
	if (span_eq(text, before ? span_of(before) : SPAN("")))
		return;
	kept_set(&u->drafts, span_of(u->shown_key), text);
	write_all(u);
}

void ui_draft_changed(struct ui *u)
{
	if (u->has_draft_timer)
		return;
	u->has_draft_timer = true;
	loop_timer_set(u->draft_timer, KEEP_MS);
}

void ui_draft_leave(struct ui *u)
{
	// An edit or a report is no draft: once out of sight it would be a new message.
	if (u->refers != REFER_REPLY)
		ui_refer_end(u);
	ui_draft_keep(u);
}

void ui_draft_show(struct ui *u)
{
	free(u->shown_key);
	const struct answers *th = ui_thread(u);
	struct buf key = {0};
	// No target's name has a comma.
	buf_printf(&key, "%s%s%s", u->m->current->key, th ? "," : "", th ? th->root : "");
	u->shown_key = buf_take(&key);
	const char *draft = kept_find(&u->drafts, span_of(u->shown_key));
	edit_reset(&u->edit);
	if (draft)
		edit_insert(&u->edit, span_of(draft));
}

void ui_draft_recall(void *arg, struct target *t, const struct own *o)
{
	struct ui *u = arg;
	struct buf text = {0};
	ui_draft_leave(u);
	const char *draft = kept_find(&u->drafts, span_of(t->key));
	buf_printf(&text, "%s%s%s%s", draft ? draft : "", draft ? "\n" : "",
		   o->kind == LINE_ACTION ? "/me " : "", o->text);
	kept_set(&u->drafts, span_of(t->key), buf_span(&text));
	buf_clear(&text);
	write_all(u);
	if (t == u->m->current)
		ui_draft_show(u);
	ui_changed(u);
}
