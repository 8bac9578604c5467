// SPDX-License-Identifier: MIT
// 1. The first of the list is on its way, the others wait; each leaves with one answer.
// 2. A refused pass is forgotten, and the picture tried once more with another.
#include "client/app/gallery.h"

#include "client/app/filehost_pass.h"
#include "client/app/painter_args.h"
#include "client/files/painter.h"
#include "client/files/transfer.h"
#include "client/model/line_file.h"
#include "client/model/target.h"
#include "common/buf.h"
#include "common/die.h"

#include <stdlib.h>
#include <unistd.h>

#define NO_CHAFA "chafa draws pictures, and is not installed here (apt install chafa)"

struct showing {
	struct list in_gallery;
	struct picture_wish wish; // its id is ours
	char *url;
	bool had_pass; // one that was not taken
};

struct gallery {
	struct loop *loop;
	struct engine *core;
	struct list wishes;
	size_t n_wishes;
	struct filehost_pass pass;
	struct transfer *transfer; // of the first, and then
	struct painter *painter;
};

static struct showing *first_of(const struct gallery *g)
{
	return container_of(g->wishes.next, struct showing, in_gallery);
}

static void showing_free(struct gallery *g, struct showing *s)
{
	list_remove(&s->in_gallery);
	g->n_wishes--;
	free((char *)(uintptr_t)s->wish.id.at);
	free(s->url);
	free(s);
}

static void begin_first(struct gallery *g);

static void answer_first(struct gallery *g, struct span bytes, const char *why)
{
	struct showing *s = first_of(g);
	struct picture_answer a = {.wish = &s->wish, .bytes = bytes, .why = why};

	picture_tell(g->core->model, &a);
	transfer_free(g->transfer);
	painter_free(g->painter);
	g->transfer = NULL;
	g->painter = NULL;
	showing_free(g, s);
	begin_first(g);
}

static void on_painted(void *arg, struct span bytes, const char *why)
{
	answer_first(arg, bytes, why);
}

static bool is_picture(int fd)
{
	char beginning[16];
	ssize_t got = pread(fd, beginning, sizeof(beginning), 0);

	return got > 0 && painter_knows(span_from(beginning, (size_t)got));
}

static void paint(struct gallery *g, int fd)
{
	char *guard = painter_find_beside("snug-picture"), *program = painter_find("chafa");
	struct painter_args args = {0};
	struct painter_order o = {.guard = guard,
				  .program = program,
				  .args = painter_args(&args, &first_of(g)->wish),
				  .fd = fd,
				  .most = first_of(g)->wish.form == PICTURE_BLOCKS
						  ? PAINTER_CELLS_MAX
						  : PAINTER_PIXELS_MAX,
				  .ms = PAINTER_MS};
	const char *why = !is_picture(fd) ? "it is no PNG, JPEG, GIF or WebP"
			  : !program      ? NO_CHAFA
			  : !guard        ? "snug-picture is not beside snug"
					  : NULL;

	if (!why)
		g->painter = painter_start(g->loop, &o, on_painted, g);
	if (!g->painter)
		answer_first(g, SPAN(""), why ? why : "there is no process for it");
	free(guard);
	free(program);
}

static void on_fetched(void *arg, const struct transfer_end *e)
{
	struct gallery *g = arg;
	struct showing *s = first_of(g);

	if (e->is_token && !s->had_pass) {
		s->had_pass = true;
		filehost_pass_forget(&g->pass);
		transfer_free(g->transfer);
		g->transfer = NULL;
		begin_first(g);
	} else if (e->why) {
		answer_first(g, SPAN(""), e->why);
	} else {
		paint(g, e->fd);
	}
}

static void on_progress(void *arg UNUSED)
{
}

static void fetch(struct gallery *g)
{
	const struct uplink *session = g->core->session;
	const uint8_t *next = NULL;
	const struct pins *pins = uplink_known_pins(session, &next);
	struct https_keys keys;
	struct transfer_order o = {.loop = g->loop,
				   .url = first_of(g)->url,
				   .token = g->pass.token,
				   .keys = &keys};
	struct transfer_events events = {
		.arg = g, .on_progress = on_progress, .on_end = on_fetched};
	struct incoming_place place = {.folder = "", .most = PAINTER_FILE_MAX};

	transfer_keys(&keys, pins, next, uplink_host(session), o.url);
	g->transfer = transfer_get(&o, &place, &events);
	if (!g->transfer)
		answer_first(g, SPAN(""), "its address is none");
}

static void begin_first(struct gallery *g)
{
	if (list_is_empty(&g->wishes) || g->transfer)
		return;
	if (filehost_pass_now(&g->pass))
		fetch(g);
	else if (!filehost_pass_ask(&g->pass))
		answer_first(g, SPAN(""), "there is no connection right now");
}

static void on_pass(void *arg, const char *why)
{
	struct gallery *g = arg;

	if (why && !list_is_empty(&g->wishes))
		answer_first(g, SPAN(""), why);
	else
		begin_first(g);
}

// Or why it cannot be.
static const char *refusal(const struct gallery *g, const struct line_file *f)
{
	if (!f)
		return "there is no picture in it";
	if (f->size > PAINTER_FILE_MAX)
		return "it is larger than 16 MiB: /get keeps it";
	if (g->n_wishes >= GALLERY_WAITING_MAX)
		return "too many pictures are waited for";
	return NULL;
}

void gallery_show(struct gallery *g, struct target *t, const struct picture_wish *wish)
{
	const struct log_line *l = scrollback_find(&t->log, wish->id);
	const struct line_file *f = l && picture_is_in(l) ? line_file_of(l) : NULL;
	struct picture_answer no = {.wish = wish, .bytes = SPAN(""), .why = refusal(g, f)};

	if (no.why || !f) {
		picture_tell(g->core->model, &no);
		return;
	}
	struct showing *s = xcalloc(1, sizeof(*s));
	*s = (struct showing){.wish = *wish, .url = xstrdup(f->url)};
	s->wish.id = span_from(span_dup(wish->id), wish->id.len);
	list_add(&g->wishes, &s->in_gallery);
	g->n_wishes++;
	if (g->n_wishes == 1)
		begin_first(g);
}

struct gallery *gallery_new(struct loop *l, struct engine *core)
{
	struct gallery *g = xcalloc(1, sizeof(*g));

	*g = (struct gallery){.loop = l, .core = core};
	g->pass = (struct filehost_pass){.core = core, .on_answer = on_pass, .arg = g};
	list_init(&g->wishes);
	return g;
}

void gallery_free(struct gallery *g)
{
	if (!g)
		return;
	transfer_free(g->transfer);
	painter_free(g->painter);
	list_for_each_safe(item, after, &g->wishes)
		showing_free(g, container_of(item, struct showing, in_gallery));
	filehost_pass_clear(&g->pass);
	free(g);
}
