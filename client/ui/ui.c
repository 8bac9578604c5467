// SPDX-License-Identifier: MIT
// The interface as a whole: making, what the loop and the model tell it, moving between
// targets.
#include "client/ui/ui.h"
#include "client/ui/ui_private.h"
#include "common/clock.h"
#include "common/die.h"
#include "client/model/target.h"

#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void ui_settings_init(struct ui_settings *s)
{
	const char *no_color = getenv("NO_COLOR");
	*s = (struct ui_settings){
		.ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0,
		.color = !no_color || !no_color[0],
		.bell = true,
		.notify = true,
		.in_tmux = getenv("TMUX") != NULL,
		.notify_text = true,
		.theme = "auto",
	};
}

void ui_changed(struct ui *u)
{
	u->is_dirty = true;
}

void ui_redraw(struct ui *u)
{
	ui_changed(u);
}

void ui_say(struct ui *u, struct span text)
{
	free(u->view.said);
	u->view.said = span_dup(text);
	ui_changed(u);
}

void ui_sayf(struct ui *u, const char *format, ...)
{
	char text[512];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len >= 0)
		ui_say(u, span_of(text));
}

void ui_set_commands(struct ui *u, const struct command_help *commands, size_t count)
{
	u->commands = commands;
	u->n_commands = count;
}

struct target *ui_current(const struct ui *u)
{
	return u->m->current;
}

static struct seen_place *find_place(struct ui *u, unsigned id)
{
	for (size_t i = 0; i < u->n_places; i++) {
		if (u->places[i].target_id == id)
			return &u->places[i];
	}
	return NULL;
}

static struct seen_place *need_place(struct ui *u, unsigned id)
{
	struct seen_place *p = find_place(u, id);
	if (p)
		return p;
	u->places = xreallocarray(u->places, u->n_places + 1, sizeof(*u->places));
	p = &u->places[u->n_places++];
	*p = (struct seen_place){.target_id = id};
	return p;
}

static void drop_place(struct ui *u, unsigned id)
{
	struct seen_place *p = find_place(u, id);
	if (!p)
		return;
	*p = u->places[--u->n_places];
}

static void leave_target(struct ui *u)
{
	struct seen_place *p = need_place(u, u->shown_target);
	ui_draft_leave(u);
	p->anchor = u->view.anchor;
	p->anchor_rows = u->view.anchor_rows;
}

// The model's current target is another one now, whoever changed it.
static void enter_target(struct ui *u)
{
	struct seen_place *p = find_place(u, u->m->current->id);
	u->shown_target = u->m->current->id;
	u->n_filled = 0;
	u->view.anchor = p ? p->anchor : NULL;
	u->view.anchor_rows = p ? p->anchor_rows : 0;
	u->view.selected = u->view.marked = NULL;
	answers_close(&u->thread);
	u->view.lays_targets = u->view.lays_members = false;
	free(u->reply_to);
	u->reply_to = NULL;
	u->view.prompt = NULL;
	ui_draft_show(u);
	ui_complete_end(u);
	ui_changed(u);
}

static void follow_target(struct ui *u)
{
	if (u->shown_target == u->m->current->id)
		return;
	leave_target(u);
	enter_target(u);
}

void ui_show(struct ui *u, struct target *t)
{
	model_show(u->m, t);
	follow_target(u);
}

static void on_gone(void *arg, struct target *t, struct log_line *l)
{
	struct ui *u = arg;
	(void)t;
	view_forget(&u->view, l);
	album_forget(&u->album, line_id(l));
	ui_jumps_forget(u, l);
	for (size_t i = 0; i < u->n_places; i++) {
		if (u->places[i].anchor == l)
			u->places[i].anchor = NULL;
	}
}

static void on_redacted(void *arg, struct target *t UNUSED, struct log_line *l)
{
	struct ui *u = arg;
	album_forget(&u->album, line_id(l));
	if (span_eq(u->view.viewer.wish.id, line_id(l)))
		ui_viewer_close(u);
}

// What could not be fetched without a connection is fetched now.
static void on_link(void *arg)
{
	struct ui *u = arg;
	if (model_is_online(u->m))
		album_retry(&u->album);
}

static void on_target_gone(void *arg, struct target *t)
{
	struct ui *u = arg;
	// Of the frame before, whose lines may be those that go.
	u->view.top_line = u->view.bottom_line = NULL;
	if (t->id == u->shown_target)
		enter_target(u);
	drop_place(u, t->id);
}

static void on_alert(void *arg, struct target *t, struct log_line *l)
{
	ui_alert(arg, t, l);
}

static void on_turn_end(void *arg)
{
	struct ui *u = arg;
	follow_target(u);
	ui_draw_if_due(u);
}

static void on_frame_timer(void *arg)
{
	// The end of the turn draws.
	(void)arg;
}

static void on_tick(void *arg)
{
	ui_changed(arg);
}

static void on_stdin(void *arg, unsigned events)
{
	struct ui *u = arg;
	struct keypress key;
	char bytes[4096];
	(void)events;
	ssize_t got = read(u->term.fd_in, bytes, sizeof(bytes));
	if (got > 0) {
		// What is shown may have changed in this very turn: keys are for that.
		follow_target(u);
		ui_feed(u, span_from(bytes, (size_t)got));
		while (ui_next_key(u, &key))
			ui_take_key(u, key);
		// Before what the keys say leaves for the server, at the turn's end.
		on_turn_end(u);
		return;
	}
	// The terminal went away without SIGHUP.
	loop_remove(u->fd_in);
	u->fd_in = NULL;
	u->intents->quit(u->intents->arg, SPAN("terminal closed"));
}

static void on_esc_timer(void *arg)
{
	struct ui *u = arg;
	struct keypress key;
	follow_target(u);
	ui_feed_end(u);
	while (ui_next_key(u, &key))
		ui_take_key(u, key);
	on_turn_end(u);
}

static void resize(struct ui *u)
{
	int cols, rows;
	term_size(&u->term, &cols, &rows);
	ui_viewer_close(u);
	screen_resize(&u->screen, cols, rows);
	ui_changed(u);
}

static void on_resize(void *arg)
{
	resize(arg);
}

void ui_leave_terminal(struct ui *u)
{
	loop_remove(u->fd_in);
	u->fd_in = NULL;
	term_close(&u->term);
}

void ui_take_terminal(struct ui *u)
{
	u->term.is_open = false;
	term_open(&u->term);
	term_probe(&u->term);
	screen_forget(&u->screen);
	resize(u);
	if (!u->fd_in)
		u->fd_in = loop_add(u->loop, u->term.fd_in, LOOP_READ, on_stdin, u);
}

static void on_continue(void *arg)
{
	struct ui *u = arg;
	if (!u->editor)
		ui_take_terminal(u);
	u->intents->reconnect(u->intents->arg);
}

static void on_stop(void *arg)
{
	act_suspend(arg);
}

// The signals are blocked for the loop: only SIGSTOP stops us for sure, and SIGCONT is
// then told by the loop.
void act_suspend(struct ui *u)
{
	term_close(&u->term);
	kill(getpid(), SIGSTOP);
}

static void listen_all(struct ui *u)
{
	struct model_watch watch = {
		.arg = u,
		.on_gone = on_gone,
		.on_target_gone = on_target_gone,
		.on_alert = on_alert,
		.on_recall = ui_draft_recall,
		.on_hand_out = ui_on_hand_out,
		.on_sought = ui_on_sought,
		.on_question = ui_on_question,
		.on_found = ui_on_found,
		.on_picture = ui_on_picture,
		.on_redacted = on_redacted,
		.on_link = on_link,
	};
	model_watch(u->m, &watch);
	u->fd_in = loop_add(u->loop, u->term.fd_in, LOOP_READ, on_stdin, u);
	u->hooks[0] = loop_on_signal(u->loop, SIGWINCH, on_resize, u);
	u->hooks[1] = loop_on_signal(u->loop, SIGCONT, on_continue, u);
	u->hooks[2] = loop_on_signal(u->loop, SIGTSTP, on_stop, u);
	u->hooks[3] = loop_at_turn_end(u->loop, on_turn_end, u);
	u->frame_timer = loop_timer_new(u->loop, on_frame_timer, u);
	u->esc_timer = loop_timer_new(u->loop, on_esc_timer, u);
	u->tick_timer = loop_timer_new(u->loop, on_tick, u);
	u->editor_timer = loop_timer_new(u->loop, ui_look_at_editor, u);
	u->draft_timer = loop_timer_new(u->loop, ui_draft_keep, u);
}

void ui_set_settings(struct ui *u, const struct ui_settings *settings)
{
	u->settings = *settings;
	struct buf errors = {0};
	if (!u->theme)
		u->theme = theme_find(SPAN("mono"));
	if (!ui_set_theme(u, span_of(settings->theme), &errors))
		ui_say(u, buf_span(&errors));
	buf_clear(&errors);
	u->view.ascii = settings->ascii;
	ui_picture_settings(u);
	ui_changed(u);
}

static bool is_hidden(const struct ui *u, struct span list)
{
	return u->intents->kept && u->intents->kept(u->intents->arg, list);
}

static void take_settings(struct ui *u, const struct ui_settings *settings)
{
	ui_set_settings(u, settings);
	history_open(&u->history, settings->history_file);
	drafts_read(&u->drafts, settings->drafts_file);
	u->view.hides_targets = is_hidden(u, SPAN(".targets"));
	u->view.hides_members = is_hidden(u, SPAN(".members"));
	ui_welcome(u);
}

struct ui *ui_new(struct loop *l, struct model *m, const struct intents *intents,
		  const struct ui_settings *settings, int fd_in, int fd_out)
{
	struct term term;
	if (!term_init(&term, fd_in, fd_out))
		return NULL;
	struct ui *u = xcalloc(1, sizeof(*u));
	u->loop = l;
	u->m = m;
	u->intents = intents;
	u->term = term;
	u->line = &u->edit;
	edit_init(&u->edit);
	edit_init(&u->query);
	view_init(&u->view, m, &u->edit);
	u->view.thread = &u->thread;
	u->view.drafts = &u->drafts;
	u->view.album = &u->album;
	take_settings(u, settings);
	u->shown_target = m->current->id;
	ui_draft_show(u);
	ui_bind_all(u);
	int cols, rows;
	term_size(&u->term, &cols, &rows);
	screen_init(&u->screen, cols, rows);
	const char *kind = getenv("TERM");
	const char *program = getenv("TERM_PROGRAM");
	ui_terminal_is(u, span_of(program));
	u->screen.has_links = !kind || strcmp(kind, "linux") != 0;
	listen_all(u);
	term_guard();
	term_open(&u->term);
	term_probe(&u->term);
	ui_picture_settings(u);
	u->is_dirty = true;
	ui_draw(u);
	return u;
}

void ui_free(struct ui *u)
{
	if (!u)
		return;
	ui_draft_leave(u);
	model_unwatch(u->m, u);
	loop_remove(u->fd_in);
	loop_remove(u->fd_out);
	for (size_t i = 0; i < ARRAY_LEN(u->hooks); i++)
		loop_hook_remove(u->hooks[i]);
	loop_timer_free(u->frame_timer);
	loop_timer_free(u->esc_timer);
	loop_timer_free(u->tick_timer);
	loop_timer_free(u->editor_timer);
	loop_timer_free(u->draft_timer);
	free(u->editor);
	term_clear(&u->term);
	screen_clear(&u->screen);
	view_clear(&u->view);
	album_clear(&u->album);
	answers_close(&u->thread);
	input_clear(&u->input);
	edit_clear(&u->edit);
	edit_clear(&u->query);
	history_clear(&u->history);
	free(u->bindings);
	free(u->select_bindings);
	free(u->places);
	kept_clear(&u->drafts);
	free(u->shown_key);
	free(u->reply_to);
	free(u->redaction);
	free(u->dropped);
	buf_clear(&u->title);
	theme_free(u->made_theme);
	free(u->theme_name);
	free(u);
}
