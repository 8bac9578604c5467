// SPDX-License-Identifier: MIT
#include "client/ui/album.h"

#include "common/die.h"

#include <stdlib.h>

static void empty(struct album_picture *p)
{
	free(p->id);
	free(p->why);
	mosaic_clear(&p->mosaic);
	*p = (struct album_picture){0};
}

void album_clear(struct album *a)
{
	for (size_t i = 0; i < ALBUM_MAX; i++)
		empty(&a->pictures[i]);
}

void album_begin_frame(struct album *a)
{
	a->frame++;
}

static struct album_picture *find(struct album *a, struct span id)
{
	for (size_t i = 0; i < ALBUM_MAX; i++) {
		if (a->pictures[i].state != ALBUM_FREE &&
		    span_eq(span_of(a->pictures[i].id), id))
			return &a->pictures[i];
	}
	return NULL;
}

// A free one, else what was not seen for longest, and not in this frame.
static struct album_picture *make_room(struct album *a)
{
	struct album_picture *oldest = NULL;

	for (size_t i = 0; i < ALBUM_MAX; i++) {
		struct album_picture *p = &a->pictures[i];
		if (p->state == ALBUM_FREE)
			return p;
		if (p->state != ALBUM_ASKED && p->frame != a->frame &&
		    (!oldest || p->frame < oldest->frame))
			oldest = p;
	}
	if (oldest)
		empty(oldest);
	return oldest;
}

const struct album_picture *album_see(struct album *a, struct span id, int cols)
{
	struct album_picture *p = find(a, id);

	if (cols > ALBUM_COLS)
		cols = ALBUM_COLS;
	if (!p) {
		p = make_room(a);
		if (!p)
			return NULL;
		*p = (struct album_picture){
			.state = ALBUM_WANTED, .id = span_dup(id), .cols = cols};
	}
	// A window that became narrower has it drawn anew.
	if (p->state == ALBUM_SHOWN && p->mosaic.cols > cols) {
		p->state = ALBUM_WANTED;
		p->cols = cols;
	}
	p->frame = a->frame;
	return p;
}

const struct album_picture *album_next(struct album *a)
{
	struct album_picture *next = NULL;
	size_t n_asked = 0;

	for (size_t i = 0; i < ALBUM_MAX; i++) {
		struct album_picture *p = &a->pictures[i];
		n_asked += p->state == ALBUM_ASKED;
		// What went out of sight before it was asked for has time.
		if (p->state == ALBUM_WANTED && p->frame == a->frame)
			next = p;
	}
	if (!next || n_asked >= ALBUM_ASKS_MAX)
		return NULL;
	next->state = ALBUM_ASKED;
	return next;
}

void album_take(struct album *a, const struct picture_answer *answer)
{
	const struct picture_wish *wish = answer->wish;
	struct album_picture *p = find(a, wish->id);
	const char *why = answer->why;

	if (!p || p->state != ALBUM_ASKED || wish->form != PICTURE_BLOCKS ||
	    wish->width != p->cols || wish->height != ALBUM_ROWS)
		return;
	mosaic_clear(&p->mosaic);
	if (!why)
		why = mosaic_parse(&p->mosaic, answer->bytes, wish->width, wish->height);
	p->state = why ? ALBUM_FAILED : ALBUM_SHOWN;
	free(p->why);
	p->why = why ? xstrdup(why) : NULL;
}

void album_forget(struct album *a, struct span id)
{
	struct album_picture *p = find(a, id);

	if (p)
		empty(p);
}

void album_retry(struct album *a)
{
	for (size_t i = 0; i < ALBUM_MAX; i++) {
		if (a->pictures[i].state == ALBUM_FAILED)
			empty(&a->pictures[i]);
	}
}
