// SPDX-License-Identifier: MIT
// Lines of a hostile server go through the model onto a screen: nothing breaks, and no
// control byte but our own sequences reaches the terminal.
#include "client/model/handle.h"
#include "client/model/target.h"
#include "client/ui/screen.h"
#include "client/ui/view.h"
#include "tests/support/harmless.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void draw(struct screen_view *v, struct screen *screen)
{
	struct buf out = {0};
	view_draw(v, &screen->next);
	screen_flush(screen, theme_find(SPAN("dark")), &out);
	harmless_check(buf_span(&out));
	buf_clear(&out);
}

static void forget(void *arg, struct target *t, struct log_line *l)
{
	(void)t;
	view_forget(arg, l);
}

static void forget_all(void *arg, struct target *t)
{
	struct screen_view *v = arg;
	(void)t;
	view_to_end(v);
	v->selected = v->marked = v->top_line = v->bottom_line = NULL;
}

static void feed(struct model *m, struct screen_view *v, struct screen *screen,
		 struct span line)
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

// Proves C1.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model *m = model_new(SPAN("ann"));
	struct edit edit;
	struct screen_view v;
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
