// SPDX-License-Identifier: MIT
// A conversation that fills the screen with one of everything, for tests of the view.
#pragma once

#include "client/model/handle.h"
#include "client/model/own.h"
#include "client/ui/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SCENE_NOW 1795349200000 // 2026-11-22T12:06:40Z

struct scene {
	struct model *m;
	struct edit edit;
	struct screen_view view;
	struct grid grid;
};

static inline void scene_say(struct scene *s, const char *line)
{
	struct msg msg;
	if (msg_parse(&msg, span_of(line)) == MSG_OK)
		handle_line(s->m, &msg, SCENE_NOW);
}

static inline void scene_at(struct scene *s, const char *clock, const char *id,
			    const char *rest)
{
	char line[1024];
	snprintf(line, sizeof(line), "@time=2026-11-22T%s.000Z;msgid=%s %s", clock, id, rest);
	scene_say(s, line);
}

static inline void scene_join(struct scene *s)
{
	scene_say(s, ":srv 001 ann :Welcome");
	scene_say(s, ":srv 005 ann NETWORK=Example PREFIX=(qov)~@+ CHANTYPES=# :are supported");
	scene_say(s, ":ann!a@h JOIN #lounge");
	scene_say(s, ":srv 332 ann #lounge :Release Friday, bring cake");
	scene_say(s, ":srv 353 ann = #lounge :@bob +cem dora eve ann");
	scene_say(s, ":srv 366 ann #lounge :End");
	scene_say(s, ":ann!a@h JOIN #dev");
	scene_say(s, ":ann!a@h JOIN #ops");
	scene_say(s, ":eve!e@h AWAY :lunch");
}

static inline void scene_talk(struct scene *s)
{
	scene_say(s, ":srv MARKREAD #lounge timestamp=2026-11-22T12:02:30.000Z");
	scene_at(s, "11:58:00", "m1", ":bob!b@h PRIVMSG #lounge :are we still on for three?");
	scene_at(
		s, "12:01:00", "m2",
		":dora!d@h PRIVMSG #lounge :yes, slides at https://wiki.example/slides (3 MB pdf)");
	scene_say(s, "@+draft/reply=m2;+draft/react=👍 :bob!b@h TAGMSG #lounge");
	scene_say(s, "@+draft/reply=m2;+draft/react=👍 :cem!b@h TAGMSG #lounge");
	scene_say(s, "@+draft/reply=m2;+draft/react=🎉 :bob!b@h TAGMSG #lounge");
	scene_say(s, "@time=2026-11-22T12:02:00.000Z;msgid=m3;+draft/reply=m2 :cem!c@h PRIVMSG "
		     "#lounge :I'll print them");
	scene_at(s, "12:02:30", "m4",
		 ":cem!c@h PRIVMSG #lounge :in colour 👩‍👩‍👧‍👦 ❤️");
	scene_at(s, "12:05:00", "m5", ":bob!b@h PRIVMSG #lounge :ann: can you open the door?");
	scene_at(s, "12:05:10", "j1", ":zoe!z@h JOIN #lounge");
	scene_at(s, "12:05:20", "j2", ":yan!y@h JOIN #lounge");
	scene_at(s, "12:05:30", "j3", ":zoe!z@h PART #lounge");
	scene_at(s, "12:05:40", "m6", ":dora!d@h PRIVMSG #lounge :\1ACTION waves\1");
	scene_at(s, "12:05:50", "d1", ":bob!b@h PRIVMSG #dev :build is green");
	scene_at(s, "12:05:51", "d2", ":bob!b@h PRIVMSG #ops :ann, disk is full");
	scene_at(s, "12:05:52", "d3", ":dora!b@h PRIVMSG ann :lunch?");
	scene_say(s, "@+typing=active :dora!d@h TAGMSG #lounge");
	own_add(s->m, s->m->current, 1, LINE_MESSAGE, SPAN("sure, two minutes"), SPAN(""),
		SCENE_NOW, OWN_QUEUED);
	struct link_status online = {.state = LINK_ONLINE, .lag_ms = 12};
	model_set_link(s->m, &online);
}

static inline void scene_init(struct scene *s, int cols, int rows)
{
	setenv("TZ", "UTC", 1);
	tzset();
	memset(s, 0, sizeof(*s));
	s->m = model_new(SPAN("ann"));
	edit_init(&s->edit);
	view_init(&s->view, s->m, &s->edit);
	s->view.now_ms = SCENE_NOW;
	grid_init(&s->grid, cols, rows);
	scene_join(s);
}

static inline void scene_clear(struct scene *s)
{
	view_clear(&s->view);
	edit_clear(&s->edit);
	grid_clear(&s->grid);
	model_free(s->m);
}

// The whole screen as text.
static inline char *scene_text(struct scene *s)
{
	struct buf out = {0};
	view_draw(&s->view, &s->grid);
	for (int row = 0; row < s->grid.rows; row++) {
		grid_text(&s->grid, row, &out);
		buf_add_char(&out, '\n');
	}
	return buf_take(&out);
}

// One row, from above or, below zero, from below.
static inline int scene_row(struct scene *s, int row, struct buf *out)
{
	int y = row < 0 ? s->grid.rows + row : row;
	view_draw(&s->view, &s->grid);
	grid_text(&s->grid, y, out);
	return y;
}

static inline void scene_expect_row(struct scene *s, int row, const char *part)
{
	struct buf out = {0};
	scene_row(s, row, &out);
	if (!strstr(buf_str(&out), part))
		fail_msg("\"%s\" is not in row %d: \"%s\"", part, row, buf_str(&out));
	buf_clear(&out);
}

static inline void scene_expect_whole_row(struct scene *s, int row, const char *text)
{
	struct buf out = {0};
	scene_row(s, row, &out);
	if (strcmp(buf_str(&out), text) != 0)
		fail_msg("row %d is \"%s\", not \"%s\"", row, buf_str(&out), text);
	buf_clear(&out);
}

// That of the cell in which this part of the row begins.
static inline enum style scene_style(struct scene *s, int row, const char *part)
{
	struct buf out = {0};
	scene_expect_row(s, row, part);
	int y = scene_row(s, row, &out), col = 0;
	size_t at = (size_t)(strstr(buf_str(&out), part) - buf_str(&out));
	buf_clear(&out);
	for (size_t used = 0;; col++) {
		const struct grid_cell *c = grid_cell(&s->grid, y, col);
		used += c->len ? c->len : c->width;
		if (used > at)
			return (enum style)c->style;
	}
}
