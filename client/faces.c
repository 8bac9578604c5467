// SPDX-License-Identifier: MIT
#include "client/faces.h"

#include "client/slash/command.h"
#include "client/ui/doctor_terminal.h"
#include "client/ui/plain.h"
#include "client/ui/qr.h"
#include "client/ui/term.h"
#include "client/ui/theme.h"
#include "client/ui/ui.h"
#include "common/die.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { AS_TERMINAL, ALWAYS, NEVER };

struct shown {
	struct ui *ui;       // or NULL, and
	struct plain *plain; // this
	struct screen_acts acts;
	char *history_file, *drafts_file, *themes_dir;
};

// What the screen is asked for by commands.

static bool on_act(void *arg, struct span name)
{
	return ui_act(arg, name);
}

static bool on_message_act(void *arg, struct span name, struct span text)
{
	return ui_message_act(arg, name, text);
}

static bool on_bind(void *arg, struct span key, struct span act)
{
	return ui_bind(arg, key, act);
}

static bool on_set_theme(void *arg, struct span name, struct buf *errors)
{
	return ui_set_theme(arg, name, errors);
}

static void on_search(void *arg, struct span words)
{
	ui_search(arg, words);
}

static bool on_go(void *arg, struct span where)
{
	return ui_go(arg, where);
}

static void on_say(void *arg, struct span text)
{
	ui_say(arg, text);
}

void faces_screen_acts(struct ui *u, struct screen_acts *out)
{
	*out = (struct screen_acts){
		.arg = u,
		.names = ui_act_names(),
		.act = on_act,
		.message_act = on_message_act,
		.bind = on_bind,
		.set_theme = on_set_theme,
		.search = on_search,
		.go = on_go,
		.say = on_say,
	};
}

// What lines are asked for.

static bool on_plain_act(void *arg, struct span name)
{
	return plain_act(arg, name);
}

static bool on_plain_message_act(void *arg, struct span name, struct span text)
{
	return plain_message_act(arg, name, text);
}

static bool on_plain_go(void *arg, struct span where)
{
	return plain_go(arg, where);
}

static void on_plain_search(void *arg, struct span words)
{
	plain_search(arg, words);
}

static void on_plain_say(void *arg, struct span text)
{
	plain_say(arg, text);
}

static const struct screen_acts *screen_of(void *arg)
{
	struct shown *s = arg;

	if (s->ui)
		faces_screen_acts(s->ui, &s->acts);
	else
		s->acts = (struct screen_acts){.arg = s->plain,
					       .act = on_plain_act,
					       .message_act = on_plain_message_act,
					       .go = on_plain_go,
					       .search = on_plain_search,
					       .say = on_plain_say};
	return &s->acts;
}

// Opening and closing.

static void settings_of(const struct shown *s, const struct preferences *c,
			struct ui_settings *out)
{
	struct buf why = {0};

	ui_settings_init(out);
	if (c->ascii != AS_TERMINAL)
		out->ascii = c->ascii == ALWAYS;
	if (c->color != AS_TERMINAL)
		out->color = c->color == ALWAYS;
	out->bell = c->bell;
	out->notify = c->notify;
	out->notify_text = c->notify_text;
	out->notify_command = c->notify_command;
	out->theme = c->theme;
	out->pictures = (enum ui_pictures)c->pictures;
	out->themes_dir = s->themes_dir;
	out->history_file = s->history_file;
	out->drafts_file = s->drafts_file;
	bool is_read = quiet_parse(span_of(c->quiet), &out->quiet, &why);
	assert(is_read); // the check of its row
	buf_clear(&why);
}

static void open_screen(struct shown *s, const struct face_order *o)
{
	struct ui_settings settings;
	size_t count;
	const struct command_help *commands = command_list(&count);

	settings_of(s, o->config, &settings);
	s->ui = ui_new(o->loop, o->model, o->intents, &settings, STDIN_FILENO, STDOUT_FILENO);
	if (s->ui)
		ui_set_commands(s->ui, commands, count);
}

static void *open_face(const struct face_order *o)
{
	struct shown *s = xcalloc(1, sizeof(*s));

	s->history_file = path_join(o->state_dir, "history", NULL);
	s->drafts_file = path_join(o->state_dir, "drafts", NULL);
	s->themes_dir = settings_themes_dir(o->paths);
	if (!o->plain && term_has_screen(getenv("TERM")))
		open_screen(s, o);
	if (!s->ui) {
		s->plain =
			plain_new(o->loop, o->model, o->intents, STDIN_FILENO, STDOUT_FILENO);
		plain_set_handles(s->plain, o->config->handles);
	}
	return s;
}

static void close_face(void *arg)
{
	struct shown *s = arg;

	ui_free(s->ui);
	plain_free(s->plain);
	free(s->history_file);
	free(s->drafts_file);
	free(s->themes_dir);
	free(s);
}

static void follow(void *arg, const struct face_order *o)
{
	struct shown *s = arg;
	struct ui_settings settings;

	settings_of(s, o->config, &settings);
	if (s->ui)
		ui_set_settings(s->ui, &settings);
	else
		plain_set_handles(s->plain, o->config->handles);
}

static bool has_theme(const char *themes_dir, struct span name, struct buf *errors)
{
	if (span_eq(name, SPAN("auto")) || theme_find(name))
		return true;
	struct theme *theme = theme_read(themes_dir, name, DEPTH_TRUE, errors);
	theme_free(theme);
	return theme != NULL;
}

static void show_code(struct span link)
{
	struct ui_settings settings;
	struct winsize size;
	struct qr qr;

	ui_settings_init(&settings);
	if (settings.ascii || !settings.color || !term_has_screen(getenv("TERM")) ||
	    ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || !qr_make(&qr, link))
		return;
	if (qr_cols(&qr) <= size.ws_col)
		qr_print(&qr, stderr);
	qr_clear(&qr);
}

const struct face terminal_face = {
	.open = open_face,
	.close = close_face,
	.follow = follow,
	.screen = screen_of,
	.has_theme = has_theme,
	.has_screen = term_has_screen,
	.show_code = show_code,
	.look_at_terminal = doctor_terminal,
};
