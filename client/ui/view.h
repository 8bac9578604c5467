// SPDX-License-Identifier: MIT
// The model as cells: the whole screen from what the client knows.
//
// Pure but for local time: draws into a grid, touches no terminal. What only the screen
// knows (where it is scrolled to, which message is selected, the open menu) stands in
// struct screen_view. Owner: the ui; one thread.
#pragma once

#include "client/model/answers.h"
#include "client/text/kept.h"
#include "client/ui/album.h"
#include "client/ui/edit.h"
#include "client/ui/grid.h"
#include "client/ui/handout.h"
#include "client/ui/menu.h"
#include "client/ui/secret_entry.h"
#include "client/ui/signs.h"
#include "client/ui/viewer.h"

struct layout {
	int left_cols;  // list of targets, its border included; 0: not shown
	int right_cols; // members, border included
	int over_left;  // the same lists, over the messages; 0: not there
	int over_right;
	int main_col, main_cols;
	int main_row, main_rows; // messages
	int welcome_rows;        // above the status row
	int status_row;
	int input_row, input_rows;
	int nick_cols; // 0: the nick stands in the text
	int text_col;  // inside main
};

#define FOLD_LINES 20 // of a message; more of them are folded

// What of the messages is shown while the lists are not.
enum bare { BARE_OFF, BARE_TEXT, BARE_NAMED };

struct screen_view {
	struct model *model; // borrowed
	int64_t now_ms;
	bool ascii;
	struct widths widths;              // of this terminal
	bool isolates;                     // U+2068 and U+2069 take no room on it
	bool hides_targets, hides_members; // F7, F8
	bool lays_targets, lays_members;   // over the messages, where they have no room beside
	bool is_newcomer;                  // is told three things (view_welcome.c)
	enum bare bare;                    // M-l: messages only, to be copied
	bool unfolds;                      // F6: joins and parts one by one
	struct log_line *unfolded[16];     // long messages that are shown whole, the last ones
	size_t n_unfolded;
	const struct edit *edit;        // borrowed
	const struct kept_list *drafts; // of targets, by their keys; borrowed, or NULL
	const char *prompt;             // instead of the nick: "search", or NULL
	char *said;                     // passing remark in the status row, or NULL
	struct menu menu;
	struct album *album;        // pictures between the messages; borrowed, or NULL
	struct viewer viewer;       // one over everything else
	struct handout handout;     // over everything else
	struct secret_entry secret; // in the place of the status row
	struct log_line *anchor;    // the newest line in sight; NULL: the end, and it follows
	int anchor_rows;            // rows of it below the edge
	struct log_line *selected;  // select mode; NULL: off
	struct log_line *marked;    // flashed: what a jump went to
	struct answers
		*thread; // borrowed: shown in the place of all messages, if open; or NULL
	// What the last drawing found out.
	struct layout layout;
	struct log_line *top_line;     // oldest in sight, NULL when there is none
	struct log_line *bottom_line;  // newest in sight
	size_t sight_first, sight_end; // lines of the log that are in sight as a whole
	bool sees_all;                 // the first line of the log is in sight
	struct buf scratch;
};

void view_init(struct screen_view *v, struct model *m, const struct edit *edit);
void view_clear(struct screen_view *v);
void view_draw(struct screen_view *v, struct grid *g);
// By rows, up is positive. Needs a drawing before. False when nothing moved.
bool view_scroll(struct screen_view *v, int rows);
void view_to_end(struct screen_view *v);
// Whether a list has room beside the messages on a screen of so many columns.
MUST_USE bool view_has_targets(int cols);
MUST_USE bool view_has_members(int cols);
// Puts the line about the middle.
void view_jump(struct screen_view *v, struct log_line *l);
// The thread that is shown, up to date; NULL: none, all messages are.
MUST_USE const struct answers *view_thread(const struct screen_view *v);
// Only the beginning of the message is shown, it is that long.
MUST_USE bool view_folds(const struct screen_view *v, const struct log_line *l);
// It is shown whole from now on.
void view_unfold(struct screen_view *v, struct log_line *l);
// The line is gone.
void view_forget(struct screen_view *v, const struct log_line *l);
// Where the end is: own messages follow, new lines are read as they come.
MUST_USE bool view_is_at_end(const struct screen_view *v);

// "14:03"; "Tue 22 Nov".
void view_clock(int64_t at_ms, char out[static 8]);
void view_day(int64_t at_ms, char out[static 32]);
