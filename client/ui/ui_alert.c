// SPDX-License-Identifier: MIT
// Alerts beyond the screen: bell, desktop notification by the terminal, title.
#include "client/model/hush.h"
#include "client/model/shown.h"
#include "client/text/filter.h"
#include "client/ui/ui_private.h"
#include "common/clock.h"

#include <stdio.h>
#include <time.h>

#define MISSED_EVERY_MS 5000
#define AUTHOR_COLS 40

// In tmux a sequence is passed on when it is wrapped, with each ESC doubled.
static void put_passed(struct ui *u, struct span sequence)
{
	struct buf out = {0};
	if (!u->settings.in_tmux) {
		term_put(&u->term, sequence);
		return;
	}
	buf_add_str(&out, "\x1bPtmux;");
	for (size_t i = 0; i < sequence.len; i++) {
		if (sequence.at[i] == '\x1b')
			buf_add_char(&out, '\x1b');
		buf_add_char(&out, sequence.at[i]);
	}
	buf_add_str(&out, "\x1b\\");
	term_put(&u->term, buf_span(&out));
	buf_clear(&out);
}

// OSC 777 divides by semicolons: the texts have none.
static void add_field(struct buf *out, struct span text, size_t max)
{
	struct buf clean = {0};
	filter_add_line(&clean, text);
	for (size_t i = 0; i < clean.len; i++) {
		if (clean.at[i] == ';')
			clean.at[i] = ',';
	}
	int width;
	buf_add_span(out, width_cut(NULL, buf_span(&clean), (int)max, &width));
	buf_clear(&clean);
}

// Before the title, between title and text, by terminal.
static const char *const frames[][2] = {
	[NOTIFY_777] = {"\x1b]777;notify;", ";"},
	[NOTIFY_9] = {"\x1b]9;", ": "},
	[NOTIFY_99] = {"\x1b]99;i=snug:d=0;", "\x1b\\\x1b]99;i=snug:p=body;"},
};

// By account where a display name has no room.
void ui_add_author(const struct ui *u, struct buf *out, const struct log_line *l)
{
	struct buf name = {0};
	if (l->from)
		shown_add(&name, u->m, l->from);
	bool is_long = width_of(NULL, buf_span(&name)) > AUTHOR_COLS;
	if (is_long || !l->from)
		buf_add_str(out, l->from ? l->from->name : "snug");
	else
		buf_add_span(out, buf_span(&name));
	buf_clear(&name);
}

static void notify(struct ui *u, const struct target *t, const struct log_line *l)
{
	struct buf out = {0};
	buf_add_str(&out, frames[u->notify_kind][0]);
	struct buf name = {0};
	ui_add_author(u, &name, l);
	add_field(&out, buf_span(&name), AUTHOR_COLS);
	buf_clear(&name);
	if (t->kind == TARGET_ROOM) {
		buf_add_str(&out, " in ");
		add_field(&out, span_of(t->name), 40);
	}
	buf_add_str(&out, frames[u->notify_kind][1]);
	if (u->settings.notify_text)
		add_field(&out, line_says(l), 200);
	buf_add_str(&out, "\x1b\\");
	put_passed(u, buf_span(&out));
	buf_clear(&out);
}

static bool is_quiet(const struct ui *u)
{
	struct tm tm;
	time_t now = (time_t)(clock_wall_ms() / 1000);
	localtime_r(&now, &tm);
	int minute = tm.tm_hour * 60 + tm.tm_min;
	return quiet_holds(&u->settings.quiet, minute) ||
	       hush_holds_now(u->m, (int64_t)now * 1000, minute);
}

void ui_alert(struct ui *u, const struct target *t, const struct log_line *l)
{
	bool is_seen = t == u->m->current && u->m->focused && view_is_at_end(&u->view);
	if (is_seen || is_quiet(u))
		return;
	// Of what was missed one tells enough; what is said now is told of each time.
	int64_t now = clock_mono_ms();
	bool is_more = (l->flags & LINE_HISTORY) && u->alerted_at &&
		       now - u->alerted_at < MISSED_EVERY_MS;
	if (is_more)
		return;
	u->alerted_at = now;
	if (u->settings.bell)
		term_put(&u->term, SPAN("\a"));
	if (u->settings.notify)
		notify(u, t, l);
	ui_hook(u, t, l);
	ui_push(u);
}

void ui_update_title(struct ui *u)
{
	struct buf title = {0};
	size_t mentions = 0;
	for (size_t i = 0; i < u->m->n_targets; i++)
		mentions += target_is_muted(u->m->targets[i]) ? 0 : u->m->targets[i]->mentions;
	if (mentions)
		buf_printf(&title, "(%zu) ", mentions);
	buf_add_str(&title, "snug: ");
	struct buf shown = {0};
	shown_add_target(&shown, u->m, u->m->current);
	filter_add_line(&title, buf_span(&shown));
	buf_clear(&shown);
	if (!span_eq(buf_span(&title), buf_span(&u->title)))
		term_title(&u->term, buf_span(&title));
	buf_clear(&u->title);
	u->title = title;
}
