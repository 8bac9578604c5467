// SPDX-License-Identifier: MIT
// The details of the chosen message, as a list.
#include "client/model/details.h"
#include "client/text/filter.h"
#include "client/text/wrap.h"
#include "client/ui/ui_private.h"

#define LABEL_COLS 10
#define ROWS_MAX 500 // of one list

static void add_rows(struct ui *u, struct span label, struct span text, uint64_t value)
{
	struct buf clean = {0}, row = {0};
	struct wrap w;
	struct span part;
	int cols = u->view.layout.main_cols - LABEL_COLS - 4;
	filter_add(&clean, text);
	wrap_init(&w, &u->view.widths, buf_span(&clean), cols < 8 ? 8 : cols);
	while (wrap_next(&w, &part) && u->view.menu.count < ROWS_MAX) {
		int width = width_of(&u->view.widths, label);
		buf_reset(&row);
		buf_add_span(&row, label);
		for (; width < LABEL_COLS; width++)
			buf_add_char(&row, ' ');
		buf_add_span(&row, part);
		menu_add(&u->view.menu, buf_span(&row), SPAN(""), value);
		label = SPAN("");
	}
	buf_clear(&clean);
	buf_clear(&row);
}

static void add_time(struct buf *out, int64_t at_ms)
{
	char clock[8], day[32];
	view_clock(at_ms, clock);
	view_day(at_ms, day);
	buf_printf(out, "%s %s", day, clock);
}

static void on_detail(void *arg, const struct detail *d)
{
	struct ui *u = arg;
	struct buf words = {0};
	char clock[8];
	switch (d->kind) {
	case DETAIL_AUTHOR:
		add_rows(u, SPAN("from"), d->text, false);
		break;
	case DETAIL_TIME:
		add_time(&words, d->at_ms);
		add_rows(u, SPAN("said"), buf_span(&words), false);
		break;
	case DETAIL_ID:
		add_rows(u, SPAN("id"), d->text, true);
		break;
	case DETAIL_REACTION:
		filter_add_line(&words, d->sign);
		buf_printf(&words, " %zu", d->count);
		add_rows(u, buf_span(&words), d->text, false);
		break;
	case DETAIL_WORDING:
		view_clock(d->at_ms, clock);
		buf_printf(&words, "%s", clock);
		add_rows(u, buf_span(&words), d->text, false);
		break;
	case DETAIL_MISSING:
		add_rows(u, SPAN(""), SPAN("not all that was said since is loaded"), false);
		break;
	}
	buf_clear(&words);
}

void ui_details_fill(struct ui *u)
{
	size_t chosen = u->view.menu.chosen;
	if (!u->view.selected) {
		ui_menu_close(u);
		return;
	}
	menu_reset(&u->view.menu);
	details_of(u->m, u->m->current, u->view.selected, on_detail, u);
	u->view.menu.chosen = chosen < u->view.menu.count ? chosen : 0;
}

void ui_details_accept(struct ui *u, bool is_id)
{
	if (!is_id || !u->view.selected)
		return;
	ui_sayf(u, "its id: %s", ui_copy(u, line_id(u->view.selected)));
}

void act_chosen_details(struct ui *u)
{
	struct target *t = u->m->current;
	struct log_line *hole = details_hole(t, u->view.selected);
	menu_open(&u->view.menu, MENU_DETAILS,
		  SPAN("details: Enter copies the id, Esc leaves"));
	ui_details_fill(u);
	// Edits that are not loaded stand behind the message.
	if (hole)
		u->intents->history(u->intents->arg, t, hole);
}
