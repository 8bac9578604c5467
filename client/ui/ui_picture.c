// SPDX-License-Identifier: MIT
// Pictures on the screen: asked for as they come into sight, and one over the whole screen by
// v or /view. Nothing of it happens before files.pictures says so.
#include "client/model/line_file.h"
#include "client/model/picture.h"
#include "client/ui/ui_private.h"

#include <stdlib.h>

#define SIDE_MAX 1920 // pixels asked for: what may be written is bounded
#define LINES_MAX 1200
#define CELL_WIDTH 8 // of a terminal that does not tell
#define CELL_HEIGHT 16

static enum picture_colors colors_here(const struct ui *u)
{
	static const enum picture_colors colors[] = {[DEPTH_16] = PICTURE_16,
						     [DEPTH_256] = PICTURE_256,
						     [DEPTH_TRUE] = PICTURE_TRUE};

	if (!u->settings.color || span_eq(span_of(u->theme_name), SPAN("mono")))
		return PICTURE_MONO;
	return colors[color_depth(getenv("TERM"), getenv("COLORTERM"))];
}

void ui_picture_settings(struct ui *u)
{
	u->album.is_on = u->settings.pictures == PICTURES_ON;
	if (u->settings.pictures != PICTURES_OFF && !u->settings.in_tmux && !u->has_asked) {
		u->has_asked = true;
		u->input.expects_apc = true;
		term_ask_pixels(&u->term);
	}
}

void ui_ask_pictures(struct ui *u)
{
	const struct album_picture *p;

	while (u->album.is_on && u->intents->picture && (p = album_next(&u->album))) {
		struct picture_wish wish = {.id = span_of(p->id),
					    .form = PICTURE_BLOCKS,
					    .width = p->cols,
					    .height = ALBUM_ROWS,
					    .colors = colors_here(u),
					    .is_ascii = u->settings.ascii};
		u->intents->picture(u->intents->arg, u->m->current, &wish);
	}
}

// Pixels in the place of the cells of the whole screen but its last row.
static void wish_pixels(const struct ui *u, struct picture_wish *wish)
{
	int width, height;

	term_cell(&u->term, &width, &height);
	wish->form = u->has_kitty_pixels ? PICTURE_KITTY : PICTURE_SIXEL;
	wish->colors = PICTURE_TRUE;
	wish->width *= width ? width : CELL_WIDTH;
	wish->height *= height ? height : CELL_HEIGHT;
	if (wish->width > SIDE_MAX)
		wish->width = SIDE_MAX;
	if (wish->height > LINES_MAX)
		wish->height = LINES_MAX;
}

static void open_viewer(struct ui *u, const struct log_line *l)
{
	const struct line_file *f = line_file_of(l);
	struct picture_wish wish = {.id = line_id(l),
				    .form = PICTURE_BLOCKS,
				    .width = u->screen.next.cols,
				    .height = u->screen.next.rows - 1,
				    .colors = colors_here(u),
				    .is_ascii = u->settings.ascii};

	if (u->has_kitty_pixels || u->has_sixels)
		wish_pixels(u, &wish);
	viewer_open(&u->view.viewer, &wish, span_of(f->name[0] ? f->name : "picture"));
	ui_changed(u);
	u->intents->picture(u->intents->arg, u->m->current, &wish);
}

void act_chosen_view(struct ui *u)
{
	const struct log_line *l = u->view.selected;

	if (u->settings.pictures == PICTURES_OFF)
		ui_sayf(u, "pictures are off: /set files.pictures asked, or on for all");
	else if (!picture_is_in(l) || (l->flags & LINE_REDACTED))
		ui_sayf(u, "there is no picture in it (PNG, JPEG, GIF, WebP)");
	else
		open_viewer(u, l);
	u->view.selected = NULL;
}

void ui_on_picture(void *arg, const struct picture_answer *a)
{
	struct ui *u = arg;

	album_take(&u->album, a);
	viewer_take(&u->view.viewer, a);
	ui_changed(u);
}

// Behind the frame that has room for them; once.
void ui_put_pixels(struct ui *u)
{
	struct viewer *v = &u->view.viewer;

	if (v->state != VIEWER_SHOWS || !v->pixels.len)
		return;
	term_put_whole(&u->term, SPAN("\x1b[1;1H"));
	term_put_whole(&u->term, buf_span(&v->pixels));
	buf_clear(&v->pixels);
}

void ui_viewer_close(struct ui *u)
{
	struct viewer *v = &u->view.viewer;

	if (v->state == VIEWER_CLOSED)
		return;
	// Cells cover no pixels of kitty's; those of others go with the cells.
	if (v->wish.form == PICTURE_KITTY)
		term_put_whole(&u->term, SPAN("\x1b_Ga=d,d=A,q=2\x1b\\"));
	if (v->wish.form != PICTURE_BLOCKS)
		screen_forget(&u->screen);
	viewer_close(v);
	ui_changed(u);
}

bool ui_viewer_takes(struct ui *u)
{
	bool is_open = u->view.viewer.state != VIEWER_CLOSED;

	ui_viewer_close(u);
	return is_open;
}
