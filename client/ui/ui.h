// SPDX-License-Identifier: MIT
// The full-screen interface: keys in, frames out.
//
// Draws the model at most every 16 ms and only what changed, reads the terminal through
// the loop, never blocks on it. Takes over the terminal in ui_new (raw mode, alternate
// screen) and gives it back in ui_free, on suspend and on a crash. Handles SIGWINCH,
// SIGTSTP and SIGCONT; SIGTERM and SIGHUP are the caller's (ui_free, then exit).
// Owner: the client's one thread.
#pragma once

#include "client/model/intent.h"
#include "client/model/quiet.h"
#include "common/buf.h"
#include "common/loop.h"

struct ui;

enum ui_pictures { PICTURES_OFF, PICTURES_ASKED, PICTURES_ON };

struct ui_settings {
	bool ascii;       // signs in ASCII only
	bool color;       // false: none at all (NO_COLOR)
	bool bell;        // BEL for alerts
	bool notify;      // desktop notifications through the terminal (OSC 777)
	bool in_tmux;     // sequences for the outer terminal are wrapped
	bool notify_text; // alerts carry the message's text
	enum ui_pictures pictures;
	struct quiet quiet;     // hours without alerts
	const char *theme;      // "auto", one of theme_names(), or that of a file in themes_dir
	const char *themes_dir; // or NULL
	const char *history_file;   // input history, or NULL
	const char *drafts_file;    // unsent input by target, or NULL
	const char *notify_command; // words of a program to run for alerts, or NULL
};

// Settings as the environment says (locale, NO_COLOR), the rest default.
void ui_settings_init(struct ui_settings *s);
// NULL and errno when fd_in/fd_out are no terminal. All arguments but settings are
// borrowed until ui_free.
MUST_USE struct ui *ui_new(struct loop *l, struct model *m, const struct intents *intents,
			   const struct ui_settings *settings, int fd_in, int fd_out);
// Gives the terminal and the loop back what it took; not from a call of its own. NULL is
// accepted.
void ui_free(struct ui *u);
// Draw soon: the model's version is looked at by itself at each turn's end, so this is
// needed only for what the model does not know.
void ui_redraw(struct ui *u);
void ui_set_commands(struct ui *u, const struct command_help *commands, size_t count);
// Does what a key of this name does (client/ui/acts.def: "go_to", "inbox"). False when
// there is no such act.
bool ui_act(struct ui *u, struct span name);
// All names of acts, with blanks between.
MUST_USE const char *ui_act_names(void);
// What keys do to a chosen message, done to the newest that fits: "reply", "react", "edit"
// (with `text` at once, else it is asked for), "redact", "open". False: none of these.
bool ui_message_act(struct ui *u, struct span name, struct span text);
// Binds a key ("M-g", "F5") to an act; replaces what it did. False when either is unknown.
bool ui_bind(struct ui *u, struct span key, struct span act);
// False when there is no theme of that name, or its file has mistakes: a line for each is
// appended to `errors`. The old one stays.
MUST_USE bool ui_set_theme(struct ui *u, struct span name, struct buf *errors);
// Follows changed settings at once; borrowed as in ui_new.
void ui_set_settings(struct ui *u, const struct ui_settings *settings);
// Goes to a place: a time of the target that is shown ("yesterday 14:00"), a message's id, or
// a target's name. False: it is none of these.
MUST_USE bool ui_go(struct ui *u, struct span where);
// Asks the server for messages with these words, in all rooms; the answer opens a list.
void ui_search(struct ui *u, struct span words);
// A passing remark in the status row, until the next key.
void ui_say(struct ui *u, struct span text);
