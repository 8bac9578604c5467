// SPDX-License-Identifier: MIT
// When a frame is drawn: at most every FRAME_MS, only when something changed, never while
// the terminal still swallows the last one. A flood of large frames is drawn less often;
// what the user types is drawn at once.
#include "client/ui/ui_private.h"
#include "common/clock.h"
#include "client/model/target.h"

#define FLOOD_FRAME_MS 48
#define FLOOD_BYTES 1500 // a frame of this size was a screen full of news
#define MARK_EVERY_MS 1000
#define FILL_PAGES_MAX 10

static int64_t frame_gap(const struct ui *u)
{
	if (u->had_key)
		return 0;
	return u->frame_bytes > FLOOD_BYTES ? FLOOD_FRAME_MS : FRAME_MS;
}

void ui_draw_if_due(struct ui *u)
{
	// Switches and questions to the terminal wait here too.
	if (u->term.pending.len && !u->fd_out)
		ui_push(u);
	if (!u->is_dirty && u->drawn_version == u->m->version)
		return;
	if (u->term.pending.len || !u->term.is_open)
		return; // drawn when the terminal took the last frame
	int64_t now = clock_mono_ms(), due = u->drawn_at + frame_gap(u);
	if (now < due)
		loop_timer_set(u->frame_timer, due - now);
	else
		ui_draw(u);
}

static void on_writable(void *arg, unsigned events)
{
	struct ui *u = arg;
	(void)events;
	ui_push(u);
}

void ui_push(struct ui *u)
{
	bool is_done = term_push(&u->term);
	if (is_done) {
		loop_remove(u->fd_out);
		u->fd_out = NULL;
	} else if (!u->fd_out) {
		u->fd_out = loop_add(u->loop, u->term.fd_write, LOOP_WRITE, on_writable, u);
	}
}

static void tell_mark(struct ui *u)
{
	for (size_t i = 0; i < u->m->n_targets; i++) {
		struct target *t = u->m->targets[i];
		if (t->id == u->mark_target)
			u->intents->mark_read(u->intents->arg, t, t->read_at);
	}
	u->mark_target = 0;
	u->mark_told_at = clock_mono_ms();
}

static void move_mark(struct ui *u, struct target *t)
{
	int64_t to = target_seen_to(t);
	const struct log_line *newest = target_newest(t);
	if (to <= t->read_at || !newest)
		return;
	// What comes under the eyes of the user is not "new since".
	bool is_watched = u->watched_target == t->id && t->new_at >= t->read_at &&
			  !(newest->flags & LINE_HISTORY);
	target_set_read(u->m, t, to);
	if (is_watched)
		t->new_at = t->read_at;
	u->mark_target = t->id;
}

// What is on the screen of a user who looks is read.
static void mark_read(struct ui *u)
{
	struct target *t = u->m->current;
	// Who goes on within the second has read it all the same.
	if (u->mark_target && u->mark_target != t->id)
		tell_mark(u);
	const struct layout *l = &u->view.layout;
	bool is_covered = u->view.menu.kind != MENU_NONE || u->view.handout.link ||
			  u->view.viewer.state || l->over_left || l->over_right;
	bool is_seen = u->m->focused && t->kind != TARGET_SERVER && !is_covered;
	if (is_seen && u->view.sight_end) {
		target_see(u->m, t, u->view.sight_first, u->view.sight_end - 1);
		move_mark(u, t);
	}
	u->watched_target = is_seen && t->log.count && view_is_at_end(&u->view) ? t->id : 0;
	if (u->mark_target && clock_mono_ms() - u->mark_told_at >= MARK_EVERY_MS)
		tell_mark(u);
}

// A window with room above the oldest line here is filled, from as many pages as a room of
// people who come and go may need.
static void fill_window(struct ui *u)
{
	struct target *t = u->m->current;
	bool has_more = t->history == HISTORY_MORE || t->history == HISTORY_UNKNOWN;
	bool is_in = t->kind == TARGET_PERSON || t->joined;
	if (!u->view.sees_all || ui_thread(u) || !has_more || !is_in ||
	    !model_is_online(u->m) || u->n_filled == FILL_PAGES_MAX)
		return;
	u->n_filled++;
	u->intents->history(u->intents->arg, t, NULL);
}

static bool has_typing(const struct ui *u)
{
	for (size_t i = 0; i < TYPING_MAX; i++) {
		if (u->m->current->typing[i].until_ms > u->view.now_ms)
			return true;
	}
	return false;
}

// Seconds are counted on the screen, or something goes away by itself.
static void plan_tick(struct ui *u)
{
	bool needs = u->m->link.state != LINK_ONLINE || has_typing(u) || u->mark_target ||
		     u->m->current->n_missed;
	if (needs)
		loop_timer_set(u->tick_timer, 1000);
	else
		loop_timer_stop(u->tick_timer);
}

void ui_draw(struct ui *u)
{
	struct buf frame = {0};
	u->view.now_ms = clock_wall_ms();
	u->view.edit = u->line;
	// People react, and pages come, while it is looked at.
	if (u->view.menu.kind == MENU_DETAILS && u->drawn_version != u->m->version)
		ui_details_fill(u);
	if (u->view.menu.kind == MENU_SAVED && u->drawn_version != u->m->version)
		ui_fill_saved(u);
	album_begin_frame(&u->album);
	view_draw(&u->view, &u->screen.next);
	uint64_t version = u->m->version;
	mark_read(u);
	if (u->m->version != version)
		view_draw(&u->view, &u->screen.next);
	fill_window(u);
	ui_ask_pictures(u);
	screen_flush(&u->screen, u->theme, &frame);
	ui_update_title(u);
	term_put(&u->term, buf_span(&frame));
	ui_put_pixels(u);
	u->frame_bytes = frame.len;
	u->drawn_version = u->m->version;
	u->drawn_at = clock_mono_ms();
	u->is_dirty = u->had_key = false;
	buf_clear(&frame);
	ui_push(u);
	plan_tick(u);
}
