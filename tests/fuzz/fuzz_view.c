// SPDX-License-Identifier: MIT
// Lines of a hostile server go through the model onto a screen: nothing breaks, and no
// control byte but our own sequences reaches the terminal.
#include "client/model/handle.h"
#include "client/model/target.h"
#include "client/ui/screen.h"
#include "client/ui/view.h"
#include "common/utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Skips one of the sequences that screen.c writes; anything else is a breach.
static size_t skip_sequence(struct span s)
{
	size_t i = 2;
	if (s.len < 3)
		abort();
	if (s.at[1] == '[') {
		while (i < s.len &&
		       ((s.at[i] >= '0' && s.at[i] <= '9') || s.at[i] == ';' || s.at[i] == '?'))
			i++;
		if (i == s.len || !strchr("HXmKJhl", s.at[i]))
			abort();
		return i + 1;
	}
	if (s.at[1] != ']')
		abort();
	while (i + 1 < s.len && (s.at[i] != '\x1b' || s.at[i + 1] != '\\')) {
		if ((unsigned char)s.at[i] < 0x20 || s.at[i] == 0x7f)
			abort();
		i++;
	}
	return i + 2;
}

static void check(struct span s)
{
	if (!utf8_is_valid(s))
		abort();
	while (s.len) {
		unsigned char c = (unsigned char)s.at[0];
		if (c == 0x1b) {
			s = span_after(s, skip_sequence(s));
			continue;
		}
		if (c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)s.at[1] < 0xa0))
			abort();
		s = span_after(s, 1);
	}
}

static void draw(struct view *v, struct screen *screen)
{
	struct buf out = {0};
	view_draw(v, &screen->next);
	screen_flush(screen, theme_find(SPAN("dark")), &out);
	check(buf_span(&out));
	buf_clear(&out);
}

static void forget(void *arg, struct target *t, struct line *l)
{
	(void)t;
	view_forget(arg, l);
}

static void forget_all(void *arg, struct target *t)
{
	struct view *v = arg;
	(void)t;
	view_to_end(v);
	v->selected = v->marked = v->top_line = v->bottom_line = NULL;
}

static void feed(struct model *m, struct view *v, struct screen *screen, struct span line)
{
	struct msg msg;
	char first = line.len ? line.at[0] : 0;
	if (first == '^')
		view_scroll(v, (int)line.len);
	else if (first == '_')
		view_scroll(v, -(int)line.len);
	else if (first == '>')
		model_show(m, m->targets[line.len % m->n_targets]);
	else if (msg_parse(&msg, line) == MSG_OK)
		handle_line(m, &msg, 1000);
	if (line.len % 3 == 0)
		draw(v, screen);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model *m = model_new(SPAN("ann"));
	struct edit edit;
	struct view v;
	struct screen screen;
	struct span rest = span_from(data, size);
	// Few enough that lines are let go while others still speak of them.
	m->line_max = 8 + (int)(size % 64);
	edit_init(&edit);
	view_init(&v, m, &edit);
	struct model_watch watch = {.arg = &v, .on_gone = forget, .on_target_gone = forget_all};
	model_watch(m, &watch);
	screen_init(&screen, 40 + (int)(size % 80), 4 + (int)(size % 30));
	screen.has_links = true;
	while (rest.len) {
		struct span line = span_cut(&rest, '\n');
		if (utf8_is_valid(line) && !memchr(line.at, 0, line.len))
			feed(m, &v, &screen, line);
	}
	draw(&v, &screen);
	screen_clear(&screen);
	view_clear(&v);
	edit_clear(&edit);
	model_free(m);
	return 0;
}
