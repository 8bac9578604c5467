// SPDX-License-Identifier: MIT
// What the files of the view share.
#pragma once

#include "client/ui/view.h"

// The stored lines, then own messages, as one row of numbers: what is drawn as a unit.
struct item {
	size_t first, last;    // lines of the log; a folded run has more than one
	const struct own *own; // or an own message, first and last are log.count
};

enum row_kind {
	ROW_DAY,
	ROW_NEW,
	ROW_GAP,
	ROW_REPLY,
	ROW_TEXT,
	ROW_PICTURE,
	ROW_UNSEEN, // a picture that is not here, in words
	ROW_REACTIONS,
	ROW_EVENT,
	ROW_STATE,
	ROW_MORE, // how much of a long message is folded
};

struct view_row {
	enum row_kind kind;
	bool is_first;  // shows time and nick
	size_t at, len; // in block.text
};

#define BLOCK_ROWS_MAX 1000 // rows of one message; what is over is cut with a mark

struct block {
	struct item item;
	struct buf text;
	struct view_row *rows;
	size_t n_rows, cap_rows;
	const struct mosaic *picture; // of its ROW_PICTUREs, the first of which is
	size_t picture_row;           // this one; borrowed until the next frame
	bool shows_time, shows_nick;
	size_t named_row; // shows time and nick: the first of its page; SIZE_MAX: none
};

void block_clear(struct block *b);
// Fills b with the rows of the item as they are drawn now.
void block_build(const struct screen_view *v, struct block *b, struct item item);
void block_draw_row(const struct screen_view *v, struct grid *g, const struct block *b,
		    size_t row, int y);
// The unit that ends at number `end` (exclusive). False at the start.
MUST_USE bool item_before(const struct screen_view *v, size_t end, struct item *item);
MUST_USE size_t item_end(const struct screen_view *v);
MUST_USE size_t item_first(const struct screen_view *v, struct item item);

MUST_USE bool thread_item_before(const struct screen_view *v, const struct answers *th,
				 size_t end, struct item *item);
MUST_USE const struct log_line *thread_hole_to(const struct screen_view *v, size_t before,
					       size_t i);
void thread_title(const struct screen_view *v, const struct answers *th, struct buf *out);
MUST_USE const struct own *own_at(const struct target *t, size_t n);

struct view_row *block_add_row(struct block *b, enum row_kind kind, size_t at);
// Wraps what stands in b->text from `at` on into rows of one kind.
void block_add_wrapped(const struct screen_view *v, struct block *b, enum row_kind kind,
		       size_t at, int cols);
// is_first: time and nick are shown; is_code: it is cut at the edge, not between words.
void block_add_wrapped_as(const struct screen_view *v, struct block *b, enum row_kind kind,
			  size_t at, int cols, bool is_first, bool is_code);
MUST_USE int block_text_cols(const struct screen_view *v, bool is_own);

// In a narrow screen, and for actions, the name is part of the text.
void speech_start(const struct screen_view *v, struct block *b, const struct person *from,
		  enum line_kind kind);
// The text of the message, and how much of it is folded.
void speech_add(const struct screen_view *v, struct block *b, const struct log_line *l);

// The picture of the message, as far as it is here, and where pictures are on.
void view_add_picture(const struct screen_view *v, struct block *b, const struct log_line *l);
void view_draw_picture_row(const struct screen_view *v, struct grid *g, const struct block *b,
			   size_t row, int y);
void view_draw_viewer(const struct screen_view *v, struct grid *g);

void view_layout(struct screen_view *v, const struct grid *g);
void view_draw_log(struct screen_view *v, struct grid *g);
void view_draw_targets(const struct screen_view *v, struct grid *g);
void view_draw_members(const struct screen_view *v, struct grid *g);
void view_draw_status(const struct screen_view *v, struct grid *g);
void view_draw_input(const struct screen_view *v, struct grid *g);
// For a newcomer, where there is room for them.
#define WELCOME_ROWS 3
void view_draw_welcome(const struct screen_view *v, struct grid *g);
void view_draw_handout(const struct screen_view *v, struct grid *g);
void view_draw_menu(const struct screen_view *v, struct grid *g);
MUST_USE int input_rows_needed(const struct screen_view *v, int cols);

static inline const char *sign(const struct screen_view *v, enum sign s)
{
	return sign_text(s, v->ascii);
}

// What somebody, or a target, is shown as (client/model/shown.h), filtered.
void view_add_name(const struct screen_view *v, struct buf *out, const struct person *p);
void view_add_target(const struct screen_view *v, struct buf *out, const struct target *t);
// In so many cells. A display name is never cut, since its beginning may be that of another:
// where it has no room the account stands.
void view_add_name_in(const struct screen_view *v, struct buf *out, const struct person *p,
		      int cols);

// What calls for the user in all targets but one (or none) and those that are muted.
struct mentions {
	size_t count;
	const char *more; // "+": some are not loaded, else ""
	size_t n_unread;  // targets
};
MUST_USE struct mentions mentions_of(const struct model *m, const struct target *but);
// In so many cells, with the sign of what is cut at the end where it is; the cells that it
// took.
int view_put_cut(const struct screen_view *v, struct grid *g, int y, int col, int cols,
		 enum style style, struct span text);
MUST_USE size_t count_own(const struct target *t);
MUST_USE bool is_same_day(int64_t a_ms, int64_t b_ms);
