// SPDX-License-Identifier: MIT
#include "client/ui/viewer.h"

#include "client/text/filter.h"
#include "client/ui/pixels.h"
#include "common/die.h"

#include <stdlib.h>

void viewer_open(struct viewer *v, const struct picture_wish *wish, struct span title)
{
	struct buf clean = {0};

	viewer_close(v);
	filter_add_line(&clean, title);
	*v = (struct viewer){.state = VIEWER_WAITS, .wish = *wish, .title = buf_take(&clean)};
	v->wish.id = span_from(span_dup(wish->id), wish->id.len);
}

void viewer_close(struct viewer *v)
{
	free((char *)(uintptr_t)v->wish.id.at);
	free(v->title);
	free(v->why_elsewhere);
	mosaic_clear(&v->mosaic);
	buf_clear(&v->pixels);
	*v = (struct viewer){0};
}

static bool is_awaited(const struct viewer *v, const struct picture_wish *wish)
{
	return v->state == VIEWER_WAITS && span_eq(v->wish.id, wish->id) &&
	       v->wish.form == wish->form && v->wish.width == wish->width &&
	       v->wish.height == wish->height;
}

static const char *read_answer(struct viewer *v, struct span bytes)
{
	if (v->wish.form == PICTURE_KITTY)
		return pixels_kitty(bytes, &v->pixels);
	if (v->wish.form == PICTURE_SIXEL)
		return pixels_sixel(bytes, &v->pixels);
	return mosaic_parse(&v->mosaic, bytes, v->wish.width, v->wish.height);
}

void viewer_take(struct viewer *v, const struct picture_answer *answer)
{
	if (!is_awaited(v, answer->wish))
		return;
	if (answer->why)
		v->why = v->why_elsewhere = xstrdup(answer->why);
	else
		v->why = read_answer(v, answer->bytes);
	v->state = v->why ? VIEWER_FAILED : VIEWER_SHOWS;
}
