// SPDX-License-Identifier: MIT
// What changed, told as {what, target, id}: JavaScript collects it until the next frame.
#include "client/web/tab.h"

#include "client/model/extra.h"
#include "client/web/put.h"

static void open_change(const char *what, const struct target *t, struct span id)
{
	page_open_object(NULL);
	put_str("what", what);
	put_number("target", t ? t->id : 0);
	put_text("id", id);
}

static void close_change(void)
{
	page_close();
	page_changed();
}

void tab_tell(const char *what, const struct target *t, struct span id)
{
	open_change(what, t, id);
	close_change();
}

void tab_tell_claimed(struct span name, struct span token)
{
	open_change("claimed", NULL, SPAN(""));
	put_text("name", name);
	put_text("token", token);
	close_change();
}

// An edit changes the line that it replaces the text of; what only this program says has no
// name.
static void tell_line_changed(const struct target *t, const struct log_line *l)
{
	if (l->kind == LINE_EDIT)
		tab_tell("lines", t, line_reply_to(l));
	else
		tab_tell("lines", t, l->id_len ? line_id(l) : SPAN("*"));
}

static void on_line(void *arg UNUSED, struct target *t, struct log_line *l)
{
	if (!(l->flags & LINE_HISTORY))
		tell_line_changed(t, l);
	// A page is told at its end.
}

static void on_redacted(void *arg UNUSED, struct target *t, struct log_line *l)
{
	tell_line_changed(t, l);
}

static void on_reacted(void *arg UNUSED, struct target *t, struct log_line *l,
		       const struct reacted *what UNUSED)
{
	tell_line_changed(t, l);
}

static void on_gone(void *arg UNUSED, struct target *t, struct log_line *l UNUSED)
{
	tab_tell("lines", t, SPAN("*"));
}

static void on_page(void *arg UNUSED, const struct history_page *page)
{
	tab_tell("lines", page->target, SPAN("*"));
}

static void on_alert(void *arg UNUSED, struct target *t, struct log_line *l)
{
	open_change("alert", t, line_id(l));
	put_str("from", l->from ? l->from->name : "");
	put_text("text", line_says(l));
	close_change();
}

static void on_sought(void *arg UNUSED, struct target *t, struct log_line *l, enum sought how)
{
	static const char *const names[] = {
		[SOUGHT_HERE] = "here",
		[SOUGHT_NOWHERE] = "nowhere",
		[SOUGHT_OFFLINE] = "offline",
		[SOUGHT_NO_HISTORY] = "noHistory",
	};

	open_change("sought", t, l ? line_id(l) : SPAN(""));
	put_str("how", names[how]);
	close_change();
}

static void on_found(void *arg UNUSED)
{
	tab_tell("found", NULL, SPAN(""));
}

static void on_link(void *arg UNUSED)
{
	tab_tell("link", NULL, SPAN(""));
}

static void on_own(void *arg UNUSED, struct target *t, struct own *o UNUSED)
{
	tab_tell("own", t, SPAN(""));
}

static void on_question(void *arg UNUSED)
{
	tab_tell("question", NULL, SPAN(""));
}

static void on_recall(void *arg UNUSED, struct target *t, const struct own *o)
{
	open_change("recall", t, SPAN(""));
	put_str("text", o->text);
	put_str("replyTo", o->reply_to);
	close_change();
}

static void on_hand_out(void *arg UNUSED, struct span words, struct span link)
{
	open_change("handOut", NULL, SPAN(""));
	put_text("words", words);
	put_text("link", link);
	close_change();
}

void tab_watch(struct tab *t)
{
	const struct model_watch watch = {
		.arg = t,
		.on_line = on_line,
		.on_redacted = on_redacted,
		.on_reacted = on_reacted,
		.on_gone = on_gone,
		.on_alert = on_alert,
		.on_page = on_page,
		.on_sought = on_sought,
		.on_found = on_found,
		.on_link = on_link,
		.on_own = on_own,
		.on_question = on_question,
		.on_recall = on_recall,
		.on_hand_out = on_hand_out,
	};

	model_watch(t->core.model, &watch);
}
