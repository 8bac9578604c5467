// SPDX-License-Identifier: MIT
// Acts on what is shown: scrolling, moving between targets, switches of the screen.
#include "client/ui/ui_private.h"
#include "client/model/arrange.h"
#include "client/model/hush.h"
#include "client/model/target.h"

#include <stdio.h>

static void want_older(struct ui *u)
{
	struct target *t = u->m->current;
	if (t->history == HISTORY_MORE || t->history == HISTORY_UNKNOWN)
		u->intents->history(u->intents->arg, t, NULL);
	else if (t->history == HISTORY_ALL && t->floor > 1)
		ui_sayf(u, "what was said in %s before is not shown to you", t->name);
	else if (t->history == HISTORY_ALL)
		ui_sayf(u, "this is where %s begins", t->name);
}

// A hole in sight is filled before older messages are asked for.
static bool want_gap(struct ui *u)
{
	struct target *t = u->m->current;
	const struct scrollback *log = &t->log;
	if (!u->view.top_line || !u->view.bottom_line || t->history == HISTORY_LOADING)
		return false;
	size_t from = scrollback_index(log, u->view.top_line);
	size_t to = scrollback_index(log, u->view.bottom_line);
	for (size_t i = to + 1; i > from && i <= log->count; i--) {
		struct log_line *l = scrollback_at(log, i - 1);
		if (!(l->flags & LINE_GAP))
			continue;
		u->intents->history(u->intents->arg, t, l);
		return true;
	}
	return false;
}

static int page_rows(const struct ui *u)
{
	int rows = u->view.layout.main_rows - 2;
	return rows > 0 ? rows : 1;
}

void act_page_up(struct ui *u)
{
	bool fills = want_gap(u);
	view_scroll(&u->view, page_rows(u));
	struct log_line *oldest =
		u->m->current->log.count ? scrollback_at(&u->m->current->log, 0) : NULL;
	if (!fills && !ui_thread(u) && (u->view.sees_all || u->view.top_line == oldest))
		want_older(u);
}

void act_page_down(struct ui *u)
{
	view_scroll(&u->view, -page_rows(u));
}

void act_to_oldest(struct ui *u)
{
	struct target *t = u->m->current;
	const struct answers *th = ui_thread(u);
	size_t first = th && th->n_lines ? th->lines[0] : 0;
	if (t->log.count)
		view_jump(&u->view, scrollback_at(&t->log, first));
	u->view.marked = NULL;
	if (!th)
		want_older(u);
}

void act_to_newest(struct ui *u)
{
	view_to_end(&u->view);
}

void act_to_unread(struct ui *u)
{
	struct target *t = u->m->current;
	size_t i = target_first_unread(t);
	int64_t from = t->new_at ? t->new_at : t->read_at;
	if (i == t->log.count)
		i = scrollback_after(&t->log, from + 1);
	if (i < t->log.count)
		view_jump(&u->view, scrollback_at(&t->log, i));
	else
		ui_sayf(u, "nothing unread here");
}

static bool is_mention(const struct log_line *l)
{
	return (l->flags & LINE_MENTION) && !line_is_hushed(l);
}

static size_t place_of_view(const struct ui *u)
{
	const struct scrollback *log = &u->m->current->log;
	const struct log_line *at = u->view.marked ? u->view.marked : u->view.anchor;
	return at ? scrollback_index(log, at) : log->count;
}

void act_previous_mention(struct ui *u)
{
	const struct scrollback *log = &u->m->current->log;
	for (size_t i = place_of_view(u); i > 0; i--) {
		struct log_line *l = scrollback_at(log, i - 1);
		if (is_mention(l)) {
			view_jump(&u->view, l);
			return;
		}
	}
	ui_sayf(u, "no mention above");
}

void act_next_mention(struct ui *u)
{
	const struct scrollback *log = &u->m->current->log;
	for (size_t i = place_of_view(u) + 1; i < log->count; i++) {
		struct log_line *l = scrollback_at(log, i);
		if (is_mention(l)) {
			view_jump(&u->view, l);
			return;
		}
	}
	ui_sayf(u, "no mention below");
}

// Mentions first, then anything unread; in the order of the list, from here on.
void act_next_unread(struct ui *u)
{
	struct model *m = u->m;
	size_t from = target_index(m, m->current);
	struct target *found = NULL;
	for (size_t i = 1; i <= m->n_targets; i++) {
		struct target *t = m->targets[(from + i) % m->n_targets];
		if (target_is_muted(t) || t == m->current)
			continue;
		if (t->mentions) {
			found = t;
			break;
		}
		if (t->unread && !found)
			found = t;
	}
	if (found)
		ui_show(u, found);
	else
		ui_sayf(u, "nothing new anywhere");
}

static void step_target(struct ui *u, size_t by)
{
	struct model *m = u->m;
	size_t i = target_index(m, m->current);
	ui_show(u, m->targets[(i + by) % m->n_targets]);
}

void act_next_target(struct ui *u)
{
	step_target(u, 1);
}

void act_previous_target(struct ui *u)
{
	step_target(u, u->m->n_targets - 1);
}

void act_last_target(struct ui *u)
{
	if (u->m->previous)
		ui_show(u, u->m->previous);
}

// Number 1 is the first behind the server's own target.
static void show_number(struct ui *u, size_t number)
{
	if (number < u->m->n_targets)
		ui_show(u, u->m->targets[number]);
	else
		ui_sayf(u, "there is no target %zu", number);
}

#define SIMPLE_MOVE(name, move)
#define SIMPLE_CHANGE(name, call)
#define SIMPLE_TARGET(number)                                                                  \
	void act_target_##number(struct ui *u)                                                 \
	{                                                                                      \
		show_number(u, number);                                                        \
	}
#include "client/ui/simple.def"
#undef SIMPLE_MOVE
#undef SIMPLE_CHANGE
#undef SIMPLE_TARGET

void act_fold(struct ui *u)
{
	u->view.unfolds = !u->view.unfolds;
}

static void say_arranged(struct ui *u, void (*say)(const struct target *t, struct buf *out))
{
	struct buf words = {0};
	say(u->m->current, &words);
	ui_say(u, buf_span(&words));
	buf_clear(&words);
}

void act_mute(struct ui *u)
{
	u->intents->typed(u->intents->arg, u->m->current, SPAN("/mute"));
}

void act_pin(struct ui *u)
{
	arrange_pin(u->m, u->m->current, !u->m->current->pinned);
	say_arranged(u, arrange_say_pin);
}

void act_bare(struct ui *u)
{
	u->view.bare = u->view.bare == BARE_NAMED ? BARE_OFF : u->view.bare + 1;
	if (u->view.bare == BARE_TEXT)
		ui_sayf(u, "text alone, to be copied; M-l: with names and times, then all");
}

static void keep_hidden(struct ui *u, struct span list, bool is_hidden)
{
	if (u->intents->keep)
		u->intents->keep(u->intents->arg, list, is_hidden ? SPAN("hidden") : SPAN(""));
}

// Where there is no room for them, the lists lie over the messages until the next such key, Esc
// or another target.
void act_targets(struct ui *u)
{
	if (!view_has_targets(u->screen.next.cols)) {
		u->view.lays_targets = !u->view.lays_targets;
		return;
	}
	u->view.hides_targets = !u->view.hides_targets;
	keep_hidden(u, SPAN(".targets"), u->view.hides_targets);
}

void act_accounts(struct ui *u)
{
	u->m->by_account = !u->m->by_account;
	ui_sayf(u, u->m->by_account ? "people by account; M-w shows display names again"
				    : "people by display name");
	ui_changed(u);
}

void act_members(struct ui *u)
{
	if (u->m->current->kind != TARGET_ROOM) {
		ui_sayf(u, "only a room has members");
		return;
	}
	if (!view_has_members(u->screen.next.cols)) {
		u->view.lays_members = !u->view.lays_members;
		return;
	}
	u->view.hides_members = !u->view.hides_members;
	keep_hidden(u, SPAN(".members"), u->view.hides_members);
}

void act_redraw(struct ui *u)
{
	term_probe(&u->term);
	screen_forget(&u->screen);
}
