// SPDX-License-Identifier: MIT
// The inside of the ui.
#pragma once

#include "client/ui/drafts.h"
#include "client/ui/history.h"
#include "client/ui/input.h"
#include "client/ui/screen.h"
#include "client/ui/term.h"
#include "client/ui/theme.h"
#include "client/ui/ui.h"
#include "client/ui/view.h"

#define FRAME_MS 16

// What a draft is to a message: an answer, its new text, or why it is reported.
enum refer { REFER_REPLY, REFER_EDIT, REFER_REPORT };

// Questions of the screen's own, beside those of client/sync/delivery.h.
#define SURPRISE_MS 1000 // so long a letter may belong to what one is typing

enum { QUESTION_QUIT = -1, QUESTION_REDACT = -2, QUESTION_PASTE = -3, QUESTION_DROP = -4 };

// What is kept of a target that is not shown.
struct seen_place {
	unsigned target_id;
	struct log_line *anchor;
	int anchor_rows;
};

#define JUMPS_MAX 16 // inside: of which the way back is known

// What is done when what is sought is there.
enum seek_end { SEEK_SHOWS, SEEK_CHOOSES, SEEK_IS_THREAD };

// Where one was before a jump; NULLs: at the end, nothing chosen.
struct jump {
	unsigned target_id;
	struct log_line *anchor;
	int anchor_rows;
	struct log_line *chosen;
};

typedef void act_fn(struct ui *u);

// Which OSC the terminal shows as a desktop notification.
enum notify_kind { NOTIFY_777, NOTIFY_9, NOTIFY_99 };

struct binding {
	struct keypress key;
	act_fn *act;
};

struct ui {
	struct loop *loop;
	struct model *m;
	const struct intents *intents;
	struct ui_settings settings;
	const struct theme *theme;
	struct theme *made_theme; // what `theme` points to when it is no constant one
	char *theme_name;         // as it was chosen
	struct rgb background;
	bool has_background;       // the terminal told it
	int sampled[SAMPLE_COUNT]; // cells, as this probe's answers tell
	size_t n_sampled;
	bool has_sampled_clusters; // the samples were asked for again, with mode 2027
	const struct command_help *commands;
	size_t n_commands;

	struct term term;
	struct screen screen;
	struct screen_view view;
	struct input input;
	struct album album;
	bool has_asked;        // whether the terminal shows pixels, as kitty does
	bool has_kitty_pixels; // it answered that
	bool has_sixels;
	enum input_result input_waits; // what the decoder waits for
	bool has_enter;    // an Enter is held: the line before it came in one piece with it
	bool is_burst;     // the paste that is being taken had no marks
	bool is_pasted;    // lines of the draft were pasted: asked about before they are sent
	struct edit edit;  // the draft
	struct edit query; // what a menu is searched by
	struct edit *line; // the one that keys change: edit, or query
	struct history history;
	struct binding *bindings;
	size_t n_bindings;
	struct binding *select_bindings;
	size_t n_select_bindings;
	struct seen_place *places;
	size_t n_places;

	struct loop_fd *fd_in;
	struct loop_fd *fd_out;     // while bytes wait for the terminal
	struct loop_hook *hooks[4]; // signals, and the turn's end
	struct loop_timer *frame_timer;
	struct loop_timer *esc_timer;
	struct loop_timer *tick_timer;
	struct loop_timer *editor_timer;
	struct loop_timer *draft_timer;
	bool has_draft_timer;  // it is set
	struct editor *editor; // runs in our place, or NULL
	bool has_prefix;       // C-x was pressed
	uint64_t drawn_version;
	int64_t drawn_at;   // monotonic
	size_t frame_bytes; // of the last frame
	bool is_dirty;
	bool had_key; // since the last frame
	bool is_suspended;

	unsigned shown_target; // id of the target on the screen
	char *shown_key;       // its folded name: whose draft is in `edit`
	struct kept_list drafts;
	unsigned watched_target; // whose end was in sight in the last frame, 0: none
	struct jump jumps[JUMPS_MAX];
	size_t n_jumps;
	enum seek_end seek_end;
	struct answers thread; // that is shown, if open
	char *reply_to;        // message id that the draft is about, or NULL
	enum refer refers;     // ... and what it is to that message
	char *dropped;         // the path that QUESTION_DROP is about, or NULL
	char *redaction;       // id of the message that QUESTION_REDACT is about, or NULL, and
	unsigned redaction_target; // where it stands
	int64_t typing_told_at;    // wall ms; 0: not typing
	int64_t mark_told_at;
	unsigned mark_target; // whose read marker is to be told, 0: none
	unsigned n_filled;    // pages that were asked for to fill the window
	int64_t alerted_at;   // monotonic; 0: never
	int64_t key_at;       // monotonic: of the last key
	int64_t surprised_at; // monotonic: somebody else asked while one was typing; 0: nobody
	enum notify_kind notify_kind;
	unsigned interrupts; // C-c in a row
	struct buf title;
	// A completion that Tab walks through.
	size_t completed_from;
	size_t completed_len;
	struct edit *completed_in; // NULL: none
};

#define ACT(name, help) act_fn act_##name;
#include "client/ui/acts.def"
#undef ACT

// ui.c
void ui_changed(struct ui *u);
void ui_sayf(struct ui *u, const char *format, ...) PRINTF(2, 3);
void ui_show(struct ui *u, struct target *t);
struct target *ui_current(const struct ui *u);
// Gives the terminal to somebody else, takes it back.
void ui_leave_terminal(struct ui *u);
void ui_take_terminal(struct ui *u);
// ui_draft.c: keeps the draft that stands in the line, on disk, too.
void ui_draft_keep(void *arg);
// It changed, or may have: it is kept soon.
void ui_draft_changed(struct ui *u);
// The target goes out of sight, or all ends.
void ui_draft_leave(struct ui *u);
// That of the target that is shown now comes into the line.
void ui_draft_show(struct ui *u);
// An unsent message comes back into the draft of its target, behind what stands there.
void ui_draft_recall(void *arg, struct target *t, const struct own *o);
// ui_editor.c
void ui_look_at_editor(void *arg);
// ui_draw.c
void ui_draw_if_due(struct ui *u);
void ui_draw(struct ui *u);
void ui_push(struct ui *u);
// ui_feed.c: takes what was read; what waited for more gets none. Then the keys are to be
// taken.
void ui_feed(struct ui *u, struct span bytes);
void ui_feed_end(struct ui *u);
// False: there is no more, and what is unfinished has its time.
MUST_USE bool ui_next_key(struct ui *u, struct keypress *key);
// ui_edit.c: QUESTION_PASTE was answered with yes.
void ui_send_pasted(struct ui *u);
// ui_drop.c: the path of a file alone was pasted, as a terminal does with what is dropped on
// it. False: it was something else.
MUST_USE bool ui_drop(struct ui *u, struct span text);
// QUESTION_DROP was answered; with no its path is what was pasted.
void ui_drop_answer(struct ui *u, bool is_yes);
// ui_keys.c
void ui_bind_all(struct ui *u);
void ui_take_key(struct ui *u, struct keypress key);
// ui_theme.c: the terminal's background is known now.
void ui_theme_background(struct ui *u, struct rgb background);
// ui_report.c: what the terminal is called, and an answer of it.
void ui_terminal_is(struct ui *u, struct span name);
void ui_take_report(struct ui *u, struct span report);
// ui_menu.c
void ui_menu_query(struct ui *u, enum menu_kind kind, const char *title, const char *prompt);
void ui_menu_refill(struct ui *u);
void ui_menu_accept(struct ui *u);
void ui_menu_close(struct ui *u);
// ui_saved.c: fills the list, again where it changed; the row of that number was taken; the
// chosen one is let go.
void ui_fill_saved(struct ui *u);
void ui_go_to_saved(struct ui *u, uint64_t number);
void ui_let_go_chosen(struct ui *u);
// Of the inbox: the chosen invitation, if it is one.
void ui_decline_chosen(struct ui *u);
MUST_USE bool ui_menu_has_query(const struct ui *u);
void ui_menu_add_line(struct ui *u, const struct target *t, const struct log_line *l,
		      bool with_target);
// The target of that id, or NULL.
MUST_USE struct target *ui_target_by_id(const struct model *m, uint64_t id);
// ui_help.c
void ui_fill_help(struct ui *u, struct span query);
// ui_goto.c
void ui_fill_goto(struct ui *u, struct span query);
// What was chosen there: its text and value.
void ui_go_to(struct ui *u, const char *text, uint64_t value);
// ui_found.c
void ui_fill_found(struct ui *u);
void ui_go_to_found(struct ui *u, size_t index);
void ui_on_found(void *arg);
// What is loaded that the query finds.
void ui_fill_search(struct ui *u, struct span query);
// The name behind from: or in: in the query. False: none is there.
MUST_USE bool ui_complete_query(struct ui *u);
// ui_place.c: goes to the message, or without an id to the time; the place before is kept.
void ui_seek(struct ui *u, struct target *t, struct span id, int64_t at_ms, enum seek_end then);
// Where one is now is come back to.
void ui_jump_keep(struct ui *u);
void ui_on_sought(void *arg, struct target *t, struct log_line *l, enum sought how);
// The line is gone.
void ui_jumps_forget(struct ui *u, const struct log_line *l);
// ui_thread.c: the thread that is shown, up to date; NULL: none.
MUST_USE const struct answers *ui_thread(struct ui *u);
// All messages are shown again; the draft is that of the target.
void ui_thread_close(struct ui *u);
// Its first message is here, or is not to be had.
void ui_thread_on_root(struct ui *u, const struct log_line *l);
// Says the text in the thread that is shown. False: none is, or it is a command.
MUST_USE bool ui_thread_says(struct ui *u, struct span text);
// ui_details.c: fills the list again, or closes it where the message is gone.
void ui_details_fill(struct ui *u);
// A row of it was taken.
void ui_details_accept(struct ui *u, bool is_id);
// ui_complete.c
void ui_complete_end(struct ui *u);
// ui_select.c: the draft answers, edits or reports this message from now on.
void ui_refer(struct ui *u, const struct log_line *l, enum refer refers);
// Or it was said why not.
MUST_USE bool ui_is_reportable(struct ui *u, const struct log_line *l);
// Shows the message to the moderators of the room that is on the screen.
void ui_report_message(struct ui *u, struct span id, struct span reason);
// It no longer does; what was to be edited leaves the line.
void ui_refer_end(struct ui *u);
// The message is the chosen one from now on, and in sight.
void ui_choose(struct ui *u, struct log_line *l);
// Something was said there, and it is not folded.
MUST_USE bool ui_is_choosable(const struct ui *u, const struct log_line *l);
// QUESTION_REDACT was answered.
void ui_redact_answer(struct ui *u, bool is_yes);
// What the input stands for, "reply", or NULL.
MUST_USE const char *ui_refer_prompt(const struct ui *u);
// ui_menu.c: sends the reaction to the chosen message.
void ui_react(struct ui *u, struct span text);
// ui_hook.c
void ui_hook(struct ui *u, const struct target *t, const struct log_line *l);
// ui_alert.c
// Who said it, as people are shown.
void ui_add_author(const struct ui *u, struct buf *out, const struct log_line *l);
void ui_alert(struct ui *u, const struct target *t, const struct log_line *l);
void ui_update_title(struct ui *u);
// After something was typed.
void ui_typed(struct ui *u);
// ui_secret.c: a password is asked for.
void ui_secret_open(struct ui *u, int question_id);
// One is typed, and this key is its own.
MUST_USE bool ui_secret_takes(struct ui *u, struct keypress key);
// ui_welcome.c: is this a newcomer, who is told where the help is?
void ui_welcome(struct ui *u);
// They said something: never again.
void ui_welcome_end(struct ui *u);
// The words are shown, and this key ends them.
MUST_USE bool ui_welcome_takes(struct ui *u, struct keypress key);
// ui_handout.c
void ui_on_hand_out(void *arg, struct span words, struct span link);
void ui_on_question(void *arg);
// Such a link is shown, and this key is its own.
MUST_USE bool ui_handout_takes(struct ui *u, struct keypress key);
// ui_picture.c: the settings are others now; asks for pictures that came into sight; an answer.
void ui_picture_settings(struct ui *u);
void ui_ask_pictures(struct ui *u);
void ui_on_picture(void *arg, const struct picture_answer *a);
// Behind a frame: pixels that the terminal did not get yet.
void ui_put_pixels(struct ui *u);
// The one over the whole screen goes. With a key: it was one, and the key its own.
void ui_viewer_close(struct ui *u);
MUST_USE bool ui_viewer_takes(struct ui *u);
// ui_copy.c: copies, and what came of it, in words.
MUST_USE const char *ui_copy(struct ui *u, struct span text);
